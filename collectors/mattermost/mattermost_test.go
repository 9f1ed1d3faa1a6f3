package mattermost

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{
		"secret", "Secret", "early", "done", "three", "to myself", "words", "regretted", "hello", "already in", "North", "broken", "nowhere",
	}})
}

// The counts of the reference data's own account of itself.
func TestReferenceFixtures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file                                      string
		messages, senders, reactions, attachments int
		threaded                                  int
		first, last                               string
	}{
		{"bulk-export-direct.jsonl", 11, 4, 1, 2, 0, "2019-03-21T11:08:32Z", "2019-08-21T08:31:58Z"},
		{"v11-posts.jsonl", 5, 3, 0, 0, 3, "2026-01-20T13:36:41Z", "2026-01-20T23:26:48Z"},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "mattermost", c.file), collectors.Options{})
			attachments, threaded, senders := 0, 0, map[record.AccountKey]bool{}
			var first, last time.Time
			for _, m := range r.Messages {
				attachments += int(m.Attachments)
				if m.Relation == record.RelationThread {
					threaded++
				}
				if m.Kind != record.KindMessage {
					continue
				}
				senders[m.Sender] = true
				if first.IsZero() || m.SentAt.Before(first) {
					first = m.SentAt
				}
				if m.SentAt.After(last) {
					last = m.SentAt
				}
			}
			got := []int{r.Kinds[record.KindMessage], len(senders), r.Kinds[record.KindReaction], attachments, threaded, len(r.Rejects)}
			want := []int{c.messages, c.senders, c.reactions, c.attachments, c.threaded, 0}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("messages, senders, reactions, attachments, replies, rejects: %v; want %v", got, want)
			}
			if f, l := first.Truncate(time.Second).Format(time.RFC3339), last.Truncate(time.Second).Format(time.RFC3339); f != c.first || l != c.last {
				t.Errorf("from %s to %s; want %s to %s", f, l, c.first, c.last)
			}
		})
	}
}

// Exactly its own fixtures are claimed.
func TestRecogniseFixtures(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsExactly(t, New(), func(name string) bool { return strings.HasPrefix(name, Tool) })
}

func TestStrayFileIsCountedAndPassed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "export", "import.jsonl"), `{"type":"post","post":{"team":"n","channel":"c","user":"ana","create_at":1714550400000}}`+"\n")
	write(t, filepath.Join(dir, "export", "notes.txt"), "not an export")
	write(t, filepath.Join(dir, "export", "data", "a.txt"), "attached")
	r := collectortest.Collect(t, New(), dir, collectors.Options{})
	if r.Kinds[record.KindMessage] != 1 || fmt.Sprint(r.Reasons) != "map[unrecognised_file:1]" {
		t.Errorf("%v, %v; want one message and one stray file", r.Kinds, r.Reasons)
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The same message in the bulk and in the compliance export looks the same to the fingerprint.
func TestBulkAndComplianceAgree(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bulk, daily := filepath.Join(dir, "b.jsonl"), filepath.Join(dir, "c.csv")
	write(t, bulk, `{"type":"post","post":{"team":"n","channel":"c","user":"ana","message":"four","create_at":1714550400000}}`+"\n")
	write(t, daily, "Post Creation Time,Team Name,Channel Id,Channel Name,Channel Type,Username,Post Id,Post Message,Post Type\n1714550400000,n,c1,c,public,ana,p1,four,message\n")
	mark := func(path string) string {
		m := collectortest.Collect(t, New(), path, collectors.Options{Workspace: "w"}).Messages[0]
		where := m.Conversation.Identity
		if where == "" {
			where = m.Conversation.Key
		}
		return fmt.Sprint(where, m.Sender, m.SentAt, m.Kind, m.SizeBytes)
	}
	if a, b := mark(bulk), mark(daily); a != b {
		t.Errorf("%s in the one, %s in the other", a, b)
	}
}

func FuzzFile(f *testing.F) {
	for _, name := range []string{"server/input/import.jsonl", "compliance/input/posts.csv", "hostile/input.jsonl"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("post creation time,channel id,username,post id,post type\n1,\"c\"\"\",a,\"b\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rec := collectortest.NewRecorder()
		r := &run{sink: rec, workspace: "w", names: map[string]string{}, kinds: map[string]record.AccountKind{}, rooms: map[string]*room{}}
		if err := r.file(context.Background(), "x", bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
	})
}

// company writes a bulk export of about n posts.
func company(w io.Writer, n int) {
	io.WriteString(w, "{\"type\":\"version\",\"version\":1}\n")
	for i := range n / 50 {
		fmt.Fprintf(w, `{"type":"user","user":{"username":"user%d","email":"user%d@corp.example","first_name":"U","last_name":"%d","roles":"system_user","teams":[{"name":"t","channels":[{"name":"c%d"},{"name":"town"}]}]}}`+"\n", i, i, i, i/5)
	}
	text := strings.Repeat("a sentence of some words, ", 5)
	for i := range n / 2 {
		fmt.Fprintf(w, `{"type":"post","post":{"team":"t","channel":"c%d","user":"user%d","type":"","message":"%s@user%d","props":{},"create_at":%d,"edit_at":0,"flagged_by":[],"reactions":[{"user":"user%d","create_at":%d,"emoji_name":"+1"}],"replies":[{"user":"user%d","type":"","message":"%s","create_at":%d,"edit_at":0,"flagged_by":[],"reactions":null,"is_pinned":false}],"is_pinned":false}}`+"\n",
			i%(n/250), i%(n/50), text, (i+1)%(n/50), 1714550400000+i*1000, (i+2)%(n/50), 1714550400500+i*1000, (i+3)%(n/50), text, 1714550400700+i*1000)
	}
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "import.jsonl", collectortest.Written(company, 20000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "import.jsonl", collectors.Options{}, company)
}

// The yardstick: encoding/json into structs of the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	type reaction struct {
		User      string `json:"user"`
		CreateAt  int64  `json:"create_at"`
		EmojiName string `json:"emoji_name"`
	}
	type item struct {
		Team, Channel, User, Type, Message string
		CreateAt                           int64 `json:"create_at"`
		EditAt                             int64 `json:"edit_at"`
		Reactions                          []reaction
		Replies                            []item
	}
	doc := collectortest.Written(company, 20000)
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		d := json.NewDecoder(bytes.NewReader(doc))
		for d.More() {
			var line struct{ Post item }
			if err := d.Decode(&line); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(20000*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}
