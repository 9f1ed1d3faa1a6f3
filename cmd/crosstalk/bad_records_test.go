package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"crosstalk/analytics"
	"crosstalk/warehouse"
)

// inUTF16 is a text as Windows calls it Unicode.
func inUTF16(text string) string {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

// TestBadRecords imports what is partly bad: the good part is read, the rest counted with a reason. In the end the
// metrics answer, and the roll-ups are those of a recomputation.
func TestBadRecords(t *testing.T) {
	t.Parallel()
	data := folder(t)
	mapped := []string{"--mapping", put(t, "m.yaml", []byte(mapping))}
	day := func(posts ...string) map[string]string {
		return slackExport(map[string]string{"general/2026-03-02.json": "[" + strings.Join(posts, ",") + "]"})
	}
	at := func(ts string) string {
		return `{"type":"message","user":"U0AAAAAA1","text":"` + plover + `","ts":` + ts + `}`
	}
	dates := []string{"Mon, 1 Jan 0001 00:00:00 +0000", "Fri, 31 Dec 9999 23:59:59 +0000", "Mon, 1 Jan 1601 00:00:00 +0000", "Mon, 2 Mar 2099 10:00:00 +0000",
		"Mon, 99 Mar 2026 10:00:00 +0000", plover, "Thu, 1 Jan 1970 00:00:00 +0000", "Mon, 2 Mar 99999999 10:00:00 +0000"}
	absurd := letter("good", dated)
	for i, date := range dates {
		absurd += letter(fmt.Sprint("absurd", i), "Date: "+date)
	}
	sixteen := slackExport(nil)
	for name, content := range sixteen {
		sixteen[name] = inUTF16(content)
	}
	const climbing = "../../evil.json"

	for name, c := range map[string]struct {
		path     string
		args     []string
		messages uint64
		reasons  map[string]uint64
	}{
		"paths that climb out of a ZIP": {put(t, "s.zip", zipped(t, slackExport(map[string]string{climbing: "[]", "/etc/evil": "x"}))), nil, 100, map[string]uint64{"unrecognised_file": 2}},
		"paths that climb out of a tar": {put(t, "s.tar", tarred(t, slackExport(map[string]string{climbing: "[]", "/etc/evil": "x"}))), nil, 100, map[string]uint64{"unrecognised_file": 2}},

		"a Slack in UTF-16":  {put(t, "s.zip", zipped(t, sixteen)), nil, 100, nil},
		"a log in UTF-16":    {put(t, "irc.log", []byte(inUTF16("2026-03-02 09:00:00 <ana> "+plover+"\n2026-03-02 09:01:00 <ben> hi\n"))), nil, 2, nil},
		"a table in UTF-16":  {put(t, "t.csv", []byte(inUTF16(tableHeader+"1,2026-03-02T09:00:00Z,ana@heron.example,ben@heron.example,\n"))), mapped, 1, nil},
		"a Slack not UTF-8":  {put(t, "s.zip", zipped(t, slackExport(map[string]string{"users.json": "[{\"id\":\"U0AAAAAA1\",\"name\":\"\xff\xfe\",\"profile\":{\"email\":\"\xc3(@heron.example\"}}]", "general/2026-03-02.json": "[" + strings.Replace(post("U0AAAAAA1", monday, ""), plover, "\xff\xc3(", 1) + "]"}))), nil, 1, nil},
		"a log not UTF-8":    {put(t, "irc.log", []byte("2026-03-02 09:00:00 <ana> \xff\n2026-03-02 09:01:00 <b\xffn> \xc3(\n")), nil, 2, nil},
		"a mail not UTF-8":   {put(t, "m.mbox", []byte("From x Mon Mar  2 09:00:00 2026\nFrom: \xff\xc3( <ana@heron.example>\nTo: =?utf-99?Q?=FF?= <ben@heron.example>\nMessage-ID: <\xff@x>\n"+dated+"\nContent-Type: text/plain; charset=klingon\n\n\xff\n")), nil, 1, nil},
		"a table not UTF-8":  {put(t, "t.csv", []byte(tableHeader+"1,2026-03-02T09:00:00Z,an\xe4@heron.example,ben@heron.example,\n")), mapped, 1, nil},
		"a file of zeros":    {put(t, "t.csv", []byte(tableHeader+"1,2026-03-02T09:00:00Z,a@heron.example,b@heron.example,\n"+strings.Repeat("\x00", 5000)+"\n")), mapped, 1, map[string]uint64{"no_time": 1}},
		"dates of a Slack":   {put(t, "s.zip", zipped(t, day(at(`"1772442000.000100"`), at(`"0.000000"`), at(`"-62135596800.000000"`), at(`"253402300799.000000"`), at(`"99999999999999999999.000000"`), at(`"4070908800.000000"`), at(`"soon"`), at(`""`), at(`1e400`), at(`null`)))), nil, 1, map[string]uint64{"time_out_of_range": 2, "bad_time": 7}},
		"dates of mail":      {put(t, "m.mbox", []byte(absurd)), nil, 1, map[string]uint64{"bad_date": 6, "time_out_of_range": 2}},
		"dates of a log":     {put(t, "irc.log", []byte("2026-03-02 09:00:00 <ana> hello\n0001-01-01 09:00:00 <ana> hello\n9999-12-31 09:00:00 <ana> hello\n1601-01-01 09:00:00 <ana> hello\n2099-01-01 09:00:00 <ana> hello\n")), nil, 1, map[string]uint64{"no_time": 1, "time_out_of_range": 3}},
		"dates of a table":   {put(t, "t.csv", []byte(tableHeader+"1,2026-03-02T09:00:00Z,a@h.example,b@h.example,\n2,0001-01-01T00:00:00Z,a@h.example,b@h.example,\n3,9999-12-31T23:59:59Z,a@h.example,b@h.example,\n4,1601-01-01,a@h.example,b@h.example,\n5,2099-01-01,a@h.example,b@h.example,\n6,soon,a@h.example,b@h.example,\n")), mapped, 1, map[string]uint64{"no_time": 1, "time_out_of_range": 3, "bad_time": 1}},
		"users not in Slack": {put(t, "s.zip", zipped(t, slackExport(map[string]string{"users.json": "", "general/2026-03-02.json": "[" + post("U0GONE001", monday, "") + `,{"type":"message","ts":"1772442060.000100"},{"type":"message","user":null,"ts":"1772442120.000100"}]`}))), nil, 3, nil},
		"mail without From":  {put(t, "m.mbox", []byte(strings.Replace(letter("a", dated), "From: Ana <ana@heron.example>\n", "", 1)+letter("b", dated))), nil, 1, map[string]uint64{"no_sender": 1}},
		"no sender in table": {put(t, "t.csv", []byte(tableHeader+"1,2026-03-02T09:00:00Z,,b@h.example,\n2,2026-03-02T09:00:00Z,a@h.example,b@h.example,\n")), mapped, 1, map[string]uint64{"no_sender": 1}},
		"threads of Slack that are cyclic": {put(t, "s.zip", zipped(t, day(post("U0AAAAAA1", monday, `,"thread_ts":"`+fmt.Sprint(monday.Unix()+60)+`.000100"`),
			post("U0AAAAAA2", monday.Add(time.Minute), `,"thread_ts":"`+fmt.Sprint(monday.Unix())+`.000100"`)))), nil, 2, nil},
		"threads of mail that are cyclic": {put(t, "m.mbox", []byte(letter("a", dated, "In-Reply-To: <c@heron.example>")+letter("b", dated, "In-Reply-To: <a@heron.example>")+
			letter("c", dated, "In-Reply-To: <b@heron.example>", "References: <a@heron.example> <b@heron.example> <c@heron.example>")+letter("self", dated, "In-Reply-To: <self@heron.example>"))), nil, 4, nil},
		"replies of a table that are cyclic": {put(t, "t.csv", []byte(tableHeader+"a,2026-03-02T09:00:00Z,a@h.example,b@h.example,b\nb,2026-03-02T09:01:00Z,b@h.example,a@h.example,a\nc,2026-03-02T09:02:00Z,b@h.example,a@h.example,c\n")), mapped, 3, nil},
		"an export with nothing in it":       {put(t, "s.zip", zipped(t, map[string]string{"users.json": "[]", "channels.json": "[]"})), nil, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"--data", data, "import", "--json", "--workspace", name}, c.args...)
			code, stdout, stderr := crosstalk(t, append(args, c.path)...)
			want := exitDone
			if len(c.reasons) > 0 {
				want = exitRejects
			}
			var counts []warehouse.SourceCount
			if err := json.Unmarshal([]byte(stdout), &counts); err != nil || code != want || len(counts) != 1 {
				t.Fatalf("exit %d, want %d; %v: %s%s", code, want, err, stdout, stderr)
			}
			got := counts[0]
			if got.Messages != c.messages || !maps.Equal(got.Reasons, c.reasons) {
				t.Errorf("%d messages, rejected %v; want %d, %v", got.Messages, got.Reasons, c.messages, c.reasons)
			}
			if got.First != nil && (got.First.Before(monday) || got.Last.After(monday.Add(24*time.Hour))) {
				t.Errorf("from %v until %v: a day that nobody wrote on", got.First, got.Last)
			}
			if strings.Contains(stderr, plover) || strings.Contains(stderr, "panic") {
				t.Errorf("it says %s", stderr)
			}
		})
	}
	t.Run("what is shown afterwards", func(t *testing.T) {
		for _, m := range analytics.All() {
			if code, _, stderr := crosstalk(t, "--data", data, "export", m.Slug(), "--format", "json"); code != exitDone {
				t.Errorf("%s: exit %d: %s", m.Slug(), code, stderr)
			}
		}
		if n := number(t, data, "SELECT count() FROM message FINAL WHERE toDate(sent_at) != '2026-03-02'"); n != 0 {
			t.Errorf("%d messages are of other days", n)
		}
		before := sums(t, data, false)
		same(t, "recomputed", before, sums(t, data, true))
		imported(t, data, put(t, "good.mbox", mbox(20)))
	})
}

