package table

import (
	"bytes"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// accountsPlan reads a second file, of accounts.
type accountsPlan struct {
	file    []string
	shape   shape
	columns columns
	needed  []string
	key     record.KeyKind
	id      int
	name    int
	email   int
	handle  int
	phone   int
	kind    choicePlan[record.AccountKind]
	deleted int
}

func (f *accountsField) plan(m *mapping) (accountsPlan, error) {
	a := accountsPlan{shape: f.Shape}
	if f.File == "" {
		return a, nil
	}
	a.file = []string{f.File}
	c := &a.columns
	a.id, a.name, a.email, a.handle, a.phone = c.add(f.ID), c.add(f.Name), c.add(f.Email), c.add(f.Handle), c.add(f.Phone)
	a.deleted = c.add(f.Deleted.Column)
	a.needed = []string{f.ID}
	var err error
	key := f.Key
	if key == "" {
		key = m.Sender.Key
	}
	if a.key, err = keyKind(key, m.Key); err != nil {
		return a, err
	}
	a.kind, err = newChoice(&f.Kind, c, "accounts kind", accountKindNamed, record.AccountUnknown)
	return a, err
}

// accountVisitor makes accounts of rows.
type accountVisitor struct {
	plan *plan
	sink collectors.Sink
}

func (v *accountVisitor) visit(r *row) (string, error) {
	a := &v.plan.accounts
	key := v.plan.accountKey(r.value(a.id), a.key)
	if key.IsZero() {
		return "no_account", nil
	}
	kind, known := a.kind.choose(r, accountKindNamed)
	if !known {
		return "unknown_kind", nil
	}
	account := record.Account{Tool: v.plan.tool, Workspace: v.plan.workspace, Key: key, Kind: kind,
		Name: string(r.value(a.name)), Email: emailOf(r.value(a.email)), Handle: string(r.value(a.handle)),
		Phone: string(r.value(a.phone)), IsDeleted: isTrue(r.at(a.deleted), r)}
	return "", v.sink.Account(&account)
}

// accountKey is the account that a value names. Without a kind, what has an @ with
// something on both sides is an address.
func (p *plan) accountKey(value []byte, kind record.KeyKind) record.AccountKey {
	held, known := p.keys[kind].At(value)
	if !known {
		*held = p.newKey(value, kind)
	}
	return *held
}

func (p *plan) newKey(value []byte, kind record.KeyKind) record.AccountKey {
	value = bytes.TrimSpace(value)
	if kind == record.KeyNone {
		kind = record.KeyToolID
		if at := bytes.LastIndexByte(value, '@'); at > 0 && bytes.IndexByte(value[at:], '.') > 1 {
			kind = record.KeyEmail
		}
	}
	switch kind {
	case record.KeyEmail:
		return record.EmailKey(p.names.Of(address(value)))
	case record.KeyHandle:
		value = bytes.TrimPrefix(value, []byte("@"))
	}
	if len(value) == 0 {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: kind, Value: p.names.Of(value)}
}

// address is the address of "Ana Prieto <ana@heron.example>" or of itself.
func address(b []byte) []byte {
	if open := bytes.LastIndexByte(b, '<'); open >= 0 {
		if end := bytes.IndexByte(b[open:], '>'); end > 0 {
			return bytes.TrimSpace(b[open+1 : open+end])
		}
	}
	return b
}

func emailOf(b []byte) string { return strings.ToLower(string(bytes.TrimSpace(address(b)))) }

// isTrue reads a flag: anything but nothing, 0, no and false in its spellings.
func isTrue(c *cell, r *row) bool {
	if c == nil {
		return false
	}
	switch {
	case c.kind == cellComposite || c.long:
		return true
	case c.kind == cellBool:
		return r.arena[c.off] == 't'
	}
	switch strings.ToLower(strings.TrimSpace(string(r.text(c)))) {
	case "", "0", "no", "n", "false", "f", "null", "none", "nil":
		return false
	}
	return true
}
