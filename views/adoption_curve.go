package views

import (
	"fmt"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawAdoptionCurve draws for each tool who has adopted it, and the curve beside; of a summary only the end.
func drawAdoptionCurve(r Result[analytics.AdoptionCurveRow], look Look) []Figure {
	const title = "How does a tool spread, and how many will use it in the end?"
	if isSummary(r.Answer) {
		bars := chart.Bars{Title: title, Of: "Tool", What: "People with a first message", Format: chart.Integer}
		for _, row := range r.Rows {
			bars.Bars = append(bars.Bars, chart.Bar{Name: toolTitle(row.Tool, look), Value: value(row.Release, "adopted_people", row.AdoptedPeople)})
		}
		return []Figure{r.figure("adoption-curve", title, "People who have sent a first message by the end of the period", bars)}
	}
	var figures []Figure
	for _, tool := range toolsIn(r.Rows, func(row analytics.AdoptionCurveRow) string { return row.Tool }) {
		figures = append(figures, adoptionLine(r, tool, look))
	}
	if len(figures) == 0 {
		return []Figure{r.figure("adoption-curve", title, "People who have sent a first message", chart.Line{Title: title})}
	}
	return figures
}

func adoptionLine(r Result[analytics.AdoptionCurveRow], tool string, look Look) Figure {
	c := newCourse()
	var last analytics.AdoptionCurveRow
	for _, row := range r.Rows {
		if row.Tool == tool {
			c.add(when(row.Bucket, true), row.IsPartial, "people", value(row.Release, "adopted_people", row.AdoptedPeople))
			c.add(when(row.Bucket, true), row.IsPartial, "curve", value(row.Release, "fitted_people", row.FittedPeople))
			last = row
		}
	}
	series := []chart.Series{{Name: "People", Colour: look.Tool(tool).Colour, Values: c.values("people")}}
	if last.FittedPeople != nil {
		series = append(series, chart.Series{Name: "Curve", Colour: "$faint", Dash: 1, Values: c.values("curve")})
	}
	line := chart.Line{Title: "How does it spread?", Bucket: "week to", Format: chart.Integer, Points: c.at, Series: series, Marks: look.Marks, Open: c.open}
	figure := r.figure("adoption-curve-"+tool, toolTitle(tool, look)+": how does it spread?", "People who have sent a first message"+spreadWords(last), line)
	if last.Refusal != "" {
		figure.Notes = append([]string{last.Refusal}, figure.Notes...)
	}
	return figure
}

// spreadWords say where the curve ends.
func spreadWords(row analytics.AdoptionCurveRow) string {
	if row.MPeople == nil || row.MLowPeople == nil || row.MHighPeople == nil {
		return ""
	}
	return fmt.Sprintf("; in the end %s by the curve (%s to %s)", chart.Integer.Text(*row.MPeople), chart.Integer.Text(*row.MLowPeople), chart.Integer.Text(*row.MHighPeople))
}
