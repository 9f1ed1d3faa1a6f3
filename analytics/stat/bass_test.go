package stat_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"crosstalk/analytics/stat"
)

func TestBassCurve(t *testing.T) {
	t.Parallel()
	b := stat.Bass{P: .03, Q: .38, M: 1000}
	near(t, "peak", b.Peak(), 6.19, .005)
	near(t, "share at the peak", b.Share(b.Peak()), .5-.03/.76, 1e-12) // 1/2 - p/2q
	near(t, "start", b.Share(0), 0, 0)
	near(t, "before", b.Share(-3), 0, 0)
	near(t, "end", b.Adopted(200), 1000, 1e-9)
	near(t, "no word of mouth", stat.Bass{P: .1, Q: 1e-12}.Share(5), 1-math.Exp(-.5), 1e-9)
	near(t, "peak at the start", stat.Bass{P: .3, Q: .2}.Peak(), 0, 0)
}

// The curve solves f = (p+qF)(1-F), Bass's own starting point, in small steps.
func TestBassHazard(t *testing.T) {
	t.Parallel()
	b := stat.Bass{P: .03, Q: .38, M: 1}
	share, step := 0.0, 1e-4
	for i := range 200_000 {
		middle := share + step/2*(b.P+b.Q*share)*(1-share)
		share += step * (b.P + b.Q*middle) * (1 - middle)
		if at := float64(i+1) * step; i%10_000 == 0 {
			near(t, "share", b.Share(at), share, 1e-7)
		}
	}
}

func adopted(b stat.Bass, periods int) []float64 {
	cumulative := make([]float64, periods)
	for i := range cumulative {
		cumulative[i] = b.Adopted(float64(i + 1))
	}
	return cumulative
}

func TestFitBass(t *testing.T) {
	t.Parallel()
	for _, want := range []stat.Bass{{P: .03, Q: .38, M: 1000}, {P: .01, Q: .2, M: 60}, {P: .2, Q: .1, M: 5000}, {P: .001, Q: .7, M: 300}} {
		got, err := stat.FitBass(adopted(want, 26))
		if err != nil {
			t.Fatalf("%v: %v", want, err)
		}
		near(t, "p", got.P/want.P, 1, 1e-3)
		near(t, "q", got.Q/want.Q, 1, 1e-3)
		near(t, "m", got.M/want.M, 1, 1e-3)
	}
}

// Room air conditioners in the United States, 1949 to 1961, in thousands: Bass (1969) regresses to p .0104, q .4186, m 16,895 and a peak after
// 8.6 years; Srinivasan & Mason (1986) have p .0094, q .3748, m 18,712 by least squares of the yearly sales.
// Of the cumulative sales, a search over a grid finds p .00744, q .4270, m 17,173.
func TestFitBassAirConditioners(t *testing.T) {
	t.Parallel()
	sales := []float64{96, 195, 238, 380, 1045, 1230, 1267, 1828, 1586, 1673, 1800, 1580, 1500}
	cumulative := make([]float64, len(sales))
	sum := 0.0
	for i, v := range sales {
		sum += v
		cumulative[i] = sum
	}
	got, err := stat.FitBass(cumulative)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "p", got.P, .00744, 2e-5)
	near(t, "q", got.Q, .4270, 3e-4)
	near(t, "m", got.M, 17_173, 20)
	for published, m := range map[string]float64{"Bass": 16_895, "Srinivasan & Mason": 18_712} {
		if !got.MInterval.Holds(m) {
			t.Errorf("m of %s, %v, is outside of %v", published, m, got.MInterval)
		}
	}
	near(t, "peak", got.Peak(), 8.6, 1)
	if !got.MInterval.Holds(got.M) || got.MInterval.High > 3*got.M {
		t.Errorf("m %v is in %v", got.M, got.MInterval)
	}
}

