package views

import (
	"math"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// Tile is one headline number.
type Tile struct {
	Title      string
	Value      string // empty: there is none, and Words say why
	Unit       string
	Words      string
	Change     Change
	Beside     string // a second number, in words: "effective 2.1"
	Spark      chart.Spark
	Since      string // the first day the spark shows
	Until      string
	Definition string
}

// unit stands after the number, parted by a thin space.
func (t Tile) unit() string {
	if t.Unit == "" {
		return ""
	}
	return thinSpace + t.Unit
}

// Direction says whether more is good, bad, or neither.
type Direction int

// Directions.
const (
	MoreIsBad  Direction = -1
	Neither    Direction = 0
	MoreIsGood Direction = 1
)

// Change is how a number moved since the period before, with its interval.
type Change struct {
	Known         bool
	By, Low, High float64 // already in the unit shown: per cent points, not ratios
	Unit          string  // "points"; empty when the number has none
	More          Direction
}

// NoChange reports that the interval holds zero, so that the difference may be chance.
func (c Change) NoChange() bool { return c.Low <= 0 && c.High >= 0 }

func (c Change) class() string {
	switch {
	case c.NoChange() || c.More == Neither:
		return "flat"
	case (c.By > 0) == (c.More == MoreIsGood):
		return "up"
	}
	return "down"
}

func (c Change) arrow() string {
	switch {
	case c.NoChange():
		return "►"
	case c.By > 0:
		return "▲"
	}
	return "▼"
}

// word is the arrow for those who cannot see it.
func (c Change) word() string {
	switch {
	case c.NoChange():
		return ""
	case c.By > 0:
		return "up"
	}
	return "down"
}

func (c Change) amount() string {
	if c.NoChange() {
		return "no change"
	}
	return withUnit(brief(math.Abs(c.By)), c.Unit)
}

// between are the bounds: bare sizes when the direction is sure, signed when it is not.
func (c Change) between() string {
	if c.NoChange() {
		return "(" + signed(c.Low) + " to " + withUnit(signed(c.High), c.Unit) + ")"
	}
	low, high := math.Abs(c.Low), math.Abs(c.High)
	if low > high {
		low, high = high, low
	}
	return "(" + brief(low) + " to " + brief(high) + ")"
}

// brief writes a change with two significant digits, of which none beyond the hundredths unless there is no other.
func brief(n float64) string {
	if math.Abs(n) >= 0.01 && math.Abs(n) < 0.1 {
		return chart.Digits(n, 1)
	}
	return chart.Digits(n, 2)
}

func signed(n float64) string {
	if n > 0 {
		return "+" + brief(n)
	}
	return brief(n)
}

func withUnit(number, unit string) string {
	if unit == "" {
		return number
	}
	return number + thinSpace + unit
}

// hundredths shows a ratio as a bare number of per cent; the tile has the unit.
const hundredths chart.Format = "hundredths"

// tileValue is a tile's number, or the words for having none.
func tileValue[N number](r analytics.Release, column string, n *N, format chart.Format, minimum int, refused string) (text, words string) {
	switch {
	case n != nil && format == hundredths:
		return chart.Digits(float64(*n)*100, 2), ""
	case n != nil:
		return format.Text(float64(*n)), ""
	case r.IsHidden(column):
		return "", fewerThan(minimum) + " people"
	case refused != "":
		return "", "not shown for this choice"
	}
	return "", "not known"
}

// courseOf draws the rows of a series as a spark.
func courseOf[R any](t *Tile, rows []R, read func(R) (analytics.Bucket, chart.Value)) {
	var values []chart.Value
	for i, row := range rows {
		bucket, v := read(row)
		if i == 0 {
			t.Since = chart.Day(bucket.ToOn.AddDate(0, 0, -1))
		}
		t.Until = chart.Day(bucket.ToOn.AddDate(0, 0, -1))
		values = append(values, v)
	}
	t.Spark = chart.Spark{Values: values}
}
