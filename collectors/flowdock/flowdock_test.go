package flowdock

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "café", "same id", "todo", "else.example"}})
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), filepath.Join("testdata", "export"))
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "flowdock", "flowdock/flows.json", "flowdock/organisation.json", "flowdock/message-types-samples.json")
}

// The figures were counted by a script of Python's standard library: 8 objects by 5 senders,
// of which message, comment and file are messages.
func TestReferenceData(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "flowdock"), collectors.Options{})
	senders := map[string]bool{}
	var first, last time.Time
	for _, m := range r.Messages {
		senders[m.Sender.Value] = true
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
	}
	if r.Kinds[record.KindMessage] != 3 || r.Kinds[record.KindSystem] != 5 || len(senders) != 5 {
		t.Errorf("%v by %d; want 3 messages and 5 system rows by 5", r.Kinds, len(senders))
	}
	if f, l := first.Format(time.RFC3339), last.Format(time.RFC3339); f != "2011-09-29T14:37:13Z" || l != "2012-03-05T13:19:54Z" {
		t.Errorf("from %s to %s", f, l)
	}
	if len(r.Rejects) > 0 || len(r.Accounts) != 2 || len(r.Conversations) != 2 {
		t.Errorf("%d accounts, %d conversations, rejects: %v", len(r.Accounts), len(r.Conversations), r.Reasons)
	}
}

func FuzzDocument(f *testing.F) {
	for _, name := range []string{"export/input/flows.json", "export/input/organisation.json", "export/input/my-flow.json", "stream/input/private.jsonl", "hostile/input/flow.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		r := &run{sink: kept, workspace: "test", accounts: map[string]*record.Account{}, flows: map[string]*record.Conversation{}}
		p := post{run: r}
		for _, read := range []func() error{func() error { r.listed(); return nil }, p.read} {
			if err := r.document(context.Background(), "f", bytes.NewReader(content), read); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range kept.Messages {
			if len(m.Recipients) > record.SmallRoom || len(m.Mentions) > maxMentions {
				t.Fatalf("%d recipients, %d mentions", len(m.Recipients), len(m.Mentions))
			}
		}
	})
}

// bulk is a dump of n messages.
func bulk(w io.Writer, n int) {
	io.WriteString(w, "[")
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `{"app":"chat","sent":%d,"uuid":"O-8aGb0fcc5gEgTX","tags":["influx:%d",":user:%d"],"flow":"deadbeefdeadbeef","id":%d,"event":"comment","content":{"title":"Title of parent","text":"words of a message of the usual length, give or take some, with a \"quote\""},"user":"%d","thread_id":"O-8aGb0fcc5gEgTX","thread":{"id":"O-8aGb0fcc5gEgTX","title":"Title of parent","initial_message":%d,"internal_comments":2},"attachments":[],"created_at":"2011-10-04T10:07:57.378Z"}`+"\n",
			1317722877378+i, i/10*10, i%(n/100), i, i%(n/100), i/10*10)
	}
	io.WriteString(w, "]")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "flow.json", collectortest.Written(bulk, 50000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "flow.json", collectors.Options{}, bulk)
}

// The yardstick: a bare decode of the same file into structs of the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	type items []struct {
		ID, Sent          int64
		Event, Flow, User string
		Tags              []string
		Content           any
		Attachments       []struct{ Path string }
	}
	collectortest.Unmarshal[items](b, collectortest.Written(bulk, 50000), 50000)
}
