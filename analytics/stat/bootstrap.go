package stat

import (
	"math"
	"runtime"
	"slices"
	"sync"
)

// Draws is how often people are drawn again.
const Draws = 999

// Interval holds a figure between two bounds.
type Interval struct{ Low, High float64 }

// Holds reports whether a value lies inside.
func (i Interval) Holds(v float64) bool { return i.Low <= v && v <= i.High }

// Bootstrap draws people again, with replacement, and gives the 95 % percentile interval of every figure. contributions
// has one row per person: what the person adds to each of the sums. figures turns the sums of one draw into figures,
// into out; NaN where a draw has none. The answer does not depend on the order of the people: rows are sorted by what they
// hold first, so whoever they are cannot matter, and the seed is fixed. Intervals are NaN when no draw has a figure.
func Bootstrap(contributions [][]float64, count int, figures func(sums, out []float64)) []Interval {
	if len(contributions) == 0 {
		return unknownIntervals(count)
	}
	rows := slices.Clone(contributions)
	slices.SortFunc(rows, slices.Compare)
	people := pack(rows)
	drawn := make([]float64, Draws*count)
	var wait sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), 8)
	for w := range workers {
		wait.Go(func() {
			one, sums := people.newDraw(), make([]float64, len(rows[0]))
			for d := w; d < Draws; d += workers {
				one.sum(uint64(d), sums)
				figures(sums, drawn[d*count:(d+1)*count])
			}
		})
	}
	wait.Wait()
	return percentiles(drawn, count)
}

func percentiles(drawn []float64, count int) []Interval {
	intervals := make([]Interval, count)
	for f := range intervals {
		values := make([]float64, 0, Draws)
		for d := range Draws {
			if v := drawn[d*count+f]; !math.IsNaN(v) {
				values = append(values, v)
			}
		}
		slices.Sort(values)
		intervals[f] = Interval{QuantileSorted(values, 0.025), QuantileSorted(values, 0.975)}
	}
	return intervals
}

func unknownIntervals(count int) []Interval {
	intervals := make([]Interval, count)
	for i := range intervals {
		intervals[i] = Interval{math.NaN(), math.NaN()}
	}
	return intervals
}
