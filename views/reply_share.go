package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawReplyShare draws how much of the traffic are replies, by tool, and for a summary by how they are told.
func drawReplyShare(r Result[analytics.ReplyShareRow], look Look) []Figure {
	figures := []Figure{drawByTool(r, look, toolPicture{
		id: "reply-share", title: "How much of what people write is a reply?", what: "Share of messages", format: chart.Percent,
		sub: "Replies as a share of messages; in chats of at most 8 people they are inferred, in large rooms without threads none is",
	}, func(row analytics.ReplyShareRow) (toolPoint, bool) {
		return toolPoint{row.Bucket, row.Tool, value(row.Release, "reply_ratio", row.ReplyRatio)}, row.Rule == analytics.AllRules
	})}
	if isSummary(r.Answer) {
		figures = append(figures, repliesByRule(r))
	}
	return figures
}

var replyNames = map[string]string{
	analytics.RuleNamed: "Names what it answers", analytics.RuleDirect: "Chat of two (inferred)", analytics.RuleGroup: "Group of at most 8 (inferred)",
}

func repliesByRule(r Result[analytics.ReplyShareRow]) Figure {
	bars := chart.Bars{Title: "How are replies told?", Of: "Reply", What: "Share of messages", Format: chart.Percent}
	for _, row := range r.Rows {
		if row.Tool == analytics.AllTools && row.Rule != analytics.AllRules {
			bars.Bars = append(bars.Bars, chart.Bar{Name: replyNames[row.Rule], Value: value(row.Release, "reply_ratio", row.ReplyRatio)})
		}
	}
	return r.figure("reply-share-by-rule", bars.Title, "Replies of each kind as a share of all messages", bars)
}
