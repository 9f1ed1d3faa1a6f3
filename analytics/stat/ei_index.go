package stat

import (
	"fmt"
	"math"
	"slices"
)

// EI is how much the edges of a group lead out of it: the E-I index of Krackhardt & Stern (1988), beside what it would be if the
// same people were put into groups of the same sizes at random.
type EI struct {
	Nodes              int
	External, Internal uint64  // edges that leave the group, and within it
	Index              float64 // (E-I)/(E+I): -1 all within, 1 all out; NaN without edges
	Expected, SD       float64 // of Index under random labels; NaN where it is not defined
	Z                  float64 // (Index-Expected)/SD; NaN when SD is 0 or unknown
	P                  float64 // share of 999 random labellings, and this one, that are at least as far from Expected; NaN like Index
}

// Unlabelled is the label of a node that belongs to no group: it and its edges are left out.
const Unlabelled = -1

// EIIndex gives the E-I index over all groups, where an edge is external when its ends differ, and of each group, by its label from 0;
// labels has one for each node. Expected and SD over all groups are exact: the moments of the count of joins between labels drawn
// without replacement (Moran 1948; Cliff & Ord 1973). A group's are those of the ratio of two such counts to the second order, each
// moment of which is exact. P draws labels 999 times, with a fixed seed, for nodes in an order that follows from the shape of
// the graph alone; so neither the numbers of the nodes nor the order of the edges matter. Weights do not count.
// A label below Unlabelled, or as many labels as do not fit the graph, are errors.
func (g *Graph) EIIndex(labels []int) (all EI, groups []EI, err error) {
	m, all, groups, err := g.eiMoments(labels)
	if err == nil {
		m.permute(&all, groups)
	}
	return all, groups, err
}

// EIMoments is EIIndex without P, which takes most of the time: P is NaN.
func (g *Graph) EIMoments(labels []int) (all EI, groups []EI, err error) {
	_, all, groups, err = g.eiMoments(labels)
	return all, groups, err
}

func (g *Graph) eiMoments(labels []int) (m *mixing, all EI, groups []EI, err error) {
	if len(labels) != g.Nodes() {
		return nil, EI{}, nil, fmt.Errorf("%d labels for %d nodes", len(labels), g.Nodes())
	}
	count := 0
	for i, label := range labels {
		if label < Unlabelled || label >= mostLabels {
			return nil, EI{}, nil, fmt.Errorf("node %d has label %d", i, label)
		}
		count = max(count, label+1)
	}
	m = g.labelled(labels, count)
	all, groups = m.observed()
	m.expect(&all, groups)
	all.P = math.NaN()
	for i := range groups {
		groups[i].P = math.NaN()
	}
	return m, all, groups, nil
}

const mostLabels = 1 << 16

// mixing is a graph of labelled nodes.
type mixing struct {
	*Graph
	labels []uint16
	sizes  []int    // nodes of each label
	higher []uint32 // where in its neighbours those of a node begin whose numbers are higher, so that each edge is there once
}

// labelled leaves out what has no label.
func (g *Graph) labelled(labels []int, count int) *mixing {
	m := &mixing{sizes: make([]int, count)}
	number := make([]uint32, len(labels))
	for i, label := range labels {
		if label != Unlabelled {
			number[i] = uint32(len(m.labels))
			m.labels = append(m.labels, uint16(label))
			m.sizes[label]++
		}
	}
	m.Graph = &Graph{edges: make([]Edge, 0, len(g.edges))}
	for _, e := range g.edges {
		if labels[e.A] != Unlabelled && labels[e.B] != Unlabelled {
			m.edges = append(m.edges, Edge{number[e.A], number[e.B], e.Weight})
		}
	}
	m.join(len(m.labels))
	m.higher = slices.Clone(m.starts)
	for _, e := range m.edges {
		m.higher[e.B]++
	}
	return m
}

