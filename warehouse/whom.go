package warehouse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"crosstalk/collectors/identity"
	"crosstalk/collectors/record"
)

// ErrUnknownName is the answer to a name that nobody bears.
var ErrUnknownName = errors.New("nobody goes by that name: give an e-mail address, an account or a person as `crosstalk people list --state all` names them, or the directory's key")

// AmbiguousError is the answer to a name that several people bear.
type AmbiguousError struct{ People int }

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%d people go by that name: name one by an account of `crosstalk people list --state all`, or by the directory's key", e.People)
}

// Erasable is a person who can be erased: all accounts that are held to be theirs, and their place in the directory.
type Erasable struct {
	Person   string  // the directory's key, or empty
	Name     string  // as the directory or an account shows it
	Accounts []Match // theirs
	Maybe    []Match // accounts that may be theirs, and stay
	Stored   Stored

	accounts []matchedAccount
	people   []storedPerson
	token    string
	shared   map[uint64][]string // names that others bear too, by their tokens
}

// Stored is how many rows name somebody.
type Stored struct {
	Messages uint64 `ch:"messages"` // sent, or written to nobody else
	Named    uint64 `ch:"named"`    // of others, with them among the recipients or mentions
	Records  uint64 // memberships, activities and signals
}

// Whom finds a person by an address, a number, a handle or key of an account, an account's id (base 36, or after ~), or the
// directory's key. Accounts that are matched to the person belong to it, proposals do not.
func (w *Warehouse) Whom(ctx context.Context, name string, account uint64) (*Erasable, error) {
	if err := w.readPrivacyKey(); err != nil {
		return nil, err
	}
	all, err := w.loadWho(ctx)
	if err != nil {
		return nil, err
	}
	f := finding{w: w, who: all, found: all.match(), tokens: map[uint64]string{}}
	f.settle()
	tokens := f.named(name, account)
	switch len(tokens) {
	case 0:
		return nil, ErrUnknownName
	case 1:
		e := f.erasable(tokens[0])
		return e, w.countStored(ctx, e)
	}
	return nil, &AmbiguousError{len(tokens)}
}

// countStored counts the rows that name somebody.
func (w *Warehouse) countStored(ctx context.Context, e *Erasable) error {
	accounts, _ := e.ids()
	ids := named("ids", append([]uint64{}, accounts...))
	var rows []Stored
	if err := w.conn.Select(ctx, &rows, sqlFile("stored"), ids); err != nil {
		return fmt.Errorf("count what would go: %w", passing(err))
	}
	e.Stored = rows[0]
	tables, err := w.idTables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if t.RolledUp || slices.Contains(identifying, t.Table) {
			continue
		}
		var found uint64
		where := "has({ids:Array(UInt64)}, " + strings.Join(t.Columns, ") OR has({ids:Array(UInt64)}, ") + ")"
		if err := w.conn.QueryRow(ctx, "SELECT count() FROM "+t.Table+" WHERE "+where, ids).Scan(&found); err != nil {
			return fmt.Errorf("count what would go: %w", passing(err))
		}
		e.Stored.Records += found
	}
	return nil
}

// identifying are the tables that say who somebody is.
var identifying = []string{"account", "account_link", "person", "person_attribute"}

// finding looks for a person. A token stands for one: somebody of the directory, a group of accounts, an account alone.
type finding struct {
	w *Warehouse
	who
	found  identity.Result
	tokens map[uint64]string // by account
}

func (f *finding) settle() {
	for _, a := range f.accounts {
		f.tokens[a.ID] = fmt.Sprintf("alone %x", a.mapKey)
	}
	for _, l := range f.found.Links {
		f.tokens[l.Account] = "directory " + l.Person
		if l.Person == "" {
			f.tokens[l.Account] = "group " + l.Group
		}
	}
}

