package googlechat

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
	roleMembers
	roleOwner
	roleMessages
	roleUnread // belongs to an archive, but tells nothing about messages
)

const (
	headBytes = 4 << 10 // of a file that are looked at
)

// layout says which folders of a tree are conversations; what else lies there was attached.
type layout struct {
	groups map[string]bool
	alone  role // of the only file, by its content
}

func layoutOf(t *collectors.Tree) layout {
	l := layout{groups: map[string]bool{}}
	files := t.Files()
	for _, f := range files {
		if r := roleOf(path.Base(f.Path)); r == roleMembers || r == roleMessages {
			l.groups[path.Dir(f.Path)] = true
		}
	}
	if t.Single() && len(files) == 1 {
		if head, err := t.Head(files[0].Path, headBytes); err == nil {
			l.alone = judge(head)
		}
	}
	return l
}

func roleOf(base string) role {
	switch strings.ToLower(base) {
	case "group_info.json":
		return roleMembers
	case "user_info.json":
		return roleOwner
	case "messages.json":
		return roleMessages
	case "archive_browser.html":
		return roleUnread
	}
	return roleStray
}

func (l layout) role(name string) role {
	if l.alone != roleStray {
		return l.alone
	}
	r := roleOf(path.Base(name))
	if r == roleStray && l.groups[path.Dir(name)] {
		return roleUnread
	}
	return r
}

// Marks of the three documents.
var (
	messages  = regexp.MustCompile(`^\s*\{\s*"messages"\s*:\s*\[\s*\{`)
	dated     = regexp.MustCompile(`"(created_date|deleted_date)"\s*:\s*"`)
	placed    = regexp.MustCompile(`"(creator|topic_id|message_state)"\s*:`)
	members   = regexp.MustCompile(`"members"\s*:\s*\[\s*\{\s*"(name|email|user_type)"\s*:`)
	typed     = regexp.MustCompile(`"user_type"\s*:\s*"`)
	ownership = regexp.MustCompile(`^\s*\{\s*"(user|membership_info)"\s*:`)
	empty     = regexp.MustCompile(`^\s*\{\s*("(messages|members)"\s*:\s*\[\s*\]\s*)?\}`)
	deleted   = regexp.MustCompile(`"deletion_metadata"\s*:`)
)

// judge says what a document is by its beginning.
func judge(head []byte) role {
	switch {
	case messages.Match(head) && placed.Match(head) && (dated.Match(head) || deleted.Match(head)):
		return roleMessages
	case ownership.Match(head) && typed.Match(head):
		return roleOwner
	case members.Match(head) && typed.Match(head):
		return roleMembers
	case empty.Match(head):
		return roleUnread
	}
	return roleStray
}

// Recognise claims a tree whose documents have the marks of Google Chat.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	l := layoutOf(t)
	looked, found := 0, 0
	for _, f := range t.Files() {
		want := l.role(f.Path)
		if want == roleUnread {
			continue
		}
		if looked++; looked > collectors.Sampled {
			break
		}
		head, err := t.Head(f.Path, headBytes)
		if want == roleStray || err != nil {
			return collectors.Claim{}, nil
		}
		head = collectors.PlainHead(head)
		switch got := judge(head); {
		case got == want:
			found++
		case got != roleUnread:
			return collectors.Claim{}, nil
		}
	}
	if found == 0 {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, Workspace: Tool, What: "Google Chat archive"}, nil
}
