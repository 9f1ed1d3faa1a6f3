// Package identity matches accounts to people. It is pure: it is given accounts, a directory
// and what people decided, and says which account belongs to whom, by which method and how
// surely. It must not guess: what only might be is a proposal, which a person accepts or
// rejects, and two accounts that share nothing but a name that others have too stay apart.
package identity

import (
	"cmp"
	"slices"

	"crosstalk/collectors/record"
)

// Account is what is known of an account for matching.
type Account struct {
	ID        uint64
	Tool      string
	Workspace string
	Key       record.AccountKey
	Kind      record.AccountKind
	Name      string // of its profile
	Email     string
	Handle    string
	Phone     string
}

// Method says by what an account was matched.
type Method string

// Methods, in the order in which they are tried: each joins only what no earlier one keeps apart.
const (
	Accepted  Method = "accepted" // somebody accepted it
	ByEmail   Method = "email"    // the same address
	ByAlias   Method = "alias"    // an address the directory lists beside the main one, or the same without what follows a plus sign
	ByPhone   Method = "phone"    // the same number in E.164, which no other account of either workspace has
	ByHandle  Method = "handle"   // the directory declares the account's handle or id for its tool
	ByProfile Method = "profile"  // the tool's own name of the account has the form of an address, and is that of the person
	ByName    Method = "name"     // the same full name, which nobody else has
)

// confidences say how surely a method joins, 0 to 1.
var confidences = map[Method]float32{Accepted: 1, ByEmail: 1, ByAlias: 0.98, ByPhone: 0.97, ByHandle: 0.95, ByProfile: 0.95, ByName: 0.9}

// Link joins an account to a person. Person is the directory's key, or empty when no
// directory knows the person and several accounts are joined: Group then names them by the
// first of their addresses or, without one, of their keys.
type Link struct {
	Account    uint64
	Person     string
	Group      string
	Method     Method // the weakest step of the way
	Confidence float32
}

// Proposal is what may be: that an account is a person's of the directory, or the same
// person's as another account.
type Proposal struct {
	Account uint64
	Person  string // the directory's key, or empty
	Other   uint64 // the other account, or 0
	Score   float32
	Reasons []string
}

// Decision is what somebody said of a proposal or of a link. Person and Other are as in
// Proposal.
type Decision struct {
	Account  uint64
	Person   string
	Other    uint64
	Accepted bool
}

// Result is who is who, and who might be; both by account.
type Result struct {
	Links     []Link
	Proposals []Proposal
}

// IsHuman reports whether an account of a kind is somebody's: not a bot's, a shared mailbox or a tool's
// own.
func IsHuman(k record.AccountKind) bool {
	return k != record.AccountBot && k != record.AccountShared && k != record.AccountSystem
}

// Match links accounts to people. Bots, shared mailboxes and a tool's own accounts are nobody's.
// The result does not depend on the order of what it is given.
func Match(accounts []Account, directory []record.Person, decisions []Decision) Result {
	m := newMatcher(accounts, directory, decisions)
	m.accept()
	m.byEmail()
	m.byAlias()
	m.byPhone()
	m.byHandle()
	m.byProfile()
	m.byName()
	return Result{Links: m.links(), Proposals: m.propose()}
}

// links says what came of the clusters.
func (m *matcher) links() []Link {
	var out []Link
	for i, a := range m.accounts {
		c := m.cluster(i)
		switch {
		case c.person >= 0:
			out = append(out, Link{Account: a.ID, Person: m.directory[c.person].Key, Method: a.method, Confidence: confidences[a.method]})
		case a.method != "": // joined to another account
			out = append(out, Link{Account: a.ID, Group: m.groupName(c), Method: a.method, Confidence: confidences[a.method]})
		}
	}
	slices.SortFunc(out, func(a, b Link) int { return cmp.Compare(a.Account, b.Account) })
	return out
}

// groupName names a cluster that no directory knows.
func (m *matcher) groupName(c *cluster) string {
	var addresses, keys []string
	for _, i := range c.members {
		a := m.accounts[i]
		if a.email != "" {
			addresses = append(addresses, a.email)
		}
		keys = append(keys, a.Tool+"\x00"+a.Workspace+"\x00"+a.Key.Scope+"\x00"+a.Key.Value)
	}
	if len(addresses) > 0 {
		return slices.Min(addresses)
	}
	return slices.Min(keys)
}
