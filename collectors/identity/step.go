package identity

import (
	"maps"
	"slices"
	"strings"

	"crosstalk/collectors/record"
)

// accept joins what somebody accepted.
func (m *matcher) accept() {
	for _, p := range m.accepted {
		if p.person >= 0 {
			m.assign(p.account, p.person, Accepted)
		} else {
			m.join(p.account, p.other, Accepted)
		}
	}
}

// byEmail joins what has the same address.
func (m *matcher) byEmail() {
	m.together(ByEmail, func(a candidate) string { return a.email }, m.addresses)
}

// byAlias joins what has the same address but for a tag behind a plus sign or what its provider
// leaves out, and what has a further address of the directory.
func (m *matcher) byAlias() {
	m.together(ByAlias, func(a candidate) string { return a.email }, m.aliases)
	plain := map[string]int{}
	for i, p := range m.directory {
		for _, address := range append([]string{p.Email}, p.Aliases...) {
			claim(plain, untagged(Address(address)), i)
		}
	}
	m.together(ByAlias, func(a candidate) string { return untagged(a.email) }, plain)
}

// byPhone joins what has the same number. One that two accounts of a workspace have is a desk's
// or a family's.
func (m *matcher) byPhone() {
	phones := map[string]int{}
	for i, p := range m.directory {
		for _, number := range p.Phones {
			claim(phones, Phone(number), i)
		}
	}
	type place struct{ tool, workspace, phone string }
	users := map[place]int{}
	shared := map[string]bool{}
	for _, a := range m.accounts {
		p := place{a.Tool, a.Workspace, a.phone}
		if users[p]++; users[p] > 1 {
			shared[a.phone] = true
		}
	}
	m.together(ByPhone, func(a candidate) string {
		if shared[a.phone] {
			return ""
		}
		return a.phone
	}, phones)
}

// byHandle joins what the directory declares.
func (m *matcher) byHandle() {
	type handle struct{ tool, value string }
	declared := map[handle]int{}
	for i, p := range m.directory {
		for tool, values := range p.Handles {
			for _, v := range values {
				if v = bareHandle(v); v != "" {
					claim(declared, handle{tool, v}, i)
				}
			}
		}
	}
	for i, a := range m.accounts {
		names := []string{a.Handle}
		if a.Key.Kind != record.KeyDisplayName { // a display name is no handle
			names = append(names, a.Key.Value)
		}
		for _, name := range names {
			if person, known := declared[handle{a.Tool, bareHandle(name)}]; known && person >= 0 {
				m.assign(i, person, ByHandle)
			}
		}
	}
}

// byProfile joins accounts whose tool calls them by an address: a SIP URI, a principal
// name, a JID.
func (m *matcher) byProfile() {
	known := maps.Clone(m.aliases)
	for address, person := range m.addresses {
		claim(known, address, person)
	}
	m.together(ByProfile, func(a candidate) string {
		if a.email != "" {
			return a.email
		}
		for _, name := range []string{a.Handle, a.Key.Value} {
			if strings.Contains(name, "@") && a.Key.Kind != record.KeyDisplayName {
				return Address(name)
			}
		}
		return ""
	}, known)
}

// together joins all accounts of the same value, and the person of the directory whose it is.
func (m *matcher) together(by Method, value func(candidate) string, people map[string]int) {
	first := map[string]int{}
	for i, a := range m.accounts {
		v := value(a)
		if v == "" {
			continue
		}
		person, known := people[v]
		if known && person == nobody {
			continue // two people claim it
		}
		if known {
			m.assign(i, person, by)
		}
		if other, seen := first[v]; seen {
			m.join(other, i, by)
		} else {
			first[v] = i
		}
	}
}

// byName joins what has the same full name, when nobody else in the directory and in the
// workspace has it, and nothing speaks against it. A guest is of another organisation, and a
// name alone does not make one of this.
func (m *matcher) byName() {
	people := map[string]int{}
	for i, p := range m.directory {
		claim(people, FullName(p.Name), i)
	}
	named := m.named()
	for _, name := range slices.Sorted(maps.Keys(named)) {
		accounts := named[name]
		person, known := people[name]
		switch {
		case known && person == nobody:
		case known:
			for _, i := range m.aloneInTheirWorkspace(accounts) {
				if c := m.cluster(i); c.person < 0 && m.accounts[i].Kind != record.AccountGuest && !m.contradicts(c, person) {
					m.assign(i, person, ByName)
				}
			}
		case len(m.aloneInTheirWorkspace(accounts)) == len(accounts) && m.oneAddress(accounts):
			for _, i := range accounts[1:] {
				m.join(accounts[0], i, ByName)
			}
		}
	}
}

// named are the accounts of each full name.
func (m *matcher) named() map[string][]int {
	out := map[string][]int{}
	for i, a := range m.accounts {
		if a.name != "" {
			out[a.name] = append(out[a.name], i)
		}
	}
	return out
}

// aloneInTheirWorkspace are those accounts of a name that no other human's account of their
// workspace shares it with. A name only, which several conversations show, is one.
func (m *matcher) aloneInTheirWorkspace(accounts []int) []int {
	type place struct{ tool, workspace string }
	type self struct {
		cluster *cluster
		name    string
	}
	there := map[place]map[self]bool{}
	who := func(i int) (place, self) {
		a := m.accounts[i]
		if a.Key.Kind == record.KeyDisplayName {
			return place{a.Tool, a.Workspace}, self{name: a.Key.Value}
		}
		return place{a.Tool, a.Workspace}, self{cluster: m.cluster(i)}
	}
	for _, i := range accounts {
		p, s := who(i)
		if there[p] == nil {
			there[p] = map[self]bool{}
		}
		there[p][s] = true
	}
	var out []int
	for _, i := range accounts {
		if p, _ := who(i); len(there[p]) == 1 {
			out = append(out, i)
		}
	}
	return out
}

// contradicts reports whether accounts have an address or number, and a person another.
func (m *matcher) contradicts(c *cluster, person int) bool {
	p := m.directory[person]
	for _, i := range c.members {
		a := m.accounts[i]
		if a.email != "" && p.Email != "" || a.phone != "" && len(p.Phones) > 0 {
			return true
		}
	}
	return false
}

// oneAddress reports whether the accounts of a name may be one human's: at most one of their
// clusters has addresses, at most one numbers, and one of them has more than a name.
func (m *matcher) oneAddress(accounts []int) bool {
	mail, phone := map[*cluster]bool{}, map[*cluster]bool{}
	more := false
	for _, i := range accounts {
		c := m.cluster(i)
		if c.person >= 0 {
			return false
		}
		for _, j := range c.members {
			a := m.accounts[j]
			if a.email != "" {
				mail[c] = true
			}
			if a.phone != "" {
				phone[c] = true
			}
			more = more || a.Key.Kind != record.KeyDisplayName
		}
	}
	return more && len(mail) <= 1 && len(phone) <= 1
}
