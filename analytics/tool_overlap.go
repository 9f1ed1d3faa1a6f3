package analytics

import (
	"context"

	"crosstalk/analytics/stat"
)

// What of two tools overlaps.
const (
	OverlapOfPeople = "people"
	OverlapOfTies   = "ties"
)

// ToolOverlapRow compares tool A with tool B over the 28 days that end with the bucket. Every pair stands twice, once
// in each direction.
type ToolOverlapRow struct {
	Bucket
	Of                 string   `ch:"of" dim:"true" doc:"what is compared: people (who sent a message on the tool) or ties (pairs with at least two interactions on it)"`
	ToolA              string   `ch:"tool_a" dim:"true" doc:"slug of tool A"`
	ToolB              string   `ch:"tool_b" dim:"true" doc:"slug of tool B"`
	OnA                *uint64  `ch:"on_a" doc:"people or ties on A"`
	OnB                *uint64  `ch:"on_b" doc:"people or ties on B"`
	OnBoth             *uint64  `ch:"on_both" doc:"people or ties on both"`
	ContainmentRatio   *float64 `ch:"containment_ratio" doc:"share of A that is also on B: on_both / on_a. The headline; it has a direction"`
	JaccardRatio       *float64 `ch:"jaccard_ratio" doc:"on_both / (on_a + on_b - on_both)"`
	OverlapCoefficient *float64 `ch:"overlap_coefficient" doc:"on_both / the smaller of on_a and on_b"`
	Release
}

// ToolOverlap asks whether two tools serve the same people and the same ties.
var ToolOverlap = define("tool_overlap", Doc{
	Title:    "Overlap of tools",
	Question: "Do two tools serve the same people, and the same ties?",
	Formula:  "containment of A in B = |A and B| / |A|; Jaccard = |A and B| / |A or B|; overlap coefficient = |A and B| / min(|A|, |B|); A and B are sets of people, or of ties",
	Source:   "Jaccard; Szymkiewicz-Simpson; overlap of ties after media multiplexity (Haythornthwaite 2002, 2005)",
	Caveats: []string{
		"People are on a tool when they sent a message on it; a tie is on it with at least two interactions on it, of either side.",
		"Accounts that are not matched to a person overlap with nobody, which lowers every figure.",
		"Both directions of a pair are shown or hidden together, and only with enough people on each side and in common.",
		"Nothing is compared with an earlier period.",
	},
	Example: "120 people on A, 80 on B, 60 on both: containment .5 and .75, Jaccard .429, overlap coefficient .75.",
	Shape:   ShapeMatrix,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},
	isAlone: true,
}, toolOverlap)

// mostOverlapTools is how many tools a set of them can hold in the query.
const mostOverlapTools = 64

type overlapRow struct {
	Window    uint16   `ch:"window"`
	Of        string   `ch:"of"`
	OnTools   uint64   `ch:"on_tools"` // bit 0 is the first tool
	People    []uint64 `ch:"people"`
	Amounts   []uint32 `ch:"amounts"`
	Outsiders []uint64 `ch:"outsiders"`
}

func toolOverlap(ctx context.Context, q *question) ([]cell[ToolOverlapRow], error) {
	if len(q.all) > mostOverlapTools {
		return nil, refused("the overlap of %d tools is not offered: there may be %d at most", len(q.all), mostOverlapTools)
	}
	var rows []overlapRow
	if err := q.ask(ctx, &rows, Params{"tools": q.all}); err != nil {
		return nil, err
	}
	people := crowd{}
	sets := make([]map[string][]set, len(q.buckets))
	for _, r := range rows {
		if sets[r.Window] == nil {
			sets[r.Window] = map[string][]set{}
		}
		sets[r.Window][r.Of] = append(sets[r.Window][r.Of], newSet(r, people))
	}
	var cells []cell[ToolOverlapRow]
	for window := range q.buckets {
		for _, of := range []string{OverlapOfPeople, OverlapOfTies} {
			cells = append(cells, q.overlaps(window, of, sets[window][of], len(people))...)
		}
	}
	return cells, nil
}

// set is what stands on exactly these tools: people, or people with their ties.
type set struct {
	onTools uint64
	part
}

func newSet(r overlapRow, people crowd) set {
	s := set{onTools: r.OnTools}
	for i, p := range r.People {
		s.people = append(s.people, people.number(p))
		s.amounts = append(s.amounts, float64(r.Amounts[i]))
	}
	for _, p := range r.Outsiders {
		s.outsiders = append(s.outsiders, people.number(p))
	}
	return s
}

func (q *question) overlaps(window int, of string, sets []set, people int) []cell[ToolOverlapRow] {
	var cells []cell[ToolOverlapRow]
	sizes := map[uint64]*proof{}
	size := func(onTools uint64) *proof {
		if sizes[onTools] == nil {
			sizes[onTools] = sizeOf(sets, onTools, of, people)
		}
		return sizes[onTools]
	}
	for a, toolA := range q.all {
		for b, toolB := range q.all {
			if a == b || !q.isKnown(toolA, window) || !q.isKnown(toolB, window) {
				continue
			}
			onA, onB, both := size(1<<a), size(1<<b), size(1<<a|1<<b)
			cells = append(cells, cell[ToolOverlapRow]{
				row:   overlapOf(ToolOverlapRow{Bucket: q.buckets[window], Of: of, ToolA: toolA, ToolB: toolB}, onA.sum, onB.sum, both.sum),
				proof: pairProof(onA, onB, both), isKept: q.isPairAskedFor(toolA, toolB),
			})
		}
	}
	return cells
}

// isPairAskedFor: both tools are among those asked for; if only one tool is, the pairs that have it on a side.
func (q *question) isPairAskedFor(a, b string) bool {
	isA, isB := q.isAskedFor(a), q.isAskedFor(b)
	return isA && isB || len(q.tools) == 1 && (isA || isB)
}

// sizeOf counts what is on all of some tools, and who stands behind it.
func sizeOf(sets []set, onTools uint64, of string, people int) *proof {
	amounts, outsiders := make([]float64, people), make([]bool, people)
	for _, s := range sets {
		if s.onTools&onTools != onTools {
			continue
		}
		for i, person := range s.people {
			amounts[person] += s.amounts[i]
		}
		for _, person := range s.outsiders {
			outsiders[person] = true
		}
	}
	var p part
	for person, amount := range amounts {
		if amount > 0 {
			p.people, p.amounts = append(p.people, person), append(p.amounts, amount)
		}
		if outsiders[person] {
			p.outsiders = append(p.outsiders, person)
		}
	}
	proof := p.proof()
	if of == OverlapOfTies {
		proof.sum /= 2 // each tie has two ends
	}
	return proof
}

// pairProof holds when there are enough people on each side, enough in common, and enough that they have in common.
func pairProof(onA, onB, both *proof) *proof {
	return &proof{people: min(both.people, uint64(both.sum)), also: []*proof{onA, onB, both}}
}

func overlapOf(r ToolOverlapRow, onA, onB, both float64) ToolOverlapRow {
	o := stat.Overlap{A: onA, B: onB, Both: both}
	r.OnA, r.OnB, r.OnBoth = count(onA), count(onB), count(both)
	r.ContainmentRatio, r.JaccardRatio, r.OverlapCoefficient = number(o.Containment()), number(o.Jaccard()), number(o.Coefficient())
	return r
}
