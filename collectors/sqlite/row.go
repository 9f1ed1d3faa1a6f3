package sqlite

import (
	"encoding/binary"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// LongestText is the most of a text, in bytes as stored, that Text gives.
const LongestText = 64 << 10

// Row is one row of a table: its id and the columns that were asked for, by their place in the
// question. It is valid until the next row. A column that the table does not have is null.
type Row struct {
	ID int64

	db     *Database
	wanted []*column // nil where the table has no such column
	cells  []cell    // of the stored row, as far as it was read
	local  []byte    // the part of the row in its own page
	size   int64     // of the whole row
	next   uint32    // the page where it goes on, or 0
	spill  []byte    // room for such a page
	loaded uint32    // the page that it holds, or 0
	from   int64     // the place in the row where that page begins
	buf    []byte
	err    error
}

// cell is where a stored value stands in its row and what it is.
type cell struct {
	kind int64 // SQLite's serial type
	at   int64
}

// cell gives the stored value of the i-th column asked for, or what stands for it.
func (r *Row) cell(i int) (c cell, value any) {
	w := r.wanted[i]
	switch {
	case w == nil || w.stored < 0:
		return cell{}, nil
	case w.isRowID:
		return cell{}, r.ID
	case w.stored >= len(r.cells):
		return cell{}, w.value
	}
	return r.cells[w.stored], nil
}

// Null reports whether a column is null, or missing.
func (r *Row) Null(i int) bool {
	c, value := r.cell(i)
	return c.kind == 0 && value == nil
}

// Int is a column as a whole number: a fraction is cut off, a text of digits is read, all
// else is 0.
func (r *Row) Int(i int) int64 {
	c, value := r.cell(i)
	switch {
	case value != nil:
		n, _ := value.(int64)
		return n
	case c.kind == 8 || c.kind == 9:
		return c.kind - 8
	case c.kind == 7:
		return whole(math.Float64frombits(uint64(r.integer(c.at, 8))))
	case c.kind > 0 && c.kind < 7:
		return r.integer(c.at, [...]int{0, 1, 2, 3, 4, 6, 8}[c.kind])
	case isText(c.kind) && contentSize(c.kind) < 64:
		n, _ := strconv.ParseInt(r.Text(i), 10, 64)
		return n
	}
	return 0
}

func whole(f float64) int64 {
	if math.Abs(f) < 1<<63 {
		return int64(f)
	}
	return 0
}

func (r *Row) integer(at int64, size int) int64 {
	var b [8]byte
	r.read(b[8-size:], at)
	n := int64(binary.BigEndian.Uint64(b[:]))
	shift := 64 - 8*size
	return n << shift >> shift
}

// Size is how many bytes a text or blob has, as stored. It is known without reading it.
func (r *Row) Size(i int) int64 {
	c, value := r.cell(i)
	if s, ok := value.(string); ok {
		return int64(len(s))
	}
	return contentSize(c.kind)
}

// Text is a column as text, at most LongestText of it. Numbers are written out; blobs are
// taken as they are.
func (r *Row) Text(i int) string {
	c, value := r.cell(i)
	switch v := value.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	if c.kind > 0 && c.kind < 10 {
		return strconv.FormatInt(r.Int(i), 10)
	}
	b := r.Head(i, LongestText)
	if isText(c.kind) && r.db.text != utf8Text {
		return decodeUTF16(b, r.db.text)
	}
	return string(b)
}

// Head is the beginning of a text or blob, up to n bytes as stored. It is valid until the next call.
func (r *Row) Head(i, n int) []byte {
	c, value := r.cell(i)
	if s, ok := value.(string); ok {
		return []byte(s)[:min(n, len(s))]
	}
	size := int(min(contentSize(c.kind), int64(n)))
	if end := c.at + int64(size); end <= int64(len(r.local)) {
		return r.local[c.at:end]
	}
	if cap(r.buf) < size {
		r.buf = make([]byte, size)
	}
	b := r.buf[:size]
	r.read(b, c.at)
	return b
}

func isText(kind int64) bool { return kind >= 13 && kind%2 == 1 }

// contentSize is the size of a text or blob of this serial type.
func contentSize(kind int64) int64 {
	if kind < 12 {
		return 0
	}
	return (kind - 12) / 2
}

// storedSize is how many bytes a value of this serial type takes in its row.
func storedSize(kind int64) int64 {
	if kind < 12 {
		return [...]int64{0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0}[kind]
	}
	return contentSize(kind)
}

func decodeUTF16(b []byte, e encoding) string {
	order := binary.ByteOrder(binary.LittleEndian)
	if e == utf16Big {
		order = binary.BigEndian
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	text := make([]byte, 0, len(units))
	for _, c := range utf16.Decode(units) {
		text = utf8.AppendRune(text, c)
	}
	return string(text)
}

// read copies bytes of the row from where they stand, following it from page to page. What
// cannot be read is zero, and the error ends the scan.
func (r *Row) read(b []byte, at int64) {
	if r.err != nil {
		return
	}
	if at+int64(len(b)) > r.size {
		r.err = damaged("a row is shorter than it says")
		return
	}
	if at < int64(len(r.local)) {
		n := copy(b, r.local[at:])
		b, at = b[n:], at+int64(n)
	}
	for len(b) > 0 && r.err == nil {
		r.turn(at)
		if r.err == nil {
			n := copy(b, r.spill[4+at-r.from:r.db.usable])
			b, at = b[n:], at+int64(n)
		}
	}
}

// turn loads the page in which the byte of the row stands.
func (r *Row) turn(at int64) {
	room := int64(r.db.usable - 4)
	if r.loaded == 0 || at < r.from {
		r.load(r.next, int64(len(r.local)))
	}
	for r.err == nil && at >= r.from+room {
		r.load(binary.BigEndian.Uint32(r.spill), r.from+room)
	}
}

func (r *Row) load(page uint32, from int64) {
	if r.err = r.db.page(page, r.spill); r.err == nil {
		r.loaded, r.from = page, from
	}
}
