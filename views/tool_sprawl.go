package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// sprawlTrend draws how many tools people juggle over time.
func sprawlTrend(r Result[analytics.ToolSprawlRow], look Look) Figure {
	c := newCourse()
	for _, row := range r.Rows {
		at := when(row.Bucket, true)
		c.add(at, row.IsPartial, "Per person", value(row.Release, "tools_per_person", row.ToolsPerPerson))
		c.add(at, row.IsPartial, "Per person, worth", value(row.Release, "effective_tools_per_person", row.EffectiveToolsPerPerson))
		c.add(at, row.IsPartial, "Organisation, worth", value(row.Release, "effective_tools", row.EffectiveTools))
	}
	colours := []string{"$accent", "$accent", "$soft"}
	line := chart.Line{Title: "How many tools do people juggle?", Bucket: bucketWord(r.Answer.Filter.Grain, true), Format: chart.Decimal,
		Points: c.at, Marks: look.Marks, Open: c.open}
	for i, key := range c.keys {
		line.Series = append(line.Series, chart.Series{Name: key, Colour: colours[i], Dash: i, Values: c.values(key)})
	}
	return r.figure("tool-sprawl", line.Title, "Tools a person wrote in within 28 days; “worth” is the effective number, which counts a tool only as far as it is used", line)
}

// toolsPerPersonTile is the headline of sprawl.
func toolsPerPersonTile(now, over Result[analytics.ToolSprawlRow]) Tile {
	row, _ := now.last()
	tile := Tile{Title: "Tools per person", Definition: now.Faces.Definition}
	tile.Value, tile.Words = tileValue(row.Release, "tools_per_person", row.ToolsPerPerson, chart.Decimal, now.Answer.MinimumGroup, now.Refused)
	tile.Change = changeOf(row.ToolsPerPersonChange, 1, "", MoreIsBad)
	if row.EffectiveToolsPerPerson != nil {
		tile.Beside = "worth " + chart.Digits(*row.EffectiveToolsPerPerson, 2)
	}
	courseOf(&tile, over.Rows, func(row analytics.ToolSprawlRow) (analytics.Bucket, chart.Value) {
		return row.Bucket, value(row.Release, "tools_per_person", row.ToolsPerPerson)
	})
	return tile
}

// effectiveToolsTile is how many equally used tools the organisation's traffic is worth.
func effectiveToolsTile(now, over Result[analytics.ToolSprawlRow]) Tile {
	row, _ := now.last()
	tile := Tile{Title: "Effective number of tools", Definition: now.Faces.Definition}
	tile.Value, tile.Words = tileValue(row.Release, "effective_tools", row.EffectiveTools, chart.Decimal, now.Answer.MinimumGroup, now.Refused)
	tile.Change = changeOf(row.EffectiveToolsChange, 1, "", MoreIsBad)
	if row.Tools != nil {
		tile.Beside = chart.Group(float64(*row.Tools)) + " in use"
	}
	courseOf(&tile, over.Rows, func(row analytics.ToolSprawlRow) (analytics.Bucket, chart.Value) {
		return row.Bucket, value(row.Release, "effective_tools", row.EffectiveTools)
	})
	return tile
}

// manyToolsTile is the share of people who use three tools or more.
func manyToolsTile(now, over Result[analytics.ToolSprawlRow]) Tile {
	row, _ := now.last()
	tile := Tile{Title: "People on three tools or more", Unit: "%", Definition: now.Faces.Definition}
	tile.Value, tile.Words = tileValue(row.Release, "many_tools_ratio", row.ManyToolsRatio, hundredths, now.Answer.MinimumGroup, now.Refused)
	courseOf(&tile, over.Rows, func(row analytics.ToolSprawlRow) (analytics.Bucket, chart.Value) {
		return row.Bucket, value(row.Release, "many_tools_ratio", row.ManyToolsRatio)
	})
	return tile
}

// sprawlGapTile tells silos by group from juggling.
func sprawlGapTile(now, over Result[analytics.ToolSprawlRow]) Tile {
	row, _ := now.last()
	tile := Tile{Title: "Sprawl gap", Definition: now.Faces.Definition}
	tile.Value, tile.Words = tileValue(row.Release, "sprawl_gap", row.SprawlGap, chart.Decimal, now.Answer.MinimumGroup, now.Refused)
	tile.Change = changeOf(row.SprawlGapChange, 1, "", Neither)
	tile.Beside = gapReading(row)
	courseOf(&tile, over.Rows, func(row analytics.ToolSprawlRow) (analytics.Bucket, chart.Value) {
		return row.Bucket, value(row.Release, "sprawl_gap", row.SprawlGap)
	})
	return tile
}

// gapReading says which of the two is larger: what people juggle themselves, or what they differ in.
func gapReading(row analytics.ToolSprawlRow) string {
	switch {
	case row.EntropyWithin == nil || row.EntropyBetween == nil:
		return ""
	case *row.EntropyBetween > *row.EntropyWithin:
		return "mostly groups on different tools"
	}
	return "mostly people juggling"
}

// sprawlSentence says what people juggle and what it is worth.
func sprawlSentence(r Result[analytics.ToolSprawlRow], proof string) (Sentence, bool) {
	row, ok := r.last()
	if !ok || row.ToolsPerPerson == nil {
		return Sentence{}, false
	}
	tools := *row.ToolsPerPerson
	verb, worth := "write in", row.EffectiveToolsPerPerson
	juggle := worth != nil && tools-*worth >= juggled
	if juggle {
		verb = "juggle"
	}
	parts := say(plain("People "+verb+" "), strong(chart.Digits(tools, 3)+" tools"), plain(" each"))
	if tools < single {
		parts = say(plain("Nearly everybody writes in "), strong("one tool"), plain(" only"))
	}
	parts = append(parts, compared(changeOf(row.ToolsPerPersonChange, 1, "", MoreIsBad), before(r.Answer))...)
	if juggle {
		parts = append(parts, plain(", but their traffic is worth only "), strong(chart.Digits(*worth, 2)), plain(": the rest is switching"))
	}
	return Sentence{Parts: append(parts, plain(".")), Proof: proof, Where: "Tool sprawl"}, true
}

// single is the number of tools per person below which nearly everybody uses one.
const single = 1.05

// juggled is by how many tools a person's count must exceed its worth before the rest is called switching.
const juggled = 0.3
