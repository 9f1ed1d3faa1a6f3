package table

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// csvReader reads delimited text: quotes doubled inside quotes, line ends of any sort
// inside quotes and outside, rows shorter than the header. It is lenient where
// encoding/csv is not, and holds one row at most.
type csvReader struct {
	src       *source
	delimiter byte
	foreign   encoding.Encoding // of cells that are no UTF-8
	columns   *columns
	target    []int // by position, the column wanted there or -1
	row       row
}

// outcome is how the reading of one row ended.
type outcome int

const (
	gotRow outcome = iota
	gotBlank
	gotWide   // more filled cells than the header has
	gotHuge   // larger than any row may be
	gotEnd    // no row left
	gotBroken // the file breaks off inside quotes
)

const (
	widestRow  = 16 << 10 // cells
	longestRow = 64 << 20 // bytes, kept or not
)

// header reads the first row as names, and finds the wanted columns in it.
func (r *csvReader) header() []string {
	var names []string
	for {
		var all columns
		probe := csvReader{src: r.src, delimiter: r.delimiter, foreign: r.foreign, columns: &all}
		for i := range 2048 {
			probe.target = append(probe.target, all.add(fmt.Sprint(i)))
		}
		switch probe.next() {
		case gotBlank, gotHuge, gotWide:
			continue
		case gotRow:
			for i := range probe.target {
				if c := probe.row.at(i); c != nil {
					names = append(names, string(probe.row.text(c)))
				}
			}
		}
		r.seek(names)
		return names
	}
}

// seek finds the wanted columns among the names, without regard to case and blanks.
func (r *csvReader) seek(names []string) {
	r.target = make([]int, len(names))
	for i, name := range names {
		r.target[i] = -1
		for want, wanted := range r.columns.names {
			if strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(wanted)) {
				r.target[i] = want
			}
		}
	}
}

// missing are the wanted columns that no position holds.
func (r *csvReader) missing() []string {
	var out []string
	for want, name := range r.columns.names {
		found := false
		for _, t := range r.target {
			found = found || t == want
		}
		if !found {
			out = append(out, name)
		}
	}
	return out
}

// next reads one row.
func (r *csvReader) next() outcome {
	r.row.begin(len(r.columns.names))
	state := gotRow
	size, filled := int64(0), false
	for position := 0; ; position++ {
		column := -1
		if position < len(r.target) {
			column = r.target[position]
		}
		length, end, closed := r.cell(column)
		size += length
		filled = filled || length > 0
		switch {
		case !closed:
			return gotBroken
		case position >= len(r.target) && length > 0 && state == gotRow:
			state = gotWide
		case position > widestRow || size > longestRow:
			state = gotHuge
		}
		switch {
		case end == endFile && (!filled && position == 0 || r.src.damage() != nil):
			return gotEnd
		case end == endCell:
		case !filled && position == 0:
			return gotBlank
		default:
			return state
		}
	}
}

type cellEnd int

const (
	endCell cellEnd = iota
	endRow
	endFile
)

// cell reads one cell and keeps it when the column is wanted. closed is false when
// the file ends inside quotes.
func (r *csvReader) cell(column int) (length int64, end cellEnd, closed bool) {
	off := len(r.row.arena)
	keep := 0
	if column >= 0 && !r.columns.lengths[column] {
		keep = longestCell
	}
	if r.delimiter == ' ' {
		r.skipBlanks()
	}
	c, ok := r.src.peek()
	if !ok {
		return 0, endFile, true
	}
	quoted := false
	if c == '"' {
		r.src.pos++
		quoted = true
		if length, ok = r.quoted(keep); !ok {
			return length, endFile, false
		}
	}
	tail, end := r.plain(keep - int(min(length, int64(keep))))
	length += tail
	if column >= 0 {
		if !r.columns.lengths[column] {
			r.tidy(off, quoted)
		}
		r.row.add(column, off, length, cellText)
	}
	return length, end, true
}

func (r *csvReader) skipBlanks() {
	for {
		c, ok := r.src.peek()
		if !ok || c != ' ' && c != '\t' {
			return
		}
		r.src.pos++
	}
}

