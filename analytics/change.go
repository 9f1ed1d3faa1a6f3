package analytics

import (
	"math"

	"crosstalk/analytics/stat"
)

// change compares two figures by the interval of their difference; nothing where one of them is not known.
func change(now, before float64, interval stat.Interval) Change {
	if math.IsNaN(now) || math.IsNaN(before) {
		return Change{}
	}
	c := Change{Previous: number(before), Change: number(now - before)}
	if !math.IsNaN(interval.Low) && !math.IsNaN(interval.High) {
		c.Low, c.High = number(interval.Low), number(interval.High)
	}
	return c
}

// number is a released figure: nil when there is none, otherwise rounded as every face rounds.
func number(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	r := Round(v)
	return &r
}

func count(v float64) *uint64 {
	n := uint64(math.Round(v))
	return &n
}

// ratio is a/b, unknown when b is 0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return math.NaN()
	}
	return a / b
}

// contributions makes a row of width sums for each of n people.
func contributions(n, width int) [][]float64 {
	flat := make([]float64, n*width)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = flat[i*width : (i+1)*width]
	}
	return rows
}
