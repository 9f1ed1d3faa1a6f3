package rocketchat

import (
	"context"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// user is an account, and room a conversation with those who are in it.
type user struct{ record.Account }

type room struct {
	record.Conversation
	ids, names []string // of the members of a direct conversation
}

func (r *run) readUser(d document) func() error {
	if !d.Enter('{') {
		return nil
	}
	u := &user{record.Account{Tool: Tool, Workspace: r.workspace, Kind: record.AccountHuman}}
	guest, bot := false, false
	for key, ok := d.Key(); ok; key, ok = d.Key() {
		switch string(key) {
		case "_id":
			u.Key = account(string(r.plain(d)))
		case "username":
			u.Handle = string(d.Str())
		case "name":
			u.Name = string(d.Str())
		case "type":
			kind := string(d.Str())
			bot = bot || kind == "bot" || kind == "app"
		case "roles":
			if d.Enter('[') {
				for d.Element() {
					role := string(d.Str())
					bot, guest = bot || role == "bot", guest || role == "guest"
				}
			}
		case "active":
			u.IsDeleted = !d.Flag()
		case "emails":
			u.Email = readEmails(d)
		default:
			d.Skip()
		}
	}
	switch {
	case bot:
		u.Kind = record.AccountBot
	case guest:
		u.Kind = record.AccountGuest
	}
	return func() error {
		if u.Key.IsZero() {
			return r.reject("no_id")
		}
		r.users[u.Key.Value] = u
		if u.Handle != "" {
			r.handle[u.Handle] = u
		}
		return r.sink.Account(&u.Account)
	}
}

// readEmails gives the first verified address, else the first.
func readEmails(d document) string {
	if !d.Enter('[') {
		return ""
	}
	best, sure := "", false
	for d.Element() {
		if !d.Enter('{') {
			continue
		}
		address, verified := "", false
		for key, ok := d.Key(); ok; key, ok = d.Key() {
			switch string(key) {
			case "address":
				address = string(d.Str())
			case "verified":
				verified = d.Flag()
			default:
				d.Skip()
			}
		}
		if address != "" && (best == "" || verified && !sure) {
			best, sure = address, verified
		}
	}
	return best
}

func account(id string) record.AccountKey {
	if id == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}

func (r *run) readRoom(d document) func() error {
	if !d.Enter('{') {
		return nil
	}
	var id, kind, parent string
	var ids, names []string
	for key, ok := d.Key(); ok; key, ok = d.Key() {
		switch string(key) {
		case "_id":
			id = string(r.plain(d))
		case "t":
			kind = string(d.Str())
		case "prid":
			parent = string(r.plain(d))
		case "uids":
			ids = r.readStrings(d)
		case "usernames":
			names = r.readStrings(d)
		default:
			d.Skip()
		}
	}
	return func() error {
		if id == "" {
			return r.reject("no_id")
		}
		c := r.room(id)
		c.Parent, c.Coverage = parent, record.CoverageWhole
		switch kind {
		case "c":
			c.Kind = record.ConversationChannel
		case "p":
			c.Kind = record.ConversationPrivateChannel
		case "d":
			c.Kind, c.ids, c.names = record.ConversationDirect, ids, names
			if max(len(ids), len(names)) > 2 {
				c.Kind = record.ConversationGroup
			}
		}
		return nil
	}
}

func (r *run) readStrings(d document) (list []string) {
	if !d.Enter('[') {
		return nil
	}
	for d.Element() {
		if s := r.plain(d); len(s) > 0 {
			list = append(list, string(s))
		}
	}
	return list
}

// readSubscription reads that a user is in a room.
func (r *run) readSubscription(d document) func() error {
	if !d.Enter('{') {
		return nil
	}
	var room string
	member := record.Member{}
	for key, ok := d.Key(); ok; key, ok = d.Key() {
		switch string(key) {
		case "rid":
			room = string(r.plain(d))
		case "u":
			id, _ := r.readAuthor(d)
			member.Account = account(id)
		case "ts":
			member.From = r.instant(d)
		default:
			d.Skip()
		}
	}
	return func() error {
		if room == "" || member.Account.IsZero() {
			return r.reject("no_id")
		}
		c := r.room(room)
		c.Members = append(c.Members, member)
		return nil
	}
}

// readAuthor reads {_id, username}.
func (r *run) readAuthor(d document) (id, name string) {
	if !d.Enter('{') {
		return "", ""
	}
	for key, ok := d.Key(); ok; key, ok = d.Key() {
		switch string(key) {
		case "_id":
			id = string(r.plain(d))
		case "username":
			name = string(d.Str())
		default:
			d.Skip()
		}
	}
	return id, name
}

// room finds a conversation, or begins one that no list has yet.
func (r *run) room(id string) *room {
	if c := r.rooms[id]; c != nil {
		return c
	}
	c := &room{Conversation: record.Conversation{Tool: Tool, Workspace: r.workspace, Key: id}}
	r.rooms[id] = c
	r.order = append(r.order, c)
	return c
}

// announce hands over the conversations that the lists have.
func (r *run) announce(context.Context) error {
	for _, c := range r.order {
		r.settle(c)
		if err := r.sink.Conversation(&c.Conversation); err != nil {
			return err
		}
	}
	return nil
}

// settle completes the members of a conversation, once all lists are read.
func (r *run) settle(c *room) {
	members := map[record.AccountKey]time.Time{}
	for _, m := range c.Members {
		if first, ok := members[m.Account]; !ok || m.From.Before(first) {
			members[m.Account] = m.From
		}
	}
	known := func(key record.AccountKey) {
		if _, dated := members[key]; !dated {
			members[key] = time.Time{}
		}
	}
	for _, id := range c.ids {
		known(account(id))
	}
	if len(c.ids) == 0 {
		for _, name := range c.names {
			known(r.byHandle(name))
		}
	}
	c.ids, c.names, c.Members = nil, nil, nil
	for key, from := range members {
		c.Members = append(c.Members, record.Member{Account: key, From: from})
	}
	slices.SortFunc(c.Members, func(a, b record.Member) int { return strings.Compare(a.Account.Value, b.Account.Value) })
}

// byHandle is the account of a user name; one that no list has is known by the name.
func (r *run) byHandle(name string) record.AccountKey {
	if u := r.handle[name]; u != nil {
		return u.Key
	}
	return record.AccountKey{Kind: record.KeyHandle, Value: name}
}