// observed counts the edges as they are.
func (m *mixing) observed() (all EI, groups []EI) {
	groups = make([]EI, len(m.sizes))
	for _, e := range m.edges {
		a, b := m.labels[e.A], m.labels[e.B]
		if a == b {
			groups[a].Internal++
			all.Internal++
			continue
		}
		groups[a].External++
		groups[b].External++
		all.External++
	}
	for i := range groups {
		groups[i].Nodes = m.sizes[i]
		groups[i].Index = eiIndex(groups[i].External, groups[i].Internal)
	}
	all.Nodes, all.Index = m.Nodes(), eiIndex(all.External, all.Internal)
	return all, groups
}

func eiIndex(external, internal uint64) float64 {
	if external+internal == 0 {
		return math.NaN()
	}
	return (float64(external) - float64(internal)) / float64(external+internal)
}

// expect fills in what random labels would give.
func (m *mixing) expect(all *EI, groups []EI) {
	edges, squares := float64(len(m.edges)), 0.0
	for i := range m.Nodes() {
		squares += float64(m.Degree(i)) * float64(m.Degree(i))
	}
	touching := squares - 2*edges // ordered pairs of edges that share a node
	apart := edges*(edges-1) - touching

	var two, three, four float64 // chances that two, three, and two pairs of different nodes are each in one group
	for _, size := range m.sizes {
		two += m.chance(size, 2)
		three += m.chance(size, 3)
		four += m.chance(size, 4)
	}
	four += m.twoPairs()
	mean := edges * two
	all.Expected = 1 - 2*mean/edges
	all.SD = 2 / edges * math.Sqrt(max(edges*two+touching*three+apart*four-mean*mean, 0))
	all.Z = standardised(all)

	for i := range groups {
		groups[i].Expected, groups[i].SD = m.expectGroup(m.sizes[i], squares)
		groups[i].Z = standardised(&groups[i])
	}
}

func standardised(e *EI) float64 {
	if !(e.SD > 1e-12) {
		return math.NaN()
	}
	return (e.Index - e.Expected) / e.SD
}

// chance is that k different nodes drawn at random are all among size of them.
func (m *mixing) chance(size, k int) float64 {
	p := 1.0
	for i := range k {
		if size <= i {
			return 0
		}
		p *= float64(size-i) / float64(m.Nodes()-i)
	}
	return p
}

// twoPairs is the chance that of four different nodes the first two are in one group and the others in another.
func (m *mixing) twoPairs() float64 {
	if m.Nodes() < 4 {
		return 0
	}
	pairs, squares := 0.0, 0.0
	for _, size := range m.sizes {
		p := float64(size) * float64(size-1)
		pairs, squares = pairs+p, squares+p*p
	}
	n := float64(m.Nodes())
	return (pairs*pairs - squares) / (n * (n - 1) * (n - 2) * (n - 3))
}

// expectGroup gives mean and sd of 1 - 2I/U for a group of a size, where I is its edges within and U all it has a part in: the sum of
// its degrees less I.
func (m *mixing) expectGroup(size int, squares float64) (mean, sd float64) {
	edges := float64(len(m.edges))
	one, two, three, four := m.chance(size, 1), m.chance(size, 2), m.chance(size, 3), m.chance(size, 4)
	touching := squares - 2*edges
	i, d := edges*two, 2*edges*one
	varI := edges*two + touching*three + (edges*(edges-1)-touching)*four - i*i
	varD := squares*one + (4*edges*edges-squares)*two - d*d
	covID := squares*two + (2*edges*edges-squares)*three - i*d
	u := d - i
	if !(u > 0) {
		return math.NaN(), math.NaN()
	}
	varU, covIU := varD+varI-2*covID, covID-varI
	mean = 1 - 2*(i/u-covIU/(u*u)+varU*i/(u*u*u))
	variance := (varI - 2*covIU*i/u + varU*i*i/(u*u)) / (u * u)
	return mean, 2 * math.Sqrt(max(variance, 0))
}
