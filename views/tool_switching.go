package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawToolSwitching draws how often people change tools in an hour, by how many they use.
func drawToolSwitching(r Result[analytics.ToolSwitchingRow], look Look) []Figure {
	const title = "How often do people change from one tool to another?"
	const sub = "Changes in an hour in which somebody writes, within 10 minutes, by the number of tools that people use"
	if isSummary(r.Answer) {
		bars := chart.Bars{Title: title, Of: "People on", What: "Changes an hour", Format: chart.Decimal}
		for _, row := range r.Rows {
			bars.Bars = append(bars.Bars, chart.Bar{Name: switcherWords[row.OnTools], Value: value(row.Release, "changes_per_hour", row.PerHour)})
		}
		return []Figure{r.figure("tool-switching", title, sub, bars)}
	}
	c := newCourse()
	for _, row := range r.Rows {
		c.add(when(row.Bucket, false), row.IsPartial, row.OnTools, value(row.Release, "changes_per_hour", row.PerHour))
	}
	var series []chart.Series
	for i, key := range c.keys {
		series = append(series, chart.Series{Name: switcherWords[key], Colour: []string{"$accent", "$soft", "$faint", "$ink"}[i%4], Dash: i, Values: c.values(key)})
	}
	line := chart.Line{Title: title, Bucket: bucketWord(r.Answer.Filter.Grain, false), Format: chart.Decimal, Points: c.at, Series: series, Marks: look.Marks, Open: c.open}
	return []Figure{r.figure("tool-switching", title, sub, line)}
}

var switcherWords = map[string]string{"all": "Everybody", "1": "One tool", "2": "Two tools", "3+": "Three or more"}
