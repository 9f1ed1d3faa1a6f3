package analytics

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// ResponseRateRow is how many of the openings of a bucket were answered in time. Tool is AllTools in the rows of the total, rule AllRules.
type ResponseRateRow struct {
	Bucket
	Tool          string   `ch:"tool" dim:"true" doc:"slug of the tool; all is the total over the tools asked for"`
	Rule          string   `ch:"rule" dim:"true" doc:"how opening and answer are told: turn (the first turn of a session in a conversation of at most 8, and the next of somebody else), mail (to at most 8 people, answered by name), thread (a root that mentions somebody, answered in its thread); all is all of them"`
	IsInferred    bool     `ch:"is_inferred" dim:"true" doc:"some of the answers are inferred from the order of turns: those by rule turn"`
	People        *uint64  `ch:"people" unit:"people" doc:"people who opened something that could be followed up"`
	Openings      *uint64  `ch:"openings" unit:"openings" doc:"openings with a full follow-up: of days after which the data go on for 24 working hours"`
	Answered      *uint64  `ch:"answered" unit:"openings" doc:"of those, answered by somebody else within 24 working hours"`
	AnsweredRatio *float64 `ch:"answered_ratio" doc:"answered / openings"`
	Change        Change   `ch:"answered_ratio"`
	Release
}

// ResponseRate asks whether people get an answer.
var ResponseRate = define("response_rate", Doc{
	Title:    "Response rate",
	Question: "Are people answered when they open a conversation?",
	Formula:  "openings answered within 24 working hours / openings with a full follow-up; openings since which the data do not go on for 24 working hours are censored, no failures",
	Source:   "survival analysis: what could not be followed is censored; openings and answers after Kooti et al. 2015",
	Caveats: []string{
		"In conversations of at most 8 people answers are inferred: the first turn of somebody else. Nothing is inferred in larger rooms.",
		"24 working hours are time in the organisation's working hours: with ten a day, two days and four hours.",
		"Openings of the last days of the data are left out, answered or not, until a whole follow-up has passed since their day.",
		"A farewell is an opening too when nobody has to answer it: rates below 1 are normal.",
	},
	Example: "Of 50 openings, 10 were made within the last 24 working hours of the data; 30 of the other 40 were answered within 24 working hours: 30 / 40 = .75.",
	Shape:   ShapeSeries,
	Grains:  []Grain{Week, Month, Whole},
}, making[ResponseRateRow]{of: []query{openingFact.query, peopleFact.query}, needs: needsOpenings, answer: responseRate})

func responseRate(ctx context.Context, q *question) ([]cell[ResponseRateRow], error) {
	o, _, err := q.openings(ctx, openingFact)
	if err != nil {
		return nil, err
	}
	var cells, companions []cell[ResponseRateRow]
	for window := range q.buckets {
		f := q.openingFamily(o, window)
		cells = append(cells, q.ratesOf(o, window, f)...)
		companions = append(companions, companionTotals[ResponseRateRow](f)...)
	}
	if slices.ContainsFunc(cells, func(c cell[ResponseRateRow]) bool {
		return c.isKept && !q.isFollowed(c.row.Tool, c.row.Bucket, answerTime)
	}) {
		q.note("Openings of the last days are left out: the data do not go on for 24 working hours after them.")
	}
	if q.isCompared() {
		companions = append(companions, q.compareRates(o, cells)...)
	}
	return append(cells, companions...), nil
}

// openingFamily are the proofs of the tools' openings that are followed, and of totals.
func (q *question) openingFamily(o *openings, window int) family {
	return q.familyBy(o.known(q, window), "opening "+strconv.Itoa(window), func(tools []string) *proof { return o.rateProof(window, tools, AllRules) })
}

func (o *openings) rateProof(window int, tools []string, rule string) *proof {
	keys := o.keys(tools, rule)
	return behindBoth(o.followed.over(window, keys), o.answered.over(window, keys))
}

