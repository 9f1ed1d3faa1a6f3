package stat

import (
	"math"
	"slices"
)

// Quantile is the value below which the share q of the values lies, interpolated between neighbours (type 7, as R and
// spreadsheets do). The values need no order. NaN of nothing.
func Quantile(values []float64, q float64) float64 {
	return QuantileSorted(slices.Sorted(slices.Values(values)), q)
}

// QuantileSorted is Quantile of ascending values.
func QuantileSorted(ascending []float64, q float64) float64 {
	if len(ascending) == 0 {
		return math.NaN()
	}
	at := min(max(q, 0), 1) * float64(len(ascending)-1)
	low := int(at)
	high := min(low+1, len(ascending)-1)
	return ascending[low] + (at-float64(low))*(ascending[high]-ascending[low])
}

// Winsorise gives the values with those above the quantile q lowered to it.
func Winsorise(values []float64, q float64) []float64 {
	limit := Quantile(values, q)
	cut := make([]float64, len(values))
	for i, v := range values {
		cut[i] = min(v, limit)
	}
	return cut
}
