package views

import (
	"cmp"
	"slices"
	"strings"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// overlapMap draws which tools serve the same people, or the same ties.
func overlapMap(r Result[analytics.ToolOverlapRow], of string, look Look) Figure {
	rows := newestOverlap(r, of)
	tools := overlapTools(rows, look)
	names := make([]string, len(tools))
	cells := make([][]chart.Value, len(tools))
	for i, t := range tools {
		names[i] = t.Name
		cells[i] = make([]chart.Value, len(tools))
	}
	place := func(slug string) int {
		return slices.IndexFunc(tools, func(t Tool) bool { return t.Slug == slug })
	}
	for _, row := range rows {
		if row.ToolA != row.ToolB {
			cells[place(row.ToolA)][place(row.ToolB)] = value(row.Release, "containment_ratio", row.ContainmentRatio)
		}
	}
	thing := map[string]string{analytics.OverlapOfTies: "ties", analytics.OverlapOfPeople: "people"}[of]
	heat := chart.Heatmap{Title: "Overlap of " + thing, RowTitle: "Tool", Rows: names, Heads: names, Cells: cells}
	figure := r.figure("tool-overlap-"+of, heat.Title, "Per cent of the row's "+thing+" that are also on the column's tool", heat)
	if len(tools) > 4 {
		figure.Size = "tall"
	}
	figure.Few = fewerThan(r.Answer.MinimumGroup) + " people on a side, or pairs"
	if len(tools) < 2 {
		figure.Model = chart.Heatmap{}
		figure.Nothing = cmp.Or(r.Refused, "An overlap needs two tools with traffic in these 28 days.")
	}
	return figure
}

// newestOverlap are the rows of the last bucket.
func newestOverlap(r Result[analytics.ToolOverlapRow], of string) []analytics.ToolOverlapRow {
	last, ok := r.last()
	if !ok {
		return nil
	}
	var rows []analytics.ToolOverlapRow
	for _, row := range r.Rows {
		if row.Of == of && row.ToOn.Equal(last.ToOn) {
			rows = append(rows, row)
		}
	}
	return rows
}

// overlapTools are the tools of the rows in the order of the register.
func overlapTools(rows []analytics.ToolOverlapRow, look Look) []Tool {
	var tools []Tool
	for _, row := range rows {
		for _, slug := range []string{row.ToolA, row.ToolB} {
			if !slices.ContainsFunc(tools, func(t Tool) bool { return t.Slug == slug }) {
				tools = append(tools, look.Tool(slug))
			}
		}
	}
	slices.SortFunc(tools, func(a, b Tool) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), strings.Compare(a.Slug, b.Slug))
	})
	return tools
}

// overlapOf is the containment of one tool in another.
func overlapOf(rows []analytics.ToolOverlapRow, a, b string) *float64 {
	for _, row := range rows {
		if row.ToolA == a && row.ToolB == b {
			return row.ContainmentRatio
		}
	}
	return nil
}

// mostContained is the tool in which most of a tool's ties or people are too. Hidden reports that there are rows, and
// that none of them may be shown.
func mostContained(rows []analytics.ToolOverlapRow, tool string) (best analytics.ToolOverlapRow, ok, hidden bool) {
	for _, row := range rows {
		if row.ToolA != tool || row.ToolB == tool {
			continue
		}
		if row.ContainmentRatio == nil {
			hidden = hidden || row.IsHidden("containment_ratio")
			continue
		}
		if !ok || *row.ContainmentRatio > *best.ContainmentRatio {
			best, ok = row, true
		}
	}
	return best, ok, hidden && !ok
}

// strongest is the row with the highest containment, leaving out pairs already told of.
func strongest(rows []analytics.ToolOverlapRow, told func(a, b string) bool) (best analytics.ToolOverlapRow, ok bool) {
	for _, row := range rows {
		if row.ContainmentRatio == nil || row.ToolA == row.ToolB || told(row.ToolA, row.ToolB) {
			continue
		}
		if !ok || *row.ContainmentRatio > *best.ContainmentRatio {
			best, ok = row, true
		}
	}
	return best, ok
}

// samePairs is the share of ties from which two tools are said to serve the same pairs.
const samePairs = 0.5

