package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawToolReadiness draws the bounds of each tool's score.
func drawToolReadiness(r Result[analytics.ToolReadinessRow], look Look) []Figure {
	low := chart.Bars{Title: "How well could each tool be governed?", Of: "Tool", What: "Readiness", Format: chart.Percent}
	for _, row := range r.Rows {
		tool := look.Tool(row.Tool)
		if row.LowRatio != nil && row.HighRatio != nil && *row.LowRatio == *row.HighRatio {
			low.Bars = append(low.Bars, chart.Bar{Name: tool.Name, Colour: tool.Colour, Value: chart.Maybe(row.LowRatio)})
			continue
		}
		low.Bars = append(low.Bars,
			chart.Bar{Name: tool.Name + ", at least", Colour: tool.Colour, Value: value(row.Release, "low_ratio", row.LowRatio)},
			chart.Bar{Name: tool.Name + ", at most", Colour: "$faint", Value: value(row.Release, "high_ratio", row.HighRatio)})
	}
	figure := r.figure("tool-readiness", low.Title, "Weights of the controls that a tool has; two bars where some of them are unknown", low)
	if len(low.Bars) > 9 {
		figure.Size = "tall"
	}
	return []Figure{figure}
}
