package analytics

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
)

// RedundantSpendRow is how much of what a tool costs in a year could be saved. Tool is AllTools in the row of the connected tools whose cost is
// known in the company's currency, taken together.
type RedundantSpendRow struct {
	Bucket
	Tool           string   `ch:"tool" dim:"true" doc:"slug of the tool; all is the connected tools asked for whose cost is known in the company's currency"`
	Currency       string   `ch:"currency" dim:"true" doc:"of the figures, in three letters; nothing is converted"`
	AnnualCost     *float64 `ch:"annual_cost" doc:"price of a year by the register; empty where it is unknown"`
	Seats          *uint64  `ch:"seats" unit:"seats" doc:"licences paid for, by the register"`
	UsedPeople     *uint64  `ch:"used_people" unit:"people" doc:"people who wrote, reacted or called within 60 days; empty while fewer days of the tool are known"`
	UnusedSeats    *uint64  `ch:"unused_seats" unit:"seats" doc:"seats less used_people"`
	UnusedCost     *float64 `ch:"unused_cost" gauge:"true" doc:"unused_seats × price of a seat"`
	ActivePeople   *uint64  `ch:"active_people" unit:"people" doc:"people who sent a message within 28 days"`
	CoveredPeople  *uint64  `ch:"covered_people" unit:"people" doc:"of these, people of whom kept tools carry ties with at least 90 % of what they exchange on the tool; empty where no tool is kept"`
	CoveredRatio   *float64 `ch:"covered_ratio" gauge:"true" doc:"covered_people / active_people"`
	CoveredCost    *float64 `ch:"covered_cost" gauge:"true" doc:"(annual_cost - unused_cost) × covered_ratio"`
	RedundantCost  *float64 `ch:"redundant_cost" gauge:"true" doc:"unused_cost + covered_cost, of what is known of the two"`
	RedundantRatio *float64 `ch:"redundant_ratio" gauge:"true" doc:"redundant_cost / annual_cost"`
	Release
}

// RedundantSpend asks what is paid for twice, or for nothing.
var RedundantSpend = define("redundant_spend", Doc{
	Title:    "Redundant spend",
	Question: "How much is paid for seats that nobody uses, and for people who have the same ties on a tool that stays?",
	Formula:  "redundant = unused seats × price of a seat + (annual cost - that) × share of active people with at least 90 % of what they exchange on the tool within ties that kept tools carry too; unused = seats less people who did anything within 60 days; kept = sanctioned tools, of which one with more interactions is kept before one with fewer",
	Source:   "own definition; 60 days without use as in licence management (Productiv)",
	Caveats: []string{
		"A seat counts once: the cost of unused seats is taken off before the covered people's share.",
		"Of two sanctioned tools that cover each other only the smaller is redundant, so the sum could be saved at once. The largest one is covered by none.",
		"A tie on a tool that is not sanctioned covers nothing.",
		"Reading is not visible: an unused seat may be a reader's.",
		"Savings need a contract that lets seats go; the register knows its end.",
	},
	Example: "500 seats, 300 people in 60 days and in 28, 60 % of them covered: 200 seats unused, and .6 × 300 = 180 covered: 380 of 500.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Month, Week},
	isAlone: true,

	isOrganisational: true,
}, making[RedundantSpendRow]{
	of: []query{sentFact.query, peopleFact.query, networkFact.query, usesFact.query},
	needs: func(q *question) []need {
		return slices.Concat(needsSent(q), needsNetwork(q), []need{usesFact.need(q.overUnused(), nil)})
	}, answer: redundantSpend,
})

// unusedDays is after how many days a seat counts as unused.
const unusedDays = 60

// overUnused is the same question about windows in which a seat without use counts as unused.
func (q *question) overUnused() *question {
	other := *q
	other.windows = make([]Period, len(q.windows))
	for i, w := range q.windows {
		other.windows[i] = Period{w.To.AddDate(0, 0, -unusedDays), w.To}
	}
	return &other
}

func redundantSpend(ctx context.Context, q *question) ([]cell[RedundantSpendRow], error) {
	if err := q.checkToolSets(); err != nil {
		return nil, err
	}
	var networks []*network
	var book *sent
	var used []map[string]uses
	var active [][][]int
	err := sideBySide(
		func() (err error) { networks, err = q.networks(ctx); return err },
		func() (err error) { book, err = q.sent(ctx); return err },
		func() (err error) { used, err = q.overUnused().uses(ctx); return err },
		func() (err error) { active, err = q.activeByTool(ctx); return err })
	if err != nil {
		return nil, err
	}
	q.noteSum()
	l := book.ledger(q.windows)
	var cells []cell[RedundantSpendRow]
	for window, b := range q.buckets {
		b.IsPartial = b.IsPartial || b.ToOn.AddDate(0, 0, -unusedDays).Before(q.dataFrom)
		s := spendSpan{
			q: q, bucket: b, window: window, family: q.family(l, window, "spend"), used: used[window], active: active[window],
			kept: q.kept(networks[window], window),
		}
		s.coverage = networks[window].coverage(len(q.all), s.kept)
		cells = append(cells, s.cells()...)
		cells = append(cells, companions[RedundantSpendRow](s.family)...)
	}
	return cells, nil
}

