package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"crosstalk/analytics/stat"
)

// The remission times of Freireich et al. (1963) as Gehan (1965) printed them: weeks, negative where censored.
var (
	treated = []float64{6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35}
	placebo = []float64{1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23}
)

func followed(times []float64) []stat.Followed {
	cases := make([]stat.Followed, len(times))
	for i, t := range times {
		cases[i] = stat.Followed{Time: math.Abs(t), IsEvent: t > 0}
	}
	return cases
}

func kaplanMeier(t *testing.T, cases []stat.Followed) stat.Survival {
	t.Helper()
	s, err := stat.KaplanMeier(cases)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The table printed in the textbooks for the treated group.
func TestKaplanMeierOfRemissions(t *testing.T) {
	t.Parallel()
	s := kaplanMeier(t, followed(treated))
	for _, c := range []struct{ week, survival, sd float64 }{
		{0, 1, 0}, {5.9, 1, 0}, {6, .857, .0764}, {7, .807, .0869}, {10, .753, .0963}, {12.5, .753, .0963},
		{13, .690, .1068}, {16, .627, .1141}, {22, .538, .1282}, {23, .448, .1346}, {35, .448, .1346},
	} {
		near(t, "survival", s.At(c.week), c.survival, 5e-4)
		near(t, "sd", math.Sqrt(s.Variance(c.week)), c.sd, 5e-5)
	}
	unknown(t, "after the last week", s.At(35.1), s.Variance(36))
	near(t, "median", s.Quantile(.5), 23, 0)
	unknown(t, "80th percentile", s.Quantile(.8))
	interval := s.QuantileInterval(.5, .95)
	near(t, "low", interval.Low, 13, 0)
	if !math.IsInf(interval.High, 1) {
		t.Errorf("the median ends at %v, want no end", interval.High)
	}
	// By hand: S(13) = .6902, sd of ln S = .15476, exp(±1.96·.15476/.3708) = 2.266 and .4413.
	band := s.Band(13, .95)
	near(t, "low of the band", band.Low, .4316, 5e-4)
	near(t, "high of the band", band.High, .8491, 5e-4)
}

func TestKaplanMeierWithoutCensoring(t *testing.T) {
	t.Parallel()
	s := kaplanMeier(t, followed(placebo))
	near(t, "median", s.Quantile(.5), 8, 0)
	near(t, "80th percentile", s.Quantile(.8), 12, 0)
	near(t, "low", s.QuantileInterval(.5, .95).Low, 4, 0)
	near(t, "high", s.QuantileInterval(.5, .95).High, 11, 0)
	near(t, "nobody after week 23", s.At(100), 0, 0)
	// Without censoring Greenwood's variance is the binomial one.
	share := s.At(5)
	near(t, "share", share, 12.0/21, 1e-12)
	near(t, "variance", s.Variance(5), share*(1-share)/21, 1e-12)
	unknown(t, "nobody left", s.Variance(23), s.Band(23, .95).High)
	near(t, "low of the band", s.Band(23, .95).Low, 0, 0)
}

func TestKaplanMeierEdges(t *testing.T) {
	t.Parallel()
	none := kaplanMeier(t, nil)
	unknown(t, "nothing", none.At(1), none.Quantile(.5), none.QuantileInterval(.5, .95).Low, none.QuantileBin(.5).High)
	censored := kaplanMeier(t, followed([]float64{-3, -4}))
	near(t, "before", censored.At(3.5), 1, 0)
	unknown(t, "no event", censored.Quantile(.5), censored.At(5))
	// Exactly half after the first of two, although 1/10 cannot be written in binary.
	tenths := kaplanMeier(t, followed([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}))
	near(t, "a tenth", tenths.Quantile(.1), 1, 0)
	near(t, "seven tenths", tenths.Quantile(.7), 7, 0)
	if _, err := stat.KaplanMeier([]stat.Followed{{Time: math.NaN()}}); err == nil {
		t.Error("a time that is no number passes")
	}
	if _, err := stat.KaplanMeier([]stat.Followed{{Time: -1}}); err == nil {
		t.Error("a negative time passes")
	}
}

func TestKaplanMeierBins(t *testing.T) {
	t.Parallel()
	// Ten cases in bins 0-10-20-40. 4 of 10 end in the first; then 6 are left, 1 ends and 2 stop being followed: 1 of 5;
	// then 3 are left and 1 of 3-1 ends.
	s, err := stat.KaplanMeierBins([]float64{0, 10, 20, 40}, []uint64{4, 1, 1}, []uint64{0, 2, 2})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "start", s.At(0), 1, 0)
	near(t, "in the first bin", s.At(5), .8, 1e-12)
	near(t, "first edge", s.At(10), .6, 1e-12)
	near(t, "second edge", s.At(20), .48, 1e-12)
	near(t, "last edge", s.At(40), .24, 1e-12)
	near(t, "variance at the second edge", s.Variance(20), .48*.48*(4.0/60+1.0/20), 1e-12)
	near(t, "median", s.Quantile(.5), 10+10*(.1/.12), 1e-9)
	near(t, "a fifth", s.Quantile(.2), 5, 1e-9)
	unknown(t, "80th percentile", s.Quantile(.8), s.At(41))
	// Whether S(20) is above a half depends on when the two stopped: it lies within .45 and .5.
	near(t, "earliest median", s.QuantileBin(.5).Low, 10, 0)
	near(t, "latest median", s.QuantileBin(.5).High, 20, 0)
	// If the two of the last bin stopped at its start, the one that was left ended and nobody is: S(40) lies within 0 and 1/3.
	if late := s.QuantileBin(.9); late.Low != 20 || !math.IsInf(late.High, 1) {
		t.Errorf("what may be reached lies in %v", late)
	}
	long, err := stat.KaplanMeierBins([]float64{0, 10, 20}, []uint64{1, 0}, []uint64{0, 9})
	if err != nil {
		t.Fatal(err)
	}
	if late := long.QuantileBin(.5); late.Low != 20 || !math.IsInf(late.High, 1) {
		t.Errorf("what is not reached lies in %v", late)
	}
}

