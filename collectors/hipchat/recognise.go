package hipchat

import (
	"bytes"
	"regexp"
	"strings"

	"crosstalk/collectors"
)

// headBytes is how much of a file is looked at.
const headBytes = 4 << 10

// Marks that no other tool's files have: elements wrapped in the name of their type and,
// in the older layout, lists with HipChat's own keys.
var marks = map[role]*regexp.Regexp{
	roleUsers:       regexp.MustCompile(`^(\[\s*\{\s*"User"\s*:|\{\s*"users"\s*:\s*\[\s*\{(?s:.*)"(mention_name|is_group_admin)"\s*:)`),
	roleRooms:       regexp.MustCompile(`^(\[\s*\{\s*"Room"\s*:|\{\s*"rooms"\s*:\s*\[\s*\{(?s:.*)"(xmpp_jid|owner_user_id|room_id)"\s*:)`),
	roleRoomHistory: wrapped,
	roleUserHistory: wrapped,
	roleDay:         regexp.MustCompile(`^\[\s*\{(?s:.*)"(date|from|message|user_id)"\s*:`),
}

var wrapped = regexp.MustCompile(`^\[\s*\{\s*"(UserMessage|NotificationMessage|TopicRoomMessage|ArchiveRoomMessage|GuestAccessMessage|PrivateUserMessage)"\s*:`)

// fromUser is what a day of the older layout has in every message.
var fromUser = regexp.MustCompile(`"from"\s*:\s*\{[^}]*"user_id"\s*:`)

// Recognise claims a tree whose lists and histories look like HipChat's.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	claim := collectors.Claim{What: "HipChat export"}
	if isEncrypted(t) && strings.Contains(strings.ToLower(t.Name()), Tool) {
		claim.Certainty, claim.What = collectors.Likely, "encrypted HipChat export"
		return claim, nil
	}
	l := layoutOf(t)
	fit, misfits, looked := 0, 0, 0
	for _, f := range t.Files() {
		r, _ := l.role(f.Path)
		if r == roleStray {
			misfits++
		}
		if marks[r] == nil || looked > collectors.Sampled && r >= roleRoomHistory {
			continue
		}
		looked++
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return collectors.Claim{}, err
		}
		switch judge(r, head) {
		case alien:
			misfits++
		case fits:
			fit++
		}
	}
	if fit > misfits {
		claim.Certainty = collectors.Certain
	}
	return claim, nil
}

// verdict on the head of a file.
type verdict int

const (
	neither verdict = iota // an empty list speaks neither for nor against
	fits
	alien
)

func judge(r role, head []byte) verdict {
	head = collectors.PlainHead(head)
	head = bytes.TrimSpace(head)
	switch {
	case bytes.HasPrefix(head, []byte("[")) && bytes.HasPrefix(bytes.TrimSpace(head[1:]), []byte("]")):
		return neither
	case r == roleDay && !fromUser.Match(head), !marks[r].Match(head):
		return alien
	}
	return fits
}

// isEncrypted reports whether the tree is one file as `openssl enc` writes it.
func isEncrypted(t *collectors.Tree) bool {
	files := t.Files()
	if len(files) != 1 {
		return false
	}
	head, err := t.Head(files[0].Path, 16)
	return err == nil && bytes.HasPrefix(head, []byte("Salted__"))
}
