package signal

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
	roleStray   role = iota
	rolePlain        // main.jsonl of the app's own export
	roleDesktop      // a conversation of Signal Desktop in JSON
	roleText         // a conversation of signal-export
	roleUnread       // belongs to an export, but tells nothing more about messages
)

const (
	headBytes = 16 << 10 // of a file that are looked at
)

// layout says where in a tree the exports are.
type layout struct {
	name  string          // of the tree
	alone role            // of the only file, by its content
	plain map[string]bool // folders with a main.jsonl
	chats map[string]bool // folders with a chat.md or chat.txt
}

func layoutOf(t *collectors.Tree) layout {
	l := layout{name: t.Name(), plain: map[string]bool{}, chats: map[string]bool{}}
	files := t.Files()
	if t.Single() && len(files) == 1 {
		if head, err := t.Head(files[0].Path, headBytes); err == nil {
			l.alone = judge(head, strings.EqualFold(path.Base(files[0].Path), "chat.md"))
		}
		return l
	}
	for _, f := range files {
		switch dir := path.Dir(f.Path); strings.ToLower(path.Base(f.Path)) {
		case "main.jsonl":
			l.plain[dir] = true
		case "chat.md", "chat.txt":
			l.chats[dir] = true
		}
	}
	return l
}

func (l layout) role(name string) role {
	if l.alone != roleStray {
		return l.alone
	}
	base := strings.ToLower(path.Base(name))
	switch base {
	case "main.jsonl":
		return rolePlain
	case "chat.md", "chat.txt":
		return roleText
	}
	dir := path.Dir(name)
	switch parent := path.Dir(dir); {
	case l.plain[dir] && base == "metadata.json", l.chats[dir]:
		return roleUnread
	case path.Base(dir) == "media" && l.chats[parent], l.plain[l.above(name, "files")]:
		return roleUnread
	case l.above(name, "exported_stickers") != "", len(l.chats) > 0 && (path.Ext(base) == ".css" || path.Ext(base) == ".js"):
		return roleUnread
	case path.Ext(base) == ".json":
		return roleDesktop
	}
	return roleStray
}

// above is the folder that holds the folder of that name in which a file lies, however deep;
// empty when it lies in none.
func (l layout) above(name, folder string) string {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if path.Base(dir) == folder {
			return path.Dir(dir)
		}
	}
	return ""
}

// conversation is what a file's conversation is called: its folder, or the file itself.
func (l layout) conversation(name string) string {
	base := path.Base(name)
	if l.alone == roleText || !strings.EqualFold(base, "chat.md") && !strings.EqualFold(base, "chat.txt") {
		return strings.TrimSuffix(base, path.Ext(base))
	}
	if dir := path.Dir(name); dir != "." {
		return path.Base(dir)
	}
	return l.name
}

var (
	begins    = regexp.MustCompile(`^\s*\{[^\n]*"backupTimeMs"\s*:`)
	frame     = regexp.MustCompile(`(?m)^\s*\{\s*"(account|recipient)"\s*:\s*\{`)
	object    = regexp.MustCompile(`^\s*\[\s*\{`)
	desktopID = regexp.MustCompile(`"conversationId"\s*:\s*"`)
	sent      = regexp.MustCompile(`"(sent_at|received_at|received_at_ms)"\s*:\s*\d`)
	direction = regexp.MustCompile(`"type"\s*:\s*"(incoming|outgoing|call-history|group-v2-change|keychange|profile-change|timer-notification|verified-change)"`)
	minutes   = regexp.MustCompile(`^\s*\[\d{4}-\d\d-\d\d,? \d\d:\d\d\] [^:\n]{1,256}:`)
	seconds   = regexp.MustCompile(`^\s*\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] [^:\n]{1,256}:`)
)

// judge says what a file is by its beginning. With seconds other programs write such lines
// too, but not in a chat.md.
func judge(head []byte, isChat bool) role {
	head = collectors.PlainHead(head)
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	switch {
	case begins.Match(head) && frame.Match(head):
		return rolePlain
	case object.Match(head) && desktopID.Match(head) && sent.Match(head) && direction.Match(head):
		return roleDesktop
	case minutes.Match(head), isChat && seconds.Match(head):
		return roleText
	}
	return roleStray
}

// Recognise claims a tree whose files, sampled, are exports of Signal. People of a text
// are known by name only, which holds in that archive; so do the ids of Signal Desktop.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	l := layoutOf(t)
	looked := map[role]int{}
	for _, f := range t.Files() {
		want := l.role(f.Path)
		if want == roleUnread || looked[want] == collectors.Sampled {
			continue
		}
		head, err := t.Head(f.Path, headBytes)
		if want == roleStray || err != nil {
			return collectors.Claim{}, nil
		}
		if len(bytes.TrimSpace(head)) == 0 {
			continue
		}
		if judge(head, strings.EqualFold(path.Base(f.Path), "chat.md")) != want {
			return collectors.Claim{}, nil
		}
		looked[want]++
	}
	claim := collectors.Claim{Certainty: collectors.Certain}
	switch {
	case looked[rolePlain] > 0:
		claim.Workspace, claim.What = Tool, "Signal export"
	case looked[roleDesktop] > 0:
		claim.What = "messages of Signal Desktop"
	case looked[roleText] > 0:
		claim.Certainty, claim.What = collectors.Likely, "text of signal-export"
	default:
		return collectors.Claim{}, nil
	}
	return claim, nil
}
