// Package table reads any table of messages, as CSV, TSV, JSON or JSON Lines, by a
// mapping that says what its columns mean: the way in for a tool that has no collector
// of its own. It must keep nothing of a column that the mapping does not name, and of
// a text only its length.
package table

import (
	"context"
	"fmt"
	"io"
	"path"
	"reflect"
	"strings"

	"golang.org/x/text/encoding"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

const (
	headSize    = 4 << 10
	mappingName = "mapping.yaml"
	mappingEnd  = ".mapping.yaml"
)

type collector struct{}

// New returns the collector of tables.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return "table" }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	var given mapping
	if err := o.Settings(&given); err != nil || reflect.DeepEqual(given, mapping{}) {
		return err
	}
	_, err := newPlan(&given, o)
	return err
}

// Recognise claims a tree at whose root a mapping lies beside data. Without one a
// table may be anything.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	found, data := "", false
	for _, f := range t.Files() {
		switch {
		case !isMapping(f.Path):
			data = true
		case found == "" && !strings.Contains(f.Path, "/"):
			found = f.Path
		}
	}
	if found == "" || !data {
		return collectors.Claim{}, nil
	}
	claim := collectors.Claim{Certainty: collectors.Certain, What: "table with a mapping"}
	if m, err := readMapping(t, found); err == nil { // what is wrong with it, Collect says
		claim.Workspace, claim.What = m.Workspace, m.Tool+" table with a mapping"
	}
	return claim, nil
}

// Collect reads every file of the tree that a mapping covers: the one in the options,
// else the one that lies beside the file.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	run, err := newRun(t, o, sink)
	if err != nil {
		return fmt.Errorf("table: %w", err)
	}
	err = t.Walk(ctx, func(f collectors.File, in io.Reader) error { return run.file(ctx, f.Path, in) })
	if err == nil {
		err = run.missing
		if run.readable {
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("table: workspace %s: %w", o.Workspace, err)
	}
	return nil
}

// run is one reading of a tree.
type run struct {
	options  collectors.Options
	sink     collectors.Sink
	given    *plan            // of the options, or nil
	beside   map[string]*plan // by the path of the mapping
	reader   fileReader
	readable bool  // some file had the columns that are needed
	missing  error // what the last one without them lacked
}

func newRun(t *collectors.Tree, o collectors.Options, sink collectors.Sink) (*run, error) {
	r := &run{options: o, sink: sink, beside: map[string]*plan{}}
	var given mapping
	if err := o.Settings(&given); err != nil {
		return nil, err
	}
	if !reflect.DeepEqual(given, mapping{}) {
		var err error
		r.given, err = newPlan(&given, o)
		return r, err
	}
	for _, f := range t.Files() {
		if !isMapping(f.Path) {
			continue
		}
		m, err := readMapping(t, f.Path)
		if err != nil {
			return nil, err
		}
		if r.beside[f.Path], err = newPlan(m, o); err != nil {
			return nil, err
		}
	}
	if len(r.beside) == 0 {
		return nil, fmt.Errorf("no mapping; say under options what the columns mean, or put a %s beside the files", mappingName)
	}
	return r, nil
}

func isMapping(p string) bool {
	base := path.Base(p)
	return base == mappingName || strings.HasSuffix(base, mappingEnd)
}

// longestMapping bounds a mapping file.
const longestMapping = 1 << 20

func readMapping(t *collectors.Tree, name string) (*mapping, error) {
	text, err := t.Head(name, longestMapping)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path.Base(name), err)
	}
	m := &mapping{}
	if err := (collectors.Options{}).WithSettings(text).Settings(m); err != nil {
		return nil, fmt.Errorf("%s: %w", path.Base(name), err)
	}
	return m, nil
}

// planFor finds the mapping of a file: the one named after it, else that of its
// folder or of the nearest one above.
func (r *run) planFor(file string) *plan {
	if r.given != nil {
		return r.given
	}
	stem := file
	for {
		if p := r.beside[stem+mappingEnd]; p != nil {
			return p
		}
		ext := path.Ext(stem)
		if ext == "" || ext == stem || strings.Contains(ext, "/") {
			break
		}
		stem = strings.TrimSuffix(stem, ext)
	}
	for folder := path.Dir(file); ; folder = path.Dir(folder) {
		if p := r.beside[path.Join(folder, mappingName)]; p != nil {
			return p
		}
		if folder == "." || folder == "/" {
			return nil
		}
	}
}

