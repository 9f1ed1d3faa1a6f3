package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// Frequency is the page about how much people exchange.
type Frequency struct {
	Look         Look
	Now          Result[analytics.TieFrequencyRow]
	Over         Result[analytics.TieFrequencyRow]
	Activity     Result[analytics.ToolActivityRow]
	ActivityOver Result[analytics.ToolActivityRow]
}

// Title answers whether people exchange more than before.
func (f Frequency) Title() string {
	row, ok := f.Now.last()
	if !ok || row.TiesPerPerson == nil {
		return "How much do people exchange?"
	}
	c := changeOf(row.TiesChange, 1, "", MoreIsGood)
	switch {
	case !c.Known:
		return "A person keeps " + chart.Digits(*row.TiesPerPerson, 3) + " two-way ties a week"
	case c.NoChange():
		return "People exchange as much as before"
	case c.By > 0:
		return "People exchange more than before"
	}
	return "People exchange less than before"
}

// Lede says what is counted.
func (f Frequency) Lede() string {
	return "A two-way tie is a pair in which both wrote to each other within a week. Ties are harder to inflate than messages, " +
		"which is why they are the measure of change."
}

// Sentences say what moved.
func (f Frequency) Sentences() []Sentence {
	var said []Sentence
	if s, ok := frequencySentence(f.Now, ""); ok {
		said = append(said, s)
	}
	if s, ok := turnsSentence(f.Now, ""); ok {
		said = append(said, s)
	}
	return said
}

// Tiles are the headline numbers.
func (f Frequency) Tiles() []Tile {
	return []Tile{tiesTile(f.Now, f.Over), turnsTile(f.Now, f.Over), activePeopleTile(f.Activity, f.ActivityOver)}
}
