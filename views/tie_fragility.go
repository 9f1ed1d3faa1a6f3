package views

import (
	"slices"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawTieFragility draws how much hangs on each tool, and between which departments.
func drawTieFragility(r Result[analytics.TieFragilityRow], look Look) []Figure {
	ties := chart.Bars{Title: "How many ties would go with the tool?", Of: "Tool", What: "Ties", Format: chart.Integer}
	share := chart.Bars{Title: "Which ties hang on one tool?", Of: "Tool", What: "Share of its ties", Format: chart.Percent}
	grid := newGrid()
	for _, row := range newest(r, func(row analytics.TieFragilityRow) analytics.Bucket { return row.Bucket }) {
		v := value(row.Release, "fragile_ratio", row.FragileRatio)
		switch {
		case row.DepartmentA != "all":
			grid.set(row.DepartmentA, row.DepartmentB, v)
			grid.set(row.DepartmentB, row.DepartmentA, v)
		case row.Strength == "all" && row.Tool != analytics.AllTools:
			ties.Bars = append(ties.Bars, toolBar(look, row.Tool, value(row.Release, "fragile_ties", row.FragileTies)))
			share.Bars = append(share.Bars, toolBar(look, row.Tool, v))
		}
	}
	figures := []Figure{
		r.figure("tie-fragility", share.Title, "Share of each tool's ties within 28 days that no other tool carries", share),
		r.figure("tie-fragility-ties", ties.Title, "Ties within 28 days that no other tool carries", ties),
	}
	if len(grid.names) > 0 {
		heat := grid.heatmap("Where would ties go?", "Department")
		figures = append(figures, r.figure("tie-fragility-departments", heat.Title, "Per cent of the ties between two departments that hang on one tool", heat))
	}
	return figures
}

// grid lays values out by the names of rows and columns, which are the same.
type grid struct {
	names []string
	cells map[[2]string]chart.Value
}

func newGrid() *grid { return &grid{cells: map[[2]string]chart.Value{}} }

func (g *grid) set(row, column string, v chart.Value) {
	for _, name := range []string{row, column} {
		if !slices.Contains(g.names, name) {
			g.names = append(g.names, name)
		}
	}
	g.cells[[2]string{row, column}] = v
}

func (g *grid) heatmap(title, rowTitle string) chart.Heatmap {
	slices.Sort(g.names)
	heat := chart.Heatmap{Title: title, RowTitle: rowTitle, Rows: g.names, Heads: g.names}
	for _, row := range g.names {
		cells := make([]chart.Value, len(g.names))
		for i, column := range g.names {
			cells[i] = g.cells[[2]string{row, column}]
		}
		heat.Cells = append(heat.Cells, cells)
	}
	return heat
}
