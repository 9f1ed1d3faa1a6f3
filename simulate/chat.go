package simulate

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// rooms is what a chat tool offers each person.
type rooms struct {
	direct   [][]int32 // by person, along the contacts: a place, or -1
	groups   [][]int32
	channels [][]int32 // the likeliest first
	threads  bool      // otherwise people are spoken to by name
}

// newPlace adds a conversation.
func (g *generator) newPlace(k placeKind, name string, members []int32) int32 {
	slices.Sort(members)
	members = slices.Compact(members)
	n := len(g.places)
	prefix := [...]string{direct: "D", group: "G", channel: "C", private: "G", alerts: "C", standup: "G"}[k]
	g.places = append(g.places, place{
		id: prefix + base32ID(mix(uint64(n+1), g.seed+uint64(g.tool))), name: name, kind: k, members: members,
		created: g.cal.from - int64(30+n%400)*day, lastFrom: -1,
	})
	return int32(n)
}

// furnish makes the channels of teams, departments and projects, the groups and the
// direct conversations.
func (g *generator) furnish(c *company, rm *rooms) {
	n := len(g.people)
	rm.direct, rm.groups, rm.channels = make([][]int32, n), make([][]int32, n), make([][]int32, n)
	for t := range c.teams {
		k := channel
		if t%3 == 1 {
			k = private
		}
		g.open(rm, k, "team-"+slug(c.teams[t].name), g.users(c.teams[t].members))
	}
	for d := range c.depts {
		g.open(rm, channel, "dept-"+slug(c.depts[d].name), g.users(c.everyoneIn(d)))
	}
	for p := range max(2, n/40) {
		g.open(rm, channel, fmt.Sprintf("proj-%s", projects[p%len(projects)]+numbered(p/len(projects))), g.draw(n, 12+g.r.IntN(20)))
	}
	g.open(rm, channel, "general", g.users(all(n)))
	g.makeGroups(c, rm)
	g.makeDirect(rm)
}

var projects = words("harbour lantern meadow beacon willow granite compass orchard delta summit")

func numbered(k int) string {
	if k == 0 {
		return ""
	}
	return fmt.Sprintf("-%d", k+1)
}

func all(n int) []int32 {
	list := make([]int32, n)
	for i := range list {
		list[i] = int32(i)
	}
	return list
}

func (c *company) everyoneIn(d int) []int32 {
	var list []int32
	for _, t := range c.depts[d].teams {
		list = append(list, c.teams[t].members...)
	}
	return list
}

// users are those of a list who ever use the tool.
func (g *generator) users(list []int32) []int32 {
	var out []int32
	for _, i := range list {
		if g.uses[g.tool][i].from < g.cal.to {
			out = append(out, i)
		}
	}
	return out
}

func (g *generator) draw(n, size int) []int32 {
	var list []int32
	for range size {
		list = append(list, int32(g.r.IntN(n)))
	}
	return g.users(list)
}

// settled keeps those who are there over the whole span: small conversations have no
// others, so that their size is never in doubt.
func (g *generator) settled(list []int32) []int32 {
	return slices.DeleteFunc(list, func(i int32) bool { return !g.people[i].stays(g.cal) })
}

func (g *generator) open(rm *rooms, k placeKind, name string, members []int32) {
	if len(members) <= smallRoom+4 {
		members = g.settled(members)
	}
	if len(members) < 3 || g.rosterless && len(members) <= smallRoom {
		return
	}
	at := g.newPlace(k, name, members)
	for _, i := range g.places[at].members {
		rm.channels[i] = append(rm.channels[i], at)
	}
}

// makeGroups opens group conversations of three to eight, and a small private channel
// in every other team.
func (g *generator) makeGroups(c *company, rm *rooms) {
	for i := range g.people {
		if g.r.Float64() > 0.4 {
			continue
		}
		members := []int32{int32(i)}
		for range 2 + g.r.IntN(6) {
			members = append(members, g.contacts[i][g.r.IntN(len(g.contacts[i]))].to)
		}
		g.openGroup(rm, group, members)
	}
	for t := 0; t < len(c.teams); t += 2 {
		g.openGroup(rm, private, slices.Clone(c.teams[t].members[:5]))
	}
}

func (g *generator) openGroup(rm *rooms, k placeKind, members []int32) {
	slices.Sort(members)
	members = g.settled(g.users(slices.Compact(members)))
	if len(members) < 3 || g.rosterless && k != group {
		return
	}
	name := fmt.Sprintf("small-%s-%d", g.people[members[0]].nick, len(g.places))
	if k == group {
		name = "mpdm"
		for _, i := range members {
			name += "-" + g.people[i].nick + "-"
		}
		name += fmt.Sprint("-", len(g.places))
	}
	at := g.newPlace(k, name, members)
	for _, i := range members {
		rm.groups[i] = append(rm.groups[i], at)
	}
}

func (g *generator) makeDirect(rm *rooms) {
	opened := map[[2]int32]int32{}
	for i := range g.people {
		for _, c := range g.contacts[i] {
			pair := [2]int32{min(int32(i), c.to), max(int32(i), c.to)}
			at, ok := opened[pair]
			if !ok {
				at = -1
				if len(g.users(pair[:])) == 2 {
					at = g.newPlace(direct, "", []int32{pair[0], pair[1]})
				}
				opened[pair] = at
			}
			rm.direct[i] = append(rm.direct[i], at)
		}
	}
}

// chat begins one exchange: one to one, in a group or in a channel.
func (rm *rooms) chat(g *generator, i int32, at int64) {
	x := g.r.Float64()
	switch {
	case x < 0.40 && rm.talkDirect(g, g.r, i, at, false):
	case x < 0.50 && len(rm.groups[i]) > 0:
		rm.talkInGroup(g, i, at, rm.groups[i][g.r.IntN(len(rm.groups[i]))])
	case len(rm.channels[i]) > 0:
		rm.talkInChannel(g, i, at, rm.pickChannel(g, i))
	default:
		rm.talkDirect(g, g.r, i, at, false)
	}
}

