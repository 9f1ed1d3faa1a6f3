package stat

import (
	"math"
	"slices"
)

// Summary is the shape of a distribution without any of its members: ten percent of the values lie below P10, and so on (type 7, see
// Quantile). All but Count are NaN of nothing.
type Summary struct {
	Count                            int
	Mean, P10, P25, Median, P75, P90 float64
	Gini                             float64
}

// Summarise describes values in any order. A NaN is left out.
func Summarise(values []float64) Summary {
	ascending := make([]float64, 0, len(values))
	for _, v := range values {
		if !math.IsNaN(v) {
			ascending = append(ascending, v)
		}
	}
	slices.Sort(ascending)
	q := func(share float64) float64 { return QuantileSorted(ascending, share) }
	return Summary{len(ascending), Mean(ascending), q(.1), q(.25), q(.5), q(.75), q(.9), Gini(ascending)}
}

// Gini is the Gini coefficient of amounts that are not negative: half the mean difference of all pairs, by the mean. 0 when all
// are equal, (n-1)/n when one has everything. NaN of nothing, and when there is nothing to share.
func Gini(amounts []float64) float64 {
	ascending := slices.Sorted(slices.Values(amounts))
	n, weighted := float64(len(ascending)), 0.0
	for i, a := range ascending {
		weighted += (2*float64(i+1) - n - 1) * a
	}
	total := Sum(ascending)
	if !(total > 0) {
		return math.NaN()
	}
	return max(weighted/(n*total), 0)
}

// Cosine is how alike two profiles are in what they are made of, whatever their size: the cosine of the angle between them, 0 to 1
// for amounts. NaN when one of them is all zero or when they are not of the same length.
func Cosine(a, b []float64) float64 {
	if len(a) != len(b) {
		return math.NaN()
	}
	both, squaresA, squaresB := 0.0, 0.0, 0.0
	for i := range a {
		both, squaresA, squaresB = both+a[i]*b[i], squaresA+a[i]*a[i], squaresB+b[i]*b[i]
	}
	if squaresA == 0 || squaresB == 0 {
		return math.NaN()
	}
	return min(max(both/math.Sqrt(squaresA)/math.Sqrt(squaresB), -1), 1)
}

// EntropySplit is how diverse a whole is, in nats, parted exactly into diversity inside its groups and between them: Total =
// Within + Between (Shannon 1948; Theil 1972). Groups weigh as their share of the amounts.
type EntropySplit struct{ Total, Within, Between float64 }

// SplitEntropy parts the entropy of the sums over all groups; each group has an amount for every kind, as many as the others. Between
// is 0 when all groups have the same shares, and all there is when each keeps to a kind of its own. Zeros of nothing.
func SplitEntropy(groups [][]float64) EntropySplit {
	var sums []float64
	total, within := 0.0, 0.0
	for _, amounts := range groups {
		for len(sums) < len(amounts) {
			sums = append(sums, 0)
		}
		for i, a := range amounts {
			sums[i] += a
		}
		weight := Sum(amounts)
		total += weight
		within += weight * Entropy(amounts)
	}
	if !(total > 0) {
		return EntropySplit{}
	}
	whole := Entropy(sums)
	within = min(within/total, whole) // rounding apart it is never more
	return EntropySplit{whole, within, whole - within}
}

// BusiestSpan is where on a circle of counts, the hours of a day, a span of a width holds most: where it starts and which share it
// holds. Of spans that hold the same, the one in the middle of the first run of them. The share is NaN when there is nothing or the width does not fit.
func BusiestSpan(counts []float64, width int) (start int, share float64) {
	n, total := len(counts), Sum(counts)
	if width <= 0 || width > n || !(total > 0) {
		return 0, math.NaN()
	}
	sums := make([]float64, n)
	for i := range sums {
		for j := range width {
			sums[i] += counts[(i+j)%n]
		}
	}
	most := slices.Max(sums)
	isMost := func(i int) bool { return sums[(i+n)%n] >= most-1e-9*total }
	first := 0
	for first < n && !(isMost(first) && !isMost(first-1)) {
		first++
	}
	if first == n { // all alike
		return 0, most / total
	}
	last := first
	for isMost(last + 1) {
		last++
	}
	return (first + last) / 2 % n, most / total
}
