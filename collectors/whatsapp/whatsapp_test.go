package whatsapp

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
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

func TestConformance(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{
		"heron lands", "midnight", "PHOTO", "IMG-", "noon", "eins", "second line", "legenda", "quoted",
	}})
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		path                                       string
		messages, senders, deleted, calls, notices int
		first, last                                string
		kind                                       record.ConversationKind
	}{
		{"chat-analytics/2A_5M.txt", 5, 2, 0, 0, 0, "2021-01-01T12:00:00Z", "2021-01-01T12:03:00Z", record.ConversationDirect},
		{"chat-miner/ddmmyy_24hrs.txt", 7, 5, 0, 0, 2, "2019-01-01T11:25:00Z", "2021-12-30T22:01:00Z", record.ConversationGroup},
		{"chat-miner/mmddyy_24hrs.txt", 7, 5, 0, 0, 2, "2019-01-01T11:25:00Z", "2021-12-30T22:01:00Z", record.ConversationGroup},
		{"chat-miner/yyyymmdd_24hrs.txt", 7, 5, 0, 0, 2, "2019-01-01T11:25:00Z", "2021-12-30T22:01:00Z", record.ConversationGroup},
		// Of the six headers two are no messages: the notice on encryption and a missed call.
		{"synthetic/WhatsApp Chat - Chloé", 4, 2, 0, 1, 1, "2021-08-03T12:30:05Z", "2022-01-01T00:00:00Z", record.ConversationDirect},
		{"synthetic/WhatsApp Chat with Heron team.txt", 7, 3, 1, 0, 4, "2023-01-04T19:05:00Z", "2023-12-31T09:03:00Z", record.ConversationGroup},
		// Of the nineteen headers two are calls and two notices; deleted messages are messages.
		{"timelinize/_chat.txt", 15, 4, 2, 2, 2, "2020-01-01T12:00:13Z", "2025-07-01T12:00:19Z", record.ConversationGroup},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "whatsapp", test.path), collectors.Options{})
			senders, deleted := map[record.AccountKey]bool{}, 0
			var first, last time.Time
			for _, m := range r.Messages {
				if m.Conversation.Kind != test.kind {
					t.Fatalf("a message in a %s; want %s", m.Conversation.Kind, test.kind)
				}
				if m.Kind != record.KindMessage {
					continue
				}
				senders[m.Sender] = true
				if m.IsDeleted {
					deleted++
				}
				if first.IsZero() || m.SentAt.Before(first) {
					first = m.SentAt
				}
				if m.SentAt.After(last) {
					last = m.SentAt
				}
			}
			got := []int{r.Kinds[record.KindMessage], len(senders), deleted, r.Kinds[record.KindCall], r.Kinds[record.KindSystem], len(r.Rejects)}
			if diff := cmp.Diff([]int{test.messages, test.senders, test.deleted, test.calls, test.notices, 0}, got); diff != "" {
				t.Errorf("messages, senders, deleted, calls, notices, rejects: %s", diff)
			}
			if a, b := first.Format(time.RFC3339), last.Format(time.RFC3339); a != test.first || b != test.last {
				t.Errorf("from %s to %s; want %s to %s", a, b, test.first, test.last)
			}
		})
	}
}

