package imessage

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"crosstalk/collectors/phone"
	"crosstalk/collectors/record"
	"crosstalk/collectors/sqlite"
)

// person is somebody at an address, or the database's owner.
type person struct {
	account record.Account
	told    map[string]bool // by tool: the sink knows the account
}

func newPerson(a record.Account, workspace string) *person {
	a.Workspace = workspace
	return &person{account: a, told: map[string]bool{}}
}

// readHandles finds the people behind the handles. One person has a handle for each service.
func (r *reader) readHandles() error {
	r.handles, r.people = map[int64]*person{}, map[record.AccountKey]*person{}
	return r.db.Each(r.ctx, "handle", []string{"id", "country"}, func(row *sqlite.Row) error {
		region := strings.ToUpper(row.Text(1))
		if !phone.IsRegion(region) {
			region = r.settings.region
		}
		r.handles[row.ID] = r.person(row.Text(0), region)
		return nil
	})
}

// person is who an address is of, or nil where there is none.
func (r *reader) person(address, region string) *person {
	a := phone.Account(address, region)
	if a.Key.IsZero() {
		return nil
	}
	if r.owner != nil && r.own[a.Key] {
		return r.owner
	}
	p := r.people[a.Key]
	if p == nil {
		p = newPerson(a, r.settings.workspace)
		r.people[a.Key] = p
	}
	return p
}

// findOwner works out whose database it is: who is told to be, else the address most messages
// were sent from or to, numbers before mail addresses, else an account of its own.
func (r *reader) findOwner() error {
	counts := map[record.AccountKey]int{}
	emails := map[string]int{}
	err := r.db.Each(r.ctx, "message", []string{"destination_caller_id", "account"}, func(row *sqlite.Row) error {
		const most = 1000
		for i := range 2 {
			address := row.Text(i)
			if kind, rest, ok := strings.Cut(address, ":"); ok && len(kind) == 1 {
				address = rest // E:ana@example.com, P:+12025550101
			}
			a := r.accountOf(address)
			if a.Email != "" && len(emails) < most {
				emails[a.Email]++
			}
			if i == 0 && (a.Phone != "" || a.Email != "") && len(counts) < most {
				counts[a.Key]++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	r.own = map[record.AccountKey]bool{}
	a := phone.Account(r.settings.owner, r.settings.region)
	if a.Key.IsZero() {
		a = phone.Account(mostUsed(counts), "")
	}
	if a.Key.IsZero() {
		a = phone.Account(mostOf(emails), "")
	}
	known := !a.Key.IsZero()
	if !known {
		a.Key = record.AccountKey{Kind: record.KeyHandle, Value: "owner"}
	}
	a.Kind = record.AccountHuman
	if a.Email == "" {
		a.Email = mostOf(emails)
	}
	r.own[a.Key] = true
	for key := range counts {
		r.own[key] = true
	}
	for email := range emails {
		r.own[record.EmailKey(email)] = true
	}
	r.owner, r.ownerKnown = newPerson(a, r.settings.workspace), known
	return nil
}

// accountOf reads an address, of which a database repeats few over and over.
func (r *reader) accountOf(address string) record.Account {
	if address == "" {
		return record.Account{}
	}
	a, ok := r.addresses[address]
	if !ok {
		a = phone.Account(address, r.settings.region)
		if len(r.addresses) < 1000 {
			r.addresses[address] = a
		}
	}
	return a
}

// mostUsed is the address that occurs most often, a number if there is one.
func mostUsed(counts map[record.AccountKey]int) string {
	best := record.AccountKey{}
	for key, n := range counts {
		switch {
		case best.IsZero(), best.Kind == record.KeyEmail && key.Kind == record.KeyPhone:
			best = key
		case best.Kind == key.Kind && (n > counts[best] || n == counts[best] && key.Value < best.Value):
			best = key
		}
	}
	return best.Value
}

func mostOf(counts map[string]int) string {
	best := ""
	for value, n := range counts {
		if best == "" || n > counts[best] || n == counts[best] && value < best {
			best = value
		}
	}
	return best
}

// chat is a conversation of the database.
type chat struct {
	key     string
	kind    record.ConversationKind
	members []*person // without the owner
	told    map[string]bool
}

// readChats finds the conversations and who is in them.
func (r *reader) readChats() error {
	r.chats, r.rooms = map[int64]*chat{}, map[string]int64{}
	err := r.each("chat", []string{"style", "chat_identifier", "group_id", "guid", "room_name"}, func(row *sqlite.Row) error {
		c := &chat{key: cmp.Or(row.Text(2), row.Text(1), row.Text(3)), kind: record.ConversationGroup, told: map[string]bool{}}
		if row.Int(0) == directStyle {
			c.kind = record.ConversationDirect
			if p := r.person(row.Text(1), r.settings.region); p != nil && p != r.owner {
				c.members = append(c.members, p)
			}
		}
		r.chats[row.ID] = c
		for _, i := range []int{1, 4} {
			if name := row.Text(i); name != "" && c.kind == record.ConversationGroup {
				r.rooms[name] = row.ID
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	err = r.each("chat_handle_join", []string{"chat_id", "handle_id"}, func(row *sqlite.Row) error {
		c, p := r.chats[row.Int(0)], r.handles[row.Int(1)]
		if c != nil && p != nil && p != r.owner && !slices.Contains(c.members, p) {
			c.members = append(c.members, p)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(r.chats)) {
		r.merge(id)
	}
	return nil
}

// merge makes one of the chats of the same people: the database has one for each service.
func (r *reader) merge(id int64) {
	c := r.chats[id]
	if c.kind == record.ConversationDirect {
		r.settleDirect(c)
	}
	same := r.byKey[c.key]
	if same == nil {
		same = c
		r.byKey[c.key] = c
	}
	for _, p := range c.members {
		if !slices.Contains(same.members, p) {
			same.members = append(same.members, p)
		}
	}
	slices.SortFunc(same.members, func(a, b *person) int { return cmp.Compare(a.account.Key.Value, b.account.Key.Value) })
	r.chats[id] = same
}

const directStyle = 45 // of a chat; 43 is a group

// settleDirect names a conversation of two after them.
// The member is the handle's person; an identifier in another spelling adds nobody.
func (r *reader) settleDirect(c *chat) {
	if len(c.members) > 1 {
		c.members = c.members[1:2]
	}
	if len(c.members) == 1 {
		c.key = r.pairKey(c.members[0])
	}
}

func (r *reader) pairKey(p *person) string {
	if !r.ownerKnown {
		return p.account.Key.Value
	}
	return min(p.account.Key.Value, r.owner.account.Key.Value) + "~" + max(p.account.Key.Value, r.owner.account.Key.Value)
}

// direct is the conversation with somebody whose messages stand in no chat.
func (r *reader) direct(p *person) *chat {
	key := r.pairKey(p)
	c := r.byKey[key]
	if c == nil {
		c = &chat{key: key, kind: record.ConversationDirect, members: []*person{p}, told: map[string]bool{}}
		r.byKey[key] = c
	}
	return c
}
