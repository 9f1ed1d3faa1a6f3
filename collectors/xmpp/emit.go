package xmpp

import (
	"strings"

	"crosstalk/collectors/record"
)

// emit hands over what a stanza is: a message, a change to one, reactions, a call, a notice,
// or nothing, as most stanzas between people say that somebody is typing or has read.
func (r *run) emit(p *stanza) error {
	kind, something := kindOf(p)
	if !something {
		return nil
	}
	if p.sent.IsZero() {
		return r.reject("bad_time")
	}
	m := &r.m
	m.Reset()
	if err := r.place(p); err != nil {
		return err
	}
	if m.Conversation.Key == "" {
		return r.reject("no_conversation")
	}
	m.Tool, m.Workspace, m.Kind, m.SentAt, m.Precision = Tool, r.workspace, kind, p.sent, p.precision
	switch {
	case p.reactsTo != "":
		return r.react(p)
	case p.retracts != "" || p.replaces != "":
		return r.change(p)
	}
	m.ID = p.ident(m.Conversation.Key)
	if kind != record.KindMessage {
		r.unaddress()
		if p.kind == "error" && m.ID != "" { // a bounce bears the id of what came back
			m.ID = "error:" + m.ID
		}
		return r.sink.Message(m)
	}
	m.IsDeleted = p.retracted
	if !p.cipher { // what stands in the place of a cipher is no text
		m.SizeBytes = uint32(min(p.size, 1<<32-1))
	}
	m.Attachments = uint16(min(p.files, 1<<16-1))
	if p.repliesTo != "" {
		m.Parent, m.Relation = r.recent.ident(m.Conversation.Key, p.repliesTo), record.RelationReply
	}
	for _, jid := range p.mentions {
		m.Mentions = append(m.Mentions, account(jid))
	}
	r.recent.add(m, p)
	return r.sink.Message(m)
}

func kindOf(p *stanza) (kind record.Kind, something bool) {
	switch {
	case p.kind == "error":
		return record.KindSystem, true
	case p.reactsTo != "":
		return record.KindReaction, true
	case p.call:
		return record.KindCall, true
	case p.hasBody, p.cipher, p.files > 0, p.retracted, p.retracts != "":
		return record.KindMessage, true
	}
	return record.KindSystem, p.subject && p.kind == "groupchat"
}

// place fills in conversation, sender and recipients.
func (r *run) place(p *stanza) error {
	m := &r.m
	from, to := r.bare([]byte(p.from)), r.bare([]byte(p.to))
	if from == "" {
		from = p.owner
	}
	switch {
	case p.kind == "groupchat" && (p.from == "" || from == p.owner && to != "" && p.archive != from): // on its way into the room
		m.Conversation = r.room(to)
		m.Sender = account(from)
	case p.kind == "groupchat":
		m.Conversation = r.room(from)
		m.Sender = account(p.real)
		if nick := resource(p.from); p.real == "" && nick != "" {
			m.Sender = record.AccountKey{Kind: record.KeyDisplayName, Value: nick, Scope: from}
		}
	case to == "" && p.owner != "":
		to = p.owner
		fallthrough
	default:
		return r.placeDirect(p, from, to)
	}
	if m.Sender.Kind == record.KeyToolID {
		return r.introduce(m.Sender.Value)
	}
	return nil
}

// placeDirect fills in a conversation of two. A private message in a room is between the
// room's nicks, of which one is the archive's owner.
func (r *run) placeDirect(p *stanza, from, to string) (err error) {
	m := &r.m
	sender, recipient := account(from), account(to)
	if p.occupant {
		from, sender = occupant(p.from, from, p.owner)
		to, recipient = occupant(p.to, to, p.owner)
	}
	if from == "" || to == "" {
		return nil
	}
	if m.Conversation, err = r.direct(from, to, sender, recipient); err != nil {
		return err
	}
	m.Sender, m.RecipientSource = sender, record.RecipientsListed
	if recipient != sender {
		m.Recipients, m.Audience = append(m.Recipients, recipient), 1
	}
	for _, key := range [...]record.AccountKey{sender, recipient} {
		if key.Kind == record.KeyToolID {
			if err := r.introduce(key.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

// occupant is who a nick of a room is, unless the address is the owner's own.
func occupant(jid, bare, owner string) (string, record.AccountKey) {
	nick := resource(jid)
	if bare == owner || nick == "" {
		return bare, account(bare)
	}
	return jid, record.AccountKey{Kind: record.KeyDisplayName, Value: nick, Scope: bare}
}

// minID is how long an id of a client's own has to be to be believed unique: some count from one.
const minID = 8

// ident is the id of a message in its conversation: what a room gave it; else what its sender
// gave it, which every archive shows; else what this archive gave it.
func (p *stanza) ident(conversation string) string {
	switch {
	case p.kind == "groupchat" && p.assigned != "" && p.by == conversation:
		return p.assigned
	case p.kind == "groupchat" && p.archived != "" && (p.archive == conversation || p.archive == ""):
		return p.archived
	case len(p.origin) >= minID:
		return p.origin
	case len(p.id) >= minID:
		return p.id
	}
	return p.archived
}

// unaddress takes the recipients from what is no message.
func (r *run) unaddress() {
	m := &r.m
	m.Recipients, m.RecipientSource, m.Audience = m.Recipients[:0], record.RecipientsUnknown, 0
}

// react hands over the marks of one sender on a message.
func (r *run) react(p *stanza) error {
	m := &r.m
	r.unaddress()
	m.Parent, m.Relation = r.recent.ident(m.Conversation.Key, p.reactsTo), record.RelationMark
	for _, mark := range p.reactions {
		m.ID = strings.Join([]string{m.Parent, mark, m.Sender.Value}, ":")
		if err := r.sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}

// change hands over a message once more, corrected or taken back.
func (r *run) change(p *stanza) error {
	target := p.retracts
	if target == "" {
		target = p.replaces
	}
	old := r.recent.find(r.m.Conversation.Key, target)
	if old == nil {
		return r.reject("change_without_message")
	}
	if p.retracts != "" {
		old.IsDeleted = true
	} else {
		old.EditedAt, old.SizeBytes = p.sent, uint32(min(p.size, 1<<32-1))
	}
	return r.sink.Message(old)
}
