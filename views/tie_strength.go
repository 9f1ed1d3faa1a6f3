package views

import (
	"cmp"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawTieStrength draws what kinds of ties people's most frequent contacts are.
func drawTieStrength(r Result[analytics.TieStrengthRow], _ Look) []Figure {
	bars := chart.Bars{Title: "Do people's most frequent contacts stay in one circle?", Of: "Kind", What: "Ties per person", Format: chart.Decimal}
	if row, ok := r.last(); ok {
		bars.Bars = []chart.Bar{
			{Name: "In one circle", Value: value(row.Release, "strong_ties_per_person", row.StrongTiesPerPerson)},
			{Name: "Between circles", Value: value(row.Release, "diverse_ties_per_person", row.DiverseTiesPerPerson)},
		}
	}
	return []Figure{r.figure("tie-strength", bars.Title, "Ties of a person in the top quarter by interactions, by whether both know the same others", bars)}
}

// drawNetworkInfluence draws how much influence few people hold, and how it is spread over departments.
func drawNetworkInfluence(r Result[analytics.NetworkInfluenceRow], _ Look) []Figure {
	top := chart.Bars{Title: "Is influence in few hands?", Of: "People", What: "Share of influence", Format: chart.Percent}
	departments := chart.Bars{Title: "Which departments have more influence than people?", Of: "Department", What: "Share of influence by share of people", Format: chart.Decimal}
	for _, row := range newest(r, func(row analytics.NetworkInfluenceRow) analytics.Bucket { return row.Bucket }) {
		if row.Department != "all" {
			departments.Bars = append(departments.Bars, chart.Bar{Name: row.Department, Value: value(row.Release, "relative_influence", row.RelativeInfluence)})
			continue
		}
		top.Bars = []chart.Bar{
			{Name: "Top 1 %", Value: value(row.Release, "top_1_ratio", row.Top1Ratio)},
			{Name: "Top 5 %", Value: value(row.Release, "top_5_ratio", row.Top5Ratio)},
			{Name: "Top 10 %", Value: value(row.Release, "top_10_ratio", row.Top10Ratio)},
		}
	}
	figures := []Figure{
		r.figure("network-influence", top.Title, "Share of all influence within 28 days that the people with most of it hold", top),
		r.figure("network-influence-departments", departments.Title, "1 is the average; nobody's own influence is shown", departments),
	}
	figures[1].Nothing = cmp.Or(figures[1].Nothing, noDepartments(len(departments.Bars)))
	return figures
}
