package hangouts

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"crosstalk/collectors/record"
)

// body is which of the possible contents an event has.
type body uint8

const (
	bodyOther body = iota // settings of the conversation
	bodyMessage
	bodyCall
	bodyMembers
	bodyRename
)

// event is one row of a conversation.
type event struct {
	id, conversation, sender string
	at                       time.Time
	tool                     string
	body                     body

	size, attachments int
	callType          string
	seconds           int64    // how long a call lasted
	people            []string // who took part in a call
}

// place is a conversation as one tool's, with what its messages share.
type place struct {
	tool       string
	record     record.Conversation
	recipients []record.AccountKey // everybody, of a small conversation
	keys       map[string]record.AccountKey
	people     int
}

// events reads the rows of a conversation.
func (r *run) events(h *head) error {
	if !r.Enter('[') {
		return nil
	}
	var places []*place
	var calls []event
	for r.Element() {
		if r.row++; r.row&0x3ff == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if !r.Enter('{') {
			if err := r.reject("not_an_event", r.row); err != nil {
				return err
			}
			continue
		}
		e := r.event()
		switch {
		case r.Err() != nil: // cut off: the document's verdict counts it
		case e.at.IsZero():
			if err := r.reject("bad_time", r.row); err != nil {
				return err
			}
		case e.body == bodyCall && (e.callType == "START_HANGOUT" || e.callType == "END_HANGOUT"):
			calls = append(calls, e)
		default:
			if err := r.emit(h, &places, &e); err != nil {
				return err
			}
		}
	}
	return r.calls(h, &places, calls)
}

// event reads the object that was entered. The key of its content says what it is, not
// event_type, of which there are more.
func (r *run) event() (e event) {
	e.tool = Tool
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "event_id":
			e.id = string(r.Str())
		case "conversation_id":
			e.conversation = r.id()
		case "sender_id":
			e.sender = r.id()
		case "timestamp":
			e.at = instant(r.Str())
		case "delivery_medium":
			e.tool = r.medium()
		case "chat_message":
			e.body = bodyMessage
			r.message(&e)
		case "hangout_event":
			e.body = bodyCall
			r.call(&e)
		case "membership_change":
			e.body = bodyMembers
			r.Skip()
		case "conversation_rename":
			e.body = bodyRename
			r.Skip()
		default:
			r.Skip()
		}
	}
	return e
}

// instant reads microseconds since 1970.
func instant(micros []byte) time.Time {
	n, err := strconv.ParseInt(string(micros), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

func (r *run) medium() (tool string) {
	if tool = Tool; !r.Enter('{') {
		return tool
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) != "medium_type" {
			r.Skip()
			continue
		}
		switch string(r.Str()) {
		case "GOOGLE_VOICE_MEDIUM", "LOCAL_SMS_MEDIUM", "SMS_MEDIUM":
			tool = sms
		}
	}
	return tool
}

// message measures the content of a message, which may lie an object deeper.
func (r *run) message(e *event) {
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "message_content":
			r.message(e)
		case "segment":
			e.size += r.segments()
		case "attachment":
			e.attachments += r.count()
		default:
			r.Skip()
		}
	}
}

func (r *run) segments() (size int) {
	if !r.Enter('[') {
		return 0
	}
	for r.Element() {
		if !r.Enter('{') {
			continue
		}
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			if string(key) == "text" {
				size += r.Size()
			} else {
				r.Skip()
			}
		}
	}
	return size
}

func (r *run) count() (n int) {
	if !r.Enter('[') {
		return 0
	}
	for r.Element() {
		r.Skip()
		n++
	}
	return n
}

func (r *run) call(e *event) {
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "event_type":
			e.callType = r.held(r.Str())
		case "hangout_duration_secs":
			e.seconds = min(max(r.Number(), 0), 1<<31)
		case "participant_id":
			if !r.Enter('[') {
				continue
			}
			for r.Element() {
				if id := r.id(); id != "" && len(e.people) < maxPeople {
					e.people = append(e.people, id)
				}
			}
		default:
			r.Skip()
		}
	}
}

// calls emits one call per pair of events: the end, dated back to its beginning, or the
// beginning when there is no end.
func (r *run) calls(h *head, places *[]*place, calls []event) error {
	slices.SortStableFunc(calls, func(a, b event) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(b.callType, a.callType)) })
	var open *event
	for i := range calls {
		e := &calls[i]
		begun := open
		if open = nil; e.callType == "START_HANGOUT" {
			if open = e; begun == nil {
				continue
			}
			e = begun
		} else if e.seconds > 0 {
			e.at = e.at.Add(-time.Duration(e.seconds) * time.Second)
		} else if begun != nil {
			e.at = begun.at
		}
		if begun != nil && len(e.people) == 0 {
			e.people = begun.people
		}
		if err := r.emit(h, places, e); err != nil {
			return err
		}
	}
	if open == nil {
		return nil
	}
	return r.emit(h, places, open)
}

// place gives the conversation as the tool's, announced.
func (r *run) place(h *head, places *[]*place, e *event) (*place, error) {
	for _, p := range *places {
		if p.tool == e.tool {
			return p, nil
		}
	}
	if h.id == "" {
		h.id = e.conversation
	}
	p := &place{tool: e.tool, people: len(h.people), keys: map[string]record.AccountKey{}, record: record.Conversation{
		Tool: e.tool, Workspace: r.workspace, Key: h.id, Kind: h.kind, Coverage: record.CoverageMember}}
	for i := range h.people {
		key := h.people[i].key(e.tool)
		p.keys[h.people[i].id] = key
		if len(h.people) <= record.SmallRoom {
			p.recipients = append(p.recipients, key)
		}
	}
	*places = append(*places, p)
	if h.id == "" {
		return p, nil
	}
	return p, r.announce(e.tool, h)
}

// key is an account of the place, by its id in the archive.
func (p *place) key(id string) record.AccountKey {
	if key, ok := p.keys[id]; ok || id == "" {
		return key
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}

func (r *run) emit(h *head, places *[]*place, e *event) error {
	p, err := r.place(h, places, e)
	if err != nil {
		return err
	}
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation, m.ID, m.SentAt = p.tool, r.workspace, p.record, e.id, e.at
	m.Sender, m.Kind = p.key(e.sender), record.KindSystem
	switch e.body {
	case bodyMessage:
		m.Kind = record.KindMessage
		m.SizeBytes, m.Attachments = uint32(min(e.size, 1<<32-1)), uint16(min(e.attachments, 1<<16-1))
		p.address(m)
	case bodyCall:
		if e.callType != "START_HANGOUT" && e.callType != "END_HANGOUT" {
			break // somebody joined or left it
		}
		m.Kind = record.KindCall
		if len(e.people) == 0 {
			p.address(m)
			break
		}
		m.RecipientSource = record.RecipientsListed
		for _, id := range e.people {
			if id != e.sender {
				m.Recipients = append(m.Recipients, p.key(id))
			}
		}
	}
	return r.sink.Message(m)
}

// address fills in who could read a message: everybody who ever took part, as the archive
// has them.
func (p *place) address(m *record.Message) {
	if p.people == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	for _, key := range p.recipients {
		if key != m.Sender {
			m.Recipients = append(m.Recipients, key)
		}
	}
	if m.Audience = uint32(p.people - 1); len(p.recipients) > 0 {
		m.Audience = uint32(len(m.Recipients))
	}
}
