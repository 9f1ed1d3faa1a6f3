package stat

import "math"

// Significant rounds to so many significant decimal digits: 1,234 to two of them is 1,200. Zero and what is no number stay.
func Significant(v float64, digits int) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return v
	}
	scale := math.Pow(10, float64(digits-1)-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}
