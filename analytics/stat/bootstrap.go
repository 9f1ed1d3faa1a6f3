package stat

import (
	"math"
	"math/rand/v2"
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
	width := len(contributions[0])
	flat := flatten(contributions, width)
	drawn := make([]float64, Draws*count)
	var wait sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), 8)
	for w := range workers {
		wait.Go(func() {
			sums := make([]float64, width)
			for d := w; d < Draws; d += workers {
				draw(flat, len(contributions), sums, uint64(d))
				figures(sums, drawn[d*count:(d+1)*count])
			}
		})
	}
	wait.Wait()
	return percentiles(drawn, count)
}

// flatten lays the rows one behind the other, ascending by what they hold.
func flatten(rows [][]float64, width int) []float64 {
	ordered := slices.Clone(rows)
	slices.SortFunc(ordered, slices.Compare)
	flat := make([]float64, 0, len(rows)*width)
	for _, row := range ordered {
		flat = append(flat, row...)
	}
	return flat
}

// draw sums n rows picked at random. Every draw has a random stream of its own, so that draws can be made side by side.
func draw(flat []float64, n int, sums []float64, number uint64) {
	clear(sums)
	random := rand.NewPCG(0x6372_6f73_7374_616c, number)
	width := len(sums)
	for range n {
		// The multiplication maps 32 random bits on 0..n-1; the bias is below n/2^32.
		i := int((random.Uint64() >> 32) * uint64(n) >> 32)
		for j, v := range flat[i*width : (i+1)*width] {
			sums[j] += v
		}
	}
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
