package snapchat

import (
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
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "Heron 🐦", "Springfield", "hidden-name"}})
}

func TestPackings(t *testing.T) {
	t.Parallel()
	collectortest.Packings(t, New(), filepath.Join("testdata", "bare"))
	collectortest.Packings(t, New(), filepath.Join("testdata", "old"))
}

func TestClaims(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "snapchat/synthetic/new", "snapchat/synthetic/old")
}

// Of the eight entries of the newer chats, two are notices of Snapchat's own. In the older
// shape no file says who the owner is, the third sender of the chats and the second of the snaps.
func TestReferenceCounts(t *testing.T) {
	t.Parallel()
	const root = "fixtures/snapchat/synthetic/"
	for _, c := range []struct {
		path, owner                            string
		messages, senders, system, attachments int
		first, last                            string
	}{
		{root + "new/json/chat_history.json", "", 8 - 2, 3, 2, 4, "2024-04-19T23:00:00.001Z", "2024-04-21T10:00:02Z"},
		{root + "new/json/snap_history.json", "", 3, 2, 0, 3, "2024-04-20T02:00:00.001Z", "2024-04-21T11:00:00Z"},
		{root + "new", "", 9, 3, 2, 7, "2024-04-19T23:00:00.001Z", "2024-04-21T11:00:00Z"},
		{root + "old/json/chat_history.json", "ana.ruiz", 3, 3, 0, 1, "2020-05-01T10:00:00Z", "2020-05-02T10:00:00Z"},
		{root + "old/json/chat_history.json", "", 3, 3 - 1, 0, 1, "2020-05-01T10:00:00Z", "2020-05-02T10:00:00Z"},
		{root + "old/json/snap_history.json", "ana.ruiz", 2, 2, 0, 2, "2020-05-01T11:00:00Z", "2020-05-01T12:00:00Z"},
	} {
		t.Run(c.path+" "+c.owner, func(t *testing.T) {
			t.Parallel()
			var o collectors.Options
			if c.owner != "" {
				o = o.WithSettings([]byte("owner: " + c.owner))
			}
			r := collectortest.Collect(t, New(), collectortest.Shared(t, strings.Split(c.path, "/")...), o)
			first, last, attachments := "9", "", 0
			senders := map[string]bool{}
			for _, m := range r.Messages {
				if m.Kind != record.KindMessage {
					continue
				}
				at := m.SentAt.Format("2006-01-02T15:04:05.999Z")
				first, last = min(first, at), max(last, at)
				attachments += int(m.Attachments)
				if !m.Sender.IsZero() {
					senders[m.Sender.Value] = true
				}
			}
			got := [...]int{r.Kinds[record.KindMessage], len(senders), r.Kinds[record.KindSystem], attachments, len(r.Rejects)}
			want := [...]int{c.messages, c.senders, c.system, c.attachments, 0}
			if got != want || first != c.first || last != c.last {
				t.Errorf("messages, senders, system rows, attachments, rejects: %v from %s to %s; want %v from %s to %s", got, first, last, want, c.first, c.last)
			}
			if c.path == root+"new" && (len(r.Activities) != 1 || r.Activities[0].To.Sub(r.Activities[0].From) != 58*time.Second) {
				t.Errorf("activities %v; want one call of 58 seconds", r.Activities)
			}
		})
	}
}

