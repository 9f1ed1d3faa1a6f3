package xmpp

import (
	"slices"

	"crosstalk/collectors/record"
)

// remembered is how many messages are kept for what may refer to them.
const remembered = 4096

// recent remembers the latest messages: corrections and reactions name them by an id that
// may not be the one they are known by, and a correction does not say when they were sent.
type recent struct {
	slots []slot
	next  int
	at    map[name]int
}

// name is an id as it was used in a conversation.
type name struct{ conversation, id string }

type slot struct {
	message record.Message
	names   []name
}

func newRecent() recent { return recent{at: map[name]int{}} }

func (r *recent) add(m *record.Message, p *stanza) {
	if len(r.slots) < remembered {
		r.slots = append(r.slots, slot{})
	}
	i := r.next
	r.next = (r.next + 1) % remembered
	s := &r.slots[i]
	for _, n := range s.names {
		if r.at[n] == i {
			delete(r.at, n)
		}
	}
	s.names = s.names[:0]
	recipients, mentions := append(s.message.Recipients[:0], m.Recipients...), append(s.message.Mentions[:0], m.Mentions...)
	s.message = *m
	s.message.Recipients, s.message.Mentions = recipients, mentions
	for _, id := range [...]string{m.ID, p.id, p.origin, p.archived, p.assigned} {
		n := name{m.Conversation.Key, id}
		if id != "" && !slices.Contains(s.names, n) {
			s.names = append(s.names, n)
			r.at[n] = i
		}
	}
}

// find is the message that is called so in the conversation, or nil.
func (r *recent) find(conversation, id string) *record.Message {
	if i, ok := r.at[name{conversation, id}]; ok {
		return &r.slots[i].message
	}
	return nil
}

// ident is the id by which it is known, else the one it was called by.
func (r *recent) ident(conversation, id string) string {
	if m := r.find(conversation, id); m != nil && m.ID != "" {
		return m.ID
	}
	return id
}
