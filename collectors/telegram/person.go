package telegram

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"crosstalk/collectors/record"
)

const (
	maxID     = 256     // the longest id or name that is believed, in bytes
	maxPeople = 1 << 20 // how many people of an export are told apart
)

// person is an account: of a user, or of a channel or group that writes as itself.
type person struct {
	key   record.AccountKey
	kind  record.AccountKind
	named bool // announced with a name
}

// Until 2021 ids were bare numbers, with the kind in the high bits.
const (
	oldGroup   = 1 << 32
	oldChannel = 1 << 33
)

// person finds the account of an id: "user123", "channel123", or a bare number; nil when
// it is none.
func (r *run) person(id []byte) *person {
	if p := r.people[string(id)]; p != nil {
		return p
	}
	if len(id) == 0 || len(id) > maxID || !utf8.Valid(id) || len(r.people) == maxPeople {
		return nil
	}
	name := string(id)
	if n, err := strconv.ParseInt(name, 10, 64); err == nil {
		if name = oldID(n); name == "" {
			return nil
		}
	}
	p := r.people[name]
	if p == nil {
		p = &person{key: record.AccountKey{Kind: record.KeyToolID, Value: name}, kind: record.AccountHuman}
		if !strings.HasPrefix(name, "user") {
			p.kind = record.AccountShared
		}
	}
	r.people[name], r.people[string(id)] = p, p
	return p
}

func oldID(n int64) string {
	switch {
	case n <= 0: // not on Telegram
		return ""
	case n > oldChannel:
		return "channel" + strconv.FormatInt(n-oldChannel, 10)
	case n > oldGroup:
		return "chat" + strconv.FormatInt(n-oldGroup, 10)
	}
	return "user" + strconv.FormatInt(n, 10)
}

// introduce announces an account when its name is first known.
func (r *run) introduce(p *person, name []byte) error {
	if p == nil || p.named || len(name) == 0 {
		return nil
	}
	return r.announcePerson(p, record.Account{Name: string(name)})
}

// announcePerson hands over what is known of an account.
func (r *run) announcePerson(p *person, a record.Account) error {
	a.Tool, a.Workspace, a.Key, a.Kind = Tool, r.workspace, p.key, p.kind
	if a.Name = strings.TrimSpace(a.Name); len(a.Name) > maxID || !utf8.ValidString(a.Name) {
		a.Name = ""
	}
	p.named = p.named || a.Name != ""
	return r.sink.Account(&a)
}

// self reads whose export it is.
func (r *run) self() error {
	id, a := r.card()
	p := r.person([]byte(id))
	if p == nil || r.again {
		return nil
	}
	r.owner = strings.TrimPrefix(p.key.Value, "user")
	return r.announcePerson(p, a)
}

// contacts reads the owner's address book: {"about": …, "list": [cards]}.
func (r *run) contacts() error {
	if !r.Enter('{') {
		return nil
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) != "list" || r.Peek() != '[' {
			r.Skip()
			continue
		}
		r.Enter('[')
		for r.Element() {
			id, a := r.card()
			p := r.person([]byte(id))
			if p == nil || r.again {
				continue
			}
			if err := r.announcePerson(p, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// card reads somebody's id, name, number and handle.
func (r *run) card() (id string, a record.Account) {
	var first, last string
	if !r.Enter('{') {
		return "", a
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "user_id":
			if n, err := strconv.ParseInt(string(r.Str()), 10, 64); err == nil && n > 0 {
				id = "user" + strconv.FormatInt(n, 10)
			}
		case "first_name":
			first = string(r.Str())
		case "last_name":
			last = string(r.Str())
		case "phone_number":
			a.Phone = e164(r.Str())
		case "username":
			a.Handle = string(bytes.TrimPrefix(r.Str(), []byte("@")))
		default:
			r.Skip()
		}
	}
	a.Name = first + " " + last
	return id, a
}

// e164 is a number as +12025550101, if it says its country.
func e164(b []byte) string {
	digits := make([]byte, 0, 20)
	for _, c := range b {
		if c >= '0' && c <= '9' && len(digits) < 20 {
			digits = append(digits, c)
		}
	}
	international := bytes.HasPrefix(bytes.TrimSpace(b), []byte("+"))
	if after, ok := bytes.CutPrefix(digits, []byte("00")); ok && !international {
		digits, international = after, true
	}
	if !international || len(digits) < 7 || len(digits) > 15 {
		return ""
	}
	return "+" + string(digits)
}
