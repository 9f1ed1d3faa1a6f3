package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawTieReciprocity draws on which tools people answer each other.
func drawTieReciprocity(r Result[analytics.TieReciprocityRow], look Look) []Figure {
	bars := chart.Bars{Title: "How many ties go both ways?", Of: "Tool", What: "Share of its ties", Format: chart.Percent}
	for _, row := range newest(r, func(row analytics.TieReciprocityRow) analytics.Bucket { return row.Bucket }) {
		bars.Bars = append(bars.Bars, toolBar(look, row.Tool, value(row.Release, "reciprocity_ratio", row.ReciprocityRatio)))
	}
	return []Figure{r.figure("tie-reciprocity", bars.Title, "Share of ties within 28 days of which each end sent something", bars)}
}

// toolBar is the bar of a tool, or of all.
func toolBar(look Look, slug string, v chart.Value) chart.Bar {
	if slug == analytics.AllTools {
		return chart.Bar{Name: allTools, Value: v}
	}
	tool := look.Tool(slug)
	return chart.Bar{Name: tool.Name, Colour: tool.Colour, Value: v}
}
