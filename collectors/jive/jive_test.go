package jive

import (
	"bytes"
	"context"
	"encoding/json"
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
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "192.0.2"}})
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), filepath.Join("testdata", "pages"))
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "jive/synthetic-des", "jive/synthetic-des/activity-page1.json", "jive/synthetic-des/activity-page2.json")
}

// The figures were counted by a script of Python's standard library: 12 acts by 4 actors, of
// which 7 created something, 2 are likes, and 2 views and a login show that somebody was there.
func TestReferenceData(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "jive", "synthetic-des"), collectors.Options{})
	actors := map[string]bool{}
	var first, last time.Time
	direct, replies := 0, 0
	for _, m := range r.Messages {
		actors[m.Sender.Value] = true
		if first.IsZero() || m.SentAt.Before(first) {
			first = m.SentAt
		}
		if m.SentAt.After(last) {
			last = m.SentAt
		}
		if m.Conversation.Kind == record.ConversationDirect {
			direct++
		}
		if m.Relation == record.RelationReply {
			replies++
		}
	}
	hits := 0
	for _, g := range r.Signals {
		actors[g.Account.Value] = true
		hits += int(g.Hits)
	}
	if r.Kinds[record.KindMessage] != 7 || r.Kinds[record.KindReaction] != 2 || hits != 3 || len(actors) != 4 || direct != 2 || replies != 2 || len(r.Rejects) > 0 {
		t.Errorf("%v, %d hits, %d actors, %d direct, %d replies, rejects %v; want 7 messages, 2 reactions, 3 hits, 4 actors, 2 direct, 2 replies",
			r.Kinds, hits, len(actors), direct, replies, r.Reasons)
	}
	if f, l := first.Format(time.RFC3339), last.Format(time.RFC3339); f != "2018-08-07T11:40:33Z" || l != "2018-08-08T10:50:13Z" {
		t.Errorf("from %s to %s", f, l)
	}
}

// An account is announced when something is said of it, and again only when an act says more.
func TestIntroduce(t *testing.T) {
	t.Parallel()
	kept := collectortest.NewRecorder()
	r := newRun("test", kept)
	for _, p := range []person{{id: "1"}, {id: "1"}, {id: "1", name: "Ana"}, {id: "1", email: "a@x"}, {id: "1", name: "Other", email: "a@x"}, {id: "-1", name: "Nobody"}, {}} {
		if err := r.introduce(p); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(kept.Accounts); n != 2 || kept.Accounts[1].Name != "Ana" || kept.Accounts[1].Email != "a@x" {
		t.Errorf("%d accounts: %+v", n, kept.Accounts)
	}
}

func FuzzDocument(f *testing.F) {
	for _, name := range []string{"pages/input/page1.json", "pages/input/page2.json", "lines/input/activity.jsonl", "hostile/input/page.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kept := collectortest.NewRecorder()
		r := newRun("test", kept)
		if err := r.document(context.Background(), "f", bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		if err := r.signals(); err != nil {
			t.Fatal(err)
		}
		for _, m := range kept.Messages {
			if m.Conversation.Key == "" || m.Kind == record.KindReaction && m.Parent == "" {
				t.Fatalf("%+v", m)
			}
		}
	})
}

// bulk is a page of n acts.
func bulk(w io.Writer, n int) {
	io.WriteString(w, `{"paging":{"itemsPerPage":7},"list":[`)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",\n")
		}
		fmt.Fprintf(w, `{"name":"ACTIVITY_CREATE_MESSAGE","timestamp":%d,"seqId":%d,"uuid":"74b31bfb-f844-4560-99f8-%012d","context":{"web":{"userAgent":"x","ip":"192.0.2.1"}},"payload":{},"actorID":%[4]d,"actorType":3,"activityType":"Create","actionObjectId":%[2]d,"actionObjectType":2,"containerId":2280,"containerType":14,"activity":{"actor":{"objectType":"user","objectId":%[4]d,"name":"Chidi Okafor","username":"chidi","email":"chidi@corp.example","creationDate":1400000000000},"action":"Create","actionObject":{"objectType":"message","objectId":%[2]d,"objectHash":"1","subject":"x","creationDate":%[1]d,"containerId":2280,"containerType":14,"author":{"objectType":"user","objectId":%[4]d,"name":"Chidi Okafor","username":"chidi","email":"chidi@corp.example","creationDate":1400000000000},"extras":{"isRootReply":true,"forumThreadId":5000,"messageParentId":5000}},"activityTime":%[1]d,"destination":{"objectType":"community","objectId":2280,"name":"Engineering","url":"https://jive.example.com/community/eng"}}}`,
			1533655460877+i, i, i, i%(n/50))
	}
	io.WriteString(w, "]}")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "page.json", collectortest.Written(bulk, 20000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "page.json", collectors.Options{}, bulk)
}

// The yardstick: a bare decode of the same file into structs of the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	content := collectortest.Written(bulk, 20000)
	b.SetBytes(int64(len(content)))
	type person struct {
		ObjectID              int
		Name, Username, Email string
	}
	for b.Loop() {
		var page struct {
			List []struct {
				Timestamp, SeqID           int64
				UUID, ActivityType         string
				ContainerID, ContainerType int
				Activity                   struct {
					Actor        person
					ActionObject struct {
						ObjectType             string
						ObjectID, CreationDate int64
						Author                 person
						Extras                 struct {
							IsRootReply                    bool
							ForumThreadID, MessageParentID int64
						}
					}
					Destination struct {
						ObjectType string
						ObjectID   int64
					}
				}
			}
		}
		if err := json.Unmarshal(content, &page); err != nil {
			b.Fatal(err)
		}
	}
}
