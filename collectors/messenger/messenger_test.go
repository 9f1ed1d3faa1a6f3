package messenger

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
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "hidden-name", "Heron weekend", "la mer"}})
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), filepath.Join("testdata", "year2018"))
}

func TestClaims(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "messenger/chat-analytics", "messenger/synthetic")
}

// The samples' own counts take calls for messages: of three, one is a call, and of eight,
// one is a call that was missed and stands for a notice.
func TestReferenceCounts(t *testing.T) {
	t.Parallel()
	const inbox = "fixtures/messenger/synthetic/your_activity_across_facebook/messages/inbox/"
	for _, c := range []struct {
		path                                      string
		messages, calls, system, reactions, files int
		senders                                   int
		first, last                               string
	}{
		{"fixtures/messenger/chat-analytics", 7, 0, 0, 0, 4, 2, "2014-11-05T00:27:20.411Z", "2014-11-05T00:35:32.056Z"},
		{inbox + "benokafor_7000000000000002", 3 - 1, 1, 0, 0, 1, 2, "2024-05-01T09:59:00Z", "2024-05-01T10:01:00Z"},
		{inbox + "heronwknd_7000000000000001/message_1.json", 4, 0, 0, 2, 2, 3, "2024-05-03T17:57:00Z", "2024-05-03T18:00:00.5Z"},
		{inbox + "heronwknd_7000000000000001/message_2.json", 4 - 1, 0, 1, 0, 1, 4, "2024-04-29T06:50:00Z", "2024-04-30T09:00:00Z"},
		{inbox + "heronwknd_7000000000000001", 8 - 1, 0, 1, 2, 3, 4, "2024-04-29T06:50:00Z", "2024-05-03T18:00:00.5Z"},
	} {
		t.Run(c.path, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, strings.Split(c.path, "/")...), collectors.Options{})
			files, unsent, first, last := 0, 0, "9", ""
			senders, places := map[string]bool{}, map[string]bool{}
			for _, m := range r.Messages {
				at := m.SentAt.Format("2006-01-02T15:04:05.999Z")
				first, last = min(first, at), max(last, at)
				files += int(m.Attachments)
				places[m.Conversation.Key] = true
				if m.Kind != record.KindReaction {
					senders[m.Sender.Value] = true
				}
				if m.IsDeleted {
					unsent++
				}
			}
			got := [...]int{r.Kinds[record.KindMessage], r.Kinds[record.KindCall], r.Kinds[record.KindSystem], r.Kinds[record.KindReaction], files, len(senders), len(places), len(r.Rejects)}
			want := [...]int{c.messages, c.calls, c.system, c.reactions, c.files, c.senders, 1, 0}
			if got != want || first != c.first || last != c.last {
				t.Errorf("messages, calls, system rows, reactions, attachments, senders, conversations, rejects: %v from %s to %s; want %v from %s to %s", got, first, last, want, c.first, c.last)
			}
			if strings.HasSuffix(c.path, "message_2.json") != (unsent == 1) && strings.Contains(c.path, "message_") {
				t.Errorf("%d unsent messages", unsent)
			}
		})
	}
}

// A message that two members' downloads hold, or a download and a secure storage, looks
// the same in both: identity, sender, time, size.
func TestCopiesAreAlike(t *testing.T) {
	t.Parallel()
	const download = `{"participants":[{"name":%q},{"name":%q}],"messages":[{"sender_name":"Ben","timestamp_ms":1714557660000,"content":"caf\u00c3\u00a9"}],"thread_path":"inbox/x_%d"}`
	const stored = `{"participants":["Ana","Ben"],"threadName":"Ben_3","messages":[{"senderName":"Ben","timestamp":1714557660000,"text":"café","type":"text"}]}`
	type trace struct {
		identity, sender, at string
		size                 uint32
	}
	var traces []trace
	for name, content := range map[string]string{
		"message_1.json": fmt.Sprintf(download, "Ben", "Ana", 7000000000000001), "message_2.json": fmt.Sprintf(download, "Ana", "Ben", 7000000000000002), "Ben_3.json": stored,
	} {
		r := collectortest.Collect(t, New(), write(t, name, content), collectors.Options{})
		if len(r.Messages) != 1 {
			t.Fatalf("%s: %d messages; want 1", name, len(r.Messages))
		}
		m := r.Messages[0]
		traces = append(traces, trace{m.Conversation.Identity, m.Sender.Value, m.SentAt.String(), m.SizeBytes})
	}
	for _, other := range traces[1:] {
		if other != traces[0] {
			t.Errorf("%v and %v; want them equal", traces[0], other)
		}
	}
}

