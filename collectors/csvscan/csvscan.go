// Package csvscan reads delimited text of any size in a small window and gives a row's
// wanted cells by the names of their columns, which is what collectors need: most of an
// export's table is text that nobody keeps. It must not know any tool, and holds no cell
// longer than MaxCell.
package csvscan

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// MaxCell is the longest cell, in bytes, whose text is given; a longer one counts as missing.
const MaxCell = 64 << 10

const (
	maxCells  = 16 << 10 // of a row
	maxHeader = 1 << 20  // bytes of names that are looked at
	window    = 64 << 10
)

// Reader walks a table: comma, semicolon, tab or bar between the cells, as its header
// shows, quotes doubled inside quotes, line ends of any sort inside quotes and outside. Cells
// that are no UTF-8 are read as Windows-1252, and a byte order mark of UTF-16 is obeyed.
//
//	const (id = iota; sender; sentAt)
//	r := csvscan.New([]string{"id", "sender_id|sender", "created_at"}, []string{"body"})
//	r.Reset(src)
//	for r.Next() {
//		if reason := r.Fault(); reason != "" {
//			continue // counted under that reason
//		}
//		r.Text(id), r.Size(0)
//	}
//	reason, err := r.Verdict()
type Reader struct {
	texts, sizes []string
	targets      []target // by position in the row

	src       io.Reader
	buf       []byte // the window; bytes before pos are done with
	pos       int
	err       error // what ended the reading: io.EOF or the reader's own
	delimiter byte

	arena  []byte // the kept cells of the row
	cells  []span // by text column
	counts []int  // by size column
	record int64
	fault  string
	broken bool // the file ends inside a row
}

// target is what becomes of the cells at one position.
type target struct{ text, size int } // indexes, or -1

type span struct{ from, to int }

// New returns a reader of the columns named in texts, whose cells Text gives, and of those in
// sizes, which are only measured, for Size. A name may list alternatives, divided by bars; the
// first that the header has is taken. Names are compared without regard to case and blanks
// around them.
func New(texts, sizes []string) *Reader {
	return &Reader{texts: texts, sizes: sizes, cells: make([]span, len(texts)), counts: make([]int, len(sizes))}
}

// Reset begins another table and reads its header. The window is kept.
func (r *Reader) Reset(src io.Reader) {
	if r.buf == nil {
		r.buf = make([]byte, 0, window)
	}
	r.src, r.buf, r.pos, r.err = src, r.buf[:0], 0, nil
	r.record, r.fault, r.broken, r.targets = 0, "", false, r.targets[:0]
	r.decode()
	r.fill(window / 2)
	r.delimiter = delimiterOf(r.buf[r.pos:])
	r.find(r.header())
}

// decode obeys a byte order mark.
func (r *Reader) decode() {
	r.fill(3)
	switch {
	case bytes.HasPrefix(r.buf, []byte("\xef\xbb\xbf")):
		r.pos = 3
	case bytes.HasPrefix(r.buf, []byte("\xff\xfe")), bytes.HasPrefix(r.buf, []byte("\xfe\xff")):
		raw := io.MultiReader(bytes.NewReader(bytes.Clone(r.buf)), rest{r.src, r.err})
		r.src = transform.NewReader(raw, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
		r.buf, r.err = r.buf[:0], nil
	}
}

// rest is a reader that has perhaps ended already.
type rest struct {
	src io.Reader
	err error
}

func (r rest) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	return r.src.Read(p)
}

// header reads the first row that is not blank as names.
func (r *Reader) header() []string {
	for {
		var names []string
		end, size := endCell, 0
		for end == endCell && len(names) < maxCells && size < maxHeader {
			r.arena = r.arena[:0]
			_, end = r.cell(true)
			names = append(names, string(tidy(r.arena)))
			size += len(r.arena)
		}
		if end == endFile || len(names) > 1 || names[0] != "" {
			return names
		}
	}
}

