package discord

import (
	"strings"
	"unicode/utf8"

	"crosstalk/collectors/record"
)

const (
	maxID     = 256     // the longest id or name that is believed, in bytes
	maxPeople = 1 << 20 // how many people of an export are told apart
)

// person is an account.
type person struct {
	record.Account
	said, named bool // announced, and with a name
}

// person finds the account of an id; nil when it is none.
func (r *run) person(id []byte) *person {
	if p := r.people[string(id)]; p != nil {
		return p
	}
	if len(id) > 20 || !number(id) || len(r.people) == maxPeople {
		return nil
	}
	p := &person{Account: record.Account{Tool: Tool, Workspace: r.workspace, Kind: record.AccountHuman,
		Key: record.AccountKey{Kind: record.KeyToolID, Value: string(id)}}}
	r.people[p.Key.Value] = p
	return p
}

// number reports an id as Discord makes them.
func number[T ~string | ~[]byte](id T) bool {
	for i := range len(id) {
		if id[i] < '0' || id[i] > '9' {
			return false
		}
	}
	return len(id) > 0 && id[0] != '0'
}

// introduce announces an account when it is first met, and when its name is first known.
func (r *run) introduce(p *person) error {
	named := p != nil && (p.Name != "" || p.Handle != "")
	if p == nil || p.said && (p.named || !named) {
		return nil
	}
	p.said, p.named = true, named
	return r.sink.Account(&p.Account)
}

// card is how a person is written in every document.
type card struct {
	name, display, nick, tag, email, phone string
	isBot                                  bool
}

// who reads the object that follows, and the account it is of.
func (r *run) who() *person {
	if !r.Enter('{') {
		return nil
	}
	var p *person
	var c card
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if p != nil && p.named { // the rest is known
			r.Skip()
			continue
		}
		switch string(key) {
		case "id":
			p = r.person(r.Str())
		case "username", "name":
			c.name = r.word()
		case "global_name":
			c.display = r.word()
		case "nickname":
			c.nick = r.word()
		case "discriminator":
			c.tag = r.word()
		case "isBot", "bot":
			c.isBot = r.Flag()
		case "email":
			c.email = r.word()
		case "phone":
			c.phone = r.word()
		default:
			r.Skip()
		}
	}
	if p != nil && !p.named {
		p.take(&c)
	}
	return p
}

// take notes what a card says. Of two who share a name, older names have a number.
func (p *person) take(c *card) {
	if c.isBot {
		p.Kind = record.AccountBot
	}
	if c.name == "Deleted User" {
		p.IsDeleted = true
		return
	}
	for _, name := range [...]string{c.display, c.nick, c.name} {
		if name = strings.TrimSpace(name); name != "" && utf8.ValidString(name) {
			p.Name = name
			break
		}
	}
	if p.Handle = c.name; p.Handle != "" && strings.Trim(c.tag, "0") != "" {
		p.Handle += "#" + c.tag
	}
	p.Email = record.EmailKey(c.email).Value
	if strings.HasPrefix(c.phone, "+") {
		p.Phone = c.phone
	}
}

// self reads whose data package it is: account/user.json.
func (r *run) self(string) error {
	r.Enter('{')
	var p *person
	var c card
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		var err error
		switch string(key) {
		case "id":
			p = r.person(r.Str())
		case "username":
			c.name = r.word()
		case "global_name":
			c.display = r.word()
		case "discriminator":
			c.tag = r.word()
		case "email":
			c.email = r.word()
		case "phone":
			c.phone = r.word()
		case "relationships":
			err = r.friends()
		default:
			r.Skip()
		}
		if err != nil {
			return err
		}
	}
	if r.owner = p; p == nil {
		return nil
	}
	p.take(&c)
	return r.introduce(p)
}

func (r *run) friends() error {
	if !r.Enter('[') {
		return nil
	}
	for r.Element() {
		if !r.Enter('{') {
			continue
		}
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			if string(key) != "user" {
				r.Skip()
				continue
			}
			if err := r.introduce(r.who()); err != nil {
				return err
			}
		}
	}
	return nil
}
