package views

import (
	"time"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawUsageSegment draws for how many people each tool is a habit: bars of a summary, lines of a series.
func drawUsageSegment(r Result[analytics.UsageSegmentRow], look Look) []Figure {
	title := "For how many people is each tool a habit?"
	if !isSummary(r.Answer) {
		return []Figure{habitLines(r, title, look)}
	}
	figures := []Figure{}
	for _, tool := range toolsIn(r.Rows, func(row analytics.UsageSegmentRow) string { return row.Tool }) {
		bars := chart.Bars{Title: title, Of: "Stage of use", What: "Share of people", Format: chart.Percent}
		for _, row := range r.Rows {
			if row.Tool == tool && row.Weeks == decidingWeeks {
				bars.Bars = append(bars.Bars, chart.Bar{Name: segmentWords[row.Segment], Value: value(row.Release, "share_ratio", row.ShareRatio)})
			}
		}
		figures = append(figures, r.figure("usage-segment-"+tool, toolTitle(tool, look)+": for how many people is it a habit?", "Share of the people who are known there, by what they sent in 12 weeks", bars))
	}
	if len(figures) == 0 {
		return []Figure{r.figure("usage-segment", title, "Share of the people who are known, by what they sent in 12 weeks", chart.Bars{Title: title})}
	}
	return figures
}

// decidingWeeks is the variant that is drawn.
const decidingWeeks = 12

var segmentWords = map[string]string{
	"power": "Every week, and much", "habitual": "Most weeks", "novice": "Now and then", "low": "Hardly", "none": "Not at all",
}

// habitLines draws the share of people with a habit, power or not, for each tool.
func habitLines(r Result[analytics.UsageSegmentRow], title string, look Look) Figure {
	type point struct {
		to   time.Time
		tool string
	}
	shares, rows := map[point]chart.Value{}, map[point]bool{}
	c := newCourse()
	for _, row := range r.Rows {
		at := point{row.ToOn, row.Tool}
		if row.Tool == analytics.AllTools || row.Weeks != decidingWeeks || row.Segment != "power" && row.Segment != "habitual" {
			continue
		}
		v := value(row.Release, "share_ratio", row.ShareRatio)
		if rows[at] {
			v = sumOfValues(shares[at], v)
			c.add(when(row.Bucket, true), row.IsPartial, row.Tool, v)
		}
		shares[at], rows[at] = v, true
	}
	line := chart.Line{Title: title, Bucket: "12 weeks to", Format: chart.Percent, Points: c.at, Series: c.ofTools(look), Marks: look.Marks, Open: c.open}
	return r.figure("usage-segment", title, "Share of the people who are known on a tool and wrote there in 9 of 12 weeks", line)
}

// sumOfValues adds two figures; hidden when one of them is.
func sumOfValues(a, b chart.Value) chart.Value {
	one, isKnown := a.Number()
	other, isOtherKnown := b.Number()
	switch {
	case isKnown && isOtherKnown:
		return chart.Known(one + other)
	case a.IsSuppressed() || b.IsSuppressed():
		return chart.Suppressed()
	}
	return chart.Value{}
}

// toolsIn are the tools of rows, each once, in their order.
func toolsIn[R any](rows []R, of func(R) string) []string {
	var tools []string
	seen := map[string]bool{}
	for _, row := range rows {
		if tool := of(row); !seen[tool] {
			seen[tool] = true
			tools = append(tools, tool)
		}
	}
	return tools
}

func toolTitle(slug string, look Look) string {
	if slug == analytics.AllTools {
		return "All tools"
	}
	return look.Tool(slug).Name
}
