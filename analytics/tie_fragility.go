package analytics

import (
	"context"
	"fmt"
	"math/bits"
	"strconv"
)

// TieFragilityRow is about the ties on a tool in the 28 days that end with the bucket, and those of them that no other tool carries.
type TieFragilityRow struct {
	Bucket
	Tool              string   `ch:"tool" dim:"true" doc:"slug of the tool; all is any of the tools asked for"`
	Strength          string   `ch:"strength" dim:"true" doc:"weak, medium or heavy: quarters of all ties by their interactions; all is any strength"`
	DepartmentA       string   `ch:"department_a" dim:"true" doc:"department of one end; all is any. A pair of departments stands once"`
	DepartmentB       string   `ch:"department_b" dim:"true" doc:"department of the other end, the same for ties within it; all is any"`
	Ties              *uint64  `ch:"ties" unit:"ties" doc:"pairs with at least two interactions on the tool"`
	FragileTies       *uint64  `ch:"fragile_ties" unit:"ties" doc:"of these, ties that no other tool carries"`
	FragileRatio      *float64 `ch:"fragile_ratio" doc:"fragile_ties / ties"`
	People            *uint64  `ch:"people" unit:"people" doc:"people with a tie on the tool; empty in rows of departments"`
	PeopleLosing      *uint64  `ch:"people_losing" unit:"people" doc:"people with a fragile tie: they would lose it if the tool went; empty in rows of departments"`
	PeopleLosingAll   *uint64  `ch:"people_losing_all" unit:"people" doc:"people all of whose ties are fragile ones of this tool; only for one tool and any strength"`
	InteractionsRatio *float64 `ch:"interactions_ratio" doc:"share of the tool's interactions, within ties, that are on fragile ones; empty in rows of departments"`
	Release
}

// TieFragility asks what would go with a tool.
var TieFragility = define("tie_fragility", Doc{
	Title:    "Fragile ties",
	Question: "Which ties hang on one tool, and who would lose them if it were retired?",
	Formula:  "fragile tie of tool T = T is the only tool with at least two interactions of the pair; weak = at or below the lower quartile of interactions of all ties, heavy = at or above the upper",
	Source:   "own definition, after media multiplexity (Haythornthwaite 2002): taking a medium away cuts the weak ties that lean on it first",
	Caveats: []string{
		"People may find another way: a fragile tie has none yet on the tools that are read.",
		"Accounts that are not matched to a person make ties look fragile.",
		"A tool filter chooses rows; whether a tie is fragile is told over all tools.",
		"Departments are told apart for all tools together, or for the one tool asked for, within four whole ISO weeks.",
	},
	Example: "Eight ties on e-mail, five of which are on Slack too: three are fragile, 3 / 8 = .375.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},
	isAlone: true,
}, making[TieFragilityRow]{of: []query{peopleFact.query, networkFact.query, groupFact.query}, needs: needsDepartments, answer: tieFragility})

// needsDepartments is the need of metrics of ties that are told apart by department.
func needsDepartments(q *question) []need { return append(needsNetwork(q), groupFact.need(q, nil)) }

