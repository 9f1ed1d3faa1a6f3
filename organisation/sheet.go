package organisation

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// columns are those of the register's CSV file, named like the keys of crosstalk.yaml, and how a cell is read. An error
// completes the sentence "column: …".
var columns = map[string]func(t *Tool, cell string) error{
	"tool":          func(t *Tool, cell string) error { t.Tool = cell; return nil },
	"name":          func(t *Tool, cell string) error { t.Name = cell; return nil },
	"class":         func(t *Tool, cell string) error { t.Class = cell; return nil },
	"status":        func(t *Tool, cell string) error { t.Status = cell; return nil },
	"seats":         func(t *Tool, cell string) (err error) { t.Seats, err = readWhole(cell); return err },
	"price":         func(t *Tool, cell string) (err error) { t.Price.Amount, err = readAmount(cell); return err },
	"per":           func(t *Tool, cell string) error { t.Price.Per = cell; return nil },
	"currency":      func(t *Tool, cell string) error { t.Price.Currency = cell; return nil },
	"retention":     func(t *Tool, cell string) (err error) { t.Retention, err = readTruth(cell); return err },
	"legal_hold":    func(t *Tool, cell string) (err error) { t.LegalHold, err = readTruth(cell); return err },
	"sso":           func(t *Tool, cell string) (err error) { t.Control.SSO, err = readTruth(cell); return err },
	"scim":          func(t *Tool, cell string) (err error) { t.Control.SCIM, err = readTruth(cell); return err },
	"export_api":    func(t *Tool, cell string) (err error) { t.Control.ExportAPI, err = readTruth(cell); return err },
	"audit_api":     func(t *Tool, cell string) (err error) { t.Control.AuditAPI, err = readTruth(cell); return err },
	"retention_api": func(t *Tool, cell string) (err error) { t.Control.RetentionAPI, err = readTruth(cell); return err },
	"bridge":        func(t *Tool, cell string) (err error) { t.Control.Bridge, err = readTruth(cell); return err },
	"residency":     func(t *Tool, cell string) (err error) { t.Control.Residency, err = readTruth(cell); return err },
	"contract_end":  func(t *Tool, cell string) error { t.ContractEnd = cell; return nil },
	"owner":         func(t *Tool, cell string) error { t.Owner = cell; return nil },
	"replaces":      func(t *Tool, cell string) error { t.Replaces = words(cell); return nil },
	"has":           func(t *Tool, cell string) error { t.Capabilities.Has = words(cell); return nil },
	"lacks":         func(t *Tool, cell string) error { t.Capabilities.Lacks = words(cell); return nil },
}

// columnNames are in the order in which sentences name them.
var columnNames = []string{"tool", "name", "class", "status", "seats", "price", "per", "currency", "retention", "legal_hold", "sso", "scim",
	"export_api", "audit_api", "retention_api", "bridge", "residency", "contract_end", "owner", "replaces", "has", "lacks"}

// keyOf is the key of crosstalk.yaml that a column stands for, where its name is another.
var keyOf = map[string]string{"price.per": "per", "price.currency": "currency", "capabilities.has": "has", "capabilities.lacks": "lacks"}

// readRegister adds the tools of the register's file to those of the configuration.
func (c *Config) readRegister(found *findings) {
	text, err := readBounded(c.RegisterPath)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		found.wrong("register", "%s is not there: name the CSV file of the register, or take the key out", quote(c.RegisterPath))
		return
	case err != nil:
		found.wrong("register", "it cannot be read: %s", oneLine(err.Error()))
		return
	}
	tools, own := parseSheet(text, c.Tools)
	for _, problem := range own.list {
		problem.File = c.RegisterPath
		found.list = append(found.list, problem)
	}
	c.Tools = append(c.Tools, tools...)
}

// parseSheet reads the register's CSV file. Tools named already are refused.
func parseSheet(text []byte, named []Tool) ([]Tool, *findings) {
	s := sheet{found: &findings{lines: map[string]int{}}}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	switch {
	case len(text) > largestFile:
		s.found.at(0, "", "the file is larger than %d KiB, which no register is", largestFile>>10)
		return nil, s.found
	case !utf8.Valid(text):
		s.found.at(0, "", "the file is not UTF-8: save it again as CSV in UTF-8")
		return nil, s.found
	}
	s.rows = csv.NewReader(bytes.NewReader(text))
	s.rows.Comma, s.rows.FieldsPerRecord, s.rows.TrimLeadingSpace = delimiter(text), -1, true
	if s.header(); s.found.list == nil {
		s.body(named)
	}
	return s.tools, s.found
}

