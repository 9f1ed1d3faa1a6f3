package hangouts

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

// read collects a document given as text.
func read(t *testing.T, document string) *collectortest.Recorder {
	t.Helper()
	path := filepath.Join(t.TempDir(), "Hangouts.json")
	if err := os.WriteFile(path, []byte(document), 0o644); err != nil {
		t.Fatal(err)
	}
	return collectortest.Collect(t, New(), path, collectors.Options{Workspace: "w"})
}

// The counts stand in fixtures/consumer-SOURCES.md: 8 messages of 4 senders, two of them SMS;
// the two HANGOUT_EVENT are one call; ADD_USER, REMOVE_USER and RENAME_CONVERSATION are system rows.
func TestReferenceArchive(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "hangouts"), collectors.Options{})
	want := map[record.Kind]int{record.KindMessage: 8, record.KindCall: 1, record.KindSystem: 3}
	if diff := cmp.Diff(want, r.Kinds); diff != "" {
		t.Error(diff)
	}
	if len(r.Conversations) != 3 || len(r.Rejects) != 0 {
		t.Errorf("%d conversations, rejects %v; want 3 and none", len(r.Conversations), r.Reasons)
	}
	tools, senders := map[string]int{}, map[record.AccountKey]bool{}
	var first, last time.Time
	for _, m := range r.Messages {
		if m.Kind != record.KindMessage {
			continue
		}
		tools[m.Tool]++
		senders[m.Sender] = true
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
	}
	if diff := cmp.Diff(map[string]int{Tool: 6, sms: 2}, tools); diff != "" || len(senders) != 4 {
		t.Errorf("%d senders; want 4; tools %s", len(senders), diff)
	}
	if got := first.Format(time.RFC3339Nano) + " " + last.Format(time.RFC3339Nano); got != "2019-03-01T08:00:00.123456Z 2019-05-05T17:01:00Z" {
		t.Errorf("from and to %s", got)
	}
}

// A call is dated to its beginning, whichever of its two events the archive has.
func TestCalls(t *testing.T) {
	t.Parallel()
	const start, end = `{"sender_id":{"gaia_id":"1"},"timestamp":"1551427500000000","hangout_event":{"event_type":"START_HANGOUT"},"event_id":"s"}`,
		`{"sender_id":{"gaia_id":"1"},"timestamp":"1551427920000000","hangout_event":{"event_type":"END_HANGOUT","hangout_duration_secs":"420"},"event_id":"e"}`
	const bareEnd = `{"sender_id":{"gaia_id":"1"},"timestamp":"1551427920000000","hangout_event":{"event_type":"END_HANGOUT"},"event_id":"e"}`
	at := time.Unix(1551427500, 0).UTC()
	type call struct {
		ID string
		At time.Time
	}
	for _, c := range []struct {
		name, events string
		want         []call
	}{
		{"both", start + "," + end, []call{{"e", at}}},
		{"newest first", end + "," + start, []call{{"e", at}}},
		{"only the end", end, []call{{"e", at}}},
		{"only the beginning", start, []call{{"s", at}}},
		{"no duration", start + "," + bareEnd, []call{{"e", at}}},
		{"only an end without duration", bareEnd, []call{{"e", at.Add(420 * time.Second)}}},
		{"two beginnings", start + "," + strings.ReplaceAll(start, "15514275", "15514276"), []call{{"s", at}, {"s", at.Add(100 * time.Second)}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := read(t, `{"conversations":[{"conversation":{"conversation":{"id":{"id":"c"},"type":"GROUP","participant_data":[{"id":{"gaia_id":"1"}}]}},"events":[`+c.events+`]}]}`)
			var got []call
			for _, m := range r.Messages {
				if m.Kind == record.KindCall {
					got = append(got, call{m.ID, m.SentAt})
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Members of a room of more than eight are counted, not listed.
func TestLargeGroup(t *testing.T) {
	t.Parallel()
	var people []string
	for _, id := range strings.Split("123456789", "") {
		people = append(people, `{"id":{"gaia_id":"`+id+`"}}`)
	}
	r := read(t, `{"conversations":[{"conversation":{"conversation":{"id":{"id":"c"},"type":"GROUP","participant_data":[`+strings.Join(people, ",")+
		`]}},"events":[{"sender_id":{"gaia_id":"1"},"timestamp":"1551427500000000","chat_message":{},"event_id":"m"}]}]}`)
	if len(r.Messages) != 1 || r.Messages[0].Audience != 8 || len(r.Messages[0].Recipients) != 0 {
		t.Errorf("%+v", r.Messages)
	}
}

func TestDamaged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, document string
		reasons        map[string]int
	}{
		{"nothing", ``, map[string]int{"truncated_file": 1}},
		{"no archive", `{"a":1}`, map[string]int{"unrecognised_file": 1}},
		{"no object", `[]`, map[string]int{"bad_json": 1}},
		{"empty", `{"conversations":[]}`, map[string]int{}},
		{"cut off", `{"conversations":[{"events":[{"event_id":"`, map[string]int{"truncated_file": 1}},
		{"absurd date", `{"conversations":[{"conversation":{"conversation":{"id":{"id":"c"},"participant_data":[{"id":{"gaia_id":"1"}}]}},"events":[{"timestamp":"9999999999999999","chat_message":{}}]}]}`,
			map[string]int{"time_out_of_range": 1}},
		{"no conversation", `{"conversations":[{"events":[{"timestamp":"1551427500000000","chat_message":{}}]}]}`, map[string]int{"no_conversation": 1}},
		{"deep", `{"conversations":[{"conversation":{"conversation":{"conversation":{"conversation":{"conversation":{}}}}}}]}`, map[string]int{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.reasons, read(t, c.document).Reasons); diff != "" {
				t.Error(diff)
			}
		})
	}
}
