package stat

import (
	"math"
	"strconv"
)

// CoarseCount rounds a count to the nearest 5, halves away from 0. NaN stays NaN.
func CoarseCount(count float64) float64 { return plainZero(math.Round(count/5) * 5) }

// CoarseShare rounds a share to the nearest 1 %, 0.01, halves away from 0. NaN stays NaN.
func CoarseShare(share float64) float64 { return plainZero(math.Round(share*100) / 100) }

// CoarseDigits rounds a number to two significant digits: 1,234 to 1,200 and 0.04567 to 0.046. The answer is the number nearest to these
// digits, so it prints with no more of them; a half is decided by the number as it is held. NaN and infinities stay what they are.
func CoarseDigits(v float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 1, 64), 64)
	if err != nil { // beyond the largest number
		return v
	}
	return plainZero(rounded)
}

// plainZero has no sign on a zero, which would be printed.
func plainZero(v float64) float64 { return v + 0 }
