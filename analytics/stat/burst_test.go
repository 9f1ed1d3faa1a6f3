package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"crosstalk/analytics/stat"
)

func burstiness(gaps []float64) float64 {
	sum, squares := 0.0, 0.0
	for _, g := range gaps {
		sum, squares = sum+g, squares+g*g
	}
	return stat.Burstiness(float64(len(gaps)), sum, squares)
}

func TestBurstiness(t *testing.T) {
	t.Parallel()
	near(t, "a clock", burstiness([]float64{5, 5, 5, 5}), -1, 1e-6)
	// Of 1, 1, 1, 9 the mean is 3 and the sd √12.
	near(t, "a pause", burstiness([]float64{1, 1, 1, 9}), (math.Sqrt(12)-3)/(math.Sqrt(12)+3), 1e-12)
	random := rand.New(rand.NewPCG(71, 71))
	chance, bursts := make([]float64, 200_000), make([]float64, 200_000)
	for i := range chance {
		chance[i] = random.ExpFloat64()
		bursts[i] = math.Exp(random.NormFloat64())
	}
	near(t, "chance", burstiness(chance), 0, .01)
	// A log-normal gap with sigma 1 has a sd of √(e-1) means.
	near(t, "bursts", burstiness(bursts), (math.Sqrt(math.E-1)-1)/(math.Sqrt(math.E-1)+1), .02)
	most := make([]float64, 10)
	most[3] = 7
	near(t, "most of ten", burstiness(most), (3-1)/(3+1.), 1e-12)
	unknown(t, "too few", burstiness(nil), burstiness([]float64{4}), burstiness([]float64{0, 0}), stat.Burstiness(math.NaN(), 1, 1))
}

// gapEdges are a quarter apart, from a second to a month, behind a bin for less.
func gapEdges() []float64 {
	edges := []float64{0}
	for e := 1.0; e < 28*86400; e *= 1.25 {
		edges = append(edges, math.Round(e*4)/4)
	}
	return edges
}

func histogram(edges []float64, draw func() float64, n int) []uint64 {
	counts := make([]uint64, len(edges)-1)
	for range n {
		gap := draw()
		bin := slices.IndexFunc(edges, func(e float64) bool { return e > gap }) - 1
		if bin >= 0 {
			counts[bin]++
		}
	}
	return counts
}

// Two log-normal heaps of the same size and width have their valley in the middle.
func TestSessionGap(t *testing.T) {
	t.Parallel()
	minute := 60.0
	for _, c := range []struct {
		name        string
		short, long float64 // the two modes
		width       float64
		n           int
		want        float64
		ok          bool
	}{
		{"a minute and half a day", minute, 720 * minute, .9, 20_000, math.Sqrt(720) * minute, true},
		{"half a minute and a day", minute / 2, 1440 * minute, 1.2, 20_000, math.Sqrt(720) * minute, true},
		{"three minutes and a day", 3 * minute, 1440 * minute, .8, 20_000, math.Sqrt(3*1440) * minute, true},
		{"too early", 2, 10 * minute, .6, 20_000, math.Sqrt(1200), false},
		{"too late", 30 * minute, 10 * 1440 * minute, .6, 20_000, math.Sqrt(30*14400) * minute, false},
		{"one heap", 10 * minute, 10 * minute, 1, 20_000, 0, false},
		{"two that run together", 10 * minute, 30 * minute, 1, 20_000, 0, false},
		{"too few", minute, 720 * minute, .9, 150, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(72, 72))
			edges := gapEdges()
			counts := histogram(edges, func() float64 {
				return []float64{c.short, c.long}[random.IntN(2)] * math.Exp(c.width*random.NormFloat64())
			}, c.n)
			got, ok, err := stat.SessionGap(edges, counts)
			if err != nil || ok != c.ok {
				t.Fatalf("%v, %v, %v", got, ok, err)
			}
			if c.want == 0 {
				near(t, "gap", got, 0, 0)
				return
			}
			near(t, "logarithm of the gap", math.Log(got), math.Log(c.want), .35)
			if !slices.Contains(edges, got) {
				t.Errorf("%v is no edge", got)
			}
		})
	}
}

// Bins that are merged do not make a valley of their own.
func TestSessionGapOfUnevenBins(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(73, 73))
	edges := []float64{0, 1, 5, 10, 60, 90, 120, 600, 900, 1200, 1800, 3600, 7200, 14400, 86400, 172800, 864000, 2419200}
	one := func() float64 { return 1200 * math.Exp(1.5*random.NormFloat64()) }
	if got, ok, err := stat.SessionGap(edges, histogram(edges, one, 50_000)); ok || err != nil {
		t.Errorf("one heap is parted at %v, %v", got, err)
	}
	two := func() float64 { return []float64{60, 43200}[random.IntN(2)] * math.Exp(random.NormFloat64()) }
	got, ok, err := stat.SessionGap(edges, histogram(edges, two, 50_000))
	if !ok || err != nil || got != 1200 && got != 1800 {
		t.Errorf("two heaps are parted at %v, %v, %v", got, ok, err)
	}
	if _, _, err := stat.SessionGap([]float64{0, 5}, []uint64{1, 2}); err == nil {
		t.Error("an edge is missing and nobody says so")
	}
}
