package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// toolPicture is how a figure that every tool has is drawn: as bars for a summary, as a line for each tool over time.
type toolPicture struct {
	id, title, sub, what string
	format               chart.Format
	isStock              bool
}

// toolPoint is the figure of a tool in a bucket.
type toolPoint struct {
	bucket analytics.Bucket
	tool   string
	value  chart.Value
}

// drawByTool draws the rows of which a point is read.
func drawByTool[R any](r Result[R], look Look, p toolPicture, read func(R) (toolPoint, bool)) Figure {
	bars := chart.Bars{Title: p.title, Of: "Tool", What: p.what, Format: p.format}
	c := newCourse()
	for _, row := range r.Rows {
		point, ok := read(row)
		if !ok {
			continue
		}
		bars.Bars = append(bars.Bars, toolBar(look, point.tool, point.value))
		c.add(when(point.bucket, p.isStock), point.bucket.IsPartial, point.tool, point.value)
	}
	if isSummary(r.Answer) {
		return r.figure(p.id, p.title, p.sub, bars)
	}
	line := chart.Line{Title: p.title, Bucket: bucketWord(r.Answer.Filter.Grain, p.isStock), Format: p.format, Points: c.at, Marks: look.Marks, Open: c.open}
	for _, series := range c.ofTools(look) {
		if series.Name == analytics.AllTools {
			series.Name, series.Colour, series.Dash = allTools, "$accent", 0
		}
		line.Series = append(line.Series, series)
	}
	return r.figure(p.id, p.title, p.sub, line)
}

const allTools = "All tools"
