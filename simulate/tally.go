package simulate

import (
	"math"
	"slices"
)

// addWeek writes down a week over all tools, and each team's part in it.
func (w *world) addWeek(at week) {
	t := WeekTruth{Week: at.name, From: w.cal.date(at.from), Complete: at.complete, Turns: w.all.turns}
	for _, n := range w.all.messages {
		t.Messages += int(n)
		if n > 0 {
			t.Active++
		}
	}
	with, without := make([]int, len(w.teams)), make([]int, len(w.teams))
	w.all.pairs.each(func(key uint64, c pairCount) {
		a, b := ends(key)
		if c.tie() {
			t.Ties++
		}
		if c.reciprocal() {
			t.Reciprocal++
			with[w.people[a].team]++
			with[w.people[b].team]++
		}
		if c.without().reciprocal() {
			t.Without++
			without[w.people[a].team]++
			without[w.people[b].team]++
		}
	})
	roster := w.roster(at)
	for _, n := range roster {
		t.Roster += n
	}
	t.PerPerson = 2 * float64(t.Reciprocal) / float64(max(t.Roster, 1))
	w.weeks = append(w.weeks, t)
	if at.complete {
		w.addPanel(at, roster, with, without)
	}
}

func (w *world) addPanel(at week, roster, with, without []int) {
	for k := range w.teams {
		w.panel = append(w.panel, TeamWeek{
			Week: at.name, Node: w.node(k), Treated: w.teams[k].treated, Roster: roster[k], Ends: with[k], Without: without[k],
		})
	}
}

func (w *world) node(team int) Node {
	return Node{Department: w.depts[w.teams[team].dept].name, Team: w.teams[team].name}
}

// roster counts the people of each team who are employed on any day of a week.
func (w *world) roster(at week) []int {
	n := make([]int, len(w.teams))
	for i := range w.people {
		if p := &w.people[i]; p.from < at.to && p.to > at.from {
			n[p.team]++
		}
	}
	return n
}

func (w *world) closeBlock(last int) {
	first := last - 3
	spans := make([]*span, len(w.tools))
	for k, g := range w.tools {
		spans[k] = &g.count.block
	}
	v := w.window(spans)
	v.From, v.To = w.cal.date(w.cal.weeks[first].from), w.cal.date(w.cal.weeks[last].to)
	w.blocks = append(w.blocks, BlockTruth{
		FirstWeek: w.cal.weeks[first].name, LastWeek: w.cal.weeks[last].name, All: v.All, Tools: v.Tools,
	})
	w.last4 = v
}

// window works out sprawl and overlap from what each tool held in a window.
func (w *world) window(spans []*span) WindowTruth {
	all := newSpan(len(w.people))
	for _, s := range spans {
		all.merge(s)
	}
	v := WindowTruth{All: all.size("")}
	for k, s := range spans {
		v.Tools = append(v.Tools, s.size(w.tools[k].slug))
	}
	for a := range spans {
		for b := a + 1; b < len(spans); b++ {
			v.Overlaps = append(v.Overlaps, w.overlap(v.Tools[a], v.Tools[b], spans[a], spans[b]))
		}
	}
	v.sprawl(spans)
	return v
}

func (s *span) size(tool string) ToolSize {
	z := ToolSize{Tool: tool}
	for _, n := range s.messages {
		z.Messages += int(n)
		if n > 0 {
			z.People++
		}
	}
	z.Ties, z.Reciprocal = s.pairs.ties()
	return z
}

func (w *world) overlap(za, zb ToolSize, a, b *span) OverlapTruth {
	o := OverlapTruth{A: za.Tool, B: zb.Tool, PeopleA: za.People, PeopleB: zb.People, TiesA: za.Ties, TiesB: zb.Ties}
	for i := range a.messages {
		if a.messages[i] > 0 && b.messages[i] > 0 {
			o.PeopleBoth++
		}
	}
	a.pairs.each(func(key uint64, c pairCount) {
		if c.tie() && b.pairs.get(key).tie() {
			o.TiesBoth++
		}
	})
	return o
}

func (v *WindowTruth) sprawl(spans []*span) {
	for _, z := range v.Tools {
		v.Shares = append(v.Shares, float64(z.Messages)/float64(max(v.All.Messages, 1)))
	}
	v.Effective = effective(v.Shares)
	for _, p := range v.Shares {
		v.HHI += p * p
	}
	if v.All.People == 0 {
		return
	}
	for i := range spans[0].messages {
		mine := make([]float64, len(spans))
		sum, tools := 0.0, 0
		for k, s := range spans {
			mine[k] = float64(s.messages[i])
			sum += mine[k]
			if mine[k] > 0 {
				tools++
			}
		}
		if tools == 0 {
			continue
		}
		for k := range mine {
			mine[k] /= sum
		}
		v.ToolsPerPerson += float64(tools)
		v.EffectivePerson += effective(mine)
		if tools >= 3 {
			v.ThreeOrMore++
		}
	}
	n := float64(v.All.People)
	v.ToolsPerPerson, v.EffectivePerson, v.ThreeOrMore = v.ToolsPerPerson/n, v.EffectivePerson/n, v.ThreeOrMore/n
}

