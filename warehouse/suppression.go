package warehouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"crosstalk/collectors/identity"
	"crosstalk/collectors/record"
)

// reasonErased is what records are counted under that name somebody who was erased.
const reasonErased = "erased"

// suppression is the set of hashes of the names of people who were erased.
type suppression map[uint64]struct{}

func (w *Warehouse) loadSuppression(ctx context.Context) (suppression, error) {
	var rows []struct {
		Hash uint64 `ch:"hash"`
	}
	if err := w.conn.Select(ctx, &rows, "SELECT DISTINCT hash FROM suppression"); err != nil {
		return nil, fmt.Errorf("read whom not to store: %w", passing(err))
	}
	s := make(suppression, len(rows))
	for _, r := range rows {
		s[r.Hash] = struct{}{}
	}
	return s, nil
}

func (s suppression) has(hash uint64) bool {
	_, is := s[hash]
	return is
}

func (s suppression) hasAny(hashes []uint64) bool { return slices.ContainsFunc(hashes, s.has) }

// namer makes the hashes of names. What a name is told apart by goes into its hash: an address or a number is the same
// person's wherever it stands; a handle is in its workspace only, unless the directory declares it for the tool.
type namer struct{ hasher }

func (n namer) key(tool, workspace string, k record.AccountKey) uint64 {
	return n.sum(tuple(nil).str("account").str(tool).str(workspace).num(uint64(k.Kind)).str(k.Scope).str(k.Value))
}

func (n namer) address(s string) uint64 { return n.sum(tuple(nil).str("address").str(s)) }

func (n namer) phone(s string) uint64 { return n.sum(tuple(nil).str("phone").str(s)) }

func (n namer) handle(tool, workspace, s string) uint64 {
	return n.sum(tuple(nil).str("handle").str(tool).str(workspace).str(plainHandle(s)))
}

func (n namer) declared(tool, s string) uint64 {
	return n.sum(tuple(nil).str("declared").str(tool).str(plainHandle(s)))
}

func (n namer) personKey(s string) uint64 { return n.sum(tuple(nil).str("directory").str(s)) }

func plainHandle(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "@"))
}

// longID is from how many characters on a tool's own id is taken to be unique in all of its workspaces: shorter ones are
// numbers that each workspace begins anew.
const longID = 8

// own are the names that belong to this account alone.
func (n namer) own(a *record.Account) []uint64 {
	out := []uint64{n.key(a.Tool, a.Workspace, a.Key)}
	if a.Key.Kind == record.KeyToolID && len(a.Key.Value) >= longID {
		out = append(out, n.declared(a.Tool, a.Key.Value))
	}
	return out
}

// profile are the names of an account that another may bear too: a shared number, say.
func (n namer) profile(a *record.Account) []uint64 {
	var out []uint64
	for _, s := range []string{valueOf(a.Key, record.KeyEmail), a.Email} {
		if address := identity.Address(s); address != "" {
			out = append(out, n.address(address))
		}
	}
	for _, s := range []string{valueOf(a.Key, record.KeyPhone), a.Phone} {
		if number := identity.Phone(s); number != "" {
			out = append(out, n.phone(number))
		}
	}
	for _, s := range []string{valueOf(a.Key, record.KeyHandle), a.Handle} {
		if s != "" {
			out = append(out, n.handle(a.Tool, a.Workspace, s))
		}
	}
	return out
}

// called are all hashes under which an account may stand on the list: also those that only a directory puts there.
func (n namer) called(a *record.Account) []uint64 {
	out := append(n.own(a), n.profile(a)...)
	for _, s := range []string{a.Key.Value, a.Handle} {
		if s != "" {
			out = append(out, n.declared(a.Tool, s))
		}
	}
	return out
}

// person are the names of a person of the directory, beside its key.
func (n namer) person(p *record.Person) []uint64 {
	var out []uint64
	for _, s := range append([]string{p.Email}, p.Aliases...) {
		if address := identity.Address(s); address != "" {
			out = append(out, n.address(address))
		}
	}
	for _, s := range p.Phones {
		if number := identity.Phone(s); number != "" {
			out = append(out, n.phone(number))
		}
	}
	for tool, handles := range p.Handles {
		for _, h := range handles {
			out = append(out, n.declared(tool, h))
		}
	}
	return out
}

func valueOf(k record.AccountKey, kind record.KeyKind) string {
	if k.Kind == kind {
		return k.Value
	}
	return ""
}

// isErased reports whether a key is that of somebody who was erased; of a key whose account was announced before, any of
// its names tells.
func (s *scope) isErased(k record.AccountKey) bool {
	list := s.run.suppression
	if len(list) == 0 || k.IsZero() {
		return false
	}
	is, asked := s.erased[k]
	if !asked {
		is = list.hasAny(s.run.w.id.name.called(&record.Account{Tool: s.tool, Workspace: s.workspace, Key: k}))
		s.noteErased(k, is)
	}
	return is
}

func (s *scope) noteErased(k record.AccountKey, is bool) {
	if s.erased == nil {
		s.erased = map[record.AccountKey]bool{}
	}
	s.erased[cloneKey(k)] = is
}

// isErasedAccount reports whether an announced account is somebody's who was erased, and remembers its key.
func (s *scope) isErasedAccount(a *record.Account) bool {
	list := s.run.suppression
	if len(list) == 0 {
		return false
	}
	is := s.isErased(a.Key) || list.hasAny(s.run.w.id.name.called(a))
	if is {
		s.noteErased(a.Key, true)
	}
	return is
}

// withoutErased takes those who were erased out of a message's recipients and mentions. It reports whether nothing of
// the message may stay: its sender was erased, or everybody else it was written to.
func (s *scope) withoutErased(m *record.Message) bool {
	if len(s.run.suppression) == 0 {
		return false
	}
	if s.isErased(m.Sender) {
		return true
	}
	isOther := func(k record.AccountKey) bool { return !k.IsZero() && k != m.Sender }
	hadOthers := slices.ContainsFunc(m.Recipients, isOther)
	m.Recipients = slices.DeleteFunc(m.Recipients, s.isErased)
	m.Mentions = slices.DeleteFunc(m.Mentions, s.isErased)
	return hadOthers && !slices.ContainsFunc(m.Recipients, isOther)
}

// withoutErased leaves out the people of a directory who were erased.
func (w *Warehouse) withoutErased(ctx context.Context, directory []record.Person) ([]record.Person, error) {
	list, err := w.loadSuppression(ctx)
	if err != nil || len(list) == 0 {
		return directory, err
	}
	kept := make([]record.Person, 0, len(directory))
	for _, p := range directory {
		if !list.has(w.id.name.personKey(p.Key)) && !list.hasAny(w.id.name.person(&record.Person{Email: p.Email, Aliases: p.Aliases, Phones: p.Phones})) {
			kept = append(kept, p)
		}
	}
	return kept, nil
}
