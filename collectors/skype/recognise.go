package skype

import (
	"path"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

// role is what a file is for.
type role uint8

const (
	roleStray role = iota
	roleMessages
	roleUnread // belongs to an export, but tells nothing about messages
)

const headBytes = 16 << 10 // of a file that are looked at

var (
	owned = regexp.MustCompile(`"userId"\s*:\s*"(\d+:|live:)`)
	dated = regexp.MustCompile(`"exportDate"\s*:\s*"`)
	list  = regexp.MustCompile(`"MessageList"\s*:\s*\[`)
	kept  = regexp.MustCompile(`"conversations"\s*:\s*\[`)
)

// roleOf judges by name; a file that stands for itself may have any.
func roleOf(name string, alone bool) role {
	base := strings.ToLower(path.Base(name))
	switch {
	case alone, base == "messages.json":
		return roleMessages
	case base == "endpoints.json", strings.HasPrefix(strings.ToLower(name), "media/"), strings.Contains(strings.ToLower(name), "/media/"):
		return roleUnread
	}
	switch path.Ext(base) {
	case ".html", ".js", ".css": // the viewer that came with some
		return roleUnread
	}
	return roleStray
}

// Recognise claims a tree whose documents are exports of Skype.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	found := 0
	for _, f := range t.Files() {
		switch roleOf(f.Path, t.Single()) {
		case roleUnread:
			continue
		case roleStray:
			return collectors.Claim{}, nil
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil || !isExport(head) {
			return collectors.Claim{}, nil
		}
		found++
	}
	if found == 0 {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, Workspace: Tool, What: "Skype export"}, nil
}

// isExport asks for the root's keys; where the owner comes last, for its lists.
func isExport(head []byte) bool {
	head = collectors.PlainHead(head)
	marks := 0
	for _, mark := range [...]*regexp.Regexp{owned, dated, list} {
		if mark.Match(head) {
			marks++
		}
	}
	return kept.Match(head) && marks > 0 && (marks > 1 || list.Match(head))
}
