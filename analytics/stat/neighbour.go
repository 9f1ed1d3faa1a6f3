package stat

import (
	"math"
	"slices"
)

// NeighbourOverlap is, for each edge of Edges, how many neighbours its two ends share: the Jaccard index of their neighbours, the
// two ends themselves left out (Onnela et al. 2007), from 0 to 1; 0 when neither has another neighbour.
func (g *Graph) NeighbourOverlap() []float64 {
	overlaps := make([]float64, len(g.edges))
	isNear := make([]uint8, g.Nodes()) // 1 for the neighbours of the node looked at
	first := g.firstEdges()
	for node := range uint32(g.Nodes()) {
		near := g.neighbours(node)
		for _, other := range near {
			isNear[other] = 1
		}
		for _, other := range near {
			if !g.looksAt(node, other) {
				continue
			}
			shared := 0
			for _, third := range g.neighbours(other) {
				shared += int(isNear[third])
			}
			either := len(near) - 1 + g.Degree(int(other)) - 1 - shared
			overlaps[g.edgeAt(first, node, other)] = ratio(float64(shared), float64(either))
		}
		for _, other := range near {
			isNear[other] = 0
		}
	}
	return overlaps
}

// looksAt reports whether an edge is worked out from node: the end with more neighbours, so that a hub's are marked once and not
// walked for each of its edges.
func (g *Graph) looksAt(node, other uint32) bool {
	a, b := g.Degree(int(node)), g.Degree(int(other))
	return a > b || a == b && node < other
}

// firstEdges gives for each node where the edges begin of which it is the A.
func (g *Graph) firstEdges() []int {
	first := make([]int, g.Nodes()+1)
	for _, e := range g.edges {
		first[e.A+1]++
	}
	for i := range g.Nodes() {
		first[i+1] += first[i]
	}
	return first
}

func (g *Graph) edgeAt(first []int, a, b uint32) int {
	a, b = min(a, b), max(a, b)
	from := first[a]
	// The neighbours of a that are above it stand in the order of its edges, at the end of its list.
	above := g.to[int(g.starts[a+1])-(first[a+1]-from) : g.starts[a+1]]
	i, _ := slices.BinarySearch(above, b)
	return from + i
}

// TopCut is the smallest of the values such that at most a share of all are at or above it: 0.25 for the top quarter. Values
// that are equal are all in or all out. Infinite when the highest value is too common, NaN of nothing.
func TopCut(values []float64, share float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	ascending := slices.Sorted(slices.Values(values))
	room := int(share*float64(len(values)) + 1e-9)
	out := len(ascending) - room // so many, at least, must be below
	if out <= 0 {
		return ascending[0]
	}
	below := ascending[out-1]
	i, _ := slices.BinarySearchFunc(ascending, below, func(v, below float64) int {
		if v <= below {
			return -1
		}
		return 1
	})
	if i == len(ascending) {
		return math.Inf(1)
	}
	return ascending[i]
}
