package signal

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"crosstalk/collectors/record"
)

// recipient is whom a plain export can name: a person, a group, or Signal itself.
type recipient struct {
	isSelf  bool
	person  *person
	group   string   // key of the group
	link    string   // key of a call link
	notes   bool     // Signal's own announcements
	members []string // service ids, of a group
}

// plainExport is what its records refer to.
type plainExport struct {
	recipients map[string]*recipient
	chats      map[string]string // recipient, by chat
	places     map[string]*place // by recipient
	account    person
	acis       map[string]bool // service ids of all contacts
}

// plain reads a main.jsonl: one frame a line, those that others refer to before them.
func (r *run) plain(s source) error {
	x := &plainExport{recipients: map[string]*recipient{}, chats: map[string]string{}, places: map[string]*place{}, acis: map[string]bool{}}
	return r.twice(s,
		func() error {
			err := r.frames(func(key string) error { r.define(x, key); return nil })
			r.self = r.settle(x)
			return err
		},
		func() error {
			if err := r.introduceAll(x); err != nil {
				return err
			}
			return r.frames(func(key string) error { return r.use(x, key) })
		})
}

// frames reads the lines, each an object with one key of interest.
func (r *run) frames(read func(key string) error) error {
	if r.Peek() != '{' {
		r.Fail()
	}
	for r.Peek() == '{' {
		if r.nth++; r.stopped() != nil {
			return r.ctx.Err()
		}
		r.Enter('{')
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			if len(key) > 32 {
				key = nil
			}
			if err := read(r.texts.Of(key)); err != nil {
				return err
			}
		}
	}
	return nil
}

// define takes in a frame that others refer to.
func (r *run) define(x *plainExport, key string) {
	switch key {
	case "account":
		r.card(&x.account)
	case "recipient":
		r.recipient(x)
	case "chat":
		var id, to string
		if !r.Enter('{') {
			return
		}
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			switch string(key) {
			case "id":
				id = r.word()
			case "recipientId":
				to = r.word()
			default:
				r.Skip()
			}
		}
		x.chats[id] = to
	default:
		r.Skip()
	}
}

// card reads name, handle, number and id, of the account or of a contact.
func (r *run) card(p *person) {
	var profile, system [2]string
	var aci, pni string
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "aci":
			aci = uuid(r.Str())
		case "pni":
			pni = uuid(r.Str())
		case "e164":
			if n, err := strconv.ParseUint(string(r.Str()), 10, 64); err == nil {
				p.phone = "+" + strconv.FormatUint(n, 10)
			}
		case "username":
			p.handle = r.word()
		case "profileGivenName", "givenName":
			profile[0] = r.word()
		case "profileFamilyName", "familyName":
			profile[1] = r.word()
		case "systemGivenName":
			system[0] = r.word()
		case "systemFamilyName":
			system[1] = r.word()
		default:
			r.Skip()
		}
	}
	for _, name := range [...][2]string{system, profile} {
		if whole := strings.TrimSpace(name[0] + " " + name[1]); whole != "" {
			p.name = whole
		}
	}
	if p.key = serviceKey(aci, p.phone); p.key.IsZero() && pni != "" {
		p.key = record.AccountKey{Kind: record.KeyToolID, Value: "pni:" + pni}
	}
}

func (r *run) recipient(x *plainExport) {
	var id string
	to := &recipient{}
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id":
			id = r.word()
		case "self":
			to.isSelf = true
			r.Skip()
		case "releaseNotes":
			to.notes = true
			r.Skip()
		case "contact":
			r.contact(x, to)
		case "group":
			r.group(to)
		case "callLink":
			to.link = r.field("rootKey")
		default:
			r.Skip()
		}
	}
	if len(x.recipients) < maxPeople {
		x.recipients[id] = to
	}
}

