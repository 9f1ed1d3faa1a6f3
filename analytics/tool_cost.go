package analytics

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"crosstalk/analytics/stat"
)

// ToolCostRow is what a tool costs in a year, and what that is for everybody who uses it. Tool is AllTools in the row of the connected tools whose
// cost is known in the company's currency, taken together.
type ToolCostRow struct {
	Bucket
	Tool              string   `ch:"tool" dim:"true" doc:"slug of the tool; all is the connected tools asked for whose cost is known in the company's currency"`
	Currency          string   `ch:"currency" dim:"true" doc:"of the figures, in three letters; nothing is converted"`
	AnnualCost        *float64 `ch:"annual_cost" gauge:"true" doc:"price of a year by the register; empty where it is unknown"`
	Seats             *uint64  `ch:"seats" unit:"seats" doc:"licences paid for, by the register"`
	ActivePeople      *uint64  `ch:"active_people" unit:"people" doc:"people who sent a message within 28 days"`
	CostPerActive     *float64 `ch:"cost_per_active" gauge:"true" doc:"annual_cost / active_people"`
	HabitualPeople    *uint64  `ch:"habitual_people" unit:"people" doc:"people with a habit: a message in 9 of the 12 ISO weeks to the end of the bucket"`
	CostPerHabitual   *float64 `ch:"cost_per_habitual" gauge:"true" doc:"annual_cost / habitual_people"`
	CarriedTies       *uint64  `ch:"carried_ties" unit:"ties" doc:"ties within 28 days that no other tool carries"`
	CostPerCarriedTie *float64 `ch:"cost_per_carried_tie" gauge:"true" doc:"annual_cost / carried_ties"`
	Release
}

// ToolCost asks what each user of a tool costs.
var ToolCost = define("tool_cost", Doc{
	Title:    "Cost of tools",
	Question: "What does each tool cost for everybody who uses it, and for every tie that only it carries?",
	Formula:  "cost per active = annual cost / people who sent a message within 28 days; cost per habitual = annual cost / people with a message in 9 of 12 weeks; cost per tie = annual cost / ties that no other tool carries",
	Source:   "ratios as tools for licence management show them (Productiv, Zluri, Torii), with habits as in usage_segment and ties of our own",
	Caveats: []string{
		"Costs are what the register says today, whatever the period: licences, not the work that a tool makes.",
		"An unknown price is no price of 0: such a tool has no cost, and is left out of the sum, which is said.",
		"Prices in other currencies are never converted: they have rows of their own and are left out of the sum.",
		"Reading is not visible, so a tool that is mostly read looks dear.",
	},
	Example: "1200 a year, 10 active people, 8 with a habit, 3 ties of its own: 120, 150 and 400.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Month, Week},
	isAlone: true,

	isOrganisational: true,
}, making[ToolCostRow]{
	of:    []query{sentFact.query, peopleFact.query, networkFact.query, weeklyFact.query, historyFact.query, rosterFact.query},
	needs: func(q *question) []need { return slices.Concat(needsSent(q), needsNetwork(q), segmentNeeds(q)) }, answer: toolCost,
})

func toolCost(ctx context.Context, q *question) ([]cell[ToolCostRow], error) {
	if err := q.checkToolSets(); err != nil {
		return nil, err
	}
	together := *q // the tools in the sum
	together.tools = q.summable()
	var networks []*network
	var book *sent
	var each, all *staged
	err := sideBySide(
		func() (err error) { networks, err = q.networks(ctx); return err },
		func() (err error) { book, err = q.sent(ctx); return err },
		func() (err error) { each, err = stagedPeople.of(ctx, q); return err },
		func() (err error) { all, err = stagedPeople.of(ctx, &together); return err })
	if err != nil {
		return nil, err
	}
	q.noteSum()
	l := book.ledger(q.windows)
	var cells []cell[ToolCostRow]
	for window, b := range q.buckets {
		b.IsPartial = b.IsPartial || segmentEnd(q.windows[window]).AddDate(0, 0, -7*stat.TwelveWeeks.Weeks).Before(q.dataFrom)
		s := costSpan{q: q, l: l, network: networks[window], window: window, bucket: b, family: q.family(l, window, "cost")}
		cells = append(cells, s.sum(&together, all)...)
		cells = append(cells, s.tools(each)...)
		cells = append(cells, companions[ToolCostRow](s.family)...)
	}
	return cells, nil
}

// summable are the tools asked for whose costs add up.
func (q *question) summable() []string {
	return slices.DeleteFunc(slices.Clone(q.tools), func(tool string) bool { return !q.isSummable(tool) })
}

func (q *question) isSummable(tool string) bool {
	c := q.set.Tools[tool].Cost
	return c.Yearly != nil && c.Currency == q.set.Currency
}

