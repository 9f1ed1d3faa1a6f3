package hangouts

import (
	"strings"
	"unicode"

	"crosstalk/collectors/record"
)

// maxPeople is how many people of one conversation are kept.
const maxPeople = 1 << 16

// head is what an archive says of a conversation apart from its events.
type head struct {
	id     string
	kind   record.ConversationKind
	people []person
}

// person is one of participant_data.
type person struct {
	id, name, phone string
	kind            record.AccountKind
}

// known reports whether the details of the conversation have been read.
func (h *head) known() bool { return h.id != "" && len(h.people) > 0 }

// conversation reads one element of the archive. Its parts lie one or two objects deep, in
// keys that differ from shape to shape but never mean two things.
func (r *run) conversation() error {
	var h head
	isLate := false
	if r.again {
		h, isLate = r.late[r.nth]
		if !isLate {
			r.Skip()
			return nil
		}
	}
	began := r.row
	if err := r.part(&h, &isLate, 0); err != nil {
		return err
	}
	switch {
	case r.again:
	case isLate:
		r.late[r.nth] = h
	case r.row == began && h.id != "": // without events, or without any left
		return r.announce(Tool, &h)
	}
	return nil
}

// part reads one level of a conversation.
func (r *run) part(h *head, isLate *bool, depth int) error {
	if !r.Enter('{') {
		return nil
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		var err error
		switch string(key) {
		case "conversation_id", "id":
			if id := r.id(); id != "" {
				h.id = id
			}
		case "type":
			h.kind = kindOf(r.Str())
		case "participant_data":
			r.participants(h)
		case "conversation", "conversation_state":
			if depth > 2 {
				r.Skip()
				continue
			}
			err = r.part(h, isLate, depth+1)
		case "events", "event":
			if !r.again && !h.known() {
				*isLate = true
				r.Skip()
				continue
			}
			err = r.events(h)
		default:
			r.Skip()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func kindOf(word []byte) record.ConversationKind {
	switch string(word) {
	case "STICKY_ONE_TO_ONE":
		return record.ConversationDirect
	case "GROUP":
		return record.ConversationGroup
	}
	return record.ConversationOther
}

// id reads {"id": …} of a conversation, or {"gaia_id": …, "chat_id": …} of a person.
func (r *run) id() (id string) {
	if !r.Enter('{') {
		return ""
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id", "gaia_id":
			id = r.held(r.Str())
		case "chat_id":
			if chat := r.held(r.Str()); id == "" {
				id = chat
			}
		default:
			r.Skip()
		}
	}
	return id
}

func (r *run) participants(h *head) {
	if h.people = h.people[:0]; !r.Enter('[') {
		return
	}
	for r.Element() {
		if !r.Enter('{') {
			continue
		}
		p := r.person()
		if p.id != "" && len(h.people) < maxPeople {
			h.people = append(h.people, p)
		}
	}
}

func (r *run) person() (p person) {
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id":
			p.id = r.id()
		case "fallback_name":
			p.name = spoken(r.Str())
		case "participant_type":
			if string(r.Str()) == "GAIA" {
				p.kind = record.AccountHuman
			}
		case "phone_number":
			p.phone = r.phone()
		default:
			r.Skip()
		}
	}
	return p
}

func (r *run) phone() (e164 string) {
	if !r.Enter('{') {
		return ""
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) == "e164" {
			e164 = r.held(r.Str())
		} else {
			r.Skip()
		}
	}
	return e164
}

// spoken is a name, unless it is a phone number written out.
func spoken(name []byte) string {
	s := strings.ToValidUTF8(strings.TrimSpace(string(name)), "\uFFFD")
	if len(s) > maxID || strings.IndexFunc(s, unicode.IsLetter) < 0 {
		return ""
	}
	return s
}

// key is how a person is known in a tool: by number where there is one and the tool is
// the phone network.
func (p *person) key(tool string) record.AccountKey {
	if tool == sms && p.phone != "" {
		return record.AccountKey{Kind: record.KeyPhone, Value: p.phone}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: p.id}
}

// announce hands over a conversation and its people, as one of the tool's.
func (r *run) announce(tool string, h *head) error {
	c := record.Conversation{Tool: tool, Workspace: r.workspace, Key: h.id, Kind: h.kind, Coverage: record.CoverageMember}
	for i := range h.people {
		p := &h.people[i]
		key := p.key(tool)
		c.Members = append(c.Members, record.Member{Account: key})
		if r.said[saying{tool, key}] {
			continue
		}
		r.said[saying{tool, key}] = true
		a := record.Account{Tool: tool, Workspace: r.workspace, Key: key, Kind: p.kind, Name: p.name, Phone: p.phone}
		if err := r.sink.Account(&a); err != nil {
			return err
		}
	}
	return r.sink.Conversation(&c)
}
