package stat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"crosstalk/analytics/stat"
)

func TestGini(t *testing.T) {
	t.Parallel()
	near(t, "equal", stat.Gini([]float64{3, 3, 3}), 0, 1e-12)
	near(t, "one has all", stat.Gini([]float64{0, 0, 0, 8}), .75, 1e-12)
	near(t, "1 2 3 4", stat.Gini([]float64{4, 2, 1, 3}), .25, 1e-12) // mean difference 20/16, twice the mean 5
	unknown(t, "nothing", stat.Gini(nil), stat.Gini([]float64{0, 0}))
	random := rand.New(rand.NewPCG(81, 81))
	for range 200 {
		values := uniforms(random, 1+random.IntN(30))
		differences := 0.0
		for _, a := range values {
			for _, b := range values {
				differences += math.Abs(a - b)
			}
		}
		n := float64(len(values))
		near(t, "of all pairs", stat.Gini(values), differences/(2*n*n*stat.Mean(values)), 1e-12)
	}
}

func TestCosine(t *testing.T) {
	t.Parallel()
	near(t, "the same", stat.Cosine([]float64{.6, .4}, []float64{.6, .4}), 1, 1e-15)
	near(t, "of another size", stat.Cosine([]float64{6, 4}, []float64{60, 40}), 1, 1e-15)
	near(t, "nothing in common", stat.Cosine([]float64{1, 0}, []float64{0, 2}), 0, 0)
	near(t, "a triangle of 3, 4, 5", stat.Cosine([]float64{3, 4}, []float64{1, 0}), .6, 1e-15)
	unknown(t, "nothing", stat.Cosine(nil, nil), stat.Cosine([]float64{0}, []float64{1}), stat.Cosine([]float64{1}, []float64{1, 2}))
}

func TestSummarise(t *testing.T) {
	t.Parallel()
	got := stat.Summarise([]float64{5, 3, math.NaN(), 1, 2, 4})
	if want := (stat.Summary{Count: 5, Mean: 3, P10: 1.4, P25: 2, Median: 3, P75: 4, P90: 4.6, Gini: got.Gini}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	near(t, "gini", got.Gini, 4.0/15, 1e-12) // (-4-4+0+8+20)/(5·15)
	none := stat.Summarise(nil)
	unknown(t, "nothing", none.Mean, none.Median, none.P10, none.P90, none.Gini)
}

func TestSplitEntropy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                   string
		groups                 [][]float64
		total, within, between float64
	}{
		{"each its own", [][]float64{{5, 0}, {0, 5}}, math.Ln2, 0, math.Ln2},
		{"all alike", [][]float64{{1, 1}, {30, 30}}, math.Ln2, math.Ln2, 0},
		// Half of the messages from those who use both alike, half from those who use one: 3 to 1 in all.
		{"half and half", [][]float64{{2, 2}, {4, 0}}, math.Log(4) - .75*math.Log(3), math.Ln2 / 2, math.Log(4) - .75*math.Log(3) - math.Ln2/2},
		{"an idle group", [][]float64{{0, 0}, {1, 1}}, math.Ln2, math.Ln2, 0},
		{"nothing", [][]float64{{0}, nil}, 0, 0, 0},
	} {
		got := stat.SplitEntropy(c.groups)
		near(t, c.name+" total", got.Total, c.total, 1e-12)
		near(t, c.name+" within", got.Within, c.within, 1e-12)
		near(t, c.name+" between", got.Between, c.between, 1e-12)
	}
}

// What is between the groups is the mutual information of group and kind.
func TestSplitEntropyIsMutualInformation(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(82, 82))
	for range 100 {
		groups := make([][]float64, 1+random.IntN(6))
		total := 0.0
		kinds := make([]float64, 4)
		for i := range groups {
			groups[i] = make([]float64, 4)
			for k := range groups[i] {
				groups[i][k] = float64(random.IntN(20))
				kinds[k] += groups[i][k]
				total += groups[i][k]
			}
		}
		information := 0.0
		for _, g := range groups {
			for k, n := range g {
				if n > 0 {
					information += n / total * math.Log(n*total/(stat.Sum(g)*kinds[k]))
				}
			}
		}
		got := stat.SplitEntropy(groups)
		near(t, "between", got.Between, information, 1e-12)
		near(t, "sum", got.Within+got.Between, got.Total, 1e-12)
	}
}

func TestBusiestSpan(t *testing.T) {
	t.Parallel()
	day := func(busy ...int) []float64 {
		hours := make([]float64, 24)
		for _, h := range busy {
			hours[h]++
		}
		return hours
	}
	for _, c := range []struct {
		name  string
		hours []float64
		start int
		share float64
	}{
		{"nine to seven", day(9, 10, 11, 12, 13, 14, 15, 16, 17, 18), 9, 1},
		{"at night", day(22, 23, 0, 1, 2, 3, 4, 5, 6, 7), 22, 1},
		{"a short day lies in the middle", day(10, 11, 12, 13, 14, 15), 8, 1},
		{"a late one too", day(8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 23), 8, 10.0 / 11},
		{"one hour around midnight", day(0), 19, 1},
	} {
		start, share := stat.BusiestSpan(c.hours, 10)
		near(t, c.name, float64(start), float64(c.start), 0)
		near(t, c.name, share, c.share, 1e-12)
	}
	start, share := stat.BusiestSpan([]float64{1, 1, 1, 1}, 2)
	near(t, "all alike", float64(start)+share, .5, 1e-12)
	_, none := stat.BusiestSpan(day(), 10)
	_, wide := stat.BusiestSpan(day(3), 25)
	unknown(t, "nothing", none, wide)
}
