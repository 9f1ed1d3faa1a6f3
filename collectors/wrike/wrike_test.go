package wrike

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
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "café", "Completed"}})
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), filepath.Join("testdata", "account"))
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "wrike/synthetic", "wrike/synthetic/comments.json", "wrike/synthetic/contacts.json", "wrike/synthetic/webhook.json")
}

// The figures were counted by a script of Python's standard library. The webhook's two events,
// which are not in it, are one more comment and one notice.
func TestReferenceData(t *testing.T) {
	t.Parallel()
	folder := collectortest.Shared(t, "fixtures", "wrike", "synthetic")
	r := collectortest.Collect(t, New(), filepath.Join(folder, "comments.json"), collectors.Options{})
	edited := 0
	var first, last time.Time
	for _, m := range r.Messages {
		if !m.EditedAt.IsZero() {
			edited++
		}
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
	}
	if r.Kinds[record.KindMessage] != 8 || len(r.Senders) != 4 || edited != 1 || len(r.Rejects) > 0 {
		t.Errorf("%d messages by %d, %d edited, rejects %v; want 8 by 4, 1 edited", r.Kinds[record.KindMessage], len(r.Senders), edited, r.Reasons)
	}
	if f, l := first.Format(time.RFC3339), last.Format(time.RFC3339); f != "2018-08-07T11:40:51Z" || l != "2018-08-08T03:08:02Z" {
		t.Errorf("from %s to %s", f, l)
	}
	all := collectortest.Collect(t, New(), folder, collectors.Options{})
	if all.Kinds[record.KindMessage] != 9 || all.Kinds[record.KindSystem] != 1 || len(all.Accounts) != 5 || len(all.Rejects) > 0 {
		t.Errorf("the folder gives %v, %d accounts, rejects %v; want 9 messages, 1 notice, 5 accounts", all.Kinds, len(all.Accounts), all.Reasons)
	}
}

func FuzzDocument(f *testing.F) {
	for _, name := range []string{"account/input/contacts.json", "account/input/tasks.json", "account/input/comments.json", "account/input/webhook.json", "hostile/input/comments.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		r := &run{sink: kept, workspace: "test", contacts: map[string]*contact{}, items: newItems(), zones: map[string]*time.Location{}}
		c := comments{run: r}
		for _, read := range []func() error{r.readContact, r.readItem, c.read} {
			if err := r.document(context.Background(), "f", bytes.NewReader(content), read); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.announce(context.Background()); err != nil {
			t.Fatal(err)
		}
		for _, m := range kept.Messages {
			if len(m.Recipients) > record.SmallRoom {
				t.Fatalf("%d recipients", len(m.Recipients))
			}
		}
	})
}

// bulk is an answer with n comments.
func bulk(w io.Writer, n int) {
	io.WriteString(w, `{"kind":"comments","data":[`)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",\n")
		}
		fmt.Fprintf(w, ` {"id":"IEAAAAAAIM%07d","authorId":"KUAA%04d","text":"words of a message of the usual length, give or take some, with a \"quote\"","createdDate":"2018-08-07T11:%02d:%02dZ","updatedDate":"2018-08-07T11:40:51Z","taskId":"IEAAAAAAKQ%05d"}`, i, i%(n/100), i/60%60, i%60, i%(n/20))
	}
	io.WriteString(w, "]}")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "comments.json", collectortest.Written(bulk, 50000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "comments.json", collectors.Options{}, bulk)
}

// A list of tasks, each with some who follow it: all of them are held.
func BenchmarkResidentTasks(b *testing.B) {
	collectortest.Resident(b, New(), "tasks.json", collectors.Options{}, func(w io.Writer, n int) {
		io.WriteString(w, `{"kind":"tasks","data":[`)
		for i := range n {
			if i > 0 {
				io.WriteString(w, ",\n")
			}
			fmt.Fprintf(w, `{"id":"IEAAAAAAKQ%07d","accountId":"IEAAAAAA","title":"a task of the usual length","description":"","briefDescription":"","parentIds":["IEAAAAAAI4AB5BGT"],"superParentIds":[],"sharedIds":["KUAA%04d","KUAA%04d","KUAA%04d"],"responsibleIds":["KUAA%04d"],"status":"Active","importance":"Normal","createdDate":"2018-08-07T11:40:51Z","updatedDate":"2018-08-07T11:40:51Z","dates":{"type":"Backlog"},"scope":"WsTask","authorIds":["KUAA%04d"],"customStatusId":"IEAAAAAAJMAAAAAA","hasAttachments":false,"permalink":"https://www.wrike.com/open.htm?id=%d","priority":"1b9b00","followedByMe":false,"followerIds":["KUAA%04d","KUAA%04d"],"superTaskIds":[],"subTaskIds":[],"dependencyIds":[],"metadata":[],"customFields":[]}`,
				i, i%5000, i*3%5000, i*7%5000, i*11%5000, i%5000, i, i%5000, i*13%5000)
		}
		io.WriteString(w, "]}")
	})
}

// The yardstick: a bare decode of the same file into structs of the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	type answer struct {
		Data []struct{ ID, AuthorID, Text, CreatedDate, UpdatedDate, TaskID, FolderID string }
	}
	collectortest.Unmarshal[answer](b, collectortest.Written(bulk, 50000), 50000)
}
