package table

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// Column is one column found in a table nobody has mapped yet.
type Column struct {
	File     string
	Name     string // of the header or the path in JSON; "column 3" where a file has no header
	Values   int    // not empty, in the part that was looked at
	Distinct int    // different ones among them
}

const (
	describedFiles   = 20
	describedBytes   = 256 << 10
	describedColumns = 200
)

// Describe lists the columns of the tables in a tree, by the first 256 KiB of each of
// the first 20 files, so that somebody can write a mapping. Files that are no table
// have none. Nothing of what the columns hold is in the answer.
func Describe(t *collectors.Tree) ([]Column, error) {
	var out []Column
	files := t.Files()
	for _, f := range files[:min(len(files), describedFiles)] {
		if isMapping(f.Path) {
			continue
		}
		head, err := t.Head(f.Path, describedBytes)
		if err != nil {
			return nil, fmt.Errorf("table: describe: %w", err)
		}
		d := newDescriber()
		d.read(head)
		out = append(out, d.found(f.Path)...)
	}
	return out, nil
}

// describer counts the values of every column of one file.
type describer struct {
	columns columns
	labels  []string // of a CSV, by column
	reader  fileReader
	seed    maphash.Seed
	values  []int
	seen    []map[uint64]struct{}
}

func newDescriber() *describer { return &describer{seed: maphash.MakeSeed()} }

func (d *describer) read(head []byte) {
	f := &d.reader
	f.run = &run{sink: discard{}}
	f.shape, f.columns, f.visitor = &shape{}, &d.columns, d
	f.src.reset(bytes.NewReader(head))
	start := f.src.head()
	if bytes.IndexByte(start, 0) >= 0 || len(bytes.TrimSpace(start)) == 0 {
		return
	}
	if f.shape.isJSON(start) {
		d.readJSON()
		return
	}
	d.readCSV(start)
}

func (d *describer) readCSV(start []byte) {
	r := &d.reader.csv
	r.src, r.columns, r.delimiter = &d.reader.src, &d.columns, sniffDelimiter(start)
	d.labels = r.header()
	if len(d.labels) < 2 {
		d.labels = nil
		return
	}
	names := make([]string, len(d.labels))
	for i := range names {
		names[i] = fmt.Sprint("column ", i+1)
		d.columns.add(names[i])
	}
	r.seek(names)
	if !isHeader(d.labels) {
		d.labels = names
	}
	for {
		switch r.next() {
		case gotRow, gotWide:
			_, _ = d.visit(&r.row) // it has no reasons
		case gotEnd, gotBroken:
			return
		}
	}
}

// isHeader reports whether the first row looks like names: short, different, no
// numbers, no addresses.
func isHeader(names []string) bool {
	seen := map[string]bool{}
	for _, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "" || len(name) > 64 || seen[name] || strings.ContainsAny(name, "@<>{}\"") || strings.Trim(name, "0123456789.:-/ ") == "" {
			return false
		}
		seen[name] = true
	}
	return true
}

func (d *describer) readJSON() {
	r := &d.reader.json
	r.columns, r.root = &d.columns, d.node("")
	r.scan.Reset(&d.reader.src)
	for r.scan.Peek() != 0 {
		r.row.begin(len(d.columns.names))
		_ = d.reader.descend(context.Background(), nil, 0) // what it would end for is no matter here
		if r.scan.Err() != nil {
			_, _ = d.visit(&r.row) // as far as it came
			if !r.scan.Recover() {
				return
			}
		}
	}
}

// node is a step that makes a column of whatever member it meets.
func (d *describer) node(path string) *pathNode {
	n := &pathNode{column: -1}
	n.discover = func(name string) *pathNode {
		if len(d.columns.names) >= describedColumns {
			return nil
		}
		next := d.node(path + name + ".")
		next.column = d.columns.add(path + name)
		row := &d.reader.json.row
		for len(row.first) < len(d.columns.names) {
			row.first, row.last = append(row.first, -1), append(row.last, 0)
		}
		n.children = append(n.children, namedNode{name, next})
		return next
	}
	return n
}

func (d *describer) visit(r *row) (string, error) {
	for len(d.values) < len(d.columns.names) {
		d.values, d.seen = append(d.values, 0), append(d.seen, map[uint64]struct{}{})
	}
	for column := range r.first {
		for c := r.at(column); c != nil; c = r.following(c) {
			if c.length > 0 {
				d.values[column]++
				d.seen[column][maphash.Bytes(d.seed, r.arena[c.off:c.off+c.len])] = struct{}{}
			}
		}
	}
	return "", nil
}

func (d *describer) found(file string) []Column {
	out := make([]Column, 0, len(d.columns.names))
	for i, name := range d.columns.names {
		if d.labels != nil {
			name = d.labels[i]
		}
		c := Column{File: file, Name: name}
		if i < len(d.values) {
			c.Values, c.Distinct = d.values[i], len(d.seen[i])
		}
		out = append(out, c)
	}
	return out
}

// discard is a Sink that keeps nothing.
type discard struct{}

func (discard) Account(*record.Account) error           { return nil }
func (discard) Conversation(*record.Conversation) error { return nil }
func (discard) Message(*record.Message) error           { return nil }
func (discard) Activity(*record.Activity) error         { return nil }
func (discard) Signal(*record.Signal) error             { return nil }
func (discard) Reject(record.Reject) error              { return nil }
