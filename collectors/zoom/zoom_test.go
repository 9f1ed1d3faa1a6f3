package zoom

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "caf"}})
}

func TestReferenceData(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "zoom", "webhook-chat-message.json"), collectors.Options{})
	// Three events: one sent, and two versions of one message that was updated.
	ids, edited := map[string]bool{}, 0
	for _, m := range r.Messages {
		ids[m.ID] = true
		if !m.EditedAt.IsZero() {
			edited++
		}
	}
	if len(r.Messages) != 3 || len(ids) != 2 || edited != 2 || len(r.Senders) != 1 || len(r.Rejects) > 0 {
		t.Errorf("%d messages, %d ids, %d edited, %d senders, rejects %v; want 3, 2, 2, 1, none",
			len(r.Messages), len(ids), edited, len(r.Senders), r.Reasons)
	}
	sent, changed := time.Date(2020, 2, 11, 22, 2, 11, 930e6, time.UTC), time.Date(2020, 2, 11, 23, 0, 8, 594e6, time.UTC)
	if !r.Messages[0].SentAt.Equal(sent) || !r.Messages[1].EditedAt.Equal(changed) {
		t.Errorf("sent %v, edited %v; want %v, %v", r.Messages[0].SentAt, r.Messages[1].EditedAt, sent, changed)
	}
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), "testdata/report")
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "zoom", "zoom/webhook-chat-message.json")
}

func FuzzFile(f *testing.F) {
	collectortest.Seeds(f, "testdata/*/input/*.json", "testdata/*/input.ndjson")
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
	io.WriteString(w, `{"from":"2024-05-01","to":"2024-05-02","next_page_token":"","page_size":50,"messages":[`)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `{"id":"EwwwwA-87F4-222222-8CD9-%011d","message":"these are the words of a message of the usual length, give or take some","sender":"user%d@corp.example","sender_display_name":"Somebody Else","receiver":"user%d@corp.example","date_time":"2024-05-01T08:00:00Z","timestamp":%d,"files":[],"at_items":[]}`, i, i%(n/50), (i+1)%(n/50), 1714550400000+i)
	}
	io.WriteString(w, "]}")
}

func BenchmarkCollect(b *testing.B) {
	path, size := collectortest.WriteFile(b, "session.json", page, benchmarked)
	collectortest.ThroughputOfMessages(b, New(), path, size, collectors.Options{}, benchmarked)
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "session.json", collectors.Options{}, page)
}

// The yardstick: the same file decoded by encoding/json into the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	content := collectortest.Written(page, benchmarked)
	type page struct {
		Messages []struct {
			ID, Sender, Receiver, Message string
			DateTime                      string `json:"date_time"`
			Timestamp                     int64
		}
	}
	collectortest.Unmarshal[page](b, content, benchmarked)
}