// More messages than wait for what a file says at its end do not change what is read.
func TestLongThread(t *testing.T) {
	t.Parallel()
	const n = 200_000
	document := collectortest.Written(invented, n)
	r := collectortest.NewRecorder()
	r.CountOnly = true
	if err := collectortest.Into(t.Context(), New(), write(t, "message_1.json", string(document)), collectors.Options{}, r); err != nil {
		t.Fatal(err)
	}
	if r.Kinds[record.KindMessage] != n || len(r.Rejects) > 0 || len(r.Senders) != 2 {
		t.Errorf("%d messages of %d senders, rejects %v; want %d of 2 and none", r.Kinds[record.KindMessage], len(r.Senders), r.Reasons, n)
	}
}

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func FuzzExport(f *testing.F) {
	for _, input := range []string{
		"hostile/input/facebook-export/messages/inbox/benokafor_7000000000000002/message_1.json", "storage/input/Ben Okafor_3.json",
		"year2018/input/messages/chloe_AbC-dEf_gh/message.json", "download/input/personal_information/profile_information/profile_information.json",
	} {
		b, err := os.ReadFile(filepath.Join("testdata", input))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	paths := []string{write(f, "message_1.json", ""), write(f, "Ben_3.json", ""), write(f, "profile_information/profile_information.json", "")}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, path := range paths {
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(path, "profile_information.json") {
				path = filepath.Dir(filepath.Dir(path))
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

// invented is a thread of that many messages.
func invented(w io.Writer, n int) {
	io.WriteString(w, "{\n  \"participants\": [\n    {\n      \"name\": \"Chlo\\u00c3\\u00a9 Dubois\"\n    },\n    {\n      \"name\": \"Ana Ruiz\"\n    }\n  ],\n  \"messages\": [\n")
	for i := range n {
		who := `Chlo\u00c3\u00a9 Dubois`
		if i%3 == 0 {
			who = "Ana Ruiz"
		}
		if i > 0 {
			io.WriteString(w, ",\n")
		}
		fmt.Fprintf(w, "    {\n      \"sender_name\": \"%s\",\n      \"timestamp_ms\": %d,\n      \"content\": \"some words that nobody reads, \\u00c3\\u00a9t\\u00c3\\u00a9, %d times over, and a few more\",\n"+
			"      \"is_geoblocked_for_viewer\": false,\n      \"is_unsent_image_by_messenger_kid_parent\": false\n    }", who, 1714557660000-int64(i)*1000, i)
	}
	io.WriteString(w, "\n  ],\n  \"title\": \"Chlo\\u00c3\\u00a9 Dubois\",\n  \"is_still_participant\": true,\n  \"thread_path\": \"inbox/chloe_7000000000000002\"\n}\n")
}

const benchMessages = 100_000

func BenchmarkCollect(b *testing.B) {
	document := collectortest.Written(invented, benchMessages)
	collectortest.ThroughputOf(b, New(), "message_1.json", document)
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "message_1.json", collectors.Options{}, invented)
}

func BenchmarkEncodingJSON(b *testing.B) {
	document := collectortest.Written(invented, benchMessages)
	type thread struct {
		Messages []struct {
			Sender  string `json:"sender_name"`
			Time    int64  `json:"timestamp_ms"`
			Content string `json:"content"`
		}
	}
	collectortest.Unmarshal[thread](b, document, benchMessages)
}
