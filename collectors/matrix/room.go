package matrix

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// room is a conversation, and who has been in it.
type room struct {
	record.Conversation
	joinRule string
	ruled    int64 // when
	direct   bool
	stays    map[string]stay
	writers  map[string]bool
	present  []record.AccountKey // for whom its messages are
}

// stay is one account's membership: what was said last of it, and its first and last instants.
type stay struct {
	at, from, to int64
	membership   string
}

// profile is the name an account gave itself last.
type profile struct {
	at   int64
	name string
}

// room finds a conversation, or begins it.
func (r *run) room(id string) *room {
	if c := r.rooms[id]; c != nil {
		return c
	}
	c := &room{stays: map[string]stay{}, writers: map[string]bool{}}
	c.Conversation = record.Conversation{Tool: Tool, Workspace: r.workspace, Key: id, Coverage: record.CoverageMember}
	r.rooms[id] = c
	return c
}

// meet finds an account, or begins it.
func (r *run) meet(id string) *record.Account {
	if u := r.users[id]; u != nil {
		return u
	}
	u := &record.Account{Tool: Tool, Workspace: r.workspace, Key: account(id), Handle: id}
	r.users[id] = u
	return u
}

// account is the key of a Matrix id.
func account(id string) record.AccountKey {
	if id == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}

// learn takes in what the first pass has to know of an event.
func (r *run) learn(e *event) {
	if e.room == "" {
		return
	}
	c := r.room(e.room)
	if e.sender != "" {
		user := r.meet(e.sender).Key.Value
		if classOf(e) == classMessage {
			c.writers[user] = true
		}
	}
	switch {
	case e.kind == "m.room.member" && e.isState && e.stateKey != "":
		r.learnMember(c, e)
	case e.kind == "m.room.join_rules" && e.sent >= c.ruled:
		c.joinRule, c.ruled = e.joinRule, e.sent
	case e.kind == "m.room.redaction" && e.redacts != "":
		r.deleted[r.hashed(e.redacts)] = struct{}{}
	case e.relation.kind == "m.replace" && e.relation.to != "":
		id := r.hashed(e.relation.to)
		r.edits[id] = max(r.edits[id], e.sent)
	}
}

func (r *run) learnMember(c *room, e *event) {
	user := r.meet(e.stateKey).Key.Value
	c.direct = c.direct || e.direct
	if p, known := r.profiles[user]; e.name != "" && (!known || e.sent > p.at || e.sent == p.at && e.name > p.name) {
		r.profiles[user] = profile{e.sent, e.name}
	}
	s, known := c.stays[user]
	if e.membership == "join" && (s.from == 0 || e.sent < s.from) {
		s.from = e.sent
	}
	if !known || e.sent > s.at || e.sent == s.at && e.membership > s.membership {
		s.at, s.membership, s.to = e.sent, e.membership, 0
		if e.membership == "leave" || e.membership == "ban" {
			s.to = e.sent
		}
	}
	c.stays[user] = s
}

// announce hands over accounts and conversations, and begins the second pass.
func (r *run) announce(context.Context) error {
	r.emitting = true
	for _, id := range ascending(r.users) {
		u := r.users[id]
		if p := r.profiles[id]; u.Name == "" {
			u.Name = p.name
		}
		if err := r.sink.Account(u); err != nil {
			return err
		}
	}
	for _, id := range ascending(r.rooms) {
		c := r.rooms[id]
		c.settle()
		if err := r.sink.Conversation(&c.Conversation); err != nil {
			return err
		}
		c.Members = nil
	}
	return nil
}

func ascending[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// settle works out the members and the kind of a room. In a direct room those who left or
// were only invited belong to it still. Where somebody wrote whose joining the export does
// not show, others may be missing too, and nobody is taken for a recipient.
func (c *room) settle() {
	for _, user := range ascending(c.stays) {
		s := c.stays[user]
		if s.from == 0 && s.membership != "join" && !c.direct {
			continue
		}
		c.Members = append(c.Members, record.Member{Account: account(user), From: instant(s.from), To: instant(s.to)})
		if s.membership == "join" || c.direct {
			c.present = append(c.present, account(user))
		}
	}
	for user := range c.writers {
		if _, known := c.stays[user]; !known {
			c.present = nil
		}
	}
	c.stays, c.writers = nil, nil
	switch {
	case c.direct && len(c.Members) > 2:
		c.Kind = record.ConversationGroup
	case c.direct:
		c.Kind = record.ConversationDirect
	case c.joinRule == "public":
		c.Kind = record.ConversationChannel
	case c.joinRule != "":
		c.Kind = record.ConversationPrivateChannel
	}
}

func instant(ms int64) time.Time {
	if ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// readProfile reads what a homeserver knows of the account whose data it exports.
func (r *run) readProfile(in io.Reader) error {
	var s jsonscan.Scanner
	s.Reset(in)
	var a record.Account
	if s.Enter('{') {
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "name":
				a.Handle = string(s.Str())
			case "displayname":
				a.Name = string(s.Str())
			case "deactivated":
				a.IsDeleted = truth(s.Str())
			case "is_guest":
				if truth(s.Str()) {
					a.Kind = record.AccountGuest
				}
			case "user_type":
				if string(s.Str()) == "bot" {
					a.Kind = record.AccountBot
				}
			case "threepids":
				readAddresses(&s, &a)
			default:
				s.Skip()
			}
		}
	}
	if reason, err := s.Verdict(); err != nil {
		return collectors.Unreadable(err)
	} else if reason != "" {
		return r.reject(reason)
	}
	if a.Handle == "" {
		return nil
	}
	u := r.meet(a.Handle)
	u.Name, u.Email, u.Phone, u.IsDeleted, u.Kind = a.Name, a.Email, a.Phone, a.IsDeleted, a.Kind
	return nil
}

// truth reads a flag that may be written as a number.
func truth(b []byte) bool { return string(b) == "true" || string(b) == "1" }

// readAddresses reads the addresses and telephone numbers that an account has confirmed.
func readAddresses(s *jsonscan.Scanner, a *record.Account) {
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		medium, address := "", ""
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "medium":
				medium = string(s.Str())
			case "address":
				address = string(s.Str())
			default:
				s.Skip()
			}
		}
		switch {
		case medium == "email" && a.Email == "":
			a.Email = address
		case medium == "msisdn" && a.Phone == "" && address != "":
			a.Phone = "+" + strings.TrimPrefix(address, "+")
		}
	}
}

// readAccountData looks for the rooms that the account calls direct.
func (r *run) readAccountData(in io.Reader) error {
	var s jsonscan.Scanner
	s.Reset(in)
	if s.Enter('{') {
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if string(key) != "m.direct" || s.Peek() != '{' {
				s.Skip()
				continue
			}
			s.Enter('{')
			for _, ok := s.Key(); ok; _, ok = s.Key() {
				for more := s.Enter('['); more && s.Element(); {
					if id := string(s.Str()); id != "" {
						r.room(id).direct = true
					}
				}
			}
		}
	}
	reason, err := s.Verdict()
	if err != nil {
		return collectors.Unreadable(err)
	}
	if reason != "" {
		return r.reject(reason)
	}
	return nil
}