// kept are, for each tool with data, the tools that stay when it goes: the sanctioned ones; for one of those, the sanctioned ones with
// more interactions.
func (q *question) kept(n *network, window int) []uint64 {
	interactions := make([]int, len(q.all))
	for _, x := range n.exchanges {
		interactions[x.tool] += x.ab + x.ba
	}
	var sanctioned []int
	for tool, name := range q.all {
		if q.set.status(name) == sanctionedStatus && q.isKnown(name, window) {
			sanctioned = append(sanctioned, tool)
		}
	}
	slices.SortStableFunc(sanctioned, func(a, b int) int { return cmp.Compare(interactions[b], interactions[a]) })
	all := uint64(0)
	kept := make([]uint64, len(q.all))
	for _, tool := range sanctioned {
		kept[tool] = all
		all |= 1 << tool
	}
	for tool := range q.all {
		if !slices.Contains(sanctioned, tool) {
			kept[tool] = all
		}
	}
	return kept
}

// spendSpan is a window of which spend is told.
type spendSpan struct {
	q        *question
	bucket   Bucket
	window   int
	family   family
	used     map[string]uses
	active   [][]int
	kept     []uint64
	coverage *coverage
}

// spend is what could be saved of a tool; NaN is unknown.
type spend struct {
	unused, covered float64
}

func (s spend) sum() float64 {
	switch {
	case math.IsNaN(s.unused):
		return s.covered
	case math.IsNaN(s.covered):
		return s.unused
	}
	return s.unused + s.covered
}

// The figures of money that add up over tools.
var spendSums = []string{"unused_cost", "covered_cost", "redundant_cost"}

func (s *spendSpan) cells() []cell[RedundantSpendRow] {
	all := spendSum{proofs: map[string]*proof{}}
	for _, figure := range spendSums {
		all.proofs[figure] = &proof{family: s.familyOf(figure), role: total}
	}
	var cells []cell[RedundantSpendRow]
	for _, tool := range s.q.portfolio() {
		c, saved := s.ofTool(tool)
		cells = append(cells, c)
		if s.q.isSummable(tool) && s.family.byTool[tool] != nil {
			all.add(c, saved)
		}
	}
	if all.tools == 0 {
		return cells
	}
	row := RedundantSpendRow{
		Bucket: s.bucket, Tool: AllTools, Currency: s.q.set.Currency, AnnualCost: number(all.cost),
		UnusedCost: all.figure("unused_cost", all.unused), CoveredCost: all.figure("covered_cost", all.covered),
		RedundantCost: all.figure("redundant_cost", all.redundant), RedundantRatio: all.figure("redundant_cost", ratio(all.redundant, all.cost)),
	}
	all.proofs["redundant_ratio"] = all.proofs["redundant_cost"]
	maps.DeleteFunc(all.proofs, func(_ string, p *proof) bool { return len(p.parts) == 0 }) // unknown, not hidden
	return append([]cell[RedundantSpendRow]{{row: row, proof: ofRegister(), isKept: true, parts: all.proofs}}, cells...)
}

func (s *spendSpan) familyOf(figure string) string { return fmt.Sprint(figure, " ", s.window) }

// summand makes a proof a part of a sum, where the tool is in it. What is hidden hides what it would follow from.
func (s *spendSpan) summand(p *proof, tool, figure string, from ...*proof) *proof {
	if s.q.isSummable(tool) {
		p.family, p.role = s.familyOf(figure), child
	}
	for _, other := range from {
		if other != nil {
			p.with, other.with = append(p.with, other), append(other.with, p)
		}
	}
	return p
}

// spendSum adds up what could be saved. Who stands behind the sum are at least those behind the largest part.
type spendSum struct {
	tools                            int
	cost, unused, covered, redundant float64
	proofs                           map[string]*proof
}

func (a *spendSum) add(c cell[RedundantSpendRow], saved spend) {
	a.tools++
	a.cost += *c.row.AnnualCost
	for figure, to := range map[string]*float64{"unused_cost": &a.unused, "covered_cost": &a.covered, "redundant_cost": &a.redundant} {
		v := map[string]float64{"unused_cost": saved.unused, "covered_cost": saved.covered, "redundant_cost": saved.sum()}[figure]
		p := c.parts[figure]
		if math.IsNaN(v) || p == nil {
			continue
		}
		*to += v
		a.proofs[figure].parts = append(a.proofs[figure].parts, p)
		a.proofs[figure].people = max(a.proofs[figure].people, p.people)
	}
}

