package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawSessionLength draws how conversations go on each tool.
func drawSessionLength(r Result[analytics.SessionLengthRow], look Look) []Figure {
	draw := func(p toolPicture, column string, read func(analytics.SessionLengthRow) *float64) Figure {
		return drawByTool(r, look, p, func(row analytics.SessionLengthRow) (toolPoint, bool) {
			return toolPoint{row.Bucket, row.Tool, value(row.Release, column, read(row))}, true
		})
	}
	return []Figure{
		draw(toolPicture{id: "session-messages", title: "How long are conversations?", what: "Messages", format: chart.Decimal,
			sub: "Messages in a session of a chat of at most 8 people, mean; a session ends with 30 minutes of silence"},
			"messages_per_session", func(row analytics.SessionLengthRow) *float64 { return row.MessagesPerSession }),
		draw(toolPicture{id: "session-duration", title: "How many minutes do conversations last?", what: "Minutes", format: chart.Decimal,
			sub: "Minutes from the first to the last message of a session, mean"},
			"duration_seconds", func(row analytics.SessionLengthRow) *float64 { return minutes(row.DurationSeconds) }),
		draw(toolPicture{id: "session-answered", title: "How many conversations are monologues?", what: "Answered", format: chart.Percent,
			sub: "Share of sessions in which somebody else wrote too; the rest are monologues"},
			"answered_ratio", func(row analytics.SessionLengthRow) *float64 { return row.AnsweredRatio }),
		draw(toolPicture{id: "session-burstiness", title: "How bursty are conversations?", what: "Burstiness", format: chart.Decimal,
			sub: "Of the gaps between messages: −1 is a clock, 0 chance, towards 1 bursts with long silence between"},
			"burstiness", func(row analytics.SessionLengthRow) *float64 { return row.Burstiness }),
	}
}
