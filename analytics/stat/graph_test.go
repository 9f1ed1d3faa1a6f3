package stat_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"crosstalk/analytics/stat"
)

func newGraph(t testing.TB, nodes int, edges []stat.Edge) *stat.Graph {
	t.Helper()
	g, err := stat.NewGraph(nodes, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// unweighted edges of pairs a, b, a, b ...
func unweighted(ends ...uint32) []stat.Edge {
	var edges []stat.Edge
	for i := 0; i < len(ends); i += 2 {
		edges = append(edges, stat.Edge{A: ends[i], B: ends[i+1], Weight: 1})
	}
	return edges
}

// randomEdges joins nodes at random; those with low numbers have many more edges.
func randomEdges(random *rand.Rand, nodes, count int) []stat.Edge {
	edges := make([]stat.Edge, count)
	pick := func() uint32 { return uint32(float64(nodes) * math.Pow(random.Float64(), 2)) }
	for i := range edges {
		edges[i] = stat.Edge{A: pick(), B: pick(), Weight: 1 + uint32(random.ExpFloat64()*4)}
	}
	return edges
}

// renumbered gives the same graph with other node numbers, in another order, and the new number of each node.
func renumbered(random *rand.Rand, nodes int, edges []stat.Edge) ([]stat.Edge, []int) {
	to := random.Perm(nodes)
	other := make([]stat.Edge, len(edges))
	for i, e := range edges {
		other[i] = stat.Edge{A: uint32(to[e.B]), B: uint32(to[e.A]), Weight: e.Weight}
	}
	random.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
	return other, to
}

func TestNewGraph(t *testing.T) {
	t.Parallel()
	g := newGraph(t, 5, []stat.Edge{{3, 1, 2}, {0, 1, 1}, {1, 3, 5}, {2, 2, 9}, {0, 4, 0}})
	if want := []stat.Edge{{0, 1, 1}, {1, 3, 7}}; !slices.Equal(g.Edges(), want) {
		t.Errorf("%v, want %v", g.Edges(), want)
	}
	for node, want := range []int{1, 2, 0, 1, 0} {
		if got := g.Degree(node); got != want {
			t.Errorf("node %d has %d neighbours, want %d", node, got, want)
		}
	}
	for name, edges := range map[string][]stat.Edge{"no such node": {{0, 5, 1}}, "too heavy": {{0, 1, math.MaxUint32}, {1, 0, 1}}} {
		if _, err := stat.NewGraph(5, edges); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestPageRank(t *testing.T) {
	t.Parallel()
	// A star of 4 leaves: c = .03 + .85·4l and l = .03 + .85·c/4.
	star := newGraph(t, 5, unweighted(0, 1, 0, 2, 0, 3, 0, 4)).PageRank()
	near(t, "centre", star[0], (.03+.85*4*.03)/(1-.85*.85), 1e-9)
	near(t, "leaf", star[4], (1-star[0])/4, 1e-9)
	for _, r := range newGraph(t, 6, unweighted(0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0)).PageRank() {
		near(t, "in a ring", r, 1.0/6, 1e-12)
	}
	for _, r := range newGraph(t, 3, nil).PageRank() {
		near(t, "alone", r, 1.0/3, 1e-12)
	}
	if got := newGraph(t, 0, nil).PageRank(); len(got) != 0 {
		t.Errorf("nobody has %v", got)
	}
}

// The ranks solve the equations of the walk, and are the same whatever the nodes are called.
func TestPageRankSolvesTheWalk(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(31, 31))
	for range 30 {
		nodes := 2 + random.IntN(40)
		edges := randomEdges(random, nodes, random.IntN(90))
		got := newGraph(t, nodes, edges).PageRank()
		for i, want := range walked(nodes, edges) {
			near(t, "rank", got[i], want, 1e-9)
		}
		other, to := renumbered(random, nodes, edges)
		again := newGraph(t, nodes, other).PageRank()
		for i := range got {
			if got[i] != again[to[i]] {
				t.Fatalf("renumbered: %v instead of %v", again[to[i]], got[i])
			}
		}
	}
}

// walked solves the equations by elimination.
func walked(nodes int, edges []stat.Edge) []float64 {
	strength := make([]float64, nodes)
	for _, e := range edges {
		if e.A != e.B {
			strength[e.A] += float64(e.Weight)
			strength[e.B] += float64(e.Weight)
		}
	}
	m := make([][]float64, nodes)
	for i := range m {
		m[i] = make([]float64, nodes+1)
		m[i][i], m[i][nodes] = 1, .15/float64(nodes)
		for j := range nodes {
			if strength[j] == 0 {
				m[i][j] -= .85 / float64(nodes)
			}
		}
	}
	for _, e := range edges {
		if e.A != e.B {
			m[e.A][e.B] -= .85 * float64(e.Weight) / strength[e.B]
			m[e.B][e.A] -= .85 * float64(e.Weight) / strength[e.A]
		}
	}
	for i := range m { // diagonally dominant by columns: no pivots are needed
		for j := range m {
			if f := m[j][i] / m[i][i]; j != i {
				for k := i; k <= nodes; k++ {
					m[j][k] -= f * m[i][k]
				}
			}
		}
	}
	ranks := make([]float64, nodes)
	for i := range ranks {
		ranks[i] = m[i][nodes] / m[i][i]
	}
	return ranks
}

func TestNeighbourOverlap(t *testing.T) {
	t.Parallel()
	// A square 0-1-2-3 with the diagonal 0-2, a tail 3-4 and a pair 5-6.
	g := newGraph(t, 7, unweighted(0, 1, 1, 2, 2, 3, 3, 0, 0, 2, 3, 4, 5, 6))
	want := map[[2]uint32]float64{
		{0, 1}: 1.0 / 2, // 2 of 2 and 3
		{0, 2}: 1,       // 1 and 3
		{0, 3}: 1.0 / 3, // 2 of 1, 2 and 4
		{1, 2}: 1.0 / 2, {2, 3}: 1.0 / 3, {3, 4}: 0, {5, 6}: 0,
	}
	for i, overlap := range g.NeighbourOverlap() {
		e := g.Edges()[i]
		near(t, "overlap", overlap, want[[2]uint32{e.A, e.B}], 1e-12)
	}
}

func TestNeighbourOverlapOfSets(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(32, 32))
	for range 40 {
		nodes := 2 + random.IntN(50)
		g := newGraph(t, nodes, randomEdges(random, nodes, random.IntN(300)))
		joined := make([]map[uint32]bool, nodes)
		for i := range joined {
			joined[i] = map[uint32]bool{}
		}
		for _, e := range g.Edges() {
			joined[e.A][e.B], joined[e.B][e.A] = true, true
		}
		for i, got := range g.NeighbourOverlap() {
			e := g.Edges()[i]
			both, either := 0.0, 0.0
			for node := range uint32(nodes) {
				if node == e.A || node == e.B {
					continue
				}
				if joined[e.A][node] && joined[e.B][node] {
					both++
				}
				if joined[e.A][node] || joined[e.B][node] {
					either++
				}
			}
			near(t, "overlap", got, both/max(either, 1), 1e-12)
		}
	}
}

func TestTopCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		values []float64
		want   float64
	}{
		{"eight", []float64{2, 9, 2, 3, 2, 4, 2, 2}, 4},
		{"four", []float64{1, 2, 3, 4}, 4},
		{"equal at the cut", []float64{1, 1, 1, 1, 2, 3, 3, 4}, 4},
		{"all alike", []float64{2, 2, 2, 2}, math.Inf(1)},
		{"the top is common", []float64{1, 3, 3, 1}, math.Inf(1)},
		{"fewer than four", []float64{1, 2, 3}, math.Inf(1)},
	} {
		if got := stat.TopCut(c.values, .25); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	near(t, "everything", stat.TopCut([]float64{5, 4}, 1), 4, 0)
	unknown(t, "nothing", stat.TopCut(nil, .25))
}

func large(b *testing.B) *stat.Graph {
	random := rand.New(rand.NewPCG(40, 40))
	g := newGraph(b, 20_000, randomEdges(random, 20_000, 505_000))
	b.ReportMetric(float64(len(g.Edges())), "edges")
	return g
}

func BenchmarkNewGraph(b *testing.B) {
	edges := randomEdges(rand.New(rand.NewPCG(40, 40)), 20_000, 505_000)
	for b.Loop() {
		newGraph(b, 20_000, edges)
	}
}

func BenchmarkPageRank(b *testing.B) {
	g := large(b)
	for b.Loop() {
		g.PageRank()
	}
}

func BenchmarkNeighbourOverlap(b *testing.B) {
	g := large(b)
	for b.Loop() {
		g.NeighbourOverlap()
	}
}
