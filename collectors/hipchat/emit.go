package hipchat

import (
	"time"

	"crosstalk/collectors/record"
)

// emit hands the message at hand to the sink.
func (h *history) emit(kind record.Kind, fromBot bool) error {
	it, m := &h.it, &h.m
	if h.scan.Err() != nil {
		return nil
	}
	if it.sentAt.IsZero() {
		return h.reject("bad_time")
	}
	m.Reset()
	m.Tool, m.Workspace, m.Kind = Tool, h.workspace, kind
	m.ID, m.SentAt, m.Precision = string(it.id), it.sentAt, it.precision
	h.author(fromBot)
	if !h.place() {
		return h.reject("no_receiver")
	}
	if kind == record.KindMessage {
		m.SizeBytes, m.Mentions = uint32(min(it.size, 1<<32-1)), append(m.Mentions, it.mentions...)
		if it.isAttached {
			m.Attachments = 1
		}
	}
	return h.sink.Message(m)
}

// author fills in who wrote: an account, or an integration, which has a name only.
func (h *history) author(fromBot bool) {
	it, m := &h.it, &h.m
	u := h.users[it.sender.id]
	switch {
	case u != nil:
		m.Sender, m.SenderKind = u.Key, u.Kind
		if u.location != nil {
			_, seconds := it.sentAt.In(u.location).Zone()
			m.OffsetMinutes = int16(time.Duration(seconds) * time.Second / time.Minute)
		}
	case it.sender.id == "", it.sender.id == "0", it.sender.id == "api":
		if it.sender.name != "" {
			m.Sender = record.AccountKey{Kind: record.KeyDisplayName, Value: it.sender.name}
			m.SenderKind = record.AccountBot
		}
	default:
		m.Sender = toolID(it.sender.id)
		if fromBot {
			m.SenderKind = record.AccountBot
		}
	}
}

// place fills in the conversation and who else is in it. It reports false for a private
// message of which nobody can say to whom it went.
func (h *history) place() bool {
	m := &h.m
	if h.it.receiver == "" && h.room != nil {
		h.placeInRoom()
		return true
	}
	from, to := h.it.sender.id, h.it.receiver
	if to == "" {
		to = h.owner
	}
	if from == "" || to == "" || h.it.receiver == "" && from == to {
		return false
	}
	if len(from) > len(to) || len(from) == len(to) && from > to {
		from, to = to, from
	}
	m.Conversation = record.Conversation{Key: h.pair(from, to), Kind: record.ConversationDirect, Coverage: record.CoverageWhole}
	m.RecipientSource = record.RecipientsListed
	for _, id := range [...]string{from, to} {
		if id != h.it.sender.id {
			m.Recipients, m.Audience = append(m.Recipients, toolID(id)), 1
		}
	}
	return true
}

// pair is the key of the conversation between two accounts, which both their histories hold.
func (h *history) pair(from, to string) string {
	var key [2*maxID + 1]byte
	return h.intern(append(append(append(key[:0], from...), '-'), to...))
}

func (h *history) placeInRoom() {
	m, one := &h.m, h.room
	if h.it.room != "" && h.it.room != one.Key && h.rooms[h.it.room] != nil {
		one = h.rooms[h.it.room]
	}
	m.Conversation = one.Conversation
	if len(one.Members) == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	m.Audience = uint32(len(one.Members))
	for _, member := range one.small {
		if member != m.Sender {
			m.Recipients = append(m.Recipients, member)
		}
	}
	if one.small != nil {
		m.Audience = uint32(len(m.Recipients))
	} else {
		m.Audience--
	}
}
