package dashboardstest

import (
	"reflect"
	"strings"

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

// ofTools gives, for each bucket, the rows of all tools together and of each, with a figure in every column.
func ofTools[R any](c Company, buckets []analytics.Bucket, kinds func(tool string) []R) []R {
	rows := []R{}
	tools := []string{analytics.AllTools}
	for _, t := range c.Tools() {
		tools = append(tools, t.Tool)
	}
	for i, b := range buckets {
		for n, tool := range tools {
			for k, row := range kinds(tool) {
				v := reflect.ValueOf(&row).Elem()
				v.FieldByName("Bucket").Set(reflect.ValueOf(b))
				v.FieldByName("Release").Set(reflect.ValueOf(c.release()))
				for f := range v.NumField() {
					c.figure(v.Field(f), v.Type().Field(f).Tag.Get("ch"), buckets, wave(i, 1/float64(n+k+2), 0.001))
				}
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// figure invents a figure of about the size of a share, or 1,000 times as many people.
func (c Company) figure(field reflect.Value, name string, buckets []analytics.Bucket, size float64) {
	switch field.Interface().(type) {
	case *string:
		field.Set(reflect.ValueOf(shown(c, "plateau")))
	case *uint64:
		field.Set(reflect.ValueOf(shown(c, uint64(1000*size))))
	case *float64:
		if !strings.HasSuffix(name, "_ratio") {
			size *= 10
		}
		field.Set(reflect.ValueOf(shown(c, size)))
	case analytics.Change:
		field.Set(reflect.ValueOf(c.change(buckets, size, 0.02, 0.01)))
	}
}