func (r *run) contact(x *plainExport, to *recipient) {
	var c person
	r.card(&c)
	if to.person = r.person(c.key); to.person == nil {
		return
	}
	c.kind, c.said, c.named = record.AccountHuman, to.person.said, to.person.named
	*to.person = c
	if c.key.Kind == record.KeyToolID {
		x.acis[c.key.Value] = true
	}
}

// field reads one string of the object that follows.
func (r *run) field(wanted string) (value string) {
	if !r.Enter('{') {
		return ""
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) == wanted {
			value = r.word()
		} else {
			r.Skip()
		}
	}
	return value
}

// group reads a group's key and its members.
func (r *run) group(to *recipient) {
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch {
		case string(key) == "masterKey":
			to.group = r.word()
		case string(key) == "snapshot" && r.Peek() == '{':
			r.Enter('{')
			for key, ok := r.Key(); ok; key, ok = r.Key() {
				if string(key) == "members" && r.Peek() == '[' {
					to.members = r.members()
				} else {
					r.Skip()
				}
			}
		default:
			r.Skip()
		}
	}
}

func (r *run) members() (ids []string) {
	r.Enter('[')
	for r.Element() {
		if id := uuid([]byte(r.field("userId"))); id != "" && len(ids) < maxMembers {
			ids = append(ids, id)
		}
	}
	return ids
}

// settle works out who the owner is: as the options say, else the member of the groups who is
// no contact, else by what the account calls itself.
func (r *run) settle(x *plainExport) *person {
	key := ownerKey(r.owner)
	if key.IsZero() {
		key = serviceKey(x.stranger(), "")
	}
	if key.IsZero() && x.account.handle != "" {
		key = record.AccountKey{Kind: record.KeyHandle, Value: x.account.handle}
	}
	if key.IsZero() {
		key = nameKey(x.account.name)
	}
	if key.Value == "" {
		key = nameKey("Note to Self")
	}
	p := r.person(key)
	if p == nil {
		return nil
	}
	p.name, p.handle = x.account.name, x.account.handle
	for _, to := range x.recipients {
		if to.isSelf {
			to.person = p
		}
	}
	return p
}

// stranger is the one member of groups who is no contact; of several the one who is in all.
func (x *plainExport) stranger() string {
	in, groups := map[string]int{}, 0
	for _, to := range x.recipients {
		if len(to.members) == 0 {
			continue
		}
		groups++
		for _, id := range to.members {
			if !x.acis[id] {
				in[id]++
			}
		}
	}
	found := ""
	for id, n := range in {
		if len(in) > 1 && n < groups {
			continue
		}
		if found != "" {
			return ""
		}
		found = id
	}
	return found
}

// introduceAll announces everybody whom the export lists, in the order of their keys.
func (r *run) introduceAll(x *plainExport) error {
	for _, id := range slices.Sorted(maps.Keys(x.recipients)) {
		if err := r.introduce(x.recipients[id].person, Tool); err != nil {
			return err
		}
	}
	return nil
}

// place finds the conversation with a recipient.
func (r *run) place(x *plainExport, id string) *place {
	if c := x.places[id]; c != nil {
		return c
	}
	to := x.recipients[id]
	if to == nil {
		return nil
	}
	c := &place{from: record.RecipientsMembership}
	switch {
	case to.isSelf && r.self != nil:
		c.Key, c.people = "self "+r.self.key.Value, []*person{r.self}
	case to.notes:
		c.Key, c.Kind, c.from = "announcements", record.ConversationFeed, record.RecipientsUnknown
	case to.person != nil && r.self != nil:
		c.Key, c.Kind, c.people = pairKey(to.person, r.self), record.ConversationDirect, []*person{to.person, r.self}
	case to.group != "":
		c.Key, c.Kind = "group "+to.group, record.ConversationGroup
		for _, id := range to.members {
			if p := r.person(serviceKey(id, "")); p != nil {
				c.people = append(c.people, p)
			}
		}
	case to.link != "":
		c.Key, c.Kind = "call "+to.link, record.ConversationMeetingChat
	default:
		return nil
	}
	x.places[id] = c
	return c
}