func tieFragility(ctx context.Context, q *question) ([]cell[TieFragilityRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	windows, err := q.tiesOf(ctx, tiesOnAnyTool)
	if err != nil {
		return nil, err
	}
	q.noteDepartments()
	var cells []cell[TieFragilityRow]
	for window, b := range q.buckets {
		f := q.fragility(windows[window])
		cells = append(cells, f.byStrength(q, b, window)...)
		if q.hasDepartments(b) {
			d, err := q.departmentsOf(ctx, f.ties, b.ToOn)
			if err != nil {
				return nil, err
			}
			cells = append(cells, f.byDepartments(q, b, window, d)...)
		}
	}
	return cells, nil
}

// anyStrength is the place of ties of any strength, after those of each.
const anyStrength = strengths

// fragility are ties by the tools that carry them: by number of the tool, and last those on any of the tools asked for.
type fragility struct {
	*ties
	asked   uint64 // tools, as bits
	tools   []*toolTies
	degrees []int32 // ties of each person, by number
}

// toolTies are the ties on a tool, by strength.
type toolTies struct {
	on, fragile             [anyStrength + 1]bundle
	interactions, onFragile [anyStrength + 1]int // of the tool, within all ties and within fragile ones
	proofs, fragileProofs   [anyStrength + 1]*proof
}

func (q *question) fragility(t *ties) *fragility {
	f := &fragility{ties: t, degrees: make([]int32, len(t.outside))}
	for tool, name := range q.all {
		if q.isAskedFor(name) {
			f.asked |= 1 << tool
		}
	}
	for range len(q.all) + 1 {
		f.tools = append(f.tools, &toolTies{})
	}
	for place, one := range t.own() {
		for _, s := range [2]strength{t.strength[place], anyStrength} {
			f.enter(one, s)
		}
		f.degrees[one.a]++
		f.degrees[one.b]++
	}
	for _, of := range f.tools {
		for s := range of.on {
			of.proofs[s], of.fragileProofs[s] = t.proof(&of.on[s]), t.proof(&of.fragile[s])
		}
	}
	return f
}

// carriers calls for each place that some tools count for: their own, and that of any of those asked for.
func (f *fragility) carriers(on uint64, each func(place int)) {
	if on&f.asked != 0 {
		each(len(f.tools) - 1)
	}
	for ; on != 0; on &= on - 1 {
		each(bits.TrailingZeros64(on))
	}
}

func (f *fragility) enter(one *tie, s strength) {
	f.carriers(one.on, func(place int) {
		of := f.tools[place]
		of.on[s].size++
		f.putEnds(&of.on[s], one)
		if one.tools() == 1 {
			of.fragile[s].size++
			f.putEnds(&of.fragile[s], one)
		}
	})
	for _, x := range one.exchanges {
		f.carriers(1<<x.tool, func(place int) {
			f.tools[place].interactions[s] += x.ab + x.ba
			if one.on == 1<<x.tool {
				f.tools[place].onFragile[s] += x.ab + x.ba
			}
		})
	}
}

// shown are the places of the tools that have a row, and of all together where several are asked for.
func (f *fragility) shown(q *question, window int) []int {
	var places []int
	if len(q.tools) > 1 {
		places = append(places, len(f.tools)-1)
	}
	for place, tool := range q.all {
		if q.isKnown(tool, window) {
			places = append(places, place)
		}
	}
	return places
}

// name is that of the tool at a place, and whether it is asked for.
func (f *fragility) name(q *question, place int) (name string, isAsked bool) {
	if place == len(q.all) {
		return AllTools, true
	}
	return q.all[place], q.isAskedFor(q.all[place])
}

// byStrength are the rows of a window without departments. Fragile ties have one tool each, so tools add up; and so do strengths.
func (f *fragility) byStrength(q *question, b Bucket, window int) []cell[TieFragilityRow] {
	var cells []cell[TieFragilityRow]
	totals := map[strength]*proof{}
	for _, place := range f.shown(q, window) { // all tools first
		of := f.tools[place]
		name, isAsked := f.name(q, place)
		for _, s := range []strength{anyStrength, weak, medium, heavy} {
			fragile := of.fragileProofs[s]
			fragile.family = "fragile " + strconv.Itoa(window) + nameOf(s)
			addUp(fragile, totals, s, place == len(q.all), isAsked)
			cells = append(cells, cell[TieFragilityRow]{
				row: of.row(b, name, s), proof: of.proofs[s], isKept: isAsked,
				parts: map[string]*proof{"fragile_ties": fragile, "fragile_ratio": fragile, "people_losing": fragile, "interactions_ratio": fragile},
			})
		}
		first := &cells[len(cells)-len(of.on)]
		first.tables = []table{{total: of.proofs[anyStrength], children: of.proofs[:anyStrength]}, {total: of.fragileProofs[anyStrength], children: of.fragileProofs[:anyStrength]}}
		if name != AllTools {
			all := f.losingAll(&of.fragile[anyStrength])
			first.row.PeopleLosingAll, first.parts["people_losing_all"] = count(all), &proof{people: uint64(all)}
		}
	}
	return cells
}

func nameOf(s strength) string {
	if s == anyStrength {
		return anyOf
	}
	return strengthNames[s]
}

func (of *toolTies) row(b Bucket, tool string, s strength) TieFragilityRow {
	on, fragile := &of.on[s], &of.fragile[s]
	return TieFragilityRow{
		Bucket: b, Tool: tool, Strength: nameOf(s), DepartmentA: anyOf, DepartmentB: anyOf,
		Ties: count(float64(on.size)), FragileTies: count(float64(fragile.size)), FragileRatio: number(ratio(float64(fragile.size), float64(on.size))),
		People: count(float64(of.proofs[s].people)), PeopleLosing: count(float64(of.fragileProofs[s].people)),
		InteractionsRatio: number(ratio(float64(of.onFragile[s]), float64(of.interactions[s]))),
	}
}

// losingAll counts the people who have some ties and no others.
func (f *fragility) losingAll(some *bundle) float64 {
	for _, person := range some.people {
		f.counts[person]++
	}
	people := 0.0
	for _, person := range some.people {
		if f.counts[person] == float64(f.degrees[person]) {
			people++
		}
		f.counts[person] = 0
	}
	return people
}

// byDepartments are the rows of pairs of departments, for all tools together or for the one asked for. All tools decide.
func (f *fragility) byDepartments(q *question, b Bucket, window int, d *departments) []cell[TieFragilityRow] {
	on, fragile := make([]*pairwise, len(f.tools)), make([]*pairwise, len(f.tools))
	for place := range f.tools {
		on[place], fragile[place] = newPairwise(d), newPairwise(d)
	}
	for _, one := range f.own() {
		f.carriers(one.on, func(place int) {
			on[place].put(one)
			if one.tools() == 1 {
				fragile[place].put(one)
			}
		})
	}
	var cells []cell[TieFragilityRow]
	totals := map[int]*proof{}
	for _, place := range f.shown(q, window) {
		of := f.tools[place]
		name, isAsked := f.name(q, place)
		onProofs := on[place].prove(f.ties, of.proofs[anyStrength])
		fragileProofs := fragile[place].prove(f.ties, of.fragileProofs[anyStrength])
		first := len(cells)
		cells = append(cells, decidingCells[TieFragilityRow](append(onProofs.deciding(), fragileProofs.deciding()...))...)
		for pair, p := range fragileProofs.pairs {
			if p == nil {
				continue
			}
			p.family = fmt.Sprint("fragile ", window, " pair ", pair)
			addUp(p, totals, pair, name == AllTools, isAsked)
			_, isA := d.name(pair / d.groups)
			_, isB := d.name(pair % d.groups)
			isChosen := name == AllTools || isAsked && len(q.tools) == 1
			cells = append(cells, cell[TieFragilityRow]{
				row:   d.fragileRow(b, name, pair, &on[place].pairs[pair], &fragile[place].pairs[pair]),
				proof: onProofs.pairs[pair], isKept: isA && isB && isChosen, isNode: true,
				parts: map[string]*proof{"fragile_ties": p, "fragile_ratio": p},
			})
		}
		cells[first].tables = append(onProofs.tables, fragileProofs.tables...)
	}
	return cells
}

func (d *departments) fragileRow(b Bucket, tool string, pair int, on, fragile *between) TieFragilityRow {
	nameA, _ := d.name(pair / d.groups)
	nameB, _ := d.name(pair % d.groups)
	return TieFragilityRow{
		Bucket: b, Tool: tool, Strength: anyOf, DepartmentA: nameA, DepartmentB: nameB,
		Ties: count(float64(on.size)), FragileTies: count(float64(fragile.size)), FragileRatio: number(ratio(float64(fragile.size), float64(on.size))),
	}
}
