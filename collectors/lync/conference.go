package lync

import (
	"hash/maphash"
	"slices"

	"crosstalk/collectors/record"
)

// conferences holds who got the messages of which conference, until the messages come. There
// are as many as messages in an archive, so of one no more is held than some numbers, and no
// more of them than there is room for: of the rest it is not known who heard them.
type conferences struct {
	most    int // conferences,
	seats   int // and members of all together
	seed    maphash.Seed
	index   map[uint64]uint32 // in list, by the hash of the session
	list    []conference
	arena   []uint32 // members by their numbers, those of one conference together
	numbers map[record.AccountKey]uint32
	people  []record.AccountKey
}

// conference is a meeting with those who got its messages.
type conference struct {
	from, members uint32 // in the arena
	told          bool
	overfull      bool // not all of its members are held: none is told
}

// maxHearers is how many people are told apart in one conference, of which there are ten
// thousand at most.
const maxHearers = 1 << 16

// What is held at most, in about 130 MB.
const (
	mostConferences = 3 << 19
	mostSeats       = 8 << 20
)

func newConferences() conferences {
	return conferences{most: mostConferences, seats: mostSeats, seed: maphash.MakeSeed(), index: map[uint64]uint32{}, numbers: map[record.AccountKey]uint32{}}
}

// find gives the conference of a session, or nil if nobody is known to have got its messages.
func (h *conferences) find(session string) *conference {
	i, known := h.index[maphash.String(h.seed, session)]
	if !known || h.list[i].overfull {
		return nil
	}
	return &h.list[i]
}

// of gives the conference of a session, which is added; nil if there is no room.
func (h *conferences) of(session string) *conference {
	hash := maphash.String(h.seed, session)
	i, known := h.index[hash]
	if !known && len(h.list) >= h.most {
		return nil
	}
	if !known {
		i = uint32(len(h.list))
		h.index[hash], h.list = i, append(h.list, conference{})
	}
	return &h.list[i]
}

func (h *conferences) members(c *conference) []uint32 { return h.arena[c.from : c.from+c.members] }

// hear adds one who got messages of a conference, and reports whether there was room.
func (h *conferences) hear(session string, key record.AccountKey) bool {
	c := h.of(session)
	if c == nil || c.overfull {
		return false
	}
	n, known := h.numbers[key]
	if !known {
		n = uint32(len(h.people))
		h.numbers[key], h.people = n, append(h.people, key)
	}
	members := h.members(c)
	if slices.Contains(members, n) {
		return true
	}
	if len(members) >= maxHearers || len(h.arena)+len(members) >= h.seats {
		c.overfull = true
		return false
	}
	if int(c.from+c.members) != len(h.arena) {
		c.from = uint32(len(h.arena))
		h.arena = append(h.arena, members...)
	}
	h.arena = append(h.arena, n)
	c.members++
	return true
}

// announce makes the members those of the conversation.
func (h *conferences) announce(c *conference, where *record.Conversation) {
	c.told = true
	for _, n := range h.members(c) {
		where.Members = append(where.Members, record.Member{Account: h.people[n]})
	}
}

// address makes those who heard the conference the recipients of a message.
func (h *conferences) address(m *record.Message, c *conference) {
	if c == nil {
		return
	}
	members := h.members(c)
	m.RecipientSource, m.Audience = record.RecipientsMembership, uint32(len(members))
	if n, known := h.numbers[m.Sender]; known && slices.Contains(members, n) {
		m.Audience--
	}
	if len(members) > record.SmallRoom {
		return
	}
	for _, n := range members {
		if one := h.people[n]; one != m.Sender {
			m.Recipients = append(m.Recipients, one)
		}
	}
}
