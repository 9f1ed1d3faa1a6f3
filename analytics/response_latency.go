package analytics

import (
	"context"
	"math"
	"slices"
	"strconv"

	"crosstalk/analytics/stat"
)

// ResponseLatencyRow is how long openings of a bucket wait for their answer, by one clock. Tool is AllTools in the rows of the total.
type ResponseLatencyRow struct {
	Bucket
	Tool              string   `ch:"tool" dim:"true" doc:"slug of the tool; all is over the tools asked for"`
	Clock             string   `ch:"clock" dim:"true" doc:"wall: all time counts; working: time within the organisation's working hours"`
	IsInferred        bool     `ch:"is_inferred" dim:"true" doc:"some of the answers are inferred from the order of turns, in conversations of at most 8 people"`
	MedianSeconds     *float64 `ch:"median_seconds" unit:"seconds" doc:"by when half of the openings have an answer; empty when so many never get one"`
	MedianLowSeconds  *float64 `ch:"median_low_seconds" unit:"seconds" doc:"lower bound of that, at 95 %"`
	MedianHighSeconds *float64 `ch:"median_high_seconds" unit:"seconds" doc:"upper bound; empty when there is none"`
	P80Seconds        *float64 `ch:"p80_seconds" unit:"seconds" doc:"by when 80 % of the openings have an answer; empty when so many never get one"`
	P80LowSeconds     *float64 `ch:"p80_low_seconds" unit:"seconds" doc:"lower bound of that, at 95 %; empty when it is not reached either"`
	P80HighSeconds    *float64 `ch:"p80_high_seconds" unit:"seconds" doc:"upper bound; empty when there is none"`
	Release
}

// ResponseLatency asks how long people wait for an answer.
var ResponseLatency = define("response_latency", Doc{
	Title:    "Time to an answer",
	Question: "How long do people wait for an answer?",
	Formula:  "Kaplan-Meier over the openings of the bucket: S(t) = product of 1 - answered / still waiting; median = first t with S(t) <= .5, 80th percentile = first t with S(t) <= .2; intervals by log-log bands at 95 %",
	Source:   "Kaplan & Meier 1958, life table of Cutler & Ederer 1958 for binned gaps, Brookmeyer & Crowley 1982 for the intervals; that a mean is useless and load lowers the share answered but not the speed: Kooti et al. 2015",
	Caveats: []string{
		"An opening that nobody answers counts as waiting; so a median needs half of the openings answered within the 28 days of follow-up. Where the curve does not get there it is unknown, not long.",
		"Gaps are kept in 64 bins, one edge about a quarter above the other; within a bin they count as evenly spread.",
		"The intervals take openings as independent; where a few people open most, they are too narrow.",
		"Openings of one session and their answers in conversations of at most 8 people are inferred from the order of turns.",
		"Nothing is compared with an earlier period.",
	},
	Example: "Of ten openings, five are answered within ten minutes and three more within an hour; two are never: the median is 10 minutes, the 80th percentile an hour.",
	Shape:   ShapeSeries,
	Grains:  []Grain{Week, Month, Whole},
	isAlone: true,
}, making[ResponseLatencyRow]{
	of:     []query{openingFact.query, openingGaps.query, peopleFact.query},
	needs:  func(q *question) []need { return append(needsOpenings(q), openingGaps.need(q, nil)) },
	answer: responseLatency,
})

func responseLatency(ctx context.Context, q *question) ([]cell[ResponseLatencyRow], error) {
	var o *openings
	var everybody *people
	var rows []gapRow
	err := sideBySide(
		func() (err error) { o, everybody, err = q.openings(ctx, openingFact); return err },
		func() (err error) { rows, err = openingGaps.of(ctx, q, nil); return err })
	if err != nil {
		return nil, err
	}
	waits := q.gapsByTool(rows, everybody)
	var cells, companions []cell[ResponseLatencyRow]
	for window := range q.buckets {
		f := q.waitingFamily(o, window)
		cells = append(cells, q.latenciesOf(o, waits[window], window, AllTools, f.sum)...)
		for _, tool := range o.known(q, window) {
			cells = append(cells, q.latenciesOf(o, waits[window], window, tool, f.byTool[tool])...)
		}
		companions = append(companions, companionTotals[ResponseLatencyRow](f)...)
	}
	return append(cells, companions...), nil
}

// waitingFamily are the proofs of the tools' openings, followed up or not, and of totals.
func (q *question) waitingFamily(o *openings, window int) family {
	return q.familyBy(o.known(q, window), "waiting "+strconv.Itoa(window), func(tools []string) *proof {
		keys := o.keys(tools, AllRules)
		return behindBoth(o.opened.over(window, keys), o.replied.over(window, keys))
	})
}

// latenciesOf gives the rows of a tool, by clock.
func (q *question) latenciesOf(o *openings, byTool map[string]*gaps, window int, tool string, proof *proof) []cell[ResponseLatencyRow] {
	tools := q.toolsOf(tool)
	waited, opened := gapsOver(byTool, tools), o.opened.over(window, o.keys(tools, AllRules)).sum()
	var cells []cell[ResponseLatencyRow]
	for _, clock := range []string{WallClock, WorkingClock} {
		row := latencyOf(waited.survivalOf(opened, clock))
		row.Bucket, row.Tool, row.Clock, row.IsInferred = q.buckets[window], tool, clock, slices.Contains(o.rulesOf(tools...), RuleTurn)
		cells = append(cells, cell[ResponseLatencyRow]{row: row, proof: proof, isKept: len(q.tools) > 0 && (tool == AllTools || slices.Contains(q.tools, tool))})
	}
	return cells
}

// The interval of a quantile, and the quantile beside the median.
const (
	confidence   = 0.95
	mostAnswered = 0.8
)

func latencyOf(curve stat.Survival) ResponseLatencyRow {
	median, most := curve.QuantileInterval(0.5, confidence), curve.QuantileInterval(mostAnswered, confidence)
	return ResponseLatencyRow{
		MedianSeconds: seconds(curve.Quantile(0.5)), MedianLowSeconds: seconds(median.Low), MedianHighSeconds: seconds(median.High),
		P80Seconds: seconds(curve.Quantile(mostAnswered)), P80LowSeconds: seconds(most.Low), P80HighSeconds: seconds(most.High),
	}
}

// seconds is a released time, unknown where it is beyond the follow-up.
func seconds(t float64) *float64 {
	if t > followUpSeconds {
		t = math.NaN()
	}
	return number(t)
}
