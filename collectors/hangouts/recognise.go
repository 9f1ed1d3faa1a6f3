package hangouts

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
	roleStray role = iota
	roleEvents
	roleUnread // belongs to an archive, but tells nothing about messages
)

const (
	headBytes = 16 << 10 // of a file that are looked at
)

var (
	wrapped = regexp.MustCompile(`"conversation_id"\s*:\s*\{\s*"id"\s*:`)
	details = regexp.MustCompile(`"(gaia_id|participant_data|self_conversation_state|response_header)"\s*:`)
	root    = regexp.MustCompile(`^\s*\{\s*"(conversations|conversation_state|continuation_end_timestamp)"\s*:`)
)

// roleOf judges by name; a file that stands for itself may have any.
func roleOf(name string, alone bool) role {
	base := strings.ToLower(path.Base(name))
	switch {
	case alone, strings.HasPrefix(base, "hangouts") && path.Ext(base) == ".json":
		return roleEvents
	case base == "archive_browser.html":
		return roleUnread
	}
	switch path.Ext(base) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".mov", ".3gp", ".m4a", ".mp3", ".amr", ".pdf", ".vcf":
		return roleUnread
	}
	return roleStray
}

// Recognise claims a tree whose only documents are archives of Hangouts.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	found := 0
	for _, f := range t.Files() {
		switch roleOf(f.Path, t.Single()) {
		case roleUnread:
			continue
		case roleStray:
			return collectors.Claim{}, nil
		}
		if found++; found > collectors.Sampled {
			break
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return collectors.Claim{}, nil // damaged: nobody's, by its content
		}
		if !isArchive(head, strings.HasPrefix(strings.ToLower(path.Base(f.Path)), "hangouts")) {
			return collectors.Claim{}, nil
		}
	}
	if found == 0 {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, Workspace: Tool, What: "Hangouts archive"}, nil
}

// isArchive asks for the marks of a conversation, or in a file of the right name for the
// root of an archive without any.
func isArchive(head []byte, named bool) bool {
	head = collectors.PlainHead(head)
	if !root.Match(head) {
		return false
	}
	if wrapped.Match(head) && details.Match(head) {
		return true
	}
	rest := head[bytes.IndexByte(head, ':')+1:]
	return named && bytes.HasPrefix(bytes.Join(bytes.Fields(rest), nil), []byte("[]"))
}
