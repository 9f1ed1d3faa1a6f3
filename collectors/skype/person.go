package skype

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"crosstalk/collectors/record"
)

const (
	maxID     = 256     // the longest id or name that is believed, in bytes
	maxPeople = 1 << 20 // how many people of an export are told apart
)

// person is an account, by the id Skype calls MRI: a number for the network, a colon, and
// the name there.
type person struct {
	key    record.AccountKey
	kind   record.AccountKind
	email  string
	handle string
	phone  string
	said   bool // announced
	named  bool // with a name
}

// person finds the account of an id; nil when it is none.
func (r *run) person(id []byte) *person {
	if i := bytes.LastIndexByte(id, '/'); i >= 0 { // an address of Skype's API
		id = id[i+1:]
	}
	if p := r.people[string(id)]; p != nil {
		return p
	}
	if len(id) == 0 || len(id) > maxID || !utf8.Valid(id) || len(r.people) == maxPeople {
		return nil
	}
	p := newPerson(strings.ToLower(string(id)))
	if same := r.people[p.key.Value]; same != nil && same.key == p.key {
		p = same
	}
	r.people[string(id)], r.people[p.key.Value] = p, p
	return p
}

// newPerson reads an id in lower case. Some exports leave away the network of Skype's own
// accounts.
func newPerson(id string) *person {
	network, name, ok := strings.Cut(id, ":")
	if !ok || network == "live" || network == "guest" {
		network, name = "8", id
	}
	p := &person{key: record.AccountKey{Kind: record.KeyToolID, Value: id}}
	switch network {
	case "8":
		p.key.Value = name
		p.kind = record.AccountHuman
		p.identify(name)
	case "4":
		if strings.HasPrefix(name, "+") {
			p.key = record.AccountKey{Kind: record.KeyPhone, Value: name}
			p.phone = name
		}
	case "28":
		p.kind = record.AccountBot
	}
	return p
}

// identify works out what the name of an account tells of its owner.
func (p *person) identify(name string) {
	own := strings.TrimPrefix(name, "live:")
	switch {
	case strings.HasPrefix(own, ".cid."): // tells nothing
	case strings.HasPrefix(name, "guest:"):
		p.kind = record.AccountGuest
	case strings.Contains(own, "@"):
		p.email = own
	default:
		p.handle = name
	}
}

// introduce announces an account when it is first met, and when its name is first known.
func (r *run) introduce(p *person, name []byte) error {
	if p == nil || p.said && (p.named || len(name) == 0) {
		return nil
	}
	a := record.Account{Tool: Tool, Workspace: r.workspace, Key: p.key, Kind: p.kind, Email: p.email, Handle: p.handle, Phone: p.phone}
	if len(name) <= maxID && utf8.Valid(name) {
		a.Name = strings.TrimSpace(string(name))
	}
	p.said, p.named = true, p.named || a.Name != ""
	return r.sink.Account(&a)
}
