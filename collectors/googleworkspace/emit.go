package googleworkspace

import (
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// emit makes of every event of an activity what it is.
func (r *run) emit(a *activity) error {
	switch {
	case a.application != "" && a.application != "chat":
		return r.reject("other_application")
	case len(a.events) == 0:
		return r.reject("not_an_event")
	case a.at.IsZero():
		return r.reject("bad_time")
	}
	for i := range a.events {
		if err := r.emitEvent(a, i); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) emitEvent(a *activity, i int) error {
	e := &a.events[i]
	key, kind := a.who(e)
	if err := r.introduce(key, kind); err != nil {
		return err
	}
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.SentAt, m.Sender, m.SenderKind = Tool, r.workspace, a.at, key, kind
	if m.Conversation = r.conversation(e); m.Conversation.Key == "" || merelyUse[e.name] {
		if key.IsZero() {
			return r.reject("no_account")
		}
		return r.used(day{key, a.at.UTC().Truncate(24 * time.Hour)}, a.at)
	}
	id, thread := messageID(e.message)
	own := a.at.Format(time.RFC3339Nano) + ":" + a.qualifier + ":" + strconv.Itoa(i)
	switch m.ID = own; {
	case e.name == "message_posted" && !strings.Contains(e.kind, "SYSTEM"):
		m.Kind = record.KindMessage
		if id != "" {
			m.ID = id
		}
		if thread != "" && thread != id {
			m.Parent, m.Relation = thread, record.RelationThread
		}
		if e.attachment == "HAS_ATTACHMENT" {
			m.Attachments = 1
		}
		e.address(m)
	case e.name == "reaction_added":
		m.Kind, m.Parent, m.Relation = record.KindReaction, id, record.RelationMark
	default:
		m.Kind = record.KindSystem
	}
	return r.sink.Message(m)
}

// merelyUse are the events about a space that are no more than a sign of use. An upload is
// part of a message that is logged by itself.
var merelyUse = map[string]bool{"conversation_read": true, "attachment_upload": true, "attachment_download": true,
	"room_details_viewed": true, "history_searched": true}

// who gives the account that acted, and what is known of it.
func (a *activity) who(e *event) (record.AccountKey, record.AccountKind) {
	email := a.email
	if email == "" {
		email = e.actor
	}
	key := record.EmailKey(email)
	if !strings.Contains(email, "@") {
		key = record.AccountKey{}
		if a.profile != "" {
			key = record.AccountKey{Kind: record.KeyToolID, Value: a.profile}
		}
	}
	switch {
	case a.caller == "EXTERNAL_USER":
		return key, record.AccountGuest
	case strings.Contains(e.actorType, "APP"), strings.Contains(e.actorType, "BOT"):
		return key, record.AccountBot
	}
	return key, record.AccountUnknown
}

// conversation is the space an event happened in.
func (r *run) conversation(e *event) record.Conversation {
	c := record.Conversation{Tool: Tool, Workspace: r.workspace, Key: strings.TrimPrefix(e.room, "spaces/")}
	switch e.conversation {
	case "SPACE": // whether it is open, the log does not say
		c.Kind = record.ConversationPrivateChannel
	case "GROUP_DIRECT_MESSAGE":
		c.Kind = record.ConversationGroup
	case "USER_TO_USER_DIRECT_MESSAGE", "USER_TO_APP_DIRECT_MESSAGE":
		c.Kind = record.ConversationDirect
	}
	return c
}

// messageID gives the id of a message as an export of Takeout has it, and that of the first
// one of its thread: spaces/<space>/messages/<thread>.<own> is <space>/<thread>/<own>.
func messageID(name string) (id, thread string) {
	space, rest, ok := strings.Cut(strings.TrimPrefix(name, "spaces/"), "/messages/")
	root, own, dotted := strings.Cut(rest, ".")
	if !ok || !dotted {
		return name, ""
	}
	return space + "/" + root + "/" + own, space + "/" + root + "/" + root
}

// address makes the users an event was for the recipients, where it passed between few.
func (e *event) address(m *record.Message) {
	if m.Conversation.Kind != record.ConversationDirect && m.Conversation.Kind != record.ConversationGroup || len(e.targets) >= record.SmallRoom {
		return
	}
	for _, who := range e.targets {
		if key := record.EmailKey(who); strings.Contains(who, "@") && key != m.Sender {
			m.Recipients, m.RecipientSource = append(m.Recipients, key), record.RecipientsListed
		}
	}
	m.Audience = uint32(len(m.Recipients))
}

// introduce announces an account once.
func (r *run) introduce(key record.AccountKey, kind record.AccountKind) error {
	if key.IsZero() || r.known[key] {
		return nil
	}
	r.known[key] = true
	a := record.Account{Tool: Tool, Workspace: r.workspace, Key: key, Kind: kind}
	if key.Kind == record.KeyEmail {
		a.Email = key.Value
	}
	return r.sink.Account(&a)
}
