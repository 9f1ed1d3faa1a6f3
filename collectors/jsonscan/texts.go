package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// Met holds what was worked out of values met lately, such as the account that a name stands
// for. No more is held than there is room for. The zero Met is empty.
type Met[V any] struct {
	held []met[V]
	long V
}

type met[V any] struct {
	text  string
	known bool
	value V
}

const (
	slots       = 1 << 13 // a power of two
	longestHeld = 256     // bytes
)

// At gives where the result for a value is held, and whether it is there; if not, it is the
// caller's to put there. It is good until the next call.
func (m *Met[V]) At(b []byte) (result *V, known bool) {
	if len(b) > longestHeld {
		return &m.long, false
	}
	if m.held == nil {
		m.held = make([]met[V], slots)
	}
	at := scatter(b) % slots
	for _, i := range [2]uint64{at, at ^ 1} {
		switch v := &m.held[i]; {
		case !v.known:
			v.text, v.known = string(b), true
			return &v.value, false
		case v.text == string(b):
			return &v.value, true
		}
	}
	v := &m.held[at]
	m.held[at^1] = *v // the older goes
	*v = met[V]{text: string(b), known: true}
	return &v.value, false
}

// Texts gives one copy of values that come again and again, as ids do: most are met with
// nothing to allocate, and no more of them are held than there is room for. The zero Texts is
// empty.
type Texts struct{ held []string }

// Of gives the value as a string.
func (t *Texts) Of(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > longestHeld {
		return string(b)
	}
	if t.held == nil {
		t.held = make([]string, slots)
	}
	at := scatter(b) % slots
	for _, i := range [2]uint64{at, at ^ 1} {
		if t.held[i] == string(b) {
			return t.held[i]
		}
	}
	t.held[at^1] = t.held[at] // the older goes
	t.held[at] = string(b)
	return t.held[at]
}

// Chunk makes strings of values that are all different, as ids of messages are: they are cut
// from pieces of some size, which cost one allocation each. A piece lives as long as any string of it. The zero
// Chunk is ready.
type Chunk struct{ piece strings.Builder }

const pieceSize = 4 << 10 // bytes

// Cut gives the parts as one string.
func (c *Chunk) Cut(parts ...[]byte) string {
	size := 0
	for _, part := range parts {
		size += len(part)
	}
	if c.piece.Cap()-c.piece.Len() < size {
		c.piece.Reset()
		c.piece.Grow(max(size, pieceSize))
	}
	from := c.piece.Len()
	for _, part := range parts {
		c.piece.Write(part)
	}
	return c.piece.String()[from:]
}

// scatter is a number by which equal values meet, and others seldom.
func scatter(b []byte) uint64 {
	const odd = 0x9e3779b97f4a7c15
	h := uint64(len(b))
	for ; len(b) >= 8; b = b[8:] {
		h = mix(h^binary.LittleEndian.Uint64(b), odd)
	}
	var rest uint64
	for _, c := range b {
		rest = rest<<8 | uint64(c)
	}
	return mix(h^rest, odd)
}

func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}