// find looks the wanted columns up among the names.
func (r *Reader) find(names []string) {
	for range names {
		r.targets = append(r.targets, target{-1, -1})
	}
	for i, wanted := range r.texts {
		if at := position(names, wanted); at >= 0 {
			r.targets[at].text = i
		}
	}
	for i, wanted := range r.sizes {
		if at := position(names, wanted); at >= 0 {
			r.targets[at].size = i
		}
	}
}

func position(names []string, wanted string) int {
	for alternative := range strings.SplitSeq(wanted, "|") {
		for i, name := range names {
			if strings.EqualFold(strings.TrimSpace(name), alternative) {
				return i
			}
		}
	}
	return -1
}

// Has reports whether the header has the i-th text column.
func (r *Reader) Has(i int) bool {
	for _, t := range r.targets {
		if t.text == i {
			return true
		}
	}
	return false
}

// Next reads another row that is not blank. A row with a Fault is one that cannot be used.
func (r *Reader) Next() bool {
	for !r.broken {
		r.begin()
		positions, blank, end := r.row()
		switch {
		case end == endFile && r.err != io.EOF:
			return false
		case end == endFile && positions < len(r.targets) && !blank:
			r.broken = true
			return false
		case blank && end == endFile:
			return false
		case blank || r.broken:
			continue
		}
		r.record++
		return true
	}
	return false
}

func (r *Reader) begin() {
	r.arena, r.fault = r.arena[:0], ""
	clear(r.cells)
	clear(r.counts)
}

// row reads the cells up to the end of a row.
func (r *Reader) row() (positions int, blank bool, end cellEnd) {
	blank = true
	for end == endCell {
		t := target{-1, -1}
		if positions < len(r.targets) {
			t = r.targets[positions]
		}
		from, n := len(r.arena), 0
		n, end = r.cell(t.text >= 0)
		blank = blank && n == 0 && positions == 0
		switch {
		case n > 0 && positions >= len(r.targets), positions >= maxCells:
			r.fault = "too_many_cells"
		case t.text >= 0 && n <= MaxCell:
			r.cells[t.text] = span{from, len(r.arena)}
		}
		if t.size >= 0 {
			r.counts[t.size] = n
		}
		positions++
	}
	return positions, blank, end
}

// Text is the i-th text column's cell, blanks around it cut off; nil when it is missing or
// longer than MaxCell. It holds until Next.
func (r *Reader) Text(i int) []byte {
	cell := tidy(r.arena[r.cells[i].from:r.cells[i].to])
	if utf8.Valid(cell) {
		return cell
	}
	text, err := foreign.NewDecoder().Bytes(cell)
	if err != nil {
		return nil
	}
	return text
}

// foreign is what cells are taken for that are no UTF-8: a superset of Latin-1.
var foreign encoding.Encoding = charmap.Windows1252

func tidy(cell []byte) []byte { return bytes.TrimSpace(cell) }

// Size is how many bytes the i-th measured column's cell has, quotes resolved.
func (r *Reader) Size(i int) int { return r.counts[i] }

// Fault says why the row at hand cannot be used, or is empty: too_many_cells, when its cells
// and the header do not belong together.
func (r *Reader) Fault() string { return r.fault }

// Record is the ordinal of the row at hand, from 1, the header and blank rows not counted.
func (r *Reader) Record() int64 { return r.record }

// Verdict says what was wrong with a table that has been read to its end: a reason to
// count, or the reader's own error.
func (r *Reader) Verdict() (reason string, err error) {
	if r.err != nil && !errors.Is(r.err, io.EOF) {
		return "", r.err
	}
	if r.broken {
		return "truncated_file", nil
	}
	return "", nil
}

// Drain reads what is left of a table that need not be read further, as the fault may be the
// archive's: its checksum tells at the end.
func (r *Reader) Drain() error {
	if r.src == nil {
		return nil
	}
	_, err := io.Copy(io.Discard, r.src)
	return err
}