// file reads one file as messages or as accounts.
func (r *run) file(ctx context.Context, name string, in io.Reader) error {
	if isMapping(name) {
		return nil
	}
	p := r.planFor(name)
	switch {
	case p == nil:
		return collectors.RejectFile(r.sink, name)
	case matches(p.accounts.file, name):
		return r.reader.read(ctx, r, name, in, &p.accounts.shape, &p.accounts.columns, p.accounts.needed, &accountVisitor{plan: p, sink: r.sink})
	case len(p.files) > 0 && !matches(p.files, name):
		return r.sink.Reject(record.Reject{Reason: "unmapped_file", Entry: name})
	}
	return r.reader.read(ctx, r, name, in, &p.shape, &p.columns, p.needed, &messageVisitor{plan: p, sink: r.sink})
}

// matches reports whether a file is meant by one of the patterns, whose match may be
// its whole path or its name, with the ending of its packing or without.
func matches(patterns []string, name string) bool {
	for _, pattern := range patterns {
		for _, n := range []string{name, path.Base(name), unpacked(name), unpacked(path.Base(name))} {
			if ok, err := path.Match(pattern, n); ok && err == nil {
				return true
			}
		}
	}
	return false
}

func unpacked(name string) string {
	switch ext := path.Ext(name); ext {
	case ".gz", ".xz", ".bz2", ".zst":
		return strings.TrimSuffix(name, ext)
	}
	return name
}

// visitor turns rows into records. The slug it answers with is the reason for which
// a row could not be.
type visitor interface {
	visit(r *row) (reason string, err error)
}

// fileReader reads one file after another.
type fileReader struct {
	src     source
	csv     csvReader
	json    jsonReader
	run     *run
	name    string
	shape   *shape
	columns *columns
	needed  []string // columns without which nothing can be read
	foreign encoding.Encoding
	visitor visitor
	record  int64
}

func (f *fileReader) read(ctx context.Context, r *run, name string, in io.Reader, s *shape, c *columns, needed []string, v visitor) error {
	f.run, f.name, f.shape, f.columns, f.needed, f.visitor, f.record = r, name, s, c, needed, v, 0
	foreign, err := textEncoding(s.Encoding)
	if err != nil {
		return fmt.Errorf("mapping: encoding %q is unknown", s.Encoding)
	}
	f.foreign = foreign
	f.src.reset(in)
	head := f.src.head()
	if len(strings.TrimSpace(string(head))) == 0 {
		r.readable = true
		return f.damaged("")
	}
	if s.isJSON(head) {
		r.readable = true
		return f.readJSON(ctx)
	}
	return f.readCSV(ctx)
}

func (s *shape) isJSON(head []byte) bool {
	switch s.Format {
	case "json", "jsonl":
		return true
	case "":
		text := strings.TrimLeft(string(head[:min(len(head), 512)]), " \t\r\n")
		return text != "" && (text[0] == '{' || text[0] == '[') && s.Delimiter == "" && len(s.Columns) == 0
	}
	return false
}

func (f *fileReader) visit(r *row) error {
	reason, err := f.visitor.visit(r)
	if err == nil && reason != "" {
		err = f.reject(reason)
	}
	return err
}

func (f *fileReader) reject(reason string) error {
	return f.run.sink.Reject(record.Reject{Reason: reason, Entry: f.name, Record: f.record})
}

// damaged ends a file of which the rest is lost, for a reason or for none. What is left is
// read, as the fault may be that of what the file is packed in, which stops the run.
func (f *fileReader) damaged(reason string) error {
	for f.src.more() {
	}
	if err := f.src.damage(); err != nil {
		return fmt.Errorf("a file cannot be read on: %w", err)
	}
	if reason == "" {
		return nil
	}
	return f.run.sink.Reject(record.Reject{Reason: reason, Entry: f.name})
}

// lacks follows up on columns that the header does not have.
func (f *fileReader) lacks(missing []string) (stop bool, err error) {
	for _, name := range missing {
		for _, need := range f.needed {
			if name == need {
				f.run.missing = fmt.Errorf("no column is called %q, as the mapping says; compare it with the first line of the file", name)
				return true, f.run.sink.Reject(record.Reject{Reason: "missing_column", Entry: f.name})
			}
		}
	}
	f.run.readable = true
	f.run.options.Log.Warn("the mapping names columns that a file does not have", "columns", len(missing))
	return false, nil
}
