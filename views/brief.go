package views

import (
	"math"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// Brief is the page for those who have a minute. Now are answers about the period, Over about its course.
type Brief struct {
	Look          Look
	Sprawl        Result[analytics.ToolSprawlRow]
	SprawlOver    Result[analytics.ToolSprawlRow]
	Share         Result[analytics.ToolShareRow]
	ShareOver     Result[analytics.ToolShareRow]
	Shadow        Result[analytics.ToolShareRow] // of unsanctioned tools
	ShadowOver    Result[analytics.ToolShareRow]
	HasShadow     bool // the register knows unsanctioned tools
	Activity      Result[analytics.ToolActivityRow]
	ActivityOver  Result[analytics.ToolActivityRow]
	Overlap       Result[analytics.ToolOverlapRow]
	Frequency     Result[analytics.TieFrequencyRow]
	FrequencyOver Result[analytics.TieFrequencyRow]
	Proof         Proof
}

// Proof are the addresses of the pages that prove a sentence, with the filters in force.
type Proof struct{ Sprawl, Silos, Frequency string }

// wasted is by how many tools the count must exceed the effective number to be the headline.
const wasted = 2

// Title says what the organisation should know first.
func (b Brief) Title() string {
	row, ok := b.Sprawl.last()
	if !ok || row.Tools == nil {
		return "How do our people communicate?"
	}
	tools := int(*row.Tools)
	if tools == 1 {
		return "One tool carries everything"
	}
	if row.EffectiveTools != nil {
		worth := max(1, int(math.Round(*row.EffectiveTools)))
		if tools-worth >= wasted {
			return capital(inWords(tools)) + " tools do the work of " + inWords(worth)
		}
	}
	return capital(inWords(tools)) + " tools share the work"
}

// Lede says how much was written, and what is never shown.
func (b Brief) Lede() string {
	rule := "Metadata only; no group under " + chart.Group(float64(b.Share.Answer.MinimumGroup)) + " people is shown."
	row, ok := total(b.Share)
	if !ok || row.People == nil || row.Messages == nil {
		return rule
	}
	return chart.Group(float64(*row.People)) + " people wrote " + chart.Group(float64(*row.Messages)) + " messages to each other. " + rule
}

// Sentences are up to five, the heaviest first; what is not known is left out.
func (b Brief) Sentences() []Sentence {
	var said []Sentence
	add := func(s Sentence, ok bool) {
		if ok {
			said = append(said, s)
		}
	}
	add(sprawlSentence(b.Sprawl, b.Proof.Sprawl))
	add(overlapSentence(b.Overlap, b.Look, b.Proof.Silos))
	add(frequencySentence(b.Frequency, b.Proof.Frequency))
	if b.HasShadow {
		add(unsanctionedSentence(b.Shadow, b.Look, b.Proof.Sprawl))
	}
	add(shiftSentence(b.Share, b.Look, b.Proof.Sprawl))
	return said
}

// Tiles are the headline numbers.
func (b Brief) Tiles() []Tile {
	return []Tile{
		toolsPerPersonTile(b.Sprawl, b.SprawlOver),
		tiesTile(b.Frequency, b.FrequencyOver),
		turnsTile(b.Frequency, b.FrequencyOver),
		unsanctionedTile(b.Shadow, b.ShadowOver, b.HasShadow),
		overlapTile(b.Overlap, b.Look),
		activePeopleTile(b.Activity, b.ActivityOver),
	}
}

// ToolLine is a row of the table of tools.
type ToolLine struct {
	Tool    Tool
	People  string
	Share   string
	Change  Change
	Trend   chart.Spark
	Overlap string
	Hidden  struct{ People, Share, Overlap bool } // what is withheld
}

// Tools are the tools in use, the one with most messages first.
func (b Brief) Tools() []ToolLine {
	return toolLines(b.Share, b.ShareOver, b.Activity, b.Overlap, b.Look)
}

func toolLines(share, over Result[analytics.ToolShareRow], activity Result[analytics.ToolActivityRow], overlap Result[analytics.ToolOverlapRow], look Look) []ToolLine {
	var lines []ToolLine
	minimum, ties := share.Answer.MinimumGroup, newestOverlap(overlap, analytics.OverlapOfTies)
	for _, row := range shareByTool(share) {
		active, _ := activePeople(activity, row.Tool)
		line := ToolLine{
			Tool:   look.Tool(row.Tool),
			People: figureText(active.Release, "people", active.People, chart.Integer, minimum),
			Share:  figureText(row.Release, "share_ratio", row.ShareRatio, chart.Percent, minimum),
			Change: changeOf(row.Change, 100, "points", Neither),
		}
		line.Overlap, line.Hidden.Overlap = overlapText(ties, row.Tool, look, minimum)
		line.Hidden.People = active.People == nil && active.IsHidden("people")
		line.Hidden.Share = row.ShareRatio == nil && row.IsHidden("share_ratio")
		for _, point := range over.Rows {
			if point.Tool == row.Tool {
				line.Trend.Values = append(line.Trend.Values, value(point.Release, "share_ratio", point.ShareRatio))
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func overlapText(ties []analytics.ToolOverlapRow, tool string, look Look, minimum int) (text string, isHidden bool) {
	best, ok, hidden := mostContained(ties, tool)
	switch {
	case ok:
		return percent(*best.ContainmentRatio) + " on " + look.Tool(best.ToolB).Name, false
	case hidden:
		return fewerThan(minimum) + " pairs", true
	}
	return "–", false
}
