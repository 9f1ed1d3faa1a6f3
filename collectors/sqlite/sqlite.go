// Package sqlite reads the tables of an SQLite database out of an export: row by row, in
// the order of the row ids, and of each row only the columns that are asked for. It is no
// database engine: it writes nothing, not even a lock or a temporary file, keeps a few pages
// in memory however large the database is, and never loads the texts that nobody asks for,
// though it tells their sizes. Changes that still stand in a write-ahead log are seen.
package sqlite

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"crosstalk/collectors"
)

// Errors of a database that cannot be read. Each comes wrapped in one sentence that says what to do.
var (
	ErrNotDatabase = errors.New("not an SQLite database")
	ErrLocked      = errors.New("in use")
	ErrTruncated   = errors.New("cut short")
	ErrDamaged     = errors.New("damaged")
	ErrSchema      = errors.New("unknown schema")
)

const magic = "SQLite format 3\x00"

// IsDatabase reports whether the first bytes of a file (16 or more) are those of a database.
// An encrypted one does not tell.
func IsDatabase(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }

// IsCompanion reports whether a path is that of a file which belongs to a database: its
// write-ahead log, the index of that, or its rollback journal.
func IsCompanion(path string) bool {
	_, is := collectors.CompanionOf(path)
	return is
}

// Database is an open database. It is used by one goroutine at a time.
type Database struct {
	file   *collectors.Random
	log    *writeAheadLog // or nil
	size   int            // bytes of a page
	usable int            // of them, those that hold content
	pages  uint32
	text   encoding
	tables map[string]*table // by lower-case name
	lax    bool              // pages are missing and that is no error
}

type encoding uint32

const (
	utf8Text    encoding = 1
	utf16Little encoding = 2
	utf16Big    encoding = 3
)

// Open opens a database of the tree, together with the write-ahead log beside it, and reads
// its schema. The errors are those of this package, or the tree's.
func Open(t *collectors.Tree, name string) (*Database, error) {
	file, err := t.OpenRandom(name)
	if err != nil {
		return nil, err
	}
	d := &Database{file: file}
	if err := d.begin(t, name); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// Close releases the files.
func (d *Database) Close() error {
	err := d.file.Close()
	if d.log != nil {
		err = errors.Join(err, d.log.file.Close())
	}
	return err
}

func (d *Database) begin(t *collectors.Tree, name string) error {
	if err := unlocked(d.file); err != nil {
		return err
	}
	if err := settled(t, name); err != nil {
		return err
	}
	header := make([]byte, headerSize)
	n, err := d.file.ReadAt(header, 0)
	if err != nil && err != io.EOF {
		return fmt.Errorf("the database cannot be read: %w", err)
	}
	header = header[:n]
	if n > 0 && !IsDatabase(header) && !(len(header) < len(magic) && strings.HasPrefix(magic, string(header))) {
		return fmt.Errorf("the file is %w, or it is encrypted; decrypt it with the program that wrote it, then import the plain copy", ErrNotDatabase)
	}
	if d.log, err = openLog(t, name); err != nil {
		return err
	}
	if d.log != nil {
		if header, err = d.log.header(header); err != nil {
			return err
		}
	}
	if len(header) < headerSize {
		return fmt.Errorf("the database is %w: it holds only %d bytes; copy it again", ErrTruncated, n)
	}
	if err := d.parseHeader(header); err != nil {
		return err
	}
	return d.readSchema()
}

// settled refuses a database whose rollback journal says that a change was under way.
func settled(t *collectors.Tree, name string) error {
	journal, err := t.OpenBeside(name, "-journal")
	if errors.Is(err, collectors.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer journal.Close()
	head := make([]byte, 8)
	n, err := journal.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return fmt.Errorf("the database's journal cannot be read: %w", err)
	}
	if bytes.Equal(head[:n], []byte{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7}) {
		return fmt.Errorf("the database is %w: a change to it was under way, as the journal beside it says; close the program that writes it, or open the copy once with its program, and try again", ErrLocked)
	}
	return nil
}

const headerSize = 100

func (d *Database) parseHeader(h []byte) error {
	d.size = int(binary.BigEndian.Uint16(h[16:]))
	if d.size == 1 {
		d.size = 65536
	}
	d.usable = d.size - int(h[20])
	d.text = encoding(binary.BigEndian.Uint32(h[56:]))
	if d.size < 512 || d.size&(d.size-1) != 0 || d.usable < 480 {
		return damaged("its header states pages of %d bytes", d.size)
	}
	if d.text == 0 {
		d.text = utf8Text
	}
	if d.text > utf16Big {
		return damaged("its header states no known encoding")
	}
	if d.log != nil && d.log.size != d.size {
		return damaged("its write-ahead log is that of pages of %d bytes, itself it has pages of %d", d.log.size, d.size)
	}
	held := uint32(min(d.file.Size/int64(d.size), 1<<31))
	switch {
	case d.log != nil:
		d.pages = d.log.pages
		held += uint32(len(d.log.frames)) // at most
	case binary.BigEndian.Uint32(h[24:]) == binary.BigEndian.Uint32(h[92:]):
		d.pages = binary.BigEndian.Uint32(h[28:])
	}
	if d.pages == 0 {
		d.pages = held
	}
	if held < d.pages && !d.lax {
		return fmt.Errorf("the database is %w: %d of %d pages are there; copy it again", ErrTruncated, held, d.pages)
	}
	return nil
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("the database is %w (%s); copy it again, or repair it with the .recover command of the sqlite3 program", ErrDamaged, fmt.Sprintf(format, args...))
}

// Has reports whether the database has a table with all of these columns.
func (d *Database) Has(table string, columns ...string) bool {
	t := d.tables[strings.ToLower(table)]
	return t != nil && !slices.ContainsFunc(columns, func(c string) bool { return t.column(c) < 0 })
}

// Require is Has with an error that says in one sentence what is missing.
func (d *Database) Require(table string, columns ...string) error {
	t := d.tables[strings.ToLower(table)]
	if t == nil {
		return fmt.Errorf("the database has an %w: it lacks the table %s; it is of a version that this reader does not know, or another program's", ErrSchema, table)
	}
	for _, c := range columns {
		if t.column(c) < 0 {
			return fmt.Errorf("the database has an %w: its table %s lacks the column %s; it is of a version that this reader does not know", ErrSchema, table, c)
		}
	}
	return nil
}

// page reads a page into buf, which has room for one.
func (d *Database) page(n uint32, buf []byte) error {
	if n == 0 || n > d.pages {
		return damaged("page %d of %d is referred to", n, d.pages)
	}
	if d.log != nil {
		if at, ok := d.log.frames[n]; ok {
			return readPage(d.log.file, buf, at)
		}
	}
	return readPage(d.file, buf, int64(n-1)*int64(d.size))
}

func readPage(r io.ReaderAt, buf []byte, at int64) error {
	n, err := r.ReadAt(buf, at)
	if n == len(buf) {
		return nil
	}
	if err == io.EOF {
		return fmt.Errorf("the database is %w: a page at byte %d is missing; copy it again", ErrTruncated, at)
	}
	return fmt.Errorf("the database cannot be read: %w", err)
}
