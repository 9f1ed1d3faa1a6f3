package simulate

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// post makes the mails of the company. Lists are its places; a mail's conversation is
// the thread that its first mail begins.
type post struct {
	depts     []int32 // by department: its list
	everybody int32
	partners  int // strangers from len(people) on who write and are written to
	thread    []*message
}

// The strangers of mail, by index after the people: partners, then those who are no
// person.
const partners = 24

func newPost(g *generator, c *company) *post {
	p := &post{partners: partners}
	for d := range c.depts {
		p.depts = append(p.depts, g.newPlace(channel, slug(c.depts[d].name), c.everyoneIn(d)))
	}
	p.everybody = g.newPlace(channel, "all-staff", all(len(g.people)))
	return p
}

// begin starts one thread.
func (p *post) begin(g *generator, i int32, at int64) {
	switch x := g.r.Float64(); {
	case x < 0.56:
		p.single(g, g.r, i, at, false)
	case x < 0.78:
		p.several(g, i, at, 2+g.r.IntN(6))
	case x < 0.83:
		p.several(g, i, at, 9+g.r.IntN(16))
	case x < 0.92:
		p.toList(g, i, at)
	default:
		p.abroad(g, i, at)
	}
}

// mail adds one mail to the thread that is being made.
func (p *post) mail(g *generator, m message) *message {
	m.at -= m.at % second
	for slices.ContainsFunc(p.thread, func(o *message) bool { return o.at == m.at }) {
		m.at += second
	}
	added := g.push(m)
	if added != nil {
		p.thread = append(p.thread, added)
	}
	return added
}

// root begins a thread; it returns nil outside the span.
func (p *post) root(g *generator, m message) *message {
	p.thread = p.thread[:0]
	return p.mail(g, m)
}

// turnGap is the longest pause inside a turn.
const turnGap = 5 * minute

// closeThread marks the turns: a mail of somebody else, or one after a pause.
func (p *post) closeThread() {
	slices.SortFunc(p.thread, func(a, b *message) int { return cmp.Compare(a.at, b.at) })
	var last *message
	for _, m := range p.thread {
		if m.kind != talk {
			continue
		}
		m.turn = last == nil || last.from != m.from || m.at-last.at > turnGap
		last = m
	}
}

// single writes to one person, who may answer, and so on.
func (p *post) single(g *generator, r *rand.Rand, i int32, at int64, extra bool) {
	pick := g.friend
	if extra {
		pick = g.anyFriend
	}
	_, j := pick(r, i, at)
	if !extra && (j < 0 || r.Float64() < 0.01) {
		p.absent(g, i, at)
		return
	}
	if j < 0 || !g.reachable(g.tool, i, at) {
		return
	}
	m := p.root(g, message{at: at, conv: -1, from: i, to: []int32{j}, extra: extra, dangling: !extra && r.Float64() < 0.004})
	if m == nil {
		return
	}
	answered := p.volley(g, r, m, i, j, extra)
	p.closeThread()
	if answered && !extra {
		g.raise(i, at, func(r *rand.Rand, at int64) { p.single(g, r, i, at, true) })
	}
}

// volley answers back and forth between two people.
func (p *post) volley(g *generator, r *rand.Rand, m *message, i, j int32, extra bool) bool {
	answered, at := false, m.at
	for from, other := j, i; ; from, other = other, from {
		if !extra && r.Float64() > 0.8*g.people[from].answers || extra && answered && r.Float64() < 0.6 {
			break
		}
		at = g.answerTime(r, from, at, 2700)
		if !g.reachable(g.tool, from, at) {
			break
		}
		next := p.mail(g, message{at: at, conv: -1, from: from, to: []int32{other}, parent: m, extra: extra})
		if next == nil {
			break
		}
		m, answered = next, true
	}
	return answered
}

// absent writes to somebody who is away, whose mailbox may answer by itself.
func (p *post) absent(g *generator, i int32, at int64) {
	for range 8 {
		j := g.contacts[i][g.r.IntN(len(g.contacts[i]))].to
		q := &g.people[j]
		if at < q.from || at >= q.to || !g.away[g.cal.weekOf(at)][j] {
			continue
		}
		m := p.root(g, message{at: at, conv: -1, from: i, to: []int32{j}})
		if m != nil && g.r.Float64() < 0.7 {
			p.mail(g, message{at: at + 20*second, conv: -1, from: j, to: []int32{i}, parent: m, kind: automatic})
		}
		p.closeThread()
		return
	}
}

