package stat

import (
	"fmt"
	"slices"
)

// Edge joins two nodes, undirected, by their numbers from 0. Its weight is a count; what knows no weights counts it as one.
type Edge struct{ A, B, Weight uint32 }

// Graph is an undirected weighted graph, ready to be walked. What is computed of it does not depend on the order of its edges.
type Graph struct {
	edges   []Edge   // each pair once, A < B, ascending
	starts  []uint32 // of the neighbours of each node, and the end
	to      []uint32 // neighbours, ascending for each node
	weights []uint32
}

// NewGraph takes the edges over. A pair that comes twice, in whichever direction, is one edge with the sum of the weights;
// edges of a node with itself and edges without weight are left out. A node number of nodes or above, and a sum of weights that 32 bits do
// not hold, are errors.
func NewGraph(nodes int, edges []Edge) (*Graph, error) {
	ordered := make([]Edge, 0, len(edges))
	for _, e := range edges {
		if max(e.A, e.B) >= uint32(nodes) {
			return nil, fmt.Errorf("an edge of node %d in a graph of %d", max(e.A, e.B), nodes)
		}
		if e.A != e.B && e.Weight > 0 {
			ordered = append(ordered, Edge{min(e.A, e.B), max(e.A, e.B), e.Weight})
		}
	}
	ordered = sortEdges(nodes, ordered, func(e Edge) uint32 { return e.B })
	ordered = sortEdges(nodes, ordered, func(e Edge) uint32 { return e.A })
	g := &Graph{edges: ordered[:0]}
	for _, e := range ordered {
		last := len(g.edges) - 1
		if last < 0 || g.edges[last].A != e.A || g.edges[last].B != e.B {
			g.edges = append(g.edges, e)
			continue
		}
		g.edges[last].Weight += e.Weight
		if g.edges[last].Weight < e.Weight {
			return nil, fmt.Errorf("the weights of nodes %d and %d are too large", e.A, e.B)
		}
	}
	g.join(nodes)
	return g, nil
}

// sortEdges puts edges in the order of one end, and those that share it in the order they had.
func sortEdges(nodes int, edges []Edge, end func(Edge) uint32) []Edge {
	next := make([]uint32, nodes+1)
	for _, e := range edges {
		next[end(e)+1]++
	}
	for i := range nodes {
		next[i+1] += next[i]
	}
	ordered := make([]Edge, len(edges))
	for _, e := range edges {
		ordered[next[end(e)]] = e
		next[end(e)]++
	}
	return ordered
}

// join lists the neighbours of each node. The edges ascend, so the lists do.
func (g *Graph) join(nodes int) {
	g.starts = make([]uint32, nodes+1)
	for _, e := range g.edges {
		g.starts[e.A+1]++
		g.starts[e.B+1]++
	}
	for i := range nodes {
		g.starts[i+1] += g.starts[i]
	}
	g.to, g.weights = make([]uint32, 2*len(g.edges)), make([]uint32, 2*len(g.edges))
	next := slices.Clone(g.starts)
	put := func(of, to, weight uint32) {
		g.to[next[of]], g.weights[next[of]] = to, weight
		next[of]++
	}
	for _, e := range g.edges { // first the smaller neighbours of each
		put(e.B, e.A, e.Weight)
	}
	for _, e := range g.edges {
		put(e.A, e.B, e.Weight)
	}
}

// Nodes is how many nodes there are, those without an edge included.
func (g *Graph) Nodes() int { return len(g.starts) - 1 }

// Edges are the edges, each once with A < B, ascending by A and B. They are not to be changed.
func (g *Graph) Edges() []Edge { return g.edges }

// Degree is how many neighbours a node has.
func (g *Graph) Degree(node int) int { return int(g.starts[node+1] - g.starts[node]) }

// neighbours of a node, ascending.
func (g *Graph) neighbours(node uint32) []uint32 { return g.to[g.starts[node]:g.starts[node+1]] }
