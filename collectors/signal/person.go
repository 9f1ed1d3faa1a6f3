package signal

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"crosstalk/collectors/record"
)

const (
	maxID      = 256     // the longest id or name that is believed, in bytes
	maxPeople  = 1 << 20 // how many people of an export are told apart
	maxMembers = 1 << 12
)

// person is an account.
type person struct {
	key    record.AccountKey
	kind   record.AccountKind
	name   string
	handle string
	phone  string
	said   bool // announced
	named  bool // with a name
}

// person finds the account of a key, or makes one; nil where there is no key.
func (r *run) person(key record.AccountKey) *person {
	if key.Value == "" || !utf8.ValidString(key.Value) {
		return nil
	}
	p := r.people[key.Value]
	if p == nil || p.key != key {
		if len(r.people) == maxPeople {
			return nil
		}
		p = &person{key: key, kind: record.AccountHuman}
		if key.Kind == record.KeyPhone {
			p.phone = key.Value
		}
		r.people[key.Value] = p
	}
	return p
}

// serviceKey is the key of somebody known by service id or number, whichever is given.
func serviceKey(id, phone string) record.AccountKey {
	switch id = strings.ToLower(id); {
	case isUUID(id):
		return record.AccountKey{Kind: record.KeyToolID, Value: id}
	case strings.HasPrefix(phone, "+"):
		return record.AccountKey{Kind: record.KeyPhone, Value: phone}
	}
	return record.AccountKey{}
}

func nameKey(name string) record.AccountKey {
	return record.AccountKey{Kind: record.KeyDisplayName, Value: strings.TrimSpace(name)}
}

// ownerKey is the key of the owner as the options give it: service id, number, or name.
func ownerKey(given string) record.AccountKey {
	if key := serviceKey(given, given); !key.IsZero() || given == "" {
		return key
	}
	return nameKey(given)
}

// uuid reads 16 bytes in base64, as backups write service ids; empty when it is none.
func uuid(b []byte) string {
	var raw [18]byte
	if len(b) > 24 {
		return ""
	}
	if n, err := base64.StdEncoding.Decode(raw[:], b); err != nil || n != 16 {
		return ""
	}
	s := hex.EncodeToString(raw[:16])
	return strings.Join([]string{s[:8], s[8:12], s[12:16], s[16:20], s[20:]}, "-")
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}

// introduce announces an account when it is first met, and when its name is first known.
func (r *run) introduce(p *person, tool string) error {
	if p == nil || p.said && (p.named || p.name == "") && tool == Tool {
		return nil
	}
	a := record.Account{Tool: tool, Workspace: r.workspace, Key: p.keyIn(tool), Kind: p.kind, Handle: p.handle, Phone: p.phone}
	if utf8.ValidString(p.name) {
		a.Name = p.name
	}
	if tool == Tool {
		p.said, p.named = true, p.name != ""
	}
	return r.sink.Account(&a)
}

// keyIn is how the person is known in a tool: on a phone network by number.
func (p *person) keyIn(tool string) record.AccountKey {
	if tool == sms && p.phone != "" {
		return record.AccountKey{Kind: record.KeyPhone, Value: p.phone}
	}
	return p.key
}
