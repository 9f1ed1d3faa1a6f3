package simulate

// pairs counts interactions by pair of people, in a flat table with open addressing:
// it is asked about once per interaction.
type pairs struct {
	keys   []uint64 // 0 is free
	counts []pairCount
	used   int
}

// pairCount is the interactions of a pair {a, b}, a < b, each way; of those, how many
// the initiative added.
type pairCount struct{ ab, ba, abExtra, baExtra uint32 }

func (c pairCount) tie() bool        { return c.ab+c.ba >= 2 }
func (c pairCount) reciprocal() bool { return c.tie() && c.ab > 0 && c.ba > 0 }

// without is the count, had there been no initiative.
func (c pairCount) without() pairCount { return pairCount{ab: c.ab - c.abExtra, ba: c.ba - c.baExtra} }

func (c *pairCount) merge(o pairCount) {
	c.ab += o.ab
	c.ba += o.ba
	c.abExtra += o.abExtra
	c.baExtra += o.baExtra
}

func (p *pairs) add(from, to int32, extra bool) {
	var c pairCount
	a, b := from, to
	if from < to {
		c.ab = 1
	} else {
		a, b, c.ba = to, from, 1
	}
	if extra {
		c.abExtra, c.baExtra = c.ab, c.ba
	}
	p.slot(uint64(a)<<32 | uint64(b)).merge(c)
}

// slot finds or makes the count of a key, which is never 0 since a < b.
func (p *pairs) slot(key uint64) *pairCount {
	if 2*p.used >= len(p.keys) {
		p.grow()
	}
	mask := uint64(len(p.keys) - 1)
	at := mix(key, 0) & mask
	for p.keys[at] != key {
		if p.keys[at] == 0 {
			p.keys[at] = key
			p.used++
			break
		}
		at = (at + 1) & mask
	}
	return &p.counts[at]
}

func (p *pairs) grow() {
	old := *p
	size := max(1024, 2*len(old.keys))
	*p = pairs{keys: make([]uint64, size), counts: make([]pairCount, size)}
	old.each(func(key uint64, c pairCount) { *p.slot(key) = c })
}

func (p *pairs) each(do func(key uint64, c pairCount)) {
	for k, key := range p.keys {
		if key != 0 {
			do(key, p.counts[k])
		}
	}
}

func (p *pairs) mergeInto(other *pairs) {
	p.each(func(key uint64, c pairCount) { other.slot(key).merge(c) })
}

func (p *pairs) clear() {
	clear(p.keys)
	clear(p.counts)
	p.used = 0
}

// ties counts the pairs that are ties, and those of them that are reciprocal.
func (p *pairs) ties() (ties, reciprocal int) {
	p.each(func(_ uint64, c pairCount) {
		if c.tie() {
			ties++
		}
		if c.reciprocal() {
			reciprocal++
		}
	})
	return ties, reciprocal
}

func (p *pairs) get(key uint64) pairCount {
	if len(p.keys) == 0 {
		return pairCount{}
	}
	mask := uint64(len(p.keys) - 1)
	for at := mix(key, 0) & mask; p.keys[at] != 0; at = (at + 1) & mask {
		if p.keys[at] == key {
			return p.counts[at]
		}
	}
	return pairCount{}
}

func ends(key uint64) (a, b int32) { return int32(key >> 32), int32(key & 0xffffffff) }
