package views

import (
	"cmp"
	"slices"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// shareStack draws which tool carries how much over time.
func shareStack(r Result[analytics.ToolShareRow], look Look) Figure {
	c := newCourse()
	for _, row := range r.Rows {
		if row.Tool != analytics.AllTools {
			c.add(when(row.Bucket, false), row.IsPartial, row.Tool, value(row.Release, "share_ratio", row.ShareRatio))
		}
	}
	grain := r.Answer.Filter.Grain
	stack := chart.Share{Title: "Where do messages go?", Bucket: bucketWord(grain, false), Points: c.at,
		Series: c.ofTools(look), Marks: look.Marks, Open: c.open}
	return r.figure("tool-share", stack.Title, "Share of messages in each "+spanWord(grain)+", by tool", stack)
}

func spanWord(grain analytics.Grain) string {
	switch grain {
	case analytics.Hour, analytics.Day, analytics.Month:
		return string(grain)
	case analytics.Whole:
		return "period"
	}
	return "week"
}

// total is the row over all the tools asked for.
func total(r Result[analytics.ToolShareRow]) (row analytics.ToolShareRow, ok bool) {
	for _, row := range r.Rows {
		if row.Tool == analytics.AllTools {
			return row, true
		}
	}
	return row, false
}

// shareByTool are the rows of single tools, largest first.
func shareByTool(r Result[analytics.ToolShareRow]) []analytics.ToolShareRow {
	rows := slices.DeleteFunc(slices.Clone(r.Rows), func(row analytics.ToolShareRow) bool { return row.Tool == analytics.AllTools })
	size := func(row analytics.ToolShareRow) float64 {
		if row.ShareRatio == nil {
			return -1
		}
		return *row.ShareRatio
	}
	slices.SortStableFunc(rows, func(a, b analytics.ToolShareRow) int { return cmp.Compare(size(b), size(a)) })
	return rows
}

// unsanctionedTile is the share of traffic on tools that nobody approved.
func unsanctionedTile(now, over Result[analytics.ToolShareRow], any bool) Tile {
	row, _ := total(now)
	tile := Tile{Title: "Traffic on unsanctioned tools", Unit: "%", Definition: now.Faces.Definition}
	if !any {
		tile.Words = "no such tool known"
		return tile
	}
	tile.Value, tile.Words = tileValue(row.Release, "share_ratio", row.ShareRatio, hundredths, now.Answer.MinimumGroup, now.Refused)
	tile.Change = changeOf(row.Change, 100, "points", MoreIsBad)
	var totals []analytics.ToolShareRow
	for _, row := range over.Rows {
		if row.Tool == analytics.AllTools {
			totals = append(totals, row)
		}
	}
	courseOf(&tile, totals, func(row analytics.ToolShareRow) (analytics.Bucket, chart.Value) {
		return row.Bucket, value(row.Release, "share_ratio", row.ShareRatio)
	})
	return tile
}

// worthSaying is the share of messages from which unsanctioned tools get a sentence.
const worthSaying = 0.005

// unsanctionedSentence says how much runs where nobody approved, and which tool is most of it.
func unsanctionedSentence(r Result[analytics.ToolShareRow], look Look, proof string) (Sentence, bool) {
	row, ok := total(r)
	if !ok || row.ShareRatio == nil || *row.ShareRatio < worthSaying {
		return Sentence{}, false
	}
	parts := say(strong(percent(*row.ShareRatio)), plain(" of messages run on tools that nobody approved"))
	parts = append(parts, compared(changeOf(row.Change, 100, "points", MoreIsBad), before(r.Answer))...)
	parts = append(parts, plain("."))
	if tools := shareByTool(r); len(tools) > 1 && tools[0].ShareRatio != nil {
		parts = append(parts, plain(" "+look.Tool(tools[0].Tool).Name+" is "+percent(*tools[0].ShareRatio / *row.ShareRatio)+" of it."))
	} else if len(tools) == 1 {
		parts = append(parts, plain(" All of it is "+look.Tool(tools[0].Tool).Name+"."))
	}
	return Sentence{Parts: parts, Proof: proof, Where: "Tool sprawl"}, true
}

// shiftSentence says which tool gained most and which lost most, of those whose change is sure.
func shiftSentence(r Result[analytics.ToolShareRow], look Look, proof string) (Sentence, bool) {
	var gained, lost *analytics.ToolShareRow
	tools := shareByTool(r)
	for i := range tools {
		row := &tools[i]
		if !row.Change.IsKnown() || row.Change.IsNone() {
			continue
		}
		if *row.Change.Change > 0 && (gained == nil || *row.Change.Change > *gained.Change.Change) {
			gained = row
		}
		if *row.Change.Change < 0 && (lost == nil || *row.Change.Change < *lost.Change.Change) {
			lost = row
		}
	}
	var parts []Part
	switch {
	case gained != nil && lost != nil:
		parts = append(shifted(*gained, look, "gained"), plain(" of traffic, "))
		parts = append(append(parts, shifted(*lost, look, "lost")...), plain(", against "+before(r.Answer)+"."))
	case gained != nil:
		parts = append(shifted(*gained, look, "gained"), plain(" of traffic against "+before(r.Answer)+"; no other tool lost for sure."))
	case lost != nil:
		parts = append(shifted(*lost, look, "lost"), plain(" of traffic against "+before(r.Answer)+"; no other tool gained for sure."))
	default:
		return steadySentence(r, tools, look, proof)
	}
	return Sentence{Parts: parts, Proof: proof, Where: "Tool sprawl"}, true
}

func shifted(row analytics.ToolShareRow, look Look, verb string) []Part {
	c := changeOf(row.Change, 100, "points", Neither)
	return say(plain(look.Tool(row.Tool).Name+" "+verb+" "), strong(c.amount()), plain(" "+c.between()))
}

// steadySentence names the largest tool when no change is sure.
func steadySentence(r Result[analytics.ToolShareRow], tools []analytics.ToolShareRow, look Look, proof string) (Sentence, bool) {
	if len(tools) == 0 || tools[0].ShareRatio == nil {
		return Sentence{}, false
	}
	first := tools[0]
	parts := say(plain(look.Tool(first.Tool).Name+" carries "), strong(percent(*first.ShareRatio)), plain(" of messages"))
	parts = append(parts, compared(changeOf(first.Change, 100, "points", Neither), before(r.Answer))...)
	return Sentence{Parts: append(parts, plain(".")), Proof: proof, Where: "Tool sprawl"}, true
}
