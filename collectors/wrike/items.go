package wrike

import (
	"maps"
	"slices"

	"crosstalk/collectors/record"
)

// items are tasks, folders and projects, whose comments are conversations, with the contacts
// who take part in them, groups too. There may be as many as messages: of one no more is
// held than its id and some numbers.
type items struct {
	found   map[string]span   // in arena, by id
	arena   []uint32          // people by their numbers, those of one item together
	numbers map[string]uint32 // of people
	people  []string          // their ids
	scratch []uint32
}

type span struct{ from, to uint32 }

func newItems() items { return items{found: map[string]span{}, numbers: map[string]uint32{}} }

// takes adds one to the item that is being read.
func (t *items) takes(person string) { t.arena = append(t.arena, t.number(person)) }

func (t *items) number(person string) uint32 {
	n, known := t.numbers[person]
	if !known {
		n = uint32(len(t.people))
		t.numbers[person], t.people = n, append(t.people, person)
	}
	return n
}

// end is the end of the item that is being read, whose people begin at from.
func (t *items) end(id string, from int) {
	people := t.arena[from:]
	slices.Sort(people)
	t.arena = t.arena[:from+len(slices.Compact(people))]
	t.found[id] = span{uint32(from), uint32(len(t.arena))}
}

// drop forgets the item that is being read.
func (t *items) drop(from int) { t.arena = t.arena[:from] }

func (t *items) ids() []string { return slices.Sorted(maps.Keys(t.found)) }

// members are those who take part in an item, groups by their members, put behind those there
// are; nobody where nothing tells of the item.
func (r *run) membersOf(id string, to []record.Member) []record.Member {
	t := &r.items
	at := t.found[id]
	t.scratch = t.scratch[:0]
	for _, n := range t.arena[at.from:at.to] {
		c := r.contacts[t.people[n]]
		if c == nil || !c.isGroup {
			t.scratch = append(t.scratch, n)
			continue
		}
		for _, member := range c.members {
			t.scratch = append(t.scratch, t.number(member))
		}
	}
	slices.Sort(t.scratch)
	for _, n := range slices.Compact(t.scratch) {
		to = append(to, record.Member{Account: toolID(t.people[n])})
	}
	return to
}
