package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// Sprawl is the page about how many tools there are and how evenly they are used.
type Sprawl struct {
	Look         Look
	Now          Result[analytics.ToolSprawlRow]
	Over         Result[analytics.ToolSprawlRow]
	Share        Result[analytics.ToolShareRow]
	ShareOver    Result[analytics.ToolShareRow]
	Activity     Result[analytics.ToolActivityRow]
	ActivityOver Result[analytics.ToolActivityRow]
	Overlap      Result[analytics.ToolOverlapRow]
}

// Title answers how many tools people use.
func (s Sprawl) Title() string {
	row, ok := s.Now.last()
	if !ok || row.ToolsPerPerson == nil {
		return "How many tools do people juggle?"
	}
	number := chart.Digits(*row.ToolsPerPerson, 2)
	switch {
	case *row.ToolsPerPerson < single:
		return "Nearly everybody writes in one tool"
	case row.EntropyWithin != nil && row.EntropyBetween != nil && *row.EntropyBetween > *row.EntropyWithin:
		return "People use " + number + " tools each, and groups use different ones"
	}
	return "People juggle " + number + " tools each"
}

// Lede says how to read the page.
func (s Sprawl) Lede() string {
	return "A tool counts for a person who wrote in it at least once. The effective number counts tools by how evenly they are used: " +
		"two tools used half and half are 2, nine to one are about 1.4."
}

// Tiles are the headline numbers.
func (s Sprawl) Tiles() []Tile {
	return []Tile{
		toolsPerPersonTile(s.Now, s.Over), effectiveToolsTile(s.Now, s.Over),
		manyToolsTile(s.Now, s.Over), sprawlGapTile(s.Now, s.Over),
	}
}

// Tools are the tools in use.
func (s Sprawl) Tools() []ToolLine {
	return toolLines(s.Share, s.ShareOver, s.Activity, s.Overlap, s.Look)
}

var approvals = []struct{ status, name, colour string }{
	{"sanctioned", "Sanctioned", "$good"}, {"tolerated", "Tolerated", "$warn"}, {"banned", "Banned", "$bad"}, {"unknown", "Not in the register", "$faint"},
}

// Approval draws how much runs on approved tools.
func (s Sprawl) Approval() Figure {
	sums, hidden := map[string]float64{}, map[string]bool{}
	for _, row := range shareByTool(s.Share) {
		status := s.Look.Tool(row.Tool).Status
		if status == "" {
			status = "unknown"
		}
		if row.ShareRatio != nil {
			sums[status] += *row.ShareRatio
		}
		hidden[status] = hidden[status] || row.IsHidden("share_ratio")
	}
	bars := chart.Bars{Title: "How much runs on approved tools?", Of: "Approval", What: "Share of messages", Format: chart.Percent}
	for _, a := range approvals {
		sum, known := sums[a.status]
		switch {
		case hidden[a.status]:
			bars.Bars = append(bars.Bars, chart.Bar{Name: a.name, Colour: a.colour, Value: chart.Suppressed()})
		case known:
			bars.Bars = append(bars.Bars, chart.Bar{Name: a.name, Colour: a.colour, Value: chart.Known(sum)})
		}
	}
	figure := s.Share.figure("approval", bars.Title, "Share of messages by what the register says of the tool", bars)
	figure.Size = "short"
	return figure
}
