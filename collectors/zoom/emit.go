package zoom

import (
	"time"

	"crosstalk/collectors/record"
)

// Events of web hooks that are about messages.
const (
	eventSent    = "chat_message.sent"
	eventReplied = "chat_message.replied"
	eventUpdated = "chat_message.updated"
	eventDeleted = "chat_message.deleted"
)

// emit hands over the message at hand and the reactions to it.
func (r *run) emit() error {
	p := &r.post
	if r.s.Err() != nil {
		return nil // the file broke off in it, which Verdict tells
	}
	switch p.event {
	case "", eventSent, eventReplied, eventUpdated, eventDeleted:
	default:
		return r.reject("other_event")
	}
	m := &r.m
	m.Reset()
	r.times(m)
	switch {
	case p.id == "":
		return r.reject("not_a_message")
	case m.SentAt.IsZero():
		return r.reject("bad_time")
	}
	m.Tool, m.Workspace, m.Kind, m.ID = Tool, r.workspace, record.KindMessage, p.id
	m.Sender = account(p.sender, p.senderID)
	if p.bot {
		m.SenderKind = record.AccountBot
	}
	to := account(p.receiver, p.receiver2)
	m.Conversation = r.conversation(m.Sender, to)
	if m.Conversation.Kind == record.ConversationDirect && !to.IsZero() {
		m.Recipients, m.RecipientSource, m.Audience = append(m.Recipients, to), record.RecipientsListed, 1
	}
	m.SizeBytes = uint32(min(p.size, 1<<32-1))
	if m.Attachments = uint16(min(p.files, 1<<16-1)); p.files == 0 && p.fileID {
		m.Attachments = 1
	}
	for _, who := range p.mentions {
		m.Mentions = append(m.Mentions, account(who, ""))
	}
	if p.parent != "" && p.parent != p.id {
		m.Parent, m.Relation = p.parent, record.RelationThread
	}
	if err := r.introduce(m.Sender, m.SenderKind, p.senderID); err != nil {
		return err
	}
	if err := r.sink.Message(m); err != nil {
		return err
	}
	return r.emitMarks(m.SentAt, m.Conversation)
}

// times settles when a message was sent. Of an edit the timestamp is that of the edit,
// while the stated time may still be that of the message; it must not be the later one.
func (r *run) times(m *record.Message) {
	p := &r.post
	m.IsDeleted = p.event == eventDeleted
	m.SentAt = p.stamp
	if p.event == eventUpdated {
		m.EditedAt = p.stamp
		if m.EditedAt.IsZero() {
			m.EditedAt = p.stated
		}
	}
	if m.SentAt.IsZero() || (p.event == eventUpdated || m.IsDeleted) && !p.stated.IsZero() && p.stated.Before(p.stamp) {
		m.SentAt, m.Precision = p.stated, record.PrecisionSecond
	}
}

// conversation is where the message at hand went: a channel, the two it passed between, or
// the session whose page it stands in.
func (r *run) conversation(from, to record.AccountKey) record.Conversation {
	p := &r.post
	c := record.Conversation{Tool: Tool, Workspace: r.workspace}
	session := p.session
	if session == "" {
		session = r.session
	}
	switch {
	case p.channel != "":
		c.Key, c.Kind = p.channel, record.ConversationChannel
	case to.Kind == record.KeyEmail && from.Kind == record.KeyEmail:
		a, b := from.Value, to.Value
		r.pair = append(append(append(r.pair[:0], min(a, b)...), ' '), max(a, b)...)
		c.Key, c.Kind = r.texts.Of(r.pair), record.ConversationDirect
	default:
		c.Key, c.Kind = session, r.sessions[session]
		if p.toContact {
			c.Kind = record.ConversationDirect
		}
	}
	return c
}

// introduce announces an account once.
func (r *run) introduce(key record.AccountKey, kind record.AccountKind, id string) error {
	if key.IsZero() || r.known[key] {
		return nil
	}
	r.known[key] = true
	a := record.Account{Tool: Tool, Workspace: r.workspace, Key: key, Kind: kind, Handle: id}
	if key.Kind == record.KeyEmail {
		a.Email = key.Value
	}
	return r.sink.Account(&a)
}

// emitMarks hands over one reaction per person who is named, and one for all who are not.
func (r *run) emitMarks(at time.Time, where record.Conversation) error {
	p := &r.post
	for i := range p.marks {
		k := &p.marks[i]
		for _, who := range k.by {
			if err := r.emitMark(at, where, k.emoji, account(who, ""), 1); err != nil {
				return err
			}
		}
		if rest := k.count - int64(len(k.by)); rest > 0 {
			if err := r.emitMark(at, where, k.emoji, record.AccountKey{}, rest); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) emitMark(at time.Time, where record.Conversation, emoji string, who record.AccountKey, n int64) error {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, where
	m.Kind, m.SentAt, m.Precision = record.KindReaction, at, record.PrecisionInherited
	m.ID = r.post.id + ":" + emoji + ":" + who.Value
	m.Parent, m.Relation, m.Sender, m.Quantity = r.post.id, record.RelationMark, who, uint32(min(n, 1<<32-1))
	return r.sink.Message(m)
}
