package stat

import (
	"cmp"
	"slices"
)

// canonicalOrder lists the nodes in an order in which their numbers have no part: two graphs of the same shape have orders that make them
// equal. Nodes are told apart by how many neighbours and triangles they have and how many nodes they hang together with, then
// by how many neighbours of each kind, again and again; where some stay alike, one of them is made different, and so on until all
// are (colour refinement with individualisation, McKay 1981). Weights do not count. Only shapes contrived to look alike
// from every node, such as strongly regular graphs, escape it.
func (g *Graph) canonicalOrder() []uint32 {
	p := newPartition(g)
	p.refine(g)
	for i := range p.nodes {
		if p.size[p.start[p.nodes[i]]] > 1 {
			p.single(uint32(i))
			p.refine(g)
		}
	}
	return p.nodes
}

// partition keeps nodes in cells of those not told apart; a cell is known by where it starts.
type partition struct {
	nodes    []uint32 // cell by cell
	at       []uint32 // where each node is in nodes
	start    []uint32 // of the cell of each node
	size     []uint32 // of the cell that starts here
	queue    []uint32 // cells whose neighbours are to be looked at
	isQueued []bool
	counts   []uint32 // neighbours of a node in the cell looked at
}

func newPartition(g *Graph) *partition {
	n := g.Nodes()
	triangles, together := g.triangles(), g.together()
	compare := func(a, b uint32) int {
		return cmp.Or(cmp.Compare(g.Degree(int(a)), g.Degree(int(b))), cmp.Compare(triangles[a], triangles[b]), cmp.Compare(together[a], together[b]))
	}
	p := &partition{nodes: make([]uint32, n), at: make([]uint32, n), start: make([]uint32, n), size: make([]uint32, n),
		isQueued: make([]bool, n), counts: make([]uint32, n)}
	for i := range p.nodes {
		p.nodes[i] = uint32(i)
	}
	slices.SortFunc(p.nodes, compare)
	from := 0
	for i, node := range p.nodes {
		p.at[node] = uint32(i)
		if i > 0 && compare(p.nodes[i-1], node) != 0 {
			p.cell(from, i)
			from = i
		}
	}
	if n > 0 {
		p.cell(from, n)
	}
	return p
}

// cell makes one of the nodes between two places, and queues it.
func (p *partition) cell(from, to int) {
	for _, node := range p.nodes[from:to] {
		p.start[node] = uint32(from)
	}
	p.size[from] = uint32(to - from)
	p.enqueue(uint32(from))
}

func (p *partition) enqueue(cell uint32) {
	if !p.isQueued[cell] {
		p.isQueued[cell] = true
		p.queue = append(p.queue, cell)
	}
}

// single takes the first node of a cell out of it.
func (p *partition) single(cell uint32) {
	rest := cell + 1
	for _, node := range p.nodes[rest : cell+p.size[cell]] {
		p.start[node] = rest
	}
	p.size[rest], p.size[cell] = p.size[cell]-1, 1
	p.enqueue(cell)
}

// refine splits cells until all nodes of each have as many neighbours in every other.
func (p *partition) refine(g *Graph) {
	var members, touched []uint32
	for next := 0; next < len(p.queue); next++ {
		cell := p.queue[next]
		p.isQueued[cell] = false
		members = append(members[:0], p.nodes[cell:cell+p.size[cell]]...)
		touched = touched[:0]
		for _, node := range members {
			for _, neighbour := range g.neighbours(node) {
				if p.counts[neighbour] == 0 && p.size[p.start[neighbour]] > 1 {
					touched = append(touched, neighbour)
				}
				p.counts[neighbour]++
			}
		}
		slices.SortFunc(touched, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(p.start[a], p.start[b]), cmp.Compare(p.counts[a], p.counts[b]))
		})
		for from := 0; from < len(touched); {
			to := from
			for to < len(touched) && p.start[touched[to]] == p.start[touched[from]] {
				to++
			}
			p.split(touched[from:to])
			from = to
		}
		for _, node := range members {
			for _, neighbour := range g.neighbours(node) {
				p.counts[neighbour] = 0
			}
		}
	}
	p.queue = p.queue[:0]
}

// split moves those of a cell that were touched, by ascending counts, to its end, and makes cells of those alike. All but the
// largest of the new cells are to be looked at, unless the old one was waiting anyway.
func (p *partition) split(touched []uint32) {
	cell := p.start[touched[0]]
	from := cell + p.size[cell] - uint32(len(touched))
	for i := len(touched) - 1; i >= 0; i-- {
		p.swap(touched[i], from+uint32(i))
	}
	starts := []uint32{cell}
	if from == cell {
		starts = nil
	}
	for i, node := range touched {
		if i == 0 || p.counts[node] != p.counts[touched[i-1]] {
			starts = append(starts, from+uint32(i))
		}
		p.start[node] = starts[len(starts)-1]
	}
	end, largest := cell+p.size[cell], 0
	for i, start := range starts {
		stop := end
		if i+1 < len(starts) {
			stop = starts[i+1]
		}
		p.size[start] = stop - start
		if p.size[start] > p.size[starts[largest]] {
			largest = i
		}
	}
	waits := p.isQueued[cell]
	for i, start := range starts {
		if waits || i != largest {
			p.enqueue(start)
		}
	}
}

// swap puts a node in a place, and who was there in its own.
func (p *partition) swap(node, place uint32) {
	other, from := p.nodes[place], p.at[node]
	p.nodes[place], p.nodes[from] = node, other
	p.at[node], p.at[other] = place, from
}

// triangles counts those each node is part of.
func (g *Graph) triangles() []uint32 {
	counts := make([]uint32, g.Nodes())
	isNear := make([]uint8, g.Nodes())
	for node := range uint32(g.Nodes()) {
		near := g.neighbours(node)
		for _, other := range near {
			isNear[other] = 1
		}
		for _, other := range near {
			if g.looksAt(node, other) {
				for _, third := range g.neighbours(other) {
					counts[third] += uint32(isNear[third])
				}
			}
		}
		for _, other := range near {
			isNear[other] = 0
		}
	}
	return counts // each triangle of a node is seen once, from the edge across
}

// together counts the nodes each node can be reached from, itself included.
func (g *Graph) together() []uint32 {
	sizes := make([]uint32, g.Nodes())
	var found []uint32
	for node := range uint32(g.Nodes()) {
		if sizes[node] > 0 {
			continue
		}
		found = append(found[:0], node)
		sizes[node] = 1
		for i := 0; i < len(found); i++ {
			for _, other := range g.neighbours(found[i]) {
				if sizes[other] == 0 {
					sizes[other] = 1
					found = append(found, other)
				}
			}
		}
		for _, member := range found {
			sizes[member] = uint32(len(found))
		}
	}
	return sizes
}
