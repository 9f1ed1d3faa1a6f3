package stat

import "math"

// Entropy is the Shannon entropy of the shares that the amounts have of their sum, in nats. Amounts are not negative;
// an empty or all-zero list has entropy 0.
func Entropy(amounts []float64) float64 {
	total := Sum(amounts)
	if total <= 0 {
		return 0
	}
	h := 0.0
	for _, a := range amounts {
		if p := a / total; p > 0 {
			h -= p * math.Log(p)
		}
	}
	return max(h, 0)
}

// EffectiveNumber is the Hill number of order 1: how many equal shares would be as diverse. 0 for nothing.
func EffectiveNumber(amounts []float64) float64 {
	if Sum(amounts) <= 0 {
		return 0
	}
	return math.Exp(Entropy(amounts))
}

// Concentration is the Herfindahl-Hirschman index: the sum of squared shares, from 1/n to 1. 0 for nothing.
func Concentration(amounts []float64) float64 {
	total := Sum(amounts)
	if total <= 0 {
		return 0
	}
	squares := 0.0
	for _, a := range amounts {
		squares += (a / total) * (a / total)
	}
	return squares
}

// HillNumber is the effective number of any order: 0 counts, 1 is EffectiveNumber, 2 is 1/Concentration.
func HillNumber(amounts []float64, order float64) float64 {
	total := Sum(amounts)
	if total <= 0 {
		return 0
	}
	if order == 1 {
		return EffectiveNumber(amounts)
	}
	powers := 0.0
	for _, a := range amounts {
		if a > 0 {
			powers += math.Pow(a/total, order)
		}
	}
	return math.Pow(powers, 1/(1-order))
}

// Sum adds up.
func Sum(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum
}

// Mean is the arithmetic mean; NaN of nothing.
func Mean(values []float64) float64 { return Sum(values) / float64(len(values)) }
