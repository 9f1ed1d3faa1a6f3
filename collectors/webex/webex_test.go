package webex

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "caf", "https:"}})
}

// figures are those of the reference data's own count.
type figures struct{ messages, senders, replies, withFiles, deleted, system, mentions int }

func TestReferenceData(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]figures{
		"messages.json": {messages: 7, senders: 4, replies: 1, withFiles: 1, mentions: 1},
		"events.json":   {messages: 4, senders: 3, replies: 1, withFiles: 1, deleted: 1, system: 1, mentions: 1},
	} {
		r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "webex", "synthetic", name), collectors.Options{})
		got := figures{messages: r.Kinds[record.KindMessage], system: r.Kinds[record.KindSystem]}
		senders := map[record.AccountKey]bool{}
		for i := range r.Messages {
			m := &r.Messages[i]
			got.mentions += len(m.Mentions)
			if m.Kind == record.KindMessage {
				senders[m.Sender] = true
			}
			if m.Parent != "" {
				got.replies++
			}
			if m.Attachments > 0 {
				got.withFiles++
			}
			if m.IsDeleted {
				got.deleted++
			}
			if !m.EditedAt.IsZero() { // its only `updated` is the time it was made
				t.Errorf("%s: %s is taken for edited", name, m.ID)
			}
		}
		if got.senders = len(senders); got != want || len(r.Rejects) > 0 {
			t.Errorf("%s: %+v, rejects %v; want %+v", name, got, r.Reasons, want)
		}
	}
}

// A message is the same whether a list or the log of events brings it.
func TestListAndEventsAgree(t *testing.T) {
	t.Parallel()
	ids := map[string]bool{}
	for _, name := range []string{"messages.json", "events.json"} {
		r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "webex", "synthetic", name), collectors.Options{})
		for _, m := range r.Messages {
			if m.Kind == record.KindMessage {
				ids[m.Conversation.Key+" "+m.ID] = true
			}
		}
	}
	if len(ids) != 7 {
		t.Errorf("%d messages in both; want the 7 of the list", len(ids))
	}
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), "testdata/officer")
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "webex/synthetic", "webex/synthetic/messages.json", "webex/synthetic/events.json")
}

func TestPlain(t *testing.T) {
	t.Parallel()
	r := newRun(t.Context(), "test", collectortest.NewRecorder())
	for id, want := range map[string]string{
		"Y2lzY29zcGFyazovL3VzL1BFT1BMRS80":                                  "4",
		base64.StdEncoding.EncodeToString([]byte("ciscospark://eu/ROOM/1")): "1",
		"bo@corp.example": "bo@corp.example",
		"":                "",
	} {
		if got := string(r.plain([]byte(id))); got != want {
			t.Errorf("%q: %q; want %q", id, got, want)
		}
	}
}

func FuzzFile(f *testing.F) {
	collectortest.Seeds(f, "testdata/*/input/*.json")
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		if err := newRun(context.Background(), "test", kept).file("x.json", bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		shapeOf(content)
		for i := range kept.Messages {
			if m := &kept.Messages[i]; m.ID == "" || m.Conversation.Key == "" {
				t.Fatalf("%+v", m)
			}
		}
	})
}

const benchmarked = 20000

func page(w io.Writer, n int) {
	id := func(kind string, n int) string {
		return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "ciscospark://us/%s/92db3be0-43bd-11e6-8ae9-%012d", kind, n))
	}
	io.WriteString(w, `{"items":[`)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `{"id":%q,"roomId":%q,"roomType":"group","text":"these are the words of a message of the usual length, give or take some","personId":%q,"personEmail":"user%d@corp.example","created":"2024-05-01T08:00:00.250Z"}`,
			id("MESSAGE", i), id("ROOM", i%(n/200)), id("PEOPLE", i%(n/50)), i%(n/50))
	}
	io.WriteString(w, "]}")
}

func BenchmarkCollect(b *testing.B) {
	path, size := collectortest.WriteFile(b, "messages.json", page, benchmarked)
	collectortest.ThroughputOfMessages(b, New(), path, size, collectors.Options{}, benchmarked)
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "messages.json", collectors.Options{}, page)
}

// The yardstick: the same file decoded by encoding/json into the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	content := collectortest.Written(page, benchmarked)
	type page struct {
		Items []struct{ ID, RoomID, RoomType, Text, PersonID, PersonEmail, Created, ParentID string }
	}
	collectortest.Unmarshal[page](b, content, benchmarked)
}
