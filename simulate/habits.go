package simulate

import (
	"math"
	"math/rand/v2"
)

// moreTools are written as JSON Lines, for tests of scale and of tool mixes.
var moreTools = words("teams whatsapp yammer chatter hipchat webex")

// The tools with an export format of their own, by index.
const (
	slackTool = iota
	emailTool
	ircTool
)

// contact is somebody a person knows, the likeliest first.
type contact struct {
	to     int32
	weight float64 // cumulative
}

// use is a person's use of one tool: from when, and how much of their talk goes there.
type use struct {
	from   int64 // math.MaxInt64: never
	weight float64
}

// habits is who knows whom, who uses what, and who is away when.
type habits struct {
	seed     uint64
	people   []person
	cal      *calendar
	contacts [][]contact
	uses     [][]use  // by tool and person
	away     [][]bool // by week and person
	mood     [][]float64
	shares   []float64 // of all messages, by tool
	pressure []float64 // by day of the span
}

func newHabits(o Options, c *company, cal *calendar) *habits {
	r := newRand(o.Seed, 2)
	h := &habits{seed: o.Seed, people: c.people, cal: cal, shares: toolShares(o.Tools)}
	h.acquaint(r, c)
	for t := range o.Tools {
		h.uses = append(h.uses, h.adopt(r, c, t))
	}
	h.plan(r, c)
	return h
}

func toolShares(tools int) []float64 {
	switch tools {
	case 1:
		return []float64{1}
	case 2:
		return []float64{0.5, 0.5}
	case 3:
		return []float64{0.52, 0.40, 0.08}
	}
	shares := []float64{0.40, 0.30, 0.06}
	for range tools - 3 {
		shares = append(shares, 0.24/float64(tools-3))
	}
	return shares
}

// acquaint gives everybody a circle: much of their team, some of the department, a
// few elsewhere; one in ten is a bridge with many elsewhere.
func (h *habits) acquaint(r *rand.Rand, c *company) {
	h.contacts = make([][]contact, len(c.people))
	for i := range c.people {
		p := &c.people[i]
		circle := newCircle(int32(i))
		circle.add(r, c.teams[p.team].members, 9)
		if p.manager >= 0 {
			circle.addOne(int32(p.manager))
		}
		circle.add(r, c.teams[c.depts[p.dept].teams[r.IntN(len(c.depts[p.dept].teams))]].members, 4)
		strangers := 2
		if r.Float64() < 0.1 {
			strangers = 10
		}
		for range strangers {
			circle.addOne(int32(r.IntN(len(c.people))))
		}
		h.contacts[i] = circle.list()
	}
}

type circle struct {
	self  int32
	known []int32
}

func newCircle(self int32) *circle { return &circle{self: self} }

func (c *circle) addOne(j int32) {
	if j == c.self || contains(c.known, j) {
		return
	}
	c.known = append(c.known, j)
}

func (c *circle) add(r *rand.Rand, from []int32, n int) {
	for range n {
		c.addOne(from[r.IntN(len(from))])
	}
}

func (c *circle) list() []contact {
	out := make([]contact, len(c.known))
	sum := 0.0
	for k, j := range c.known {
		sum += math.Pow(float64(k+1), -0.8)
		out[k] = contact{to: j, weight: sum}
	}
	return out
}

func contains(list []int32, x int32) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// adopt says who uses a tool, from when and how much.
func (h *habits) adopt(r *rand.Rand, c *company, tool int) []use {
	uses := make([]use, len(c.people))
	span := float64(h.cal.to - h.cal.from)
	waves := make([]float64, len(c.teams)) // when a team takes to a new tool, as a share of the span
	for t := range waves {
		waves[t] = r.Float64() * 0.7
	}
	for i := range c.people {
		p := &c.people[i]
		chance, weight := fit(tool, c.depts[p.dept].style, p.team)
		u := &uses[i]
		u.from = math.MaxInt64
		keen, late, much := r.Float64(), r.Float64(), math.Exp(0.5*r.NormFloat64())
		if keen >= chance {
			continue
		}
		u.from, u.weight = p.from, weight*much
		if growing(tool) && c.depts[p.dept].style != technical && (p.team%2 == 1 || c.depts[p.dept].style == field) {
			u.from = max(p.from, h.cal.from+int64(span*(waves[p.team]+0.2*late)))
		}
	}
	return uses
}

func growing(tool int) bool { return tool == slackTool || tool > ircTool && tool%2 == 1 }

// fit is the chance that somebody of a team uses a tool, and its weight among theirs.
func fit(tool int, s style, team int) (chance, weight float64) {
	switch {
	case tool == slackTool:
		return [...]float64{0.93, 0.97, 0.35}[s], [...]float64{0.55, 0.50, 0.12}[s]
	case tool == emailTool:
		return 1, [...]float64{0.40, 0.12, 0.85}[s]
	case tool == ircTool:
		return [...]float64{0.02, 0.90, 0.01}[s], [...]float64{0.05, 0.35, 0.05}[s]
	case team%3 == tool%3:
		return 0.9, 0.45
	}
	return 0.05, 0.10
}

