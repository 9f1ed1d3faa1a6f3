package stat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"crosstalk/analytics/stat"
)

func TestPosterior(t *testing.T) {
	t.Parallel()
	prior := stat.Beta{A: 6, B: 4}
	near(t, "3 of 4", prior.Posterior(stat.Trials{Hits: 3, Of: 4}).Mean(), 9.0/14, 1e-12)
	near(t, "nothing tried", prior.Posterior(stat.Trials{}).Mean(), .6, 1e-12)
	near(t, "sd of the uniform", stat.Beta{A: 1, B: 1}.SD(), math.Sqrt(1.0/12), 1e-12)
}

// Tumours among 71 groups of rats: Tarone (1982), the example of Bayesian Data Analysis, 5.1 and 5.3.
func rats() []stat.Trials {
	hits := []uint64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 5, 2, 5, 3,
		2, 7, 7, 3, 3, 2, 9, 10, 4, 4, 4, 4, 4, 4, 4, 10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9, 4}
	of := []uint64{20, 20, 20, 20, 20, 20, 20, 19, 19, 19, 19, 18, 18, 17, 20, 20, 20, 20, 19, 19, 18, 18, 25, 24, 23, 20, 20, 20, 20,
		20, 20, 10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50, 20, 20, 20, 20, 20, 20, 20, 48, 19, 19, 19, 22, 46, 49, 20,
		20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24, 14}
	groups := make([]stat.Trials, len(of))
	for i := range of {
		groups[i] = stat.Trials{Hits: hits[i], Of: of[i]}
	}
	return groups
}

func TestFitBeta(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		groups []stat.Trials
	}{
		{"rats", rats()},
		{"few", []stat.Trials{{3, 4}, {0, 2}}},
		{"one", []stat.Trials{{3, 4}}},
		{"single trials", []stat.Trials{{1, 1}, {0, 1}, {1, 1}, {1, 1}}},
		{"apart", []stat.Trials{{50, 50}, {0, 50}, {49, 50}, {0, 50}}},
		{"all alike", []stat.Trials{{3, 10}, {3, 10}, {3, 10}, {3, 10}}},
		{"all hit", []stat.Trials{{9, 9}, {30, 30}, {2, 2}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := stat.FitBeta(c.groups)
			want := gridBeta(c.groups)
			near(t, "mean", got.Mean(), want.Mean(), .005)
			near(t, "log of the weight", math.Log(got.A+got.B), math.Log(want.A+want.B), .03)
		})
	}
}

// Published for the rats: the posterior lies around log(a/b) = -1.8 and a+b of 10 to 20; its mean is a 2.4, b 14.3.
func TestFitBetaOfRats(t *testing.T) {
	t.Parallel()
	got := stat.FitBeta(rats())
	near(t, "log(a/b)", math.Log(got.A/got.B), -1.79, .03)
	near(t, "a", got.A, 2.4, .4)
	near(t, "b", got.B, 14.3, 2)
}

// gridBeta looks for the highest point one by one, with the gamma function.
func gridBeta(groups []stat.Trials) stat.Beta {
	lbeta := func(a, b float64) float64 {
		x, _ := math.Lgamma(a)
		y, _ := math.Lgamma(b)
		z, _ := math.Lgamma(a + b)
		return x + y - z
	}
	best, at := math.Inf(-1), stat.Beta{}
	for w := math.Log(2.0); w <= math.Log(1000.001); w += .02 {
		for m := .0025; m < 1; m += .0025 {
			a, b := math.Exp(w)*m, math.Exp(w)*(1-m)
			v := math.Log(a*b) - 2.5*w
			for _, g := range groups {
				v += lbeta(a+float64(g.Hits), b+float64(g.Of-g.Hits)) - lbeta(a, b)
			}
			if v > best {
				best, at = v, stat.Beta{A: a, B: b}
			}
		}
	}
	return at
}

// The distribution that chances were drawn from is found again, whatever the order, and a posterior lies between the prior and what was seen.
func TestFitBetaFindsTheTruth(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 5))
	groups := make([]stat.Trials, 4000)
	for i := range groups {
		// The 6th smallest of 9 uniform numbers has the distribution Beta(6, 4).
		chance := stat.QuantileSorted(uniforms(random, 9), 5.0/8)
		groups[i].Of = uint64(1 + random.IntN(30))
		for range groups[i].Of {
			if random.Float64() < chance {
				groups[i].Hits++
			}
		}
	}
	got := stat.FitBeta(groups)
	near(t, "a", got.A, 6, .6)
	near(t, "b", got.B, 4, .4)
	random.Shuffle(len(groups), func(i, j int) { groups[i], groups[j] = groups[j], groups[i] })
	if again := stat.FitBeta(groups); again != got {
		t.Errorf("another order gives %v instead of %v", again, got)
	}
	for _, g := range groups {
		m, seen := got.Posterior(g).Mean(), float64(g.Hits)/float64(g.Of)
		if m < min(seen, got.Mean())-1e-12 || m > max(seen, got.Mean())+1e-12 {
			t.Fatalf("%v has mean %v", g, m)
		}
	}
}

func TestFitBetaEdges(t *testing.T) {
	t.Parallel()
	for name, groups := range map[string][]stat.Trials{"nothing": nil, "nothing tried": {{}, {}}} {
		got := stat.FitBeta(groups)
		near(t, name+" a", got.A, 1, 1e-6)
		near(t, name+" b", got.B, 1, 1e-6)
	}
	if got, want := stat.FitBeta([]stat.Trials{{9, 4}}), stat.FitBeta([]stat.Trials{{4, 4}}); got != want {
		t.Errorf("too many hits give %v, want %v", got, want)
	}
}

func BenchmarkFitBeta(b *testing.B) {
	random := rand.New(rand.NewPCG(6, 6))
	groups := make([]stat.Trials, 20_000)
	for i := range groups {
		groups[i].Of = uint64(random.ExpFloat64() * 40)
		groups[i].Hits = uint64(random.Float64() * float64(groups[i].Of+1))
	}
	for b.Loop() {
		stat.FitBeta(groups)
	}
}
