package views

import (
	"slices"
	"strconv"
	"time"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawToolRetention draws a triangle for each tool: cohorts from the first down, ages from left to right.
func drawToolRetention(r Result[analytics.ToolRetentionRow], look Look) []Figure {
	var figures []Figure
	for _, tool := range toolsIn(r.Rows, func(row analytics.ToolRetentionRow) string { return row.Tool }) {
		heat := retentionTriangle(r, tool)
		figure := r.figure("tool-retention-"+tool, toolTitle(tool, look)+": of the people who begin, how many stay?",
			"Per cent of those who sent their first message in the row's "+spanWord(r.Answer.Filter.Grain)+" who sent one so many "+spanWord(r.Answer.Filter.Grain)+"s later", heat)
		if len(heat.Rows) > 4 {
			figure.Size = "tall"
		}
		figures = append(figures, figure)
	}
	if len(figures) == 0 {
		title := "Of the people who begin with a tool, how many stay?"
		return []Figure{r.figure("tool-retention", title, "Cohorts by their first message", chart.Heatmap{Title: title})}
	}
	return figures
}

func retentionTriangle(r Result[analytics.ToolRetentionRow], tool string) chart.Heatmap {
	heat := chart.Heatmap{Title: "Share still active", RowTitle: "First message"}
	var cohorts []time.Time
	ages := 0
	for _, row := range r.Rows {
		if row.Tool != tool {
			continue
		}
		ages = max(ages, int(row.Age)+1)
		if !slices.Contains(cohorts, row.FromOn) {
			cohorts = append(cohorts, row.FromOn)
			heat.Rows = append(heat.Rows, chart.DayYear(row.FromOn))
		}
	}
	for age := range ages {
		heat.Heads = append(heat.Heads, strconv.Itoa(age))
	}
	heat.Cells = make([][]chart.Value, len(cohorts))
	for i := range heat.Cells {
		heat.Cells[i] = make([]chart.Value, ages)
	}
	for _, row := range r.Rows {
		if row.Tool == tool {
			heat.Cells[slices.Index(cohorts, row.FromOn)][row.Age] = value(row.Release, "active_ratio", row.ActiveRatio)
		}
	}
	return heat
}
