package groupme

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
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "Heron crew", "hidden-name", "added Chlo", "Benny"}})
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), filepath.Join("testdata", "api"))
}

func TestClaims(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "groupme/synthetic")
}

func TestReferenceCounts(t *testing.T) {
	t.Parallel()
	const root = "fixtures/groupme/synthetic"
	for _, c := range []struct {
		path                                                                    string
		messages, senders, system, attachments, mentions, replies, likes, edits int
		first, last                                                             string
	}{
		{root + "/900001", 5, 4, 2, 2, 1, 1, 2, 1, "2024-03-09T16:01:40Z", "2024-03-09T16:10:00Z"},
		{root + "/900001/message.json", 5, 4, 2, 2, 1, 1, 2, 1, "2024-03-09T16:01:40Z", "2024-03-09T16:10:00Z"},
		{root + "/api/groups_900001_messages_page1.json", 3, 2, 1, 2, 1, 1, 2, 0, "2024-03-09T16:05:00Z", "2024-03-09T16:10:00Z"},
		{root + "/api/groups_900001_messages_page2.json", 2, 2, 1, 0, 0, 0, 0, 1, "2024-03-09T16:01:40Z", "2024-03-09T16:04:10Z"},
		{root, 5, 4, 2, 2, 1, 1, 2, 1, "2024-03-09T16:01:40Z", "2024-03-09T16:10:00Z"},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, strings.Split(c.path, "/")...), collectors.Options{})
			first, last := "9", ""
			seen, senders, kinds := map[string]bool{}, map[string]bool{}, map[record.Kind]int{}
			attachments, mentions, replies, edits := 0, 0, 0, 0
			for _, m := range r.Messages {
				if seen[m.ID] { // the two pages hold the same rows as the export
					continue
				}
				seen[m.ID] = true
				kinds[m.Kind]++
				if m.Kind != record.KindMessage {
					continue
				}
				at := m.SentAt.Format("2006-01-02T15:04:05Z")
				first, last = min(first, at), max(last, at)
				senders[m.Sender.Value] = true
				attachments += int(m.Attachments)
				mentions += len(m.Mentions)
				if m.Relation == record.RelationReply {
					replies++
				}
				if !m.EditedAt.IsZero() {
					edits++
				}
			}
			got := [...]int{kinds[record.KindMessage], len(senders), kinds[record.KindSystem], attachments, mentions, replies, kinds[record.KindReaction], edits, len(r.Rejects)}
			want := [...]int{c.messages, c.senders, c.system, c.attachments, c.mentions, c.replies, c.likes, c.edits, 0}
			if got != want || first != c.first || last != c.last {
				t.Errorf("messages, senders, system rows, attachments, mentions, replies, likes, edits, rejects: %v from %s to %s; want %v from %s to %s", got, first, last, want, c.first, c.last)
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

func FuzzExport(f *testing.F) {
	for _, input := range []string{"export/input/900001/message.json", "export/input/900001/conversation.json", "export/input/501+502/message.json", "api/input/groups.json", "api/input/direct.json", "hostile/input/5/message.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(input)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	path := write(f, "message.json", "")
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

// invented is a chat of four.
func invented(w io.Writer, n int) {
	io.WriteString(w, "[")
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `{"attachments":[],"avatar_url":"https://i.groupme.com/1x1.jpeg.%d","created_at":%d,"favorited_by":[],"group_id":"900001","id":"%d00000001","name":"Member %d","sender_id":"50%[4]d","sender_type":"user",`+
			`"source_guid":"g-%[3]d","system":false,"text":"some words that nobody reads, %[1]d times over, and a few more","user_id":"50%[4]d","platform":"gm"}`, i, 1710000000+i, 1710000000+i, i%(4+n/2000))
	}
	io.WriteString(w, "]")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "message.json", collectortest.Written(invented, benchMessages))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "message.json", collectors.Options{}, invented)
}

func BenchmarkEncodingJSON(b *testing.B) {
	type messages []struct {
		ID, UserID, GroupID, SenderType, Name, Text string
		CreatedAt                                   int64    `json:"created_at"`
		FavoritedBy                                 []string `json:"favorited_by"`
		Attachments                                 []struct{ Type string }
	}
	collectortest.Unmarshal[messages](b, collectortest.Written(invented, benchMessages), benchMessages)
}
