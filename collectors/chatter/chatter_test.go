package chatter

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
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "café", "made by a program", "never"}})
}

func TestPackings(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"export", "archives"} {
		collectortest.Packings(t, New(), filepath.Join("testdata", c))
	}
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	own := []string{"salesforce-chatter/synthetic-data-export"}
	for _, file := range []string{"FeedItem.csv", "FeedComment.csv", "CollaborationGroup.csv", "User.csv"} {
		own = append(own, "salesforce-chatter/synthetic-data-export/"+file)
	}
	collectortest.ClaimsOnly(t, New(), own...)
}

// The figures were counted by a script of Python's standard library: 10 posts, 2 of them
// Salesforce's own notes, and 6 comments.
func TestReferenceData(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "salesforce-chatter", "synthetic-data-export"), collectors.Options{})
	type figures struct{ messages, system, comments, edited, senders, onAccounts, onUsers, onGroups, onCases int }
	got := figures{messages: r.Kinds[record.KindMessage], system: r.Kinds[record.KindSystem], senders: len(r.Senders)}
	var first, last time.Time
	for _, m := range r.Messages {
		if !m.EditedAt.IsZero() {
			got.edited++
		}
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
		if m.Relation != record.RelationNone {
			got.comments++
			continue
		}
		switch m.Conversation.Key[:3] {
		case "001":
			got.onAccounts++
		case "005":
			got.onUsers++
		case "0F9":
			got.onGroups++
		case "500":
			got.onCases++
		}
	}
	if want := (figures{messages: 14, system: 2, comments: 6, edited: 1, senders: 5, onAccounts: 2, onUsers: 3, onGroups: 3, onCases: 2}); got != want {
		t.Errorf("counted\n%+v; want\n%+v", got, want)
	}
	if f, l := first.Format(time.DateTime), last.Format(time.DateTime); f != "2018-08-07 08:31:39" || l != "2018-08-08 22:15:35" {
		t.Errorf("from %s to %s", f, l)
	}
	if len(r.Rejects) > 0 || len(r.Accounts) != 5 {
		t.Errorf("%d accounts, rejects: %v", len(r.Accounts), r.Reasons)
	}
}

