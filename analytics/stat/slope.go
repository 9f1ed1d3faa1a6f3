package stat

import (
	"math"
	"slices"
)

// Slope is how much y changes per unit of x, with the interval that holds it.
type Slope struct {
	Value    float64
	Interval Interval // ends are infinite when there are too few points for the confidence
}

// TheilSen is the median of the slopes of all pairs of points with different x (Theil 1950): a few wild values do not move
// it. Its interval is Sen's (1968): the slopes at which Kendall's S of the residuals is not too large at a confidence such as 0.9.
// S has its exact distribution, ties in y included, for up to 40 points of different x, and beyond that the normal
// one with the variance of Kendall (1970) for ties in both. Points with a NaN are left out; NaN when no two x differ.
// x and y have the same length. It takes time and space for n²/2 pairs.
func TheilSen(x, y []float64, confidence float64) Slope {
	x, y = known(x, y)
	var slopes []float64
	for i := range x {
		for j := range i {
			if x[i] != x[j] {
				slopes = append(slopes, (y[i]-y[j])/(x[i]-x[j]))
			}
		}
	}
	if len(slopes) == 0 {
		return Slope{math.NaN(), Interval{math.NaN(), math.NaN()}}
	}
	slices.Sort(slopes)
	limit := kendallLimit(tied(x), tied(y), len(x), confidence)
	outside := int(math.Ceil((float64(len(slopes)) - limit) / 2)) // slopes to each side that are too far off
	within := Interval{math.Inf(-1), math.Inf(1)}
	if outside > 0 {
		within = Interval{slopes[outside-1], slopes[len(slopes)-outside]}
	}
	return Slope{QuantileSorted(slopes, 0.5), within}
}

// known gives the points of which both numbers are known.
func known(x, y []float64) (xs, ys []float64) {
	for i := range x {
		if !math.IsNaN(x[i]) && !math.IsNaN(y[i]) {
			xs, ys = append(xs, x[i]), append(ys, y[i])
		}
	}
	return xs, ys
}

// tied gives how often each value is there, ascending by value.
func tied(values []float64) []int {
	var sizes []int
	ordered := slices.Sorted(slices.Values(values))
	for i, v := range ordered {
		if i == 0 || v != ordered[i-1] {
			sizes = append(sizes, 0)
		}
		sizes[len(sizes)-1]++
	}
	return sizes
}

const mostExact = 40 // points for which the distribution of S is counted out

// kendallLimit is the smallest C with P(|S| > C) at most 1-confidence when y knows nothing of x.
func kendallLimit(x, y []int, n int, confidence float64) float64 {
	if len(x) < n || n > mostExact {
		return normalReach(confidence) * math.Sqrt(kendallVariance(x, y, n))
	}
	p := inversions(y)
	most := len(p) - 1 // S is most - 2·inversions
	outside := 0.0
	for i := range (most + 1) / 2 {
		outside += 2 * p[i]
		if outside > 1-confidence+1e-12 {
			return float64(most - 2*i)
		}
	}
	return float64(most % 2)
}

// inversions is the distribution of the number of inversions in a random order of values of which sizes are equal: the
// product of Gaussian binomial coefficients, one for each value put among the smaller ones.
func inversions(sizes []int) []float64 {
	p, before := []float64{1}, 0
	for _, size := range sizes {
		p = convolve(p, mixes(before, size))
		before += size
	}
	return p
}

// mixes is the distribution of how many pairs are turned round when a and b values, equal among themselves, are mixed: Mann
// and Whitney's U. The last value is one of the a, behind all b, or one of the b.
func mixes(a, b int) []float64 {
	rows := make([][]float64, b+1) // for the a so far and each number of b
	for j := range rows {
		rows[j] = []float64{1}
	}
	for i := 1; i <= a; i++ {
		for j := 1; j <= b; j++ {
			next := make([]float64, i*j+1)
			for u, p := range rows[j] {
				next[u+j] += p * float64(i) / float64(i+j) // one of the a comes first: all j of the b are turned round with it
			}
			for u, p := range rows[j-1] {
				next[u] += p * float64(j) / float64(i+j)
			}
			rows[j] = next
		}
	}
	return rows[b]
}

func convolve(a, b []float64) []float64 {
	sum := make([]float64, len(a)+len(b)-1)
	for i, p := range a {
		for j, q := range b {
			sum[i+j] += p * q
		}
	}
	return sum
}

// kendallVariance is the variance of S with ties of the sizes given in x and y.
func kendallVariance(x, y []int, n int) float64 {
	third := func(t float64) float64 { return t * (t - 1) * (2*t + 5) }
	sums := func(sizes []int) (v, pairs, triples float64) {
		for _, size := range sizes {
			t := float64(size)
			v, pairs, triples = v+third(t), pairs+t*(t-1), triples+t*(t-1)*(t-2)
		}
		return v, pairs, triples
	}
	count := float64(n)
	vx, px, tx := sums(x)
	vy, py, ty := sums(y)
	v := (third(count)-vx-vy)/18 + px*py/(2*count*(count-1))
	if n > 2 {
		v += tx * ty / (9 * count * (count - 1) * (count - 2))
	}
	return max(v, 0)
}
