package views

import (
	"slices"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawToolReach draws on which tools people are reached: a summary as a ranking.
func drawToolReach(r Result[analytics.ToolReachRow], look Look) []Figure {
	if isSummary(r.Answer) {
		r.Rows = slices.Clone(r.Rows)
		slices.SortStableFunc(r.Rows, func(a, b analytics.ToolReachRow) int { return descending(a.ReachRatio, b.ReachRatio) })
	}
	return []Figure{
		drawByTool(r, look, toolPicture{
			id: "tool-reach", title: "Where are people reached?", what: "Chance of an answer", format: chart.Percent, isStock: true,
			sub: "Chance that a person who is addressed answers within 4 working hours",
		}, func(row analytics.ToolReachRow) (toolPoint, bool) {
			return toolPoint{row.Bucket, row.Tool, value(row.Release, "reach_ratio", row.ReachRatio)}, true
		}),
		drawByTool(r, look, toolPicture{
			id: "tool-reach-median", title: "How fast are people reached?", what: "Minutes", format: chart.Decimal, isStock: true,
			sub: "Minutes of working time by when an addressed person has answered with a chance of one half",
		}, func(row analytics.ToolReachRow) (toolPoint, bool) {
			return toolPoint{row.Bucket, row.Tool, value(row.Release, "working_median_seconds", minutes(row.WorkingMedian))}, true
		}),
	}
}

// descending orders figures from the largest down; what is not known or shown comes last.
func descending(a, b *float64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	case *a > *b:
		return -1
	case *a < *b:
		return 1
	}
	return 0
}
