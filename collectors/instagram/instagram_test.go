package instagram

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "hidden-name", "Liked a message", "reel"}})
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), filepath.Join("testdata", "download"))
}

func TestClaims(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "instagram/chat-miner", "instagram/synthetic")
}

func TestReferenceCounts(t *testing.T) {
	t.Parallel()
	const messages = "fixtures/instagram/synthetic/your_instagram_activity/messages/"
	for _, c := range []struct {
		path                         string
		messages, reactions, senders int
		first, last                  string
	}{
		{"fixtures/instagram/chat-miner", 2, 0, 2, "2019-12-24T11:23:00Z", "2020-01-17T20:49:00Z"},
		{"fixtures/instagram/chat-miner/message_1.json", 2, 0, 2, "2019-12-24T11:23:00Z", "2020-01-17T20:49:00Z"},
		{messages + "inbox/chloe_1784000000000001", 3, 1, 2, "2024-02-02T20:00:00Z", "2024-02-02T20:00:02Z"},
		{messages + "message_requests/stranger_1784000000000002", 1, 0, 1, "2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"},
		{"fixtures/instagram/synthetic", 4, 1, 3, "2024-01-01T00:00:00Z", "2024-02-02T20:00:02Z"},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, strings.Split(c.path, "/")...), collectors.Options{})
			first, last := "9", ""
			for _, m := range r.Messages {
				if m.Kind == record.KindMessage {
					at := m.SentAt.Format("2006-01-02T15:04:05Z")
					first, last = min(first, at), max(last, at)
				}
			}
			got := [...]int{r.Kinds[record.KindMessage], r.Kinds[record.KindReaction], len(r.Senders), len(r.Messages), len(r.Rejects)}
			want := [...]int{c.messages, c.reactions, c.senders, c.messages + c.reactions, 0}
			if got != want || first != c.first || last != c.last {
				t.Errorf("messages, reactions, senders, rows, rejects: %v from %s to %s; want %v from %s to %s", got, first, last, want, c.first, c.last)
			}
		})
	}
}

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func FuzzEarly(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", "early", "input", "messages.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`[{"conversation":[{"sender":"a","created_at":"2019-05-01T10:00:00Z","likes":[null]}],"participants":["a"]}]`))
	path := write(f, "messages.json", "")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		r := collectortest.NewRecorder()
		if err := collectortest.Into(t.Context(), New(), path, collectors.Options{}, r); err != nil {
			t.Fatal(err)
		}
		if len(r.Messages)+len(r.Rejects) > len(b)+1 {
			t.Errorf("%d records of %d bytes", len(r.Messages)+len(r.Rejects), len(b))
		}
	})
}

const benchMessages = 100_000

// invented is a file of all threads with one in it.
func invented(w io.Writer, n int) {
	io.WriteString(w, `[{"participants": ["ana.ruiz", "ben_okafor"], "conversation": [`)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ", ")
		}
		fmt.Fprintf(w, `{"sender": "%s", "created_at": "2019-05-01T10:%02d:%02d.%06d+00:00", "text": "some words that nobody reads, \u00e9t\u00e9, and a few more"}`,
			[]string{"ana.ruiz", "ben_okafor"}[i%2], i/60%60, i%60, i)
	}
	io.WriteString(w, "]}]")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "messages.json", collectortest.Written(invented, benchMessages))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "messages.json", collectors.Options{}, invented)
}

// The yardstick: a program that only decodes the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	type threads []struct {
		Conversation []struct {
			Sender, Text string
			CreatedAt    string `json:"created_at"`
		}
	}
	collectortest.Unmarshal[threads](b, collectortest.Written(invented, benchMessages), benchMessages)
}
