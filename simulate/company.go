package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"
)

const domain = "heron.example"

// person is one row of the directory.
type person struct {
	id            string // e0001
	given, family string
	email         string
	nick          string
	phone         string // E.164, or empty
	namesake      bool   // shares the full name with somebody
	slackID       string
	team, dept    int
	manager       int // index, or -1
	location      int
	level         string
	joined, left  string // ISO dates; left is the last day, or empty
	from, to      int64  // on the roster, half-open

	activity float64 // heavy tailed, 1 on average
	haste    float64 // multiplies the time to answer
	shift    int64   // begins the day earlier or later
	answers  float64 // chance of answering an exchange
}

func (p *person) name() string { return p.given + " " + p.family }

// stays reports whether the person was there over the whole span.
func (p *person) stays(c *calendar) bool { return p.from <= c.from && p.to >= c.to }

type team struct {
	name     string
	dept     int
	location int
	members  []int32
	treated  bool
}

type department struct {
	name  string
	style style
	teams []int
}

type company struct {
	people []person
	teams  []team
	depts  []department
}

// newRand is a stream of its own for each purpose, so that a change to one leaves
// the others as they were.
func newRand(seed, purpose uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed*0x9e3779b97f4a7c15+1, purpose))
}

func newCompany(o Options, cal *calendar) *company {
	r := newRand(o.Seed, 1)
	c := &company{}
	c.cutDepartments(o.People)
	c.hire(r)
	c.appoint(r)
	c.name(r, len(o.Formats) > 0)
	c.date(r, cal)
	c.temper(r)
	c.treat(r, o.Effect > 0)
	return c
}

// cutDepartments makes departments of 40 or more out of teams of 15 to 25; the last
// department also has the one team under the minimum group.
func (c *company) cutDepartments(people int) {
	n := min(max(people/57, 1), len(departments))
	for d := range n {
		size := people / n
		if d < people%n {
			size++
		}
		dept := department{name: departments[d].name, style: departments[d].style}
		for _, s := range teamSizes(size, d == n-1) {
			dept.teams = append(dept.teams, len(c.teams))
			c.addTeam(d, s)
		}
		c.depts = append(c.depts, dept)
	}
}

// smallTeam is the size of the one team under the minimum group.
const smallTeam = 7

func teamSizes(size int, withSmall bool) []int {
	var sizes []int
	if withSmall {
		size -= smallTeam
		sizes = append(sizes, smallTeam)
	}
	n := max((size+10)/20, (size+24)/25)
	for n > 1 && size/n < 15 {
		n--
	}
	for i := range n {
		s := size / n
		if i < size%n {
			s++
		}
		sizes = append(sizes, s)
	}
	return sizes
}

func (c *company) addTeam(dept, size int) {
	t := team{dept: dept, location: len(c.teams) % len(locations)}
	if len(c.teams)%5 == 4 {
		t.location = 0 // head office is larger
	}
	k := len(c.teams)
	t.name = birds[k%len(birds)]
	if k >= len(birds) {
		t.name += fmt.Sprintf(" %d", k/len(birds)+1)
	}
	if size == smallTeam {
		t.name = "Executive Office"
	}
	for range size {
		t.members = append(t.members, int32(len(c.people)))
		c.people = append(c.people, person{team: k, dept: dept, manager: -1})
	}
	c.teams = append(c.teams, t)
}

func (c *company) hire(r *rand.Rand) {
	for i := range c.people {
		p := &c.people[i]
		p.id = fmt.Sprintf("e%04d", i+1)
		p.location = c.teams[p.team].location
		if r.Float64() < 0.2 {
			p.location = r.IntN(len(locations))
		}
		p.slackID = "U" + base32ID(r.Uint64())
	}
}

const base32Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func base32ID(x uint64) string {
	var b [10]byte
	for i := range b {
		b[i] = base32Digits[x&31]
		x >>= 5
	}
	return string(b[:])
}

// appoint gives every team a manager, every department a director, all under the
// head of the small team.
func (c *company) appoint(r *rand.Rand) {
	last := c.depts[len(c.depts)-1]
	head := int(c.teams[last.teams[0]].members[0])
	for d := range c.depts {
		director := int(c.teams[c.depts[d].teams[0]].members[0])
		for _, t := range c.depts[d].teams {
			c.lead(r, t, director)
		}
		c.people[director].level, c.people[director].manager = "director", head
	}
	c.people[head].manager = -1
}