// Every fixture of WhatsApp is claimed, and none of another tool.
func TestRecognisesItsOwnOnly(t *testing.T) {
	t.Parallel()
	root := collectortest.Shared(t, "fixtures")
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		tree, err := collectors.OpenTree(p, collectors.Limits{})
		if err != nil {
			return nil //nolint:nilerr // a fixture may be damaged on purpose
		}
		defer tree.Close()
		claim, err := New().Recognise(tree)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if own := strings.HasPrefix(rel, "whatsapp"+string(filepath.Separator)); own != (claim.Certainty > 0) {
			t.Errorf("%s: claimed with %d", rel, claim.Certainty)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, want string }{
		{"1/4/23, 7:05\u202fPM - Ana: x", "1 4 23 19:05:00 android|Ana: x"},
		{"1/4/23, 12:00 AM - Ana: x", "1 4 23 00:00:00 android|Ana: x"},
		{"1/4/23, 12:30 pm - Ana: x", "1 4 23 12:30:00 android|Ana: x"},
		{"04/01/2023, 00:08 a. m. - Ana: x", "4 1 2023 00:08:00 android|Ana: x"},
		{"04/01/2023, 7:05 p.\u00a0m. - Ana: x", "4 1 2023 19:05:00 android|Ana: x"},
		{"04/01/2023 à 19:05 - Ana : x", "4 1 2023 19:05:00 android|Ana : x"},
		{"13. 6. 2018. 14:05 - Ana: x", "13 6 2018 14:05:00 android|Ana: x"},
		{"2018. 06. 13. 14:05 - Ana: x", "2018 6 13 14:05:00 android|Ana: x"},
		{"13.06.18 14.05 - Ana: x", "13 6 18 14:05:00 android|Ana: x"},
		{"4.1.2023 klo 19.05 - Ana: x", "4 1 2023 19:05:00 android|Ana: x"},
		{"2023-01-04 19:05 - Ana: x", "2023 1 4 19:05:00 android|Ana: x"},
		{"2023. 1. 4. 오후 7:05 - Ana: x", "2023 1 4 19:05:00 android|Ana: x"},
		{"2023/1/4 下午7:05 - Ana: x", "2023 1 4 19:05:00 android|Ana: x"},
		{"٤\u200f/١\u200f/٢٠٢٣، ٧:٠٥ م - Ana: x", "4 1 2023 19:05:00 android|Ana: x"},
		{"۱۴۰۱/۱/۴, ۷:۰۵ ق.ظ. - Ana: x", "1401 1 4 07:05:00 android|Ana: x"},
		{"०४/०१/२३, ७:०५ अपराह्न - Ana: x", "4 1 23 19:05:00 android|Ana: x"},
		{"\u200e[03.08.21, 12:31:00] Ana: x", "3 8 21 12:31:00 ios marked|Ana: x"},
		{"[3/8/21, 7:31:09\u202fPM] Ana: x", "3 8 21 19:31:09 ios|Ana: x"},
		{"[2023/1/4 下午7:05:09] Ana: x", "2023 1 4 19:05:09 ios|Ana: x"},
		{"\ufeff1/4/23, 7:05 - Ana: x", "1 4 23 07:05:00 android marked|Ana: x"},
		{"1/4/23, 7:05 -", "1 4 23 07:05:00 android|"},
		{"1/5/23 is a date inside the text", ""},
		{"1/5/23 we meet at 12:30 - or later: fine", ""},
		{"1/5/23, 12:30 sharp - Ana: x", ""},
		{"12:30 - Ana: x", ""},
		{"1/5/23, 25:30 - Ana: x", ""},
		{"1/5/23, 12:60 - Ana: x", ""},
		{"1/5/123, 12:30 - Ana: x", ""},
		{"[12:30] Ana: hello there", ""},
		{"", ""},
	}
	for _, test := range tests {
		t.Run(test.line, func(t *testing.T) {
			t.Parallel()
			h, ok := parseHeader([]byte(test.line))
			got := ""
			if ok {
				system := "android"
				if h.iOS {
					system = "ios"
				}
				if h.marked {
					system += " marked"
				}
				clock := time.Unix(int64(h.seconds), 0).UTC().Format(time.TimeOnly)
				got = fmt.Sprintf("%d %d %d %s %s|%s", h.date[0], h.date[1], h.date[2], clock, system, h.rest)
			}
			if got != test.want {
				t.Errorf("%q; want %q", got, test.want)
			}
		})
	}
}

