package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// monthly is the window in which a person counts as active.
const monthly = 28

// activityLines draws how many people write on each tool.
func activityLines(r Result[analytics.ToolActivityRow], look Look) Figure {
	c := newCourse()
	for _, row := range r.Rows {
		if row.WindowDays == monthly && row.Tool != analytics.AllTools {
			c.add(when(row.Bucket, true), row.IsPartial, row.Tool, value(row.Release, "people", row.People))
		}
	}
	line := chart.Line{Title: "How many people write on each tool?", Bucket: bucketWord(r.Answer.Filter.Grain, true), Format: chart.Integer,
		Points: c.at, Series: c.ofTools(look), Marks: look.Marks, Open: c.open}
	return r.figure("tool-activity", line.Title, "People who sent at least one message within 28 days", line)
}

// activePeople is the newest count of active people on a tool, or on any with analytics.AllTools.
func activePeople(r Result[analytics.ToolActivityRow], tool string) (row analytics.ToolActivityRow, ok bool) {
	for _, candidate := range r.Rows {
		if candidate.WindowDays == monthly && candidate.Tool == tool {
			row, ok = candidate, true
		}
	}
	return row, ok
}

// activePeopleTile is how many people write at all.
func activePeopleTile(now, over Result[analytics.ToolActivityRow]) Tile {
	row, _ := activePeople(now, analytics.AllTools)
	tile := Tile{Title: "People who write", Definition: now.Faces.Definition}
	tile.Value, tile.Words = tileValue(row.Release, "people", row.People, chart.Integer, now.Answer.MinimumGroup, now.Refused)
	tile.Change = changeOf(row.Change, 1, "", Neither)
	if row.StickinessRatio != nil {
		tile.Beside = percent(*row.StickinessRatio) + " on a working day"
	}
	var totals []analytics.ToolActivityRow
	for _, row := range over.Rows {
		if row.WindowDays == monthly && row.Tool == analytics.AllTools {
			totals = append(totals, row)
		}
	}
	courseOf(&tile, totals, func(row analytics.ToolActivityRow) (analytics.Bucket, chart.Value) {
		return row.Bucket, value(row.Release, "people", row.People)
	})
	return tile
}
