package csvscan

import (
	"bytes"
	"io"
)

// cellEnd is what a cell ended with.
type cellEnd int

const (
	endCell cellEnd = iota
	endRow
	endFile
)

// cell reads one cell, and keeps it at the end of the arena if that is asked and it is not
// too long.
func (r *Reader) cell(keep bool) (length int, end cellEnd) {
	room := 0
	if keep {
		room = MaxCell
	}
	from := len(r.arena)
	if r.available() && r.buf[r.pos] == '"' {
		r.pos++
		length = r.quoted(&room)
	}
	tail, end := r.plain(&room)
	length += tail
	if length > MaxCell {
		r.arena = r.arena[:from]
	}
	return length, end
}

// quoted reads up to the closing quote. A file that ends before it is broken.
func (r *Reader) quoted(room *int) (length int) {
	for r.available() {
		held := r.buf[r.pos:]
		stop := bytes.IndexByte(held, '"')
		if stop < 0 {
			length += r.take(len(held), room)
			continue
		}
		length += r.take(stop, room)
		r.pos++
		if !r.available() || r.buf[r.pos] != '"' {
			return length
		}
		length += r.take(1, room)
	}
	r.broken = true
	return length
}

// plain reads up to the delimiter or the end of the row, and takes that too.
func (r *Reader) plain(room *int) (length int, end cellEnd) {
	for r.available() {
		held := r.buf[r.pos:]
		i := 0
		for i < len(held) && held[i] != r.delimiter && held[i] != '\n' && held[i] != '\r' {
			i++
		}
		length += r.take(i, room)
		if i == len(held) {
			continue
		}
		r.pos++
		if held[i] == r.delimiter {
			return length, endCell
		}
		if held[i] == '\r' && r.available() && r.buf[r.pos] == '\n' {
			r.pos++
		}
		return length, endRow
	}
	return length, endFile
}

// take moves on by n bytes of the window, keeps those there is room for, and gives n.
func (r *Reader) take(n int, room *int) int {
	kept := min(n, *room)
	r.arena = append(r.arena, r.buf[r.pos:r.pos+kept]...)
	*room -= kept
	r.pos += n
	return n
}

// available reports whether the window holds a byte, having read on if it did not.
func (r *Reader) available() bool {
	if r.pos < len(r.buf) {
		return true
	}
	r.buf, r.pos = r.buf[:0], 0
	r.fill(1)
	return r.pos < len(r.buf)
}

// fill reads until the window holds n bytes, if there are so many; before the first row
// only is n more than one.
func (r *Reader) fill(n int) {
	for empty := 0; r.err == nil && len(r.buf)-r.pos < n; {
		got, err := r.src.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf, r.err = r.buf[:len(r.buf)+got], err
		if empty++; got > 0 {
			empty = 0
		} else if empty == 100 && err == nil {
			r.err = io.ErrNoProgress
		}
	}
}

// delimiterOf is the likeliest delimiter of a table by its first line: the one that stands
// most often in it, quotes left out.
func delimiterOf(head []byte) byte {
	var counts [256]int
	quoted, filled := false, false
	for _, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n' || c == '\r':
			if filled {
				return most(&counts)
			}
			continue
		default:
			counts[c]++
		}
		filled = true
	}
	return most(&counts)
}

func most(counts *[256]int) byte {
	best := byte(',')
	for _, d := range []byte{';', '\t', '|'} {
		if counts[d] > counts[best] {
			best = d
		}
	}
	return best
}

// Header gives the names in the first row of a table by its head, for recognising it; nil
// when the head does not hold all of it.
func Header(head []byte) []string {
	r := New(nil, nil)
	r.src, r.buf = bytes.NewReader(head), make([]byte, 0, window)
	r.decode()
	r.fill(window / 2)
	r.delimiter = delimiterOf(r.buf[r.pos:])
	names := r.header()
	if r.broken {
		return nil
	}
	return names
}
