// Package directory reads who works in the organisation: people with their department,
// team, manager, place and times, their addresses and numbers, and the handles they have
// declared. It reads CSV, SCIM 2.0 and LDIF, told apart by content. It reads; matching
// accounts to people is package identity's, storing them the warehouse's.
package directory

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode"

	"crosstalk/collectors/record"
)

// headBytes is how much of a file is looked at to recognise it.
const headBytes = 4 << 10

// Is reports whether the head of a file is a directory's, of any of the three shapes.
func Is(head []byte) bool {
	if len(head) > headBytes {
		head = head[:headBytes]
	}
	head, _ = io.ReadAll(plain(bytes.NewReader(head))) // of UTF-16 that was cut within a sign, what is whole
	return isLDIF(head) || isSCIM(head) || isCSV(head)
}

// Problem is a row, or an entry, that could not be read.
type Problem struct {
	Row    int // from 1, a CSV's header not counted
	Reason string
}

// Directory is what one file, or several of them, say of who works in the organisation.
type Directory struct {
	isTool   func(slug string) bool
	people   []record.Person
	keys     map[string]bool   // of the people
	named    map[string]string // other names of people that managers are given by → key
	managers map[int]string    // index of a person → such a name
	pages    pages
}

// New makes an empty directory. isTool says which columns and attributes hold handles: those
// named after a tool.
func New(isTool func(slug string) bool) *Directory {
	return &Directory{isTool: isTool, keys: map[string]bool{}, named: map[string]string{}, managers: map[int]string{}}
}

// holdsHandles reports whether a column or attribute is named after a tool.
func (d *Directory) holdsHandles(name string) bool { return !columns[name] && d.isTool(name) }

// Read reads one file into the directory. Rows that cannot be read are returned as problems;
// an error means that the file is no directory, or that nobody can tell where its rows end.
func (d *Directory) Read(in io.Reader) ([]Problem, error) {
	buffered := bufio.NewReaderSize(plain(in), 64<<10)
	head, err := buffered.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("directory: %w", err)
	}
	start := bytes.TrimLeftFunc(head, unicode.IsSpace)
	switch {
	case isLDIF(head):
		return d.readLDIF(buffered)
	case bytes.HasPrefix(start, []byte("{")), bytes.HasPrefix(start, []byte("[")):
		return d.readSCIM(buffered)
	}
	return d.readCSV(buffered)
}

// People gives everybody who was read. A directory that names nobody is an error, and so is
// one of which pages are missing: taken at their word, people would have left.
func (d *Directory) People() ([]record.Person, error) {
	if err := d.pages.complete(); err != nil {
		return nil, err
	}
	if len(d.people) == 0 {
		return nil, errors.New("directory: no row names a person, and nothing was changed: export it again")
	}
	for i, name := range d.managers {
		d.people[i].Manager = d.named[name]
	}
	return d.people, nil
}
