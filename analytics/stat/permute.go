package stat

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// lanes is how many labellings are counted at once: the labels of a node in each are 16 bits of one word.
const lanes = 4

// permute fills in P: how many random labellings are as far from what is expected as the one observed.
func (m *mixing) permute(all *EI, groups []EI) {
	if len(m.edges) == 0 {
		all.P = math.NaN()
		for i := range groups {
			groups[i].P = math.NaN()
		}
		return
	}
	places, pool := m.canonicalOrder(), m.pool(groups)
	wide := make([]tail, len(groups)+1)
	for i := range wide {
		of := all
		if i < len(groups) {
			of = &groups[i]
		}
		wide[i].of = of
	}
	const batches = (Draws + lanes - 1) / lanes
	workers := min(runtime.GOMAXPROCS(0), 8)
	counted := make([][]tail, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			one := m.newLabelling(places, pool, slices.Clone(wide))
			for batch := w; batch < batches; batch += workers {
				one.draw(batch)
			}
			counted[w] = one.tails
		})
	}
	wait.Wait()
	for i, t := range wide {
		for _, more := range counted {
			t.draws += more[i].draws
			t.far += more[i].far
		}
		t.of.P = float64(t.far+1) / float64(t.draws+1)
		if math.IsNaN(t.of.Index) || math.IsNaN(t.of.Expected) {
			t.of.P = math.NaN()
		}
	}
}

// tail counts labellings that have an index, and those of them that are as far out as the one observed.
type tail struct {
	of         *EI
	draws, far int
}

func (t *tail) add(external, internal uint64) {
	if external+internal == 0 {
		return
	}
	t.draws++
	if math.Abs(eiIndex(external, internal)-t.of.Expected) >= math.Abs(t.of.Index-t.of.Expected)-1e-12 {
		t.far++
	}
}

// labelling has the room for four labellings at once.
type labelling struct {
	*mixing
	places   []uint32 // the nodes, in the order in which labels are dealt
	pool     []uint16 // the labels to be dealt
	dealt    []uint16
	words    []uint64 // of each node
	found    []uint64 // edges of a node within a group, by lanes
	internal [lanes][]uint64
	ends     [lanes][]uint64 // sums of degrees of each label
	tails    []tail
}

func (m *mixing) newLabelling(places []uint32, pool []uint16, tails []tail) *labelling {
	l := &labelling{mixing: m, places: places, pool: pool, dealt: make([]uint16, len(pool)), words: make([]uint64, m.Nodes()), tails: tails}
	for lane := range lanes {
		l.internal[lane], l.ends[lane] = make([]uint64, len(m.sizes)), make([]uint64, len(m.sizes))
	}
	return l
}

// draw deals four labellings, each from a random stream of its own, and counts them.
func (l *labelling) draw(batch int) {
	clear(l.words)
	for lane := range lanes {
		random := rand.New(rand.NewPCG(0x6569_6c61_6265_6c73, uint64(batch*lanes+lane)))
		copy(l.dealt, l.pool)
		random.Shuffle(len(l.dealt), func(i, j int) { l.dealt[i], l.dealt[j] = l.dealt[j], l.dealt[i] })
		clear(l.internal[lane])
		clear(l.ends[lane])
		for i, label := range l.dealt {
			node := l.places[i]
			l.words[node] |= uint64(label) << (16 * lane)
			l.ends[lane][label] += uint64(l.Degree(int(node)))
		}
	}
	l.count()
	for lane := range lanes {
		if batch*lanes+lane < Draws {
			l.judge(l.internal[lane], l.ends[lane])
		}
	}
}

// count finds the edges within a group, in all lanes at once. Which edges these are cannot be foreseen, so they are put aside without
// a branch and looked at afterwards.
func (l *labelling) count() {
	const low = 0x7fff_7fff_7fff_7fff
	for node, a := range l.words {
		above := l.to[l.higher[node]:l.starts[node+1]]
		if len(l.found) < len(above) {
			l.found = make([]uint64, len(above))
		}
		n := 0
		for _, other := range above {
			x := a ^ l.words[other]
			same := ^((x&low + low) | x | low) // the highest bit of each lane in which both are alike
			l.found[n] = same
			n += int((same | -same) >> 63)
		}
		for _, same := range l.found[:n] {
			for ; same != 0; same &= same - 1 {
				lane := bits.TrailingZeros64(same) / 16
				l.internal[lane][uint16(a>>(16*lane))]++
			}
		}
	}
}

func (l *labelling) judge(internal, ends []uint64) {
	within := uint64(0)
	for label, n := range internal {
		within += n
		l.tails[label].add(ends[label]-2*n, n)
	}
	l.tails[len(internal)].add(uint64(len(l.edges))-within, within)
}

// pool gives the labels to be dealt, those of large groups first.
func (m *mixing) pool(groups []EI) []uint16 {
	order := make([]uint16, len(groups))
	for i := range order {
		order[i] = uint16(i)
	}
	slices.SortStableFunc(order, func(a, b uint16) int {
		return cmp.Or(cmp.Compare(groups[b].Nodes, groups[a].Nodes), cmp.Compare(groups[b].Internal, groups[a].Internal),
			cmp.Compare(groups[b].External, groups[a].External))
	})
	var labels []uint16
	for _, label := range order {
		for range groups[label].Nodes {
			labels = append(labels, label)
		}
	}
	return labels
}
