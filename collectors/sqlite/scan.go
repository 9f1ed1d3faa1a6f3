package sqlite

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
)

// deepest is how many levels of pages a table has at most; a page holds at least four rows.
const deepest = 40

// Each visits every row of a table by row id. Columns that the table does not have are null,
// so that schemas may differ; what must be there is for Require to say. A table
// that does not exist is an error. It stops at the first error of the visit, of the database, or of ctx.
func (d *Database) Each(ctx context.Context, table string, columns []string, visit func(*Row) error) error {
	if err := d.Require(table); err != nil {
		return err
	}
	t := d.tables[strings.ToLower(table)]
	if t.keyed {
		return fmt.Errorf("the database has an %w: its table %s has no row ids, which no version known has", ErrSchema, table)
	}
	return d.scan(ctx, t, columns, visit)
}

// scanner walks the pages of one table.
type scanner struct {
	db    *Database
	ctx   context.Context
	row   *Row
	cells int // of a row, that have to be looked at
	visit func(*Row) error
	pages [][]byte // one for each level
	seen  uint32   // pages visited
}

func (d *Database) scan(ctx context.Context, t *table, columns []string, visit func(*Row) error) error {
	s := &scanner{db: d, ctx: ctx, visit: visit, row: &Row{db: d, spill: make([]byte, d.size)}}
	for _, name := range columns {
		var c *column
		if i := t.column(name); i >= 0 {
			c = &t.columns[i]
			s.cells = max(s.cells, c.stored+1)
		} else if strings.EqualFold(name, "rowid") {
			c = &column{isRowID: true}
		}
		s.row.wanted = append(s.row.wanted, c)
	}
	return s.walk(t.root, 0)
}

// The kinds of a page of a table.
const (
	interiorPage = 0x05
	leafPage     = 0x0d
)

func (s *scanner) walk(n uint32, level int) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if s.seen++; level >= deepest || s.seen > s.db.pages {
		return damaged("the pages of a table run in a circle")
	}
	if level == len(s.pages) {
		s.pages = append(s.pages, make([]byte, s.db.size))
	}
	page := s.pages[level]
	if err := s.db.page(n, page); err != nil {
		if s.db.lax {
			return nil
		}
		return err
	}
	start := 0
	if n == 1 {
		start = headerSize
	}
	header := page[start:]
	cells := int(binary.BigEndian.Uint16(header[3:]))
	pointers := header[8:]
	if header[0] == interiorPage {
		pointers = header[12:]
	} else if header[0] != leafPage {
		return damaged("page %d is not a table's", n)
	}
	if len(pointers) < 2*cells {
		return damaged("page %d", n)
	}
	for i := range cells {
		at := int(binary.BigEndian.Uint16(pointers[2*i:]))
		if at < start+8 || at > s.db.usable-4 {
			return damaged("page %d", n)
		}
		var err error
		if header[0] == interiorPage {
			err = s.walk(binary.BigEndian.Uint32(page[at:]), level+1)
		} else {
			err = s.leaf(page[at:s.db.usable], n)
		}
		if err != nil {
			return err
		}
	}
	if header[0] == interiorPage {
		return s.walk(binary.BigEndian.Uint32(header[8:]), level+1)
	}
	return nil
}

// leaf visits one row. Its cell begins with the size of the row and its id.
func (s *scanner) leaf(cell []byte, page uint32) error {
	size, n := varint(cell)
	id, m := varint(cell[n:])
	if n == 0 || m == 0 || size < 0 || size > int64(s.db.pages)*int64(s.db.size) {
		return damaged("page %d", page)
	}
	cell = cell[n+m:]
	local := s.db.localSize(size)
	r := s.row
	r.ID, r.size, r.next, r.loaded, r.err = id, size, 0, 0, nil
	if local < size {
		if int64(len(cell)) < local+4 {
			return damaged("page %d", page)
		}
		r.next = binary.BigEndian.Uint32(cell[local:])
	}
	if int64(len(cell)) < local {
		return damaged("page %d", page)
	}
	r.local = cell[:local]
	if !r.parse(s.cells) {
		if r.err != nil {
			return r.err
		}
		return damaged("page %d", page)
	}
	if err := s.visit(r); err != nil {
		return err
	}
	return r.err
}

// localSize is how much of a row of this size stands in its own page.
func (d *Database) localSize(size int64) int64 {
	usable := int64(d.usable)
	if size <= usable-35 {
		return size
	}
	least := (usable-12)*32/255 - 23
	if local := least + (size-least)%(usable-4); local <= usable-35 {
		return local
	}
	return least
}

// parse finds the values of a row, as many as have to be looked at.
func (r *Row) parse(wanted int) bool {
	r.cells = r.cells[:0]
	size, n := varint(r.local)
	if n == 0 || size < int64(n) || size > r.size {
		return false
	}
	var header []byte
	if size <= int64(len(r.local)) {
		header = r.local[:size]
	} else { // a table of thousands of columns
		if size > 1<<20 {
			return false
		}
		header = make([]byte, size)
		if r.read(header, 0); r.err != nil {
			return false
		}
	}
	at := size
	for header = header[n:]; len(header) > 0 && len(r.cells) < wanted; header = header[n:] {
		var kind int64
		if kind, n = varint(header); n == 0 || kind < 0 {
			return false
		}
		r.cells = append(r.cells, cell{kind, at})
		if at += storedSize(kind); at > r.size {
			return false
		}
	}
	return true
}

// varint reads a number of one to nine bytes and tells how many; 0 when it is cut off.
func varint(b []byte) (int64, int) {
	if len(b) > 0 && b[0] < 0x80 {
		return int64(b[0]), 1
	}
	var v uint64
	for i, c := range b {
		if i == 8 {
			return int64(v<<8 | uint64(c)), 9
		}
		v = v<<7 | uint64(c&0x7f)
		if c < 0x80 {
			return int64(v), i + 1
		}
	}
	return 0, 0
}
