package views

import "crosstalk/analytics"

// Silos is the page about whether tools serve the same people.
type Silos struct {
	Look    Look
	Overlap Result[analytics.ToolOverlapRow]
}

// Title answers whether any two tools serve the same pairs.
func (s Silos) Title() string {
	row, ok := strongest(newestOverlap(s.Overlap, analytics.OverlapOfTies), func(string, string) bool { return false })
	switch {
	case !ok:
		return "Do our tools serve the same people?"
	case *row.ContainmentRatio >= samePairs:
		return s.Look.Tool(row.ToolA).Name + " mostly repeats who already talks on " + s.Look.Tool(row.ToolB).Name
	}
	return "Each tool serves pairs of its own"
}

// Lede says how to read the heat map.
func (s Silos) Lede() string {
	return "Two people have a tie when they interacted at least twice within 28 days. Read a row: of the ties on that tool, the share " +
		"that also runs on the tool in the column. People overlap more than ties do: that difference is the silo."
}

// Sentences say what stands out.
func (s Silos) Sentences() []Sentence { return siloSentences(s.Overlap, s.Look) }

// Ties and People are the two faces of the heat map.
func (s Silos) Ties() Figure { return overlapMap(s.Overlap, analytics.OverlapOfTies, s.Look) }

// People is the overlap of people; see Ties.
func (s Silos) People() Figure { return overlapMap(s.Overlap, analytics.OverlapOfPeople, s.Look) }
