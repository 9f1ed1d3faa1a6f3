package views

import (
	"strings"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawToolLifecycle draws the people of a week on each tool, and says where the tool stands.
func drawToolLifecycle(r Result[analytics.ToolLifecycleRow], look Look) []Figure {
	const title = "Is each tool on trial, rising, steady, declining or a remnant?"
	if isSummary(r.Answer) {
		bars := chart.Bars{Title: title, Of: "Tool", What: "People in the last week", Format: chart.Integer}
		for _, row := range r.Rows {
			tool := look.Tool(row.Tool)
			name := strings.Join([]string{tool.Name, lifeWords(row)}, ": ")
			bars.Bars = append(bars.Bars, chart.Bar{Name: name, Colour: tool.Colour, Value: value(row.Release, "people", row.People)})
		}
		return []Figure{r.figure("tool-lifecycle", title, "People who wrote in the last whole week, and where the tool stands since when", bars)}
	}
	c := newCourse()
	for _, row := range r.Rows {
		c.add(when(row.Bucket, true), row.IsPartial, row.Tool, value(row.Release, "people", row.People))
	}
	line := chart.Line{Title: title, Bucket: "week to", Format: chart.Integer, Points: c.at, Series: c.ofTools(look), Marks: look.Marks, Open: c.open}
	figure := r.figure("tool-lifecycle", title, "People who wrote in each week, by tool", line)
	for _, tool := range c.keys {
		figure.Notes = append(figure.Notes, look.Tool(tool).Name+": "+lifeWords(newestOfTool(r, tool))+".")
	}
	return []Figure{figure}
}

// newestOfTool is the last row of a tool.
func newestOfTool(r Result[analytics.ToolLifecycleRow], tool string) (last analytics.ToolLifecycleRow) {
	for _, row := range r.Rows {
		if row.Tool == tool {
			last = row
		}
	}
	return last
}

var lifecycleWords = map[analytics.Lifecycle]string{
	analytics.Trial: "on trial", analytics.Rise: "rising", analytics.Plateau: "steady", analytics.Decline: "declining", analytics.Residual: "a remnant",
}

// lifeWords say where a tool stands, and since when.
func lifeWords(row analytics.ToolLifecycleRow) string {
	switch {
	case row.State == nil && row.IsHidden("state"):
		return "not shown"
	case row.State == nil:
		return "not known yet"
	case row.SinceOn == nil:
		return lifecycleWords[analytics.Lifecycle(*row.State)]
	}
	return lifecycleWords[analytics.Lifecycle(*row.State)] + " since " + chart.DayYear(*row.SinceOn)
}