func TestFitBassRefuses(t *testing.T) {
	t.Parallel()
	b := stat.Bass{P: .03, Q: .38, M: 1000}
	slow := stat.Bass{P: .002, Q: .15, M: 1000} // peaks in period 28
	linear := make([]float64, 20)
	for i := range linear {
		linear[i] = float64(10 * (i + 1))
	}
	for _, c := range []struct {
		name       string
		cumulative []float64
		want       stat.BassRefusal
	}{
		{"short", adopted(b, 7), stat.TooShort},
		{"nothing", nil, stat.TooShort},
		{"nobody", make([]float64, 12), stat.NobodyAdopted},
		{"falling", []float64{1, 2, 3, 4, 5, 4, 7, 8, 9}, stat.NotCumulative},
		{"unknown", []float64{1, 2, 3, math.NaN(), 5, 6, 7, 8, 9}, stat.NotCumulative},
		{"before the peak", adopted(slow, 20), stat.BeforeInflection},
		{"without end", linear, stat.BeforeInflection},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var reason stat.BassRefusal
			if got, err := stat.FitBass(c.cumulative); !errors.As(err, &reason) || reason != c.want {
				t.Errorf("%v, %v; want %v", got, err, c.want)
			}
		})
	}
}

// Of people who adopt one by one by the same law, the interval holds the true number most of the time, and what it says
// does not change from run to run. A curve that is only just past its peak may be refused, never wrong without a word.
func TestBassIntervalCovers(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(21, 21))
	b := stat.Bass{P: .02, Q: .4, M: 400}
	held, fits := 0, 0
	for range 60 {
		cumulative := make([]float64, 20)
		for range int(b.M) {
			u := random.Float64()
			for i := range cumulative {
				if b.Share(float64(i+1)) >= u {
					cumulative[i]++
				}
			}
		}
		got, err := stat.FitBass(cumulative)
		if err != nil {
			continue
		}
		fits++
		if got.MInterval.Holds(b.M) {
			held++
		}
		near(t, "m", got.M, b.M, 60)
	}
	if share := float64(held) / float64(fits); fits < 55 || share < .75 {
		t.Errorf("%d of 60 were fitted, of these %v hold the truth", fits, share)
	}
}

func TestRogers(t *testing.T) {
	t.Parallel()
	times := make([]float64, 200)
	for i := range times {
		times[i] = float64((i*77 + 13) % 200) // each day from 0 to 199 once
	}
	count := func(segments []stat.Adopter) map[stat.Adopter]int {
		counts := map[stat.Adopter]int{}
		for _, s := range segments {
			counts[s]++
		}
		return counts
	}
	for _, c := range []struct {
		name       string
		times      []float64
		population float64
		want       map[stat.Adopter]int
	}{
		{"all", times, 0, map[stat.Adopter]int{stat.Innovator: 5, stat.EarlyAdopter: 27, stat.EarlyMajority: 68, stat.LateMajority: 68, stat.Laggard: 32}},
		{"of four hundred", times, 400, map[stat.Adopter]int{stat.Innovator: 10, stat.EarlyAdopter: 54, stat.EarlyMajority: 136}},
		{"on one day", []float64{3, 3, 3, 3}, 0, map[stat.Adopter]int{stat.LateMajority: 4}},
		{"not yet", []float64{math.NaN(), 1}, 2, map[stat.Adopter]int{stat.NotAdopted: 1, stat.EarlyMajority: 1}},
		{"fewer than have", []float64{1, 2}, 1, map[stat.Adopter]int{stat.EarlyMajority: 1, stat.LateMajority: 1}},
	} {
		got := count(stat.Rogers(c.times, c.population))
		for segment, n := range c.want {
			if got[segment] != n {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
				break
			}
		}
	}
	segments := stat.Rogers(times, 0)
	for i, day := range times {
		if (segments[i] == stat.Innovator) != (day < 5) {
			t.Errorf("who adopted on day %v is %v", day, segments[i])
		}
	}
}

func FuzzFitBass(f *testing.F) {
	f.Add([]byte{1, 2, 4, 8, 9, 8, 4, 2, 1})
	f.Fuzz(func(t *testing.T, added []byte) {
		if len(added) > 40 {
			return
		}
		cumulative, sum := make([]float64, len(added)), 0.0
		for i, n := range added {
			sum += float64(n)
			cumulative[i] = sum
		}
		got, err := stat.FitBass(cumulative)
		if err == nil && !(got.M >= sum && got.MInterval.Low <= got.MInterval.High && got.P > 0 && got.Q > 0) {
			t.Fatalf("%v: %+v", added, got)
		}
	})
}

func BenchmarkFitBass(b *testing.B) {
	cumulative := adopted(stat.Bass{P: .02, Q: .3, M: 500}, 52)
	for i := range cumulative {
		cumulative[i] = math.Round(cumulative[i])
	}
	for b.Loop() {
		if _, err := stat.FitBass(cumulative); err != nil {
			b.Fatal(err)
		}
	}
}