// noteSum says which tools are in no sum, and why.
func (q *question) noteSum() {
	var unknown, foreign, unseen []string
	for _, tool := range q.portfolio() {
		c := q.set.Tools[tool].Cost
		switch {
		case c.Yearly == nil:
			unknown = append(unknown, tool)
		case c.Currency != q.set.Currency:
			foreign = append(foreign, tool)
		case !q.hasData(tool):
			unseen = append(unseen, tool)
		}
	}
	for _, left := range []struct {
		why   string
		tools []string
	}{{"has no yearly cost in the register", unknown}, {"is not paid in " + q.set.Currency + ", and nothing is converted", foreign}, {"has no messages to count by", unseen}} {
		if len(left.tools) > 0 {
			q.note("Not in the sum: what %s (%s).", left.why, strings.Join(left.tools, ", "))
		}
	}
}

// costSpan is a window of which costs are told.
type costSpan struct {
	q       *question
	l       *ledger
	network *network
	window  int
	bucket  Bucket
	family  family
}

// sum is the row of the tools whose costs add up.
func (s *costSpan) sum(together *question, staged *staged) []cell[ToolCostRow] {
	q := s.q
	tools := slices.DeleteFunc(slices.Clone(together.tools), func(tool string) bool { return !q.isKnown(tool, s.window) })
	if len(tools) == 0 {
		return nil
	}
	cost, seats, areSeatsKnown := 0.0, 0, true
	for _, tool := range tools {
		c := q.set.Tools[tool].Cost
		cost += *c.Yearly
		if areSeatsKnown = areSeatsKnown && c.Seats != nil; areSeatsKnown {
			seats += *c.Seats
		}
	}
	row := ToolCostRow{Bucket: s.bucket, Tool: AllTools, Currency: q.set.Currency, AnnualCost: number(cost)}
	if areSeatsKnown {
		row.Seats = count(float64(seats))
	}
	active := q.totalOf(fmt.Sprint("cost ", s.window), s.l.provenOver(s.window), s.family.byTool, tools)
	carried := s.network.tiesOnlyOn([]uint64{q.mask(tools)})[0]
	return s.cells(row, active, staged, 0, carried, carried.proof())
}

// tools are the rows of single tools.
func (s *costSpan) tools(staged *staged) []cell[ToolCostRow] {
	var cells []cell[ToolCostRow]
	masks := make([]uint64, len(s.q.all))
	for bit := range masks {
		masks[bit] = 1 << bit
	}
	carried := s.network.tiesOnlyOn(masks)
	carriedProofs := make([]*proof, len(carried))
	for bit := range carried { // each is of one tool, so tools add up
		carriedProofs[bit] = carried[bit].proof()
		carriedProofs[bit].family, carriedProofs[bit].role = fmt.Sprint("carried ", s.window), child
	}
	for _, tool := range s.q.portfolio() {
		c := s.q.set.Tools[tool].Cost
		row := ToolCostRow{Bucket: s.bucket, Tool: tool, Currency: c.Currency}
		if c.Yearly != nil {
			row.AnnualCost = number(*c.Yearly)
		}
		if c.Seats != nil {
			row.Seats = count(float64(*c.Seats))
		}
		active := s.family.byTool[tool]
		if active == nil { // no messages, or none any more
			cells = append(cells, cell[ToolCostRow]{row: row, proof: ofRegister(), isKept: true})
			continue
		}
		bit := slices.Index(s.q.all, tool)
		cells = append(cells, s.cells(row, active, staged, 1+slices.Index(s.q.tools, tool), carried[bit], carriedProofs[bit])...)
	}
	for bit, tool := range s.q.all {
		if !s.q.isAskedFor(tool) && s.q.isKnown(tool, s.window) {
			cells = append(cells, cell[ToolCostRow]{proof: carriedProofs[bit]})
		}
	}
	return cells
}

// cells are a row with its ratios, and the stages of use that decide with it: a habit is power or habitual, so either could be told from
// the other and both together.
func (s *costSpan) cells(row ToolCostRow, active *proof, staged *staged, subject int, carried tieSet, tied *proof) []cell[ToolCostRow] {
	q := s.q
	segments, everybody := staged.proofs(s.window, subject, 0, q.insideOf(staged.crowd, q.windows[s.window].To))
	habit := sumOf(segments[:2])
	habit.with = segments[:2]
	row.ActivePeople, row.HabitualPeople, row.CarriedTies = count(float64(active.people)), count(habit.sum), count(carried.size)
	if row.AnnualCost != nil {
		cost := *row.AnnualCost
		row.CostPerActive = number(ratio(cost, float64(active.people)))
		row.CostPerHabitual = number(ratio(cost, habit.sum))
		row.CostPerCarriedTie = number(ratio(cost, carried.size))
	}
	cells := []cell[ToolCostRow]{{
		row: row, proof: ofRegister(), isKept: true, tables: []table{{total: everybody, children: segments}},
		parts: map[string]*proof{
			"active_people": active, "cost_per_active": active, "habitual_people": habit, "cost_per_habitual": habit,
			"carried_ties": tied, "cost_per_carried_tie": tied,
		},
	}}
	for _, p := range segments {
		cells = append(cells, cell[ToolCostRow]{proof: p})
	}
	return append(cells, cell[ToolCostRow]{proof: everybody})
}
