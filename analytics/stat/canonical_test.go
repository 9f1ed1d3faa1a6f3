package stat_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"crosstalk/analytics/stat"
)

// Whatever the nodes are called, the order makes the same graph of them: also of pairs, rings, trees and squares, where many play the same part.
func TestCanonicalOrder(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(61, 61))
	shapes := map[string][]stat.Edge{
		"nothing":                 nil,
		"pairs":                   unweighted(0, 1, 2, 3, 4, 5, 6, 7),
		"a ring":                  unweighted(0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0),
		"a ring or two triangles": unweighted(0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0, 6, 7, 7, 8, 8, 6, 9, 10, 10, 11, 11, 9),
		"a tree":                  unweighted(0, 1, 0, 2, 1, 3, 1, 4, 2, 5, 2, 6, 3, 7, 5, 8),
		"two columns":             unweighted(0, 1, 1, 2, 3, 4, 4, 5, 0, 3, 1, 4, 2, 5),
		"a cube":                  unweighted(0, 1, 1, 2, 2, 3, 3, 0, 4, 5, 5, 6, 6, 7, 7, 4, 0, 4, 1, 5, 2, 6, 3, 7),
		"random":                  randomEdges(random, 14, 20),
	}
	for name, edges := range shapes {
		want := canonical(t, 14, edges)
		for range 20 {
			other, _ := renumbered(random, 14, edges)
			if got := canonical(t, 14, other); !slices.Equal(got, want) {
				t.Fatalf("%s: %v instead of %v", name, got, want)
			}
		}
	}
}

// canonical gives the edges by the places of their nodes.
func canonical(t *testing.T, nodes int, edges []stat.Edge) [][2]int {
	t.Helper()
	g := newGraph(t, nodes, edges)
	place := make([]int, nodes)
	order := stat.CanonicalOrder(g)
	for i, node := range order {
		place[node] = i
	}
	slices.Sort(order)
	if len(slices.Compact(order)) != nodes {
		t.Fatalf("%d of %d nodes are there", len(slices.Compact(order)), nodes)
	}
	var placed [][2]int
	for _, e := range g.Edges() {
		a, b := place[e.A], place[e.B]
		placed = append(placed, [2]int{min(a, b), max(a, b)})
	}
	slices.SortFunc(placed, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	return placed
}

func BenchmarkCanonicalOrder(b *testing.B) {
	g := large(b)
	for b.Loop() {
		stat.CanonicalOrder(g)
	}
}
