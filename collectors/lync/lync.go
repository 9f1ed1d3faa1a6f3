// Package lync reads what is left of Microsoft Lync and Skype for Business: tables of the
// call detail records, of the archive and of persistent chat, and the usage report, each
// as CSV. A call detail record is a session, not a message: it becomes counts over a span,
// and must never be spread over messages that nobody saw.
//
// Bodies and contents are measured in passing; the package must not copy them anywhere.
package lync

import (
	"bufio"
	"context"
	"fmt"
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
	wrap := func(err error) error { return fmt.Errorf("lync: workspace %s: %w", o.Workspace, err) }
	var none struct{}
	if err := o.Settings(&none); err != nil {
		return wrap(err)
	}
	r := newRun(ctx, o.Workspace, sink)
	for turn := range turns {
		err := t.Walk(ctx, func(f collectors.File, src io.Reader) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			head := bufio.NewReaderSize(src, headBytes)
			peeked, _ := head.Peek(headBytes)
			return r.file(tableOf(peeked), f.Path, head, turn)
		})
		if err != nil {
			return wrap(err)
		}
	}
	return nil
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
	heard     map[string]*conference     // who got messages of a conference, by its session
	m         record.Message
}

// conference is a meeting with those who got its messages.
type conference struct {
	record.Conversation
	members map[record.AccountKey]bool
	told    bool
}

func newRun(ctx context.Context, workspace string, sink collectors.Sink) *run {
	return &run{ctx: ctx, workspace: workspace, sink: sink, users: map[string]string{}, posters: map[string]string{},
		keys: map[string]record.AccountKey{}, known: map[record.AccountKey]bool{}, heard: map[string]*conference{}}
}

// file reads one table, in its turn.
func (r *run) file(of *table, entry string, src io.Reader, turn int) error {
	switch {
	case of == nil && turn == turnRecords:
		return r.sink.Reject(record.Reject{Reason: "unrecognised_file", Entry: entry})
	case of == nil || of.read == nil || of.turn != turn:
		return nil
	}
	t := csvscan.New(of.columns, of.measured)
	t.Reset(src)
	rejected := func(reason string) error {
		return r.sink.Reject(record.Reject{Reason: reason, Entry: entry, Record: t.Record()})
	}
	for t.Next() {
		if t.Record()%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		reason, err := t.Fault(), error(nil)
		if reason == "" {
			reason, err = of.read(r, t)
		}
		if reason != "" && err == nil {
			err = rejected(reason)
		}
		if err != nil {
			return err
		}
	}
	reason, err := t.Verdict()
	if err != nil {
		return fmt.Errorf("read a table of the export: %w", err)
	}
	if reason != "" {
		return rejected(reason)
	}
	return nil
}
