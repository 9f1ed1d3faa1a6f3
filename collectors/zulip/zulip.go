// Package zulip reads Zulip's data exports: realm.json with its tables, and the messages
// beside it.
//
// Texts, topics and names of channels and files are passed over in the scanner's window; it
// must not copy them anywhere. It does not fetch anything.
package zulip

import (
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "zulip"

type collector struct{}

// New returns the collector of Zulip exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export: first the tables, then the messages.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := newRun(o.Workspace, sink)
	files := func(tables bool) collectors.Step {
		return t.Walking(func(f collectors.File, src io.Reader) error { return r.file(ctx, tables, f.Path, src) })
	}
	return collectors.InSteps(ctx, Tool, o, files(true), r.announce, files(false), r.orphans)
}

// run is one reading of an export.
type run struct {
	sink      collectors.Sink
	workspace string
	entry     string // the file at hand
	record    int64  // the record in it

	tables
	scan jsonscan.Scanner
	post post
	m    record.Message
	pair []int64
}

func newRun(workspace string, sink collectors.Sink) *run {
	return &run{sink: sink, workspace: workspace, tables: newTables()}
}

// file reads one file: tables first, messages later.
func (r *run) file(ctx context.Context, tables bool, name string, src io.Reader) error {
	in, head, err := collectors.Peek(src, headBytes)
	if err != nil {
		return err
	}
	r.entry, r.record = name, 0
	switch roleOf(name, head) {
	case roleStray:
		if tables {
			return r.reject(collectors.Unrecognised)
		}
	case roleTables:
		if tables {
			return r.document(ctx, in, r.table)
		}
	case roleMessages:
		if !tables {
			return r.document(ctx, in, r.messages)
		}
	}
	return nil
}

// document reads one file, an object of tables, giving each to visit.
func (r *run) document(ctx context.Context, src io.Reader, visit func(context.Context, string) error) error {
	s := &r.scan
	s.Reset(src)
	if s.Enter('{') {
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if err := visit(ctx, string(key)); err != nil {
				return err
			}
		}
	}
	return collectors.Finish(s, r.sink, r.entry, r.record)
}

// rows gives the rows of a table, each an object that was entered, to visit.
func (r *run) rows(ctx context.Context, visit func() error) error {
	s := &r.scan
	if !s.Enter('[') {
		return nil
	}
	for r.record = 0; s.Element(); {
		if r.record++; r.record%256 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if !s.Enter('{') {
			if s.Err() == nil {
				if err := r.reject("not_a_row"); err != nil {
					return err
				}
			}
			continue
		}
		if err := visit(); err != nil {
			return err
		}
	}
	return nil
}

// columns gives the columns of the row that was entered, to be taken.
func (r *run) columns(take func(key []byte)) {
	for key, ok := r.scan.Key(); ok; key, ok = r.scan.Key() {
		take(key)
	}
}

func (r *run) reject(reason string) error {
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.record})
}
