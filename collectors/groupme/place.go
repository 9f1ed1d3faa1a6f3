package groupme

import (
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// facts reads what a file says of chats and of who is in them.
func (r *run) facts(f collectors.File) error {
	r.places()
	if r.roles[f.Path] == rolePage {
		if r.scan.Err() == nil {
			return nil // read once more, for its messages
		}
		return r.scan.Drain()
	}
	return r.finish(f, 0)
}

// places reads a chat, or a list of them, or the answer around one.
func (r *run) places() {
	s := &r.scan
	if s.Peek() == '[' {
		s.Enter('[')
		for s.Element() {
			r.place()
		}
		return
	}
	r.place()
}

// place reads one chat: a group with its members, or a chat with another user.
func (r *run) place() {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	var id, group, parent, other string
	var members []string
	isPlace := false
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "response":
			r.places()
		case "id":
			id = r.id(s.Str())
		case "group_id":
			group = r.id(s.Str())
		case "parent_id":
			parent = r.id(s.Str())
		case "members":
			members, isPlace = r.members(), true
		case "creator_user_id":
			isPlace = true
			s.Skip()
		case "other_user":
			other = r.member()
		case "last_message":
			group = r.lastMessage(group)
		default:
			s.Skip()
		}
	}
	switch {
	case other != "" && strings.Contains(group+id, "+"):
		r.room(record.ConversationDirect, r.id([]byte(pairKey(group+id))))
	case isPlace && group+id != "":
		if group == "" {
			group = id
		}
		o := r.room(record.ConversationGroup, group)
		o.Parent = parent
		if len(members) > 0 {
			o.members = members
		}
	}
}

// lastMessage gives the id of a chat of two, which only its last message has.
func (r *run) lastMessage(known string) string {
	s := &r.scan
	if !s.Enter('{') {
		return known
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) == "conversation_id" {
			known = r.id(s.Str())
		} else {
			s.Skip()
		}
	}
	return known
}

func (r *run) members() (ids []string) {
	s := &r.scan
	if !s.Enter('[') {
		return nil
	}
	for s.Element() {
		if id := r.member(); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// member reads somebody from a list, and what they call themselves: their own name rather
// than the one they have in a group.
func (r *run) member() string {
	s := &r.scan
	if !s.Enter('{') {
		return ""
	}
	var user, id, name, nickname string
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "user_id":
			user = r.id(s.Str())
		case "id": // of the membership, unless nothing else is there
			id = r.id(s.Str())
		case "name":
			name = strings.TrimSpace(string(s.Str()))
		case "nickname":
			nickname = strings.TrimSpace(string(s.Str()))
		default:
			s.Skip()
		}
	}
	if user == "" {
		user = id
	}
	if user == "" {
		return ""
	}
	u := r.users[user]
	if u == nil {
		u = &person{Account: record.Account{Tool: Tool, Workspace: r.workspace, Key: account(user), Kind: record.AccountHuman}}
		r.users[user] = u
	}
	u.call(name, nickname)
	return user
}

// person is an account that a list names.
type person struct {
	record.Account
	named bool // by a name of their own
}

// call takes in a name, or the one that somebody has in a group where there is none. Of
// several one is kept, whatever the order of the files.
func (u *person) call(name, nickname string) {
	switch {
	case name != "" && !u.named:
		u.Name, u.named = name, true
	case name != "":
		u.Name = max(u.Name, name)
	case !u.named:
		u.Name = max(u.Name, nickname)
	}
}

// room is the conversation of an id.
func (r *run) room(kind record.ConversationKind, id string) *room {
	o := r.rooms[id]
	if o == nil {
		o = &room{Conversation: record.Conversation{Tool: Tool, Workspace: r.workspace, Key: id, Kind: kind, Coverage: record.CoverageMember}}
		if one, other, two := strings.Cut(id, "+"); two && kind == record.ConversationDirect {
			o.members = []string{r.id([]byte(one)), r.id([]byte(other))}
		}
		r.rooms[id] = o
	}
	return o
}

// pairKey is the id of a chat of two, the lower number first.
func pairKey(id string) string {
	one, other, two := strings.Cut(id, "+")
	if two && (len(one) > len(other) || len(one) == len(other) && one > other) {
		return other + "+" + one
	}
	return id
}
