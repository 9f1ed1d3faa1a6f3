package teams

import (
	"bytes"
	"context"
	"encoding/json"
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
	collectortest.Run(t, New(), collectortest.Suite{Dir: "testdata", Forbidden: []string{"secret", "Secret", "caf", "systemEvent", "General"}})
}

// figures are those of the reference data's own count.
type figures struct {
	messages, system, reactions, senders, bots, edited, replies, chats int
}

func TestReferenceData(t *testing.T) {
	t.Parallel()
	const tree = "fixtures/teams/powershell-export/"
	for path, want := range map[string]figures{
		"fixtures/teams/graph/channel-messages-2018-page1.json":                                                {messages: 2, senders: 2, bots: 1},
		"fixtures/teams/graph/channel-messages-2018-page2.json":                                                {messages: 1, senders: 1},
		"fixtures/teams/graph/chats-getallmessages-page.json":                                                  {messages: 2, senders: 1, chats: 2},
		tree + "teams/4707a9cc-9fe0-4bc2-980a-cd722ffbff06/messages_4707a9cc-9fe0-4bc2-980a-cd722ffbff06.json": {messages: 1, system: 2, senders: 1},
		tree + "users/fa90a9e8-97f3-4da9-8025-6947b0108f08/messages_fa90a9e8-97f3-4da9-8025-6947b0108f08.json": {messages: 5, senders: 3, edited: 1, chats: 3},
		"fixtures/teams/graph":             {messages: 5, senders: 3, bots: 1, chats: 2},
		"fixtures/teams/powershell-export": {messages: 6, system: 2, senders: 3, edited: 1, chats: 3},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			r := collectortest.Collect(t, New(), collectortest.Shared(t, strings.Split(path, "/")...), collectors.Options{})
			if got := count(r); got != want || len(r.Rejects) > 0 {
				t.Errorf("counted %+v, rejects %v; want %+v", got, r.Reasons, want)
			}
		})
	}
}

func count(r *collectortest.Recorder) (f figures) {
	f.messages, f.system, f.reactions = r.Kinds[record.KindMessage], r.Kinds[record.KindSystem], r.Kinds[record.KindReaction]
	senders, chats := map[string]bool{}, map[string]bool{}
	for i := range r.Messages {
		m := &r.Messages[i]
		if m.Kind != record.KindMessage {
			continue
		}
		senders[m.Sender.Value] = true
		if m.Conversation.Kind == record.ConversationDirect || m.Conversation.Kind == record.ConversationGroup {
			chats[m.Conversation.Key] = true
		}
		if m.SenderKind == record.AccountBot {
			f.bots++
		}
		if !m.EditedAt.IsZero() {
			f.edited++
		}
		if m.Parent != "" {
			f.replies++
		}
	}
	f.senders, f.chats = len(senders), len(chats)
	return f
}

func TestReferenceUsageReport(t *testing.T) {
	t.Parallel()
	r := collectortest.Collect(t, New(), collectortest.Shared(t, "fixtures", "teams", "synthetic", "TeamsUserActivityUserDetail.csv"), collectors.Options{})
	sums := map[string]int{}
	for _, a := range r.Activities {
		sums[a.What] += int(a.Count)
	}
	if sums["channel_messages"] != 44 || sums["chat_messages"] != 274 || len(r.Accounts) != 5 {
		t.Errorf("%d accounts, sums %v; want 5, 44 channel and 274 chat messages", len(r.Accounts), sums)
	}
	if len(r.Signals) != 4 || len(r.Rejects) > 0 { // one of the five was never active
		t.Errorf("%d signals, rejects %v; want 4 and none", len(r.Signals), r.Reasons)
	}
}

func TestPackings(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"graph", "powershell", "purview", "hostile"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			collectortest.Packings(t, New(), "testdata/"+name)
		})
	}
}

func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	collectortest.ClaimsOnly(t, New(), "teams/graph", "teams/powershell-export", "teams/synthetic", "teams/graph/channel-messages-2018-page1.json",
		"teams/graph/channel-messages-2018-page2.json", "teams/graph/chats-getallmessages-page.json", "teams/synthetic/TeamsUserActivityUserDetail.csv",
		"teams/powershell-export/users", "teams/powershell-export/teams")
}

