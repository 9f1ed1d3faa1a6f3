package analytics

import "slices"

// What several tools carry together is told by sets of tools, as bits: bit 0 is the first tool with data.

// checkToolSets refuses more tools than a set can hold.
func (q *question) checkToolSets() error {
	if len(q.all) > mostOverlapTools {
		return refused("%d tools are not told apart: there may be %d at most", len(q.all), mostOverlapTools)
	}
	return nil
}

// mask is a set of tools with data.
func (q *question) mask(tools []string) uint64 {
	mask := uint64(0)
	for bit, tool := range q.all {
		if slices.Contains(tools, tool) {
			mask |= 1 << bit
		}
	}
	return mask
}

// tieSet is some ties, with how many each person has of them.
type tieSet struct {
	size    float64
	ends    []float64 // by number of the person
	outside []bool
}

// proof counts who stands behind ties: enough people, and enough ties.
func (t tieSet) proof() *proof {
	p := behind(t.ends, t.outside)
	p.sum = t.size
	p.people = min(p.people, uint64(t.size))
	return p
}

func (n *network) newTieSet() tieSet {
	return tieSet{ends: make([]float64, len(n.inside)), outside: n.outside}
}

// put counts a tie at those of its ends that count.
func (t *tieSet) put(n *network, a, b int) {
	t.size++
	for _, person := range [2]int{a, b} {
		if n.inside[person] {
			t.ends[person]++
		}
	}
}

// byPair calls for each pair with what it exchanged, tool by tool.
func (n *network) byPair(each func(exchanges []exchange)) {
	for begin := 0; begin < len(n.exchanges); {
		end := begin + 1
		for end < len(n.exchanges) && n.exchanges[end].a == n.exchanges[begin].a && n.exchanges[end].b == n.exchanges[begin].b {
			end++
		}
		each(n.exchanges[begin:end])
		begin = end
	}
}

// tiesOn are the ties on each of some sets of tools: pairs with at least two interactions on the tools of the set together.
func (n *network) tiesOn(sets []uint64) []tieSet {
	found := make([]tieSet, len(sets))
	for i := range found {
		found[i] = n.newTieSet()
	}
	n.byPair(func(exchanges []exchange) {
		for i, set := range sets {
			interactions := 0
			for _, x := range exchanges {
				if set>>x.tool&1 == 1 {
					interactions += x.ab + x.ba
				}
			}
			if interactions >= fewestInteractions {
				found[i].put(n, exchanges[0].a, exchanges[0].b)
			}
		}
	})
	return found
}

// onTools are the tools that carry a pair's tie: with at least two interactions each.
func onTools(exchanges []exchange) uint64 {
	on := uint64(0)
	for _, x := range exchanges {
		if x.ab+x.ba >= fewestInteractions {
			on |= 1 << x.tool
		}
	}
	return on
}

// tiesOnlyOn are the ties that tools of each of some sets carry, and no others.
func (n *network) tiesOnlyOn(sets []uint64) []tieSet {
	found := make([]tieSet, len(sets))
	for i := range found {
		found[i] = n.newTieSet()
	}
	n.byPair(func(exchanges []exchange) {
		on := onTools(exchanges)
		for i, set := range sets {
			if on != 0 && on&^set == 0 {
				found[i].put(n, exchanges[0].a, exchanges[0].b)
			}
		}
	})
	return found
}
