package stat

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Bass is the diffusion of something new (Bass 1969): of M who will adopt it, P is the chance per period to do so unprompted,
// and Q what those who have add to it. Time is in periods, from the start.
type Bass struct{ P, Q, M float64 }

// Share is F(t) = (1-e^-(p+q)t) / (1+(q/p)e^-(p+q)t), the share of M that has adopted by t; 0 before the start.
func (b Bass) Share(t float64) float64 {
	if t <= 0 {
		return 0
	}
	fade := math.Exp(-(b.P + b.Q) * t)
	return (1 - fade) / (1 + b.Q/b.P*fade)
}

// Adopted is M·F(t), how many have adopted by t.
func (b Bass) Adopted(t float64) float64 { return b.M * b.Share(t) }

// Peak is t* = ln(q/p)/(p+q), when most adopt at once: the inflection of Adopted. 0 when q ≤ p: then most adopt at the start.
func (b Bass) Peak() float64 {
	if b.Q <= b.P {
		return 0
	}
	return math.Log(b.Q/b.P) / (b.P + b.Q)
}

// Adoption is a fitted curve, with the 95 % interval of the number who will adopt in the end.
type Adoption struct {
	Bass
	MInterval Interval
}

// BassRefusal says why a curve was not fitted. It is an error; its text is a short slug.
type BassRefusal string

// Reasons not to say how many will adopt in the end.
const (
	TooShort         BassRefusal = "too_short"         // fewer than 8 periods
	NotCumulative    BassRefusal = "not_cumulative"    // the numbers fall, are negative or unknown
	NobodyAdopted    BassRefusal = "nobody_adopted"    // the last number is 0
	BeforeInflection BassRefusal = "before_inflection" // less than half of M has adopted, so the peak may be ahead
	Undetermined     BassRefusal = "undetermined"      // the same holds in more than 2.5 % of the draws
)

// Error is part of error.
func (r BassRefusal) Error() string { return string(r) }

const fewestPeriods = 8

// FitBass fits the curve to the numbers who have adopted by the end of periods 1, 2, 3 ..., by least squares of
// the cumulative numbers (Srinivasan & Mason 1986, with M solved for exactly), P from 0.00001 to 1, Q from 0.0001 to 3 and M at least the
// last number. The interval comes from 999 draws with a fixed seed: the residuals of the new adopters of each period, as shares of
// the root of the fitted number because counts vary with their size, are drawn again, added up and fitted anew.
// How many will adopt can be told only when the inflection is behind, and half of M with it: before, any M fits. The error is a
// BassRefusal that says so.
func FitBass(cumulative []float64) (Adoption, error) {
	if reason := unfit(cumulative); reason != "" {
		return Adoption{}, reason
	}
	fit := fitBass(cumulative, bassStarts(cumulative))
	n := float64(len(cumulative))
	if !fit.isPast(n) {
		return Adoption{}, BeforeInflection
	}
	ends := redrawBass(fit, cumulative)
	if math.IsInf(QuantileSorted(ends, 0.975), 1) || math.IsNaN(QuantileSorted(ends, 0.975)) {
		return Adoption{}, Undetermined
	}
	return Adoption{fit, Interval{QuantileSorted(ends, 0.025), QuantileSorted(ends, 0.975)}}, nil
}

func unfit(cumulative []float64) BassRefusal {
	before := 0.0
	for _, v := range cumulative {
		if !(v >= before) || math.IsInf(v, 1) {
			return NotCumulative
		}
		before = v
	}
	switch {
	case len(cumulative) < fewestPeriods:
		return TooShort
	case before == 0:
		return NobodyAdopted
	}
	return ""
}

// isPast reports whether half of M has adopted by t. The inflection is always before that, at 1/2 - p/2q; a curve without one
// that is still far from its end is no better known.
func (b Bass) isPast(t float64) bool { return b.Share(t) >= 0.5 }

// redrawBass gives the M of every draw, ascending; infinite where less than half has adopted.
func redrawBass(fit Bass, cumulative []float64) []float64 {
	fitted, residuals := make([]float64, len(cumulative)), make([]float64, len(cumulative))
	before := 0.0
	for i, v := range cumulative {
		fitted[i] = fit.Adopted(float64(i+1)) - fit.Adopted(float64(i))
		residuals[i] = (v - before - fitted[i]) / math.Sqrt(max(fitted[i], 1e-9*fit.M))
		before = v
	}
	shift := Mean(residuals)
	ends := make([]float64, Draws)
	again := make([]float64, len(cumulative))
	for d := range ends {
		random := rand.New(rand.NewPCG(0x6261_7373, uint64(d)))
		sum := 0.0
		for i, m := range fitted {
			sum += max(m+(residuals[random.IntN(len(residuals))]-shift)*math.Sqrt(m), 0)
			again[i] = sum
		}
		ends[d] = math.Inf(1)
		if b := fitBass(again, []Bass{fit}); b.isPast(float64(len(again))) {
			ends[d] = b.M
		}
	}
	slices.Sort(ends)
	return ends
}

