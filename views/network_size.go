package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawNetworkSize draws how many colleagues people have ties with, and over time when asked.
func drawNetworkSize(r Result[analytics.NetworkSizeRow], look Look) []Figure {
	const title, sub = "With how many colleagues does a person have ties?", "Ties of an active person within 28 days"
	if isSummary(r.Answer) {
		bars := chart.Bars{Title: title, Of: "Person", What: "Ties", Format: chart.Decimal}
		if row, ok := r.last(); ok {
			for _, bar := range []struct {
				name, column string
				figure       *float64
			}{
				{"A quarter have at most", "ties_low", row.TiesLow}, {"Half have at most", "ties_median", row.TiesMedian},
				{"Three quarters have at most", "ties_high", row.TiesHigh}, {"On average", "ties_per_person", row.TiesPerPerson},
				{"Other departments, on average", "departments_per_person", row.DepartmentsPerPerson},
			} {
				bars.Bars = append(bars.Bars, chart.Bar{Name: bar.name, Value: value(row.Release, bar.column, bar.figure)})
			}
		}
		return []Figure{r.figure("network-size", title, sub, bars)}
	}
	c := newCourse()
	for _, row := range r.Rows {
		at := when(row.Bucket, true)
		c.add(at, row.IsPartial, "ties", value(row.Release, "ties_per_person", row.TiesPerPerson))
		c.add(at, row.IsPartial, "departments", value(row.Release, "departments_per_person", row.DepartmentsPerPerson))
	}
	line := chart.Line{Title: title, Bucket: bucketWord(r.Answer.Filter.Grain, true), Format: chart.Decimal, Points: c.at, Marks: look.Marks, Open: c.open,
		Series: []chart.Series{{Name: "ties", Colour: "$accent", Values: c.values("ties")}, {Name: "other departments", Colour: "$faint", Dash: 1, Values: c.values("departments")}}}
	return []Figure{r.figure("network-size", title, sub+", mean", line)}
}
