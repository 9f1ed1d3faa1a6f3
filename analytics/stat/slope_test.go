package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"crosstalk/analytics/stat"
)

func weeks(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i + 1)
	}
	return x
}

func TestTheilSen(t *testing.T) {
	t.Parallel()
	inf := math.Inf(1)
	for _, c := range []struct {
		name                   string
		x, y                   []float64
		confidence             float64
		value, low, high, near float64
	}{
		// Smith (1967), in Hollander & Wolfe, example 9.1: the ten slopes are -.150 -.130 -.080 -.070 -.0575 -.055 -.045 -.033 .010 .040.
		// P(|S| ≥ 8) is .084 for five points, so the interval of 91.6 % goes from the 2nd to the 9th.
		{"cloud seeding", weeks(5), []float64{1.26, 1.27, 1.12, 1.16, 1.03}, .9, -.05625, -.13, .01, 1e-9},
		// Six weeks: P(|S| ≥ 11) is 40/720, so the 3rd to the 13th of 15: -1 -1 .5 ⅔ 1 1.5 1.5 1.5 1.5 1.6 1⅔ 2 2⅓ 4 4.
		{"six weeks", weeks(6), []float64{10, 12, 11, 15, 14, 18}, .9, 1.5, .5, 7.0 / 3, 1e-9},
		{"a line", weeks(6), []float64{1, 3, 5, 7, 9, 11}, .9, 2, 2, 2, 0},
		{"one wild value", weeks(6), []float64{1, 3, 5, 7, 9, 900}, .9, 2, 2, (900 - 5) / 3.0, 1e-6},
		{"flat", weeks(6), []float64{4, 4, 4, 4, 4, 4}, .9, 0, 0, 0, 0},
		// One value that differs: S is one of -5 -3 -1 1 3 5, each in a sixth of the orders; not even 5 is rare.
		{"one step at the end", weeks(6), []float64{0, 0, 0, 0, 0, 1}, .9, 0, 0, .2, 1e-12},
		{"three points say nothing for sure", weeks(3), []float64{1, 2, 3}, .9, 1, -inf, inf, 0},
		{"four points", weeks(4), []float64{1, 3, 2, 6}, .9, 19.0 / 12, -1, 4, 1e-9},
		{"uneven weeks", []float64{1, 2, 5, 9}, []float64{1, 2, 5, 9}, .9, 1, 1, 1, 0},
		{"an unknown week", []float64{1, 2, 3, 4, 5}, []float64{1, 2, math.NaN(), 4, 5}, .9, 1, 1, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := stat.TheilSen(c.x, c.y, c.confidence)
			near(t, "slope", got.Value, c.value, c.near)
			if got.Interval != (stat.Interval{Low: c.low, High: c.high}) {
				near(t, "low", got.Interval.Low, c.low, c.near)
				near(t, "high", got.Interval.High, c.high, c.near)
			}
		})
	}
	unknown(t, "nothing", stat.TheilSen(nil, nil, .9).Value, stat.TheilSen([]float64{1, 1}, []float64{1, 2}, .9).Interval.High)
}

// The interval holds the true slope at least as often as it says, in every number of points and with ties, and for six weeks
// exactly 1 - 40/720 of the time.
func TestTheilSenCovers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		n      int
		isTied bool
		least  float64
		most   float64
	}{
		{"six", 6, false, .925, .965},
		{"six with ties", 6, true, .9, 1},
		{"twelve", 12, false, .88, .95},
		{"sixty", 60, false, .88, .93},
		{"sixty with ties", 60, true, .88, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(12, uint64(c.n)))
			const rounds = 1500
			held := 0
			for range rounds {
				y := make([]float64, c.n)
				for i := range y {
					y[i] = random.NormFloat64()
					if c.isTied {
						y[i] = math.Round(y[i])
					}
				}
				if stat.TheilSen(weeks(c.n), y, .9).Interval.Holds(0) {
					held++
				}
			}
			if share := float64(held) / rounds; share < c.least || share > c.most {
				t.Errorf("holds the truth in %v of the rounds", share)
			}
		})
	}
}

