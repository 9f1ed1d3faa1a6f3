package stat

import "math"

const (
	damping        = 0.85
	rankTolerance  = 1e-10
	mostRankRounds = 1000
	rankUnit       = 1 << 62 // what a rank of 1 is as a whole number
)

// PageRank is the influence of each node: the share of time that a walk spends there which at each step follows an edge, chosen
// by weight, with chance 0.85, and else, or where there is no edge, goes to any node (Brin & Page 1998). The ranks add up to 1. Steps
// are repeated until all ranks together move by less than 1e-10. Sums are of whole numbers, of 2^-62, so the order and the numbers
// of the nodes do not change a bit of a rank. Empty of no nodes.
func (g *Graph) PageRank() []float64 {
	n := g.Nodes()
	ranks := make([]float64, n)
	for i := range ranks {
		ranks[i] = 1 / float64(n)
	}
	strengths := g.strengths()
	perWeight := make([]float64, n)
	for range mostRankRounds {
		dangling := uint64(0)
		for i, r := range ranks {
			if perWeight[i] = r * rankUnit / strengths[i]; strengths[i] == 0 {
				perWeight[i], dangling = 0, dangling+uint64(r*rankUnit)
			}
		}
		everywhere := (1 - damping + damping*float64(dangling)/rankUnit) / float64(n)
		if g.pass(perWeight, everywhere, ranks) < rankTolerance {
			break
		}
	}
	return ranks
}

// strengths are the sums of the weights of each node.
func (g *Graph) strengths() []float64 {
	sums := make([]float64, g.Nodes())
	for i := range sums {
		for _, w := range g.weights[g.starts[i]:g.starts[i+1]] {
			sums[i] += float64(w)
		}
	}
	return sums
}

// pass makes a step of the walk: each node gets what its neighbours pass on, and ranks change by what is returned.
func (g *Graph) pass(perWeight []float64, everywhere float64, ranks []float64) float64 {
	moved := uint64(0)
	for i := range ranks {
		sum := uint64(0)
		from, to := g.starts[i], g.starts[i+1]
		weights := g.weights[from:to]
		for j, neighbour := range g.to[from:to] {
			sum += uint64(int64(perWeight[neighbour] * float64(weights[j])))
		}
		next := everywhere + damping*float64(sum)/rankUnit
		moved += uint64(math.Abs(next-ranks[i]) * rankUnit / 2) // all together never more than 2
		ranks[i] = next
	}
	return 2 * float64(moved) / rankUnit
}
