package snapchat

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

// role is what a file is for.
type role uint8

const (
	roleStray role = iota // no part of a member's data
	roleChats
	roleSnaps
	roleCalls
	roleFriends
	roleAccount
	roleUnread // belongs to it, but is not needed
)

var roles = map[string]role{
	"chat_history.json": roleChats, "snap_history.json": roleSnaps, "talk_history.json": roleCalls, "friends.json": roleFriends, "account.json": roleAccount,
}

// folders and names are what else stands in a member's data.
var (
	folders = setOf("json html chat_media memories shared_story media")
	names   = setOf(`index.html account_history.json bitmoji.json cameos_metadata.json community_lenses.json connected_apps.json email_campaign_history.json
		in_app_reports.json in_app_surveys.json location_history.json memories_history.json payments.json purchase_history.json ranking.json scans.json
		shared_story.json shop_history.json snap_ads.json snap_games_and_minis.json snap_map_places.json snap_map_places_history.json snap_pro.json snap_tokens.json snapchat_ai.json
		snapchat_plus.json story_history.json subscriptions.json support_note.json terms_history.json user_profile.json`)
)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// layout says where in a tree the data is.
type layout struct {
	root   string // folder with a slash at its end, or empty
	single role   // of the only file of the tree, whatever its name; roleStray where there are more
}

// layoutOf finds the data by its first history. Another member's data beside it is no part of it.
func layoutOf(t *collectors.Tree) layout {
	var l layout
	for _, f := range t.Files() {
		base := path.Base(f.Path)
		if t.Single() && path.Ext(base) == ".json" {
			l.single = roles[base]
			if l.single == roleStray {
				l.single = roleChats
			}
		}
		if r := roles[base]; r == roleChats || r == roleSnaps {
			l.root = strings.TrimSuffix(strings.TrimSuffix(f.Path, base), "json/")
			break
		}
	}
	return l
}

func (l layout) role(file string) role {
	if l.single != roleStray {
		return l.single
	}
	rel, inside := strings.CutPrefix(file, l.root)
	if !inside {
		return roleStray
	}
	below := strings.TrimPrefix(rel, "json/")
	base := path.Base(rel)
	if r := roles[base]; r != roleStray && base == below {
		return r
	}
	first, _, _ := strings.Cut(rel, "/")
	if base == below && names[base] || rel != first && folders[first] {
		return roleUnread
	}
	return roleStray
}

// What the beginnings of the files hold that no other tool writes.
var (
	oldKeys   = regexp.MustCompile(`"(Received|Sent) (Saved |Unsaved )?(Chat|Snap) History"\s*:`)
	entryKeys = regexp.MustCompile(`"Media Type"\s*:\s*"[A-Z]+"`)
	created   = regexp.MustCompile(`"Created"\s*:\s*"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"`)
	otherKeys = regexp.MustCompile(`"(Basic Information|Friends|Deleted Friends|Outgoing Calls|Completed Calls)"\s*:`)
	nothing   = regexp.MustCompile(`^\{\s*\}$`)
)

// hopeless is how many strange files come before nobody looks further.
const hopeless = 200

// headBytes is how much of a file is looked at.
const headBytes = 4 << 10

// Recognise claims a tree with a member's histories and little else.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	l := layoutOf(t)
	histories, fit, alien := 0, 0, 0
	for _, f := range t.Files() {
		r := l.role(f.Path)
		if r == roleUnread {
			continue
		}
		if r == roleStray {
			if roles[path.Base(f.Path)] != roleStray {
				return collectors.Claim{}, nil // somebody else's data beside it: each is read by itself
			}
			if alien++; alien > hopeless && fit+histories == 0 {
				break
			}
			continue
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return collectors.Claim{}, err
		}
		head = bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
		history := oldKeys.Match(head) || entryKeys.Match(head) && created.Match(head)
		switch {
		case len(head) == 0:
		case (r == roleChats || r == roleSnaps) && history:
			histories++
		case r != roleChats && r != roleSnaps && otherKeys.Match(head), r < roleCalls && nothing.Match(head) && !t.Single():
			fit++
		default:
			alien++
		}
	}
	if fit+histories == 0 || histories == 0 && fit < 2 || alien*2 > fit+histories {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, Workspace: Tool, What: "Snapchat data"}, nil
}
