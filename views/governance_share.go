package views

import (
	"slices"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawGovernanceShare draws how much of messages, people and ties is on tools of each kind: bars of a summary, lines of a series.
func drawGovernanceShare(r Result[analytics.GovernanceShareRow], look Look) []Figure {
	if !isSummary(r.Answer) {
		return []Figure{
			governedLines(r, look, analytics.ByRetentionAndHold, "set", "How much runs on tools with retention and legal hold?"),
			governedLines(r, look, analytics.ByStatus, "sanctioned", "How much runs on sanctioned tools?"),
		}
	}
	return []Figure{
		governedBars(r, analytics.ByRetentionAndHold, "How much runs on tools with retention and legal hold?"),
		governedBars(r, analytics.ByStatus, "How much runs on tools that nobody approved?"),
	}
}

var governedWords = map[string]string{
	analytics.ShareOfMessages: "Messages", analytics.ShareOfPeople: "People", analytics.ShareOfTies: "Ties",
	"set": "both set", "not_set": "not both set", "unknown": "unknown", "sanctioned": "sanctioned", "tolerated": "tolerated", "banned": "banned",
}

func governedBars(r Result[analytics.GovernanceShareRow], by, title string) Figure {
	bars := chart.Bars{Title: title, Of: "What, on which tools", What: "Share", Format: chart.Percent}
	for _, row := range r.Rows {
		if row.By == by {
			name := governedWords[row.Of] + ", " + governedWords[row.Kind]
			bars.Bars = append(bars.Bars, chart.Bar{Name: name, Value: value(row.Release, "share_ratio", row.ShareRatio)})
		}
	}
	figure := r.figure("governance-share-"+by, title, "Share within 28 days, by what the register says of the tools", bars)
	if len(bars.Bars) > 9 {
		figure.Size = "tall"
	}
	return figure
}

func governedLines(r Result[analytics.GovernanceShareRow], look Look, by, kind, title string) Figure {
	c := newCourse()
	for _, row := range r.Rows {
		if row.By == by && row.Kind == kind {
			c.add(when(row.Bucket, true), row.IsPartial, row.Of, value(row.Release, "share_ratio", row.ShareRatio))
		}
	}
	line := chart.Line{Title: title, Bucket: bucketWord(r.Answer.Filter.Grain, true), Format: chart.Percent, Points: c.at, Marks: look.Marks, Open: c.open}
	for i, of := range []string{analytics.ShareOfMessages, analytics.ShareOfPeople, analytics.ShareOfTies} {
		if slices.Contains(c.keys, of) {
			line.Series = append(line.Series, chart.Series{Name: governedWords[of], Colour: "$accent", Dash: i, Values: c.values(of)})
		}
	}
	return r.figure("governance-share-"+by, title, "Share within 28 days of messages, of people who write and of ties", line)
}
