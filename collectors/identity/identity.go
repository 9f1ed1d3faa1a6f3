// Package identity matches accounts to people. It is pure: it is given accounts and a
// directory and says which account belongs to whom, by which method and how surely. It
// must not guess: two accounts that share nothing but a name stay apart.
package identity

import (
	"slices"
	"strings"

	"crosstalk/collectors/record"
)

// Account is what is known of an account for matching.
type Account struct {
	ID     uint64
	Tool   string
	Key    record.AccountKey
	Kind   record.AccountKind
	Email  string
	Handle string
}

// Method says by what an account was matched.
type Method string

// Methods, in the order in which they are tried.
const (
	ByEmail  Method = "email"  // the account's address is that of the person
	ByHandle Method = "handle" // the directory declares the account's handle or id for its tool
)

// Link joins an account to a person. Person is the directory's key, or empty when no
// directory knows the address and several accounts share it; Email is that address.
type Link struct {
	Account    uint64
	Person     string
	Email      string
	Method     Method
	Confidence float32 // 0 to 1
}

// Match links accounts to people. The result is ordered by account. Bots, shared mailboxes and
// the tool's own accounts are nobody's.
func Match(accounts []Account, directory []record.Person) []Link {
	byEmail, byHandle := index(directory)
	shared := map[string]int{}
	var links []Link
	var open []Account
	for _, a := range accounts {
		if a.Kind == record.AccountBot || a.Kind == record.AccountShared || a.Kind == record.AccountSystem {
			continue
		}
		email := address(a)
		switch {
		case email != "" && byEmail[email] != "":
			links = append(links, Link{a.ID, byEmail[email], "", ByEmail, 1})
		case declared(a, byHandle) != "":
			links = append(links, Link{a.ID, declared(a, byHandle), "", ByHandle, 0.95})
		case email != "":
			shared[email]++
			open = append(open, a)
		}
	}
	for _, a := range open {
		if email := address(a); shared[email] > 1 {
			links = append(links, Link{a.ID, "", email, ByEmail, 1})
		}
	}
	slices.SortFunc(links, func(a, b Link) int {
		switch {
		case a.Account < b.Account:
			return -1
		case a.Account > b.Account:
			return 1
		}
		return 0
	})
	return links
}

type handle struct{ tool, value string }

// index makes the look-ups. What two people of the directory claim matches neither.
func index(directory []record.Person) (byEmail map[string]string, byHandle map[handle]string) {
	byEmail, byHandle = map[string]string{}, map[handle]string{}
	const contested = "\x00"
	for _, p := range directory {
		if email := normal(p.Email); email != "" {
			if other, taken := byEmail[email]; taken && other != p.Key {
				byEmail[email] = contested
			} else {
				byEmail[email] = p.Key
			}
		}
		for tool, values := range p.Handles {
			for _, v := range values {
				h := handle{tool, normal(v)}
				if h.value == "" {
					continue
				}
				if other, taken := byHandle[h]; taken && other != p.Key {
					byHandle[h] = contested
				} else {
					byHandle[h] = p.Key
				}
			}
		}
	}
	for k, v := range byEmail {
		if v == contested {
			delete(byEmail, k)
		}
	}
	for k, v := range byHandle {
		if v == contested {
			delete(byHandle, k)
		}
	}
	return byEmail, byHandle
}

func address(a Account) string {
	if a.Key.Kind == record.KeyEmail {
		return normal(a.Key.Value)
	}
	return normal(a.Email)
}

// declared looks for a handle of the directory among what names the account. A display
// name is no handle.
func declared(a Account, byHandle map[handle]string) string {
	if a.Key.Kind != record.KeyDisplayName {
		if p := byHandle[handle{a.Tool, normal(a.Key.Value)}]; p != "" {
			return p
		}
	}
	if a.Handle == "" {
		return ""
	}
	return byHandle[handle{a.Tool, normal(a.Handle)}]
}

func normal(s string) string { return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "@")) }
