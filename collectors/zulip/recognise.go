package zulip

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

// sampled is how many files are looked at to recognise an export, headBytes how much of each.
const (
	headBytes = 8 << 10
	maxStrays = 5 // files of other kinds that are passed over
)

// role is what a file of an export holds.
type role int

const (
	roleStray role = iota
	roleUnread
	roleTables
	roleMessages
)

var (
	messagesHead = regexp.MustCompile(`^\{\s*"zerver_(message|usermessage)"\s*:\s*\[`)
	tablesHead   = regexp.MustCompile(`^\{[^[]{0,400}"(zerver|analytics|social_auth|two_factor|otp)_\w+"\s*:\s*\[`)
	realmName    = regexp.MustCompile(`"zerver_realm"\s*:\s*\[\s*\{[^\]]*?"string_id"\s*:\s*"([A-Za-z0-9-]+)"`)
)

// roleOf tells what a file is by its beginning; uploads and pictures lie in folders of their own.
func roleOf(name string, head []byte) role {
	head = collectors.PlainHead(head)
	head = bytes.TrimSpace(head)
	switch {
	case messagesHead.Match(head):
		return roleMessages
	case tablesHead.Match(head):
		return roleTables
	case len(head) == 0, inUploads(name):
		return roleUnread
	}
	base := path.Base(name)
	if base == "migration_status.json" || strings.HasSuffix(base, ".partial") || base == "README.md" || base == "emails-and-phones.json" {
		return roleUnread
	}
	return roleStray
}

func inUploads(name string) bool {
	for folder := range strings.SplitSeq(path.Dir(name), "/") {
		switch folder {
		case "uploads", "avatars", "emoji", "realm_icons":
			return true
		}
	}
	return false
}

// sightings are what the files of a tree look like.
type sightings struct {
	folder           string // of the export
	tables, messages int
	strays           map[string]int // by folder
	workspace        string
}

// Recognise claims the export of one organisation. What else lies in its folder may be
// less than the export; what lies elsewhere is not passed over.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	found, looked := sightings{strays: map[string]int{}}, 0
	for _, f := range t.Files() {
		if inUploads(f.Path) {
			continue
		}
		if looked++; looked > collectors.Sampled {
			break
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return collectors.Claim{}, err
		}
		if !found.add(f.Path, head) {
			return collectors.Claim{}, nil
		}
	}
	fit, strays := found.tables+found.messages, found.strays[found.folder]
	if fit == 0 || strays >= fit || len(found.strays) > 1 || len(found.strays) == 1 && strays == 0 {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, Workspace: found.workspace, What: "Zulip export"}, nil
}

// add judges one file, and reports false when the tree cannot be one export.
func (s *sightings) add(name string, head []byte) bool {
	role, folder := roleOf(name, head), path.Dir(name)
	switch role {
	case roleUnread:
		return true
	case roleStray:
		s.strays[folder]++
		return s.strays[folder] <= maxStrays
	}
	if s.tables+s.messages > 0 && s.folder != folder {
		return false
	}
	s.folder = folder
	if role == roleMessages {
		s.messages++
		return true
	}
	s.tables++
	if m := realmName.FindSubmatch(head); m != nil {
		s.workspace = string(m[1])
	}
	return true
}
