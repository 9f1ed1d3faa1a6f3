package googleworkspace

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret"}})
}

// Twelve events, one of each kind: one is a message, one a reaction, six are about a space,
// and four (reading, an upload, a status, an emoji) are signs of use on two days.
func TestReferenceData(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "google-workspace", "reports-chat-a.ndjson"), collectors.Options{})
	if r.Kinds[record.KindMessage] != 1 || r.Kinds[record.KindReaction] != 1 || r.Kinds[record.KindSystem] != 6 || len(r.Rejects) > 0 {
		t.Errorf("kinds %v, rejects %v; want 1 message, 1 reaction, 6 system, none", r.Kinds, r.Reasons)
	}
	hits := 0
	for _, g := range r.Signals {
		hits += int(g.Hits)
	}
	if len(r.Signals) != 2 || hits != 4 || len(r.Senders) != 1 {
		t.Errorf("%d signals of %d events, %d senders; want 2, 4, 1", len(r.Signals), hits, len(r.Senders))
	}
	for _, m := range r.Messages {
		if m.Kind == record.KindMessage && (m.ID != "1/308XOaEBWDw/308XOaEBWDw" || !m.SentAt.Equal(time.Date(2025, 3, 25, 10, 18, 14, 689e6, time.UTC))) {
			t.Errorf("message %s at %v", m.ID, m.SentAt)
		}
	}
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "google-workspace", "google-workspace/reports-chat-a.ndjson")
}

func TestMessageID(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][2]string{
		"spaces/S/messages/T.M": {"S/T/M", "S/T/T"},
		"1":                     {"1", ""},
		"spaces/S/messages/M":   {"spaces/S/messages/M", ""},
		"":                      {"", ""},
	} {
		if id, thread := messageID(name); id != want[0] || thread != want[1] {
			t.Errorf("%q: %q, %q; want %v", name, id, thread, want)
		}
	}
}

func FuzzFile(f *testing.F) {
	collectortest.Seeds(f, "testdata/*/input/*.ndjson", "testdata/*/input.json")
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		r := newRun(context.Background(), "test", kept)
		if err := r.file("x.json", bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		if err := r.tellUse(t.Context()); err != nil {
			t.Fatal(err)
		}
		isLog(content)
		for i := range kept.Messages {
			if m := &kept.Messages[i]; m.ID == "" || m.Conversation.Key == "" {
				t.Fatalf("%+v", m)
			}
		}
	})
}

const benchmarked = 20000

func page(w io.Writer, n int) {
	io.WriteString(w, `{"kind":"admin#reports#activities","items":[`)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `{"kind":"admin#reports#activity","id":{"time":"2024-05-01T08:00:00.250Z","uniqueQualifier":"-%d","applicationName":"chat","customerId":"C0123"},"etag":"abcdefgh/cBsNSJx2A9Lg8kiQCGLddmq827A/",`+
			`"actor":{"callerType":"USER","email":"user%d@corp.example","profileId":"1"},"events":[{"type":"user_action","name":"message_posted","parameters":[{"name":"room_id","value":"room%d"},`+
			`{"name":"message_id","value":"spaces/room%[3]d/messages/T%[1]d.T%[1]d"},{"name":"actor","value":"user%[2]d@corp.example"},{"name":"room_name","value":"A room"},{"name":"retention_state","value":"PERMANENT"},`+
			`{"name":"conversation_type","value":"SPACE"},{"name":"message_type","value":"REGULAR_MESSAGE"},{"name":"attachment_status","value":"NO_ATTACHMENT"}]}]}`, i, i%(n/50), i%(n/200))
	}
	io.WriteString(w, "]}")
}

func BenchmarkCollect(b *testing.B) {
	path, size := collectortest.WriteFile(b, "page.json", page, benchmarked)
	collectortest.ThroughputOfMessages(b, New(), path, size, collectors.Options{}, benchmarked)
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "page.json", collectors.Options{}, page)
}

// The yardstick: the same file decoded by encoding/json into the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	content := collectortest.Written(page, benchmarked)
	type page struct {
		Items []struct {
			ID     struct{ Time, UniqueQualifier, ApplicationName string }
			Actor  struct{ CallerType, Email, ProfileID string }
			Events []struct {
				Name       string
				Parameters []struct {
					Name, Value string
					MultiValue  []string
				}
			}
		}
	}
	collectortest.Unmarshal[page](b, content, benchmarked)
}
