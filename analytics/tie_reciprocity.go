package analytics

import "context"

// TieReciprocityRow is about the ties on a tool in the 28 days that end with the bucket.
type TieReciprocityRow struct {
	Bucket
	Tool              string   `ch:"tool" dim:"true" doc:"slug of the tool; all is the tools asked for together"`
	Ties              *uint64  `ch:"ties" unit:"ties" doc:"pairs with at least two interactions on the tool"`
	ReciprocalTies    *uint64  `ch:"reciprocal_ties" unit:"ties" doc:"of these, ties of which each end sent at least one interaction on the tool"`
	ReciprocityRatio  *float64 `ch:"reciprocity_ratio" doc:"reciprocal_ties / ties"`
	ReciprocityChange Change   `ch:"reciprocity_ratio"`
	Release
}

// TieReciprocity asks whether people answer each other.
var TieReciprocity = define("tie_reciprocity", Doc{
	Title:    "Reciprocity of ties",
	Question: "How many ties go both ways?",
	Formula:  "reciprocity = ties of which each end sent at least one interaction / ties; by tool, both are about interactions on it",
	Source:   "the usual definition for networks",
	Caveats: []string{
		"A tie that is answered on another tool is one-way on the first, and reciprocal over all tools.",
		"A tie on several tools counts for each, so tools do not add up to all.",
		"One side of an exchange may be missing where a tool gives only a member's own view.",
		"Only the row over all tools is compared with an earlier period.",
	},
	Example: "40 mutual and 20 one-way ties: 40 / 60 = .667.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},
}, making[TieReciprocityRow]{of: []query{peopleFact.query, networkFact.query}, needs: needsNetwork, answer: tieReciprocity})

func tieReciprocity(ctx context.Context, q *question) ([]cell[TieReciprocityRow], error) {
	if len(q.tools) == 0 {
		return nil, nil
	}
	windows, err := q.tiesOf(ctx, allTies)
	if err != nil {
		return nil, err
	}
	var cells []cell[TieReciprocityRow]
	for window, b := range q.buckets {
		cells = append(cells, q.reciprocities(b, window, windows[window])...)
	}
	if q.isCompared() {
		q.compareReciprocity(&cells[0], windows)
	}
	return cells, nil
}

// reciprocities are the rows of a window: over all tools asked for, then of each.
func (q *question) reciprocities(b Bucket, window int, t *ties) []cell[TieReciprocityRow] {
	on, both := make([]bundle, len(q.all)+1), make([]bundle, len(q.all)+1)
	anyTool := len(q.all)
	enter := func(place int, one *tie, isReciprocal bool) {
		on[place].size++
		t.putEnds(&on[place], one)
		if isReciprocal {
			both[place].size++
			t.putEnds(&both[place], one)
		}
	}
	for _, one := range t.own() {
		enter(anyTool, one, one.isReciprocal())
		for _, x := range one.exchanges {
			if x.ab+x.ba >= fewestInteractions {
				enter(x.tool, one, x.ab > 0 && x.ba > 0)
			}
		}
	}
	cells := []cell[TieReciprocityRow]{t.reciprocity(b, AllTools, &on[anyTool], &both[anyTool])}
	for place, tool := range q.all {
		if q.isAskedFor(tool) && q.isKnown(tool, window) {
			cells = append(cells, t.reciprocity(b, tool, &on[place], &both[place]))
		}
	}
	return cells
}

func (t *ties) reciprocity(b Bucket, tool string, on, both *bundle) cell[TieReciprocityRow] {
	reciprocal := t.proof(both)
	return cell[TieReciprocityRow]{
		row: TieReciprocityRow{
			Bucket: b, Tool: tool, Ties: count(float64(on.size)), ReciprocalTies: count(float64(both.size)),
			ReciprocityRatio: number(ratio(float64(both.size), float64(on.size))),
		},
		proof: t.proof(on), isKept: true, parts: map[string]*proof{"reciprocal_ties": reciprocal, "reciprocity_ratio": reciprocal},
	}
}

// compareReciprocity adds the comparison to the row over all tools.
func (q *question) compareReciprocity(c *cell[TieReciprocityRow], windows []*ties) {
	c.row.ReciprocityChange = resampled(windows[0], windows[1], func(one *tie, of []float64) {
		of[0] = 1
		if one.isReciprocal() {
			of[1] = 1
		}
	}, 2, 1, func(sums, out []float64) { out[0] = ratio(sums[1], sums[0]) })[0]
	before := q.reciprocities(Bucket{}, len(q.buckets), windows[1])[0]
	c.before = before.proof
	c.before.also = []*proof{before.parts["reciprocal_ties"]}
}
