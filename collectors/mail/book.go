package mail

import (
	"slices"

	"crosstalk/collectors/record"
)

// book remembers the addresses of a run by the text they stood in, so that each is
// parsed once. When it is full it starts anew; only time and repeated names are lost.
type book struct {
	entries map[string]*entry
	lists   map[string][]*entry // whole lists, which answers and series repeat
	listed  int                 // bytes of the lists' text
	scratch []*entry            // of a list too long to keep
	people  map[record.AccountKey]*person
	names   map[string]struct{} // address and name already told
	message uint32              // ordinal of the message at hand
}

// person is one account of the book.
type person struct {
	key    record.AccountKey
	seen   uint32 // the last message addressed to it
	shared bool   // the sink knows that it is a list's address
}

// entry is one text that stood for an address; a nil person is nobody.
type entry struct {
	person *person
	name   string
	told   bool
}

// Bounds of the book: entries, the longest text that is worth keeping, and the same
// for lists, in bytes.
const (
	bookSize     = 1 << 16
	longestEntry = 512
	listsSize    = 4 << 20
	longestList  = 64 << 10
)

func (b *book) reset() {
	b.entries = map[string]*entry{}
	b.lists, b.listed = map[string][]*entry{}, 0
	b.people = map[record.AccountKey]*person{}
	b.names = map[string]struct{}{}
}

// begin marks the next message.
func (b *book) begin() {
	b.message++
	if len(b.entries) > bookSize || len(b.people) > bookSize || len(b.names) > bookSize {
		b.reset()
	}
	if b.listed > listsSize {
		clear(b.lists)
		b.listed = 0
	}
}

// list gives the accounts of a whole To or Cc value; those that name nobody are left
// out. The slice holds until the next call.
func (b *book) list(value []byte) []*entry {
	if known, ok := b.lists[string(value)]; ok {
		return known
	}
	b.scratch = b.scratch[:0]
	addresses := newAddressList(value)
	for token, ok := addresses.next(); ok; token, ok = addresses.next() {
		if e := b.find(token); e.person != nil {
			b.scratch = append(b.scratch, e)
		}
	}
	if len(value) <= longestList {
		b.lists[string(value)] = slices.Clone(b.scratch)
		b.listed += len(value)
	}
	return b.scratch
}

// find gives the account behind the text of one address.
func (b *book) find(token []byte) *entry {
	if e, ok := b.entries[string(token)]; ok {
		return e
	}
	e := &entry{}
	if a, ok := parseAddress(token); ok {
		e.person, e.name = b.person(a.key), a.name
	}
	if len(token) <= longestEntry {
		b.entries[string(token)] = e
	}
	return e
}

func (b *book) person(key record.AccountKey) *person {
	p := b.people[key]
	if p == nil {
		p = &person{key: key}
		b.people[key] = p
	}
	return p
}

// first reports whether the message at hand meets this person for the first time.
func (b *book) first(p *person) bool {
	met := p.seen == b.message
	p.seen = b.message
	return !met
}

// addressed reports whether the message at hand has this person among its recipients.
func (b *book) addressed(p *person) bool { return p.seen == b.message }

// news reports whether this address has not stood beside this name before.
func (b *book) news(e *entry) bool {
	key := e.person.key.Value + "\x00" + e.name
	_, old := b.names[key]
	b.names[key] = struct{}{}
	return !old
}