// The distribution of S counted out by going through every order.
func TestTheilSenLimitIsExact(t *testing.T) {
	t.Parallel()
	for _, y := range [][]float64{{1, 2, 3, 4, 5, 6}, {1, 1, 2, 3, 4, 5}, {1, 1, 1, 2, 2, 3}, {0, 0, 0, 0, 1, 1}, {1, 2, 3, 4, 5, 6, 7}, {1, 2, 2, 2, 3, 4, 4}} {
		for _, confidence := range []float64{.5, .8, .9, .95} {
			got := stat.KendallLimit(y, confidence)
			if want := countedLimit(y, confidence); got != want {
				t.Errorf("%v at %v: %v, want %v", y, confidence, got, want)
			}
		}
	}
}

func countedLimit(y []float64, confidence float64) float64 {
	counts, orders := map[int]int{}, 0
	permute(slices.Clone(y), 0, func(order []float64) {
		s := 0
		for i := range order {
			for j := range i {
				switch {
				case order[i] > order[j]:
					s++
				case order[i] < order[j]:
					s--
				}
			}
		}
		counts[max(s, -s)]++
		orders++
	})
	for limit := 0; ; limit++ {
		beyond := 0
		for s, n := range counts {
			if s > limit {
				beyond += n
			}
		}
		if counts[limit] > 0 && float64(beyond) <= (1-confidence)*float64(orders)+1e-9 {
			return float64(limit)
		}
	}
}

// Kendall's variance for ties in both, against every order of six values.
func TestKendallVariance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ x, y []float64 }{
		{weeks(6), weeks(6)}, {weeks(6), []float64{1, 1, 2, 2, 2, 3}}, {[]float64{1, 1, 1, 2, 3, 3}, []float64{1, 1, 2, 2, 2, 3}},
		{[]float64{1, 1, 1, 1, 3, 3}, []float64{1, 1, 2, 2, 2, 2}},
	} {
		squares, orders := 0.0, 0.0
		permute(slices.Clone(c.y), 0, func(order []float64) {
			s := 0.0
			for i := range order {
				for j := range i {
					s += math.Copysign(min(math.Abs(order[i]-order[j]), 1), order[i]-order[j]) * min(c.x[i]-c.x[j], 1)
				}
			}
			squares, orders = squares+s*s, orders+1
		})
		near(t, "variance", stat.KendallVariance(c.x, c.y), squares/orders, 1e-9)
	}
}

func permute(values []float64, from int, visit func([]float64)) {
	if from == len(values) {
		visit(values)
		return
	}
	for i := from; i < len(values); i++ {
		values[from], values[i] = values[i], values[from]
		permute(values, from+1, visit)
		values[from], values[i] = values[i], values[from]
	}
}

// The slope knows no order, and follows units and a line put below.
func TestTheilSenProperties(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(13, 13))
	for range 200 {
		n := 4 + random.IntN(20)
		x, y, bent := weeks(n), make([]float64, n), make([]float64, n)
		for i := range y {
			y[i] = float64(random.IntN(50))
			bent[i] = 3*y[i] + 8*x[i]
		}
		a, b := stat.TheilSen(x, y, .9), stat.TheilSen(x, bent, .9)
		near(t, "slope", b.Value, 3*a.Value+8, 1e-9)
		random.Shuffle(n, func(i, j int) { x[i], x[j], y[i], y[j] = x[j], x[i], y[j], y[i] })
		if again := stat.TheilSen(x, y, .9); again != a {
			t.Fatalf("another order gives %v instead of %v", again, a)
		}
		if a.Value < a.Interval.Low || a.Value > a.Interval.High {
			t.Fatalf("%v is outside of its interval", a)
		}
	}
}

func BenchmarkTheilSen(b *testing.B) {
	y := []float64{10, 12, 11, 15, 14, 18}
	for b.Loop() {
		stat.TheilSen(weeks(6), y, .9)
	}
}
