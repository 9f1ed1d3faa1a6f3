package stat_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"crosstalk/analytics/stat"
)

func eiIndex(t testing.TB, nodes int, edges []stat.Edge, labels []int) (stat.EI, []stat.EI) {
	t.Helper()
	all, groups, err := newGraph(t, nodes, edges).EIIndex(labels)
	if err != nil {
		t.Fatal(err)
	}
	return all, groups
}

// A group of 20 with 70 edges within, of 190 that could be, and 30 that leave it.
func TestEIIndex(t *testing.T) {
	t.Parallel()
	var edges []stat.Edge
	for a := range uint32(20) {
		for b := range a {
			if len(edges) < 70 {
				edges = append(edges, stat.Edge{A: a, B: b, Weight: 1})
			}
		}
	}
	for i := range uint32(30) {
		edges = append(edges, stat.Edge{A: i % 20, B: 20 + i, Weight: 3})
	}
	labels := make([]int, 50)
	for i := 20; i < 50; i++ {
		labels[i] = 1
	}
	all, groups := eiIndex(t, 50, edges, labels)
	near(t, "group", groups[0].Index, -.4, 1e-12)
	near(t, "the others", groups[1].Index, 1, 0)
	near(t, "all", all.Index, -.4, 1e-12)
	if groups[0].External != 30 || groups[0].Internal != 70 || groups[0].Nodes != 20 || groups[1].Nodes != 30 {
		t.Errorf("%+v", groups)
	}
	// Two of one group: (20·19 + 30·29)/(50·49) of all pairs.
	near(t, "expected", all.Expected, 1-2*1250.0/2450, 1e-12)
	if all.Z > -3 || all.P > .02 {
		t.Errorf("z %v, p %v", all.Z, all.P)
	}
}

// Mean and spread of every labelling of a small graph, one by one.
func TestEIIndexMomentsAreExact(t *testing.T) {
	t.Parallel()
	edges := unweighted(0, 1, 0, 2, 0, 3, 1, 2, 3, 4, 4, 5, 5, 6)
	labels := []float64{0, 0, 0, 1, 1, 2, 2}
	sum, squares, n := 0.0, 0.0, 0.0
	permute(labels, 0, func(order []float64) {
		index := 0.0
		for _, e := range edges {
			if order[e.A] == order[e.B] {
				index--
			} else {
				index++
			}
		}
		index /= float64(len(edges))
		sum, squares, n = sum+index, squares+index*index, n+1
	})
	got, _ := eiIndex(t, 7, edges, []int{0, 0, 0, 1, 1, 2, 2})
	near(t, "expected", got.Expected, sum/n, 1e-12)
	near(t, "sd", got.SD, math.Sqrt(squares/n-sum*sum/n/n), 1e-12)
	near(t, "z", got.Z, (got.Index-got.Expected)/got.SD, 1e-12)
}

// The moments agree with labels that are shuffled plainly, over all and by group, and P with how far out the index is among them.
func TestEIIndexAgainstShuffles(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(51, 51))
	const nodes, rounds = 300, 4000
	edges := randomEdges(random, nodes, 1500)
	labels := make([]int, nodes)
	for i := range labels {
		labels[i] = min(i*7%11, 4) // sizes 27, 27, 27, 27 and 192, more or less
	}
	for i := range 60 { // and some who keep to themselves
		edges = append(edges, stat.Edge{A: uint32(i * 11 % nodes), B: uint32((i + 1) * 11 % nodes), Weight: 1})
	}
	all, groups := eiIndex(t, nodes, edges, labels)
	unique := newGraph(t, nodes, edges).Edges()
	draws := make([][]float64, len(groups)+1)
	for range rounds {
		random.Shuffle(nodes, func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
		for i, index := range plainEI(unique, labels, len(groups)) {
			draws[i] = append(draws[i], index)
		}
	}
	for i, got := range append(groups, all) {
		mean, sd := stat.Mean(draws[i]), spread(draws[i])
		near(t, "expected", got.Expected, mean, 4*sd/math.Sqrt(rounds)+.002)
		near(t, "sd", got.SD/sd, 1, .06)
		far := 0.0
		for _, d := range draws[i] {
			if math.Abs(d-got.Expected) >= math.Abs(got.Index-got.Expected) {
				far++
			}
		}
		near(t, "p", got.P, far/rounds, .05)
	}
}

