package dashboardstest

import (
	"crosstalk/analytics"
)

// answerRows invents what a metric of answers, turns or sessions answers; nil for the others.
func (c Company) answerRows(m analytics.Metric, buckets []analytics.Bucket) any {
	tools := []string{analytics.AllTools}
	for _, t := range c.Tools() {
		tools = append(tools, t.Tool)
	}
	switch m.Slug() {
	case analytics.ResponseRate.Slug():
		rules := []string{analytics.AllRules, analytics.RuleTurn, analytics.RuleThread}
		return inventByTool(c, buckets, tools, rules, func(tool, rule string) analytics.ResponseRateRow {
			return analytics.ResponseRateRow{Tool: tool, Rule: rule, IsInferred: rule != analytics.RuleThread}
		})
	case analytics.ResponseLatency.Slug():
		return inventByTool(c, buckets, tools, []string{analytics.WallClock, analytics.WorkingClock}, func(tool, clock string) analytics.ResponseLatencyRow {
			return analytics.ResponseLatencyRow{Tool: tool, Clock: clock, IsInferred: true}
		})
	case analytics.ToolReach.Slug():
		return inventByTool(c, buckets, tools[1:], []string{""}, func(tool, _ string) analytics.ToolReachRow { return analytics.ToolReachRow{Tool: tool} })
	case analytics.TurnVolume.Slug():
		return inventByTool(c, buckets, tools, []string{""}, func(tool, _ string) analytics.TurnVolumeRow { return analytics.TurnVolumeRow{Tool: tool} })
	case analytics.SessionLength.Slug():
		return inventByTool(c, buckets, tools, []string{""}, func(tool, _ string) analytics.SessionLengthRow { return analytics.SessionLengthRow{Tool: tool} })
	case analytics.ReplyShare.Slug():
		rules := []string{analytics.AllRules, analytics.RuleNamed, analytics.RuleDirect}
		return inventByTool(c, buckets, tools, rules, func(tool, rule string) analytics.ReplyShareRow {
			return analytics.ReplyShareRow{Tool: tool, Rule: rule, IsInferred: rule != analytics.RuleNamed}
		})
	}
	return nil
}

// inventByTool gives, for each bucket, tool and kind, a row with a figure in every column.
func inventByTool[R any](c Company, buckets []analytics.Bucket, tools, kinds []string, begin func(tool, kind string) R) []R {
	var rows []R
	for _, tool := range tools {
		for _, kind := range kinds {
			rows = append(rows, begin(tool, kind))
		}
	}
	return invent(c, buckets, rows)
}