// several writes to a few, or to many; some answer to all or to the writer alone.
func (p *post) several(g *generator, i int32, at int64, n int) {
	var to []int32
	for range n {
		if _, j := g.friend(g.r, i, at); j >= 0 && !contains(to, j) {
			to = append(to, j)
		}
	}
	if n > smallRoom {
		to = p.audience(g, i, at, to, n)
	}
	if len(to) == 0 {
		return
	}
	cut := 1 + g.r.IntN(len(to))
	m := p.root(g, message{at: at, conv: -1, from: i, to: to[:cut], cc: to[cut:]})
	if m == nil {
		return
	}
	for k, j := range to[:min(len(to), 6)] {
		if g.r.Float64() > 0.4*g.people[j].answers/(1+0.3*float64(k)) {
			continue
		}
		p.answerAll(g, m, i, j, to)
	}
	p.closeThread()
}

// audience widens a list of recipients to much of a department.
func (p *post) audience(g *generator, i int32, at int64, to []int32, n int) []int32 {
	members := g.places[p.depts[g.people[i].dept]].members
	for range 3 * n {
		j := members[g.r.IntN(len(members))]
		if len(to) < n && j != i && !contains(to, j) && g.reachable(g.tool, j, at) {
			to = append(to, j)
		}
	}
	return to
}

func (p *post) answerAll(g *generator, m *message, i, j int32, to []int32) {
	at := g.answerTime(g.r, j, m.at, 2700)
	if !g.reachable(g.tool, j, at) {
		return
	}
	var cc []int32
	if g.r.Float64() < 0.5 {
		cc = without(to, j)
	}
	answer := p.mail(g, message{at: at, conv: -1, from: j, to: []int32{i}, cc: cc, parent: m})
	if back := g.answerTime(g.r, i, at, 2700); answer != nil && g.r.Float64() < 0.4 && g.reachable(g.tool, i, back) {
		p.mail(g, message{at: back, conv: -1, from: i, to: []int32{j}, cc: cc, parent: answer})
	}
}

func without(list []int32, x int32) []int32 {
	return slices.DeleteFunc(slices.Clone(list), func(y int32) bool { return y == x })
}

// toList posts to a discussion list; answers go to the list, often with a copy to whom
// they answer.
func (p *post) toList(g *generator, i int32, at int64) {
	list := p.depts[g.people[i].dept]
	if g.r.Float64() < 0.05 {
		list = p.everybody
	}
	m := p.root(g, message{at: at, conv: list, from: i})
	if m == nil {
		return
	}
	members := g.places[list].members
	for g.r.Float64() < 0.55 {
		j := members[g.r.IntN(len(members))]
		at = g.answerTime(g.r, j, at, 3600)
		if j == m.from || !g.reachable(g.tool, j, at) {
			break
		}
		var cc []int32
		if g.r.Float64() < 0.5 {
			cc = []int32{m.from}
		}
		answer := p.mail(g, message{at: at, conv: list, from: j, cc: cc, parent: m})
		if answer == nil {
			break
		}
		if g.r.Float64() < 0.4 {
			m = answer
		}
	}
	p.closeThread()
}

// abroad writes to, or hears from, somebody of another company.
func (p *post) abroad(g *generator, i int32, at int64) {
	j := int32(len(g.people) + g.r.IntN(p.partners))
	from, to := i, j
	if g.r.Float64() < 0.4 {
		from, to = j, i
	}
	var cc []int32
	if _, k := g.friend(g.r, i, at); k >= 0 && g.r.Float64() < 0.3 {
		cc = []int32{k}
	}
	m := p.root(g, message{at: at, conv: -1, from: from, to: []int32{to}, cc: cc})
	if m == nil {
		return
	}
	for g.r.Float64() < 0.5 {
		from, to = to, from
		at = g.answerTime(g.r, i, at, 5400)
		if !g.reachable(g.tool, i, at) {
			break
		}
		if m = p.mail(g, message{at: at, conv: -1, from: from, to: []int32{to}, parent: m}); m == nil {
			break
		}
	}
	p.closeThread()
}

// daily adds what no person writes: build notifications, a weekly newsletter, a few
// delivery reports.
func (p *post) daily(g *generator, d int) {
	noon := (g.cal.firstDay+int64(d))*day + 11*hour
	for k := range 1 + len(g.people)/60 {
		j := int32(g.r.IntN(len(g.people)))
		p.robot(g, message{at: noon + int64(k)*minute, kind: automatic, from: robotSender, to: []int32{j}})
	}
	if weekday(noon) == 1 {
		p.robot(g, message{at: noon, kind: bulk, from: newsSender, conv: p.everybody})
	}
	if d%3 == 0 {
		p.robot(g, message{at: noon + 7*second, kind: bounce, from: bounceSender, to: []int32{int32(g.r.IntN(len(g.people)))}})
	}
}

// Senders that are nobody.
const (
	robotSender  = -2
	newsSender   = -3
	bounceSender = -4
)

func (p *post) robot(g *generator, m message) {
	if m.kind != bulk {
		m.conv = -1
		if q := &g.people[m.to[0]]; m.at < q.from || m.at >= q.to {
			return
		}
	}
	p.root(g, m)
}
