package stat

import "math"

// Trials is how often something was tried and how often it came about: openings and answers.
type Trials struct {
	Hits, Of uint64 // Hits is at most Of
}

// Beta is the distribution of a chance: as if A hits and B misses had been seen before. Both are positive.
type Beta struct{ A, B float64 }

// Mean is the expected chance, A/(A+B).
func (b Beta) Mean() float64 { return b.A / (b.A + b.B) }

// SD is the standard deviation of the chance.
func (b Beta) SD() float64 {
	n := b.A + b.B
	return math.Sqrt(b.A * b.B / (n * n * (n + 1)))
}

// Posterior is what is known of the chance after trials. Its mean is (A+hits)/(A+B+trials).
func (b Beta) Posterior(t Trials) Beta {
	return Beta{b.A + float64(t.Hits), b.B + float64(t.Of-min(t.Hits, t.Of))}
}

// What a fitted prior may weigh, in trials: at least as the uniform distribution, and so little that a person with
// many thousand trials speaks for themselves.
const (
	lightestPrior = 2
	heaviestPrior = 1000
)

// FitBeta gives the distribution that the chances of many are drawn from, one Trials for each (empirical Bayes). It maximises
// the beta-binomial likelihood times the weak prior of Gelman et al., Bayesian Data Analysis, 5.3: (A+B)^(-5/2) over A and B, looked at
// in log(A/B) and log(A+B). That prior keeps the answer finite when there are few, when all are alike and when every trial hits. A+B is
// from 2 to 1,000. Of nothing it is the uniform Beta(1, 1); hits beyond their trials are cut. The order does not matter.
func FitBeta(groups []Trials) Beta {
	l := newBetaLikelihood(groups)
	const steps = 48
	from, to := math.Log(lightestPrior), math.Log(heaviestPrior)
	width := (to - from) / steps
	best, at := math.Inf(-1), from
	for i := range steps + 1 { // there may be more than one peak
		x := from + float64(i)*width
		if v := l.best(math.Exp(x)); v > best {
			best, at = v, x
		}
	}
	x := golden(max(from, at-width), min(to, at+width), func(x float64) float64 { return l.best(math.Exp(x)) })
	weight := math.Exp(x)
	mean := l.mean(weight)
	return Beta{weight * mean, weight * (1 - mean)}
}

// betaLikelihood is the likelihood of all groups as three lists: hits[i] groups had more than i hits, and so on. The rising factorials of
// which it is made are products over them.
type betaLikelihood struct{ hits, misses, trials []float64 }

func newBetaLikelihood(groups []Trials) betaLikelihood {
	var l betaLikelihood
	for _, g := range groups {
		hits := min(g.Hits, g.Of)
		l.hits = countAt(l.hits, hits)
		l.misses = countAt(l.misses, g.Of-hits)
		l.trials = countAt(l.trials, g.Of)
	}
	for _, list := range [][]float64{l.hits, l.misses, l.trials} {
		for i := len(list) - 2; i >= 0; i-- {
			list[i] += list[i+1]
		}
	}
	return l
}

// countAt counts a group with n of something, at n-1; a group with none has no factor.
func countAt(list []float64, n uint64) []float64 {
	if n == 0 {
		return list
	}
	for uint64(len(list)) < n {
		list = append(list, 0)
	}
	list[n-1]++
	return list
}

// best is the logarithm of what is maximised, for a weight of the prior and the mean that fits it best.
func (l betaLikelihood) best(weight float64) float64 {
	mean := l.mean(weight)
	a, b := weight*mean, weight*(1-mean)
	log := math.Log(a) + math.Log(b) - 2.5*math.Log(weight)
	for i, n := range l.hits {
		log += n * math.Log(a+float64(i))
	}
	for i, n := range l.misses {
		log += n * math.Log(b+float64(i))
	}
	for i, n := range l.trials {
		log -= n * math.Log(weight+float64(i))
	}
	return log
}

// mean is the mean that fits best to a weight: where the slope, which falls all the way from 0 to 1, is zero.
func (l betaLikelihood) mean(weight float64) float64 {
	low, high := 0.0, 1.0
	for range 60 {
		m := (low + high) / 2
		slope := 1/m - 1/(1-m)
		for i, n := range l.hits {
			slope += n * weight / (weight*m + float64(i))
		}
		for i, n := range l.misses {
			slope -= n * weight / (weight*(1-m) + float64(i))
		}
		if slope > 0 {
			low = m
		} else {
			high = m
		}
	}
	return (low + high) / 2
}

// golden finds where a function with one peak between two bounds is highest, by golden sections.
func golden(low, high float64, f func(float64) float64) float64 {
	const section = 0.6180339887498949
	a, b := high-section*(high-low), low+section*(high-low)
	fa, fb := f(a), f(b)
	for high-low > 1e-9 {
		if fa >= fb {
			high, b, fb = b, a, fa
			a = high - section*(high-low)
			fa = f(a)
		} else {
			low, a, fa = a, b, fb
			b = low + section*(high-low)
			fb = f(b)
		}
	}
	return (low + high) / 2
}
