package views

import (
	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// tiesLine draws how many two-way ties a person keeps.
func tiesLine(r Result[analytics.TieFrequencyRow], look Look) Figure {
	return frequencyLine(r, look, "ties-per-person", "How many colleagues is a person in exchange with?",
		"Two-way ties of a person within a week: both wrote to each other", func(row analytics.TieFrequencyRow) chart.Value {
			return value(row.Release, "ties_per_person", row.TiesPerPerson)
		})
}

// turnsLine draws how often people take a turn.
func turnsLine(r Result[analytics.TieFrequencyRow], look Look) Figure {
	return frequencyLine(r, look, "turns-per-person", "How often does a person take a turn?",
		"Turns of an active person within a week; messages in a row count as one turn", func(row analytics.TieFrequencyRow) chart.Value {
			return value(row.Release, "turns_per_person", row.TurnsPerPerson)
		})
}

func frequencyLine(r Result[analytics.TieFrequencyRow], look Look, id, title, sub string, read func(analytics.TieFrequencyRow) chart.Value) Figure {
	c := newCourse()
	for _, row := range r.Rows {
		c.add(when(row.Bucket, false), row.IsPartial, title, read(row))
	}
	line := chart.Line{Title: title, Bucket: bucketWord(r.Answer.Filter.Grain, false), Format: chart.Decimal, Points: c.at, Marks: look.Marks, Open: c.open}
	for _, key := range c.keys {
		line.Series = append(line.Series, chart.Series{Name: "per person", Colour: "$accent", Values: c.values(key)})
	}
	return r.figure(id, title, sub, line)
}

// tiesTile is the main outcome: weekly two-way ties per person.
func tiesTile(now, over Result[analytics.TieFrequencyRow]) Tile {
	row, _ := now.last()
	tile := Tile{Title: "Two-way ties per person, weekly", Definition: now.Faces.Definition}
	tile.Value, tile.Words = tileValue(row.Release, "ties_per_person", row.TiesPerPerson, chart.Decimal, now.Answer.MinimumGroup, now.Refused)
	tile.Change = changeOf(row.TiesChange, 1, "", MoreIsGood)
	courseOf(&tile, over.Rows, func(row analytics.TieFrequencyRow) (analytics.Bucket, chart.Value) {
		return row.Bucket, value(row.Release, "ties_per_person", row.TiesPerPerson)
	})
	return tile
}

// turnsTile is how much people write, counted so that splitting messages does not help.
func turnsTile(now, over Result[analytics.TieFrequencyRow]) Tile {
	row, _ := now.last()
	tile := Tile{Title: "Turns per person, weekly", Definition: now.Faces.Definition}
	tile.Value, tile.Words = tileValue(row.Release, "turns_per_person", row.TurnsPerPerson, chart.Decimal, now.Answer.MinimumGroup, now.Refused)
	tile.Change = changeOf(row.TurnsChange, 1, "", Neither)
	courseOf(&tile, over.Rows, func(row analytics.TieFrequencyRow) (analytics.Bucket, chart.Value) {
		return row.Bucket, value(row.Release, "turns_per_person", row.TurnsPerPerson)
	})
	return tile
}

// frequencySentence says how many ties people keep, and whether that moved.
func frequencySentence(r Result[analytics.TieFrequencyRow], proof string) (Sentence, bool) {
	row, ok := r.last()
	if !ok || row.TiesPerPerson == nil {
		return Sentence{}, false
	}
	parts := say(plain("In a week a person exchanges messages both ways with "), strong(chart.Digits(*row.TiesPerPerson, 3)+" colleagues"))
	parts = append(parts, compared(changeOf(row.TiesChange, 1, "", MoreIsGood), before(r.Answer))...)
	return Sentence{Parts: append(parts, plain(".")), Proof: proof, Where: "Frequency"}, true
}

// turnsSentence says how much people write, and whether that moved.
func turnsSentence(r Result[analytics.TieFrequencyRow], proof string) (Sentence, bool) {
	row, ok := r.last()
	if !ok || row.TurnsPerPerson == nil {
		return Sentence{}, false
	}
	parts := say(plain("An active person takes "), strong(chart.Digits(*row.TurnsPerPerson, 3)+" turns"), plain(" a week"))
	parts = append(parts, compared(changeOf(row.TurnsChange, 1, "", Neither), before(r.Answer))...)
	return Sentence{Parts: append(parts, plain(".")), Proof: proof, Where: "Frequency"}, true
}
