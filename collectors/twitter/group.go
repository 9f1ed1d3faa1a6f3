package twitter

import (
	"maps"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// group is what all events of a group say of who is in it.
type group struct {
	stays map[string][]turn // of everybody who is named, in no order
	names []string          // of those, sorted
}

// turn is a change: somebody was seen to come in, or to leave.
type turn struct {
	at time.Time
	in bool
}

// note takes in an event of a group.
func (r *run) note(b *batch, e *event) error {
	g := r.groups[b.conversation]
	if g == nil {
		g = &group{stays: map[string][]turn{}}
		r.groups[b.conversation] = g
	}
	if _, known := g.stays[e.sender]; !known && e.sender != "" {
		g.stays[e.sender] = nil // there, nobody knows since when
	}
	for _, user := range e.users {
		g.stays[user] = append(g.stays[user], turn{e.at, e.kind != left})
	}
	return nil
}

// settle puts everybody's turns in order.
func (g *group) settle() {
	g.names = slices.Sorted(maps.Keys(g.stays))
	for _, turns := range g.stays {
		slices.SortFunc(turns, func(a, b turn) int { return a.at.Compare(b.at) })
	}
}

// isIn reports whether somebody was in the group at a time. Before their first turn they
// were if they left with it.
func (g *group) isIn(user string, at time.Time) bool {
	turns := g.stays[user]
	in := len(turns) == 0 || !turns[0].in
	for _, t := range turns {
		if t.at.After(at) {
			break
		}
		in = t.in
	}
	return in
}

// announceGroups tells the sink of the groups and of who is in them.
func (r *run) announceGroups() error {
	for _, id := range slices.Sorted(maps.Keys(r.groups)) {
		g := r.groups[id]
		g.settle()
		c := r.place(id)
		for _, user := range g.names {
			c.Members = append(c.Members, g.member(user))
		}
		if err := r.sink.Conversation(&c); err != nil {
			return err
		}
	}
	return nil
}

// member is somebody's last stay.
func (g *group) member(user string) record.Member {
	m := record.Member{Account: account(user)}
	for _, t := range g.stays[user] {
		if t.in {
			m.From, m.To = t.at, time.Time{}
		} else {
			m.To = t.at
		}
	}
	return m
}

// place describes a conversation: two ids with a dash are of two members.
func (r *run) place(id string) record.Conversation {
	c := record.Conversation{Tool: Tool, Workspace: r.workspace, Key: id, Kind: record.ConversationGroup, Coverage: record.CoverageMember}
	if strings.Contains(id, "-") {
		c.Kind = record.ConversationDirect
	}
	if r.partial {
		c.Coverage = record.CoverageTruncated
	}
	return c
}
