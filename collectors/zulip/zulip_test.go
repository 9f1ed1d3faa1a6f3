package zulip

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

func TestCases(t *testing.T) {
	t.Parallel()
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{
		"secret", "Secret", "@all", "built", "to ana", "new way", "to myself", "all three", "alone", "broken", "channel that",
	}})
}

// The counts of the reference data's own account of itself.
func TestReferenceFixtures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		// messages, senders, by type of recipient (one person, channel, group), reactions, rejects; first and last
		want string
	}{
		{"synthetic-export", "10 3 2 6 2 1 0 2018-08-07T09:21:01Z 2018-08-08T02:38:16Z"},
		{filepath.Join("minimal", "messages-000001.json"), "2 0 0 0 0 0 0 2014-08-25T20:55:01Z 2014-08-25T20:55:03Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "zulip", c.name), collectors.Options{})
			var first, last time.Time
			senders, places := map[record.AccountKey]bool{}, map[record.ConversationKind]int{}
			for _, m := range r.Messages {
				if m.Kind != record.KindMessage {
					continue
				}
				if !m.Sender.IsZero() {
					senders[m.Sender] = true
				}
				places[m.Conversation.Kind]++
				if first.IsZero() || m.SentAt.Before(first) {
					first = m.SentAt
				}
				if m.SentAt.After(last) {
					last = m.SentAt
				}
			}
			got := fmt.Sprint(r.Kinds[record.KindMessage], len(senders), places[record.ConversationDirect], places[record.ConversationChannel]+places[record.ConversationPrivateChannel],
				places[record.ConversationGroup], r.Kinds[record.KindReaction], len(r.Rejects), " ", first.Truncate(time.Second).Format(time.RFC3339), " ", last.Truncate(time.Second).Format(time.RFC3339))
			if got = strings.ReplaceAll(got, "  ", " "); got != c.want {
				t.Errorf("%s; want %s", got, c.want)
			}
		})
	}
}

// Exactly its own fixtures are claimed.
func TestRecogniseFixtures(t *testing.T) {
	t.Parallel()
	root := collectortest.Shared(t, "fixtures")
	err := filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
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
		below := strings.TrimPrefix(p, root+string(filepath.Separator))
		own := strings.HasPrefix(below, Tool+string(filepath.Separator)) // two exports lie in the folder itself
		if own != (claim.Certainty != collectors.No) {
			t.Errorf("%s: claimed with certainty %d", p, claim.Certainty)
		}
		if filepath.Base(p) == "synthetic-export" && claim.Workspace != "corp" && own {
			t.Errorf("the workspace is called %q; want corp", claim.Workspace)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSeconds(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Time{
		"1714550400":             time.Unix(1714550400, 0),
		"1714550400.5":           time.Unix(1714550400, 500e6),
		"1714550400.123456":      time.Unix(1714550400, 123456e3),
		"1.7145504e9":            time.Unix(1714550400, 0),
		"1714550400.12345678901": time.Unix(1714550400, 123456789),
		"0":                      {}, "-5.5": {}, "": {}, "soon": {}, "1e30": {}, "NaN": {}, "1.x": {},
	} {
		if got := seconds([]byte(in)); !got.Equal(want) {
			t.Errorf("%q is %v; want %v", in, got, want)
		}
	}
}

// A mention is found wherever the scanner's window happens to end.
func TestMentionsAcrossWindows(t *testing.T) {
	t.Parallel()
	doc := `{"zerver_message":[{"id":1,"date_sent":1714550400,"rendered_content":"<p>é \\ <span class=\"user-mention\" data-user-id=\"4711\">@x</span>data-user-id=\"12\"</p>"}]}`
	rec := collectortest.NewRecorder()
	r := newRun("w", rec)
	if err := r.file(context.Background(), false, "x", iotest.OneByteReader(strings.NewReader(doc))); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(rec.Messages[0].Mentions); got != "[{tool_id 4711 } {tool_id 12 }]" {
		t.Errorf("mentions %s; want 4711 and 12", got)
	}
}

func FuzzFile(f *testing.F) {
	for _, name := range []string{"export/input/realm.json", "export/input/messages-000001.json", "export/input/attachment.json", "hostile/input/realm.json", "hostile/input/messages-000001.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := newRun("w", collectortest.NewRecorder())
		for _, tables := range []bool{true, false} {
			if err := r.file(context.Background(), tables, "x", bytes.NewReader(b)); err != nil {
				t.Fatal(err)
			}
			if err := r.announce(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.orphans(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

// organisation writes a file of n messages.
func organisation(w io.Writer, n int) {
	io.WriteString(w, `{"zerver_message": [`)
	text := strings.Repeat("a sentence of some words, ", 5)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",\n")
		}
		fmt.Fprintf(w, `{"id": %d, "sender": %d, "recipient": %d, "realm": 1, "subject": "topic %d", "content": "%s", "rendered_content": "<p>%s <span class=\"user-mention\" data-user-id=\"%d\">@U</span></p>", "rendered_content_version": 1, "date_sent": %d.123456, "sending_client": 1, "last_edit_time": null, "edit_history": null, "has_attachment": false, "has_image": false, "has_link": false, "is_channel_message": true}`,
			i+1, i%(n/50)+10, i%(n/100), i%7, text, text, i%(n/50)+10, 1714550400+i)
	}
	io.WriteString(w, `], "zerver_usermessage": [`)
	for i := range n * 3 {
		if i > 0 {
			io.WriteString(w, ", ")
		}
		fmt.Fprintf(w, `{"id": %d, "user_profile": %d, "message": %d, "flags_mask": 1}`, i, i%(n/50)+10, i/3)
	}
	io.WriteString(w, "]}")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "messages-000001.json", collectortest.Written(organisation, 20000))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "messages-000001.json", collectors.Options{}, organisation)
}

// The yardstick: encoding/json into structs of the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	type file struct {
		Messages []struct {
			ID, Sender, Recipient int64
			DateSent              float64 `json:"date_sent"`
			Content               string
		} `json:"zerver_message"`
	}
	collectortest.Unmarshal[file](b, collectortest.Written(organisation, 20000), 20000)
}
