package views

import (
	"slices"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawUseOverlap draws how alike tools are used, and how alike they are in what they can do.
func drawUseOverlap(r Result[analytics.UseOverlapRow], look Look) []Figure {
	use := useMap(r, look, "Which tools serve the same use cases?", func(row analytics.UseOverlapRow) chart.Value {
		return value(row.Release, "use_overlap", row.UseOverlap)
	})
	can := useMap(r, look, "Which tools can do the same?", func(row analytics.UseOverlapRow) chart.Value {
		return value(row.Release, "capability_jaccard_ratio", row.CapabilityJaccardRatio)
	})
	return []Figure{
		sized(r.figure("use-overlap", use.Title, "100 is the same use within 28 days, 0 nothing in common: cosine of the profiles of use", use), len(use.Rows)),
		sized(r.figure("use-overlap-capabilities", can.Title, "Per cent of what one of the two can do that both can, as far as the register knows", can), len(can.Rows)),
	}
}

// sized gives a matrix of many rows more room.
func sized(f Figure, rows int) Figure {
	if rows > 4 {
		f.Size = "tall"
	}
	if rows == 0 {
		f.Model = chart.Heatmap{}
		f.Nothing = "An overlap needs two tools with traffic in these 28 days."
	}
	return f
}

// useMap is a matrix of the tools of the last bucket.
func useMap(r Result[analytics.UseOverlapRow], look Look, title string, of func(analytics.UseOverlapRow) chart.Value) chart.Heatmap {
	rows := ofLast(r, func(row analytics.UseOverlapRow) analytics.Bucket { return row.Bucket })
	slugs := toolsIn(rows, func(row analytics.UseOverlapRow) string { return row.ToolA })
	slices.SortStableFunc(slugs, func(a, b string) int { return look.Tool(a).Order - look.Tool(b).Order })
	heat := chart.Heatmap{Title: title, RowTitle: "Tool"}
	for _, slug := range slugs {
		heat.Rows = append(heat.Rows, look.Tool(slug).Name)
		heat.Cells = append(heat.Cells, make([]chart.Value, len(slugs)))
	}
	heat.Heads = heat.Rows
	for _, row := range rows {
		a, b := slices.Index(slugs, row.ToolA), slices.Index(slugs, row.ToolB)
		if a >= 0 && b >= 0 && a != b {
			heat.Cells[a][b] = of(row)
		}
	}
	return heat
}

// ofLast are the rows of the last bucket.
func ofLast[R any](r Result[R], bucketOf func(R) analytics.Bucket) []R {
	last, ok := r.last()
	if !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.Rows), func(row R) bool { return !bucketOf(row).ToOn.Equal(bucketOf(last).ToOn) })
}
