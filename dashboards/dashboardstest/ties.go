package dashboardstest

import (
	"reflect"
	"strings"

	"crosstalk/analytics"
)

// tieRows invents what a metric of ties answers; nil for the others.
func (c Company) tieRows(m analytics.Metric, buckets []analytics.Bucket) any {
	switch m.Slug() {
	case analytics.TieMultiplexity.Slug():
		return invent(c, buckets, []analytics.TieMultiplexityRow{
			{OnTools: "all", Strength: "all"}, {OnTools: "0-1", Strength: "all"}, {OnTools: "2", Strength: "all"}, {OnTools: "3+", Strength: "all"},
			{OnTools: "all", Strength: "weak"}, {OnTools: "all", Strength: "medium"}, {OnTools: "all", Strength: "heavy"}})
	case analytics.TieFragility.Slug():
		kinds := []analytics.TieFragilityRow{}
		for _, tool := range c.toolsAndAll() {
			for _, strength := range []string{"all", "weak", "medium", "heavy"} {
				kinds = append(kinds, analytics.TieFragilityRow{Tool: tool, Strength: strength, DepartmentA: "all", DepartmentB: "all"})
			}
		}
		for _, pair := range [][2]string{{"Sales", "Sales"}, {"Sales", "Support"}, {"Support", "Support"}} {
			kinds = append(kinds, analytics.TieFragilityRow{Tool: "all", Strength: "all", DepartmentA: pair[0], DepartmentB: pair[1]})
		}
		return invent(c, buckets, kinds)
	case analytics.GroupMixing.Slug():
		return invent(c, buckets, []analytics.GroupMixingRow{{Department: "all"}, {Department: "Sales"}, {Department: "Support"}})
	case analytics.GroupTies.Slug():
		return invent(c, buckets, []analytics.GroupTiesRow{{DepartmentA: "Sales", DepartmentB: "Sales"}, {DepartmentA: "Sales", DepartmentB: "Support"},
			{DepartmentA: "Support", DepartmentB: "Sales"}, {DepartmentA: "Support", DepartmentB: "Support"}})
	case analytics.ToolMixing.Slug():
		kinds := []analytics.ToolMixingRow{}
		for _, tool := range c.toolsAndAll() {
			kinds = append(kinds, analytics.ToolMixingRow{Tool: tool})
		}
		return invent(c, buckets, kinds)
	case analytics.NetworkSize.Slug():
		return invent(c, buckets, []analytics.NetworkSizeRow{{}})
	case analytics.TieStrength.Slug():
		return invent(c, buckets, []analytics.TieStrengthRow{{}})
	case analytics.NetworkInfluence.Slug():
		return invent(c, buckets, []analytics.NetworkInfluenceRow{{Department: "all"}, {Department: "Sales"}, {Department: "Support"}})
	case analytics.ToolDisplacement.Slug():
		kinds := []analytics.ToolDisplacementRow{}
		for _, tool := range c.Tools() {
			for _, other := range c.toolsAndAll() {
				if other != tool.Tool {
					kinds = append(kinds, analytics.ToolDisplacementRow{Tool: tool.Tool, OtherTool: other})
				}
			}
		}
		return invent(c, buckets, kinds)
	case analytics.TieReciprocity.Slug():
		kinds := []analytics.TieReciprocityRow{}
		for _, tool := range c.toolsAndAll() {
			kinds = append(kinds, analytics.TieReciprocityRow{Tool: tool})
		}
		return invent(c, buckets, kinds)
	}
	return nil
}

// invent gives, for each bucket, rows of the given dimensions with a figure in every column.
func invent[R any](c Company, buckets []analytics.Bucket, kinds []R) []R {
	rows := []R{}
	for i, b := range buckets {
		for n, row := range kinds {
			v := reflect.ValueOf(&row).Elem()
			v.FieldByName("Bucket").Set(reflect.ValueOf(b))
			v.FieldByName("Release").Set(reflect.ValueOf(c.release()))
			for _, f := range reflect.VisibleFields(v.Type()) {
				c.fill(v.FieldByIndex(f.Index), f.Tag.Get("ch"), buckets, wave(i, 1/float64(n%20+2), 0.001))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// fill invents a figure of about the size of a share, or 1,000 times as many.
func (c Company) fill(field reflect.Value, name string, buckets []analytics.Bucket, size float64) {
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

func (c Company) toolsAndAll() []string {
	tools := []string{analytics.AllTools}
	for _, t := range c.Tools() {
		tools = append(tools, t.Tool)
	}
	return tools
}
