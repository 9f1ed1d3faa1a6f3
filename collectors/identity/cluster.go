package identity

import (
	"cmp"
	"slices"

	"crosstalk/collectors/record"
)

// matcher joins accounts and people of the directory to clusters, each one human's.
type matcher struct {
	accounts  []candidate // of humans
	directory []record.Person
	clusters  []*cluster     // by account
	people    []*cluster     // by person of the directory; nil without an account
	byID      map[uint64]int // accounts
	byKey     map[string]int // people
	accepted  []pair
	rejected  []pair
	addresses map[string]int // of the directory, main ones; contested ones are none's
	aliases   map[string]int
}

// candidate is an account in its normal form.
type candidate struct {
	Account
	email  string // or empty
	phone  string // E.164, or empty
	name   string // folded, when it is a full one
	method Method
}

// cluster is what is held to be one human's.
type cluster struct {
	members []int // accounts
	person  int   // of the directory, or -1
}

// pair is an account and a person or another account, by their indexes.
type pair struct{ account, person, other int }

const nobody = -1

func newMatcher(accounts []Account, directory []record.Person, decisions []Decision) *matcher {
	m := &matcher{
		directory: slices.Clone(directory), people: make([]*cluster, len(directory)), byID: map[uint64]int{}, byKey: map[string]int{},
		addresses: map[string]int{}, aliases: map[string]int{},
	}
	slices.SortFunc(m.directory, func(a, b record.Person) int { return cmp.Compare(a.Key, b.Key) })
	for i, p := range m.directory {
		m.byKey[p.Key] = i
		claim(m.addresses, Address(p.Email), i)
		for _, alias := range p.Aliases {
			claim(m.aliases, Address(alias), i)
		}
	}
	for _, a := range accounts {
		if IsHuman(a.Kind) {
			m.accounts = append(m.accounts, normalised(a))
		}
	}
	slices.SortFunc(m.accounts, func(a, b candidate) int { return cmp.Or(compareKeys(a.Account, b.Account), cmp.Compare(a.ID, b.ID)) })
	for i, a := range m.accounts {
		m.byID[a.ID] = i
		if i > 0 && compareKeys(a.Account, m.accounts[i-1].Account) == 0 { // two writers gave one account two ids
			m.clusters = append(m.clusters, m.clusters[i-1])
			m.clusters[i].members = append(m.clusters[i].members, i)
			continue
		}
		m.clusters = append(m.clusters, &cluster{members: []int{i}, person: nobody})
	}
	for _, d := range decisions {
		if p, known := m.pairOf(d); known && d.Accepted {
			m.accepted = append(m.accepted, p)
		} else if known {
			m.rejected = append(m.rejected, p)
		}
	}
	return m
}

func compareKeys(a, b Account) int {
	return cmp.Or(cmp.Compare(a.Tool, b.Tool), cmp.Compare(a.Workspace, b.Workspace), cmp.Compare(a.Key.Kind, b.Key.Kind), cmp.Compare(a.Key.Scope, b.Key.Scope), cmp.Compare(a.Key.Value, b.Key.Value))
}

func normalised(a Account) candidate {
	c := candidate{Account: a, email: Address(a.Email), phone: Phone(a.Phone), name: FullName(a.Name)}
	switch a.Key.Kind {
	case record.KeyEmail:
		c.email = Address(a.Key.Value)
	case record.KeyPhone:
		c.phone = Phone(a.Key.Value)
	case record.KeyDisplayName:
		if c.name == "" {
			c.name = FullName(a.Key.Value)
		}
	}
	return c
}

func (m *matcher) pairOf(d Decision) (pair, bool) {
	account, known := m.byID[d.Account]
	if !known {
		return pair{}, false
	}
	if d.Person != "" {
		person, known := m.byKey[d.Person]
		return pair{account, person, nobody}, known
	}
	other, known := m.byID[d.Other]
	return pair{account, nobody, other}, known
}

// claim notes that somebody has a value; one that two have is nobody's.
func claim[K comparable](values map[K]int, value K, who int) {
	var none K
	if value == none {
		return
	}
	if other, taken := values[value]; taken && other != who {
		who = nobody
	}
	values[value] = who
}

func (m *matcher) cluster(account int) *cluster { return m.clusters[account] }

// join joins two accounts by a method, unless something keeps them apart.
func (m *matcher) join(a, b int, by Method) bool { return m.merge(m.clusters[a], m.clusters[b], by) }

// assign joins an account to a person of the directory, unless something keeps them apart.
func (m *matcher) assign(account, person int, by Method) bool {
	if m.people[person] == nil {
		m.people[person] = &cluster{person: person}
	}
	return m.merge(m.clusters[account], m.people[person], by)
}

// merge makes two clusters one. Two people of the directory never become one, nor what
// somebody told apart.
func (m *matcher) merge(a, b *cluster, by Method) bool {
	if a == b {
		return true
	}
	if a.person >= 0 && b.person >= 0 || by != Accepted && m.toldApart(a, b) {
		return false
	}
	// Those whose person becomes known, or who were alone, were joined by this.
	for _, c := range []*cluster{a, b} {
		if c.person >= 0 {
			continue
		}
		for _, i := range c.members {
			own := &m.accounts[i].method
			if *own == "" || a.person != b.person && confidences[by] < confidences[*own] {
				*own = by
			}
		}
	}
	if len(a.members) < len(b.members) {
		a, b = b, a
	}
	a.members = append(a.members, b.members...)
	for _, i := range b.members {
		m.clusters[i] = a
	}
	if person := max(a.person, b.person); person >= 0 {
		a.person = person
		m.people[person] = a
	}
	return true
}

func (m *matcher) toldApart(a, b *cluster) bool {
	for _, r := range m.rejected {
		one := m.clusters[r.account]
		if one != a && one != b {
			continue
		}
		other := b
		if one == b {
			other = a
		}
		if r.person >= 0 && other.person == r.person || r.other >= 0 && m.clusters[r.other] == other {
			return true
		}
	}
	return false
}
