package snapchat

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// user is somebody by user name.
type user struct {
	key  record.AccountKey
	name string // as the list of friends or the account says
	said bool
}

// assistants are accounts of Snapchat's own.
var assistants = map[string]record.AccountKind{"teamsnapchat": record.AccountSystem, "myai": record.AccountBot}

func (u *user) kind() record.AccountKind {
	if u == nil {
		return record.AccountUnknown
	}
	return assistants[u.key.Value]
}

func (u *user) account() record.AccountKey {
	if u == nil {
		return record.AccountKey{}
	}
	return u.key
}

// userName is what a user name looks like; names of groups mostly do not.
var userName = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,29}$`)

// user is who has that user name; nil when it is none.
func (r *run) user(name []byte) *user {
	if u := r.users[string(name)]; u != nil {
		return u
	}
	if len(name) == 0 {
		return nil
	}
	u := &user{key: record.AccountKey{Kind: record.KeyHandle, Value: string(name)}}
	r.users[u.key.Value] = u
	return u
}

// introduce tells the sink of an account when it is first met.
func (r *run) introduce(u *user) error {
	if u == nil || u.said {
		return nil
	}
	u.said = true
	a := record.Account{Tool: Tool, Workspace: r.workspace, Key: u.key, Kind: u.kind(), Name: u.name, Handle: u.key.Value}
	if u == r.owner {
		a.Kind = record.AccountHuman
	}
	return r.sink.Account(&a)
}

// account reads account.json: whose data it is.
func (r *run) account(_ context.Context, f collectors.File) error {
	s := &r.scan
	if s.Enter('{') {
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if string(key) == "Basic Information" {
				r.own()
			} else {
				s.Skip()
			}
		}
	}
	return r.finish(f, 0)
}

func (r *run) own() {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	name := ""
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "Username":
			if u := r.user(s.Str()); r.owner == nil {
				r.owner = u
			}
		case "Name":
			name = strings.TrimSpace(string(s.Str()))
		default:
			s.Skip()
		}
	}
	if r.owner != nil {
		r.owner.name = name
	}
}

// friends reads friends.json: what people call themselves. Only those who are met in a
// conversation become accounts.
func (r *run) friends(_ context.Context, f collectors.File) error {
	s := &r.scan
	if s.Enter('{') {
		for _, ok := s.Key(); ok; _, ok = s.Key() {
			if !s.Enter('[') {
				continue
			}
			for s.Element() {
				r.friend()
			}
		}
	}
	return r.finish(f, 0)
}

func (r *run) friend() {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	var u *user
	name := ""
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "Username":
			u = r.user(s.Str())
		case "Display Name":
			name = strings.TrimSpace(string(s.Str()))
		default:
			s.Skip()
		}
	}
	if u != nil && u.name == "" {
		u.name = name
	}
}

// room is a conversation, whichever files it stands in.
type room struct {
	record.Conversation
	peer    *user   // the other one of two
	senders []*user // seen writing, of a group
	settled bool
}

// see notes who wrote in a group.
func (o *room) see(u *user) {
	if u == nil || len(o.senders) > record.SmallRoom {
		return
	}
	if i, found := slices.BinarySearchFunc(o.senders, u, byName); !found {
		o.senders = slices.Insert(o.senders, i, u)
	}
}

func byName(a, b *user) int { return strings.Compare(a.key.Value, b.key.Value) }

// pair is the key of the conversation of two, the same in the data of both.
func pair(a, b *user) string {
	switch {
	case a == nil:
		return b.key.Value
	case byName(a, b) > 0:
		a, b = b, a
	}
	return a.key.Value + "+" + b.key.Value
}
