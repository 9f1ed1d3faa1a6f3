package slack

import (
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// user is one line of users.json.
type user struct {
	account  record.Account
	team     string
	location *time.Location // the zone of the profile; nil when it states none
	said     bool           // announced to the sink
}

// room is a conversation as the lists, or the name of its folder, describe it.
type room struct {
	record.Conversation
	home    *workspace // whose it is: an org-wide channel inside a workspace's export is the org's
	members []string   // distinct ids; nil when unknown
	small   []record.AccountKey
}

// users reads users.json or org_users.json into the workspace.
func (w *workspace) readUsers(s *scanner) {
	if s.peek() != '[' {
		s.fail()
		return
	}
	s.enter('[')
	for s.element() {
		if !s.enter('{') {
			continue
		}
		u := w.readUser(s)
		if u == nil || s.err != nil {
			continue
		}
		w.users[u.account.Key.Value] = u
	}
}

func (w *workspace) readUser(s *scanner) *user {
	u := &user{account: record.Account{Tool: Tool, Workspace: w.name, Kind: record.AccountHuman}}
	a := &u.account
	var names [3]string // real name of the profile, real name, display name
	for key, ok := s.key(); ok; key, ok = s.key() {
		switch string(key) {
		case "id":
			a.Key = toolID(string(s.str()))
		case "name":
			a.Handle = string(s.str())
		case "team_id":
			u.team = w.intern(s.str())
		case "real_name":
			names[1] = string(s.str())
		case "tz":
			u.location = w.zone(string(s.str()))
		case "deleted":
			a.IsDeleted = s.flag()
		case "is_bot":
			if s.flag() {
				a.Kind = record.AccountBot
			}
		case "is_restricted", "is_ultra_restricted", "is_stranger":
			if s.flag() && a.Kind == record.AccountHuman {
				a.Kind = record.AccountGuest
			}
		case "profile":
			a.Email, names[0], names[2] = readProfile(s)
		default:
			s.skip()
		}
	}
	for _, name := range names {
		if a.Name == "" {
			a.Name = name
		}
	}
	if a.Key.Value == slackbot {
		a.Kind = record.AccountSystem
	}
	if a.Key.Value == "" || len(a.Key.Value) > maxID {
		return nil
	}
	return u
}

func readProfile(s *scanner) (email, real, display string) {
	if !s.enter('{') {
		return
	}
	for key, ok := s.key(); ok; key, ok = s.key() {
		switch string(key) {
		case "email":
			email = strings.ToLower(strings.TrimSpace(string(s.str())))
		case "real_name":
			real = string(s.str())
		case "display_name":
			display = string(s.str())
		default:
			s.skip()
		}
	}
	return email, real, display
}

// readRooms reads one of the lists of conversations into the workspace. What is
// already known stays as it is.
func (w *workspace) readRooms(s *scanner, kind record.ConversationKind) {
	if s.peek() != '[' {
		s.fail()
		return
	}
	s.enter('[')
	for s.element() {
		if !s.enter('{') {
			continue
		}
		r, name := w.readRoom(s, kind)
		if s.err != nil || r.Key == "" {
			continue
		}
		if w.byID[r.Key] != nil {
			continue
		}
		w.byID[r.Key] = r
		if name != "" && w.byName[name] == nil {
			w.byName[name] = r
		}
	}
}

func (w *workspace) readRoom(s *scanner, kind record.ConversationKind) (r *room, name string) {
	r = w.newRoom("", kind)
	for key, ok := s.key(); ok; key, ok = s.key() {
		switch string(key) {
		case "id":
			r.Key = string(s.str())
		case "name":
			name = string(s.str())
		case "members":
			r.members = w.readMembers(s)
		case "is_private":
			if s.flag() && r.Kind == record.ConversationChannel {
				r.Kind = record.ConversationPrivateChannel
			}
		case "is_mpim":
			if s.flag() {
				r.Kind = record.ConversationGroup
			}
		case "is_im":
			if s.flag() {
				r.Kind = record.ConversationDirect
			}
		default:
			s.skip()
		}
	}
	if r.Key == "" {
		r.Key = name
	}
	if len(r.members) > 0 && len(r.members) <= record.SmallRoom {
		for _, id := range r.members {
			r.small = append(r.small, toolID(id))
		}
	}
	return r, name
}

func (w *workspace) newRoom(key string, kind record.ConversationKind) *room {
	return &room{home: w, Conversation: record.Conversation{
		Tool: Tool, Workspace: w.name, Key: key, Kind: kind, Coverage: record.CoverageWhole}}
}

// readMembers reads the ids of a conversation's members, each once: a note to oneself
// lists its only member twice.
func (w *workspace) readMembers(s *scanner) (members []string) {
	if !s.enter('[') {
		return nil
	}
	clear(w.distinct)
	for s.element() {
		id := s.str()
		if len(id) == 0 || len(id) > maxID || w.distinct[string(id)] {
			continue
		}
		one := w.intern(id)
		w.distinct[one] = true
		members = append(members, one)
	}
	return members
}

func toolID(id string) record.AccountKey {
	if id == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}
