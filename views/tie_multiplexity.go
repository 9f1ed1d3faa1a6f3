package views

import (
	"time"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawTieMultiplexity draws on how many tools ties are, and which of them.
func drawTieMultiplexity(r Result[analytics.TieMultiplexityRow], _ Look) []Figure {
	onTools := chart.Bars{Title: "On how many tools do the same two people exchange messages?", Of: "Tools", What: "Share of ties", Format: chart.Percent}
	strong := chart.Bars{Title: "Do strong ties use more tools?", Of: "Tie", What: "On two tools or more", Format: chart.Percent}
	for _, row := range newest(r, func(row analytics.TieMultiplexityRow) analytics.Bucket { return row.Bucket }) {
		switch {
		case row.Strength != "all":
			strong.Bars = append(strong.Bars, chart.Bar{Name: strengthWords[row.Strength], Value: value(row.Release, "multiplex_ratio", row.MultiplexRatio)})
		case row.OnTools != "all":
			onTools.Bars = append(onTools.Bars, chart.Bar{Name: onToolsWords[row.OnTools], Value: value(row.Release, "ties_ratio", row.TiesRatio)})
		}
	}
	figures := []Figure{r.figure("tie-multiplexity", onTools.Title, "Share of ties within 28 days, by the number of tools that carry them", onTools)}
	if len(onTools.Bars) == 0 && r.Refused == "" && len(r.Rows) > 0 {
		figures[0].Nothing = "It takes two tools to tell."
	}
	return append(figures, r.figure("tie-multiplexity-strength", strong.Title, "Share of ties that two tools or more carry, by how many interactions they hold", strong))
}

var onToolsWords = map[string]string{"0-1": "One tool", "2": "Two tools", "3+": "Three or more"}

var strengthWords = map[string]string{"weak": "Weakest quarter", "medium": "In between", "heavy": "Strongest quarter"}

// newest are the rows of the last bucket.
func newest[R any](r Result[R], bucketOf func(R) analytics.Bucket) []R {
	var end time.Time
	for _, row := range r.Rows {
		if to := bucketOf(row).ToOn; to.After(end) {
			end = to
		}
	}
	var rows []R
	for _, row := range r.Rows {
		if bucketOf(row).ToOn.Equal(end) {
			rows = append(rows, row)
		}
	}
	return rows
}
