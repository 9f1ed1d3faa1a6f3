package telegram

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

// figures are what fixtures/consumer-SOURCES.md counts.
type figures struct {
	messages, senders         int
	system, calls             int
	reactions, replies, chats int
	assumed                   int // messages and services whose zone is assumed
	first, last               string
}

func count(r *collectortest.Recorder) (f figures) {
	f.system, f.calls, f.reactions = r.Kinds[record.KindSystem], r.Kinds[record.KindCall], r.Kinds[record.KindReaction]
	f.chats = len(r.Conversations)
	senders := map[record.AccountKey]bool{}
	var first, last time.Time
	for _, m := range r.Messages {
		if m.ZoneAssumed && m.Kind != record.KindReaction {
			f.assumed++
		}
		if m.Kind != record.KindMessage {
			continue
		}
		f.messages++
		senders[m.Sender] = true
		if m.Relation == record.RelationReply {
			f.replies++
		}
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
	}
	f.senders, f.first, f.last = len(senders), first.Format(time.RFC3339), last.Format(time.RFC3339)
	return f
}

func TestReferenceExports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file string
		want figures
	}{
		{"chat-analytics/result.json", figures{messages: 6, senders: 2, system: 1, calls: 1, chats: 1, assumed: 3, first: "2019-07-12T16:55:32Z", last: "2022-06-10T22:06:39Z"}},
		{"chat-miner/single/result.json", figures{messages: 2, senders: 2, chats: 1, first: "2018-12-05T10:39:10Z", last: "2018-12-05T10:49:24Z"}},
		{"innerdvations/private_channel.json", figures{messages: 5, senders: 1, system: 2, replies: 2, chats: 1, assumed: 7, first: "2021-03-22T17:16:36Z", last: "2021-03-22T17:18:09Z"}},
		{"innerdvations/private_group.json", figures{messages: 1, senders: 1, system: 1, chats: 1, assumed: 2, first: "2021-03-18T15:20:37Z", last: "2021-03-18T15:20:37Z"}},
		// Saved messages: the reference counts 2 and 3 writers, all of whom the owner saved.
		{"innerdvations/saved.json", figures{messages: 20, senders: 1, system: 1, replies: 1, chats: 1, assumed: 21, first: "2020-08-01T22:01:49Z", last: "2021-03-22T17:18:09Z"}},
		{"innerdvations/users_test.json", figures{messages: 8, senders: 1, system: 1, replies: 2, chats: 1, assumed: 9, first: "2020-10-15T10:28:10Z", last: "2021-03-22T17:18:09Z"}},
		{"synthetic/DataExport_2024-06-05/result.json", figures{messages: 10, senders: 6, system: 2, calls: 1, reactions: 7, replies: 1, chats: 5, first: "2022-01-01T00:00:00Z", last: "2024-06-04T00:00:00Z"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "telegram", filepath.FromSlash(c.file)), collectors.Options{})
			if diff := cmp.Diff(c.want, count(r), cmp.AllowUnexported(figures{})); diff != "" {
				t.Error(diff)
			}
			if len(r.Rejects) != 0 {
				t.Errorf("rejects %v", r.Reasons)
			}
		})
	}
}

func read(t *testing.T, document string) *collectortest.Recorder {
	t.Helper()
	path := filepath.Join(t.TempDir(), "result.json")
	if err := os.WriteFile(path, []byte(document), 0o644); err != nil {
		t.Fatal(err)
	}
	return collectortest.Collect(t, New(), path, collectors.Options{Workspace: "w"})
}

// Both members of a chat of two count its messages for themselves: the place is the same,
// ids are not, and what a fingerprint is made of is.
func TestBothSides(t *testing.T) {
	t.Parallel()
	const first, second = `"type":"message","date_unixtime":"1717228800","from_id":"user1002","text":"x"`, `"type":"message","date_unixtime":"1717228860","from_id":"user1001","text":"x"`
	ana := read(t, `{"type":"personal_chat","id":1002,"messages":[{"id":10,`+first+`},{"id":11,`+second+`}]}`)
	ben := read(t, `{"type":"personal_chat","id":1001,"messages":[{"id":11,`+first+`},{"id":12,`+second+`}]}`)
	if len(ana.Messages) != 2 || len(ben.Messages) != 2 {
		t.Fatalf("%d and %d messages; want 2 each", len(ana.Messages), len(ben.Messages))
	}
	for i, a := range ana.Messages {
		b := ben.Messages[i]
		if a.Conversation.Key != b.Conversation.Key || a.Sender != b.Sender || !a.SentAt.Equal(b.SentAt) || a.SizeBytes != b.SizeBytes {
			t.Errorf("copies differ: %+v, %+v", a, b)
		}
		for _, other := range ben.Messages {
			if other.ID == a.ID {
				t.Errorf("id %s names two messages", a.ID)
			}
		}
	}
}

// In a supergroup ids are everybody's.
func TestSharedIDs(t *testing.T) {
	t.Parallel()
	const chat = `{"type":"private_supergroup","id":1500000001,"messages":[{"id":7,"type":"message","date_unixtime":"1717228800","from_id":"user1002"}]}`
	alone := read(t, chat)
	whole := read(t, `{"about":"","personal_information":{"user_id":1001},"chats":{"list":[`+chat+`]}}`)
	if diff := cmp.Diff(alone.Messages, whole.Messages); diff != "" || len(alone.Messages) != 1 {
		t.Errorf("%d messages; %s", len(alone.Messages), diff)
	}
}

func TestPhoneNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"+1 202 5550101": "+12025550101", "0033639980003": "+33639980003", "+44 (20) 7946-0000": "+442079460000",
		"2025550101": "", "": "", "+1": "", "+123456789012345678901234": "",
	} {
		if got := e164([]byte(text)); got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
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
		{"empty account", `{"about":"","chats":{"list":[]}}`, map[string]int{}},
		{"empty chat", `{"type":"private_group","id":1,"messages":[]}`, map[string]int{}},
		{"no time", `{"type":"private_group","id":1,"messages":[{"id":1,"type":"message"}]}`, map[string]int{"bad_time": 1}},
		{"absurd time", `{"type":"private_group","id":1,"messages":[{"id":1,"date_unixtime":"99999999999"}]}`, map[string]int{"time_out_of_range": 1}},
		{"cut off", `{"type":"private_group","id":1,"messages":[{"id":1,"date_uni`, map[string]int{"truncated_file": 1}},
		{"cut off and twice", `{"type":"personal_chat","id":1,"messages":[{"id":1,"date_uni`, map[string]int{"truncated_file": 1}},
		{"bad ids", `{"type":"personal_chat","id":-1,"messages":[{"id":1,"date_unixtime":"1717228800","from_id":-5}]}`, map[string]int{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.reasons, read(t, c.document).Reasons); diff != "" {
				t.Error(diff)
			}
		})
	}
}
