package webex

import (
	"encoding/base64"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
)

const headBytes = 64 << 10 // of a file that are looked at

// shape is what a file holds.
type shape uint8

const (
	shapeStray shape = iota
	shapeEmpty
	shapeList // rooms, memberships, people
	shapeMessages
	shapeEvents
)

// mark is how every id of Webex begins.
var mark = base64.RawURLEncoding.EncodeToString([]byte(scheme))[:len(scheme)]

// shapeOf judges a file by its head.
func shapeOf(head []byte) shape {
	outline := jsonscan.Outline(head)
	prefix := ""
	if _, paged := outline["items"]; paged {
		prefix = "items."
		if len(outline) == 1 {
			return shapeEmpty
		}
	}
	has := func(key string) bool {
		_, ok := outline[prefix+key]
		return ok
	}
	switch {
	case !strings.HasPrefix(outline[prefix+"id"], mark):
		return shapeStray
	case has("resource") && has("data"):
		return shapeEvents
	case has("ismoderator"), has("ismonitor"), has("title"), has("islocked"), has("emails"):
		return shapeList
	case has("roomid") && has("created"):
		return shapeMessages
	}
	return shapeStray
}

var whats = map[shape]string{shapeList: "Webex export", shapeMessages: "Webex messages", shapeEvents: "Webex events"}

// Recognise claims a tree of which every file, of those looked at, is one of Webex's.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	return collectors.ClaimByContents(t, headBytes, "Webex export", func(_ string, head []byte) (string, bool) {
		s := shapeOf(head)
		return whats[s], s != shapeStray
	})
}
