package all_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"crosstalk/collectors"
	"crosstalk/collectors/all"
	"crosstalk/collectors/collectortest"
)

// owners says whose the reference data is: a path below it, to its end a file or folder
// that is one export, and the collector that must claim it. What no row covers belongs to
// tools without a collector, and nobody may claim it. A new collector adds its rows.
var owners = []struct{ path, collector string }{
	{"corpora/email-linux-clk", "email"},
	{"corpora/email-linux-clk/linux-clk-2025H2.mbox.xz", "email"},
	{"corpora/email-r-lists", "email"},
	{"corpora/email-r-lists/r-announce-2015_2026.mbox.xz", "email"},
	{"corpora/irc-web-standards", "irc"},
	{"corpora/slack-rcwg", "slack"},
	{"corpora/slack-rcwg/r-contributors-slack-export.zip", "slack"},
	{"fixtures/discord/chat-analytics", "discord"},
	{"fixtures/discord/synthetic/package_2021.zip", "discord"},
	{"fixtures/flowdock", "flowdock"},
	{"fixtures/google-chat-takeout", "googlechat"},
	{"fixtures/google-workspace", "googleworkspace"},
	{"fixtures/groupme", "groupme"},
	{"fixtures/hangouts", "hangouts"},
	{"fixtures/hipchat/legacy-zip-layout", "hipchat"},
	{"fixtures/hipchat/synthetic-modern", "hipchat"},
	{"fixtures/imessage", "imessage"},
	{"fixtures/instagram/chat-miner", "instagram"},
	{"fixtures/instagram/synthetic", "instagram"},
	{"fixtures/jive", "jive"},
	{"fixtures/lync", "lync"},
	{"fixtures/matrix", "matrix"},
	{"fixtures/mattermost", "mattermost"},
	{"fixtures/messenger/chat-analytics", "messenger"},
	{"fixtures/messenger/synthetic", "messenger"},
	{"fixtures/microsoft-send", "maillog"},
	{"fixtures/rocketchat", "rocketchat"},
	{"fixtures/salesforce-chatter", "chatter"},
	{"fixtures/signal", "signal"},
	{"fixtures/skype/synthetic/messages.json", "skype"},
	{"fixtures/skype/synthetic/8_live_ana.ruiz_export.tar", "skype"},
	{"fixtures/snapchat/synthetic/new", "snapchat"},
	{"fixtures/snapchat/synthetic/old", "snapchat"},
	{"fixtures/sms", "sms"},
	{"fixtures/teams", "teams"},
	{"fixtures/telegram", "telegram"},
	{"fixtures/twitter", "twitter"},
	{"fixtures/webex", "webex"},
	{"fixtures/weblogs", "weblogs"},
	{"fixtures/whatsapp", "whatsapp"},
	{"fixtures/wrike", "wrike"},
	{"fixtures/xmpp", "xmpp"},
	{"fixtures/yammer", "yammer"},
	{"fixtures/zoom", "zoom"},
	{"fixtures/zulip/minimal", "zulip"},
	{"fixtures/zulip/synthetic-export", "zulip"},
	{"fixtures/irc", "irc"},
	{"fixtures/irc/dircproxy", "irc"},
	{"fixtures/irc/irssi", "irc"},
	{"fixtures/irc/irssi/ddnet/2014-08-22.log", "irc"},
	{"fixtures/irc/iso-bot-log", "irc"},
	{"fixtures/irc/supybot", "irc"},
	{"fixtures/slack/importer-samples", "slack"},
	{"fixtures/slack/importer-samples/bot_message.json", "slack"},
	{"fixtures/slack/modern-export-2025", "slack"},
	{"fixtures/slack/public-workspace-2016", "slack"},
}

// contained are archives that a folder of the reference data holds: the planner looks
// into them, no collector claims the folder around them.
var contained = map[string]bool{"corpora/slack-rcwg": true, "corpora/irc-web-standards": true}

