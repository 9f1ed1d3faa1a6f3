package table

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

const small = "tool: chat\ntime: t\nsender: s\nconversation: c\nid: i\n"

// write puts one file into a folder of its own.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, name, text, mapping string) *collectortest.Recorder {
	t.Helper()
	return collectortest.Collect(t, New(), write(t, name, text), collectors.Options{Workspace: "test"}.WithSettings([]byte(mapping)))
}

func TestShapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, mapping string
		ids                 string
		reasons             map[string]int
	}{
		{"CSV", "i,t,s,c\n1,2019-10-03,a,x\n2,2019-10-03,a,x\n", small, "1 2", nil},
		{"case and blanks in the header", " I ;T; s ;C\n1;2019-10-03;a;x\n", small, "1", nil},
		{"pipes", "i|t|s|c\n1|2019-10-03|a|x", small, "1", nil},
		{"lone carriage returns", "i,t,s,c\r1,2019-10-03,a,x\r2,2019-10-03,a,x\r", small, "1 2", nil},
		{"an open quote", "i,t,s,c\n1,2019-10-03,a,x\n2,\"2019-10-03,a,x\n3,2019-10-03,a,x\n", small, "1", map[string]int{"truncated_file": 1}},
		{"a quote in the middle", "i,t,s,c,d\n1,2019-10-03,a,x,5\" pipe\n2,2019-10-03,a,x,\"a\"b\n", small, "1 2", nil},
		{"short rows", "i,t,s,c,d\n1,2019-10-03,a\n2,2019-10-03,a,x\n", small, "2", map[string]int{"no_conversation": 1}},
		{"a header alone", "i,t,s,c\n", small, "", nil},
		{"nothing", "", small, "", nil},
		{"one object", `{"i":1,"t":"2019-10-03","s":"a","c":"x"}`, small, "1", nil},
		{"objects over several lines", "{\"i\":1,\n\"t\":\"2019-10-03\",\n\"s\":\"a\",\"c\":\"x\"}\n{\"i\":2,\"t\":\"2019-10-03\",\"s\":\"a\",\"c\":\"x\"}", small, "1 2", nil},
		{"a list", `[{"i":1,"t":"2019-10-03","s":"a","c":"x"},{"i":"2","t":"2019-10-03","s":"a","c":"x"},]`, small, "1 2", nil},
		{"a list that breaks off", `[{"i":1,"t":"2019-10-03","s":"a","c":"x"},{"i":"2","t":`, small, "1", map[string]int{"truncated_file": 1}},
		{"a list that is damaged", `[{"i":1,"t":"2019-10-03","s":"a","c":"x"};{"i":"2"}]`, small, "1", map[string]int{"damaged_file": 1}},
		{"lines with damage between", "{\"i\":1,\"t\":\"2019-10-03\",\"s\":\"a\",\"c\":\"x\"} and\n{]\n{\"i\":2,\"t\":\"2019-10-03\",\"s\":\"a\",\"c\":\"x\"}\n", small, "1 2", map[string]int{"bad_json": 2}},
		{"too deep", strings.Repeat("[", 5000) + "\n", small, "", map[string]int{"damaged_file": 1}},
		{"a name with a dot", `{"i":1,"t":"2019-10-03","s.id":"a","c":"x"}`, strings.Replace(small, "sender: s", "sender: s.id", 1), "1", nil},
		{"a path", `{"i":1,"t":"2019-10-03","s":{"id":"a"},"c":"x"}`, strings.Replace(small, "sender: s", "sender: s.id", 1), "1", nil},
		{"a name written with escapes", `{"i":1,"t":"2019-10-03","\u0073":"a","c":"x"}`, small, "1", nil},
		{"members in any order", "{\"i\":1,\"t\":\"2019-10-03\",\"s\":\"a\",\"c\":\"x\"}\n{\"c\":\"x\",\"z\":{\"i\":3},\"s\":\"a\",\"i\":2,\"t\":\"2019-10-03\"}\n", small, "1 2", nil},
		{"a word that is none", "{\"i\":1,\"t\":nan,\"s\":\"a\",\"c\":\"x\"}\n{\"i\":2,\"t\":\"2019-10-03\",\"s\":\"a\",\"c\":\"x\"}\n", small, "2", map[string]int{"bad_json": 1}},
		{"null is nothing", `{"i":1,"t":"2019-10-03","s":null,"c":"x"}`, small, "", map[string]int{"no_sender": 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := read(t, "data", test.text, test.mapping)
			var ids []string
			for _, m := range r.Messages {
				ids = append(ids, m.ID)
			}
			if test.reasons == nil {
				test.reasons = map[string]int{}
			}
			if got := strings.Join(ids, " "); got != test.ids || !cmp.Equal(r.Reasons, test.reasons) {
				t.Errorf("ids %q, reasons %v; want %q, %v", got, r.Reasons, test.ids, test.reasons)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, field, cell, want string
		precision               record.Precision
		assumed                 bool
	}{
		{"RFC 3339", "t", "2019-10-03T12:00:01Z", "2019-10-03T12:00:01Z", record.PrecisionSecond, false},
		{"offset", "t", "2019-10-03T12:00:01.250+0530", "2019-10-03T06:30:01.25Z", record.PrecisionMillisecond, false},
		{"no zone", "t", "2019-10-03 12:00:01", "2019-10-03T12:00:01Z", record.PrecisionSecond, true},
		{"zone of the mapping", "{column: t, zone: Europe/Amsterdam}", "2019-10-03 12:00", "2019-10-03T10:00:00Z", record.PrecisionMinute, false},
		{"day", "t", "2019-10-03", "2019-10-03T00:00:00Z", record.PrecisionDay, true},
		{"seconds", "t", "1570104001", "2019-10-03T12:00:01Z", record.PrecisionSecond, false},
		{"milliseconds", "t", "1570104001250", "2019-10-03T12:00:01.25Z", record.PrecisionMillisecond, false},
		{"microseconds", "t", "1570104001250000", "2019-10-03T12:00:01.25Z", record.PrecisionMillisecond, false},
		{"nanoseconds", "{column: t, format: unix_ns}", "1570104001250000000", "2019-10-03T12:00:01.25Z", record.PrecisionMillisecond, false},
		{"fraction", "{column: t, format: unix}", "1570104001.250", "2019-10-03T12:00:01.25Z", record.PrecisionMillisecond, false},
		{"exponent", "{column: t, format: unix}", "1.570104001e9", "2019-10-03T12:00:01Z", record.PrecisionSecond, false},
		{"epoch", "{column: t, epoch: 2003-10-01}", "3661", "2003-10-01T01:01:01Z", record.PrecisionSecond, true},
		{"Excel", "{column: t, format: excel}", "43741.5", "2019-10-03T12:00:00Z", record.PrecisionSecond, true},
		{"strptime", "{column: t, format: '%d/%m/%Y %I:%M %p'}", "03/10/2019 01:05 PM", "2019-10-03T13:05:00Z", record.PrecisionMinute, true},
		{"Go layout", "{column: t, format: 'Jan 2, 2006 15:04:05 -0700'}", "Oct 3, 2019 12:00:01 +0200", "2019-10-03T10:00:01Z", record.PrecisionSecond, false},
		{"30 February", "t", "2019-02-30T12:00:00Z", "bad_time", 0, false},
		{"a word", "t", "soon", "bad_time", 0, false},
		{"absurd number", "t", "99999999999999999999", "bad_time", 0, false},
		{"absurd seconds", "{column: t, format: unix}", "999999999999999", "bad_time", 0, false},
		{"before messaging", "t", "1066-10-14", "time_out_of_range", 0, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			mapping := strings.Replace(small, "time: t", "time: "+test.field, 1)
			r := read(t, "data.csv", fmt.Sprintf("i,t,s,c\n1,%q,a,x\n", test.cell), mapping)
			if len(r.Rejects) == 1 && r.Rejects[0].Reason == test.want {
				return
			}
			if len(r.Messages) != 1 {
				t.Fatalf("rejects %v; want %s", r.Reasons, test.want)
			}
			m := r.Messages[0]
			if got := m.SentAt.Format(time.RFC3339Nano); got != test.want || m.Precision != test.precision || m.ZoneAssumed != test.assumed {
				t.Errorf("%s %s assumed %t; want %s %s %t", got, m.Precision, m.ZoneAssumed, test.want, test.precision, test.assumed)
			}
		})
	}
}

func TestMappings(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, mapping, want string }{
		{"no tool", "time: t\n", "tool is missing"},
		{"no time", "tool: x\n", "time is missing"},
		{"no sender", "tool: x\ntime: t\n", "sender is missing"},
		{"no conversation", "tool: x\ntime: t\nsender: s\n", "conversation is missing"},
		{"pair of nobody", "tool: x\ntime: t\nsender: s\nconversation: pair\n", "needs recipients"},
		{"two ways", "tool: x\ntime: t\nsender: s\nconversation: {column: c, pair: true}\n", "takes one of"},
		{"unknown key", "tool: x\ntyme: t\n", `line 2: "tyme" is not a key: use tool, workspace, files, format, records,`},
		{"unknown key inside", "tool: x\ntime:\n  column: t\n  zome: UTC\n", `line 4: "time.zome" is not a key: use column, format, zone, epoch`},
		{"unknown kind of key", small + "key: nick\n", `key "nick" is unknown`},
		{"column where a word belongs", small + "kind: type\n", "write {column: type}"},
		{"unknown word", small + "kind: {column: k, values: {a: mesage}}\n", `"mesage", for the value "a"`},
		{"unknown format", small + "format: xlsx\n", `format "xlsx" is unknown`},
		{"unknown time format", strings.Replace(small, "time: t", "time: {column: t, format: iso}", 1), `"iso" is neither`},
		{"unknown directive", strings.Replace(small, "time: t", "time: {column: t, format: '%Q'}", 1), "%Q is unknown"},
		{"unknown zone", strings.Replace(small, "time: t", "time: {column: t, zone: Mars}", 1), "write one such as"},
		{"bad epoch", strings.Replace(small, "time: t", "time: {column: t, epoch: then}", 1), "not a date"},
		{"bad template", strings.Replace(small, "conversation: c", "conversation: 'a/{c'", 1), "has a {"},
		{"long delimiter", small + "delimiter: '::'\n", "is not one character"},
		{"unknown encoding", small + "encoding: klingon\n", "is unknown"},
		{"tool that is no slug", strings.Replace(small, "chat", "My Chat", 1), "no slug"},
		{"accounts without id", small + "accounts: {file: a.csv}\n", "accounts needs id"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := write(t, "data.csv", "i,t,s,c\n1,2019-10-03,a,x\n")
			o := collectors.Options{Workspace: "test"}.WithSettings([]byte(test.mapping))
			err := collectortest.Into(context.Background(), New(), path, o, collectortest.NewRecorder())
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v; want one line with %q", err, test.want)
			}
		})
	}
}

