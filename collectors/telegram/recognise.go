package telegram

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
	roleExport
	roleUnread // belongs to an export, but tells nothing about messages
)

const (
	headBytes = 8 << 10 // of a file that are looked at
)

// media are the folders of what was attached.
var media = map[string]bool{
	"photos": true, "files": true, "video_files": true, "voice_messages": true, "round_video_messages": true, "stickers": true,
	"profile_pictures": true, "stories": true, "contacts": true, "css": true, "js": true, "images": true, "lists": true,
}

// roleOf judges by name; a file that stands for itself may have any.
func roleOf(name string, alone bool) role {
	if alone {
		return roleExport
	}
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		if media[strings.ToLower(path.Base(folder))] {
			return roleUnread
		}
	}
	base := strings.ToLower(path.Base(name))
	switch {
	case path.Ext(base) == ".json":
		return roleExport
	case path.Ext(base) == ".html" && (strings.HasPrefix(base, "messages") || base == "export_results.html"):
		return roleUnread
	}
	return roleStray
}

var (
	account  = regexp.MustCompile(`^\s*\{\s*"about"\s*:\s*"`)
	parts    = regexp.MustCompile(`"(personal_information|contacts|frequent_contacts|chats|left_chats)"\s*:\s*\{`)
	chatType = regexp.MustCompile(`"type"\s*:\s*"(personal_chat|bot_chat|saved_messages|private_group|private_supergroup|public_supergroup|private_channel|public_channel)"`)
	messages = regexp.MustCompile(`"messages"\s*:\s*\[`)
	row      = regexp.MustCompile(`"type"\s*:\s*"(message|service)"`)
	dated    = regexp.MustCompile(`"date(_unixtime)?"\s*:\s*"\d{4}`)
	by       = regexp.MustCompile(`"(from|actor)(_id)?"\s*:`)
)

// Recognise claims a tree whose documents are exports of Telegram.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	found := 0
	for _, f := range t.Files() {
		switch roleOf(f.Path, t.Single()) {
		case roleUnread:
			continue
		case roleStray:
			return collectors.Claim{}, nil
		}
		if found == collectors.Sampled {
			continue
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
	return collectors.Claim{Certainty: collectors.Certain, Workspace: Tool, What: "Telegram export"}, nil
}

func isExport(head []byte) bool {
	head = collectors.PlainHead(head)
	switch {
	case account.Match(head):
		return parts.Match(head)
	case !messages.Match(head):
		return false
	}
	return chatType.Match(head) || row.Match(head) && dated.Match(head) && by.Match(head)
}