// named gives the tokens of those who go by a name: the directory's key goes before an account's id, and that before all
// other names.
func (f *finding) named(name string, account uint64) []string {
	for _, p := range f.directory {
		if p.Key == name {
			return []string{"directory " + p.Key}
		}
	}
	if token, known := f.tokens[account]; known {
		return []string{token}
	}
	var out []string
	for _, p := range f.directory {
		if slices.ContainsFunc(append(append([]string{p.Email}, p.Aliases...), p.Phones...), func(s string) bool { return isName(name, s) }) {
			out = append(out, "directory "+p.Key)
		}
	}
	for _, a := range f.accounts {
		if slices.ContainsFunc([]string{a.Key.Value, a.Email, a.Handle, a.Phone}, func(s string) bool { return isName(name, s) }) {
			out = append(out, f.tokens[a.ID])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func isName(name, s string) bool {
	if s == "" {
		return false
	}
	return strings.EqualFold(name, s) || identity.Address(name) != "" && identity.Address(name) == identity.Address(s) ||
		identity.Phone(name) != "" && identity.Phone(name) == identity.Phone(s)
}

func (f *finding) erasable(token string) *Erasable {
	e := &Erasable{token: token, shared: map[uint64][]string{}}
	own := map[uint64]bool{}
	for _, a := range f.accounts {
		if f.tokens[a.ID] == token {
			e.accounts = append(e.accounts, a)
			e.Accounts = append(e.Accounts, f.shown(a, token))
			e.Name = cmp.Or(e.Name, a.Name, a.Email, a.Handle, a.Key.Value)
			own[a.ID] = true
		}
	}
	for _, p := range f.people {
		if p.Origin == "directory" && token == "directory "+p.Key {
			e.people = append(e.people, p)
			e.Person, e.Name = p.Key, cmp.Or(p.Name, p.Email, p.Key)
		}
	}
	f.addGroups(e, token)
	f.noteShared(e, own)
	for _, p := range f.found.Proposals {
		switch {
		case own[p.Account] || e.Person == "" && !own[p.Other] || e.Person != "" && p.Person != e.Person && !own[p.Other]:
		default:
			i := slices.IndexFunc(f.accounts, func(a matchedAccount) bool { return a.ID == p.Account })
			e.Maybe = append(e.Maybe, f.shown(f.accounts[i], ""))
		}
	}
	f.addAlike(e, own)
	return e
}

// addAlike adds accounts alone that are called like one of the person's, with something behind it: ana|away, ana_.
func (f *finding) addAlike(e *Erasable, own map[uint64]bool) {
	handles := map[[2]string]bool{}
	for _, a := range e.accounts {
		handles[[2]string{a.Tool, plainHandle(cmp.Or(a.Handle, valueOf(a.Key, record.KeyHandle)))}] = true
	}
	for _, a := range f.accounts {
		handle := plainHandle(cmp.Or(a.Handle, valueOf(a.Key, record.KeyHandle)))
		i := strings.IndexAny(handle, "|_-^`[]{}\\~/+")
		if i <= 0 || own[a.ID] || !handles[[2]string{a.Tool, handle[:i]}] || !strings.HasPrefix(f.tokens[a.ID], "alone ") ||
			slices.ContainsFunc(e.Maybe, func(m Match) bool { return m.Account == a.ID }) {
			continue
		}
		e.Maybe = append(e.Maybe, f.shown(a, ""))
	}
}

func (f *finding) shown(a matchedAccount, token string) Match {
	m := Match{Account: a.ID, Tool: a.Tool, Workspace: a.Workspace, Key: a.Key.Value, Name: cmp.Or(a.Name, a.Email, a.Handle, a.Key.Value)}
	m.Person, _ = strings.CutPrefix(token, "directory ")
	return m
}

// addGroups adds what stands for groups of the person's accounts that no directory knew at the time.
func (f *finding) addGroups(e *Erasable, token string) {
	addresses := map[string]bool{}
	for _, a := range e.accounts {
		addresses[identity.Address(a.Email)], addresses[identity.Address(a.Key.Value)] = true, true
	}
	for _, p := range e.people {
		for _, s := range append([]string{p.Email}, p.Aliases...) {
			addresses[identity.Address(s)] = true
		}
	}
	delete(addresses, "")
	for _, p := range f.people {
		if p.Origin != "directory" && (token == "group "+p.Key || addresses[identity.Address(p.Key)]) {
			e.people = append(e.people, p)
		}
	}
}

// noteShared notes the names that somebody else bears too. They do not tell the person, and are not put on the list.
func (f *finding) noteShared(e *Erasable, own map[uint64]bool) {
	for _, a := range f.accounts {
		if !own[a.ID] {
			r := a.record()
			for _, h := range f.w.id.name.called(&r) {
				e.shared[h] = append(e.shared[h], f.tokens[a.ID])
			}
		}
	}
	for _, p := range f.directory {
		if p.Key != e.Person {
			for _, h := range f.w.id.name.person(&p) {
				e.shared[h] = append(e.shared[h], "directory "+p.Key)
			}
		}
	}
}

func (a matchedAccount) record() record.Account {
	return record.Account{Tool: a.Tool, Workspace: a.Workspace, Key: a.Key, Kind: a.Kind, Name: a.Name, Email: a.Email, Handle: a.Handle, Phone: a.Phone}
}

// hashes are what goes on the suppression list when these people, named by their tokens, are erased at once.
func (e *Erasable) hashes(n namer, erased map[string]bool) []uint64 {
	var out, others []uint64
	for _, a := range e.accounts {
		r := a.record()
		out = append(out, n.own(&r)...)
		others = append(others, n.profile(&r)...)
	}
	for _, p := range e.people {
		if p.Origin == "directory" {
			r := p.record()
			out = append(out, n.personKey(p.Key))
			others = append(others, n.person(&r)...)
		}
	}
	for _, h := range others {
		if !slices.ContainsFunc(e.shared[h], func(token string) bool { return !erased[token] }) {
			out = append(out, h)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ids are those of the person's accounts, and those under which the person stands in tables of people. Whoever has no
// entry there goes by the id of an account.
func (e *Erasable) ids() (accounts, people []uint64) {
	for _, a := range e.accounts {
		accounts = append(accounts, a.ID)
	}
	for _, p := range e.people {
		people = append(people, p.ID)
	}
	return accounts, people
}
