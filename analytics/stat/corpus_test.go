package stat_test

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"testing"

	"crosstalk/analytics/stat"
	"crosstalk/collectors/collectortest"
)

// The mail of a European research institution (SNAP email-Eu-core), its departments as labels. SNAP publishes 1,005 nodes, 25,571 directed
// edges and 105,461 triangles; 642 of the edges are loops, and 34.7 % of the others stay within a department.
func TestMailOfAnInstitution(t *testing.T) {
	t.Parallel()
	const nodes = 1005
	var edges []stat.Edge
	loops := 0
	for _, line := range numberPairs(t, "email-Eu-core.txt") {
		edges = append(edges, stat.Edge{A: uint32(line[0]), B: uint32(line[1]), Weight: 1})
		if line[0] == line[1] {
			loops++
		}
	}
	labels := make([]int, nodes)
	for _, line := range numberPairs(t, "email-Eu-core-department-labels.txt") {
		labels[line[0]] = line[1]
	}
	near(t, "edges", float64(len(edges)), 25_571, 0)
	near(t, "loops", float64(loops), 642, 0)

	g := newGraph(t, nodes, edges)
	directed, within := 0.0, 0.0
	triangles := 0.0
	overlaps := g.NeighbourOverlap()
	for i, e := range g.Edges() {
		directed += float64(e.Weight) // 2 where both wrote
		if labels[e.A] == labels[e.B] {
			within += float64(e.Weight)
		}
		others := float64(g.Degree(int(e.A)) + g.Degree(int(e.B)) - 2)
		triangles += overlaps[i] * others / (1 + overlaps[i]) / 3
	}
	near(t, "directed pairs", directed, 24_929, 0)
	near(t, "within a department", within/directed, .347, .0005)
	near(t, "triangles", triangles, 105_461, 1e-3)

	all, groups, err := g.EIIndex(labels)
	if err != nil {
		t.Fatal(err)
	}
	if all.External+all.Internal != uint64(len(g.Edges())) || len(groups) != 42 || all.Z > -50 || all.P != .001 {
		t.Errorf("%d departments, %+v", len(groups), all)
	}
	sum := 0.0
	for _, r := range g.PageRank() {
		sum += r
	}
	near(t, "ranks", sum, 1, 1e-9)
}

// numberPairs reads lines of two numbers.
func numberPairs(t *testing.T, name string) [][2]int {
	t.Helper()
	f, err := os.Open(collectortest.Shared(t, "corpora", "net-email-eu-core", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var pairs [][2]int
	in := bufio.NewReader(f)
	for {
		var a, b int
		if _, err := fmt.Fscan(in, &a, &b); err != nil {
			return pairs
		}
		if a < 0 || b > math.MaxInt32 {
			t.Fatalf("%d %d", a, b)
		}
		pairs = append(pairs, [2]int{a, b})
	}
}
