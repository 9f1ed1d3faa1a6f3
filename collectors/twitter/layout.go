package twitter

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

// role is what a file of an archive is for.
type role uint8

const (
	roleStray  role = iota // no file of an archive
	roleOwner              // account.js, manifest.js
	roleDirect             // messages between two
	roleGroup              // messages of groups
	roleUnread             // belongs to an archive, but is not needed
)

// messageFile is what files of messages are called, of any year: their headers hold all
// but text, media, reactions and edits.
var messageFile = regexp.MustCompile(`^direct-messages?(-group)?(-headers)?(-part\d+)?\.js$`)

// layout says where in a tree the archive is, and which of its files to read.
type layout struct {
	root    string // folder with a slash at its end, or empty
	headers [2]bool
	single  bool
}

// layoutOf finds the archive, and whether its headers are all there is: of messages
// between two, and of groups'.
func layoutOf(t *collectors.Tree) layout {
	l := layout{headers: [2]bool{true, true}, single: t.Single()}
	found := false
	for _, f := range t.Files() {
		base := path.Base(f.Path)
		m := messagesOf(base)
		if m == nil && base != "account.js" && base != "manifest.js" {
			continue
		}
		if !found {
			l.root, found = strings.TrimSuffix(strings.TrimSuffix(f.Path, base), "data/"), true
		}
		if m != nil && m[2] == "" {
			l.headers[groups(m)] = false
		}
	}
	return l
}

// messagesOf takes the name of a file of messages apart; nil is another's. It asks for the
// beginning first, as trees of other tools have a million files.
func messagesOf(base string) []string {
	if !strings.HasPrefix(base, "direct-message") {
		return nil
	}
	return messageFile.FindStringSubmatch(base)
}

// groups is 1 for files of groups, else 0.
func groups(m []string) int {
	if m[1] != "" {
		return 1
	}
	return 0
}

func (l layout) role(file string) role {
	rel, inside := strings.CutPrefix(file, l.root)
	if !inside {
		return roleStray
	}
	base := path.Base(rel)
	below := strings.TrimPrefix(rel, "data/")
	m := messagesOf(base)
	switch {
	case m != nil && below == base && (m[2] != "") == l.headers[groups(m)]:
		return roleDirect + role(groups(m))
	case m != nil && below == base:
		return roleUnread
	case base == "account.js" && below == base, base == "manifest.js" && below == base:
		return roleOwner
	case strings.HasPrefix(rel, "data/"), strings.HasPrefix(rel, "assets/"), base == "Your archive.html", base == "README.txt",
		below == base && path.Ext(base) == ".js", path.Ext(path.Dir(rel)) == "" && strings.HasSuffix(path.Dir(rel), "_media"):
		return roleUnread
	}
	return roleStray
}

// hopeless is how many strange files come before nobody looks further.
const hopeless = 200

// beginning is what an archive's files assign to.
var beginning = regexp.MustCompile(`^window\.(YTD\.\w+\.part\d+|__THAR_CONFIG)\s*=`)

// Recognise claims a tree with files of an archive and little else.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	l := layoutOf(t)
	fit, alien := 0, 0
	for _, f := range t.Files() {
		switch l.role(f.Path) {
		case roleStray:
			if base := path.Base(f.Path); messagesOf(base) != nil || base == "account.js" {
				return collectors.Claim{}, nil // somebody else's archive beside it: each is read by itself
			}
			if alien++; alien > hopeless && fit == 0 {
				return collectors.Claim{}, nil
			}
		case roleOwner, roleDirect, roleGroup:
			head, err := t.Head(f.Path, 256)
			if err != nil {
				return collectors.Claim{}, err
			}
			if head = bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))); !beginning.Match(head) {
				alien++
				continue
			}
			fit++
		}
	}
	if fit == 0 || alien*2 > fit {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, Workspace: Tool, What: "X archive"}, nil
}
