package fill

import (
	"fmt"
	"math"
	"slices"

	"crosstalk/collectors/record"
)

// slugs are the tools, the largest first; the second is mail, the third grows, the fourth declines.
var slugs = [...]string{"slack", "email", "teams", "hipchat", "mattermost", "zulip", "yammer", "webex", "whatsapp", "rocketchat", "telegram", "chatter"}

// MostTools is how many tools there can be.
const MostTools = len(slugs)

// The tools with a part of their own, by index.
const (
	mailTool      = 1
	growingTool   = 2
	decliningTool = 3
)

// mailShare is how much of everything is mail, and directShare how much is direct: one to one or in small groups.
const (
	mailShare   = 0.2
	directShare = 0.5
)

// tool is one tool with its users, who go by their place among them.
type tool struct {
	number   int
	slug     string
	share    float64 // of all messages
	people   []int32 // by user
	from, to []int32 // by user: days of use, half-open
	weight   []float64
	keys     []record.AccountKey
	contacts lists // by user: the likeliest first
	groups   places
	rooms    places
}

func (t *tool) isMail() bool { return t.number == mailTool }

// trend is how a tool's share develops over the span.
func (t *tool) trend(x float64) float64 {
	switch t.number {
	case growingTool:
		return 0.2 + 1.6*x
	case decliningTool:
		return max(1.7-1.4*x, 0.1)
	}
	return 1
}

// lists are lists of numbers, one behind the other.
type lists struct {
	ends   []int32
	values []int32
	ties   []int32 // beside values, of contacts: the number of the tie
}

func (l *lists) of(i int32) (from, to int32) {
	if i > 0 {
		from = l.ends[i-1]
	}
	return from, l.ends[i]
}

// places are conversations with their members, and the conversations of each user, the likeliest first.
type places struct {
	members [][]int32
	mine    lists
}

// equip gives the company its tools: who uses them from when, whom they know there, and where they meet.
func (c *Company) equip() {
	r := newRandom(c.o.Seed, 2, 0)
	keen := c.tastes(r)
	for k := range c.o.Tools {
		c.tools = append(c.tools, &tool{number: k, slug: slugs[k], share: toolShare(k, c.o.Tools)})
	}
	waves := make([]float64, len(c.depts))
	for d := range waves {
		waves[d] = 0.7 * r.share()
	}
	waves[0] = 0                        // somebody has to begin
	users := make([][]int32, c.o.Tools) // by tool and person, or -1
	for k, t := range c.tools {
		users[k] = make([]int32, len(c.people))
		for i := range c.people {
			users[k][i] = -1
			if keen[c.teams[c.people[i].team].dept][k] > r.share() || k == min(mailTool, c.o.Tools-1) {
				users[k][i] = int32(len(t.people))
				t.adopt(c, r, i, waves[c.teams[c.people[i].team].dept])
			}
		}
	}
	ties := c.acquaint(r)
	for k, t := range c.tools {
		t.know(ties, users[k])
		t.gather(c, newRandom(c.o.Seed, 3, uint64(k)), users[k])
	}
}

// toolShare is how much of all messages a tool has.
func toolShare(k, tools int) float64 {
	if tools == 1 {
		return 1
	}
	if k == mailTool {
		return mailShare
	}
	rank, sum := max(k, 1), 0.0
	for n := 1; n < tools; n++ {
		sum += math.Pow(float64(n), -0.9)
	}
	own := math.Pow(float64(rank), -0.9)
	return (1 - mailShare) * own / sum
}

// tastes are how likely somebody of a department uses a tool: a few for most, the others here and there.
func (c *Company) tastes(r *random) [][]float64 {
	keen := make([][]float64, len(c.depts))
	for d := range keen {
		for k := range c.o.Tools {
			keen[d] = append(keen[d], min(1.1/float64(k+1)*math.Exp(1.1*r.normal()), 0.97))
		}
		keen[d][0] = max(keen[d][0], 0.5)
	}
	return keen
}

// adopt makes a person a user.
func (t *tool) adopt(c *Company, r *random, i int, wave float64) {
	p := &c.people[i]
	from, to := p.from, p.to
	late, early := int((wave+0.25*r.share()*r.share())*float64(c.days)), int((0.3+0.9*r.share())*float64(c.days))
	switch t.number {
	case growingTool:
		from = max(from, late)
	case decliningTool:
		to = min(to, early)
	}
	key := record.AccountKey{Kind: record.KeyToolID, Value: fmt.Sprintf("U%X%05X", t.number, i)}
	if t.isMail() {
		key = record.EmailKey(p.email)
	}
	t.people = append(t.people, int32(i))
	t.from, t.to = append(t.from, int32(from)), append(t.to, int32(to))
	t.weight = append(t.weight, p.activity*math.Exp(0.8*r.normal()))
	t.keys = append(t.keys, key)
}

