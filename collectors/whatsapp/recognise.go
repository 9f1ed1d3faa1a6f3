package whatsapp

import (
	"bytes"
	"path"
	"strings"

	"crosstalk/collectors"
)

const (
	headSize = 16 << 10 // bytes of a file that decide whether it is a chat
)

// Recognise claims a tree that holds nothing but chats, archives of chats, and the media that
// belong to them.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	if chats, ok := survey(t, true); ok && chats > 0 {
		return collectors.Claim{Certainty: collectors.Certain, What: "WhatsApp chats"}, nil
	}
	return collectors.Claim{}, nil
}

// survey counts the chats of a tree. It is not ok when something does not belong.
func survey(t *collectors.Tree, nested bool) (chats int, ok bool) {
	files := t.Files()
	folders := map[string]bool{}
	for _, f := range files {
		if chats >= collectors.Sampled || !isText(f.Path) {
			continue
		}
		if head, err := t.Head(f.Path, headSize); err == nil && isChat(head) {
			chats++
			folders[path.Dir(f.Path)] = true
		}
	}
	opened := 0
	for _, f := range files {
		switch ext := strings.ToLower(path.Ext(f.Path)); {
		case folders[path.Dir(f.Path)] && (media[ext] || t.Has(path.Join(path.Dir(f.Path), "_chat.txt"))):
		case isText(f.Path) && (folders[path.Dir(f.Path)] || chats >= collectors.Sampled):
			if head, err := t.Head(f.Path, headSize); chats < collectors.Sampled && (err != nil || !isChat(head)) {
				return 0, false
			}
		case ext == ".zip" && nested && opened < collectors.Sampled:
			if opened++; !isArchive(t, f.Path) {
				return 0, false
			}
			chats++
		default:
			return 0, false
		}
	}
	return chats, true
}

func isArchive(t *collectors.Tree, name string) bool {
	inner := t.Nested(name)
	if inner == nil {
		return false
	}
	defer inner.Close()
	chats, ok := survey(inner, false)
	return ok && chats > 0
}

// isChat reports whether a file begins like a chat: with a header of which a phone's form is
// sure. The only other tool whose text exports look alike states no seconds behind a bracket.
func isChat(head []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("\ufeff")), []byte{'\n'})
	h, ok := parseHeader(bytes.TrimSuffix(line, []byte{'\r'}))
	if !ok || h.iOS && !h.exact || !h.iOS && h.exact {
		return false
	}
	for o := range orders {
		if _, _, _, ok := o.date(&h); ok {
			return true
		}
	}
	return false
}

// media are the endings of what is sent in chats and exported beside them.
var media = set(".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".mp4", ".mov", ".3gp", ".avi", ".mkv", ".opus", ".ogg", ".m4a", ".aac", ".mp3", ".amr",
	".wav", ".pdf", ".vcf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".ics", ".was", ".thumb", ".rtf", ".odt", ".ods", ".apk", ".webm")
