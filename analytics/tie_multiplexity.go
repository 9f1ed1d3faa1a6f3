package analytics

import (
	"context"
	"strconv"
)

// TieMultiplexityRow is about the ties of the 28 days that end with the bucket: all of them, those on so many tools, or those of one strength.
type TieMultiplexityRow struct {
	Bucket
	OnTools              string   `ch:"on_tools" dim:"true" doc:"number of tools that carry the ties: 0-1, 2 or 3+; all is any number"`
	Strength             string   `ch:"strength" dim:"true" doc:"weak, medium or heavy: quarters of all ties by their interactions; all is any strength"`
	Ties                 *uint64  `ch:"ties" unit:"ties" doc:"pairs with at least two interactions on the tools asked for"`
	TiesRatio            *float64 `ch:"ties_ratio" doc:"share of all ties"`
	MultiplexRatio       *float64 `ch:"multiplex_ratio" doc:"share of the ties that two tools or more carry, each with at least two interactions; empty in rows of one number of tools, and where one tool is asked for"`
	ToolsPerTie          *float64 `ch:"tools_per_tie" unit:"tools" doc:"number of tools that carry a tie, mean; empty in rows of one number of tools, and where one tool is asked for"`
	EffectiveToolsPerTie *float64 `ch:"effective_tools_per_tie" unit:"tools" doc:"effective number of tools of a tie, weighted by its interactions (N1), mean"`
	InteractionsPerTie   *float64 `ch:"interactions_per_tie" unit:"interactions" doc:"interactions of a tie in the 28 days, mean"`
	MultiplexChange      Change   `ch:"multiplex_ratio"`
	ToolsPerTieChange    Change   `ch:"tools_per_tie" unit:"tools"`
	Release
}

// TieMultiplexity asks on how many tools two people exchange messages.
var TieMultiplexity = define("tie_multiplexity", Doc{
	Title:    "Tools per tie",
	Question: "On how many tools do the same two people exchange messages?",
	Formula:  "tools of a tie = tools with at least two interactions of the pair; multiplex = two tools or more; N1 of a tie = exp(-sum p_k ln p_k), p_k = share of its interactions on tool k; weak = at or below the lower quartile of interactions, heavy = at or above the upper",
	Source:   "media multiplexity (Haythornthwaite 2002, 2005): strong ties use more media, weak ties lean on one; Hill numbers (Jost 2006)",
	Caveats: []string{
		"A tie may be carried by no single tool: one interaction on each of two make it. It stands with those on one, in 0-1, and counts 0 in the mean.",
		"Quarters are those of all ties of the organisation on the tools asked for, also when a group is asked for.",
		"Accounts that are not matched to a person split a tie on two tools into two ties on one.",
		"When a row by number of tools is hidden, the means over all are rounded to 0.1, since they would tell it.",
	},
	Example: "Of nine ties five are on two tools with two interactions each: 5 / 9 = .556 multiplex, 14 / 9 = 1.556 tools per tie, mean N1 (5 × 2 + 4 × 1) / 9 = 1.556.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},
}, making[TieMultiplexityRow]{of: []query{peopleFact.query, networkFact.query}, needs: needsNetwork, answer: tieMultiplexity})

// anyOf stands in a row for all values of a dimension.
const anyOf = "all"

// onManyTools is the number of tools from which ties stand in one row.
const onManyTools = 3