// acquaint gives everybody a circle: half of it in the team, a quarter in the department, the others anywhere. It gives the ties
// as pairs of people, those of small numbers being the closest.
func (c *Company) acquaint(r *random) [][2]int32 {
	byDept := make([][]int32, len(c.depts))
	for i := range c.people {
		d := c.teams[c.people[i].team].dept
		byDept[d] = append(byDept[d], int32(i))
	}
	var ties [][2]int32
	known := map[[2]int32]bool{}
	left := make([]int, len(c.people))
	for i := range left {
		left[i] = int(min(10*math.Exp(0.9*r.normal()), 400)) + 2
	}
	for any := true; any; {
		any = false
		for i := range c.people {
			if left[i] == 0 {
				continue
			}
			any = true
			left[i]--
			circle := c.teams[c.people[i].team].members
			switch r.below(4) {
			case 2:
				circle = byDept[c.teams[c.people[i].team].dept]
			case 3:
				circle = nil
			}
			j := int32(r.below(len(c.people)))
			if circle != nil {
				j = circle[r.below(len(circle))]
			}
			pair := [2]int32{min(int32(i), j), max(int32(i), j)}
			if pair[0] != pair[1] && !known[pair] {
				known[pair] = true
				ties = append(ties, pair)
			}
		}
	}
	return ties
}

// know gives each user the ties to others who use the tool, in the order of the ties.
func (t *tool) know(ties [][2]int32, users []int32) {
	count := make([]int32, len(t.people))
	each := func(do func(user, other, tie int32)) {
		for n, pair := range ties {
			if a, b := users[pair[0]], users[pair[1]]; a >= 0 && b >= 0 {
				do(a, b, int32(n))
				do(b, a, int32(n))
			}
		}
	}
	each(func(user, _, _ int32) { count[user]++ })
	l := &t.contacts
	at, sum := make([]int32, len(count)), int32(0)
	for u, n := range count {
		at[u] = sum
		sum += n
		l.ends = append(l.ends, sum)
	}
	l.values, l.ties = make([]int32, sum), make([]int32, sum)
	each(func(user, other, tie int32) {
		l.values[at[user]], l.ties[at[user]] = other, tie
		at[user]++
	})
}

// gather makes small groups of people who know one of them, a room for every second team and every department, and rooms
// for topics, few of them large.
func (t *tool) gather(c *Company, r *random, users []int32) {
	if t.isMail() {
		return
	}
	for u := range t.people {
		if r.below(2) == 0 {
			t.group(r, int32(u))
		}
	}
	byDept := make([][]int32, len(c.depts))
	for n, team := range c.teams {
		members := using(users, team.members)
		byDept[team.dept] = append(byDept[team.dept], members...)
		if n%2 == t.number%2 {
			t.rooms.open(members, 3)
		}
	}
	for _, members := range byDept {
		t.rooms.open(members, 12)
	}
	for range len(t.people) / 12 {
		var members []int32
		for range min(int(8/math.Sqrt(r.share()+1e-4)), len(t.people)) {
			members = append(members, int32(r.below(len(t.people))))
		}
		slices.Sort(members)
		t.rooms.open(slices.Compact(members), 3)
	}
	t.groups.list(len(t.people))
	t.rooms.list(len(t.people))
}

func (t *tool) group(r *random, u int32) {
	from, to := t.contacts.of(u)
	if to-from < 3 {
		return
	}
	members := []int32{u}
	for range 2 + r.below(6) {
		members = append(members, t.contacts.values[from+int32(r.rank(int(to-from)))])
	}
	slices.Sort(members)
	t.groups.open(slices.Compact(members), 3)
}

func using(users, people []int32) []int32 {
	var out []int32
	for _, i := range people {
		if users[i] >= 0 {
			out = append(out, users[i])
		}
	}
	return out
}

func (p *places) open(members []int32, least int) {
	if len(members) >= least {
		p.members = append(p.members, members)
	}
}

// list gives each user the places they are in.
func (p *places) list(users int) {
	mine := make([][]int32, users)
	for n, members := range p.members {
		for _, u := range members {
			mine[u] = append(mine[u], int32(n))
		}
	}
	sum := int32(0)
	for _, l := range mine {
		sum += int32(len(l))
		p.mine.ends = append(p.mine.ends, sum)
		p.mine.values = append(p.mine.values, l...)
	}
}
