package table

import (
	"bytes"
	"math"
	"slices"
	"strconv"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// messageVisitor makes messages of rows.
type messageVisitor struct {
	plan     *plan
	sink     collectors.Sink
	message  record.Message
	members  []record.AccountKey
	parties  []string
	key      []byte
	accounts map[record.AccountKey]bool // those described already
	rooms    map[string]bool            // conversations whose members were told
}

// parts fill a message in, each with what the ones before it found, and answer with
// the reason for which they cannot.
var parts = [...]func(*messageVisitor, *row) string{
	(*messageVisitor).setKind, (*messageVisitor).setTime, (*messageVisitor).setSender,
	(*messageVisitor).setAddressees, (*messageVisitor).setConversation,
}

const mostDescribed = 1 << 20

func (v *messageVisitor) visit(r *row) (string, error) {
	p, m := v.plan, &v.message
	for i := range p.skip {
		if s := &p.skip[i]; s.values[string(bytes.TrimSpace(r.value(s.column)))] {
			return "", nil
		}
	}
	m.Reset()
	m.Tool, m.Workspace = p.tool, p.workspace
	for _, part := range parts {
		if reason := part(v, r); reason != "" {
			return reason, nil
		}
	}
	v.setDetails(r)
	if err := v.describe(r); err != nil {
		return "", err
	}
	return "", v.sink.Message(m)
}

func (v *messageVisitor) setKind(r *row) string {
	var known bool
	if v.message.Kind, known = v.plan.kind.choose(r, kindNamed); !known {
		return "unknown_kind"
	}
	if v.message.SenderKind, known = v.plan.senderKind.choose(r, accountKindNamed); !known {
		return "unknown_sender_kind"
	}
	return ""
}

func (v *messageVisitor) setTime(r *row) string {
	p, m := v.plan, &v.message
	value := bytes.TrimSpace(r.value(p.time.column))
	if len(value) == 0 {
		return "no_time"
	}
	sent, err := p.time.read(value)
	if err != nil {
		return "bad_time"
	}
	m.SentAt, m.OffsetMinutes, m.Precision, m.ZoneAssumed = sent.at, sent.offset, sent.precision, sent.assumed
	if value := bytes.TrimSpace(r.value(p.edited.column)); len(value) > 0 {
		if edited, err := p.edited.read(value); err == nil && edited.at.After(m.SentAt) {
			m.EditedAt = edited.at
		}
	}
	return ""
}

func (v *messageVisitor) setSender(r *row) string {
	senders := v.accountsOf(v.members[:0], r, &v.plan.sender)
	v.members = senders
	if len(senders) > 0 {
		v.message.Sender = senders[0]
	} else if v.message.Kind != record.KindSystem {
		return "no_sender"
	}
	return ""
}

func (v *messageVisitor) setAddressees(r *row) string {
	p, m := v.plan, &v.message
	m.Recipients = v.accountsOf(m.Recipients, r, &p.recipients)
	m.Mentions = v.accountsOf(m.Mentions, r, &p.mentions)
	v.members = v.accountsOf(v.members[:0], r, &p.members)
	switch {
	case len(m.Recipients) > 0:
		m.RecipientSource, m.Audience = record.RecipientsListed, v.others(m.Recipients)
	case len(v.members) > 0:
		m.RecipientSource, m.Audience = record.RecipientsMembership, v.others(v.members)
		if len(v.members) <= record.SmallRoom {
			m.Recipients = append(m.Recipients, v.members...)
		}
	}
	return ""
}

// others counts the accounts of a list without the sender.
func (v *messageVisitor) others(list []record.AccountKey) uint32 {
	n := uint32(len(list))
	for _, k := range list {
		if k == v.message.Sender {
			n--
		}
	}
	return n
}

func (v *messageVisitor) setConversation(r *row) string {
	c, m := &v.plan.conversation, &v.message
	key := v.conversationKey(r)
	if len(key) == 0 {
		return "no_conversation"
	}
	m.Conversation.Key = v.plan.names.Of(key)
	kind, known := c.kind.choose(r, conversationKindNamed)
	if !known {
		return "unknown_conversation_kind"
	}
	if c.pair && !c.hasKind {
		kind = record.ConversationGroup
		if len(v.parties) <= 2 {
			kind = record.ConversationDirect
		}
	}
	m.Conversation.Kind, m.Conversation.Coverage = kind, c.coverage
	if parent := r.value(c.parent); len(parent) > 0 {
		m.Conversation.Parent = v.plan.names.Of(parent)
	}
	if len(m.Recipients) > record.SmallRoom && isRoom(kind) {
		m.Recipients = m.Recipients[:0]
	}
	return ""
}

// isRoom reports whether a conversation has members rather than addressees of single
// messages: in a large one, nobody in particular is written to.
func isRoom(k record.ConversationKind) bool {
	switch k {
	case record.ConversationMailThread, record.ConversationMailList, record.ConversationOther, record.ConversationDirect:
		return false
	}
	return true
}

func (v *messageVisitor) conversationKey(r *row) []byte {
	c := &v.plan.conversation
	v.key = v.key[:0]
	switch {
	case c.pair:
		return v.pairKey()
	case len(c.template) == 0:
		return bytes.TrimSpace(r.value(c.column))
	}
	for _, part := range c.template {
		v.key = append(v.key, part.text...)
		if part.column < 0 {
			continue
		}
		value := r.value(part.column)
		if len(value) == 0 {
			return nil
		}
		v.key = append(v.key, value...)
	}
	return v.key
}

// pairKey names a conversation by those who take part in it, in an order of its own.
func (v *messageVisitor) pairKey() []byte {
	v.parties = append(v.parties[:0], v.message.Sender.Value)
	for _, k := range v.message.Recipients {
		v.parties = append(v.parties, k.Value)
	}
	slices.Sort(v.parties)
	v.parties = slices.Compact(v.parties)
	for i, party := range v.parties {
		if i > 0 {
			v.key = append(v.key, ' ')
		}
		v.key = append(v.key, party...)
	}
	return v.key
}

func (v *messageVisitor) setDetails(r *row) {
	p, m := v.plan, &v.message
	id := r.value(p.id)
	m.ID = p.ids.Cut(id)
	if parent := r.value(p.parent); len(parent) > 0 && !bytes.Equal(parent, id) {
		m.Parent, m.Relation = p.ids.Cut(parent), p.relation
	}
	if c := r.at(p.size); c != nil {
		if p.isLength {
			m.SizeBytes = clamp(c.length)
		} else {
			m.SizeBytes = clamp(wholeNumber(r.text(c)))
		}
	}
	if n := wholeNumber(r.value(p.quantity)); n > 0 {
		m.Quantity = clamp(n)
	}
	m.Attachments = uint16(min(v.countOf(r, p.attachments), math.MaxUint16))
	m.IsDeleted = isTrue(r.at(p.deleted), r)
}

// countOf reads a number of attachments, or counts the values of a list of them.
func (v *messageVisitor) countOf(r *row, column int) int64 {
	first := r.at(column)
	if first == nil {
		return 0
	}
	if first.next < 0 && first.kind != cellComposite && !first.long {
		text := bytes.TrimSpace(r.text(first))
		if n, err := strconv.ParseInt(string(text), 10, 32); err == nil {
			return max(n, 0)
		}
		if v.plan.recipients.separator != "" && len(text) > 0 {
			return int64(bytes.Count(text, []byte(v.plan.recipients.separator))) + 1
		}
	}
	n := int64(0)
	for c := first; c != nil; c = r.following(c) {
		if c.kind == cellComposite || c.length > 0 {
			n++
		}
	}
	return n
}

func wholeNumber(b []byte) int64 {
	if len(b) == 0 {
		return 0
	}
	v, err := strconv.ParseFloat(string(bytes.TrimSpace(b)), 64)
	if err != nil || !(v > 0) {
		return 0
	}
	return int64(min(v, math.MaxUint32))
}

func clamp(n int64) uint32 { return uint32(min(max(n, 0), math.MaxUint32)) }

// accountsOf adds the accounts that some columns name.
func (v *messageVisitor) accountsOf(to []record.AccountKey, r *row, a *accountPlan) []record.AccountKey {
	for _, column := range a.columns {
		for c := r.at(column); c != nil; c = r.following(c) {
			text := r.text(c)
			for len(text) > 0 {
				var one []byte
				one, text = a.cut(text)
				if key := v.plan.accountKey(one, a.key); !key.IsZero() {
					to = append(to, key)
				}
			}
		}
	}
	return to
}

// cut takes the first of several accounts off a cell.
func (a *accountPlan) cut(text []byte) (one, rest []byte) {
	if a.separator == "" {
		return text, nil
	}
	one, rest, _ = bytes.Cut(text, []byte(a.separator))
	return one, rest
}

// describe tells what a row says of its sender and of its conversation's members, once
// for each.
func (v *messageVisitor) describe(r *row) error {
	if err := v.describeSender(r); err != nil {
		return err
	}
	m := &v.message
	if len(v.members) == 0 || v.rooms[m.Conversation.Key] {
		return nil
	}
	if v.rooms == nil || len(v.rooms) > mostDescribed {
		v.rooms = map[string]bool{}
	}
	v.rooms[m.Conversation.Key] = true
	room := m.Conversation
	room.Tool, room.Workspace = m.Tool, m.Workspace
	for _, k := range v.members {
		room.Members = append(room.Members, record.Member{Account: k})
	}
	return v.sink.Conversation(&room)
}

func (v *messageVisitor) describeSender(r *row) error {
	a, m := &v.plan.sender, &v.message
	if a.name < 0 && a.email < 0 && a.handle < 0 || m.Sender.IsZero() || v.accounts[m.Sender] {
		return nil
	}
	if v.accounts == nil || len(v.accounts) > mostDescribed {
		v.accounts = map[record.AccountKey]bool{}
	}
	v.accounts[m.Sender] = true
	account := record.Account{Tool: m.Tool, Workspace: m.Workspace, Key: m.Sender, Kind: m.SenderKind,
		Name: string(r.value(a.name)), Email: emailOf(r.value(a.email)), Handle: string(r.value(a.handle))}
	return v.sink.Account(&account)
}
