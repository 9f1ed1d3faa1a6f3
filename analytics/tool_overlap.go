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
}, making[ToolOverlapRow]{
	of:    []query{sentFact.query, peopleFact.query, networkFact.query},
	needs: func(q *question) []need { return append(needsSent(q), needsNetwork(q)...) }, answer: toolOverlap,
})

// mostOverlapTools is how many tools a set of them can hold.
const mostOverlapTools = 64

func toolOverlap(ctx context.Context, q *question) ([]cell[ToolOverlapRow], error) {
	if len(q.all) > mostOverlapTools {
		return nil, refused("the overlap of %d tools is not offered: there may be %d at most", len(q.all), mostOverlapTools)
	}
	var networks []*network
	var book *sent
	err := sideBySide(
		func() (err error) { networks, err = q.networks(ctx); return err },
		func() (err error) { book, err = q.sent(ctx); return err })
	if err != nil {
		return nil, err
	}
	sent := book.ledger(q.windows)
	var cells []cell[ToolOverlapRow]
	for window := range q.buckets {
		cells = append(cells, q.overlaps(window, OverlapOfPeople, q.senders(book, sent.windows[window]))...)
		cells = append(cells, q.overlaps(window, OverlapOfTies, networks[window].sets())...)
	}
	return cells, nil
}

// sets are what stands on exactly some tools, by these tools as bits: people, or ties with the people at their ends.
type sets struct {
	people  int
	outside []bool
	parts   map[uint64]*set
}

type set struct {
	size float64
	part part
}

// enter counts something at a person who has a part in it.
func (s sets) enter(onTools uint64, person int) {
	p := &s.of(onTools).part
	*p = p.with(person, 1)
}

func (s sets) of(onTools uint64) *set {
	if s.parts[onTools] == nil {
		s.parts[onTools] = &set{}
	}
	return s.parts[onTools]
}

// sets are the pairs with a tie on some tools, by these.
func (n *network) sets() sets {
	s := sets{len(n.inside), n.outside, map[uint64]*set{}}
	for _, t := range n.ties(func(int) bool { return true }) {
		if t.on == 0 {
			continue
		}
		s.of(t.on).size++
		n.ends(t, func(person, _ int) { s.enter(t.on, person) })
	}
	return s
}

// senders are the people of a window by the tools on which they sent something.
func (q *question) senders(book *sent, byTool map[string]part) sets {
	onTools := make([]uint64, len(book.outside))
	for bit, tool := range q.all {
		for _, person := range byTool[tool].people {
			onTools[person] |= 1 << bit
		}
	}
	s := sets{len(onTools), book.outside, map[uint64]*set{}}
	for person, tools := range onTools {
		if tools != 0 {
			s.of(tools).size++
			s.enter(tools, person)
		}
	}
	return s
}

func (q *question) overlaps(window int, of string, found sets) []cell[ToolOverlapRow] {
	var cells []cell[ToolOverlapRow]
	sizes := map[uint64]*proof{}
	size := func(onTools uint64) *proof {
		if sizes[onTools] == nil {
			sizes[onTools] = found.on(onTools)
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

// on counts what is on all of some tools, and who stands behind it.
func (s sets) on(tools uint64) *proof {
	return s.where(func(onTools uint64) bool { return onTools&tools == tools })
}

// where counts what is on some sets of tools, and who stands behind it.
func (s sets) where(isAny func(onTools uint64) bool) *proof {
	amounts, size := make([]float64, s.people), 0.0
	for onTools, found := range s.parts {
		if !isAny(onTools) {
			continue
		}
		size += found.size
		for i, person := range found.part.people {
			amounts[person] += found.part.amounts[i]
		}
	}
	p := behind(amounts, s.outside)
	p.sum = size
	return p
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
