package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// binding joins a metric to how it is drawn. A function of the wrong row type does not compile.
type binding struct {
	metric  analytics.Metric
	figures func(analytics.Answer, Faces, Look) []Figure
	tiles   func(analytics.Answer, Faces) []Tile
}

func bind[R any](d *analytics.Definition[R], figures func(Result[R], Look) []Figure, tiles func(Result[R]) []Tile) binding {
	return binding{
		metric:  d,
		figures: func(a analytics.Answer, faces Faces, look Look) []Figure { return figures(ResultOf(d, a, faces), look) },
		tiles:   func(a analytics.Answer, faces Faces) []Tile { return tiles(ResultOf(d, a, faces)) },
	}
}

func bindings() []binding {
	return []binding{
		bind(analytics.ToolSprawl, drawToolSprawl, tilesOfSprawl),
		bind(analytics.ToolShare, drawToolShare, noTiles),
		bind(analytics.ToolActivity, drawToolActivity, noTiles),
		bind(analytics.ToolOverlap, drawToolOverlap, noTiles),
		bind(analytics.TieFrequency, drawTieFrequency, tilesOfFrequency),
		bind(analytics.TieMultiplexity, drawTieMultiplexity, noTiles),
		bind(analytics.TieFragility, drawTieFragility, noTiles),
		bind(analytics.TieReciprocity, drawTieReciprocity, noTiles),
		bind(analytics.GroupMixing, drawGroupMixing, noTiles),
		bind(analytics.GroupTies, drawGroupTies, noTiles),
		bind(analytics.ToolMixing, drawToolMixing, noTiles),
		bind(analytics.NetworkSize, drawNetworkSize, noTiles),
		bind(analytics.TieStrength, drawTieStrength, noTiles),
		bind(analytics.NetworkInfluence, drawNetworkInfluence, noTiles),
		bind(analytics.UsageSegment, drawUsageSegment, noTiles),
		bind(analytics.ToolRetention, drawToolRetention, noTiles),
		bind(analytics.GovernanceShare, drawGovernanceShare, noTiles),
		bind(analytics.ToolReadiness, drawToolReadiness, noTiles),
		bind(analytics.UseOverlap, drawUseOverlap, noTiles),
		bind(analytics.ToolCost, drawToolCost, noTiles),
		bind(analytics.RedundantSpend, drawRedundantSpend, noTiles),
		bind(analytics.ToolAdvice, drawToolAdvice, noTiles),
		bind(analytics.AdoptionTime, drawAdoptionTime, noTiles),
		bind(analytics.AdoptionCurve, drawAdoptionCurve, noTiles),
		bind(analytics.ToolDisplacement, drawToolDisplacement, noTiles),
		bind(analytics.ToolLifecycle, drawToolLifecycle, noTiles),
		bind(analytics.AfterHours, drawAfterHours, noTiles),
		bind(analytics.ResponseRate, drawResponseRate, noTiles),
		bind(analytics.ResponseLatency, drawResponseLatency, noTiles),
		bind(analytics.ToolReach, drawToolReach, noTiles),
		bind(analytics.TurnVolume, drawTurnVolume, noTiles),
		bind(analytics.SessionLength, drawSessionLength, noTiles),
		bind(analytics.ReplyShare, drawReplyShare, noTiles),
		bind(analytics.ToolSwitching, drawToolSwitching, noTiles),
	}
}

func noTiles[R any](Result[R]) []Tile { return nil }

// isSummary reports that an answer has one bucket, so that there is no course to draw.
func isSummary(a analytics.Answer) bool { return a.Filter.Grain == analytics.Whole }

func drawToolSprawl(r Result[analytics.ToolSprawlRow], look Look) []Figure {
	if isSummary(r.Answer) {
		return nil
	}
	return []Figure{sprawlTrend(r, look)}
}

func tilesOfSprawl(r Result[analytics.ToolSprawlRow]) []Tile {
	if !isSummary(r.Answer) {
		return nil
	}
	none := Result[analytics.ToolSprawlRow]{}
	return []Tile{toolsPerPersonTile(r, none), effectiveToolsTile(r, none), manyToolsTile(r, none), sprawlGapTile(r, none)}
}