func (c *company) lead(r *rand.Rand, t, director int) {
	members := c.teams[t].members
	manager := int(members[0])
	for k, m := range members {
		p := &c.people[m]
		p.level, p.manager = "ic", manager
		if k > 0 && r.Float64() < 0.15 {
			p.level = "lead"
		}
	}
	c.people[manager].level, c.people[manager].manager = "manager", director
}

// name gives everybody a name, an address and a nick. About one in fifty has the name of
// somebody else; when it is exact, every fiftieth.
func (c *company) name(r *rand.Rand, exact bool) {
	names, addresses, nicks := map[string]bool{}, map[string]int{}, map[string]int{}
	for i := range c.people {
		p := &c.people[i]
		c.pickName(r, p, names)
		takes := i > 0 && r.Float64() < 0.02
		if exact {
			takes = i%50 == 49
		}
		if takes {
			other := &c.people[r.IntN(i)]
			p.given, p.family = other.given, other.family
		}
		p.email = unique(addresses, slug(p.given)+"."+slug(p.family)) + "@" + domain
		nick := strings.ReplaceAll(slug(p.given), "-", "")
		p.nick = unique(nicks, nick[:min(len(nick), 6)]+slug(p.family)[:1])
		p.phone = fictional(i)
	}
	c.markNamesakes()
}

func (c *company) markNamesakes() {
	people := map[string]int{}
	for i := range c.people {
		people[c.people[i].name()]++
	}
	for i := range c.people {
		c.people[i].namesake = people[c.people[i].name()] > 1
	}
}

func (c *company) pickName(r *rand.Rand, p *person, names map[string]bool) {
	for try := range 40 {
		a := r.IntN(len(cultures))
		b := a
		if r.Float64() < 0.1+float64(try)/40 {
			b = r.IntN(len(cultures))
		}
		p.given = cultures[a].given[r.IntN(len(cultures[a].given))]
		p.family = cultures[b].family[r.IntN(len(cultures[b].family))]
		if !names[p.name()] {
			break
		}
	}
	names[p.name()] = true
}

// unique adds a number to a name that is taken.
func unique(taken map[string]int, name string) string {
	taken[name]++
	if n := taken[name]; n > 1 {
		return fmt.Sprintf("%s%d", name, n)
	}
	return name
}

// date lets most people start before the span, some join and some leave inside it:
// on a Monday, and after a Sunday, so that a week's roster is never in doubt.
func (c *company) date(r *rand.Rand, cal *calendar) {
	for i := range c.people {
		p := &c.people[i]
		p.from, p.to = math.MinInt64, math.MaxInt64
		before := cal.start.AddDate(0, 0, -30-r.IntN(3650))
		p.joined = before.Format(time.DateOnly)
		x, at := r.Float64(), cal.weeks[1+r.IntN(len(cal.weeks)-2)].from
		if p.level != "ic" || len(c.teams[p.team].members) == smallTeam {
			continue
		}
		switch {
		case x < 0.03:
			p.from, p.joined = at, cal.date(at)
		case x < 0.06:
			p.to, p.left = at, cal.date(at-12*hour)
		}
	}
}

func (c *company) temper(r *rand.Rand) {
	sum := 0.0
	for i := range c.people {
		p := &c.people[i]
		p.activity = min(math.Exp(0.8*r.NormFloat64()), 9)
		if p.level != "ic" {
			p.activity *= 1.5
		}
		p.haste = math.Exp(0.4 * r.NormFloat64())
		p.shift = int64(r.NormFloat64()*40) * minute
		p.answers = 0.55 + 0.4*r.Float64()
		sum += p.activity
	}
	for i := range c.people {
		c.people[i].activity *= float64(len(c.people)) / sum
	}
}

// treat puts half of the teams into the initiative. The small team stays outside.
func (c *company) treat(r *rand.Rand, any bool) {
	order := r.Perm(len(c.teams))
	half := len(c.teams) / 2
	for _, t := range order {
		if !any || half == 0 {
			return
		}
		if len(c.teams[t].members) > smallTeam {
			c.teams[t].treated = true
			half--
		}
	}
}