func tieMultiplexity(ctx context.Context, q *question) ([]cell[TieMultiplexityRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	windows, err := q.tiesOf(ctx, allTies)
	if err != nil {
		return nil, err
	}
	var cells []cell[TieMultiplexityRow]
	for window, b := range q.buckets {
		cells = append(cells, q.multiplexities(b, window, windows[window])...)
	}
	if q.isCompared() {
		cells = append(cells, q.compareMultiplexity(&cells[0], windows)...)
	}
	return cells, nil
}

// multiplex are ties by the number of tools that carry them and by strength.
type multiplex struct {
	all, many      bundle // many: on two tools or more
	byTools        [1 + onManyTools]bundle
	strong, manyOf [strengths]bundle
}

func (t *ties) multiplex() *multiplex {
	m := &multiplex{}
	for place, one := range t.own() {
		tools, s := max(min(one.tools(), onManyTools), 1), t.strength[place]
		for _, b := range []*bundle{&m.all, &m.byTools[tools], &m.strong[s]} {
			t.put(b, place)
		}
		if tools > 1 {
			t.put(&m.many, place)
			t.put(&m.manyOf[s], place)
		}
	}
	return m
}

// multiplexities are the rows of a window. What adds up is linked: ties by number of tools, by strength, and of each strength those
// on two tools or more.
func (q *question) multiplexities(b Bucket, window int, t *ties) []cell[TieMultiplexityRow] {
	m := t.multiplex()
	all := t.proof(&m.all)
	all.family, all.role = "multiplexity "+strconv.Itoa(window), total
	cells := []cell[TieMultiplexityRow]{{row: m.row(b, anyOf, anyOf, &m.all), proof: all, isKept: true, blur: blurMultiplexity}}
	many := t.proof(&m.many)
	if len(q.tools) > 1 { // with one tool there is nothing to tell apart
		m.fillMany(&cells[0], &m.all, &m.many, many)
		cells = append(cells, m.byNumber(b, t, min(onManyTools, len(q.tools)), &cells[0])...)
	}
	strong, manyOf := table{total: all}, table{total: many}
	for s := range strengths {
		c := cell[TieMultiplexityRow]{row: m.row(b, anyOf, strengthNames[s], &m.strong[s]), proof: t.proof(&m.strong[s]), isKept: true}
		strong.children = append(strong.children, c.proof)
		if len(q.tools) > 1 {
			p := t.proof(&m.manyOf[s])
			m.fillMany(&c, &m.strong[s], &m.manyOf[s], p)
			manyOf.children = append(manyOf.children, p)
		}
		cells = append(cells, c)
	}
	cells[0].tables = append(cells[0].tables, strong, manyOf)
	return cells
}

// byNumber are the rows by number of tools. What is not on many tools is on one: each tells the other.
func (m *multiplex) byNumber(b Bucket, t *ties, most int, all *cell[TieMultiplexityRow]) []cell[TieMultiplexityRow] {
	many := all.parts["multiplex_ratio"]
	onMany := table{total: many}
	var cells []cell[TieMultiplexityRow]
	for n := 1; n <= most; n++ {
		p := t.proof(&m.byTools[n])
		p.family, p.role = all.proof.family, child
		all.proof.parts = append(all.proof.parts, p)
		if n == 1 {
			p.with, many.with = []*proof{many}, []*proof{p}
		} else {
			onMany.children = append(onMany.children, p)
		}
		cells = append(cells, cell[TieMultiplexityRow]{row: m.row(b, onToolsNames[n], anyOf, &m.byTools[n]), proof: p, isKept: true})
	}
	all.tables = append(all.tables, onMany)
	return cells
}

// fillMany tells which of some ties are on two tools or more. The means would tell it too.
func (m *multiplex) fillMany(c *cell[TieMultiplexityRow], of, many *bundle, p *proof) {
	c.row.MultiplexRatio, c.row.ToolsPerTie = number(of.perTie(float64(many.size))), number(of.perTie(float64(of.tools)))
	c.parts = map[string]*proof{"multiplex_ratio": p, "tools_per_tie": p, "effective_tools_per_tie": p}
}

var onToolsNames = [1 + onManyTools]string{1: "0-1", 2: "2", 3: "3+"}

func (m *multiplex) row(b Bucket, onTools, strength string, of *bundle) TieMultiplexityRow {
	return TieMultiplexityRow{
		Bucket: b, OnTools: onTools, Strength: strength, Ties: count(float64(of.size)), TiesRatio: number(ratio(float64(of.size), float64(m.all.size))),
		EffectiveToolsPerTie: number(of.perTie(of.effective.float64())), InteractionsPerTie: number(of.perTie(float64(of.interactions))),
	}
}

// blurMultiplexity keeps hidden rows from being worked out of the means over all.
func blurMultiplexity(r *TieMultiplexityRow) []string {
	tenth(r.ToolsPerTie)
	tenth(r.EffectiveToolsPerTie)
	for _, v := range []*float64{r.ToolsPerTieChange.Previous, r.ToolsPerTieChange.Change, r.ToolsPerTieChange.Low, r.ToolsPerTieChange.High} {
		tenth(v)
	}
	return nil
}

// compareMultiplexity adds the comparison to the row about all ties, and gives the earlier rows, which decide with it.
func (q *question) compareMultiplexity(c *cell[TieMultiplexityRow], windows []*ties) []cell[TieMultiplexityRow] {
	changes := resampled(windows[0], windows[1], func(one *tie, of []float64) {
		of[0], of[2] = 1, float64(one.tools())
		if one.tools() > 1 {
			of[1] = 1
		}
	}, 3, 2, func(sums, out []float64) { out[0], out[1] = ratio(sums[1], sums[0]), ratio(sums[2], sums[0]) })
	c.row.MultiplexChange, c.row.ToolsPerTieChange = changes[0], changes[1]
	before := q.multiplexities(Bucket{}, len(q.buckets), windows[1])
	for i := range before {
		before[i].isKept = false
	}
	c.before = before[0].proof
	if many := before[0].parts["multiplex_ratio"]; many != nil {
		c.before.with = append(c.before.with, many)
	}
	return before
}
