package analytics

import (
	"slices"

	"crosstalk/analytics/stat"
)

// ratioChanges compares ratios of sums with the same of the earlier period, by resampling so many people. parts gives what people add to the
// numerator and to the denominator of a ratio, in one of the two windows.
func ratioChanges(people, ratios int, parts func(n, window int) (numerator, denominator part)) []Change {
	rows, sums := contributions(people, 4*ratios), make([]float64, 4*ratios)
	for n := range ratios {
		for window := range 2 {
			numerator, denominator := parts(n, window)
			for side, p := range []part{numerator, denominator} {
				column := 4*n + 2*window + side
				for i, person := range p.people {
					rows[person][column] = p.amounts[i]
				}
				sums[column] = p.sum()
			}
		}
	}
	figures := func(sums []float64, n int) (now, before float64) {
		return ratio(sums[4*n], sums[4*n+1]), ratio(sums[4*n+2], sums[4*n+3])
	}
	intervals := stat.Bootstrap(withAny(rows), ratios, func(sums, out []float64) {
		for n := range out {
			now, before := figures(sums, n)
			out[n] = now - before
		}
	})
	changes := make([]Change, ratios)
	for n := range changes {
		now, before := figures(sums, n)
		changes[n] = change(now, before, intervals[n])
	}
	return changes
}

// withAny leaves the people of whom there is anything, so that those without do not count among those drawn.
func withAny(people [][]float64) [][]float64 {
	return slices.DeleteFunc(people, func(row []float64) bool {
		return !slices.ContainsFunc(row, func(v float64) bool { return v != 0 })
	})
}

// heads counts the people of a part, each once.
func (p part) heads() part {
	one := part{people: p.people, amounts: make([]float64, len(p.people)), outsiders: p.outsiders}
	for i := range one.amounts {
		one.amounts[i] = 1
	}
	return one
}
