package analytics

import (
	"fmt"
	"math"

	"crosstalk/analytics/stat"
)

// Mixing are figures about ties within groups of people and between them.
type Mixing struct {
	People       *uint64  `ch:"people" unit:"people" doc:"people of the group with a tie to somebody who is in a group, the same or another"`
	Ties         *uint64  `ch:"ties" unit:"ties" doc:"these ties: internal_ties + external_ties"`
	InternalTies *uint64  `ch:"internal_ties" unit:"ties" doc:"ties within the group; over all groups, within any"`
	ExternalTies *uint64  `ch:"external_ties" unit:"ties" doc:"ties to people of other groups; over all groups, each once"`
	EIIndex      *float64 `ch:"ei_index" doc:"(external - internal) / (external + internal): -1 all ties stay inside, 1 all lead out"`
	EIExpected   *float64 `ch:"ei_expected" doc:"ei_index that the same ties would have on average if the same people were put into groups of the same sizes at random"`
	EIZ          *float64 `ch:"ei_z" doc:"(ei_index - ei_expected) / standard deviation of such random groups: below -2 is a silo beyond chance"`
}

// mixture is what ties are like between some groups.
type mixture struct {
	*pairwise
	proofs *pairProofs
	index  stat.EI   // over all groups
	of     []stat.EI // of each with a name
}

func (t *ties) mixture(d *departments) (*mixture, error) {
	m := &mixture{pairwise: newPairwise(d)}
	var whole bundle
	for _, one := range t.own() {
		m.put(one)
		whole.size++
		t.putEnds(&whole, one)
	}
	m.proofs = m.prove(t, t.proof(&whole))
	graph, labels, err := t.labelled(d)
	if err != nil {
		return nil, err
	}
	if m.index, m.of, err = graph.EIMoments(labels); err != nil {
		return nil, fmt.Errorf("E-I index: %w", err)
	}
	for len(m.of) < len(d.names) { // nobody with a tie is in it
		m.of = append(m.of, stat.EI{Index: math.NaN(), Expected: math.NaN(), Z: math.NaN()})
	}
	return m, nil
}

// labelled is the graph of ties of which both ends are in named groups, of the people who have one.
func (t *ties) labelled(d *departments) (*stat.Graph, []int, error) {
	var edges []stat.Edge
	var labels []int
	nodes := make([]uint32, len(t.outside)) // from 1
	node := func(person int) uint32 {
		if nodes[person] == 0 {
			labels = append(labels, d.labels[person])
			nodes[person] = uint32(len(labels))
		}
		return nodes[person] - 1
	}
	for _, one := range t.own() {
		if d.labels[one.a] < len(d.names) && d.labels[one.b] < len(d.names) {
			edges = append(edges, stat.Edge{A: node(one.a), B: node(one.b), Weight: 1})
		}
	}
	graph, err := stat.NewGraph(len(labels), edges)
	if err != nil {
		return nil, nil, fmt.Errorf("graph of ties: %w", err)
	}
	return graph, labels, nil
}

// figuresOf are those of the whole, or of a group.
func figuresOf(e stat.EI) Mixing {
	return Mixing{
		People: count(float64(e.Nodes)), Ties: count(float64(e.Internal + e.External)),
		InternalTies: count(float64(e.Internal)), ExternalTies: count(float64(e.External)),
		EIIndex: number(e.Index), EIExpected: number(e.Expected), EIZ: number(e.Z),
	}
}

// mixingParts prove what tells internal from external ties: enough of both.
func mixingParts(internal, external *proof) map[string]*proof {
	both := &proof{people: min(internal.people, external.people), with: []*proof{internal, external}}
	return map[string]*proof{"internal_ties": both, "external_ties": both, "ei_index": both, "ei_expected": both, "ei_z": both}
}

// groupParts are those of a named group.
func (m *mixture) groupParts(group int) map[string]*proof {
	return mixingParts(m.proofs.pairs[m.place(group, group)], m.proofs.leaving[group])
}

// assortativity is Newman's (2003) coefficient of ties between groups: 1 when all stay inside, 0 as at random.
func (m *mixture) assortativity() float64 {
	ties, inside, squares := float64(m.index.Internal+m.index.External), 0.0, 0.0
	for _, g := range m.of {
		share := (2*float64(g.Internal) + float64(g.External)) / (2 * ties)
		inside += float64(g.Internal) / ties
		squares += share * share
	}
	return ratio(inside-squares, 1-squares)
}
