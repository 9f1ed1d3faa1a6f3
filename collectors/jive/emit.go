package jive

import (
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// written are the types of objects that people write for others to read.
var written = map[string]bool{
	"thread": true, "message": true, "question": true, "discussion": true, "document": true, "comment": true, "blogpost": true, "update": true,
	"status": true, "statusupdate": true, "directmessage": true, "poll": true, "idea": true, "announcement": true, "file": true, "video": true,
}

// emit hands the act at hand to the sink, as what it is.
func (r *run) emit() error {
	it := &r.it
	switch {
	case it.what == "":
		return r.reject("not_an_activity")
	case it.at.IsZero():
		return r.reject("bad_time")
	}
	for _, p := range [...]person{it.object.author, it.actor} {
		if err := r.introduce(p); err != nil {
			return err
		}
	}
	isWritten := written[it.object.kind] && len(it.object.id) > 0
	switch {
	case isWritten && it.what == "Create":
		return r.create()
	case isWritten && it.what == "Comment":
		return r.comment()
	case isWritten && (it.what == "Update" || it.what == "Delete") && it.object.author.id != "" && !it.object.created.IsZero():
		return r.change()
	case it.what == "Like" && len(it.object.id) > 0:
		return r.like()
	case toolID(it.actor.id).IsZero(): // an anonymous visitor
		return nil
	}
	return r.used()
}

// begin starts a message that stands for the object.
func (r *run) begin(sender person, at time.Time) *record.Message {
	it, m := &r.it, &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Kind = Tool, r.workspace, record.KindMessage
	m.Sender, m.SentAt = toolID(sender.id), at
	if !m.Sender.IsZero() {
		m.SenderKind = record.AccountHuman
	}
	m.ID = name(it.object.kind, it.object.id)
	m.Conversation = r.conversation()
	switch o := &it.object; {
	case len(o.thread) > 0 && (o.rootReply || len(o.answered) == 0):
		m.Parent, m.Relation = name("thread", o.thread), record.RelationThread
		if o.rootReply {
			m.Relation = record.RelationReply
		}
	case len(o.answered) > 0:
		m.Parent, m.Relation = name("message", o.answered), record.RelationReply
	}
	return m
}

// name is the id of an object: its number is unique in its type only.
func name(kind string, id []byte) string {
	return kind + "/" + string(id)
}

// create is something new. Its time is when the object says it was created, so that later
// acts on it tell the same.
func (r *run) create() error {
	at := r.it.object.created
	if at.IsZero() {
		at = r.it.at
	}
	return r.sink.Message(r.begin(r.it.actor, at))
}

// comment is a comment that was made: the object itself, or a word on the object.
func (r *run) comment() error {
	if kind := r.it.object.kind; kind == "comment" || kind == "message" {
		return r.create()
	}
	m := r.begin(r.it.actor, r.it.at)
	m.Parent, m.Relation = m.ID, record.RelationReply
	m.ID = r.event()
	return r.sink.Message(m)
}

// change is a later version of what somebody wrote.
func (r *run) change() error {
	m := r.begin(r.it.object.author, r.it.object.created)
	m.IsDeleted = r.it.what == "Delete"
	if !m.IsDeleted {
		m.EditedAt = r.it.at
	}
	return r.sink.Message(m)
}

func (r *run) like() error {
	m := r.begin(r.it.actor, r.it.at)
	m.Kind, m.Parent, m.Relation = record.KindReaction, m.ID, record.RelationMark
	m.ID = r.event()
	return r.sink.Message(m)
}

// event is the id of the act itself; empty when it has none.
func (r *run) event() string {
	switch it := &r.it; {
	case len(it.uuid) > 0:
		return "event/" + string(it.uuid)
	case len(it.seq) > 0:
		return "event/" + string(it.seq)
	}
	return ""
}

// kinds are the numbers of the types of places, by the names that destinations have.
var kinds = map[string]string{"community": "14", "space": "14", "group": "700", "socialgroup": "700", "project": "600", "blog": "37", "user": "3", "person": "3"}

// conversation is where the object stands. Direct messages do not say with whom: each is
// one of its own.
func (r *run) conversation() record.Conversation {
	it := &r.it
	if it.object.kind == "directmessage" {
		return record.Conversation{Key: name("directmessage", it.object.id), Kind: record.ConversationDirect, Coverage: record.CoverageTruncated}
	}
	where := it.place
	if where.id == "" || where.kind == "" || where.kind == "-1" {
		where = it.found
		if number := kinds[strings.ToLower(where.kind)]; number != "" {
			where.kind = number
		}
	}
	c := record.Conversation{Key: "network", Kind: record.ConversationFeed, Coverage: record.CoverageWhole}
	if where.id == "" || where.kind == "" {
		return c
	}
	r.key = append(append(append(r.key[:0], where.kind...), '/'), where.id...)
	c.Key = r.intern(r.key)
	switch where.kind {
	case "3", "37": // somebody's profile, a blog
	case "14", "600", "700": // a space, a project, a group
		c.Kind = record.ConversationChannel
	default:
		c.Kind = record.ConversationOther
	}
	return c
}
