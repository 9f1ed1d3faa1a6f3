package analytics

import (
	"context"
	"math"
	"slices"
	"time"

	"crosstalk/analytics/stat"
)

// ToolReachRow is how well people are reached on a tool, in the 28 days that end with the bucket.
type ToolReachRow struct {
	Bucket
	Tool             string   `ch:"tool" dim:"true" doc:"slug of the tool"`
	People           *uint64  `ch:"people" unit:"people" doc:"people whom openings addressed"`
	ReachRatio       *float64 `ch:"reach_ratio" doc:"chance that a person answers an opening within 4 working hours: mean over the people of their scores"`
	ReachP25Ratio    *float64 `ch:"reach_p25_ratio" doc:"a quarter of the people have a lower score, to .01"`
	ReachMedianRatio *float64 `ch:"reach_median_ratio" doc:"half of the people have a lower score, to .01"`
	ReachP75Ratio    *float64 `ch:"reach_p75_ratio" doc:"three quarters of the people have a lower score, to .01"`
	MedianSeconds    *float64 `ch:"median_seconds" unit:"seconds" doc:"by when an addressed person has answered with a chance of one half, wall clock; empty when it stays below"`
	WorkingMedian    *float64 `ch:"working_median_seconds" unit:"seconds" doc:"the same in working time"`
	Change           Change   `ch:"reach_ratio"`
	Release
}

// ToolReach asks where people are reached.
var ToolReach = define("tool_reach", Doc{
	Title:    "Reach by tool",
	Question: "On which tool are people reached?",
	Formula:  "score of a person on a tool = (a + openings answered within 4 working hours) / (a + b + openings that addressed them), with the prior Beta(a, b) fitted to all people of the tool; reach = mean of the scores",
	Source:   "empirical Bayes: beta-binomial posterior mean, the prior as in Gelman et al., Bayesian Data Analysis, 5.3",
	Caveats: []string{
		"Only openings that address somebody count: chats of at most 8 people, mail to at most 8, threads that mention them. Somebody who answers elsewhere, or face to face, counts as not reached.",
		"A person with few openings has a score near that of the others on the tool; one with many speaks for themselves.",
		"A median needs at least 2 k people, a quartile 4 k; no person's score is told.",
		"Openings of the last days are left out until 4 working hours have passed since their day.",
		"The interval of a comparison takes the fitted priors as given.",
	},
	Example: "A person answered 3 of 4 openings where the prior is Beta(6, 4): (6 + 3) / (10 + 4) = .643.",
	Shape:   ShapeSummary,
	Stock:   true,
	Grains:  []Grain{Whole, Week, Month},
}, making[ToolReachRow]{
	of: []query{reachFact.query, reachGaps.query, peopleFact.query},
	needs: func(q *question) []need {
		return []need{peopleFact.need(q, nil), reachFact.need(q, nil), reachGaps.need(q, nil)}
	},
	answer: toolReach,
})

// reachTime is the working time within which somebody who is addressed counts as reached.
const reachTime = 4 * time.Hour

// reachFact is whom openings addressed, and what they answered themselves; reachGaps is how long that took.
var (
	reachFact = openingsFact("reach", reachTime)
	reachGaps = gapFact("reach_gap")
)

// reachPriors are what is expected of anybody: by window, then tool.
var reachPriors = &derived[[]map[string]stat.Beta]{name: "reach priors", make: func(ctx context.Context, q *question) ([]map[string]stat.Beta, error) {
	o, _, err := q.openings(ctx, reachFact)
	if err != nil {
		return nil, err
	}
	priors := make([]map[string]stat.Beta, len(q.windows))
	for window := range priors {
		priors[window] = map[string]stat.Beta{}
		for _, tool := range o.known(q, window) {
			priors[window][tool] = stat.FitBeta(o.trials(window, tool))
		}
	}
	return priors, nil
}}

// reach is what the rows are made of.
type reach struct {
	*openings
	waits  []map[string]*gaps
	priors []map[string]stat.Beta
}

func toolReach(ctx context.Context, q *question) ([]cell[ToolReachRow], error) {
	var r reach
	var everybody *people
	var rows []gapRow
	err := sideBySide(
		func() (err error) { r.openings, everybody, err = q.openings(ctx, reachFact); return err },
		func() (err error) { rows, err = reachGaps.of(ctx, q, nil); return err })
	if err != nil {
		return nil, err
	}
	if r.priors, err = reachPriors.of(ctx, q); err != nil {
		return nil, err
	}
	r.waits = q.gapsByTool(rows, everybody)
	var cells []cell[ToolReachRow]
	for window := range q.buckets {
		for _, tool := range r.known(q, window) {
			if slices.Contains(q.tools, tool) {
				cells = append(cells, q.reachOf(r, window, tool))
			}
		}
	}
	if q.isCompared() {
		compareReach(r, cells)
	}
	return cells, nil
}

