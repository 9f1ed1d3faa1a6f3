package zoom

import (
	"slices"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
)

const headBytes = 64 << 10 // of a file that are looked at

// shape is what a file holds.
type shape uint8

const (
	shapeStray shape = iota
	shapeSessions
	shapeMessages // of a report
	shapeEvents
)

// shapeOf judges a file by its head.
func shapeOf(head []byte) shape {
	outline := jsonscan.Outline(head)
	has := func(keys ...string) bool {
		return !slices.ContainsFunc(keys, func(key string) bool {
			_, ok := outline[key]
			return !ok
		})
	}
	_, token := outline["next_page_token"]
	_, size := outline["page_size"]
	paged := token || size
	switch {
	case strings.HasPrefix(eventOf(outline), "chat_message."):
		return shapeEvents
	case paged && (has("messages.sender", "messages.date_time") || has("edited_messages") || has("deleted_messages") || has("messages", "from", "to")):
		return shapeMessages
	case paged && has("sessions.id", "sessions.type"):
		return shapeSessions
	}
	return shapeStray
}

// eventOf gives the first event of a file, bare or as collectors of logs wrap it.
func eventOf(outline map[string]string) string {
	for _, wrap := range []string{"", "zoom.", "events.", "events.zoom."} {
		if _, ok := outline[wrap+"payload.object"]; ok && outline[wrap+"event"] != "" {
			return outline[wrap+"event"]
		}
	}
	return ""
}

var whats = map[shape]string{shapeSessions: "Zoom chat sessions", shapeMessages: "Zoom chat messages", shapeEvents: "Zoom chat events"}

// Recognise claims a tree of which every file, of those looked at, is one of Zoom's.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	return collectors.ClaimByContents(t, headBytes, "Zoom chat export", func(_ string, head []byte) (string, bool) {
		s := shapeOf(head)
		return whats[s], s != shapeStray
	})
}
