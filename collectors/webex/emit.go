package webex

import (
	"strings"

	"crosstalk/collectors/record"
)

// room is a space with its members, where they are listed.
type room struct {
	record.Conversation
	members map[record.AccountKey]bool
	told    bool
}

// emit makes of an object what it is.
func (r *run) emit(i *item) error {
	switch t := &i.thing; {
	case i.hasData && t.resource == "messages":
		return r.event(i)
	case i.hasData && t.resource == "memberships":
		return r.membership(i)
	case i.hasData:
		return r.reject("other_event")
	case t.isMember && t.room != "":
		return r.join(t)
	case len(t.emails) > 0 && t.id != "":
		return r.introduce(personKey(t.id, t.emails[0]), t.emails[0], t.name, kindOf(t.kind, t.emails[0]))
	case t.isRoom && t.id != "":
		p := r.room(t.id, t.kind)
		if t.isTeam && p.Kind == record.ConversationGroup {
			p.Kind = record.ConversationChannel
		}
		return nil
	}
	return r.message(&i.thing)
}

// event takes a message as the log of events has it.
func (r *run) event(i *item) error {
	t := &i.data
	switch i.kind {
	case "deleted":
		return r.version(t, true)
	case "updated":
		if !t.updated.After(t.created) {
			t.updated = i.created
		}
	}
	return r.version(t, false)
}

// message takes a message of a list.
func (r *run) message(t *thing) error { return r.version(t, false) }

// version hands over one version of a message.
func (r *run) version(t *thing, deleted bool) error {
	switch {
	case t.id == "" || t.room == "":
		return r.reject("not_a_message")
	case t.created.IsZero():
		return r.reject("bad_time")
	}
	key, kind := personKey(t.person, t.email), kindOf("", t.email)
	if err := r.introduce(key, t.email, "", kind); err != nil {
		return err
	}
	at := r.room(t.room, t.kind)
	if err := r.tell(at); err != nil {
		return err
	}
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, at.Conversation
	m.ID, m.Kind, m.SentAt, m.IsDeleted = t.id, record.KindMessage, t.created, deleted
	m.Sender, m.SenderKind = key, kind
	m.SizeBytes, m.Attachments = uint32(min(t.size, 1<<32-1)), uint16(min(t.files, 1<<16-1))
	if t.updated.After(t.created) {
		m.EditedAt = t.updated
	}
	if t.parent != "" && t.parent != t.id {
		m.Parent, m.Relation = t.parent, record.RelationThread
	}
	for _, who := range t.mentions {
		m.Mentions = append(m.Mentions, personKey(who, ""))
	}
	at.address(m)
	return r.sink.Message(m)
}

// membership takes somebody's coming or going.
func (r *run) membership(i *item) error {
	t := &i.data
	switch {
	case i.id == "" || t.room == "":
		return r.reject("not_a_message")
	case i.created.IsZero():
		return r.reject("bad_time")
	}
	key := personKey(t.person, t.email)
	if err := r.introduce(key, t.email, t.name, kindOf("", t.email)); err != nil {
		return err
	}
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, r.room(t.room, t.kind).Conversation
	m.ID, m.Kind, m.SentAt, m.Sender, m.SenderKind = i.id, record.KindSystem, i.created, key, kindOf("", t.email)
	return r.sink.Message(m)
}

// join takes one line of the list of a room's members.
func (r *run) join(t *thing) error {
	key := personKey(t.person, t.email)
	if key.IsZero() {
		return r.reject("no_account")
	}
	at := r.room(t.room, t.kind)
	if !at.members[key] {
		at.members[key] = true
		at.Members = append(at.Members, record.Member{Account: key, From: t.created})
	}
	return r.introduce(key, t.email, t.name, kindOf("", t.email))
}

// room gives the room with that id, which is made on first sight.
func (r *run) room(id, kind string) *room {
	at := r.rooms[id]
	if at == nil {
		at = &room{members: map[record.AccountKey]bool{}, Conversation: record.Conversation{Tool: Tool, Workspace: r.workspace, Key: id}}
		r.rooms[id] = at
	}
	if at.Kind == record.ConversationOther {
		switch kind {
		case "direct":
			at.Kind = record.ConversationDirect
		case "group":
			at.Kind = record.ConversationGroup
		}
	}
	return at
}

// tell announces a room whose members are known when it is first written in.
func (r *run) tell(at *room) error {
	if at.told || len(at.Members) == 0 {
		return nil
	}
	at.told = true
	return r.sink.Conversation(&at.Conversation)
}

// address makes the other members the recipients of a message, or their number its audience.
func (at *room) address(m *record.Message) {
	if len(at.Members) == 0 {
		return
	}
	m.RecipientSource, m.Audience = record.RecipientsMembership, uint32(len(at.Members))
	if at.members[m.Sender] {
		m.Audience--
	}
	if len(at.Members) > record.SmallRoom {
		return
	}
	for _, one := range at.Members {
		if one.Account != m.Sender {
			m.Recipients = append(m.Recipients, one.Account)
		}
	}
}

// personKey is the key of an account: its id. Bots go by their address, which cannot be
// changed.
func personKey(id, email string) record.AccountKey {
	switch {
	case id == "" || isBot(email):
		return record.EmailKey(email)
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}

func isBot(email string) bool {
	email = strings.ToLower(email)
	return strings.HasSuffix(email, "@webex.bot") || strings.HasSuffix(email, "@sparkbot.io")
}

// kindOf is what is known of an account by the type of a person or by the address.
func kindOf(kind, email string) record.AccountKind {
	switch {
	case kind == "bot" || isBot(email):
		return record.AccountBot
	case kind == "person":
		return record.AccountHuman
	}
	return record.AccountUnknown
}

// introduce announces an account once.
func (r *run) introduce(key record.AccountKey, email, name string, kind record.AccountKind) error {
	if key.IsZero() || r.known[key] {
		return nil
	}
	r.known[key] = true
	return r.sink.Account(&record.Account{Tool: Tool, Workspace: r.workspace, Key: key, Kind: kind, Name: name, Email: strings.ToLower(email)})
}
