package mail

import (
	"bytes"
	"encoding/base64"

	"crosstalk/collectors/record"
)

// thread fills in the message's id, what it answers, and its conversation: the root
// of the thread as far as the message alone tells it.
func (r *Reader) thread(fromLine []byte, list mailingList) {
	m, h := &r.message, &r.header
	if id := ownID(h.first[fieldMessageID]); len(id) > 0 {
		m.ID = string(id)
	} else {
		m.ID = digestID(m.Sender, m.SentAt.Unix(), m.Recipients[:r.listed])
	}
	m.CopyID = m.ID
	root := firstID(h.first[fieldReferences])
	parent := firstID(h.first[fieldInReplyTo])
	if root == nil {
		root = parent
	}
	if parent == nil {
		parent = lastID(h.first[fieldReferences])
	}
	m.Conversation = record.Conversation{Key: m.ID, Parent: list.id, Kind: record.ConversationMailThread}
	switch {
	case root != nil:
		m.Conversation.Key = intern(root, m.ID)
	default:
		if key := h.vendorThread(fromLine); key != "" {
			m.Conversation.Key = key
		}
	}
	if parent != nil && string(parent) != m.ID {
		m.Parent, m.Relation = intern(parent, m.Conversation.Key), record.RelationReply
	}
}

// intern spares a copy where b is the string at hand.
func intern(b []byte, s string) string {
	if string(b) == s {
		return s
	}
	return string(b)
}

// vendorThread names the thread of an answer that carries no reply header but its
// mail system's own mark. The message that began the thread has none: its own id is
// what the answers of other systems refer to.
func (h *Header) vendorThread(fromLine []byte) string {
	if id := bytes.TrimSpace(h.first[fieldGmailThread]); len(id) > 0 && len(id) <= 20 {
		// Takeout writes the message's own number before the @ of the From line; the
		// first of a thread gives the thread its number.
		if own, _, ok := bytes.Cut(bytes.TrimSpace(fromLine), []byte("@")); ok && !bytes.Equal(own, id) {
			return "gmail-thread:" + string(id)
		}
	}
	if value := h.first[fieldThreadIndex]; value != nil && len(value) < 4096 {
		raw, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(value), nil)))
		if err == nil && len(raw) > exchangeRoot {
			return "thread-index:" + base64.StdEncoding.EncodeToString(raw[:exchangeRoot])
		}
	}
	return ""
}

// exchangeRoot is the length of the part of a Thread-Index that a whole thread shares;
// each answer adds to it.
const exchangeRoot = 22