// quoted reads up to the closing quote.
func (r *csvReader) quoted(keep int) (length int64, closed bool) {
	for {
		if r.src.pos == r.src.end && !r.src.more() {
			return length, false
		}
		held := r.src.buf[r.src.pos:r.src.end]
		stop := bytes.IndexByte(held, '"')
		run := held
		if stop >= 0 {
			run = held[:stop]
		}
		length += r.keep(run, &keep)
		r.src.pos += len(run)
		if stop < 0 {
			continue
		}
		r.src.pos++
		if c, ok := r.src.peek(); !ok || c != '"' {
			return length, true
		}
		length += r.keep([]byte{'"'}, &keep)
		r.src.pos++
	}
}

// plain reads up to the delimiter or the end of the row, and takes that too.
func (r *csvReader) plain(keep int) (length int64, end cellEnd) {
	for {
		if r.src.pos == r.src.end && !r.src.more() {
			return length, endFile
		}
		held := r.src.buf[r.src.pos:r.src.end]
		i := 0
		for i < len(held) && held[i] != r.delimiter && held[i] != '\n' && held[i] != '\r' && (r.delimiter != ' ' || held[i] != '\t') {
			i++
		}
		length += r.keep(held[:i], &keep)
		r.src.pos += i
		if i == len(held) {
			continue
		}
		c := held[i]
		r.src.pos++
		switch c {
		case '\n':
			return length, endRow
		case '\r':
			if c, ok := r.src.peek(); ok && c == '\n' {
				r.src.pos++
			}
			return length, endRow
		}
		return length, r.afterDelimiter()
	}
}

// afterDelimiter tells a delimiter from blanks at the end of a row of a table
// delimited by blanks.
func (r *csvReader) afterDelimiter() cellEnd {
	if r.delimiter != ' ' {
		return endCell
	}
	r.skipBlanks()
	switch c, ok := r.src.peek(); {
	case !ok:
		return endFile
	case c == '\r' || c == '\n':
		r.src.pos++
		if next, ok := r.src.peek(); c == '\r' && ok && next == '\n' {
			r.src.pos++
		}
		return endRow
	}
	return endCell
}

func (r *csvReader) keep(b []byte, room *int) int64 {
	n := min(len(b), *room)
	r.row.arena = append(r.row.arena, b[:n]...)
	*room -= n
	return int64(len(b))
}

// tidy trims blanks around an unquoted cell, and decodes one that is no UTF-8.
func (r *csvReader) tidy(off int, quoted bool) {
	kept := r.row.arena[off:]
	if !quoted {
		trimmed := bytes.TrimSpace(kept)
		r.row.arena = append(r.row.arena[:off], trimmed...)
		kept = r.row.arena[off:]
	}
	if utf8.Valid(kept) || r.foreign == nil {
		return
	}
	if text, err := r.foreign.NewDecoder().Bytes(kept); err == nil {
		r.row.arena = append(r.row.arena[:off], text...)
	}
}

// sniffDelimiter is the likeliest delimiter of a table by its beginning: the one that
// stands most often in the first line, quotes left out.
func sniffDelimiter(head []byte) byte {
	best, most := byte(','), 0
	for _, d := range []byte{',', ';', '\t', '|'} {
		n, quoted := 0, false
		for _, c := range head {
			switch {
			case c == '"':
				quoted = !quoted
			case c == d && !quoted:
				n++
			}
			if c == '\n' && !quoted {
				break
			}
		}
		if n > most {
			best, most = d, n
		}
	}
	return best
}

// readCSV gives every row of a delimited file to visit.
func (f *fileReader) readCSV(ctx context.Context) error {
	r := &f.csv
	r.src, r.columns, r.foreign = &f.src, f.columns, f.foreign
	r.delimiter = f.shape.delimiter(f.src.head())
	if len(f.shape.Columns) > 0 {
		r.seek(f.shape.Columns)
	} else {
		r.header()
	}
	if missing := r.missing(); len(missing) > 0 {
		if stop, err := f.lacks(missing); stop {
			return err
		}
	}
	for {
		f.record++
		if f.record&0x3ff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var err error
		switch r.next() {
		case gotRow:
			err = f.visit(&r.row)
		case gotWide:
			err = f.reject("too_many_cells")
		case gotHuge:
			err = f.reject("record_too_long")
		case gotBroken:
			return f.damaged("truncated_file")
		case gotEnd:
			return f.damaged("")
		}
		if err != nil {
			return err
		}
	}
}

func (s *shape) delimiter(head []byte) byte {
	if d := delimiters[s.Delimiter]; d != 0 {
		return d
	}
	if len(s.Delimiter) == 1 {
		return s.Delimiter[0]
	}
	if s.Format == "tsv" {
		return '\t'
	}
	return sniffDelimiter(head)
}