// trials are the openings that addressed each person on a tool, and those answered in time.
func (o *openings) trials(window int, tool string) []stat.Trials {
	keys := o.keys([]string{tool}, AllRules)
	of, hits := o.followed.over(window, keys), o.answered.over(window, keys)
	byPerson := make([]uint64, o.followed.people)
	for i, person := range hits.people {
		byPerson[person] = uint64(hits.amounts[i])
	}
	trials := make([]stat.Trials, len(of.people))
	for i, person := range of.people {
		trials[i] = stat.Trials{Hits: byPerson[person], Of: uint64(of.amounts[i])}
	}
	return trials
}

// scores are the people's posterior means, in the order of trials.
func (r reach) scores(window int, tool string) []float64 {
	trials := r.trials(window, tool)
	scores := make([]float64, len(trials))
	for i, t := range trials {
		scores[i] = r.priors[window][tool].Posterior(t).Mean()
	}
	return scores
}

// How many times k people a quantile needs, so that at least k are below it and above.
const (
	medianTimes   = 2
	quartileTimes = 4
)

func (q *question) reachOf(r reach, window int, tool string) cell[ToolReachRow] {
	scores := ascending(r.scores(window, tool))
	keys := r.keys([]string{tool}, AllRules)
	opened, replied := r.opened.over(window, keys), r.replied.over(window, keys)
	median := func(clock string) *float64 {
		return seconds(gapsOver(r.waits[window], []string{tool}).survivalOf(opened.sum(), clock).Quantile(0.5))
	}
	hundredth := func(share float64) *float64 { return number(math.Round(100*stat.QuantileSorted(scores, share)) / 100) }
	people := uint64(len(scores))
	waiting, half, quarter := behindBoth(opened, replied), &proof{people: people / medianTimes}, &proof{people: people / quartileTimes}
	return cell[ToolReachRow]{
		row: ToolReachRow{
			Bucket: q.buckets[window], Tool: tool, People: &people, ReachRatio: number(stat.Mean(scores)),
			ReachP25Ratio: hundredth(0.25), ReachMedianRatio: hundredth(0.5), ReachP75Ratio: hundredth(0.75),
			MedianSeconds: median(WallClock), WorkingMedian: median(WorkingClock),
		},
		proof: r.proof(window, tool), isKept: true,
		parts: map[string]*proof{
			"reach_p25_ratio": quarter, "reach_median_ratio": half, "reach_p75_ratio": quarter,
			"median_seconds": waiting, "working_median_seconds": waiting,
		},
	}
}

// proof counts the people whom openings addressed, and those who answered in time, the fewer of the two. Each has one score.
func (r reach) proof(window int, tool string) *proof {
	keys := r.keys([]string{tool}, AllRules)
	addressed, answered := r.followed.over(window, keys), r.answered.over(window, keys)
	return &proof{people: uint64(min(len(addressed.people), len(answered.people))), outsiders: uint64(len(addressed.outsiders))}
}

// compareReach adds the comparison to the cells of a summary. The sums of a draw are, for each of the cells, scores and people, now
// and before.
func compareReach(r reach, cells []cell[ToolReachRow]) {
	people := contributions(r.followed.people, 4*len(cells))
	for i, c := range cells {
		for window := range 2 {
			scores := r.scores(window, c.row.Tool)
			for n, person := range r.followed.over(window, r.keys([]string{c.row.Tool}, AllRules)).people {
				people[person][4*i+2*window], people[person][4*i+2*window+1] = scores[n], 1
			}
		}
	}
	difference := func(sums []float64, i int) float64 {
		return ratio(sums[4*i], sums[4*i+1]) - ratio(sums[4*i+2], sums[4*i+3])
	}
	intervals := stat.Bootstrap(withAny(people), len(cells), func(sums, out []float64) {
		for i := range out {
			out[i] = difference(sums, i)
		}
	})
	for i := range cells {
		c := &cells[i]
		mean := func(window int) float64 { return stat.Mean(ascending(r.scores(window, c.row.Tool))) }
		c.row.Change = change(mean(0), mean(1), intervals[i])
		c.before = r.proof(1, c.row.Tool)
	}
}
