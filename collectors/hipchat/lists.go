package hipchat

import (
	"io"
	"strings"
	"time"
	"unicode"

	"crosstalk/collectors/record"
)

// user is one account of the users' list.
type user struct {
	record.Account
	location *time.Location // the zone of the profile; nil when it states none
}

// room is a conversation as the rooms' list, or the name of its folder, describes it.
type room struct {
	record.Conversation
	small []record.AccountKey // the members, when they are few
}

// list reads a list of either layout: elements wrapped in the name of their type below an
// array, or bare below an array in an object.
func (r *run) list(entry string, src io.Reader, element func()) error {
	s := &r.scan
	s.Reset(src)
	switch s.Peek() {
	case '[':
		for s.Enter('['); s.Element(); {
			r.wrapped(element)
		}
	case '{':
		s.Enter('{')
		for _, ok := s.Key(); ok; _, ok = s.Key() {
			if !s.Enter('[') {
				continue
			}
			for s.Element() {
				if s.Enter('{') {
					element()
				}
			}
		}
	default:
		s.Fail()
	}
	return r.finish(entry, 0)
}

// wrapped reads what stands below the only key of an object.
func (r *run) wrapped(element func()) {
	if !r.scan.Enter('{') {
		return
	}
	for _, ok := r.scan.Key(); ok; _, ok = r.scan.Key() {
		if r.scan.Enter('{') {
			element()
		}
	}
}

// readUser reads one account of a list.
func (r *run) readUser() {
	s := &r.scan
	u := &user{Account: record.Account{Tool: Tool, Workspace: r.workspace, Kind: record.AccountHuman}}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id", "user_id":
			u.Key = toolID(r.intern(s.Str()))
		case "name":
			u.Name = string(s.Str())
		case "mention_name":
			u.Handle = string(s.Str())
		case "email":
			u.Email = record.EmailKey(string(s.Str())).Value
		case "account_type":
			if string(s.Str()) == "guest" {
				u.Kind = record.AccountGuest
			}
		case "is_deleted":
			flag := s.Str()
			u.IsDeleted = string(flag) == "true" || string(flag) == "1"
		case "timezone":
			u.location = r.zone(string(s.Str()))
		default:
			s.Skip()
		}
	}
	if s.Err() == nil && !u.Key.IsZero() && u.Key.Value != "0" {
		r.users[u.Key.Value] = u
	}
}

// zone is the location of a zone's name; nil when it is unknown. "Local" would be this
// machine's.
func (r *run) zone(name string) *time.Location {
	if name == "" || name == "Local" {
		return nil
	}
	l, ok := r.zones[name]
	if !ok {
		l, _ = time.LoadLocation(name)
		r.zones[name] = l
	}
	return l
}

// readRoom reads one conversation of a list.
func (r *run) readRoom() {
	s := &r.scan
	one := r.newRoom("")
	name, jid := "", ""
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id", "room_id":
			one.Key = r.intern(s.Str())
		case "name":
			name = string(s.Str())
		case "xmpp_jid":
			jid = string(s.Str())
		case "privacy":
			if string(s.Str()) == "private" {
				one.Kind = record.ConversationPrivateChannel
			}
		case "is_private":
			if s.Flag() {
				one.Kind = record.ConversationPrivateChannel
			}
		case "members":
			r.readMembers(one)
		default:
			s.Skip()
		}
	}
	if s.Err() != nil || one.Key == "" {
		return
	}
	r.rooms[one.Key] = one
	r.nameFolder(name, one)
	r.nameFolder(nameOfJID(jid), one)
}

func (r *run) newRoom(key string) *room {
	return &room{Conversation: record.Conversation{Tool: Tool, Workspace: r.workspace, Key: key,
		Kind: record.ConversationChannel, Coverage: record.CoverageWhole}}
}

func (r *run) readMembers(one *room) {
	if !r.scan.Enter('[') {
		return
	}
	for r.scan.Element() {
		if key := toolID(r.intern(r.readID())); !key.IsZero() {
			one.Members = append(one.Members, record.Member{Account: key})
		}
	}
	if len(one.Members) > record.SmallRoom {
		return
	}
	for _, m := range one.Members {
		one.small = append(one.small, m.Account)
	}
}

// readID reads an id that stands by itself, or in an object.
func (r *run) readID() (id []byte) {
	s := &r.scan
	if s.Peek() != '{' {
		return s.Str()
	}
	s.Enter('{')
	var kept [maxID]byte
	n := 0
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) == "id" {
			n = copy(kept[:], s.Str())
			continue
		}
		s.Skip()
	}
	return kept[:n]
}

// nameFolder notes under which folder the older layout keeps a room: its name, in which
// signs were replaced. Where two rooms share what is left of their names, nobody can tell.
func (r *run) nameFolder(name string, one *room) {
	squashed := squash(name)
	if squashed == "" {
		return
	}
	if other, taken := r.folders[squashed]; taken && other != one {
		one = nil
	}
	r.folders[squashed] = one
}

// squash is a name without what file systems do not take.
func squash(name string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return unicode.ToLower(c)
		}
		return -1
	}, name)
}

// nameOfJID is the room's part of an address: company_old of 222885_company_old@conf.hipchat.com.
func nameOfJID(jid string) string {
	local, _, _ := strings.Cut(jid, "@")
	_, name, _ := strings.Cut(local, "_")
	return name
}

// room is the conversation of an id; a deleted room is in no list.
func (r *run) room(id string) *room {
	one := r.rooms[id]
	if one == nil {
		one = r.newRoom(id)
		r.rooms[id] = one
	}
	return one
}

// roomOfFolder is the conversation of a folder of the older layout.
func (r *run) roomOfFolder(folder string) *room {
	if one := r.folders[squash(folder)]; one != nil {
		return one
	}
	return r.room(folder)
}
