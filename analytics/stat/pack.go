package stat

import (
	"math"
	"math/bits"
	"math/rand/v2"
)

// packed holds rows ready to be summed, n at a time. Columns of small whole numbers lie side by side in words, with room for the
// sum of n rows, so that one addition serves several of them; their sums are exact.
type packed struct {
	n      int // rows
	width  int // words of a row
	words  []uint64
	fields []field

	rest      []float64 // the other columns, row by row
	restWidth int
	columns   []int // which they are
}

// field is where a column lies.
type field struct {
	column, word int
	shift        int
	mask         uint64
	least        float64 // is added to what the words hold, in every row
}

const largestWhole = 1 << 31 // so that n of them cannot overflow

func pack(rows [][]float64) *packed {
	p := &packed{n: len(rows)}
	used := 0 // bits of the last word
	for column := range rows[0] {
		least, most, isWhole := span(rows, column)
		size := bits.Len64(uint64(len(rows)) * uint64(most-least))
		if !isWhole || size > 63 {
			p.columns = append(p.columns, column)
			continue
		}
		if p.width == 0 || used+size > 64 {
			p.width, used = p.width+1, 0
		}
		p.fields = append(p.fields, field{column, p.width - 1, used, 1<<size - 1, least})
		used += size
	}
	p.restWidth = len(p.columns)
	p.fill(rows)
	return p
}

// span gives the bounds of a column of whole numbers.
func span(rows [][]float64, column int) (least, most float64, isWhole bool) {
	least, most = rows[0][column], rows[0][column]
	for _, row := range rows {
		v := row[column]
		if v != math.Trunc(v) || math.Abs(v) > largestWhole {
			return 0, 0, false
		}
		least, most = min(least, v), max(most, v)
	}
	return least, most, true
}

func (p *packed) fill(rows [][]float64) {
	p.words = make([]uint64, p.n*p.width)
	p.rest = make([]float64, 0, p.n*p.restWidth)
	for i, row := range rows {
		for _, f := range p.fields {
			p.words[i*p.width+f.word] |= uint64(row[f.column]-f.least) << f.shift
		}
		for _, column := range p.columns {
			p.rest = append(p.rest, row[column])
		}
	}
}

// draw has the room for the sums of one draw.
type draw struct {
	*packed
	words []uint64
	rest  []float64
}

func (p *packed) newDraw() draw {
	return draw{p, make([]uint64, p.width), make([]float64, p.restWidth)}
}

// sum adds up as many rows as there are, picked at random. Every draw has a random stream of its own, so that draws can be made
// side by side.
func (d draw) sum(number uint64, sums []float64) {
	clear(d.words)
	clear(d.rest)
	random := rand.NewPCG(0x6372_6f73_7374_616c, number)
	for range d.n {
		// The multiplication maps 32 random bits on 0..n-1; the bias is below n/2^32.
		i := int((random.Uint64() >> 32) * uint64(d.n) >> 32)
		for j, v := range d.packed.words[i*d.width : (i+1)*d.width] {
			d.words[j] += v
		}
		for j, v := range d.packed.rest[i*d.restWidth : (i+1)*d.restWidth] {
			d.rest[j] += v
		}
	}
	for _, f := range d.fields {
		sums[f.column] = float64(d.words[f.word]>>f.shift&f.mask) + float64(d.n)*f.least
	}
	for j, column := range d.columns {
		sums[column] = d.rest[j]
	}
}