// overlapSentence tells of the two tools that overlap most in ties, beside their overlap in people.
func overlapSentence(r Result[analytics.ToolOverlapRow], look Look, proof string) (Sentence, bool) {
	ties := newestOverlap(r, analytics.OverlapOfTies)
	row, ok := strongest(ties, func(string, string) bool { return false })
	if !ok {
		return Sentence{}, false
	}
	a, b := look.Tool(row.ToolA).Name, look.Tool(row.ToolB).Name
	share := *row.ContainmentRatio
	var parts []Part
	if share >= samePairs {
		parts = say(plain(b+" and "+a+" serve the same pairs: "), strong(percent(share)), plain(" of "+a+"'s ties also run on "+b))
	} else {
		parts = say(plain("No two tools serve the same pairs: at most "), strong(percent(share)), plain(" of one tool's ties ("+a+"'s) also run on another ("+b+")"))
	}
	if people := overlapOf(newestOverlap(r, analytics.OverlapOfPeople), row.ToolA, row.ToolB); people != nil {
		parts = append(parts, plain(", and "+percent(*people)+" of its people are there too"))
	}
	return Sentence{Parts: append(parts, plain(".")), Proof: proof, Where: "Silos"}, true
}

// overlapTile is the highest overlap of ties.
func overlapTile(now Result[analytics.ToolOverlapRow], look Look) Tile {
	tile := Tile{Title: "Highest overlap of ties", Unit: "%", Definition: now.Faces.Definition}
	rows := newestOverlap(now, analytics.OverlapOfTies)
	row, ok := strongest(rows, func(string, string) bool { return false })
	switch {
	case ok:
		tile.Value = chart.Digits(*row.ContainmentRatio*100, 2)
		tile.Beside = look.Tool(row.ToolA).Name + " in " + look.Tool(row.ToolB).Name
	case now.Refused != "":
		tile.Words = "not shown for this choice"
	case len(rows) > 0:
		tile.Words = "too few pairs to show"
	default:
		tile.Words = "needs two tools"
	}
	return tile
}

// siloSentences say where tools serve the same pairs, and where people overlap and their ties do not.
func siloSentences(r Result[analytics.ToolOverlapRow], look Look) []Sentence {
	ties, people := newestOverlap(r, analytics.OverlapOfTies), newestOverlap(r, analytics.OverlapOfPeople)
	var said []Sentence
	if first, ok := overlapSentence(r, look, ""); ok {
		said = append(said, first)
	}
	if row, gap, ok := widestGap(ties, people); ok && gap >= wideGap {
		a, b := look.Tool(row.ToolA).Name, look.Tool(row.ToolB).Name
		said = append(said, Sentence{Parts: say(plain("The same people, other conversations: "), strong(percent(*row.ContainmentRatio)),
			plain(" of the people on "+a+" are also on "+b+", but only "), strong(percent(*row.ContainmentRatio-gap)),
			plain(" of their ties on "+a+" run there too."))})
	}
	if row, ok := loneliest(ties); ok {
		a, b := look.Tool(row.ToolA).Name, look.Tool(row.ToolB).Name
		said = append(said, Sentence{Parts: say(plain(a+" stands most apart: no other tool carries more than "), strong(percent(*row.ContainmentRatio)),
			plain(" of its ties (that one is "+b+")."))})
	}
	return said
}

// wideGap is by how much people must overlap more than ties before it is worth a sentence.
const wideGap = 0.2

// widestGap is the pair of tools whose people overlap most beyond their ties.
func widestGap(ties, people []analytics.ToolOverlapRow) (row analytics.ToolOverlapRow, gap float64, ok bool) {
	for _, p := range people {
		t := overlapOf(ties, p.ToolA, p.ToolB)
		if t == nil || p.ContainmentRatio == nil || p.ToolA == p.ToolB {
			continue
		}
		if d := *p.ContainmentRatio - *t; !ok || d > gap {
			row, gap, ok = p, d, true
		}
	}
	return row, gap, ok
}

// apart is by how much the lowest of the tools' best overlaps must lie under the next to be worth a sentence.
const apart = 0.1

// loneliest is, of every tool's best overlap, the lowest; it needs three tools to mean something.
func loneliest(ties []analytics.ToolOverlapRow) (lowest analytics.ToolOverlapRow, ok bool) {
	var best []analytics.ToolOverlapRow
	for _, row := range ties {
		if slices.ContainsFunc(best, func(b analytics.ToolOverlapRow) bool { return b.ToolA == row.ToolA }) {
			continue
		}
		if top, has, _ := mostContained(ties, row.ToolA); has {
			best = append(best, top)
		}
	}
	slices.SortFunc(best, func(a, b analytics.ToolOverlapRow) int {
		return cmp.Or(cmp.Compare(*a.ContainmentRatio, *b.ContainmentRatio), cmp.Compare(a.ToolA, b.ToolA))
	})
	if len(best) < 3 || *best[1].ContainmentRatio-*best[0].ContainmentRatio < apart {
		return lowest, false
	}
	return best[0], true
}
