package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawAdoptionTime draws how long it takes until tools are a habit, and for how many they become one.
func drawAdoptionTime(r Result[analytics.AdoptionTimeRow], look Look) []Figure {
	weeks := chart.Bars{Title: "After how many weeks do half of the people have the habit?", Of: "Tool", What: "Weeks", Format: chart.Decimal}
	plateau := chart.Bars{Title: "How many get there in the end?", Of: "Tool", What: "Share of people", Format: chart.Percent}
	proficiency := chart.Bars{Title: "How many of those who write have the habit?", Of: "Tool", What: "Share of active people", Format: chart.Percent}
	last, _ := r.last()
	for _, row := range r.Rows {
		if !row.ToOn.Equal(last.ToOn) {
			continue
		}
		bar := chart.Bar{Name: toolTitle(row.Tool, look)}
		if row.Tool != analytics.AllTools {
			bar.Colour = look.Tool(row.Tool).Colour
		}
		for _, into := range []struct {
			bars *chart.Bars
			v    chart.Value
		}{
			{&weeks, value(row.Release, "median_weeks", row.MedianWeeks)},
			{&plateau, value(row.Release, "plateau_ratio", row.PlateauRatio)},
			{&proficiency, value(row.Release, "proficiency_ratio", row.ProficiencyRatio)},
		} {
			bar.Value = into.v
			into.bars.Bars = append(into.bars.Bars, bar)
		}
	}
	return []Figure{
		r.figure("adoption-time", weeks.Title, "From the week in which an account was first seen to 9 active weeks of 12; at least 9 by definition", weeks),
		r.figure("adoption-time-plateau", plateau.Title, "Share of the people followed who have the habit by the end of the longest follow-up", plateau),
		r.figure("adoption-time-proficiency", proficiency.Title, "Habit in the last 12 weeks, of everybody who wrote in them", proficiency),
	}
}
