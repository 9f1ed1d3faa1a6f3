package skype

import (
	"os"
	"path/filepath"
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

// The counts stand in fixtures/consumer-SOURCES.md: 7 messages of 3 senders, one deleted, one
// edited; a call, two thread activities; the special conversation is passed over. Bare and in the tar.
func TestReferenceExport(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"messages.json", "8_live_ana.ruiz_export.tar"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "skype", "synthetic", file), collectors.Options{})
			want := map[record.Kind]int{record.KindMessage: 7, record.KindCall: 1, record.KindSystem: 2, record.KindReaction: 1}
			if diff := cmp.Diff(want, r.Kinds); diff != "" {
				t.Error(diff)
			}
			if len(r.Rejects) != 0 || len(r.Conversations) != 2 {
				t.Errorf("rejects %v, %d conversations; want none and 2", r.Reasons, len(r.Conversations))
			}
			senders := map[record.AccountKey]bool{}
			edited, deleted := 0, 0
			var first, last time.Time
			for _, m := range r.Messages {
				if m.Kind != record.KindMessage {
					continue
				}
				senders[m.Sender] = true
				if !m.EditedAt.IsZero() {
					edited++
				}
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
			if len(senders) != 3 || edited != 1 || deleted != 1 {
				t.Errorf("%d senders, %d edited, %d deleted; want 3, 1, 1", len(senders), edited, deleted)
			}
			if got := first.Format(time.RFC3339) + " " + last.Format(time.RFC3339); got != "2020-07-06T17:20:00Z 2020-07-11T11:28:20Z" {
				t.Errorf("from and to %s", got)
			}
		})
	}
}

func read(t *testing.T, document string) *collectortest.Recorder {
	t.Helper()
	path := filepath.Join(t.TempDir(), "messages.json")
	if err := os.WriteFile(path, []byte(document), 0o644); err != nil {
		t.Fatal(err)
	}
	return collectortest.Collect(t, New(), path, collectors.Options{Workspace: "w"})
}

// A message of a direct conversation has the same key and id in the exports of both.
func TestBothSidesAgree(t *testing.T) {
	t.Parallel()
	const row = `"MessageList":[{"id":"1594056030609","originalarrivaltime":"2020-07-06T17:20:30.609Z","messagetype":"RichText","content":"x","from":"8:ben"}]`
	ana := read(t, `{"userId":"8:live:ana","conversations":[{"id":"8:ben",`+row+`}]}`)
	ben := read(t, `{"userId":"8:ben","conversations":[{"id":"8:live:Ana",`+row+`}]}`)
	if diff := cmp.Diff(ana.Messages, ben.Messages); diff != "" || len(ana.Messages) != 1 {
		t.Errorf("%d messages; %s", len(ana.Messages), diff)
	}
}

func TestDamaged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, document string
		reasons        map[string]int
	}{
		{"nothing", ``, map[string]int{"truncated_file": 1}},
		{"no export", `{"a":1}`, map[string]int{"unrecognised_file": 1}},
		{"no object", `[]`, map[string]int{"bad_json": 1}},
		{"empty", `{"userId":"8:a","conversations":[]}`, map[string]int{}},
		{"no owner", `{"conversations":[{"id":"8:b","MessageList":[{"id":"1594056030609"}]}]}`, map[string]int{}},
		{"no place", `{"userId":"8:a","conversations":[{"MessageList":[{"id":"1594056030609"}]}]}`, map[string]int{"no_conversation": 1}},
		{"absurd date", `{"userId":"8:a","conversations":[{"id":"8:b","MessageList":[{"id":"1","originalarrivaltime":"9999-01-01T00:00:00Z"}]}]}`, map[string]int{"time_out_of_range": 1}},
		{"cut off", `{"userId":"8:a","conversations":[{"id":"8:b","MessageList":[{"id":"15940`, map[string]int{"truncated_file": 1}},
		{"cut off and backwards", `{"conversations":[{"MessageList":[{"id":"1594056030609"}],"id":"8:b"},{"Mess`, map[string]int{"truncated_file": 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.reasons, read(t, c.document).Reasons); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"2020-07-06T17:20:30Z", "2020-07-06T17:20:30Z"},
		{"2020-07-06T17:20:20.1Z", "2020-07-06T17:20:20.1Z"},
		{"2020-07-06T17:20:30.609Z", "2020-07-06T17:20:30.609Z"},
		{"2020-07-06T17:20:30.1234567Z", "2020-07-06T17:20:30.1234567Z"},
		{"2020-07-06T17:20:30.99999999999999Z", "2020-07-06T17:20:30.999999999Z"},
		{"2020-13-06T17:20:30Z", ""},
		{"2020-07-06 17:20:30", ""},
		{"", ""},
	} {
		got := instant([]byte(c.text))
		if c.want == "" && got.IsZero() {
			continue
		}
		if got.Format(time.RFC3339Nano) != c.want {
			t.Errorf("%q: %v", c.text, got)
		}
	}
}