// trend is how a tool's use develops over the span, x from 0 to 1.
func trend(tool int, x float64) float64 {
	switch {
	case tool == slackTool:
		return 0.7 + 0.6*x
	case tool == emailTool:
		return 1.35 - 0.7*x
	case tool == ircTool:
		return math.Exp(-x / 0.17)
	case tool%3 == 0:
		return 0.5 + x
	case tool%3 == 1:
		return 1
	}
	return 1.4 - 0.8*x
}

// plan draws holidays, the ups and downs of teams, and the pressure of each day.
func (h *habits) plan(r *rand.Rand, c *company) {
	for range h.cal.weeks {
		away, mood := make([]bool, len(c.people)), make([]float64, len(c.teams))
		for i := range away {
			away[i] = r.Float64() < 0.08
		}
		for t := range mood {
			mood[t] = math.Exp(0.12 * r.NormFloat64())
		}
		h.away, h.mood = append(h.away, away), append(h.mood, mood)
	}
	for d := range h.cal.days {
		base := [...]float64{0.96, 1.05, 1.04, 1.02, 0.85, 0.04, 0.03}[(h.cal.firstDay+int64(d)+3)%7]
		h.pressure = append(h.pressure, base*math.Exp(0.07*r.NormFloat64()))
	}
}

// weight is how much a person would write with a tool in a week.
func (h *habits) weight(tool, i, w int) float64 {
	p, mid := &h.people[i], min(max(h.cal.weeks[w].from, h.cal.from), h.cal.to-day)
	if h.away[w][i] || mid < p.from || mid >= p.to || mid < h.uses[tool][i].from {
		return 0
	}
	x := float64(mid-h.cal.from) / float64(h.cal.to-h.cal.from)
	mine, sum := 0.0, 0.0
	for t := range h.uses {
		if mid >= h.uses[t][i].from {
			v := h.uses[t][i].weight * trend(t, x)
			sum += v
			if t == tool {
				mine = v
			}
		}
	}
	if sum == 0 {
		return 0
	}
	return p.activity * h.mood[w][p.team] * mine / sum
}

// reachable reports whether a person could write with a tool at an instant.
func (h *habits) reachable(tool int, i int32, at int64) bool {
	p := &h.people[i]
	return at >= h.cal.from && at < h.cal.to && at >= p.from && at < p.to &&
		at >= h.uses[tool][i].from && !h.away[h.cal.weekOf(at)][i]
}

// officeHours holds minutes of a day, as often as people write in them.
var officeHours, weekendHours = dayShape(true), dayShape(false)

func dayShape(work bool) []int16 {
	var minutes []int16
	for m := range 24 * 60 {
		n := 0
		switch h := float64(m) / 60; {
		case !work && h >= 10 && h < 21:
			n = 2
		case work && h >= 12.25 && h < 13:
			n = 4
		case work && (h >= 9 && h < 17.5):
			n = 12
		case work && (h >= 8 && h < 9 || h >= 17.5 && h < 18.5):
			n = 5
		case work && h >= 19 && h < 22.5:
			n = 1
		}
		for range n {
			minutes = append(minutes, int16(m))
		}
	}
	return minutes
}

// deskTime is a moment of the d-th day at which somebody would write.
func (h *habits) deskTime(r *rand.Rand, i int32, d int) int64 {
	p := &h.people[i]
	shape := officeHours
	if weekday((h.cal.firstDay+int64(d))*day) > 4 {
		shape = weekendHours
	}
	m := int64(shape[r.IntN(len(shape))])
	return h.cal.midnight(p.location, d) + m*minute + p.shift + r.Int64N(minute)
}

// answerTime is when somebody would answer something said at an instant, with a median
// in seconds; what falls outside their office hours mostly waits for the next morning.
func (h *habits) answerTime(r *rand.Rand, i int32, at int64, median float64) int64 {
	p := &h.people[i]
	at += int64(median*p.haste*math.Exp(1.1*r.NormFloat64())*1000) + 2*second + r.Int64N(3*second)
	offset := h.cal.offset(p.location, at)
	local := at + offset
	clock := local % day
	if weekday(local) < 5 && clock >= 7*hour+30*minute && clock < 18*hour+30*minute || r.Float64() < 0.12 {
		return at
	}
	if clock >= 7*hour {
		local += day
	}
	for weekday(local) > 4 {
		local += day
	}
	return local - local%day + 8*hour + 30*minute + int64(r.ExpFloat64()*float64(40*minute)) - offset
}
