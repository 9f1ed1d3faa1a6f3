package matrix

import (
	"strings"

	"crosstalk/collectors/record"
)

// class is what becomes of an event.
type class int

const (
	classMessage class = iota
	classReaction
	classCall
	classSystem
	classNothing // no event of its own: an edit, a deletion, the signalling of a call
)

// classOf tells it by type and relation. Names that begin with org.matrix are those of drafts.
func classOf(e *event) class {
	switch e.kind {
	case "m.room.message", "m.sticker", "m.poll.start", "org.matrix.msc3381.poll.start", "m.room.encrypted":
		if e.relation.kind == "m.replace" {
			return classNothing
		}
		return classMessage
	case "m.reaction":
		if e.relation.to == "" { // taken back
			return classNothing
		}
		return classReaction
	case "m.call.invite", "m.rtc.notification", "org.matrix.msc4075.rtc.notification", "m.call.notify", "org.matrix.msc4075.call.notify":
		return classCall
	case "m.room.redaction":
		return classNothing
	}
	if strings.HasPrefix(e.kind, "m.call.") || strings.HasPrefix(e.kind, "m.rtc.") || strings.HasPrefix(e.kind, "org.matrix.msc3401.") || strings.HasPrefix(e.kind, "m.key.verification.") {
		return classNothing
	}
	return classSystem
}

// emit hands one event over.
func (r *run) emit(e *event) error {
	kind := classOf(e)
	switch {
	case e.kind == "":
		return r.reject("not_an_event")
	case kind == classNothing:
		return nil
	case e.room == "":
		return r.reject("no_conversation")
	case e.sent <= 0:
		return r.reject("bad_time")
	}
	c, m := r.room(e.room), &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, c.Conversation
	m.ID, m.SentAt, m.Sender = e.id, instant(e.sent), account(e.sender)
	if u := r.users[e.sender]; u != nil {
		m.SenderKind = u.Kind
	}
	m.IsDeleted = r.isDeleted(e)
	switch kind {
	case classReaction:
		if m.IsDeleted {
			return nil
		}
		m.Kind, m.Parent, m.Relation = record.KindReaction, e.relation.to, record.RelationMark
	case classCall:
		m.Kind = record.KindCall
	case classSystem:
		m.Kind = record.KindSystem
	default:
		m.Kind = record.KindMessage
		r.message(c, e)
	}
	return r.sink.Message(m)
}

// message fills in what a message has beside sender and time.
func (r *run) message(c *room, e *event) {
	m := &r.m
	if e.msgtype == "m.notice" {
		m.SenderKind = record.AccountBot
	}
	if edited := max(e.edited, r.edits[r.hashed(e.id)]); edited > 0 && e.id != "" {
		m.EditedAt = instant(edited)
	}
	switch to := e.relation; {
	case to.kind == "m.thread" && to.to != "":
		m.Parent, m.Relation = to.to, record.RelationThread
	case to.replyTo != "" && !to.fallingBack:
		m.Parent, m.Relation = to.replyTo, record.RelationReply
	}
	m.SizeBytes = uint32(min(e.size, 1<<32-1))
	if e.attached {
		m.Attachments = 1
	}
	for _, id := range e.mentions {
		m.Mentions = append(m.Mentions, account(id))
	}
	if len(c.present) == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	inside := 0
	for _, member := range c.present {
		if member == m.Sender {
			inside = 1
		} else if len(c.present) <= record.SmallRoom {
			m.Recipients = append(m.Recipients, member)
		}
	}
	m.Audience = uint32(len(c.present) - inside)
}