// TestBadDirectory imports directories that are partly bad, after a good one.
func TestBadDirectory(t *testing.T) {
	t.Parallel()
	data := folder(t)
	people := func() (names []string) {
		t.Helper()
		w, err := warehouse.Open(context.Background(), warehouse.Options{DataDir: data})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		all, err := w.Directory(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			names = append(names, p.Key+" "+p.Name+" "+p.Department)
		}
		slices.Sort(names)
		return names
	}
	const header = "person,name,email,department,team,manager,start,end\n"
	for _, c := range []struct {
		name, text string
		code       int
		says       string
		people     []string
	}{
		{"good", header + "1,Ana,ana@heron.example,Sales,North,2,,\n2,Ben,ben@heron.example,Sales,North,1,,\n", exitDone, "2 people", []string{"1 Ana Sales", "2 Ben Sales"}},
		{"nobody in it", header, exitFailed, "nothing was changed", []string{"1 Ana Sales", "2 Ben Sales"}},
		{"rows that cannot be", header + "1,Ana,,Sales,N,,,\n,X,,,,,,\n3,Cy,,Sales,N,3,soon,\n4,Di,,Sales,N,1,2026-02-01,2026-01-01\n5,Ed,,Sales,N,77,0001-01-01,9999-12-31\n",
			exitRejects, "2 people", []string{"1 Ana Sales", "5 Ed Sales"}},
		{"Windows' encoding", header + "1,\xc4nne,,B\xfcro,N,,,\n", exitDone, "1 people", []string{"1 Änne Büro"}},
		{"UTF-16", inUTF16(header + "1,Änne,,Büro,N,,,\n"), exitDone, "1 people", []string{"1 Änne Büro"}},
	} {
		code, _, stderr := crosstalk(t, "--data", data, "import", put(t, "people.csv", []byte(c.text)))
		if code != c.code {
			t.Errorf("%s: exit %d, want %d", c.name, code, c.code)
		}
		sentence(t, stderr, c.says)
		if got := people(); !slices.Equal(got, c.people) {
			t.Errorf("%s: the directory is %v; want %v", c.name, got, c.people)
		}
	}
}
