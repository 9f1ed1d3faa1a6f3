package skype

import (
	"bytes"
	"slices"
	"strings"

	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// maxMembers is how many members of one conversation are kept.
const maxMembers = 1 << 14

// head is what an export says of a conversation apart from its messages.
type head struct {
	id      string
	name    string // of the other one, in a conversation of two
	threads bool   // threadProperties have been read
	members []*person

	place record.Conversation
	small []record.AccountKey // the members, when they are few
}

// known reports whether enough has been read for messages: a group's members stand apart,
// one of two is known by both.
func (r *run) known(h *head) bool {
	return r.again || h.id != "" && r.owner != nil && (h.threads || !strings.HasPrefix(h.id, "19:"))
}

func (r *run) conversation() error {
	var h head
	if r.again {
		var isLate bool
		if h, isLate = r.late[r.chats]; !isLate {
			r.Skip()
			return nil
		}
	}
	isLate, announced := false, false
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id":
			h.id = strings.ToLower(r.word(maxID))
		case "displayName":
			h.name = r.word(maxID)
		case "threadProperties":
			h.threads = true
			r.threadProperties(&h)
		case "MessageList":
			if !r.known(&h) {
				isLate = true
				r.Skip()
				continue
			}
			if special(h.id) {
				r.Skip()
				continue
			}
			if err := r.announce(&h); err != nil {
				return err
			}
			announced = true
			if err := r.messages(&h); err != nil {
				return err
			}
		default:
			r.Skip()
		}
	}
	switch {
	case isLate:
		r.late[r.chats] = h
	case !announced && h.id != "" && !special(h.id) && r.Err() == nil:
		return r.announce(&h)
	}
	return nil
}

// word gives a string of at most that many bytes.
func (r *run) word(longest int) string {
	if b := r.Str(); len(b) <= longest {
		return string(b)
	}
	return ""
}

// special reports Skype's own lists, which repeat what stands elsewhere.
func special(id string) bool { return strings.HasPrefix(id, "48:") }

func (r *run) threadProperties(h *head) {
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch {
		case string(key) != "members":
			r.Skip()
		case r.Peek() == '"': // JSON inside a string
			r.inner.Reset(bytes.NewReader(r.Str()))
			r.members(h, &r.inner)
		default:
			r.members(h, &r.Scanner)
		}
	}
}

// members reads a list of ids, or of objects with one.
func (r *run) members(h *head, s *jsonscan.Scanner) {
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if s.Peek() != '{' {
			h.add(r.person(s.Str()))
			continue
		}
		s.Enter('{')
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "MemberMri", "memberMri", "mri", "id":
				h.add(r.person(s.Str()))
			default:
				s.Skip()
			}
		}
	}
}

func (h *head) add(p *person) {
	if p == nil || len(h.members) == maxMembers {
		return
	}
	for _, m := range h.members {
		if m == p && len(h.members) < 1<<10 {
			return
		}
	}
	h.members = append(h.members, p)
}

// announce works out what the conversation is and hands it over. One of two is known by
// both, as each of them has it under the other's id.
func (r *run) announce(h *head) error {
	c := record.Conversation{Tool: Tool, Workspace: r.workspace, Key: h.id, Coverage: record.CoverageMember}
	network, _, _ := strings.Cut(h.id, ":")
	switch {
	case strings.HasPrefix(h.id, "19:meeting_"):
		c.Kind = record.ConversationMeetingChat
	case network == "19":
		c.Kind = record.ConversationGroup
	case network == "8" || network == "28" || network == "4" || network == "2":
		c.Kind = record.ConversationDirect
		if err := r.pair(h, &c); err != nil {
			return err
		}
	}
	for _, p := range h.members {
		c.Members = append(c.Members, record.Member{Account: p.key})
		if len(h.members) <= record.SmallRoom {
			h.small = append(h.small, p.key)
		}
		if err := r.introduce(p, nil); err != nil {
			return err
		}
	}
	h.place = c
	return r.sink.Conversation(&c)
}

// pair fills in a conversation of two.
func (r *run) pair(h *head, c *record.Conversation) error {
	other := r.person([]byte(h.id))
	if other == nil {
		return nil
	}
	if h.members = append(h.members[:0], other); r.owner != nil && r.owner != other {
		h.members = append(h.members, r.owner)
		slices.SortFunc(h.members, func(a, b *person) int { return strings.Compare(a.key.Value, b.key.Value) })
		c.Key = h.members[0].key.Value + " " + h.members[1].key.Value
	}
	return r.introduce(other, []byte(h.name))
}