// TestLongCells reads cells larger than any buffer, in columns wanted and not.
func TestLongCells(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long text ", 300_000)
	mapping := small + "size: {length_of: x}\n"
	for name, text := range map[string]string{
		"csv":  "i,t,s,c,x,y\n1,2019-10-03,a,x,\"" + long + "\",\"" + long + "\"\n2," + long + ",a,x,,\n",
		"json": `[{"i":1,"t":"2019-10-03","s":"a","c":"x","x":"` + long + `","y":["` + long + `"]},{"i":2,"t":"` + long + `","s":"a","c":"x"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := read(t, "data", text, mapping)
			if len(r.Messages) != 1 || r.Messages[0].SizeBytes != uint32(len(long)) || r.Reasons["no_time"] != 1 {
				t.Errorf("%d messages, reasons %v", len(r.Messages), r.Reasons)
			}
		})
	}
}

func TestBeside(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	rows := "i,t,s,c\n1,2019-10-03,a,x\n"
	for name, text := range map[string]string{
		"mapping.yaml": small, "a.csv": rows, "b.mapping.yaml": strings.Replace(small, "chat", "wall", 1), "b.csv.gz": rows,
		"deep/down/c.csv": rows, "deep/mapping.yaml": strings.Replace(small, "chat", "deep", 1),
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r := collectortest.Collect(t, New(), root, collectors.Options{})
	got := map[string]int{}
	for _, m := range r.Messages {
		got[m.Tool]++
	}
	if diff := cmp.Diff(map[string]int{"chat": 1, "wall": 1, "deep": 1}, got); diff != "" || len(r.Rejects) > 0 {
		t.Errorf("rejects %v; messages by tool -want +got:\n%s", r.Reasons, diff)
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []Column
	}{
		{"CSV", "id;from;text\n1;a;x\n2;a;\n", []Column{{"data", "id", 2, 2}, {"data", "from", 2, 1}, {"data", "text", 1, 1}}},
		{"no header", "ana@heron.example,bo@heron.example\nana@heron.example,cy@heron.example\n",
			[]Column{{"data", "column 1", 1, 1}, {"data", "column 2", 1, 1}}},
		{"JSON Lines", "{\"id\":1,\"from\":{\"id\":\"a\"}}\n{\"id\":2,\"to\":[\"b\",\"c\"]}\n",
			[]Column{{"data", "id", 2, 2}, {"data", "from", 0, 0}, {"data", "from.id", 1, 1}, {"data", "to", 2, 2}}},
		{"a list that breaks off", `[{"id":1},{"id":2,"x":`, []Column{{"data", "id", 2, 2}, {"data", "x", 0, 0}}},
		{"prose", "Dear all\nthis is no table\n", []Column{}},
		{"binary", "\x00\x01\x02", []Column{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tree, err := collectors.OpenTree(write(t, "data", test.text), collectors.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer tree.Close()
			got, err := Describe(tree)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) == 0 {
				got = []Column{}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestClaimsNothingUnmapped asks for a claim on the reference data, none of which has
// a mapping beside it.
func TestClaimsNothingUnmapped(t *testing.T) {
	t.Parallel()
	for _, sub := range []string{"fixtures", "corpora"} {
		tree, err := collectors.OpenTree(collectortest.Shared(t, sub), collectors.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		claim, err := New().Recognise(tree)
		if err != nil || claim.Certainty != collectors.No {
			t.Errorf("%s: %+v, %v", sub, claim, err)
		}
		if _, err := Describe(tree); err != nil {
			t.Errorf("%s: describe: %v", sub, err)
		}
	}
}
