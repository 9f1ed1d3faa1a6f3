package directory

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// columns are those that a directory has by name; only person and either name or email are
// required. Every other column is an attribute, or holds handles when it is named after a
// tool.
var columns = map[string]bool{"person": true, "name": true, "email": true, "aliases": true, "phones": true, "department": true, "team": true,
	"manager": true, "location": true, "time zone": true, "level": true, "start": true, "end": true}

// synonyms are further names of columns that hold several values; they may stand beside one
// another.
var synonyms = map[string]string{
	"alias": "aliases", "other emails": "aliases", "other email": "aliases", "other e-mails": "aliases", "other e-mail": "aliases", "other addresses": "aliases", "email aliases": "aliases",
	"phone": "phones", "mobile": "phones", "telephone": "phones", "phone number": "phones", "phone numbers": "phones", "mobile phone": "phones", "other phones": "phones",
}

// isCSV reports whether a head is that of a CSV directory: its header has a column person
// and at least two others that directories have.
func isCSV(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(append(bytes.TrimRight(line, "\r"), '\n')))
	r.Comma = delimiter(line)
	header, err := r.Read()
	if err != nil {
		return false
	}
	found := 0
	for _, name := range header {
		if columns[normal(name)] {
			found++
		}
	}
	return found >= 3 && slices.ContainsFunc(header, func(h string) bool { return normal(h) == "person" })
}

// readCSV reads a table of people.
func (d *Directory) readCSV(in *bufio.Reader) ([]Problem, error) {
	head, _ := in.Peek(headBytes)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	r := csv.NewReader(&shortLines{in: in})
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = delimiter(line), -1, true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("directory: the file has no header: it needs the columns person, name, email, department, team and others")
	}
	if err != nil {
		return nil, fmt.Errorf("directory: header: %w", err)
	}
	names, err := columnsOf(header)
	if err != nil {
		return nil, err
	}
	return d.rows(r, names)
}

// delimiter is the separator of a header line.
func delimiter(line []byte) rune {
	best, most := ',', 0
	for _, d := range []rune{',', ';', '\t'} {
		if n := bytes.Count(line, []byte(string(d))); n > most {
			best, most = d, n
		}
	}
	return best
}

func normal(name string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(name), "_", " ")), " ")
}

// columnsOf are the names of a header in their normal form.
func columnsOf(header []string) ([]string, error) {
	names := make([]string, len(header))
	for i, raw := range header {
		name := normal(raw)
		if columns[name] && slices.Contains(names[:i], name) && name != "aliases" && name != "phones" {
			return nil, fmt.Errorf("directory: the column %q stands twice in the header: keep one", name)
		}
		if synonym, ok := synonyms[name]; ok {
			name = synonym
		}
		names[i] = name
	}
	if !slices.Contains(names, "person") {
		return nil, errors.New("directory: the header has no column person: name the column that holds each person's id so")
	}
	return names, nil
}

func (d *Directory) rows(in *csv.Reader, names []string) ([]Problem, error) {
	var problems []Problem
	for row := 1; ; row++ {
		fields, err := in.Read()
		if err == io.EOF {
			return problems, nil
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			problems = append(problems, Problem{row, "bad_row"})
			continue
		}
		if err != nil {
			return problems, fmt.Errorf("directory: row %d: %w", row, err)
		}
		if slices.ContainsFunc(fields, func(cell string) bool { return swallows(cell, in.Comma, len(names)) }) {
			return problems, fmt.Errorf("directory: row %d: a quote is opened and not closed: close it, or take it out", row)
		}
		if reason := d.add(d.row(names, fields)); reason != "" {
			problems = append(problems, Problem{row, reason})
		}
	}
}

// swallows reports whether a cell holds further rows, behind a quote that nobody closed.
func swallows(cell string, comma rune, width int) bool {
	return strings.Contains(cell, "\n") && strings.Count(cell, string(comma)) >= max(width-1, 1)
}

// row is what the cells of one row say.
func (d *Directory) row(names, fields []string) *entry {
	e := &entry{}
	for i, name := range names {
		if i >= len(fields) || name == "" {
			continue
		}
		cell := text(fields[i])
		switch {
		case name == "phones":
			e.putAll(name, numbers(cell))
		case name == "aliases":
			e.putAll(name, split(cell, ";, \t\r\n"))
		case d.holdsHandles(name):
			e.putAll(name, split(cell, "; \t\r\n"))
		default:
			e.put(name, cell)
		}
	}
	return e
}

func (e *entry) putAll(column string, values []string) {
	for _, v := range values {
		e.put(column, v)
	}
}

// numbers are the telephone numbers of a cell, which have spaces inside: a semicolon, a comma
// or a plus sign behind a space begins another.
func numbers(cell string) []string {
	return split(strings.ReplaceAll(cell, " +", ";+"), ";,\t\r\n")
}

func split(cell, separators string) []string {
	return strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune(separators, c) })
}