func drawToolShare(r Result[analytics.ToolShareRow], look Look) []Figure {
	if !isSummary(r.Answer) {
		return []Figure{shareStack(r, look)}
	}
	bars := chart.Bars{Title: "Where do messages go?", Of: "Tool", What: "Share of messages", Format: chart.Percent}
	for _, row := range shareByTool(r) {
		tool := look.Tool(row.Tool)
		bars.Bars = append(bars.Bars, chart.Bar{Name: tool.Name, Colour: tool.Colour, Value: value(row.Release, "share_ratio", row.ShareRatio)})
	}
	return []Figure{r.figure("tool-share", bars.Title, "Share of messages in the period, by tool", bars)}
}

func drawToolActivity(r Result[analytics.ToolActivityRow], look Look) []Figure {
	if !isSummary(r.Answer) {
		return []Figure{activityLines(r, look)}
	}
	bars := chart.Bars{Title: "How many people write on each tool?", Of: "Tool", What: "People", Format: chart.Integer}
	for _, row := range r.Rows {
		if row.WindowDays == monthly && row.Tool != analytics.AllTools {
			tool := look.Tool(row.Tool)
			bars.Bars = append(bars.Bars, chart.Bar{Name: tool.Name, Colour: tool.Colour, Value: value(row.Release, "people", row.People)})
		}
	}
	return []Figure{r.figure("tool-activity", bars.Title, "People who sent at least one message within 28 days", bars)}
}

func drawToolOverlap(r Result[analytics.ToolOverlapRow], look Look) []Figure {
	return []Figure{overlapMap(r, analytics.OverlapOfTies, look), overlapMap(r, analytics.OverlapOfPeople, look)}
}

func drawTieFrequency(r Result[analytics.TieFrequencyRow], look Look) []Figure {
	if isSummary(r.Answer) {
		return nil
	}
	return []Figure{tiesLine(r, look), turnsLine(r, look)}
}

func tilesOfFrequency(r Result[analytics.TieFrequencyRow]) []Tile {
	if !isSummary(r.Answer) {
		return nil
	}
	none := Result[analytics.TieFrequencyRow]{}
	return []Tile{tiesTile(r, none), turnsTile(r, none)}
}

// MetricPage is one metric alone: its picture and its rows, as they are in CSV and JSON.
type MetricPage struct {
	Answer analytics.Answer
	Faces  Faces
	Look   Look
}

// Figures are the pictures of the answer; none when it has no course and is shown as tiles.
func (p MetricPage) Figures() []Figure {
	for _, b := range bindings() {
		if b.metric.Slug() == p.Answer.Metric.Slug() {
			return b.figures(p.Answer, p.Faces, p.Look)
		}
	}
	return nil
}

// Tiles are the headline numbers of a summary.
func (p MetricPage) Tiles() []Tile {
	for _, b := range bindings() {
		if b.metric.Slug() == p.Answer.Metric.Slug() {
			return b.tiles(p.Answer, p.Faces)
		}
	}
	return nil
}

// cellText is a released value for people; the raw value stands beside it.
func (p MetricPage) cellText(c analytics.Column, cell analytics.Cell) string {
	switch v := cell.Value.(type) {
	case int64:
		return chart.Group(float64(v))
	case float64:
		if cell.IsBand {
			return bandText(v, chart.Percent)
		}
		if c.Type == "ratio" {
			return chart.Percent.Text(v)
		}
		return chart.Decimal.Text(v)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case string:
		if c.Name == "tool" || c.Name == "tool_a" || c.Name == "tool_b" || c.Name == "into" || c.Name == "closest_tool" {
			return p.toolText(v)
		}
		return v
	}
	if cell.IsHidden {
		return fewerThan(p.Answer.MinimumGroup)
	}
	return "–"
}

func (p MetricPage) toolText(slug string) string {
	if slug == analytics.AllTools {
		return "all tools"
	}
	return p.Look.Tool(slug).Name
}

func isNumeric(c analytics.Column) bool {
	return c.Type == "integer" || c.Type == "number" || c.Type == "ratio"
}