// effective is the number of equally used tools with the same entropy.
func effective(shares []float64) float64 {
	h := 0.0
	for _, p := range shares {
		if p > 0 {
			h -= p * math.Log(p)
		}
	}
	return math.Exp(h)
}

// truth collects everything once all is written.
func (w *world) truth() *Truth {
	t := &Truth{
		Seed: w.o.Seed, TimeZone: w.o.TimeZone, Start: w.cal.date(w.cal.from), End: w.cal.date(w.cal.to), Canary: Canary,
		People: len(w.people), Departments: len(w.depts), Teams: len(w.teams), SmallRoom: smallRoom, TurnSeconds: int(turnGap / second),
		Weeks: w.weeks, Blocks: w.blocks, Last4Weeks: w.last4,
	}
	spans := make([]*span, len(w.tools))
	for k, g := range w.tools {
		t.Tools = append(t.Tools, g.count.finish())
		spans[k] = &g.count.last
	}
	for k := range w.teams {
		if n := w.node(k); len(w.teams[k].members) == smallTeam {
			t.SmallTeam = n.Department + "/" + n.Team
		}
	}
	t.Last28Days = w.window(spans)
	t.Last28Days.From, t.Last28Days.To = w.cal.date(w.cal.end.AddDate(0, 0, -28).UnixMilli()), t.End
	t.Ties = w.pairTruths(spans)
	t.Accounts = w.accounts()
	t.Initiative = w.initiative()
	return t
}

func (w *world) pairTruths(spans []*span) []PairTruth {
	byKey := map[uint64]map[string][2]int{}
	for k, s := range spans {
		s.pairs.each(func(key uint64, c pairCount) {
			if byKey[key] == nil {
				byKey[key] = map[string][2]int{}
			}
			byKey[key][w.tools[k].slug] = [2]int{int(c.ab), int(c.ba)}
		})
	}
	keys := make([]uint64, 0, len(byKey))
	for key := range byKey {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	list := make([]PairTruth, len(keys))
	for n, key := range keys {
		a, b := ends(key)
		list[n] = PairTruth{A: w.people[a].id, B: w.people[b].id, Tools: byKey[key]}
	}
	return list
}

func (w *world) accounts() []AccountTruth {
	var list []AccountTruth
	for _, g := range w.tools {
		for i := range w.people {
			p := &w.people[i]
			if !g.hasUser(int32(i)) {
				continue
			}
			if g.scribe != nil {
				list = append(list, g.scribed(int32(i))...)
				continue
			}
			a := AccountTruth{Tool: g.slug, Kind: "email", Key: p.email, Person: p.id}
			switch g.tool {
			case slackTool:
				a.Kind, a.Key, a.Email = "tool_id", p.slackID, g.slackEmail(i)
			case ircTool:
				a.Kind, a.Key = "handle", p.nick
			}
			list = append(list, a)
		}
	}
	return list
}

// scribed are a person's accounts in a tool with a format of its own.
func (g *generator) scribed(i int32) []AccountTruth {
	var list []AccountTruth
	for _, k := range g.scribe.keys(i) {
		list = append(list, AccountTruth{Tool: g.slug, Kind: k.kind, Key: k.key, Email: g.cards[i].email, Person: g.people[i].id})
	}
	return list
}

// slackEmail is what Slack still says of an address: nothing of those who left.
func (g *generator) slackEmail(i int) string {
	p := &g.people[i]
	if p.to < g.cal.to || g.gaps && hidesAddress(g.ownDraw(i)) {
		return ""
	}
	return p.email
}

// initiative sums the panel up.
func (w *world) initiative() *Initiative {
	if w.o.Effect <= 0 {
		return nil
	}
	v := &Initiative{
		Name: "Champions' incentive", Slug: "champions-incentive", Start: w.cal.date(w.start), Effect: w.o.Effect, Panel: w.panel,
	}
	for k := range w.teams {
		if w.teams[k].treated {
			v.Treated = append(v.Treated, w.node(k))
		}
	}
	for _, g := range w.tools {
		v.Exchanges += g.base
		v.Added += g.added
	}
	after := map[string]bool{}
	for _, at := range w.cal.weeks {
		after[at.name] = at.from >= w.start
	}
	mean := func(treated, late bool, ends func(TeamWeek) int) float64 {
		sum, n := 0, 0
		for _, t := range w.panel {
			if t.Treated == treated && after[t.Week] == late {
				sum += ends(t)
				n += t.Roster
			}
		}
		return float64(sum) / float64(max(n, 1))
	}
	with, without := func(t TeamWeek) int { return t.Ends }, func(t TeamWeek) int { return t.Without }
	v.TreatedBefore, v.TreatedAfter, v.TreatedWithout = mean(true, false, with), mean(true, true, with), mean(true, true, without)
	v.ComparisonBefore, v.ComparisonAfter, v.ComparisonNot = mean(false, false, with), mean(false, true, with), mean(false, true, without)
	if v.TreatedWithout > 0 {
		v.RealisedRatio = v.TreatedAfter/v.TreatedWithout - 1
	}
	return v
}
