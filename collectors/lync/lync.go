// Package lync reads what is left of Microsoft Lync and Skype for Business: tables of the
// call detail records, of the archive and of persistent chat, and the usage report, each
// as CSV. A call detail record is a session, not a message: it becomes counts over a span,
// and must never be spread over messages that nobody saw.
//
// Bodies and contents are measured in passing; the package must not copy them anywhere.
package lync

import (
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "lync"

type collector struct{}

// New returns the collector of Lync and Skype for Business tables.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export: the tables that name people first.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := newRun(ctx, o.Workspace, sink)
	var steps []collectors.Step
	for turn := range turns {
		steps = append(steps, t.Walking(func(f collectors.File, src io.Reader) error { return r.file(f.Path, src, turn) }))
	}
	return collectors.InSteps(ctx, Tool, o, steps...)
}

// run is one reading of an export.
type run struct {
	ctx       context.Context
	workspace string
	sink      collectors.Sink
	users     map[string]string // addresses by their number in the table of users
	posters   map[string]string // the same for persistent chat
	keys      map[string]record.AccountKey
	known     map[record.AccountKey]bool // accounts that were announced
	heard     conferences                // who got messages of which
	m         record.Message
}

func newRun(ctx context.Context, workspace string, sink collectors.Sink) *run {
	return &run{ctx: ctx, workspace: workspace, sink: sink, users: map[string]string{}, posters: map[string]string{},
		keys: map[string]record.AccountKey{}, known: map[record.AccountKey]bool{}, heard: newConferences()}
}

// file reads one table, in its turn.
func (r *run) file(entry string, src io.Reader, turn int) error {
	in, head, err := collectors.Peek(src, headBytes)
	if err != nil {
		return err
	}
	of := tableOf(head)
	switch {
	case of == nil && turn == turnRecords:
		return collectors.RejectFile(r.sink, entry)
	case of == nil || of.read == nil || of.turn != turn:
		return nil
	}
	t := csvscan.New(of.columns, of.measured)
	t.Reset(in)
	for t.Next() {
		if t.Record()%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		reason, err := t.Fault(), error(nil)
		if reason == "" {
			reason, err = of.read(r, t)
		}
		if reason != "" && err == nil {
			err = r.sink.Reject(record.Reject{Reason: reason, Entry: entry, Record: t.Record()})
		}
		if err != nil {
			return err
		}
	}
	return collectors.Finish(t, r.sink, entry, t.Record())
}
