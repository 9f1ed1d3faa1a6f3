package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawTurnVolume draws how much is said on each tool, and how much people split it.
func drawTurnVolume(r Result[analytics.TurnVolumeRow], look Look) []Figure {
	return []Figure{
		drawByTool(r, look, toolPicture{
			id: "turn-volume", title: "Where do people say how much?", what: "Share of turns", format: chart.Percent,
			sub: "Share of turns, by tool: messages in a row within 5 minutes count as one turn",
		}, func(row analytics.TurnVolumeRow) (toolPoint, bool) {
			return toolPoint{row.Bucket, row.Tool, value(row.Release, "turn_share_ratio", row.TurnShareRatio)}, row.Tool != analytics.AllTools
		}),
		drawByTool(r, look, toolPicture{
			id: "messages-per-turn", title: "How much do people split what they say?", what: "Messages", format: chart.Decimal,
			sub: "Messages in a turn, mean",
		}, func(row analytics.TurnVolumeRow) (toolPoint, bool) {
			return toolPoint{row.Bucket, row.Tool, value(row.Release, "messages_per_turn", row.MessagesPerTurn)}, true
		}),
	}
}
