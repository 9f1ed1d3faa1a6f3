package yammer

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
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{
		"secret", "two lines", "café", "wall", "half a thought", "never closed", "Partner Net/Messages",
	}})
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), filepath.Join("testdata", "export"))
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	own := []string{"yammer/synthetic-export"}
	for _, file := range []string{"Messages.csv", "Users.csv", "Groups.csv", "YammerActivityUserDetail.csv"} {
		own = append(own, "yammer/synthetic-export/"+file)
	}
	collectortest.ClaimsOnly(t, New(), own...)
}

// The figures were counted by a script of Python's standard library: 14 rows, of which one
// has the type system.
func TestReferenceData(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "yammer", "synthetic-export"), collectors.Options{})
	type figures struct {
		messages, system, replies, private, deleted, withFiles, files, senders int
		posted, liked, reported                                                int
	}
	got := figures{messages: r.Kinds[record.KindMessage], system: r.Kinds[record.KindSystem], senders: len(r.Senders), reported: len(r.Signals)}
	var first, last time.Time
	for _, m := range r.Messages {
		if m.Relation == record.RelationReply {
			got.replies++
		}
		if m.Conversation.Kind == record.ConversationGroup {
			got.private++
		}
		if m.IsDeleted {
			got.deleted++
		}
		if got.files += int(m.Attachments); m.Attachments > 0 {
			got.withFiles++
		}
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
	}
	for _, a := range r.Activities {
		switch a.What {
		case "messages":
			got.posted += int(a.Count)
		case "reactions":
			got.liked += int(a.Count)
		}
	}
	if want := (figures{13, 1, 9, 1, 1, 2, 3, 5, 9, 26, 5}); got != want {
		t.Errorf("counted\n%+v; want\n%+v", got, want)
	}
	if f, l := first.Format(time.RFC3339Nano), last.Format(time.RFC3339Nano); f != "2018-08-07T08:28:50.983Z" || l != "2018-08-08T15:23:10.139Z" {
		t.Errorf("from %s to %s", f, l)
	}
	if len(r.Rejects) > 0 || len(r.Accounts) != 5 {
		t.Errorf("%d accounts, rejects: %v", len(r.Accounts), r.Reasons)
	}
}

// Exports of several days that lie side by side are several exports, not one with networks.
func TestRecogniseSideBySide(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, day := range []string{"2018-08-07", "2018-08-08"} {
		if err := os.CopyFS(filepath.Join(folder, day), os.DirFS("testdata/domains/input")); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := collectors.OpenTree(folder, collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	for name, c := range map[string]struct {
		tree *collectors.Tree
		want collectors.Certainty
	}{"both": {tree, collectors.No}, "one": {tree.Sub("2018-08-07"), collectors.Certain}} {
		if claim, err := New().Recognise(c.tree); err != nil || claim.Certainty != c.want {
			t.Errorf("%s: certainty %d, %v; want %d", name, claim.Certainty, err, c.want)
		}
	}
}

func TestCountFiles(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]int{
		"":               0,
		"uploadedfile:1": 1,
		"opengraphobject:[351561244736612 : https://example.com/a,b], uploadedfile:137082854": 1,
		"uploadedfile:1,uploadedfile:2":                       2,
		"opengraphobject:[1 : https://x/uploadedfile:2]":      0,
		"]uploadedfile:1":                                     1,
		"opengraphobject:[1 : https://x/, uploadedfile:2 cut": 0,
	} {
		if got := countFiles([]byte(list)); got != want {
			t.Errorf("%q: %d; want %d", list, got, want)
		}
	}
}

func FuzzMessages(f *testing.F) {
	for _, c := range []string{"export", "hostile"} {
		b, err := os.ReadFile(filepath.Join("testdata", c, "input", "Messages.csv"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		r := &run{sink: kept, workspace: "test", networks: map[string]*network{}}
		for _, read := range []func(context.Context, *network, string, io.Reader) error{r.users, r.groups, r.messages, r.usage} {
			if err := read(context.Background(), r.network(""), "f", bytes.NewReader(content)); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range kept.Messages {
			if len(m.Recipients) > record.SmallRoom || m.ID == "" {
				t.Fatalf("%d recipients of message %q", len(m.Recipients), m.ID)
			}
		}
	})
}

// bulk is a Messages.csv of n rows.
func bulk(w io.Writer, n int) {
	io.WriteString(w, "id,replied_to_id,parent_id,thread_id,conversation_id,group_id,group_name,participants,in_private_group,in_private_conversation,sender_id,sender_type,sender_name,sender_email,body,api_url,attachments,deleted_by_id,deleted_by_type,created_at,deleted_at,title,html_body,message_type,gdpr_delete_url\n")
	for i := range n {
		fmt.Fprintf(w, "%d,%d,%d,%d,,%d,\"All, Company\",,false,false,%d,User,Emi 山田,emi@corp.example,\"words of a message of the usual length,\ngive or take \"\"some\"\"\",https://www.yammer.com/api/v1/messages/%d,,,,2018-08-07T12:%02d:%02d.921Z,,,,update,\n",
			1500000000+i, 1500000000+i/10*10, 1500000000+i/10*10, 1500000000+i/10*10, i%(n/500), i%(n/50), 1500000000+i, i/60%60, i%60)
	}
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "Messages.csv", collectortest.Written(bulk, 50000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "Messages.csv", collectors.Options{}, bulk)
}

// The yardstick: the standard library's reader over the same file, which keeps nothing.
func BenchmarkEncodingCSV(b *testing.B) {
	collectortest.DecodeCSV(b, collectortest.Written(bulk, 50000))
}
