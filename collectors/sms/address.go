package sms

import (
	"slices"
	"strings"

	"crosstalk/collectors/phone"
	"crosstalk/collectors/record"
)

// address is one end of a message.
type address struct {
	account record.Account
	told    bool // the sink knows it
}

// book turns addresses as phones store them into accounts, and remembers them.
type book struct {
	settings *settings
	region   string // of numbers without a country code; empty when unknown
	entries  map[string]*address
	owner    *address
}

const rememberedAddresses = 1 << 16

func newBook(s *settings, region string) *book {
	b := &book{settings: s, region: region, entries: map[string]*address{}}
	b.owner = &address{account: record.Account{Tool: s.tool, Workspace: s.workspace, Kind: record.AccountHuman}}
	if s.owner == "" {
		b.owner.account.Key = record.AccountKey{Kind: record.KeyHandle, Value: "owner"}
		return b
	}
	b.owner.account = b.account(s.owner)
	b.owner.account.Kind = record.AccountHuman
	return b
}

// the word that stands for the phone's own number in multimedia messages
const ownToken = "insert-address-token"

// find gives the account behind an address, or nil where there is none.
func (b *book) find(raw string) *address {
	raw = strings.TrimSpace(raw)
	switch raw {
	case "", "null", "-1", "-2", "-3": // withheld
		return nil
	case ownToken:
		return b.owner
	}
	if a := b.entries[raw]; a != nil {
		return a
	}
	account := b.account(raw)
	if account.Key.IsZero() {
		return nil
	}
	if len(b.entries) >= rememberedAddresses {
		clear(b.entries) // some accounts will be told a second time, which changes nothing
	}
	a := b.entries[account.Key.Value] // another spelling of it
	if account.Key == b.owner.account.Key {
		a = b.owner
	} else if a == nil {
		a = &address{account: account}
		b.entries[account.Key.Value] = a
	}
	b.entries[strings.Clone(raw)] = a
	return a
}

// account reads an address.
func (b *book) account(raw string) record.Account {
	a := phone.Account(raw, b.region)
	a.Tool, a.Workspace = b.settings.tool, b.settings.workspace
	return a
}

// party is a set of addresses.
type party []*address

func (p party) with(a *address) party {
	if a == nil || slices.Contains(p, a) {
		return p
	}
	return append(p, a)
}

// key names the conversation of these people, whatever their order.
func (p party) key() string {
	if len(p) == 1 {
		return p[0].account.Key.Value
	}
	values := make([]string, len(p))
	for i, a := range p {
		values[i] = a.account.Key.Value
	}
	slices.Sort(values)
	return strings.Join(values, "~")
}