func (rm *rooms) pickChannel(g *generator, i int32) int32 {
	list := rm.channels[i]
	k := 0
	for k < len(list)-1 && g.r.Float64() > 0.55 {
		k++
	}
	return list[k]
}

// talkDirect exchanges messages between two people; it reports false when there is
// nobody to talk to.
func (rm *rooms) talkDirect(g *generator, r *rand.Rand, i int32, at int64, extra bool) bool {
	pick := g.friend
	if extra {
		pick = g.anyFriend
	}
	k, j := pick(r, i, at)
	if k < 0 || rm.direct[i][k] < 0 || !g.reachable(g.tool, i, at) {
		return false
	}
	conv := rm.direct[i][k]
	g.push(message{at: at, conv: conv, from: i, extra: extra})
	answered := false
	for from, other := j, i; ; from, other = other, from {
		if !extra && r.Float64() > g.people[from].answers || extra && answered && r.Float64() < 0.6 {
			break
		}
		at = g.answerTime(r, from, at, 150)
		if !g.reachable(g.tool, from, at) {
			break
		}
		g.push(message{at: at, conv: conv, from: from, extra: extra})
		if r.Float64() < 0.25 {
			at += 5*second + r.Int64N(4*minute)
			g.push(message{at: at, conv: conv, from: from, extra: extra})
		}
		answered = true
	}
	if answered && !extra {
		g.raise(i, at, func(r *rand.Rand, at int64) { rm.talkDirect(g, r, i, at, true) })
	}
	return true
}

// talkInGroup speaks among a few, everybody to everybody.
func (rm *rooms) talkInGroup(g *generator, i int32, at int64, conv int32) {
	g.push(message{at: at, conv: conv, from: i})
	members := g.places[conv].members
	for g.r.Float64() < 0.6 {
		from := members[g.r.IntN(len(members))]
		at = g.answerTime(g.r, from, at, 240)
		if !g.reachable(g.tool, from, at) {
			break
		}
		g.push(message{at: at, conv: conv, from: from})
	}
}

// talkInChannel opens a thread, or says something nobody answers.
func (rm *rooms) talkInChannel(g *generator, i int32, at int64, conv int32) {
	root := g.push(message{at: at, conv: conv, from: i, mentions: g.named(i, conv, at, 0.3), reactors: g.marks(conv)})
	if root == nil {
		return
	}
	if g.r.Float64() < 0.15 {
		g.push(message{at: at + 10*second + g.r.Int64N(3*minute), conv: conv, from: i})
	}
	if g.tool == slackTool && g.r.Float64() < 0.001 {
		root.kind, root.from, root.mentions, root.reactors = tombstone, -1, nil, nil
		g.pushed--
		g.reply(root, i, at+minute, nil)
		return
	}
	for g.r.Float64() < 0.55 {
		from := g.answerer(i, conv, at, root)
		if from < 0 {
			return
		}
		at = g.answerTime(g.r, from, at, 600)
		if !g.reachable(g.tool, from, at) {
			return
		}
		rm.answer(g, root, from, at, i)
		if back := g.answerTime(g.r, i, at, 300); g.r.Float64() < 0.45 && g.reachable(g.tool, i, back) {
			rm.answer(g, root, i, back, from)
		}
	}
}

// answer speaks to somebody in a channel: in the thread where there are threads, and
// by name where it would not be plain who is meant.
func (rm *rooms) answer(g *generator, root *message, from int32, at int64, to int32) {
	if !rm.threads {
		g.push(message{at: at, conv: root.conv, from: from, mentions: []int32{to}})
		return
	}
	var names []int32
	if from == root.from && g.r.Float64() < 0.7 {
		names = []int32{to}
	}
	g.reply(root, from, at, names)
}

func (g *generator) reply(root *message, from int32, at int64, names []int32) {
	m := g.push(message{at: max(at, root.at+second), conv: root.conv, from: from, parent: root, mentions: names})
	if m != nil {
		m.late = m.salt%32 == 0
		root.replies = append(root.replies, m)
		slices.SortFunc(root.replies, func(a, b *message) int { return cmp.Compare(a.at, b.at) })
	}
}

// named are the people a message names.
func (g *generator) named(i, conv int32, at int64, chance float64) []int32 {
	if g.r.Float64() >= chance {
		return nil
	}
	if j := g.answerer(i, conv, at, nil); j >= 0 {
		return []int32{j}
	}
	return nil
}

// answerer is somebody in a channel, rather one the writer knows.
func (g *generator) answerer(i, conv int32, at int64, mentioned *message) int32 {
	if mentioned != nil && len(mentioned.mentions) > 0 && g.r.Float64() < 0.6 {
		return mentioned.mentions[0]
	}
	members := g.places[conv].members
	for try := range 6 {
		j := members[g.r.IntN(len(members))]
		if try < 3 {
			if _, j = g.friend(g.r, i, at); j < 0 {
				continue
			}
			if _, ok := slices.BinarySearch(members, j); !ok {
				continue
			}
		}
		if j != i && g.reachable(g.tool, j, at) {
			return j
		}
	}
	return -1
}

func (g *generator) marks(conv int32) []int32 {
	if g.tool != slackTool || g.r.Float64() > 0.15 {
		return nil
	}
	members := g.places[conv].members
	list := []int32{members[g.r.IntN(len(members))]}
	for g.r.Float64() < 0.4 {
		if j := members[g.r.IntN(len(members))]; !contains(list, j) {
			list = append(list, j)
		}
	}
	return list
}