// The last bin holds the rest: the curve ends at 0 and stays there.
func TestKaplanMeierBinsToTheEnd(t *testing.T) {
	t.Parallel()
	s, err := stat.KaplanMeierBins([]float64{0, 1, 2, 3}, []uint64{1, 1, 0}, []uint64{0, 0, 0})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "end", s.At(2), 0, 0)
	near(t, "after the end", s.At(99), 0, 0)
	near(t, "all", s.Quantile(1), 2, 0)
	empty, err := stat.KaplanMeierBins([]float64{0, 1}, []uint64{0}, []uint64{0})
	if err != nil {
		t.Fatal(err)
	}
	unknown(t, "nothing", empty.At(0), empty.Quantile(.5))
}

func TestKaplanMeierBinsRefuses(t *testing.T) {
	t.Parallel()
	for name, edges := range map[string][]float64{
		"an edge missing": {0, 1}, "edges that fall": {0, 2, 1}, "a negative edge": {-1, 0, 1}, "no number": {0, math.NaN(), 2},
		"no end": {0, 1, math.Inf(1)},
	} {
		if _, err := stat.KaplanMeierBins(edges, []uint64{1, 2}, []uint64{0, 0}); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// What the bins say holds the truth: the exact quantiles lie in the interval of bins, and the curve at the edges within the bounds of
// the two extremes; the interpolated quantile is never outside the bin of its own curve.
func TestKaplanMeierBinsHoldTheExactTimes(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(8, 8))
	edges := []float64{0, 1, 2, 5, 10, 20, 60, 120, 300}
	for range 400 {
		cases := make([]stat.Followed, 1+random.IntN(60))
		events, censored := make([]uint64, 8), make([]uint64, 8)
		for i := range cases {
			cases[i] = stat.Followed{Time: math.Floor(math.Exp(random.Float64()*math.Log(299))*4) / 4, IsEvent: random.IntN(3) > 0}
			bin := slices.IndexFunc(edges, func(e float64) bool { return e > cases[i].Time }) - 1
			if cases[i].IsEvent {
				events[bin]++
			} else {
				censored[bin]++
			}
		}
		exact := kaplanMeier(t, cases)
		binned, err := stat.KaplanMeierBins(edges, events, censored)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range []float64{.1, .5, .8} {
			within, want := binned.QuantileBin(q), exact.Quantile(q)
			if math.IsNaN(want) && !math.IsInf(within.High, 1) || want < within.Low || want > within.High {
				t.Fatalf("quantile %v of %v is %v, outside of %v", q, cases, want, within)
			}
			if got := binned.Quantile(q); got < within.Low || got > within.High {
				t.Fatalf("quantile %v of the bins is %v, outside of %v", q, got, within)
			}
		}
	}
}

// The log-log interval of the median holds the true one about as often as it says.
func TestMedianIntervalCovers(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 9))
	const rounds = 1000
	holds := 0
	for range rounds {
		cases := make([]stat.Followed, 60)
		for i := range cases {
			end, stop := random.ExpFloat64(), 2*random.ExpFloat64()
			cases[i] = stat.Followed{Time: min(end, stop), IsEvent: end <= stop}
		}
		if kaplanMeier(t, cases).QuantileInterval(.5, .95).Holds(math.Ln2) {
			holds++
		}
	}
	near(t, "coverage", float64(holds)/rounds, .95, .02)
}

func unknown(t *testing.T, what string, values ...float64) {
	t.Helper()
	for _, v := range values {
		if !math.IsNaN(v) {
			t.Errorf("%s is %v, want unknown", what, v)
		}
	}
}

func FuzzKaplanMeierBins(f *testing.F) {
	f.Add([]byte{4, 0, 1, 2, 1, 2})
	f.Add([]byte{0, 0, 255, 255})
	f.Fuzz(func(t *testing.T, counts []byte) {
		bins := len(counts) / 2
		if bins == 0 {
			return
		}
		edges, events, censored := []float64{0}, make([]uint64, bins), make([]uint64, bins)
		for i := range bins {
			edges = append(edges, math.Pow(1.25, float64(i)))
			events[i], censored[i] = uint64(counts[2*i]), uint64(counts[2*i+1])
		}
		s, err := stat.KaplanMeierBins(edges, events, censored)
		if err != nil {
			t.Fatal(err)
		}
		before := 1.0
		for _, e := range edges {
			if now := s.At(e); now > before || now < 0 {
				t.Fatalf("the curve goes from %v to %v at %v", before, now, e)
			} else if now <= before {
				before = now
			}
		}
		if m := s.Quantile(.5); m < 0 || m > edges[bins] {
			t.Fatalf("median %v", m)
		}
	})
}