// delimiter is the sign that the first line has most of.
func delimiter(text []byte) rune {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	best := ','
	for _, sign := range ";\t" {
		if bytes.Count(first, []byte(string(sign))) > bytes.Count(first, []byte(string(best))) {
			best = sign
		}
	}
	return best
}

// sheet is the register's CSV file being read.
type sheet struct {
	rows  *csv.Reader
	names []string // of the columns
	tools []Tool
	found *findings
}

// header reads the first row.
func (s *sheet) header() {
	row, err := s.rows.Read()
	if err != nil && err != io.EOF {
		s.broken(err)
		return
	}
	for _, cell := range row {
		name := strings.ReplaceAll(fold(cell), " ", "_")
		if columns[name] == nil {
			s.found.at(1, "", "%s is not a column: %s", quote(cell), suggest(name, columnNames))
		}
		if slices.Contains(s.names, name) {
			s.found.at(1, "", "the column %s is there twice: keep one", quote(name))
		}
		s.names = append(s.names, name)
	}
	if s.found.list == nil && !slices.Contains(s.names, "tool") {
		s.found.at(1, "", "the column tool is missing: the first row names the columns, %s", list(columnNames))
	}
}

// body reads the rows of tools.
func (s *sheet) body(named []Tool) {
	for {
		row, err := s.rows.Read()
		switch {
		case err == io.EOF:
			return
		case err != nil:
			s.broken(err)
			return
		case strings.TrimSpace(strings.Join(row, "")) == "":
			continue
		}
		line, _ := s.rows.FieldPos(0)
		t := s.row(row, line)
		same := func(other Tool) bool { return other.Tool == t.Tool && t.Tool != "" }
		switch {
		case slices.ContainsFunc(named, same):
			s.found.at(line, "tool", "%s is in the configuration too: keep one", quote(t.Tool))
		case slices.ContainsFunc(s.tools, same):
			s.found.at(line, "tool", "%s is there twice: keep one", quote(t.Tool))
		}
		s.tools = append(s.tools, t)
	}
}

// row reads and checks one tool.
func (s *sheet) row(row []string, line int) Tool {
	var t Tool
	own := &findings{}
	if len(row) > len(s.names) {
		own.at(line, "", "the row has %d cells under %d columns: put cells that hold the delimiter in quotes", len(row), len(s.names))
		row = row[:len(s.names)]
	}
	for i, cell := range row {
		if cell = strings.TrimSpace(cell); cell == "" {
			continue
		}
		if err := columns[s.names[i]](&t, cell); err != nil {
			own.at(line, "."+s.names[i], "%s", err)
		}
	}
	t.check(own, "")
	for _, p := range own.list {
		p.Line, p.Key = line, strings.TrimPrefix(p.Key, ".")
		p.Key = fallback(keyOf[p.Key], p.Key)
		s.found.list = append(s.found.list, p)
	}
	return t
}

// broken notes a row that is no CSV, after which nothing can be read.
func (s *sheet) broken(err error) {
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		s.found.at(syntax.Line, "", "not CSV: %s", syntax.Err)
		return
	}
	s.found.at(0, "", "not CSV: %s", oneLine(err.Error()))
}

func readWhole(cell string) (*int, error) {
	n, err := strconv.Atoi(cell)
	if err != nil {
		return nil, errors.New(quote(cell) + " is not a whole number")
	}
	return &n, nil
}

func readAmount(cell string) (*float64, error) {
	amount, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		return nil, errors.New(quote(cell) + " is not a number: write it like 8.25")
	}
	return &amount, nil
}

func readTruth(cell string) (*bool, error) {
	is := slices.Contains([]string{"yes", "true"}, strings.ToLower(cell))
	if !is && !slices.Contains([]string{"no", "false"}, strings.ToLower(cell)) {
		return nil, errors.New(quote(cell) + " is neither yes nor no; an empty cell is unknown")
	}
	return &is, nil
}

// words are those of a cell, parted by spaces, commas or semicolons.
func words(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(" ,;", r) })
}
