package teams

import (
	"strings"

	"crosstalk/collectors/record"
)

// emit hands over a message and the reactions to it.
func (r *run) emit(p *post) error {
	at := r.where(p)
	if err := r.tell(at); err != nil {
		return err
	}
	author, kind := p.from, record.KindMessage
	if p.class != "message" && p.class != "" {
		author, kind = p.initiator, record.KindSystem
		if author.id == "" {
			author = p.from
		}
	}
	if strings.HasSuffix(p.event, "callEndedEventMessageDetail") {
		kind = record.KindCall
	}
	if err := r.meet(author); err != nil {
		return err
	}
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, at.Conversation
	m.ID, m.SentAt, m.EditedAt, m.IsDeleted, m.Kind = p.id, p.sentAt, p.editedAt, p.deleted, kind
	m.Sender, m.SenderKind = r.user(author.id), r.kind(author)
	switch kind {
	case record.KindMessage:
		r.fill(m, p, at)
	case record.KindCall:
		if len(p.called) > 0 {
			m.Recipients, m.RecipientSource = append(m.Recipients, p.called...), record.RecipientsListed
		}
	}
	if err := r.sink.Message(m); err != nil {
		return err
	}
	return r.emitMarks(p, at)
}

// fill adds what only messages of people and bots have.
func (r *run) fill(m *record.Message, p *post, at *place) {
	m.SizeBytes, m.Attachments = uint32(min(p.size, 1<<32-1)), uint16(min(p.files, 1<<16-1))
	m.Mentions = append(m.Mentions, p.mentions...)
	switch {
	case p.replyTo != "" && p.replyTo != p.id:
		m.Parent, m.Relation = p.replyTo, record.RelationThread
	case p.quoted != "":
		m.Parent, m.Relation = p.quoted, record.RelationReply
	case p.forwards:
		m.Relation = record.RelationQuote
	}
	at.address(m)
}

// address makes the other members the recipients of a message, or their number its audience.
func (p *place) address(m *record.Message) {
	if len(p.Members) == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	for _, member := range p.small {
		if member != m.Sender {
			m.Recipients = append(m.Recipients, member)
		}
	}
	m.Audience = uint32(len(p.Members))
	if p.members[m.Sender.Value] {
		m.Audience--
	}
}

// emitMarks hands over one record per reaction.
func (r *run) emitMarks(p *post, at *place) error {
	for i := range p.marks {
		k := &p.marks[i]
		m := &r.m
		m.Reset()
		m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, at.Conversation
		m.Kind, m.SentAt = record.KindReaction, k.at
		if k.at.IsZero() {
			m.SentAt, m.Precision = p.sentAt, record.PrecisionInherited
		}
		m.Sender, m.SenderKind = r.user(k.by.id), r.kind(k.by)
		m.ID = p.id + ":" + k.what + ":" + m.Sender.Value
		m.Parent, m.Relation = p.id, record.RelationMark
		if err := r.sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}

// meet announces an account that no list has. What guests without an account call
// themselves is no profile's name.
func (r *run) meet(who identity) error {
	name := who.name
	if who.kind != record.AccountHuman && who.kind != record.AccountBot {
		name = ""
	}
	return r.introduce(account{id: who.id, name: name, kind: who.kind})
}

// kind is what is known of an account, by a list or by the message itself.
func (r *run) kind(who identity) record.AccountKind {
	if known := r.people[r.user(who.id).Value]; known != record.AccountUnknown {
		return known
	}
	return who.kind
}