// plainEI is the index of each group and, last, over all.
func plainEI(edges []stat.Edge, labels []int, groups int) []float64 {
	external, internal := make([]float64, groups+1), make([]float64, groups+1)
	for _, e := range edges {
		if a, b := labels[e.A], labels[e.B]; a == b {
			internal[a]++
			internal[groups]++
		} else {
			external[a]++
			external[b]++
			external[groups]++
		}
	}
	index := make([]float64, groups+1)
	for i := range index {
		index[i] = (external[i] - internal[i]) / (external[i] + internal[i])
	}
	return index
}

func spread(values []float64) float64 {
	mean, squares := stat.Mean(values), 0.0
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	return math.Sqrt(squares / float64(len(values)))
}

// Nodes may be numbered and edges listed in any way.
func TestEIIndexKnowsNoNumbers(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(52, 52))
	for _, size := range []struct{ nodes, edges int }{{12, 14}, {12, 9}, {40, 30}, {200, 90}, {200, 900}} {
		edges := randomEdges(random, size.nodes, size.edges)
		labels := make([]int, size.nodes)
		for i := range labels {
			labels[i] = random.IntN(5) - 1
		}
		all, groups := eiIndex(t, size.nodes, edges, labels)
		for range 5 {
			other, to := renumbered(random, size.nodes, edges)
			moved := make([]int, size.nodes)
			for i, label := range labels {
				moved[to[i]] = label
			}
			againAll, againGroups := eiIndex(t, size.nodes, other, moved)
			for i, got := range append(againGroups, againAll) {
				if want := append(groups, all)[i]; !sameEI(got, want) {
					t.Fatalf("renumbered: %+v instead of %+v", got, want)
				}
			}
		}
	}
}

// sameEI compares to the last bit, NaN with NaN.
func sameEI(a, b stat.EI) bool {
	same := func(x, y float64) bool {
		return math.Float64bits(x) == math.Float64bits(y) || math.IsNaN(x) && math.IsNaN(y)
	}
	return a.Nodes == b.Nodes && a.External == b.External && a.Internal == b.Internal && same(a.Index, b.Index) &&
		same(a.Expected, b.Expected) && same(a.SD, b.SD) && same(a.Z, b.Z) && same(a.P, b.P)
}

// When labels are put on at random, P is as often below a tenth as it says.
func TestEIIndexOfNothingSpecial(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(53, 53))
	edges := randomEdges(random, 60, 200)
	const rounds = 300
	below, beyond := 0.0, 0.0
	for range rounds {
		labels := make([]int, 60)
		for i := range labels {
			labels[i] = i % 4
		}
		random.Shuffle(60, func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
		all, _ := eiIndex(t, 60, edges, labels)
		if all.P <= .1 {
			below++
		}
		if math.Abs(all.Z) > 1.645 {
			beyond++
		}
	}
	near(t, "p", below/rounds, .1, .05)
	near(t, "z", beyond/rounds, .1, .05)
}

func TestEIIndexEdges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		nodes  int
		edges  []stat.Edge
		labels []int
	}{
		{"nobody", 0, nil, nil},
		{"no edges", 3, nil, []int{0, 1, 1}},
		{"no labels", 2, unweighted(0, 1), []int{stat.Unlabelled, stat.Unlabelled}},
	} {
		all, groups := eiIndex(t, c.nodes, c.edges, c.labels)
		unknown(t, c.name, all.Index, all.Z, all.P)
		for _, g := range groups {
			unknown(t, c.name, g.Index, g.Z, g.P)
		}
	}
	one, groups := eiIndex(t, 3, unweighted(0, 1, 1, 2), []int{0, 0, 0})
	near(t, "one group", one.Index, -1, 0)
	near(t, "one group by chance", one.Expected, -1, 1e-12)
	unknown(t, "one group", one.Z, groups[0].Z)
	pair, _ := eiIndex(t, 3, unweighted(0, 1, 1, 2), []int{0, 3, stat.Unlabelled})
	near(t, "without the unlabelled", pair.Index, 1, 0)
	g := newGraph(t, 2, nil)
	for name, labels := range map[string][]int{"too few": {0}, "below": {0, -2}, "too high": {0, 1 << 16}} {
		if _, _, err := g.EIIndex(labels); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func BenchmarkEIIndex(b *testing.B) {
	g := large(b)
	labels := make([]int, g.Nodes())
	for i := range labels {
		labels[i] = i * 7919 % 20
	}
	for b.Loop() {
		if _, _, err := g.EIIndex(labels); err != nil {
			b.Fatal(err)
		}
	}
}
