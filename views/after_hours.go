package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawAfterHours draws how much is sent after hours, by each of its meanings.
func drawAfterHours(r Result[analytics.AfterHoursRow], look Look) []Figure {
	const title = "How much do people send outside of their working hours?"
	meanings := []struct {
		name  string
		value func(analytics.AfterHoursRow) chart.Value
	}{
		{"Outside of the sender's own hours", func(row analytics.AfterHoursRow) chart.Value {
			return value(row.Release, "after_hours_ratio", row.AfterHoursRatio)
		}},
		{"Outside of the office's hours", func(row analytics.AfterHoursRow) chart.Value {
			return value(row.Release, "outside_office_ratio", row.OfficeHoursRatio)
		}},
		{"On days off", func(row analytics.AfterHoursRow) chart.Value {
			return value(row.Release, "days_off_ratio", row.DaysOffRatio)
		}},
		{"Half of the people send more than this outside of their own hours", func(row analytics.AfterHoursRow) chart.Value {
			return value(row.Release, "median_ratio", row.MedianRatio)
		}},
		{"A tenth of the people send more than this", func(row analytics.AfterHoursRow) chart.Value { return value(row.Release, "p90_ratio", row.P90Ratio) }},
	}
	sub := "Share of messages; own hours are the 10 that hold most of a person's messages of 8 weeks"
	if isSummary(r.Answer) {
		bars := chart.Bars{Title: title, Of: "Figure", What: "Share", Format: chart.Percent}
		for _, row := range r.Rows {
			for _, m := range meanings {
				bars.Bars = append(bars.Bars, chart.Bar{Name: m.name, Value: m.value(row)})
			}
		}
		return []Figure{r.figure("after-hours", title, sub, bars)}
	}
	c := newCourse()
	for _, row := range r.Rows {
		for _, m := range meanings[:3] {
			c.add(when(row.Bucket, false), row.IsPartial, m.name, m.value(row))
		}
	}
	var series []chart.Series
	for i, key := range c.keys {
		series = append(series, chart.Series{Name: key, Colour: []string{"$accent", "$soft", "$faint"}[i], Dash: i, Values: c.values(key)})
	}
	line := chart.Line{Title: title, Bucket: bucketWord(r.Answer.Filter.Grain, false), Format: chart.Percent, Points: c.at, Series: series, Marks: look.Marks, Open: c.open}
	return []Figure{r.figure("after-hours", title, sub, line)}
}