// The data of two who chatted gives the same conversation and the same message.
func TestCopiesAreAlike(t *testing.T) {
	t.Parallel()
	const entry = `{"From":"ben_ok","Media Type":"TEXT","Created":"2024-04-20 01:29:22 UTC","Content":%s,"Conversation Title":null,"IsSender":%t,"Created(microseconds)":1713576562686}`
	var traces []string
	for owner, content := range map[string]string{
		"ana.ruiz": `{"ben_ok":[` + fmt.Sprintf(entry, `"x"`, false) + `]}`,
		"ben_ok":   `{"ana.ruiz":[` + fmt.Sprintf(entry, "null", true) + `]}`,
	} {
		r := collectortest.Collect(t, New(), write(t, "chat_history.json", content), collectors.Options{Workspace: Tool}.WithSettings([]byte("owner: "+owner)))
		if len(r.Messages) != 1 {
			t.Fatalf("%d messages; want 1", len(r.Messages))
		}
		m := r.Messages[0]
		traces = append(traces, fmt.Sprint(m.Conversation.Key, m.Sender, m.Recipients, m.SentAt, m.SizeBytes))
	}
	if traces[0] != traces[1] {
		t.Errorf("%s and %s; want them equal", traces[0], traces[1])
	}
}

func TestLongConversation(t *testing.T) {
	t.Parallel()
	r := collectortest.NewRecorder()
	r.CountOnly = true
	if err := collectortest.Into(t.Context(), New(), write(t, "chat_history.json", string(collectortest.Written(invented, benchMessages))), collectors.Options{}, r); err != nil {
		t.Fatal(err)
	}
	if r.Kinds[record.KindMessage] != benchMessages || len(r.Senders) != 2 || r.Recipients != benchMessages {
		t.Errorf("%d messages of %d senders to %d recipients; want %d of 2, each to one", r.Kinds[record.KindMessage], len(r.Senders), r.Recipients, benchMessages)
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

func FuzzData(f *testing.F) {
	for _, input := range []string{"new/input/json/chat_history.json", "new/input/json/talk_history.json", "new/input/json/friends.json", "new/input/json/account.json", "old/input/json/chat_history.json", "hostile/input/json/chat_history.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(input)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	var paths []string
	for _, name := range []string{"chat_history.json", "talk_history.json", "friends.json", "account.json"} {
		paths = append(paths, write(f, name, ""))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, path := range paths {
			if err := os.WriteFile(path, b, 0o644); err != nil {
				t.Fatal(err)
			}
			r := collectortest.NewRecorder()
			if err := collectortest.Into(t.Context(), New(), path, collectors.Options{}.WithSettings([]byte("owner: ana.ruiz")), r); err != nil {
				t.Fatal(err)
			}
			if n := len(r.Messages) + len(r.Rejects) + len(r.Activities); n > len(b)+1 {
				t.Errorf("%d records of %d bytes", n, len(b))
			}
		}
	})
}

const benchMessages = 100_000

// invented is a history of one long conversation.
func invented(w io.Writer, n int) {
	io.WriteString(w, "{\n  \"ben_okafor\": [\n")
	start := time.Date(2024, 4, 20, 1, 29, 22, 0, time.UTC)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",\n")
		}
		at := start.Add(time.Duration(i) * time.Minute)
		fmt.Fprintf(w, "    {\n      \"From\": %q,\n      \"Media Type\": \"TEXT\",\n      \"Created\": %q,\n      \"Content\": \"some words that nobody reads, %d times over\",\n      \"Conversation Title\": null,\n"+
			"      \"IsSender\": %t,\n      \"Created(microseconds)\": %d,\n      \"IsSaved\": true,\n      \"Media IDs\": \"\"\n    }", []string{"ben_okafor", "ana.ruiz"}[i%2], at.Format("2006-01-02 15:04:05 UTC"), i, i%2 == 1, at.UnixMilli())
	}
	io.WriteString(w, "\n  ]\n}\n")
}

func BenchmarkCollect(b *testing.B) {
	collectortest.ThroughputOf(b, New(), "chat_history.json", collectortest.Written(invented, benchMessages))
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "chat_history.json", collectors.Options{}, invented)
}

func BenchmarkEncodingJSON(b *testing.B) {
	type history map[string][]struct {
		From, Created, Content string
		MediaType              string `json:"Media Type"`
		At                     int64  `json:"Created(microseconds)"`
		IsSender               bool
	}
	collectortest.Unmarshal[history](b, collectortest.Written(invented, benchMessages), benchMessages)
}
