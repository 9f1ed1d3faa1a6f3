package matrix

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
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
		"secret", "Secret", "answer", "in thread", "new words", "built", "between us", "no id here", "waves", "later", "earlier", "listed",
	}})
}

// The counts of the reference data's own account of itself.
func TestReferenceFixture(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "matrix", "element-export", "export.json"), collectors.Options{})
	attachments := 0
	var first, last time.Time
	for _, m := range r.Messages {
		attachments += int(m.Attachments)
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
	}
	got := fmt.Sprint(r.Kinds[record.KindMessage], len(r.Senders), attachments, len(r.Rejects), " ", first.Format(time.RFC3339), " ", last.Format(time.RFC3339))
	if want := "3 2 1 0 2022-01-01T00:00:00Z 2022-01-01T00:02:00Z"; strings.ReplaceAll(got, "  ", " ") != want {
		t.Errorf("messages, senders, attachments, rejects, first, last: %s; want %s", got, want)
	}
}

// Exactly its own fixtures are claimed.
func TestRecogniseFixtures(t *testing.T) {
	t.Parallel()
	root := collectortest.Shared(t, "fixtures")
	err := filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
		if err != nil || p == root {
			return err
		}
		tree, err := collectors.OpenTree(p, collectors.Limits{})
		if err != nil {
			return err
		}
		defer tree.Close()
		claim, err := New().Recognise(tree)
		if err != nil {
			return err
		}
		own := strings.HasPrefix(strings.TrimPrefix(p, root+string(filepath.Separator)), Tool)
		if own != (claim.Certainty != collectors.No) {
			t.Errorf("%s: claimed with certainty %d", p, claim.Certainty)
		}
		if own && claim.Workspace != "example.com" {
			t.Errorf("the workspace is called %q; want example.com", claim.Workspace)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// However a document is laid out over lines, the same is read.
func TestLayouts(t *testing.T) {
	t.Parallel()
	event := `{"type":"m.room.message","sender":"@a:hs","room_id":"!r:hs","event_id":"$%d","origin_server_ts":1714550400000,"content":{"body":"x"}}`
	one, two := fmt.Sprintf(event, 1), fmt.Sprintf(event, 2)
	for name, doc := range map[string]string{
		"an event a line":         one + "\n" + two + "\n",
		"one after another":       one + two,
		"two on one line":         one + two + "\n" + one,
		"a list":                  "[" + one + ",\n" + two + "]",
		"a document":              `{"messages":[` + one + "," + two + "]}",
		"a document over lines":   `{"messages":[` + one + ",\n" + two + "\n]}",
		"a line ends in an event": `{"messages":[` + one + "\n," + two + "]}",
		"keys behind the list":    `{"room_name":"x","chunk":[` + one + "," + two + `],"end":"x","sender":"@b:hs"}`,
	} {
		path := filepath.Join(t.TempDir(), "export.json")
		if err := os.WriteFile(path, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
		r := collectortest.Collect(t, New(), path, collectors.Options{})
		ids := map[string]bool{}
		for _, m := range r.Messages {
			ids[m.ID] = true
		}
		if len(ids) != 2 || len(r.Rejects) > 0 {
			t.Errorf("%s: %v, %v; want both events", name, ids, r.Reasons)
		}
	}
}

// What becomes of the types that the cases do not have.
func TestClassOf(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]class{
		"org.matrix.msc3381.poll.start": classMessage, "m.poll.response": classSystem, "m.rtc.notification": classCall, "m.rtc.member": classNothing,
		"org.matrix.msc3401.call.member": classNothing, "m.key.verification.start": classNothing, "m.room.topic": classSystem, "com.example.own": classSystem,
	} {
		if got := classOf(&event{kind: kind}); got != want {
			t.Errorf("%s is of class %d; want %d", kind, got, want)
		}
	}
}

func FuzzFile(f *testing.F) {
	err := filepath.WalkDir("testdata", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(p, "input") {
			return err
		}
		b, err := os.ReadFile(p)
		f.Add(b, "rooms/!a:b/events")
		f.Add(b, "user_data/"+filepath.Base(p))
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		r := newRun("w", collectortest.NewRecorder())
		if err := r.file(context.Background(), name, bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
		if err := r.announce(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := r.file(context.Background(), name, bytes.NewReader(b)); err != nil {
			t.Fatal(err)
		}
	})
}

// manyMessages writes an export of one room with n messages, every tenth an edit.
func manyMessages(w io.Writer, n int) {
	io.WriteString(w, `{"room_name":"r","messages":[`)
	text := strings.Repeat("a sentence of some words, ", 5)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		edit := ""
		if i%10 == 9 {
			edit = fmt.Sprintf(`,"m.relates_to":{"rel_type":"m.replace","event_id":"$event%dabcdefghijklmnopqrstuvwxyz"}`, i-1)
		}
		fmt.Fprintf(w, `{"type":"m.room.message","sender":"@user%d:hs.example","content":{"msgtype":"m.text","body":"%s","format":"org.matrix.custom.html","formatted_body":"<p>%s</p>"%s},"room_id":"!r:hs.example","origin_server_ts":%d,"event_id":"$event%dabcdefghijklmnopqrstuvwxyz","unsigned":{"age":12345},"user_id":"@user%d:hs.example"}`+"\n",
			i%(n/50), text, text, edit, 1714550400000+i*1000, i, i%(n/50))
	}
	io.WriteString(w, "]}")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "export.json", collectortest.Written(manyMessages, 20000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "export.json", collectors.Options{}, manyMessages)
}

// The yardstick: encoding/json into structs of the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	type file struct {
		Messages []struct {
			Type, Sender string
			EventID      string `json:"event_id"`
			RoomID       string `json:"room_id"`
			TS           int64  `json:"origin_server_ts"`
			Content      struct{ Msgtype, Body string }
		}
	}
	collectortest.Unmarshal[file](b, collectortest.Written(manyMessages, 20000), 20000)
}
