package analytics

import (
	"context"
	"fmt"
	"math"
	"slices"

	"crosstalk/analytics/stat"
)

// TieStrengthRow is about the ties of the 28 days that end with the bucket that hold most interactions.
type TieStrengthRow struct {
	Bucket
	Ties                 *uint64  `ch:"ties" unit:"ties" doc:"pairs with at least two interactions on the tools asked for"`
	HeavyTies            *uint64  `ch:"heavy_ties" unit:"ties" doc:"of these, ties in the top quarter by interactions: strong_ties + diverse_ties"`
	HeavyInteractions    *float64 `ch:"heavy_interactions" unit:"interactions" doc:"fewest interactions of a heavy tie: the upper quartile of all ties of the organisation"`
	StrongTies           *uint64  `ch:"strong_ties" unit:"ties" doc:"heavy ties of two people who share many others: more than the median of all ties"`
	StrongRatio          *float64 `ch:"strong_ratio" doc:"share of all ties"`
	StrongTiesPerPerson  *float64 `ch:"strong_ties_per_person" unit:"ties" doc:"strong ties of a person with a tie, mean; each counted at both ends"`
	DiverseTies          *uint64  `ch:"diverse_ties" unit:"ties" doc:"heavy ties of two people who share few others"`
	DiverseRatio         *float64 `ch:"diverse_ratio" doc:"share of all ties"`
	DiverseTiesPerPerson *float64 `ch:"diverse_ties_per_person" unit:"ties" doc:"diverse ties of a person with a tie, mean; each counted at both ends"`
	Release
}

// TieStrength asks whether frequent contacts are among the same few or bridge circles.
var TieStrength = define("tie_strength", Doc{
	Title:    "Strong and diverse ties",
	Question: "Do people's most frequent contacts stay in one circle, or join different ones?",
	Formula:  "heavy = interactions at or above the upper quartile of all ties; overlap of a tie = |N(a) and N(b)| / |N(a) or N(b)|, N = people with whom one has a tie, a and b left out; strong = heavy with overlap above the median of all ties, diverse = other heavy ties",
	Source:   "strong and diverse ties in Viva, with cut points of our own; neighbour overlap (Onnela et al. 2007)",
	Caveats: []string{
		"Cut points are those of all ties of the organisation on the tools asked for, also when a group is asked for; they move with the period.",
		"Ties with equally many interactions are all heavy or none, so that more than a quarter may be heavy.",
		"In a small or sparse network most overlaps are 0, and then heavy ties count as diverse.",
		"Nothing is compared with an earlier period.",
	},
	Example: "Of 116 heavy ties 32 have an overlap above the median of all, .143: 32 strong, 84 diverse.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},
	isAlone: true,
}, making[TieStrengthRow]{of: []query{peopleFact.query, networkFact.query}, needs: needsNetwork, answer: tieStrength})

// embedded are the heavy ties of a window, told apart by what their ends share.
type embedded struct {
	heavyFrom int    // interactions
	isStrong  []bool // by place of the tie; a heavy one that is not is diverse
}

// everyEmbedding tells heavy ties apart, window by window.
var everyEmbedding = &derived[[]*embedded]{"neighbours of ties", func(ctx context.Context, q *question) ([]*embedded, error) {
	windows, err := allTies.of(ctx, q)
	if err != nil {
		return nil, err
	}
	all := make([]*embedded, len(windows))
	for i, t := range windows {
		if all[i], err = t.embed(); err != nil {
			return nil, err
		}
	}
	return all, nil
}}

func (t *tied) embed() (*embedded, error) {
	edges := make([]stat.Edge, len(t.ties))
	for i := range t.ties {
		edges[i] = stat.Edge{A: uint32(t.ties[i].a), B: uint32(t.ties[i].b), Weight: 1}
	}
	graph, err := stat.NewGraph(len(t.outside), edges)
	if err != nil {
		return nil, fmt.Errorf("graph of ties: %w", err)
	}
	overlaps, known := graph.NeighbourOverlap(), graph.Edges()
	median := stat.Quantile(overlaps, 0.5)
	e := &embedded{heavyFrom: math.MaxInt, isStrong: make([]bool, len(t.ties))}
	for place := range t.ties {
		if t.strength[place] != heavy {
			continue
		}
		one := &t.ties[place]
		e.heavyFrom = min(e.heavyFrom, one.interactions())
		edge := stat.Edge{A: uint32(min(one.a, one.b)), B: uint32(max(one.a, one.b))}
		at, _ := slices.BinarySearchFunc(known, edge, func(x, y stat.Edge) int {
			if x.A != y.A {
				return int(x.A) - int(y.A)
			}
			return int(x.B) - int(y.B)
		})
		e.isStrong[place] = overlaps[at] > median
	}
	return e, nil
}

func tieStrength(ctx context.Context, q *question) ([]cell[TieStrengthRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	windows, err := q.tiesOf(ctx, allTies)
	if err != nil {
		return nil, err
	}
	embeddings, err := everyEmbedding.of(ctx, q)
	if err != nil {
		return nil, err
	}
	var cells []cell[TieStrengthRow]
	for window, b := range q.buckets {
		cells = append(cells, windows[window].strengths(b, embeddings[window]))
	}
	return cells, nil
}

func (t *ties) strengths(b Bucket, e *embedded) cell[TieStrengthRow] {
	var all, heavyOnes, strong, diverse bundle
	for place := range t.own() {
		t.put(&all, place)
		if t.strength[place] != heavy {
			continue
		}
		t.put(&heavyOnes, place)
		if e.isStrong[place] {
			t.put(&strong, place)
		} else {
			t.put(&diverse, place)
		}
	}
	whole, most := t.proof(&all), t.proof(&heavyOnes)
	strongProof, diverseProof := t.proof(&strong), t.proof(&diverse)
	people := float64(whole.people)
	row := TieStrengthRow{
		Bucket: b, Ties: count(float64(all.size)), HeavyTies: count(float64(heavyOnes.size)),
		StrongTies: count(float64(strong.size)), StrongRatio: number(all.perTie(float64(strong.size))), StrongTiesPerPerson: number(ratio(float64(len(strong.people)), people)),
		DiverseTies: count(float64(diverse.size)), DiverseRatio: number(all.perTie(float64(diverse.size))), DiverseTiesPerPerson: number(ratio(float64(len(diverse.people)), people)),
	}
	if heavyOnes.size > 0 {
		row.HeavyInteractions = number(float64(e.heavyFrom))
	}
	return cell[TieStrengthRow]{
		row: row, proof: whole, isKept: true, tables: []table{{total: most, children: []*proof{strongProof, diverseProof}}},
		parts: map[string]*proof{
			"heavy_ties": most, "heavy_interactions": most, "strong_ties": strongProof, "strong_ratio": strongProof, "strong_ties_per_person": strongProof,
			"diverse_ties": diverseProof, "diverse_ratio": diverseProof, "diverse_ties_per_person": diverseProof,
		},
	}
}
