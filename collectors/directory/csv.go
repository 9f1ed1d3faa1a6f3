// Package directory reads who works in the organisation: people with their department,
// team, manager, place and times, and the handles they have declared. It reads; matching
// accounts to people is package identity's, storing them the warehouse's.
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
	"time"

	"crosstalk/collectors/record"
)

// The columns that a directory has by name; only person and either name or email are
// required. Every other column is an attribute, or holds handles when it is named
// after a tool.
var columns = []string{"person", "name", "email", "department", "team", "manager", "location", "time zone", "level", "start", "end"}

// IsCSV reports whether the head of a file is a directory's: its header has a column
// person and at least two others that directories have.
func IsCSV(head []byte) bool {
	head, _ = io.ReadAll(plain(bytes.NewReader(head))) // of UTF-16 that was cut within a sign, what is whole
	line, _, _ := bytes.Cut(head, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(append(bytes.TrimRight(line, "\r"), '\n')))
	r.Comma = delimiter(line)
	header, err := r.Read()
	if err != nil {
		return false
	}
	found := 0
	for _, name := range header {
		if slices.Contains(columns, normal(name)) {
			found++
		}
	}
	return found >= 3 && slices.ContainsFunc(header, func(h string) bool { return normal(h) == "person" })
}

// Problem is a row that could not be read.
type Problem struct {
	Row    int // from 1, the header not counted
	Reason string
}

// ReadCSV reads a directory. isTool says which other columns hold handles: those named
// after a tool, several handles in a cell separated by spaces or semicolons. Rows that
// cannot be read are returned as problems; an error means that the file is no directory, or
// that nobody can tell where its rows end. One that names nobody is an error too: taken at
// its word, everybody would have left.
func ReadCSV(in io.Reader, isTool func(slug string) bool) ([]record.Person, []Problem, error) {
	buffered := bufio.NewReaderSize(&shortLines{in: plain(in)}, 64<<10)
	head, err := buffered.Peek(4 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("directory: %w", err)
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	r := csv.NewReader(buffered)
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = delimiter(line), -1, true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, errors.New("directory: the file has no header: it needs the columns person, name, email, department, team and others")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("directory: header: %w", err)
	}
	reader, err := newReader(header, isTool)
	if err != nil {
		return nil, nil, err
	}
	people, problems, err := reader.rows(r)
	if err == nil && len(people) == 0 {
		err = errors.New("directory: no row names a person, and nothing was changed: export it again")
	}
	return people, problems, err
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

type reader struct {
	width      int
	at         map[string]int // known column → index
	handles    map[int]string // index → tool
	attributes map[int]string // index → name
	seen       map[string]bool
}

func newReader(header []string, isTool func(string) bool) (*reader, error) {
	r := &reader{width: len(header), at: map[string]int{}, handles: map[int]string{}, attributes: map[int]string{}, seen: map[string]bool{}}
	for i, raw := range header {
		name := normal(raw)
		switch {
		case slices.Contains(columns, name):
			if _, twice := r.at[name]; twice {
				return nil, fmt.Errorf("directory: the column %q stands twice in the header: keep one", name)
			}
			r.at[name] = i
		case isTool(name):
			r.handles[i] = name
		case name != "":
			r.attributes[i] = strings.ReplaceAll(name, " ", "_")
		}
	}
	if _, ok := r.at["person"]; !ok {
		return nil, fmt.Errorf("directory: the header has no column person: name the column that holds each person's id so")
	}
	return r, nil
}

func (r *reader) rows(in *csv.Reader) ([]record.Person, []Problem, error) {
	var people []record.Person
	var problems []Problem
	for row := 1; ; row++ {
		fields, err := in.Read()
		if err == io.EOF {
			return people, problems, nil
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			problems = append(problems, Problem{row, "bad_row"})
			continue
		}
		if err != nil {
			return people, problems, fmt.Errorf("directory: row %d: %w", row, err)
		}
		if slices.ContainsFunc(fields, func(cell string) bool { return r.swallows(cell, in.Comma) }) {
			return people, problems, fmt.Errorf("directory: row %d: a quote is opened and not closed: close it, or take it out", row)
		}
		p, reason := r.person(fields)
		if reason != "" {
			problems = append(problems, Problem{row, reason})
			continue
		}
		people = append(people, p)
	}
}

// swallows reports whether a cell holds further rows, behind a quote that nobody closed.
func (r *reader) swallows(cell string, comma rune) bool {
	return strings.Contains(cell, "\n") && strings.Count(cell, string(comma)) >= max(r.width-1, 1)
}

// person reads one row, or says why it cannot.
func (r *reader) person(fields []string) (record.Person, string) {
	get := func(name string) string {
		if i, ok := r.at[name]; ok && i < len(fields) {
			return text(fields[i])
		}
		return ""
	}
	p := record.Person{Key: get("person"), Name: get("name"), Email: strings.ToLower(get("email")), Department: get("department"), Team: get("team"),
		Manager: get("manager"), Location: get("location"), TimeZone: get("time zone"), Level: get("level")}
	if p.Key == "" {
		return p, "no_person"
	}
	if r.seen[p.Key] {
		return p, "person_twice"
	}
	if reason := stay(&p, get("start"), get("end")); reason != "" {
		return p, reason
	}
	if p.TimeZone != "" {
		if _, err := time.LoadLocation(p.TimeZone); err != nil {
			return p, "unknown_time_zone"
		}
	}
	r.seen[p.Key] = true
	for i, tool := range r.handles {
		if i < len(fields) {
			for _, h := range strings.FieldsFunc(text(fields[i]), func(c rune) bool { return c == ';' || c == ' ' }) {
				if p.Handles == nil {
					p.Handles = map[string][]string{}
				}
				p.Handles[tool] = append(p.Handles[tool], h)
			}
		}
	}
	for i, name := range r.attributes {
		if i < len(fields) && text(fields[i]) != "" {
			if p.Attributes == nil {
				p.Attributes = map[string]string{}
			}
			p.Attributes[name] = text(fields[i])
		}
	}
	return p, ""
}

// Systems of personnel write a day far off, or the first of the first year, where there is no
// beginning or no end.
const firstYear, lastYear = 1900, 2299

// stay reads the first and the last day of a person, or says why they cannot be.
func stay(p *record.Person, start, end string) (reason string) {
	var startIs, endIs bool
	p.Start, startIs = date(start)
	p.End, endIs = date(end)
	if !startIs || !endIs {
		return "bad_date"
	}
	if p.Start.Year() < firstYear {
		p.Start = time.Time{}
	}
	if p.End.Year() >= lastYear {
		p.End = time.Time{}
	}
	switch {
	case p.Start.Year() >= lastYear, !p.End.IsZero() && p.End.Year() < firstYear:
		return "bad_date"
	case !p.End.IsZero() && p.End.Before(p.Start):
		return "ends_before_start"
	}
	return ""
}

// date reads an ISO date, or an instant of which the day counts; empty is open.
func date(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime} {
		if t, err := time.Parse(layout, s); err == nil {
			return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), true
		}
	}
	return time.Time{}, false
}