func TestDateOrder(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		dates string
		want  string
	}{
		{"day beyond twelve", "1/2/23 14/2/23", "dmy impossible_dates_otherwise"},
		{"month first", "2/1/23 2/14/23", "mdy impossible_dates_otherwise"},
		{"one typing error does not count", "2/1/23 2/14/23 2/15/23 14/2/23", "mdy impossible_dates_otherwise"},
		{"four digits first", "2023/2/1", "ymd year_of_four_digits"},
		{"year first in two digits", "23/2/1 23/2/14", "ymd impossible_dates_otherwise"},
		{"steps back", "1/5/23 2/1/23 3/2/23", "mdy fewest_steps_back"},
		{"in the future", "1/5/24 1/7/24", "mdy impossible_dates_otherwise"},
		{"nothing tells", "1/1/23 2/2/23", "dmy assumed"},
		{"before WhatsApp", "10/1/5 11/1/5", "ymd impossible_dates_otherwise"},
		{"no rows", "", "ymd year_of_four_digits"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v := newOrderVotes(now)
			for _, date := range strings.Fields(test.dates) {
				h, ok := parseHeader([]byte(date + ", 10:00 - A: x"))
				if !ok {
					t.Fatal(date)
				}
				v.add(&h)
			}
			if o, reason := v.settle(); o.String()+" "+reason != test.want {
				t.Errorf("%s %s; want %s", o, reason, test.want)
			}
		})
	}
}

