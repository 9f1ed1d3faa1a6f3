package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawResponseLatency draws by when half of the openings are answered, by both clocks.
func drawResponseLatency(r Result[analytics.ResponseLatencyRow], look Look) []Figure {
	return []Figure{
		latencyFigure(r, look, analytics.WorkingClock, "How long do people wait, in working time?", "Minutes of working time by when half of the openings have an answer"),
		latencyFigure(r, look, analytics.WallClock, "How long do people wait, nights and weekends included?", "Minutes by when half of the openings have an answer"),
	}
}

func latencyFigure(r Result[analytics.ResponseLatencyRow], look Look, clock, title, sub string) Figure {
	return drawByTool(r, look, toolPicture{id: "response-latency-" + clock, title: title, sub: sub, what: "Minutes", format: chart.Decimal},
		func(row analytics.ResponseLatencyRow) (toolPoint, bool) {
			return toolPoint{row.Bucket, row.Tool, value(row.Release, "median_seconds", minutes(row.MedianSeconds))}, row.Clock == clock
		})
}

// minutes turns seconds into minutes.
func minutes(seconds *float64) *float64 {
	if seconds == nil {
		return nil
	}
	m := *seconds / 60
	return &m
}