// ratesOf gives the rows of a window. The rules of a tool are hidden with the tool, and so that none can be worked out from it; what all
// tools did by one rule is shown where each of them is.
func (q *question) ratesOf(o *openings, window int, f family) []cell[ResponseRateRow] {
	cells := []cell[ResponseRateRow]{q.rateOf(o, window, AllTools, AllRules, f.sum)}
	byRule := map[string][]*proof{}
	var single []cell[ResponseRateRow]
	for _, tool := range o.known(q, window) {
		whole := q.rateOf(o, window, tool, AllRules, f.byTool[tool])
		parts := table{total: f.byTool[tool]}
		rules := o.rulesOf(tool)
		for _, rule := range rules {
			proof := f.byTool[tool]
			if len(rules) > 1 {
				proof = o.rateProof(window, []string{tool}, rule)
				proof.with = append(proof.with, f.byTool[tool])
				parts.children = append(parts.children, proof)
			}
			if q.isAskedFor(tool) {
				byRule[rule] = append(byRule[rule], proof)
			}
			single = append(single, q.rateOf(o, window, tool, rule, proof))
		}
		whole.tables = append(whole.tables, parts)
		single = slices.Insert(single, len(single)-len(rules), whole)
	}
	for _, rule := range openingRules {
		if len(byRule[rule]) > 0 && !q.isByGroup() {
			proof := o.rateProof(window, q.tools, rule)
			proof.with = byRule[rule]
			cells = append(cells, q.rateOf(o, window, AllTools, rule, proof))
		}
	}
	return append(cells, single...)
}

func (q *question) rateOf(o *openings, window int, tool, rule string, proof *proof) cell[ResponseRateRow] {
	tools := q.toolsOf(tool)
	keys := o.keys(tools, rule)
	followed, answered := o.followed.over(window, keys), o.answered.over(window, keys)
	b := q.buckets[window]
	b.IsPartial = b.IsPartial || !q.isFollowed(tool, b, answerTime)
	return cell[ResponseRateRow]{
		row: ResponseRateRow{
			Bucket: b, Tool: tool, Rule: rule, IsInferred: rule == RuleTurn || rule == AllRules && slices.Contains(o.rulesOf(tools...), RuleTurn),
			People: count(float64(len(followed.people))), Openings: count(followed.sum()), Answered: count(answered.sum()),
			AnsweredRatio: number(ratio(answered.sum(), followed.sum())),
		},
		proof: proof, isKept: len(q.tools) > 0 && (tool == AllTools || slices.Contains(q.tools, tool)),
	}
}

// isFollowed reports whether all days of a bucket have been followed for some working time, on the tools that a row is about.
func (q *question) isFollowed(tool string, b Bucket, long time.Duration) bool {
	last := b.ToOn.AddDate(0, 0, -1)
	return !slices.ContainsFunc(q.toolsOf(tool), func(tool string) bool {
		_, end := q.s.ToolDays(tool)
		return q.followedDay(tool, long).Before(last) && !end.Before(b.FromOn)
	})
}

// compareRates adds the comparison to the cells over all rules, and gives the cells of the earlier period that decide with them.
func (q *question) compareRates(o *openings, cells []cell[ResponseRateRow]) []cell[ResponseRateRow] {
	f := q.openingFamily(o, 1)
	var compared []*cell[ResponseRateRow]
	for i := range cells {
		c := &cells[i]
		if c.row.Rule == AllRules && f.of(c.row.Tool) != nil {
			c.before = f.of(c.row.Tool)
			compared = append(compared, c)
		}
	}
	changes := ratioChanges(o.followed.people, len(compared), func(n, window int) (answered, followed part) {
		keys := o.keys(q.toolsOf(compared[n].row.Tool), AllRules)
		return o.answered.over(window, keys), o.followed.over(window, keys)
	})
	for i, c := range compared {
		c.row.Change = changes[i]
	}
	return companions[ResponseRateRow](f)
}
