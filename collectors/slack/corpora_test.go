package slack

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

// figures are what can be counted of an export without this collector.
type figures struct {
	messages, system, calls, reactions int
	botMessages                        int
	replies, edited, deleted           int
	mentions, sizeBytes, attachments   int // of messages
	senders                            int // of messages
	places                             int // conversations with messages
}

func count(r *collectortest.Recorder) (f figures) {
	f.messages, f.system, f.calls, f.reactions = r.Kinds[record.KindMessage], r.Kinds[record.KindSystem], r.Kinds[record.KindCall], r.Kinds[record.KindReaction]
	senders, places := map[string]bool{}, map[string]bool{}
	for _, m := range r.Messages {
		places[m.Conversation.Key] = true
		if m.Relation == record.RelationThread {
			f.replies++
		}
		if !m.EditedAt.IsZero() {
			f.edited++
		}
		if m.IsDeleted {
			f.deleted++
		}
		if m.Kind != record.KindMessage {
			continue
		}
		senders[m.Sender.Value] = true
		if m.SenderKind == record.AccountBot {
			f.botMessages++
		}
		f.mentions += len(m.Mentions)
		f.sizeBytes += int(m.SizeBytes)
		f.attachments += int(m.Attachments)
	}
	f.senders, f.places = len(senders), len(places)
	return f
}

// The figures were counted by scripts of Python's standard library.
func TestReferenceExports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		path []string
		want figures
	}{
		{"working group", []string{"corpora", "slack-rcwg", "r-contributors-slack-export.zip"}, figures{
			messages: 11013, system: 1551, reactions: 4874, botMessages: 4869 + 323, replies: 3447, edited: 614, deleted: 2,
			mentions: 1329, sizeBytes: 5607185, attachments: 66, senders: 387, places: 33}},
		{"public workspace", []string{"fixtures", "slack", "public-workspace-2016"}, figures{
			messages: 548, system: 140, reactions: 79, edited: 19, mentions: 133, sizeBytes: 37026, attachments: 37, senders: 28, places: 7}},
		{"modern shape", []string{"fixtures", "slack", "modern-export-2025"}, figures{
			messages: 14, system: 2, botMessages: 1, replies: 4, edited: 1, deleted: 1, sizeBytes: 868, attachments: 2, senders: 3, places: 1}},
		{"importer samples", []string{"fixtures", "slack", "importer-samples"}, figures{
			messages: 5, system: 1, botMessages: 1, replies: 2, edited: 1, mentions: 1, sizeBytes: 81, senders: 3, places: 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := collectortest.Shared(t, c.path...)
			r := collectortest.Collect(t, New(), path, collectors.Options{})
			if got := count(r); got != c.want {
				t.Errorf("counted\n%+v; want\n%+v", got, c.want)
			}
			if len(r.Rejects) > 0 {
				t.Errorf("rejects: %v", r.Reasons)
			}
		})
	}
}

func TestUnlistedFoldersOfTheWorkingGroup(t *testing.T) {
	t.Parallel()
	path := collectortest.Shared(t, "corpora", "slack-rcwg", "r-contributors-slack-export.zip")
	r := collectortest.Collect(t, New(), path, collectors.Options{})
	listed, unlisted := map[string]bool{}, map[string]int{}
	for _, c := range r.Conversations {
		listed[c.Key] = true
	}
	for _, m := range r.Messages {
		if !listed[m.Conversation.Key] && m.Kind != record.KindReaction {
			unlisted[m.Conversation.Key]++
		}
	}
	items := 0
	for n := range maps.Values(unlisted) {
		items += n
	}
	if len(unlisted) != 13 || items != 1325 {
		t.Errorf("%d items in %d unlisted folders; want 1325 in 13", items, len(unlisted))
	}
	kinds := map[record.AccountKind]int{}
	for _, a := range r.Accounts {
		kinds[a.Kind]++
	}
	// 1,150 listed, 15 of them bots; unlisted authors are Slackbot and five bots.
	want := map[record.AccountKind]int{record.AccountHuman: 1135, record.AccountBot: 20, record.AccountSystem: 1}
	if !maps.Equal(kinds, want) {
		t.Errorf("accounts by kind %v; want %v", kinds, want)
	}
}

// Every piece of reference data is either Slack's and claimed, or not and left alone.
func TestRecogniseReferenceData(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"fixtures", "corpora"} {
		root := collectortest.Shared(t, part)
		tools, err := os.ReadDir(root)
		if err != nil {
			t.Fatal(err)
		}
		for _, tool := range tools {
			if !tool.IsDir() {
				continue
			}
			mine := tool.Name() == "slack" || tool.Name() == "slack-rcwg"
			pieces, err := os.ReadDir(filepath.Join(root, tool.Name()))
			if err != nil {
				t.Fatal(err)
			}
			for _, piece := range pieces {
				path := filepath.Join(root, tool.Name(), piece.Name())
				if claim := recognise(t, path); (claim.Certainty > collectors.No) != mine {
					t.Errorf("%s/%s: certainty %d", tool.Name(), piece.Name(), claim.Certainty)
				}
			}
		}
	}
}

func recognise(t *testing.T, path string) collectors.Claim {
	t.Helper()
	tree, err := collectors.OpenTree(path, collectors.Limits{})
	if err != nil {
		t.Logf("not opened: %v", err)
		return collectors.Claim{}
	}
	defer tree.Close()
	claim, err := New().Recognise(tree)
	if err != nil {
		t.Errorf("recognise: %v", err)
	}
	return claim
}
