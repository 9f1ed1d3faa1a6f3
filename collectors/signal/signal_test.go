package signal

import (
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

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"forbidden", "secret"}})
}

// The counts stand in fixtures/consumer-SOURCES.md: 2 messages of 2 senders, one further line,
// local times.
func TestReferenceText(t *testing.T) {
	t.Parallel()
	path := collectortest.Shared(t, "fixtures", "signal", "chat-miner", "chat.txt")
	r := collectortest.Collect(t, New(), path, collectors.Options{})
	if diff := cmp.Diff(map[record.Kind]int{record.KindMessage: 2}, r.Kinds); diff != "" || len(r.Senders) != 2 || len(r.Rejects) != 0 {
		t.Errorf("%d senders, rejects %v, %s", len(r.Senders), r.Reasons, diff)
	}
	first, last := r.Messages[0], r.Messages[1]
	if got := first.SentAt.Format(time.RFC3339) + " " + last.SentAt.Format(time.RFC3339); got != "2019-12-24T12:23:00Z 2020-01-17T21:49:00Z" {
		t.Errorf("from and to %s", got)
	}
	if first.Precision != record.PrecisionMinute || !first.ZoneAssumed || last.SizeBytes != uint32(len("Hello\nJane!")) {
		t.Errorf("%+v, %+v", first, last)
	}
}

func collectText(t *testing.T, name, document string, o collectors.Options) *collectortest.Recorder {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(document), 0o644); err != nil {
		t.Fatal(err)
	}
	o.Workspace = "w"
	return collectortest.Collect(t, New(), path, o)
}

// What two members export of one conversation has the same place, id and sender, given who
// they are.
func TestBothSidesAgree(t *testing.T) {
	t.Parallel()
	const ana, ben = "qqqqqqqqqqqqqqqqqqqqqg==", "u7u7u7u7u7u7u7u7u7u7uw=="
	const head = `{"version":"1","backupTimeMs":"1"}` + "\n" + `{"account":{"givenName":"X"}}` + "\n" + `{"recipient":{"id":"1","self":{}}}` + "\n"
	export := func(other, author string) string {
		return head + `{"recipient":{"id":"2","contact":{"aci":"` + other + `"}}}` + "\n" + `{"chat":{"id":"1","recipientId":"2"}}` + "\n" +
			`{"chatItem":{"chatId":"1","authorId":"` + author + `","dateSent":"1717228800000","standardMessage":{"text":{"body":"x"}}}}`
	}
	own := func(id string) collectors.Options { return collectors.Options{}.WithSettings([]byte("owner: " + id)) }
	first := collectText(t, "main.jsonl", export(ben, "1"), own("aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"))
	second := collectText(t, "main.jsonl", export(ana, "2"), own("bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"))
	if len(first.Messages) != 1 || len(second.Messages) != 1 {
		t.Fatalf("%d and %d messages", len(first.Messages), len(second.Messages))
	}
	a, b := first.Messages[0], second.Messages[0]
	if a.Conversation.Key != b.Conversation.Key || a.ID != b.ID || a.Sender != b.Sender || !strings.HasSuffix(a.ID, "/1717228800000") {
		t.Errorf("%+v\n%+v", a, b)
	}
}

// A line of any length passes through, and counts for the size of its message.
func TestLongLine(t *testing.T) {
	t.Parallel()
	const n = 3 * lineBytes
	r := collectText(t, "chat.md", "[2024-06-01, 08:00] Me: "+strings.Repeat("x", n)+"\n[2024-06-01, 08:01] Me: y\n", collectors.Options{})
	if len(r.Messages) != 2 || r.Messages[0].SizeBytes != n || r.Messages[1].SizeBytes != 1 {
		t.Errorf("%d messages, rejects %v", len(r.Messages), r.Reasons)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, at, name string
	}{
		{"[2019-12-24, 12:23] Jane Doe: Hello", "2019-12-24T12:23:00Z", "Jane Doe"},
		{"[2019-12-24 12:23] Jane Doe: Hello", "2019-12-24T12:23:00Z", "Jane Doe"},
		{"[2019-12-24 12:23:05] Jane: a: b", "2019-12-24T12:23:05Z", "Jane"},
		{"[2019-12-24, 12:23] Jane:", "2019-12-24T12:23:00Z", "Jane"},
		{"[2019-12-24, 12:23] no colon", "", ""},
		{"[2019-12-24, 25:23] Jane: x", "", ""},
		{"[2019-13-24, 12:23] Jane: x", "", ""},
		{"[24.12.2019, 12:23] Jane: x", "", ""},
		{"[2019-12-24, 12:23]Jane: x", "", ""},
		{"2019-12-24, 12:23 Jane: x x x", "", ""},
		{"[2019-12-24, 12:23", "", ""},
		{"", "", ""},
	} {
		h, ok := parseHeader([]byte(c.line))
		switch {
		case ok != (c.at != ""):
			t.Errorf("%q: %v", c.line, ok)
		case ok && (h.at.Format(time.RFC3339) != c.at || string(h.name) != c.name):
			t.Errorf("%q: %v, %q", c.line, h.at, h.name)
		}
	}
}

func TestDamaged(t *testing.T) {
	t.Parallel()
	const head = `{"version":"1","backupTimeMs":"1"}` + "\n" + `{"account":{}}` + "\n" + `{"recipient":{"id":"1","self":{}}}` + "\n" + `{"chat":{"id":"1","recipientId":"1"}}` + "\n"
	for _, c := range []struct {
		name, file, document string
		reasons              map[string]int
	}{
		{"no export", "x.bin", `{"a":1}`, map[string]int{"unrecognised_file": 1}},
		{"empty lines", "main.jsonl", ``, map[string]int{"truncated_file": 1}},
		{"no frames", "main.jsonl", `[]`, map[string]int{"bad_json": 1}},
		{"no messages", "main.jsonl", head, map[string]int{}},
		{"no time", "main.jsonl", head + `{"chatItem":{"chatId":"1","authorId":"1","standardMessage":{}}}`, map[string]int{"bad_time": 1}},
		{"absurd time", "main.jsonl", head + `{"chatItem":{"chatId":"1","authorId":"1","dateSent":"99999999999999","standardMessage":{}}}`, map[string]int{"time_out_of_range": 1}},
		{"cut off", "main.jsonl", head + `{"chatItem":{"chatId":"1","auth`, map[string]int{"truncated_file": 1}},
		{"desktop, cut off", "x.json", `[{"conversationId":"c","type":"incoming","sent_at":1717228800000},{"conv`, map[string]int{"truncated_file": 1}},
		{"desktop, no place", "x.json", `[{"type":"incoming","sent_at":1717228800000}]`, map[string]int{"no_conversation": 1}},
		{"desktop, nothing", "x.json", ``, map[string]int{"truncated_file": 1}},
		{"desktop, an object", "x.json", `{}`, map[string]int{"bad_json": 1}},
		{"text, nothing", "chat.txt", ``, map[string]int{}},
		{"text, no header", "chat.txt", "hello\n\nthere\n[2024-06-01, 08:00] Me: x\n", map[string]int{"no_time": 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.reasons, collectText(t, c.file, c.document, collectors.Options{}).Reasons); diff != "" {
				t.Error(diff)
			}
		})
	}
}
