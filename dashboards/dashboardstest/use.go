package dashboardstest

import (
	"crosstalk/analytics"
)

// useRows invents what a metric of people's use over time answers; nil for the others.
func (c Company) useRows(m analytics.Metric, buckets []analytics.Bucket) any {
	switch m.Slug() {
	case analytics.UsageSegment.Slug():
		return ofTools(c, buckets, func(tool string) []analytics.UsageSegmentRow {
			var rows []analytics.UsageSegmentRow
			for _, weeks := range []uint16{12, 4} {
				for _, segment := range []string{"power", "habitual", "novice", "low", "none"} {
					rows = append(rows, analytics.UsageSegmentRow{Tool: tool, Weeks: weeks, Segment: segment})
				}
			}
			return rows
		})
	case analytics.ToolSwitching.Slug():
		return ofTools(c, buckets, func(tool string) []analytics.ToolSwitchingRow {
			return ofAllTools(tool, analytics.ToolSwitchingRow{OnTools: "all"}, analytics.ToolSwitchingRow{OnTools: "1"}, analytics.ToolSwitchingRow{OnTools: "2"}, analytics.ToolSwitchingRow{OnTools: "3+"})
		})
	case analytics.AfterHours.Slug():
		return ofTools(c, buckets, func(tool string) []analytics.AfterHoursRow { return ofAllTools(tool, analytics.AfterHoursRow{}) })
	case analytics.ToolLifecycle.Slug():
		return ofTools(c, buckets, func(tool string) []analytics.ToolLifecycleRow {
			if tool == analytics.AllTools {
				return nil
			}
			return []analytics.ToolLifecycleRow{{Tool: tool}}
		})
	case analytics.AdoptionCurve.Slug():
		return ofTools(c, buckets, func(tool string) []analytics.AdoptionCurveRow { return []analytics.AdoptionCurveRow{{Tool: tool}} })
	case analytics.AdoptionTime.Slug():
		return ofTools(c, buckets, func(tool string) []analytics.AdoptionTimeRow { return []analytics.AdoptionTimeRow{{Tool: tool}} })
	case analytics.ToolRetention.Slug():
		return ofTools(c, buckets, func(tool string) []analytics.ToolRetentionRow {
			return []analytics.ToolRetentionRow{{Tool: tool}, {Tool: tool, Age: 1}, {Tool: tool, Age: 2}}
		})
	}
	return nil
}

// ofAllTools gives rows that are of all tools together, and of none by itself.
func ofAllTools[R any](tool string, rows ...R) []R {
	if tool != analytics.AllTools {
		return nil
	}
	return rows
}

// ofTools gives, for each bucket, the rows of all tools together and of each, with a figure in every column.
func ofTools[R any](c Company, buckets []analytics.Bucket, kinds func(tool string) []R) []R {
	var rows []R
	for _, tool := range c.toolsAndAll() {
		rows = append(rows, kinds(tool)...)
	}
	return invent(c, buckets, rows)
}