// ownerOf is the collector of a path or of what it lies in, or empty.
func ownerOf(p string) string {
	for ; p != "."; p = path.Dir(p) {
		for _, o := range owners {
			if o.path == p {
				return o.collector
			}
		}
	}
	return ""
}

// claims are those of all collectors, by name. Something that cannot be opened has none.
func claims(t *testing.T, p string) map[string]collectors.Certainty {
	t.Helper()
	tree, err := collectors.OpenTree(p, collectors.Limits{})
	if err != nil {
		return nil
	}
	defer tree.Close()
	found := map[string]collectors.Certainty{}
	for _, c := range all.Collectors() {
		claim, err := c.Recognise(tree)
		if err != nil {
			t.Errorf("%s: recognise: %v", c.Name(), err)
		}
		if claim.Certainty > collectors.No {
			found[c.Name()] = claim.Certainty
		}
	}
	return found
}

// mustClaim checks that one collector is surest.
func mustClaim(t *testing.T, p, owner string) {
	t.Helper()
	found := claims(t, p)
	if found[owner] == collectors.No {
		t.Errorf("%s does not claim it; claims %v", owner, found)
	}
	for name, certainty := range found {
		if name != owner && certainty >= found[owner] {
			t.Errorf("%s claims it too: %v", name, found)
		}
	}
}

// Every export of the reference data is claimed by its own collector, and by no other as
// surely.
func TestReferenceExportsAreClaimed(t *testing.T) {
	t.Parallel()
	for _, o := range owners {
		if contained[o.path] {
			continue
		}
		t.Run(o.path, func(t *testing.T) {
			t.Parallel()
			mustClaim(t, collectortest.Shared(t, strings.Split(o.path, "/")...), o.collector)
		})
	}
}

// No folder and no single file of the reference data is claimed by a collector that it
// does not belong to.
func TestNobodyClaimsWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"fixtures", "corpora"} {
		root := collectortest.Shared(t, part)
		err := filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
			if err != nil || p == root {
				return err
			}
			rel, err := filepath.Rel(root, p)
			if err != nil {
				return err
			}
			name := path.Join(part, filepath.ToSlash(rel))
			owner := ownerOf(name)
			for collector, certainty := range claims(t, p) {
				if collector != owner {
					t.Errorf("%s: %s claims it with certainty %d; it belongs to %q", name, collector, certainty, owner)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The inputs of every collector's own cases are claimed by it, and by no other as surely.
func TestCasesAreClaimed(t *testing.T) {
	t.Parallel()
	for _, c := range all.Collectors() {
		inputs, err := filepath.Glob(filepath.Join("..", c.Name(), "testdata", "*", "input*"))
		if err != nil || len(inputs) == 0 {
			t.Errorf("%s: %d cases, %v", c.Name(), len(inputs), err)
		}
		for _, input := range inputs {
			if _, err := os.Stat(filepath.Join(filepath.Dir(input), "expected.err")); err == nil {
				continue // need not be an export at all
			}
			t.Run(c.Name()+"/"+filepath.Base(filepath.Dir(input)), func(t *testing.T) {
				t.Parallel()
				mustClaim(t, input, c.Name())
			})
		}
	}
}

// The planner gives everything in a row to its collector, archives in a folder included.
func TestReferenceExportsArePlanned(t *testing.T) {
	t.Parallel()
	for _, o := range owners {
		t.Run(o.path, func(t *testing.T) {
			t.Parallel()
			plan, err := collectors.MakePlan(collectortest.Shared(t, strings.Split(o.path, "/")...), all.Collectors(), collectors.Known{}, collectors.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer plan.Close()
			if len(plan.Jobs) != 1 || plan.Jobs[0].Collector.Name() != o.collector {
				t.Errorf("jobs %v; want one of %s", plan.Jobs, o.collector)
			}
			if len(plan.Unrecognised) > 0 {
				t.Errorf("not recognised: %v", plan.Unrecognised)
			}
		})
	}
}