// A data export comes in several archives of one organisation, and its folder may hold other
// things: then it is read file by file.
func TestRecognise(t *testing.T) {
	t.Parallel()
	mixed := t.TempDir()
	if err := os.CopyFS(mixed, os.DirFS("testdata/export/input")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(mixed, "slack"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mixed, "slack", "users.json"), []byte("[]"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path, workspace string
		want            collectors.Certainty
	}{
		"one archive":     {"testdata/archives/input/WE_00D000000000001AAA_2", "00D000000000001", collectors.Certain},
		"users only":      {"testdata/archives/input/WE_00D000000000001AAA_1", "00D000000000001", collectors.Likely},
		"several":         {"testdata/archives/input", "", collectors.Certain},
		"other things in": {mixed, "", collectors.No},
	} {
		tree, err := collectors.OpenTree(c.path, collectors.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer tree.Close()
		if claim, err := New().Recognise(tree); err != nil || claim.Certainty != c.want || claim.Workspace != c.workspace {
			t.Errorf("%s: %+v, %v", name, claim, err)
		}
	}
}

func TestKindOfItem(t *testing.T) {
	t.Parallel()
	for typ, want := range map[string]record.Kind{
		"TextPost": record.KindMessage, "AdvancedTextPost": record.KindMessage, "CallLogPost": record.KindMessage, "": record.KindMessage,
		"TrackedChange": record.KindSystem, "UserStatus": record.KindSystem, "CreateRecordEvent": record.KindSystem, "CaseCommentPost": record.KindSystem,
		"ChangeStatusPost": record.KindSystem, "ApprovalPost": record.KindSystem, "BasicTemplateFeedItem": record.KindSystem,
	} {
		if got := kindOfItem([]byte(typ)); got != want {
			t.Errorf("%s is %s; want %s", typ, got, want)
		}
	}
}

func TestParseTime(t *testing.T) {
	t.Parallel()
	want := time.Date(2018, 8, 7, 8, 31, 39, 0, time.UTC)
	for _, text := range []string{"2018-08-07 08:31:39", "2018-08-07T08:31:39.000Z", "2018-08-07T08:31:39Z", "2018-08-07T08:31:39.000+0000", "2018-08-07T10:31:39+02:00"} {
		if got := parseTime([]byte(text)); !got.Equal(want) {
			t.Errorf("%s is %s", text, got)
		}
	}
	for _, text := range []string{"", "2018-08-07", "08/07/2018 08:31:39", "2018-08-07T08:31:39"} {
		if got := parseTime([]byte(text)); !got.IsZero() {
			t.Errorf("%s is %s; want none", text, got)
		}
	}
}

func FuzzTables(f *testing.F) {
	for _, name := range []string{"export/input/FeedItem", "export/input/FeedComment", "export/input/FeedLike", "export/input/ChatterMessage", "hostile/input/FeedItem"} {
		b, err := os.ReadFile(filepath.Join("testdata", name+".csv"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		r := &run{sink: kept, workspace: "test", accounts: map[string]*record.Account{}, rooms: map[string]*record.Conversation{}, liked: newLiked()}
		for _, read := range []func(context.Context, string, io.Reader) error{r.users, r.groups, r.groupMembers, r.privateMembers, r.likedItems, r.items, r.comments, r.private, r.like} {
			if err := read(context.Background(), "f", bytes.NewReader(content)); err != nil {
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

// bulk is a FeedItem.csv of n rows.
func bulk(w io.Writer, n int) {
	io.WriteString(w, `"Id","ParentId","Type","CreatedById","CreatedDate","IsDeleted","LastModifiedDate","SystemModstamp","Revision","LastEditById","LastEditDate","CommentCount","LikeCount","IsRichText","Title","Body","LinkUrl","RelatedRecordId","InsertedById","NetworkScope","Visibility","HasContent","HasLink","BestCommentId","Status"`+"\n")
	for i := range n {
		fmt.Fprintf(w, `"0D500000%07dAAA","0F9000000%06dAAA","TextPost","005000000%06dAAA","2018-08-07 08:%02d:%02d","false","2018-08-07 08:31:39","2018-08-07 08:31:39","1","","","1","0","","","words of a message of the usual length,`+"\n"+`give or take ""some""","","","005000000000003AAA","","AllUsers","false","","","Published"`+"\n",
			i, i%(n/200), i%(n/50), i/60%60, i%60)
	}
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "FeedItem.csv", collectortest.Written(bulk, 50000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "FeedItem.csv", collectors.Options{}, bulk)
}

// Which posts are liked is known only after them.
func BenchmarkResidentLikes(b *testing.B) {
	collectortest.ResidentOf(b, New(), collectors.Options{}, func(folder string) string {
		if err := os.WriteFile(filepath.Join(folder, "FeedItem.csv"), collectortest.Written(bulk, 50_000), 0o600); err != nil {
			b.Fatal(err)
		}
		collectortest.WriteLarge(b, filepath.Join(folder, "FeedLike.csv"), func(w io.Writer, n int) {
			io.WriteString(w, `"Id","FeedItemId","FeedEntityId","CreatedById","CreatedDate"`+"\n")
			for i := range n {
				fmt.Fprintf(w, `"0I00000%08dAAA","0D500000%07dAAA","0D500000%07dAAA","005000000%06dAAA","2018-08-08 12:00:00"`+"\n", i, i, i, i%(n/50))
			}
		})
		return folder
	})
}

// The yardstick: the standard library's reader over the same file, which keeps nothing.
func BenchmarkEncodingCSV(b *testing.B) {
	collectortest.DecodeCSV(b, collectortest.Written(bulk, 50000))
}
