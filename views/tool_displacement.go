package views

import (
	"cmp"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawToolDisplacement draws which tools' ties are new or came from elsewhere, and between which tools ties moved.
func drawToolDisplacement(r Result[analytics.ToolDisplacementRow], look Look) []Figure {
	fresh := chart.Bars{Title: "Which tools join people who had no tie before?", Of: "Tool", What: "Share of its ties", Format: chart.Percent}
	moved := newGrid()
	for _, row := range r.Rows {
		if row.OtherTool == analytics.AllTools {
			fresh.Bars = append(fresh.Bars, toolBar(look, row.Tool, value(row.Release, "new_ratio", row.NewRatio)))
			continue
		}
		moved.set(look.Tool(row.Tool).Name, look.Tool(row.OtherTool).Name, value(row.Release, "moved_ratio", row.MovedRatio))
	}
	heat := moved.heatmap("From where did ties come?", "Tool")
	figures := []Figure{
		r.figure("tool-displacement", fresh.Title, "Share of each tool's ties that were on no tool before", fresh),
		r.figure("tool-displacement-from", heat.Title, "Per cent of the row's ties that were not on it before, but on the column's tool", heat),
	}
	for i := range figures {
		if len(r.Rows) == 0 {
			figures[i].Nothing = cmp.Or(figures[i].Nothing, "It takes an earlier period to compare with.")
		}
	}
	return figures
}