func TestSaysWhichOrderItTook(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	path := filepath.Join(t.TempDir(), "WhatsApp Chat with Ben.txt")
	write(t, path, "1/2/23, 10:00 - Ben: heron lands\n2/14/23, 10:00 - Ben: heron lands\n")
	collectortest.Collect(t, New(), path, collectors.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if !strings.Contains(log.String(), "order=mdy reason=impossible_dates_otherwise") || strings.Contains(log.String(), "Ben") {
		t.Errorf("the log says %q", log.String())
	}
}

func TestChatNamedAfterANumberIsDirect(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "WhatsApp Chat with +1 202 555 0102.txt")
	write(t, path, "14/2/23, 10:00 - Ana: heron lands\n14/2/23, 10:01 - +1 202 555 0102: heron lands\n")
	r := collectortest.Collect(t, New(), path, collectors.Options{})
	if len(r.Messages) != 2 {
		t.Fatalf("%d messages; want 2", len(r.Messages))
	}
	for _, m := range r.Messages {
		if m.Conversation.Kind != record.ConversationDirect || len(m.Recipients) != 1 {
			t.Errorf("a message in a %s to %d; want a direct one to the other", m.Conversation.Kind, len(m.Recipients))
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]chatName{
		"WhatsApp Chat with Heron team":          {"Heron team", true},
		"WhatsApp_Chat_with_Heron_team":          {"Heron team", true},
		"WhatsApp Chat - Chloe\u0301 (2)":        {"Chloé", true},
		"Chat de WhatsApp con Lucía":             {"Lucía", true},
		"Discussion WhatsApp avec +33 6 39":      {"+33 6 39", true},
		"WhatsApp Chat with +1 (202) 555-0102":   {"+12025550102", true},
		"Chat WhatsApp con il gruppo Airone":     {"Airone", true},
		"Чат WhatsApp с контактом Дмитрий":       {"Дмитрий", true},
		"与李雷的 WhatsApp 聊天":                       {"李雷", true},
		"Ayşe ile WhatsApp Sohbeti":              {"Ayşe", true},
		"WhatsApp-keskustelu käyttäjän A kanssa": {"A", true},
		"WhatsApp Chat with ":                    {"WhatsApp Chat with", false},
		"notes":                                  {"notes", false},
		"İ WhatsApp":                             {"İ WhatsApp", false},
	} {
		if got := parseName(base); got != want {
			t.Errorf("%q gives %v; want %v", base, got, want)
		}
	}
	for name, want := range map[string]string{
		"+33 6 39 98 00 03": "+33639980003", "\u202a+1 (202) 555‑0101\u202c": "+12025550101", "Ana": "", "+1": "", "+33 x": "", "+12 34 56 78 90 12 34 56 7": "",
	} {
		if got := phoneOf(name); got != want {
			t.Errorf("%q gives %q; want %q", name, got, want)
		}
	}
}

// rows renders what a chat gives, a row a line.
func rows(t *testing.T, name, text, options string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	write(t, path, text)
	r := collectortest.Collect(t, New(), path, collectors.Options{Workspace: "test"}.WithSettings([]byte(options)))
	var out []string
	for _, m := range r.Messages {
		line := fmt.Sprintf("%s %s %s %d", m.Conversation.Kind, m.Kind, m.Sender.Value, m.SizeBytes)
		if m.Attachments > 0 {
			line += " attached"
		}
		if m.IsDeleted {
			line += " deleted"
		}
		for _, k := range m.Recipients {
			line += " >" + k.Value
		}
		out = append(out, line)
	}
	for _, x := range r.Rejects {
		out = append(out, "reject "+x.Reason)
	}
	return out
}

func TestRows(t *testing.T) {
	t.Parallel()
	const a = "1/1/23, 10:00 - "
	const i = "[01.01.23, 10:00:00] "
	tests := []struct {
		name, file, text, options string
		want                      []string
	}{
		{"a group without a word about it", "WhatsApp Chat with Heron team.txt", a + "Ana: x\n" + a + "Ben: yy\n", "",
			[]string{"group message Ana 1 >Ben", "group message Ben 2 >Ana"}},
		{"only the other one wrote", "WhatsApp Chat with Ben.txt", a + "Ben: x\n", "", []string{"direct message Ben 1"}},
		{"only the other one wrote, owner told", "WhatsApp Chat with Ben.txt", a + "Ben: x\n", "owner: Ana", []string{"direct message Ben 1 >Ana"}},
		{"only the owner wrote", "WhatsApp Chat with Ben.txt", a + "Ana: x\n", "", []string{"direct message Ana 1 >Ben"}},
		{"a group where one wrote, owner told", "WhatsApp Chat with Heron.txt", a + "Ben created group \"Heron\"\n" + a + "Ben: x\n", "owner: Ana",
			[]string{"group system  0", "group message Ben 1 >Ana"}},
		{"numbers", "x.txt", a + "+33 6 39 98 00 03: x\n" + a + "~\u202fZoë B: é\n", "", []string{"direct message +33639980003 1 >Zoë B", "direct message Zoë B 2 >+33639980003"}},
		{"several lines", "x.txt", a + "Ana: one\r\n\r\nthree: 3\r\n" + a + "Ben:\r\n" + a + "Ben: \r\n", "",
			[]string{"direct message Ana 13 >Ben", "direct message Ben 0 >Ana", "direct message Ben 0 >Ana"}},
		{"a name with quotes and colons", "x.txt", strings.Repeat(a+"Ben \"B:1\" Ok: x\n", 3) + a + "Ana changed the subject to \"a: b\"\n", "",
			[]string{"group message Ben \"B:1\" Ok 1", "group message Ben \"B:1\" Ok 1", "group message Ben \"B:1\" Ok 1", "group system  0"}},
		{"Android's placeholders", "x.txt", a + "Ana: <Medien ausgeschlossen>\n" + a + "Ana: \u200eIMG-20230101-WA0001.jpg (Datei angehängt)\nover\n" + a + "Ana: see (this)\n" +
			a + "Ana: a <b>\n" + a + "Ana: hi <This message was edited>\n" + a + "Ana: null\n" + a + "Ana: location: https://maps.google.com/?q=1\n" + a + "Ana: You deleted this message\n", "",
			[]string{"direct message Ana 0 attached", "direct message Ana 5 attached", "direct message Ana 10", "direct message Ana 5", "direct message Ana 2",
				"direct message Ana 0", "direct message Ana 0", "direct message Ana 0 deleted"}},
		{"an iPhone's placeholders", "x.txt", "\u200e" + i + "Ana: over \u200e<attached: 1-PHOTO.jpg>\n" + i + "Ana: \u200eimage omitted\n" + i + "Ana: hi \u200e<Diese Nachricht wurde bearbeitet.>\n" +
			i + "Ana: \u200eUMFRAGE:\nwhat\n\u200eOPTION: a\n" + i + "Ana: \u200eCode geändert\n" + i + "Ana: \u200eSprachanruf, \u200e5 Min.\n", "",
			[]string{"direct message Ana 4 attached", "direct message Ana 0 attached", "direct message Ana 2", "direct message Ana 5", "direct system  0", "direct call Ana 0"}},
		{"a group on an iPhone that names itself", "WhatsApp Chat - Heron.txt", i + "Heron: \u200eAna created this group\n" + i + "Ana: x\n" + i + "Ben: x\n", "",
			[]string{"group system  0", "group message Ana 1 >Ben", "group message Ben 1 >Ana"}},
		{"before the first header", "x.txt", "hello\n\n" + a + "Ana: x\n31/31/23, 10:00 - Ana: x\nmore\n" + a + "Ana: x\n", "",
			[]string{"direct message Ana 1", "direct message Ana 1", "reject no_header", "reject bad_time"}},
		{"a line of three million bytes", "x.txt", a + "Ana: " + strings.Repeat("x", 3e6) + "\n" + strings.Repeat("y", 1e6) + "\n" + a + "Ben: z", "",
			[]string{"direct message Ana 4000001 >Ben", "direct message Ben 1 >Ana"}},
		{"no text", "x.txt", "", "", []string{"reject unrecognised_file"}},
		{"bytes that are no letters", "x.txt", a + "An\xff: \xfe\n", "", []string{"direct message An\ufffd 1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, rows(t, test.file, test.text, test.options)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// An iPhone's archive is named after the chat, several may lie in a folder, and one chat
// exported twice is two archives of the same rows.
func TestArchives(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"WhatsApp Chat - Heron team.zip", "WhatsApp Chat - Heron team (1).zip"} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for file, text := range map[string]string{
			"_chat.txt":              "[13.01.23, 10:00:00] Ana Ruiz: x\n[13.01.23, 10:00:01] Ben Okafor: y\n[13.01.23, 10:00:02] Zoë Lind: y\n",
			"00000001-notes.txt":     "1 of 2",
			"00000002-PHOTO.jpg":     "x",
			"00000003-anything.else": "x",
		} {
			f, err := w.Create(file)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, name), b.String())
	}
	tree, err := collectors.OpenTree(folder, collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if claim, err := New().Recognise(tree); err != nil || claim.Certainty != collectors.Certain {
		t.Errorf("%v, %v", claim, err)
	}
	r := &archives{Recorder: collectortest.NewRecorder()}
	if err := collectortest.Into(context.Background(), New(), folder, collectors.Options{}, r); err != nil {
		t.Fatal(err)
	}
	if len(r.Messages) != 6 || len(r.Rejects) != 0 || r.begun != 2 {
		t.Errorf("%d messages, rejects %v, %d archives; want 6, none and 2", len(r.Messages), r.Reasons, r.begun)
	}
	for _, m := range r.Messages {
		if m.Conversation.Key != "group:Heron team" {
			t.Errorf("a message in %q", m.Conversation.Key)
		}
	}
}

type archives struct {
	*collectortest.Recorder
	begun int
}

func (a *archives) NextArchive() { a.begun++ }

// A file of an archive that is cut short stops the run.
func TestTruncatedArchive(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateHeader(&zip.FileHeader{Name: "_chat.txt", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(strings.Repeat("[13.01.23, 10:00:00] Ana Ruiz: x\n", 100))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "WhatsApp Chat - x.zip")
	broken := bytes.Replace(b.Bytes(), []byte("10:00:00"), []byte("10:00:01"), 1)
	write(t, path, string(broken))
	err = collectortest.Into(context.Background(), New(), path, collectors.Options{}, collectortest.NewRecorder())
	if err == nil || !strings.Contains(err.Error(), "get the archive again") {
		t.Errorf("%v; want what to do", err)
	}
}

func FuzzChat(f *testing.F) {
	f.Add([]byte("1/4/23, 7:05\u202fPM - Ana: first\nsecond\n\u200e[03.08.21, 12:31:00] Chloé: \u200eBild weggelassen\n"), "WhatsApp Chat with Ana")
	f.Add([]byte("٤\u200f/١\u200f/٢٠٢٣، ٧:٠٥ م - ليلى: x\n2023. 1. 4. 오후 7:05 - 김하늘: x\n"), "_chat")
	f.Add([]byte("1/1/23, 10:00 - Ana changed \"a: b\"\n1/1/23, 10:00 - Ana: x.jpg (y)\n99/99/99, 10:00 - B:.\n"), "x")
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		s, err := newSettings(collectors.Options{Workspace: "test", Location: time.UTC})
		if err != nil {
			t.Fatal(err)
		}
		s.now = time.Now
		kept := collectortest.NewRecorder()
		r := &reader{settings: s, sink: kept}
		c, err := r.survey(context.Background(), bytes.NewReader(text), parseName(name))
		if err != nil {
			t.Fatal(err)
		}
		c.settle()
		if err := r.chat(context.Background(), bytes.NewReader(text), c, "x"); err != nil {
			t.Fatal(err)
		}
		if n := len(kept.Messages) + kept.Reasons["bad_time"] + kept.Reasons["time_out_of_range"]; n != c.votes.rows {
			t.Fatalf("%d rows give %d records", c.votes.rows, n)
		}
		for i := range kept.Messages {
			if m := &kept.Messages[i]; m.Kind == record.KindMessage && m.Sender.IsZero() || int64(m.SizeBytes) > int64(len(text)) {
				t.Fatalf("%+v", m)
			}
		}
	})
}

// phones write chats of n messages.
var phones = map[string]func(w io.Writer, n int){
	"android": func(w io.Writer, n int) { invented(w, n, "1/2/06, 3:04\u202fPM - ", "\n") },
	"iphone":  func(w io.Writer, n int) { invented(w, n, "[02.01.06, 15:04:05] ", "\r\n") },
}

func invented(w io.Writer, n int, layout, end string) {
	at := time.Date(2013, 1, 1, 8, 0, 0, 0, time.UTC)
	for i := range n {
		at = at.Add(97 * time.Second)
		fmt.Fprintf(w, "%sPerson Number%d: have you seen the figures of last week, they are good%s", at.Format(layout), i*7%(23+n/10000), end)
		if i%10 == 9 {
			io.WriteString(w, "and a second line, which is not so long\n")
		}
	}
}

func BenchmarkCollect(b *testing.B) {
	for phone, write := range phones {
		b.Run(phone, func(b *testing.B) {
			collectortest.ThroughputOf(b, New(), benchName, collectortest.Written(write, 200_000))
		})
	}
}

const benchName = "WhatsApp Chat with Heron team.txt"

// A group has a thousand members at most.
func BenchmarkResident(b *testing.B) {
	for phone, write := range phones {
		b.Run(phone, func(b *testing.B) { collectortest.Resident(b, New(), benchName, collectors.Options{}, write) })
	}
}

// The ZIP in which an iPhone sends a chat, of 300 MB unpacked.
func BenchmarkResidentZIP(b *testing.B) {
	collectortest.ResidentOf(b, New(), collectors.Options{}, func(dir string) string {
		path := filepath.Join(dir, "WhatsApp Chat - Heron team.zip")
		f, err := os.Create(path)
		if err != nil {
			b.Fatal(err)
		}
		packed := zip.NewWriter(f)
		chat, err := packed.Create("_chat.txt")
		if err != nil {
			b.Fatal(err)
		}
		phones["iphone"](chat, 3_000_000)
		if err := errors.Join(packed.Close(), f.Close()); err != nil {
			b.Fatal(err)
		}
		return path
	})
}

// What the command line says goes before the settings, and before what the chat shows.
func TestDateOrderOfOneImport(t *testing.T) {
	t.Parallel()
	s, err := newSettings(collectors.Options{DateOrder: "mdy", Location: time.UTC}.WithSettings([]byte("date_order: dmy")))
	if err != nil || s.order == nil || *s.order != monthFirst {
		t.Errorf("%v, %v; want month first", s, err)
	}
}