// figure is a sum of which there is a part.
func (a *spendSum) figure(of string, v float64) *float64 {
	if len(a.proofs[of].parts) == 0 {
		return nil
	}
	return number(v)
}

// ofTool is the row of a tool.
func (s *spendSpan) ofTool(tool string) (cell[RedundantSpendRow], spend) {
	facts := s.q.set.Tools[tool].Cost
	row := RedundantSpendRow{Bucket: s.bucket, Tool: tool, Currency: facts.Currency}
	saved := spend{math.NaN(), math.NaN()}
	cost := math.NaN()
	if facts.Yearly != nil {
		cost = *facts.Yearly
		row.AnnualCost = number(cost)
	}
	if facts.Seats != nil {
		row.Seats = count(float64(*facts.Seats))
	}
	parts := map[string]*proof{}
	active := s.family.byTool[tool]
	if active == nil { // no messages, or none any more
		return cell[RedundantSpendRow]{row: row, proof: ofRegister(), isKept: true}, saved
	}
	saved.unused = s.unused(&row, parts, facts)
	saved.covered = s.covered(&row, parts, active, cost, saved.unused)
	row.RedundantCost, row.RedundantRatio = number(saved.sum()), number(ratio(saved.sum(), cost))
	parts["redundant_cost"] = s.both(tool, parts["unused_cost"], parts["covered_cost"])
	parts["redundant_ratio"] = parts["redundant_cost"]
	return cell[RedundantSpendRow]{row: row, proof: ofRegister(), isKept: true, parts: parts}, saved
}

// unused counts the seats that nobody used, and what they cost.
func (s *spendSpan) unused(row *RedundantSpendRow, parts map[string]*proof, facts Cost) float64 {
	first, _ := s.q.s.ToolDays(row.Tool)
	if first.After(s.q.windows[s.window].To.AddDate(0, 0, -unusedDays)) {
		return math.NaN()
	}
	who := proofOfUses(s.used[row.Tool])
	people := *who
	people.top1, people.top2, people.sum = 0, 0, 0 // heads, not what they did
	row.UsedPeople = count(float64(people.people))
	parts["used_people"] = &people
	if facts.Seats == nil {
		return math.NaN()
	}
	seats := max(float64(*facts.Seats)-float64(people.people), 0)
	row.UnusedSeats, parts["unused_seats"] = count(seats), &people
	if facts.SeatYearly == nil {
		return math.NaN()
	}
	cost := seats * *facts.SeatYearly
	row.UnusedCost = number(cost)
	parts["unused_cost"] = s.summand(&proof{people: people.people, outsiders: people.outsiders}, row.Tool, "unused_cost", &people)
	return cost
}

// covered counts the active people who have their ties on kept tools too, and what their part of the tool costs.
func (s *spendSpan) covered(row *RedundantSpendRow, parts map[string]*proof, active *proof, cost, unused float64) float64 {
	bit := slices.Index(s.q.all, row.Tool)
	row.ActivePeople, parts["active_people"] = count(float64(active.people)), active
	if s.kept[bit] == 0 {
		return math.NaN()
	}
	who := s.coverage.people(bit, unique(s.active[bit]))
	p := who.headcount()
	p.with = []*proof{active}
	share := ratio(p.sum, float64(active.people))
	row.CoveredPeople, row.CoveredRatio = count(p.sum), number(share)
	parts["covered_people"], parts["covered_ratio"] = p, p
	if math.IsNaN(unused) {
		unused = 0
	}
	saved := (cost - unused) * share
	row.CoveredCost = number(saved)
	parts["covered_cost"] = s.summand(&proof{people: p.people, outsiders: p.outsiders}, row.Tool, "covered_cost", p)
	if used := parts["used_people"]; used != nil { // the people in the cost of what is used
		parts["covered_cost"].with = append(parts["covered_cost"].with, used)
	}
	return saved
}

// both proves a sum of two, of which one may be unknown. When it is hidden, so is what the covered people cost: with the rest it would
// tell the sum.
func (s *spendSpan) both(tool string, unused, covered *proof) *proof {
	sum := &proof{people: math.MaxUint64}
	for _, p := range []*proof{unused, covered} {
		if p != nil {
			sum.people = min(sum.people, p.people)
			sum.with = append(sum.with, p)
		}
	}
	if covered == nil {
		covered = unused
	}
	return s.summand(sum, tool, "redundant_cost", covered)
}

// unique gives each person once.
func unique(people []int) []int { return slices.Compact(slices.Sorted(slices.Values(people))) }