// Bounds of p and q, in logarithms.
var (
	leastBass = [2]float64{math.Log(1e-5), math.Log(1e-4)}
	mostBass  = [2]float64{math.Log(1), math.Log(3)}
)

// bassStarts are the best few points of a coarse grid.
func bassStarts(cumulative []float64) []Bass {
	const steps, few = 24, 4
	type point struct {
		Bass
		squares float64
	}
	var grid []point
	for i := range steps {
		for j := range steps {
			p := leastBass[0] + (mostBass[0]-leastBass[0])*float64(i)/(steps-1)
			q := leastBass[1] + (mostBass[1]-leastBass[1])*float64(j)/(steps-1)
			b := Bass{P: math.Exp(p), Q: math.Exp(q)}
			b.M = bestMarket(b, cumulative)
			grid = append(grid, point{b, bassSquares(b, cumulative)})
		}
	}
	slices.SortStableFunc(grid, func(a, b point) int {
		switch {
		case a.squares < b.squares:
			return -1
		case a.squares > b.squares:
			return 1
		}
		return 0
	})
	starts := make([]Bass, few)
	for i := range starts {
		starts[i] = grid[i].Bass
	}
	return starts
}

// bestMarket is the M with the least squares for p and q, at least the last number.
func bestMarket(b Bass, cumulative []float64) float64 {
	up, down := 0.0, 0.0
	for i, v := range cumulative {
		f := b.Share(float64(i + 1))
		up, down = up+v*f, down+f*f
	}
	return max(up/down, cumulative[len(cumulative)-1])
}

func bassSquares(b Bass, cumulative []float64) float64 {
	sum := 0.0
	for i, v := range cumulative {
		r := v - b.Adopted(float64(i+1))
		sum += r * r
	}
	return sum
}

// fitBass improves each start by Levenberg's and Marquardt's steps in log p and log q, and gives the best.
func fitBass(cumulative []float64, starts []Bass) Bass {
	var best Bass
	least := math.Inf(1)
	for _, b := range starts {
		b = improveBass(b, cumulative)
		if squares := bassSquares(b, cumulative); squares < least {
			best, least = b, squares
		}
	}
	return best
}

func improveBass(b Bass, cumulative []float64) Bass {
	squares, damping := bassSquares(b, cumulative), 1e-3
	for range 60 {
		normal, gradient := bassNormal(b, cumulative)
		isBetter := false
		for ; damping < 1e6 && !isBetter; damping *= 4 {
			next := stepBass(b, normal, gradient, damping)
			next.M = bestMarket(next, cumulative)
			now := bassSquares(next, cumulative)
			if now < squares {
				gain := squares - now
				b, squares, isBetter = next, now, true
				damping = max(damping/64, 1e-9)
				if gain <= 1e-9*squares {
					return b
				}
			}
		}
		if !isBetter {
			return b
		}
	}
	return b
}

// bassNormal gives JᵀJ and Jᵀr of the residuals, by log p and log q, with M following them.
func bassNormal(b Bass, cumulative []float64) (normal [2][2]float64, gradient [2]float64) {
	const h = 1e-5
	var moved [2]Bass
	moved[0] = Bass{P: b.P * math.Exp(h), Q: b.Q}
	moved[1] = Bass{P: b.P, Q: b.Q * math.Exp(h)}
	for k := range moved {
		moved[k].M = bestMarket(moved[k], cumulative)
	}
	for i, v := range cumulative {
		t := float64(i + 1)
		at := b.Adopted(t)
		var slope [2]float64
		for k := range moved {
			slope[k] = (moved[k].Adopted(t) - at) / h
		}
		for k := range slope {
			gradient[k] += slope[k] * (v - at)
			for l := range slope {
				normal[k][l] += slope[k] * slope[l]
			}
		}
	}
	return normal, gradient
}

// stepBass solves the damped normal equations and stays within the bounds: what is at one, and drawn beyond, does not move.
func stepBass(b Bass, normal [2][2]float64, gradient [2]float64, damping float64) Bass {
	logs := [2]float64{math.Log(b.P), math.Log(b.Q)}
	for k := range logs {
		if logs[k] <= leastBass[k]+1e-9 && gradient[k] < 0 || logs[k] >= mostBass[k]-1e-9 && gradient[k] > 0 {
			gradient[k], normal[0][1] = 0, 0
		}
	}
	a, c, d := normal[0][0]*(1+damping)+1e-300, normal[0][1], normal[1][1]*(1+damping)+1e-300
	determinant := a*d - c*c
	if !(determinant > 0) {
		return b
	}
	step := [2]float64{(d*gradient[0] - c*gradient[1]) / determinant, (a*gradient[1] - c*gradient[0]) / determinant}
	for k := range logs {
		logs[k] = min(max(logs[k]+min(max(step[k], -2), 2), leastBass[k]), mostBass[k])
	}
	return Bass{P: math.Exp(logs[0]), Q: math.Exp(logs[1])}
}
