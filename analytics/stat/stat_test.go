package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"crosstalk/analytics/stat"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestDiversity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                 string
		amounts              []float64
		entropy, n1, hhi, n2 float64
	}{
		{"three tools", []float64{50, 30, 20}, 1.02965, 2.800, 0.38, 2.632},
		{"one tool", []float64{7}, 0, 1, 1, 1},
		{"four alike", []float64{2, 2, 2, 2}, math.Log(4), 4, 0.25, 4},
		{"an idle tool changes nothing", []float64{50, 0, 30, 20}, 1.02965, 2.800, 0.38, 2.632},
		{"nothing", nil, 0, 0, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			near(t, "entropy", stat.Entropy(c.amounts), c.entropy, 5e-6)
			near(t, "effective number", stat.EffectiveNumber(c.amounts), c.n1, 5e-4)
			near(t, "concentration", stat.Concentration(c.amounts), c.hhi, 1e-12)
			near(t, "order 2", stat.HillNumber(c.amounts, 2), c.n2, 5e-4)
			near(t, "order 1", stat.HillNumber(c.amounts, 1), c.n1, 5e-4)
		})
	}
	near(t, "order 0 counts what is there", stat.HillNumber([]float64{5, 0, 1}, 0), 2, 1e-12)
}

// Hill numbers fall with their order, lie between 1 and the count, and know no unit.
func TestDiversityProperties(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		amounts := make([]float64, 1+random.IntN(9))
		scaled := make([]float64, len(amounts))
		for i := range amounts {
			amounts[i] = 1 + float64(random.IntN(1000))
			scaled[i] = amounts[i] * 3.7
		}
		n0, n1, n2 := stat.HillNumber(amounts, 0), stat.EffectiveNumber(amounts), 1/stat.Concentration(amounts)
		if n2 > n1+1e-9 || n1 > n0+1e-9 || n2 < 1-1e-9 {
			t.Fatalf("%v: N0 %v, N1 %v, N2 %v are not in order", amounts, n0, n1, n2)
		}
		near(t, "scaled", stat.EffectiveNumber(scaled), n1, 1e-9)
	}
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	o := stat.Overlap{A: 120, B: 80, Both: 60}
	near(t, "containment", o.Containment(), 0.5, 0)
	near(t, "containment the other way", o.Reverse().Containment(), 0.75, 0)
	near(t, "jaccard", o.Jaccard(), 60.0/140, 1e-12)
	near(t, "jaccard the other way", o.Reverse().Jaccard(), 60.0/140, 1e-12)
	near(t, "coefficient", o.Coefficient(), 0.75, 0)
	near(t, "nothing on both sides", stat.Overlap{}.Jaccard(), 0, 0)
	near(t, "an empty side", stat.Overlap{B: 5}.Containment(), 0, 0)
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	values := []float64{4, 1, 3, 2}
	for q, want := range map[float64]float64{0: 1, 0.5: 2.5, 1: 4, 0.25: 1.75, -1: 1, 2: 4} {
		near(t, "quantile", stat.Quantile(values, q), want, 1e-12)
	}
	if !slices.Equal(values, []float64{4, 1, 3, 2}) {
		t.Errorf("the values were moved: %v", values)
	}
	if !math.IsNaN(stat.Quantile(nil, 0.5)) {
		t.Error("the median of nothing is a number")
	}
}

func TestWinsorise(t *testing.T) {
	t.Parallel()
	// Of 0 to 100 the 99th percentile is 99: the highest value is lowered to it, the rest stays.
	values := make([]float64, 101)
	for i := range values {
		values[i] = float64(i)
	}
	values[100] = 1e6
	cut := stat.Winsorise(values, 0.99)
	near(t, "highest", cut[100], 99, 1e-9)
	near(t, "second", cut[99], 99, 1e-9)
	near(t, "lowest", cut[0], 0, 0)
	near(t, "nothing", float64(len(stat.Winsorise(nil, 0.99))), 0, 0)
}

// The interval of a mean is about 1.96 standard errors to each side.
func TestBootstrapOfAMean(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(2, 2))
	people := make([][]float64, 400)
	for i := range people {
		people[i] = []float64{1, 10 + 2*random.NormFloat64()}
	}
	mean := func(sums, out []float64) { out[0] = sums[1] / sums[0] }
	got := stat.Bootstrap(people, 1, mean)[0]
	near(t, "low", got.Low, 10-1.96*0.1, 0.12)
	near(t, "high", got.High, 10+1.96*0.1, 0.12)
	near(t, "width", got.High-got.Low, 2*1.96*0.1, 0.06)

	random.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	if again := stat.Bootstrap(people, 1, mean)[0]; again != got {
		t.Errorf("another order of the people gives %v instead of %v", again, got)
	}
}

func TestBootstrapEdges(t *testing.T) {
	t.Parallel()
	same := [][]float64{{2}, {2}, {2}}
	sum := func(sums, out []float64) { out[0] = sums[0] }
	if got := stat.Bootstrap(same, 1, sum)[0]; got != (stat.Interval{Low: 6, High: 6}) {
		t.Errorf("people who are all alike give %v, want 6 to 6", got)
	}
	if got := stat.Bootstrap(nil, 1, sum)[0]; !math.IsNaN(got.Low) {
		t.Errorf("nobody gives %v", got)
	}
	never := func(_, out []float64) { out[0] = math.NaN() }
	if got := stat.Bootstrap(same, 1, never)[0]; !math.IsNaN(got.High) || got.Holds(0) {
		t.Errorf("no figure in any draw gives %v", got)
	}
}

func BenchmarkBootstrap(b *testing.B) {
	people := make([][]float64, 2000)
	for i := range people {
		people[i] = make([]float64, 18)
		for j := range people[i] {
			people[i][j] = float64(i*j%17) / 7
		}
	}
	for b.Loop() {
		stat.Bootstrap(people, 1, func(sums, out []float64) { out[0] = sums[0] })
	}
}

// uniforms gives ascending random numbers between 0 and 1.
func uniforms(random *rand.Rand, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = random.Float64()
	}
	slices.Sort(values)
	return values
}
