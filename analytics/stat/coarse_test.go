package stat_test

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"crosstalk/analytics/stat"
)

func TestCoarse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"12", stat.CoarseCount(12), 10}, {"12.5", stat.CoarseCount(12.5), 15}, {"13", stat.CoarseCount(13), 15}, {"-12.5", stat.CoarseCount(-12.5), -15},
		{"2", stat.CoarseCount(2), 0}, {"0", stat.CoarseCount(0), 0},
		{".123", stat.CoarseShare(.123), .12}, {".125", stat.CoarseShare(.125), .13}, {".999", stat.CoarseShare(.999), 1}, {".29", stat.CoarseShare(.29), .29},
		{"1234", stat.CoarseDigits(1234), 1200}, {".04567", stat.CoarseDigits(.04567), .046}, {"-9.96", stat.CoarseDigits(-9.96), -10},
		{"2.85", stat.CoarseDigits(2.85), 2.9}, {"99.5", stat.CoarseDigits(99.5), 100}, {"7", stat.CoarseDigits(7), 7}, {"0", stat.CoarseDigits(0), 0},
		{"the largest", stat.CoarseDigits(math.MaxFloat64), math.MaxFloat64}, {"infinite", stat.CoarseDigits(math.Inf(-1)), math.Inf(-1)},
	} {
		if c.got != c.want {
			t.Errorf("%s becomes %v, want %v", c.name, c.got, c.want)
		}
	}
	unknown(t, "unknown", stat.CoarseCount(math.NaN()), stat.CoarseShare(math.NaN()), stat.CoarseDigits(math.NaN()))
	for _, v := range []float64{stat.CoarseCount(-1), stat.CoarseShare(-.001), stat.CoarseDigits(math.Copysign(0, -1))} {
		if math.Signbit(v) {
			t.Errorf("a zero is %v", v)
		}
	}
}

// Rounding twice is rounding once, and never further off than half a step.
func FuzzCoarseDigits(f *testing.F) {
	for _, v := range []float64{0, 1.05, 2.85, .0949, 99.5, 1e-310, -123456} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v float64) {
		if math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > 9e307 {
			return
		}
		got := stat.CoarseDigits(v)
		if stat.CoarseDigits(got) != got {
			t.Errorf("%v, then %v, then %v", v, got, stat.CoarseDigits(got))
		}
		if math.Abs(v) > 1e-300 && math.Abs(got-v) > .0500001*math.Abs(v) {
			t.Errorf("%v becomes %v", v, got)
		}
		digits, _, _ := strings.Cut(strconv.FormatFloat(math.Abs(got), 'e', -1, 64), "e")
		if len(digits) > len("1.2") && math.Abs(v) > 1e-300 {
			t.Errorf("%v becomes %v", v, got)
		}
	})
}
