package discord

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
	messages, senders                   int
	calls, system                       int
	reactions, replies, attachments     int
	first, last                         string
	ownCoverage, recipientsOfFirst, ids int
}

func count(r *collectortest.Recorder) (f figures) {
	f.calls, f.system, f.reactions = r.Kinds[record.KindCall], r.Kinds[record.KindSystem], r.Kinds[record.KindReaction]
	senders, ids := map[record.AccountKey]bool{}, map[string]bool{}
	var first, last time.Time
	for _, c := range r.Conversations {
		if c.Coverage == record.CoverageOwn {
			f.ownCoverage++
		}
	}
	for _, m := range r.Messages {
		if m.Kind != record.KindMessage {
			continue
		}
		f.messages++
		senders[m.Sender], ids[m.ID] = true, true
		f.attachments += int(m.Attachments)
		if m.Relation == record.RelationReply {
			f.replies++
		}
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
			f.recipientsOfFirst = len(m.Recipients)
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
	}
	f.senders, f.ids = len(senders), len(ids)
	f.first, f.last = first.Format(time.RFC3339Nano), last.Format(time.RFC3339Nano)
	return f
}

func TestReferenceExports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file string
		want figures
	}{
		{"chat-analytics/DM_2A_2M.json", figures{messages: 2, senders: 2, calls: 1, reactions: 42, recipientsOfFirst: 1, ids: 2,
			first: "2019-01-04T17:52:39.762Z", last: "2019-01-25T00:11:04.083Z"}},
		{"chat-analytics/GC_3A_5M.json", figures{messages: 3, senders: 3, calls: 1, system: 2, replies: 1, recipientsOfFirst: 2, ids: 3,
			first: "2023-01-17T19:33:19.087Z", last: "2023-01-18T20:12:12.123Z"}},
		// The ids of this package are invented and older than its times, which count.
		{"synthetic/package_2021.zip", figures{messages: 3, senders: 1, attachments: 2, ownCoverage: 2, recipientsOfFirst: 1, ids: 3,
			first: "2021-03-01T11:59:00Z", last: "2021-03-02T00:00:00Z"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "discord", filepath.FromSlash(c.file)), collectors.Options{})
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
	path := filepath.Join(t.TempDir(), "channel.json")
	if err := os.WriteFile(path, []byte(document), 0o644); err != nil {
		t.Fatal(err)
	}
	return collectortest.Collect(t, New(), path, collectors.Options{Workspace: "w"})
}

// The order of the root's keys makes no difference.
func TestChannelBehindItsMessages(t *testing.T) {
	t.Parallel()
	const guild, channel, list = `"guild":{"id":"0"}`, `"channel":{"id":"5","type":"GuildTextChat"}`,
		`"messages":[{"id":"1","type":"Default","timestamp":"2019-01-04T17:52:39.762+00:00","author":{"id":"7","name":"a"}}]`
	before, after := read(t, "{"+guild+","+channel+","+list+"}"), read(t, "{"+guild+","+list+","+channel+"}")
	if diff := cmp.Diff(before.Messages, after.Messages); diff != "" || len(before.Messages) != 1 {
		t.Errorf("%d messages; %s", len(before.Messages), diff)
	}
	if diff := cmp.Diff(before.Conversations, after.Conversations); diff != "" {
		t.Error(diff)
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, id, stated, want string
		precision              record.Precision
	}{
		{"both", "530805779645595660", "2019-01-04 17:52:39+00:00", "2019-01-04T17:52:39.762Z", record.PrecisionMillisecond},
		{"only the id", "530805779645595660", "", "2019-01-04T17:52:39.762Z", record.PrecisionMillisecond},
		{"another time", "530805779645595660", "2021-03-01 12:00:00", "2021-03-01T12:00:00Z", record.PrecisionSecond},
		{"no real id", "100", "2021-03-01 12:00:00.123000+00:00", "2021-03-01T12:00:00.123Z", record.PrecisionMillisecond},
		{"zone", "x", "2021-03-01T12:00:00-03:00", "2021-03-01T15:00:00Z", record.PrecisionSecond},
		{"nothing", "x", "x", "0001-01-01T00:00:00Z", record.PrecisionMillisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at, precision := sentAt([]byte(c.id), []byte(c.stated))
			if at.Format(time.RFC3339Nano) != c.want || precision != c.precision {
				t.Errorf("%v, %v; want %s, %v", at, precision, c.want, c.precision)
			}
		})
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
		{"empty", `{"guild":{"id":"0"},"channel":{"id":"5"},"messages":[]}`, map[string]int{}},
		{"no place", `{"messages":[{"id":"1","timestamp":"2019-01-04T17:52:39Z"}]}`, map[string]int{"no_conversation": 1}},
		{"absurd time", `{"channel":{"id":"5"},"messages":[{"id":"1","type":"Default","timestamp":"9019-01-04T17:52:39Z"}]}`, map[string]int{"time_out_of_range": 1}},
		{"cut off", `{"channel":{"id":"5"},"messages":[{"id":"1","ty`, map[string]int{"truncated_file": 1}},
		{"cut off and twice", `{"channel":{"id":"5","type":"DirectTextChat"},"messages":[{"id":"1","timestamp":"2019-01-04T17:52:39Z"},{"id":"1","ty`, map[string]int{"truncated_file": 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.reasons, read(t, c.document).Reasons); diff != "" {
				t.Error(diff)
			}
		})
	}
}
