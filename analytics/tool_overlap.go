package analytics

import (
	"context"
	"maps"
	"slices"

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
	ContainmentRatio   *float64 `ch:"containment_ratio" gauge:"overlap_ratio" doc:"share of A that is also on B: on_both / on_a. The headline; it has a direction"`
	JaccardRatio       *float64 `ch:"jaccard_ratio" gauge:"true" doc:"on_both / (on_a + on_b - on_both)"`
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
}, making[ToolOverlapRow]{of: []query{sentFact.query, tiesOnTools}, needs: needsSent, answer: toolOverlap})

// mostOverlapTools is how many tools a set of them can hold in the query.
const mostOverlapTools = 64

// tiesOnTools gives the tools that carry every tie.
var tiesOnTools = load("tool_overlap")

// tiesRow are a person's ties in one window.
type tiesRow struct {
	Window    uint16  `ch:"window"`
	Person    uint64  `ch:"person"`
	IsOutside bool    `ch:"is_outside"`
	Ties      numbers `ch:"ties"` // the tools of each, as bits; bit 0 is the first tool
}

func toolOverlap(ctx context.Context, q *question) ([]cell[ToolOverlapRow], error) {
	if len(q.all) > mostOverlapTools {
		return nil, refused("the overlap of %d tools is not offered: there may be %d at most", len(q.all), mostOverlapTools)
	}
	var rows []tiesRow
	var book *sent
	err := sideBySide(
		func() error { return q.ask(ctx, &rows, tiesOnTools, Params{"tools": q.all}) },
		func() (err error) { book, err = sentFact.of(ctx, q, weeksOf(q.windows)); return err })
	if err != nil {
		return nil, err
	}
	people, sent := maps.Clone(book.crowd), book.ledger(q.windows)
	ties := make([]sets, len(q.buckets))
	for i := range ties {
		ties[i] = sets{}
	}
	for _, r := range rows {
		ties[r.Window].enterTies(people.number(r.Person), r)
	}
	var cells []cell[ToolOverlapRow]
	for window := range q.buckets {
		cells = append(cells, q.overlaps(window, OverlapOfPeople, q.senders(book, sent.windows[window]), len(people))...)
		cells = append(cells, q.overlaps(window, OverlapOfTies, ties[window], len(people))...)
	}
	return cells, nil
}

// sets are what stands on exactly some tools, by these tools as bits: people, or people with their ties.
type sets map[uint64]*part

func (s sets) enter(onTools uint64, person int, amount float64, isOutside bool) {
	if s[onTools] == nil {
		s[onTools] = &part{}
	}
	p := s[onTools]
	p.people, p.amounts = append(p.people, person), append(p.amounts, amount)
	if isOutside {
		p.outsiders = append(p.outsiders, person)
	}
}

// enterTies counts a person's ties by the tools that carry them.
func (s sets) enterTies(person int, r tiesRow) {
	slices.Sort(r.Ties)
	for i := 0; i < len(r.Ties); {
		n := 1
		for i+n < len(r.Ties) && r.Ties[i+n] == r.Ties[i] {
			n++
		}
		s.enter(r.Ties[i], person, float64(n), r.IsOutside)
		i += n
	}
}

// senders are the people of a window by the tools on which they sent something.
func (q *question) senders(book *sent, byTool map[string]part) sets {
	onTools := make([]uint64, len(book.outside))
	for bit, tool := range q.all {
		for _, person := range byTool[tool].people {
			onTools[person] |= 1 << bit
		}
	}
	found := sets{}
	for person, tools := range onTools {
		if tools != 0 {
			found.enter(tools, person, 1, book.outside[person])
		}
	}
	return found
}

func (q *question) overlaps(window int, of string, found sets, people int) []cell[ToolOverlapRow] {
	var cells []cell[ToolOverlapRow]
	sizes := map[uint64]*proof{}
	size := func(onTools uint64) *proof {
		if sizes[onTools] == nil {
			sizes[onTools] = sizeOf(found, onTools, of, people)
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
func sizeOf(found sets, onTools uint64, of string, people int) *proof {
	amounts, outsiders := make([]float64, people), make([]bool, people)
	for tools, s := range found {
		if tools&onTools != onTools {
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
			p = p.with(person, amount)
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
