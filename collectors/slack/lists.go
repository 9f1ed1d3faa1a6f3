package slack

import (
	"strings"
	"time"

	"crosstalk/collectors/jsonscan"
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
func (w *workspace) readUsers(s *jsonscan.Scanner) {
	if s.Peek() != '[' {
		s.Fail()
		return
	}
	s.Enter('[')
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		u := w.readUser(s)
		if u == nil || s.Err() != nil {
			continue
		}
		w.users[u.account.Key.Value] = u
	}
}

func (w *workspace) readUser(s *jsonscan.Scanner) *user {
	u := &user{account: record.Account{Tool: Tool, Workspace: w.name, Kind: record.AccountHuman}}
	a := &u.account
	var names [3]string // real name of the profile, real name, display name
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id":
			a.Key = toolID(string(s.Str()))
		case "name":
			a.Handle = string(s.Str())
		case "team_id":
			u.team = w.intern(s.Str())
		case "real_name":
			names[1] = string(s.Str())
		case "tz":
			u.location = w.zone(string(s.Str()))
		case "deleted":
			a.IsDeleted = s.Flag()
		case "is_bot":
			if s.Flag() {
				a.Kind = record.AccountBot
			}
		case "is_restricted", "is_ultra_restricted", "is_stranger":
			if s.Flag() && a.Kind == record.AccountHuman {
				a.Kind = record.AccountGuest
			}
		case "profile":
			a.Email, names[0], names[2] = readProfile(s)
		default:
			s.Skip()
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

func readProfile(s *jsonscan.Scanner) (email, real, display string) {
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "email":
			email = strings.ToLower(strings.TrimSpace(string(s.Str())))
		case "real_name":
			real = string(s.Str())
		case "display_name":
			display = string(s.Str())
		default:
			s.Skip()
		}
	}
	return email, real, display
}

// readRooms reads one of the lists of conversations into the workspace. What is
// already known stays as it is.
func (w *workspace) readRooms(s *jsonscan.Scanner, kind record.ConversationKind) {
	if s.Peek() != '[' {
		s.Fail()
		return
	}
	s.Enter('[')
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		r, name := w.readRoom(s, kind)
		if s.Err() != nil || r.Key == "" {
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

func (w *workspace) readRoom(s *jsonscan.Scanner, kind record.ConversationKind) (r *room, name string) {
	r = w.newRoom("", kind)
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id":
			r.Key = string(s.Str())
		case "name":
			name = string(s.Str())
		case "members":
			r.members = w.readMembers(s)
		case "is_private":
			if s.Flag() && r.Kind == record.ConversationChannel {
				r.Kind = record.ConversationPrivateChannel
			}
		case "is_mpim":
			if s.Flag() {
				r.Kind = record.ConversationGroup
			}
		case "is_im":
			if s.Flag() {
				r.Kind = record.ConversationDirect
			}
		default:
			s.Skip()
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
func (w *workspace) readMembers(s *jsonscan.Scanner) (members []string) {
	if !s.Enter('[') {
		return nil
	}
	clear(w.distinct)
	for s.Element() {
		id := s.Str()
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
