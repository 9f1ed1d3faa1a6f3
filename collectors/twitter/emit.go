package twitter

import (
	"strings"

	"crosstalk/collectors/record"
)

// emit hands an event and the reactions to it to the sink.
func (r *run) emit(b *batch, e *event) error {
	c := r.place(b.conversation)
	if err := r.announcePair(c); err != nil {
		return err
	}
	m := r.begin(c)
	m.SentAt, m.Sender = e.at, account(e.sender)
	if e.kind != written {
		// The event has no id. Archives repeat it where they cut a conversation in parts.
		m.Kind, m.ID = record.KindSystem, strings.Join([]string{kindName(e.kind), e.at.Format("20060102150405.000"), e.sender}, ":")
		return r.sink.Message(m)
	}
	m.Kind, m.ID = record.KindMessage, b.of(e.id)
	m.SizeBytes, m.Attachments = uint32(min(e.size, 1<<32-1)), uint16(min(e.media, 1<<16-1))
	if e.edited.After(e.at) {
		m.EditedAt = e.edited
	}
	r.address(b, e)
	if err := r.sink.Message(m); err != nil {
		return err
	}
	for _, mark := range e.marks {
		if err := r.mark(c, b, e, mark); err != nil {
			return err
		}
	}
	return nil
}

func kindName(k kind) string {
	for name, is := range kinds {
		if is == k {
			return name
		}
	}
	return ""
}

func (r *run) begin(c record.Conversation) *record.Message {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, c
	return m
}

// announcePair tells the sink of a conversation of two, whose id names them.
func (r *run) announcePair(c record.Conversation) error {
	if c.Kind != record.ConversationDirect || c.Key == r.last {
		return nil
	}
	r.last = c.Key
	one, other, _ := strings.Cut(c.Key, "-")
	pair := c
	pair.Members = []record.Member{{Account: account(one)}, {Account: account(other)}}
	return r.sink.Conversation(&pair)
}

// address fills in whom a message was written to: the one it names, or the others who were
// in the group.
func (r *run) address(b *batch, e *event) {
	m := &r.m
	g := r.groups[b.conversation]
	if g == nil {
		if e.recipient != "" {
			m.Recipients = append(m.Recipients, account(e.recipient))
			m.RecipientSource, m.Audience = record.RecipientsListed, 1
		}
		return
	}
	others := 0
	for _, user := range g.names {
		if user == e.sender || !g.isIn(user, e.at) {
			continue
		}
		if others++; others < record.SmallRoom {
			m.Recipients = append(m.Recipients, account(user))
		}
	}
	if others >= record.SmallRoom {
		m.Recipients = m.Recipients[:0]
	}
	if others > 0 {
		m.RecipientSource, m.Audience = record.RecipientsMembership, uint32(others)
	}
}

func (r *run) mark(c record.Conversation, b *batch, e *event, mark mark) error {
	m := r.begin(c)
	m.Kind, m.ID, m.Sender = record.KindReaction, b.of(mark.id), account(mark.sender)
	m.Parent, m.Relation = b.of(e.id), record.RelationMark
	m.SentAt = mark.at
	if mark.at.IsZero() {
		m.SentAt, m.Precision = e.at, record.PrecisionInherited
	}
	return r.sink.Message(m)
}
