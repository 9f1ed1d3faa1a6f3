package views

import (
	"cmp"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawToolAdvice draws how much of each tool others carry too, beside what to do with it.
func drawToolAdvice(r Result[analytics.ToolAdviceRow], look Look) []Figure {
	bars := chart.Bars{Title: "Which tools could be retired or merged, and which need watching?", Of: "Tool and advice", What: "Carried by other tools too", Format: chart.Percent}
	for _, row := range ofLast(r, func(row analytics.ToolAdviceRow) analytics.Bucket { return row.Bucket }) {
		tool := look.Tool(row.Tool)
		bars.Bars = append(bars.Bars, chart.Bar{Name: tool.Name + ": " + adviceText(row, look), Colour: tool.Colour, Value: value(row.Release, "covered_ratio", row.CoveredRatio)})
	}
	figure := r.figure("tool-advice", bars.Title, "Share of what is exchanged within a tool's ties that is in ties another tool carries too; the reasons are in the rows", bars)
	figure.Nothing = cmp.Or(figure.Nothing, "It takes tools with messages in these 28 days.")
	return []Figure{figure}
}

func adviceText(row analytics.ToolAdviceRow, look Look) string {
	switch {
	case row.Advice == nil:
		return "not told"
	case row.Into != nil:
		return "merge into " + look.Tool(*row.Into).Name
	}
	return *row.Advice
}