func TestExternal(t *testing.T) {
	t.Parallel()
	for principal, want := range map[string]string{
		"ana_partner.com#EXT#@corp.onmicrosoft.com":   "ana@partner.com",
		"ana_b_partner.com#ext#@corp.onmicrosoft.com": "ana_b@partner.com",
		"nobody#EXT#@corp.onmicrosoft.com":            "",
		"_partner.com#EXT#@corp.onmicrosoft.com":      "",
	} {
		if guest, email := external(principal); !guest || email != want {
			t.Errorf("%s: guest %v, address %q; want %q", principal, guest, email, want)
		}
	}
	if guest, _ := external("ana@corp.example"); guest {
		t.Error("ana@corp.example is taken for a guest")
	}
}

func FuzzFile(f *testing.F) {
	inputs, err := filepath.Glob("testdata/*/input*")
	if err != nil {
		f.Fatal(err)
	}
	for _, dir := range inputs {
		err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(p)
			f.Add(b, byte(shapeOf(p, b)))
			return err
		})
		if err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, content []byte, as byte) {
		kept := collectortest.NewRecorder()
		r := newRun(context.Background(), "test", kept)
		shapeOf("x.json", content)
		if err := r.lists(shape(as), "x.json", bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		if err := r.contents(shape(as), "x.json", bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		if err := r.tellUse(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i := range kept.Messages {
			if m := &kept.Messages[i]; m.ID == "" || m.Conversation.Key == "" {
				t.Fatalf("a message without an id or a place: %+v", m)
			}
		}
	})
}

// page is what Graph writes of so many messages.
func pages(w io.Writer, n int) {
	io.WriteString(w, `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#Collection(chatMessage)","value":[`)
	for i := range n {
		if i > 0 {
			io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `{"@odata.type":"#microsoft.graph.chatMessage","id":"%d","replyToId":null,"etag":"%[1]d","messageType":"message",`+
			`"createdDateTime":"2024-05-01T08:00:00.25Z","lastModifiedDateTime":"2024-05-01T08:00:00.25Z","lastEditedDateTime":null,"deletedDateTime":null,`+
			`"subject":null,"summary":null,"chatId":"19:%08d-54c8-4820-bbb7-2a1f4257ade5_0d7c63d3-1306-4eec-8f21-588a70fb6ef1@unq.gbl.spaces","importance":"normal",`+
			`"locale":"en-us","webUrl":null,"channelIdentity":null,"policyViolation":null,"eventDetail":null,"from":{"application":null,"device":null,"user":{"id":"%08d-54c8-4820-bbb7-2a1f4257ade5",`+
			`"displayName":"Somebody Else","userIdentityType":"aadUser"}},"body":{"contentType":"html","content":"<p>these are the words of a message of the usual length, \u003Cb\u003Egive or take some</p>"},`+
			`"attachments":[],"mentions":[],"reactions":[{"reactionType":"like","createdDateTime":"2024-05-01T08:01:00Z","user":{"user":{"id":"0d7c63d3-1306-4eec-8f21-588a70fb6ef1"}}}]}`,
			1700000000000+i, i%(n/50), i%(n/50))
	}
	io.WriteString(w, "]}")
}

const benchmarked = 20000

func BenchmarkCollect(b *testing.B) {
	path, size := collectortest.WriteFile(b, "page.json", pages, benchmarked)
	collectortest.ThroughputOfMessages(b, New(), path, size, collectors.Options{}, benchmarked)
}

func BenchmarkResident(b *testing.B) {
	collectortest.Resident(b, New(), "page.json", collectors.Options{}, pages)
}

// The yardstick: the same file decoded by encoding/json into the fields needed.
func BenchmarkEncodingJSON(b *testing.B) {
	path, size := collectortest.WriteFile(b, "page.json", pages, benchmarked)
	b.SetBytes(size)
	type user struct {
		User struct{ ID, DisplayName, UserIdentityType string }
	}
	var page struct {
		Value []struct {
			ID, ReplyToID, MessageType, CreatedDateTime, LastEditedDateTime, DeletedDateTime, ChatID string
			From                                                                                     user
			Body                                                                                     struct{ Content string }
			Attachments                                                                              []struct{ ID, ContentType string }
			Reactions                                                                                []struct {
				ReactionType, CreatedDateTime string
				User                          user
			}
		}
	}
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		if err := json.NewDecoder(f).Decode(&page); err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
	b.ReportMetric(float64(benchmarked*b.N)/b.Elapsed().Seconds(), "messages/s")
}
