package twitter

import (
	"bytes"
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
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "Heron", "t.co", "excited"}})
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), filepath.Join("testdata", "old"))
	collectortest.Packings(t, New(), filepath.Join("testdata", "headers"))
}

func TestClaims(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "twitter/synthetic")
}

func TestReferenceCounts(t *testing.T) {
	t.Parallel()
	const data = "fixtures/twitter/synthetic/data/"
	for _, c := range []struct {
		path                                                             string
		messages, senders, conversations, system, reactions, attachments int
		first, last                                                      string
	}{
		{data + "direct-messages.js", 4, 3, 2, 0, 1, 1, "2023-01-01T00:00:00.001Z", "2024-04-01T12:00:00Z"},
		{data + "direct-message-headers.js", 4, 3, 2, 0, 0, 0, "2023-01-01T00:00:00.001Z", "2024-04-01T12:00:00Z"},
		{data + "direct-messages-group.js", 2, 2, 1, 4, 2, 0, "2024-03-07T09:40:00.333Z", "2024-03-07T10:00:00Z"},
		{data + "direct-message-group-headers.js", 2, 2, 1, 4, 0, 0, "2024-03-07T09:40:00.333Z", "2024-03-07T10:00:00Z"},
		{"fixtures/twitter/synthetic", 6, 3, 3, 4, 3, 1, "2023-01-01T00:00:00.001Z", "2024-04-01T12:00:00Z"},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, strings.Split(c.path, "/")...), collectors.Options{})
			first, last, attachments := "9", "", 0
			senders := map[string]bool{}
			for _, m := range r.Messages {
				if m.Kind != record.KindMessage {
					continue
				}
				at := m.SentAt.Format("2006-01-02T15:04:05.999Z")
				first, last = min(first, at), max(last, at)
				senders[m.Sender.Value] = true
				attachments += int(m.Attachments)
			}
			got := [...]int{r.Kinds[record.KindMessage], len(senders), len(r.Conversations), r.Kinds[record.KindSystem], r.Kinds[record.KindReaction], attachments, len(r.Rejects)}
			want := [...]int{c.messages, c.senders, c.conversations, c.system, c.reactions, c.attachments, 0}
			if c.path == data+"direct-messages.js" || c.path == data+"direct-message-headers.js" || !strings.Contains(c.path, "data/") {
				got[2] = distinct(r.Conversations)
			}
			if got != want || first != c.first || last != c.last {
				t.Errorf("messages, senders, conversations, system rows, reactions, attachments, rejects: %v from %s to %s; want %v from %s to %s", got, first, last, want, c.first, c.last)
			}
		})
	}
}

func distinct(cs []record.Conversation) int {
	keys := map[string]bool{}
	for _, c := range cs {
		keys[c.Key] = true
	}
	return len(keys)
}

// Who is in a group when: 1 from the start, 2 until the third day, 3 from the second to
// the fourth and again from the sixth, 9 never.
func TestWhoIsInAGroup(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2024, 1, n, 0, 0, 0, 0, time.UTC) }
	g := &group{stays: map[string][]turn{"1": nil, "2": {{day(3), false}}, "3": {{day(6), true}, {day(4), false}, {day(2), true}}}}
	g.settle()
	for at, want := range map[int]string{1: "1 2", 2: "1 2 3", 3: "1 3", 4: "1", 5: "1", 6: "1 3", 9: "1 3"} {
		var in []string
		for _, user := range g.names {
			if g.isIn(user, day(at)) {
				in = append(in, user)
			}
		}
		if got := strings.Join(in, " "); got != want {
			t.Errorf("day %d: %q; want %q", at, got, want)
		}
	}
	if m := g.member("3"); !m.From.Equal(day(6)) || !m.To.IsZero() {
		t.Errorf("the last stay of 3 is %v to %v", m.From, m.To)
	}
}

func TestInstant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2024-02-29T23:59:59.999Z": "2024-02-29T23:59:59.999Z", "2024-03-06T09:15:00Z": "2024-03-06T09:15:00Z", "2024-03-06T09:15:00.744+01:00": "2024-03-06T08:15:00.744Z",
		"2023-02-29T00:00:00.000Z": "", "2024-13-01T00:00:00.000Z": "", "2024-01-01T24:00:00.000Z": "", "2024-01-01 00:00:00.000Z": "", "2024-01-01T0a:00:00.000Z": "", "": "",
	} {
		got := ""
		if at := instant([]byte(text)); !at.IsZero() {
			got = at.UTC().Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q: %q; want %q", text, got, want)
		}
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

func FuzzArchive(f *testing.F) {
	for _, input := range []string{"archive/input/data/direct-messages.js", "archive/input/data/direct-messages-group.js", "old/input/direct-message.js", "hostile/input/data/direct-messages.js", "archive/input/data/account.js", "archive/input/data/manifest.js"} {
		b, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(input)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	paths := []string{write(f, "direct-messages-group.js", ""), write(f, "account.js", "")}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, path := range paths {
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
		}
	})
}

const benchMessages = 100_000

// invented is an archive of n messages, a thousand in a conversation.
func invented(w io.Writer, n int) {
	io.WriteString(w, "window.YTD.direct_messages.part0 = [")
	for i := range n {
		other := 202 + i/1000
		from, to := 101, other
		if i%2 == 0 {
			from, to = other, 101
		}
		switch {
		case i == 0:
			fmt.Fprintf(w, "\n  {\n    \"dmConversation\" : {\n      \"conversationId\" : \"101-%d\",\n      \"messages\" : [\n", other)
		case i%1000 == 0:
			fmt.Fprintf(w, "\n      ]\n    }\n  },\n  {\n    \"dmConversation\" : {\n      \"conversationId\" : \"101-%d\",\n      \"messages\" : [\n", other)
		default:
			io.WriteString(w, ",\n")
		}
		fmt.Fprintf(w, "        {\n          \"messageCreate\" : {\n            \"recipientId\" : \"%d\",\n            \"reactions\" : [ ],\n            \"urls\" : [ ],\n            \"text\" : \"some words that nobody reads, %d times over\",\n"+
			"            \"mediaUrls\" : [ ],\n            \"senderId\" : \"%d\",\n            \"id\" : \"17120000000%08d\",\n            \"createdAt\" : \"2024-03-06T09:%02d:%02d.744Z\",\n            \"editHistory\" : [ ]\n          }\n        }",
			to, i, from, i, i/60%60, i%60)
	}
	io.WriteString(w, "\n      ]\n    }\n  }\n]")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "direct-messages.js", collectortest.Written(invented, benchMessages))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "direct-messages.js", collectors.Options{}, invented)
}

func BenchmarkEncodingJSON(b *testing.B) {
	_, text, _ := strings.Cut(string(collectortest.Written(invented, benchMessages)), "=")
	document := bytes.TrimSpace([]byte(text))
	type archive []struct {
		DMConversation struct {
			ConversationID string
			Messages       []struct {
				MessageCreate struct{ ID, SenderID, RecipientID, CreatedAt, Text string }
			}
		}
	}
	collectortest.Unmarshal[archive](b, document, benchMessages)
}
