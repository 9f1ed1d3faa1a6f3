package groupme

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

// role is what a file of an export is for.
type role uint8

const (
	roleStray    role = iota // no file of an export
	rolePlace                // conversation.json: a chat and its members
	roleMessages             // message.json: a list of messages
	rolePage                 // an answer of the API
	roleUnread               // belongs to an export, but is not needed
)

// What the beginnings of files hold that no other tool writes.
var (
	messageKeys = regexp.MustCompile(`"(favorited_by|source_guid)"\s*:`)
	placeKeys   = regexp.MustCompile(`"(creator_user_id|share_url|office_mode|other_user)"\s*:`)
	response    = regexp.MustCompile(`"response"\s*:\s*[\[{]`)
	emptyList   = regexp.MustCompile(`^\[\s*\]$`)
)

// headBytes is how much of a file is looked at.
const headBytes = 16 << 10

// rolesOf sorts files by what they are for, by their beginnings where it is JSON.
func rolesOf(t *collectors.Tree, files []collectors.File) (map[string]role, error) {
	roles, chats := map[string]role{}, map[string]bool{}
	for _, f := range files {
		if path.Ext(f.Path) != ".json" || beside(f.Path) {
			continue
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return nil, err
		}
		roles[f.Path] = roleOf(path.Base(f.Path), bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
		if r := roles[f.Path]; r == rolePlace || r == roleMessages {
			chats[path.Dir(f.Path)] = true
		}
	}
	for _, f := range files {
		dir := path.Dir(f.Path)
		if roles[f.Path] == roleStray && (chats[dir] || chats[path.Dir(dir)]) && (beside(f.Path) || path.Ext(f.Path) != ".json") {
			roles[f.Path] = roleUnread
		}
	}
	return roles, nil
}

// beside reports the files of JSON in a chat's folder that hold no messages.
func beside(file string) bool {
	folder := path.Base(path.Dir(file))
	return folder == "likes" || folder == "gallery" || path.Base(file) == "poll.json"
}

func roleOf(base string, head []byte) role {
	switch {
	case len(head) == 0:
	case head[0] == '[' && messageKeys.Match(head), base == "message.json" && emptyList.Match(head):
		return roleMessages
	case head[0] == '{' && response.Match(head) && (messageKeys.Match(head) || placeKeys.Match(head) || bytes.Contains(head, []byte(`"meta"`))):
		return rolePage
	case head[0] == '{' && placeKeys.Match(head):
		return rolePlace
	}
	return roleStray
}

// Recognise claims a tree with chats, or answers of the API, and little else.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	var some []collectors.File
	for _, f := range t.Files() {
		if strings.HasSuffix(f.Path, ".json") && !beside(f.Path) {
			if some = append(some, f); len(some) == collectors.Sampled {
				break
			}
		}
	}
	if len(some) == 0 {
		return collectors.Claim{}, nil
	}
	roles, err := rolesOf(t, some)
	if err != nil {
		return collectors.Claim{}, err
	}
	fit, alien := 0, 0
	chats := map[string]bool{}
	for _, f := range some {
		switch roles[f.Path] {
		case roleStray:
			alien++
		case rolePlace, roleMessages, rolePage:
			fit++
			chats[path.Dir(f.Path)] = true
		}
	}
	for _, f := range t.Files() {
		dir := path.Dir(f.Path)
		if path.Ext(f.Path) != ".json" && !chats[dir] && !chats[path.Dir(dir)] && len(some) < collectors.Sampled {
			alien++
		}
	}
	if fit == 0 || alien*2 > fit {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, Workspace: Tool, What: "GroupMe export"}, nil
}
