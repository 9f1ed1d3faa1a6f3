package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawResponseRate draws how many openings are answered, by tool, and for a summary by how the answer is told.
func drawResponseRate(r Result[analytics.ResponseRateRow], look Look) []Figure {
	figures := []Figure{drawByTool(r, look, toolPicture{
		id: "response-rate", title: "Are people answered?", what: "Answered within 24 working hours", format: chart.Percent,
		sub: "Share of openings that somebody else answered within 24 working hours; in chats of at most 8 people, answers are inferred",
	}, func(row analytics.ResponseRateRow) (toolPoint, bool) {
		return toolPoint{row.Bucket, row.Tool, value(row.Release, "answered_ratio", row.AnsweredRatio)}, row.Rule == analytics.AllRules
	})}
	if isSummary(r.Answer) {
		figures = append(figures, responseByRule(r))
	}
	return figures
}

var ruleNames = map[string]string{
	analytics.RuleTurn: "Chats of at most 8 (inferred)", analytics.RuleMail: "Mail (answer names it)", analytics.RuleThread: "Threads that mention somebody",
}

func responseByRule(r Result[analytics.ResponseRateRow]) Figure {
	bars := chart.Bars{Title: "What kind of opening is answered?", Of: "Opening", What: "Answered within 24 working hours", Format: chart.Percent}
	for _, row := range r.Rows {
		if row.Tool == analytics.AllTools && row.Rule != analytics.AllRules {
			bars.Bars = append(bars.Bars, chart.Bar{Name: ruleNames[row.Rule], Value: value(row.Release, "answered_ratio", row.AnsweredRatio)})
		}
	}
	return r.figure("response-rate-by-rule", bars.Title, "Share of openings answered within 24 working hours, by how the answer is told", bars)
}
