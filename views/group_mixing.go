package views

import (
	"cmp"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawGroupMixing draws how much of its ties each department keeps inside.
func drawGroupMixing(r Result[analytics.GroupMixingRow], _ Look) []Figure {
	bars := chart.Bars{Title: "Do departments keep to themselves?", Of: "Department", What: "Share of ties inside", Format: chart.Percent}
	for _, row := range newest(r, func(row analytics.GroupMixingRow) analytics.Bucket { return row.Bucket }) {
		name := row.Department
		if name == "all" {
			name = "All departments"
		}
		bars.Bars = append(bars.Bars, chart.Bar{Name: name, Value: inside(row.Release, row.Mixing)})
	}
	figure := r.figure("group-mixing", bars.Title, "Share of each department's ties that stay within it; all rows show what is expected of its size", bars)
	figure.Nothing = cmp.Or(figure.Nothing, noDepartments(len(r.Rows)))
	return []Figure{figure}
}

// inside is the share of ties that stay in a group: what the E-I index says, from 0 to 1.
func inside(release analytics.Release, m analytics.Mixing) chart.Value {
	if m.EIIndex == nil {
		return value(release, "ei_index", m.EIIndex)
	}
	return chart.Known((1 - *m.EIIndex) / 2)
}

func noDepartments(rows int) string {
	if rows > 0 {
		return ""
	}
	return "It takes a directory with departments, and whole weeks."
}

// drawGroupTies draws which departments talk with each other.
func drawGroupTies(r Result[analytics.GroupTiesRow], _ Look) []Figure {
	grid := newGrid()
	for _, row := range newest(r, func(row analytics.GroupTiesRow) analytics.Bucket { return row.Bucket }) {
		grid.set(row.DepartmentA, row.DepartmentB, value(row.Release, "ties_ratio", row.TiesRatio))
	}
	heat := grid.heatmap("Which departments have ties with each other?", "Department")
	figure := r.figure("group-ties", heat.Title, "Per cent of the row's ties within 28 days that are with the column's department", heat)
	if len(grid.names) > 4 {
		figure.Size = "tall"
	}
	figure.Few = fewerThan(r.Answer.MinimumGroup) + " people on a side, or ties"
	figure.Nothing = cmp.Or(figure.Nothing, noDepartments(len(r.Rows)))
	return []Figure{figure}
}

// drawToolMixing draws how much of their ties people keep among those of the same main tool.
func drawToolMixing(r Result[analytics.ToolMixingRow], look Look) []Figure {
	bars := chart.Bars{Title: "Do people who mainly use the same tool keep to themselves?", Of: "Main tool", What: "Share of ties inside", Format: chart.Percent}
	for _, row := range newest(r, func(row analytics.ToolMixingRow) analytics.Bucket { return row.Bucket }) {
		bars.Bars = append(bars.Bars, toolBar(look, row.Tool, inside(row.Release, row.Mixing)))
	}
	return []Figure{r.figure("tool-mixing", bars.Title, "Share of ties within 28 days, on any tool, that are among people of the same main tool", bars)}
}
