// Package webex reads messages, events, memberships, rooms and people of Webex as pages of
// its API: what a member's token shows, and what a compliance officer's does.
//
// Texts, titles and links to files are passed over in the scanner's window; it must not
// copy them anywhere. It does not fetch anything.
package webex

import (
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "webex"

type collector struct{}

// New returns the collector of Webex exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export: who and what there is first.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := newRun(ctx, o.Workspace, sink)
	files := func(lists bool) collectors.Step {
		return t.Walking(func(f collectors.File, src io.Reader) error { return r.shaped(lists, f.Path, src) })
	}
	return collectors.InSteps(ctx, Tool, o, files(true), files(false))
}

// run is one reading of an export.
type run struct {
	ctx       context.Context
	workspace string
	sink      collectors.Sink
	ids       jsonscan.Met[string] // what the encoded ids say
	texts     jsonscan.Texts
	rooms     map[string]*room           // by id
	known     map[record.AccountKey]bool // accounts that were announced
	s         jsonscan.Scanner
	entry     string
	record    int64
	item      item
	decoded   [256]byte // the id last decoded
	m         record.Message
}

func newRun(ctx context.Context, workspace string, sink collectors.Sink) *run {
	return &run{ctx: ctx, workspace: workspace, sink: sink, rooms: map[string]*room{},
		known: map[record.AccountKey]bool{}}
}

// shaped reads one file in its turn: the lists of who and what there is, or what else there is.
func (r *run) shaped(lists bool, entry string, src io.Reader) error {
	in, head, err := collectors.Peek(src, headBytes)
	if err != nil {
		return err
	}
	switch s := shapeOf(head); {
	case s == shapeStray && !lists:
		return collectors.RejectFile(r.sink, entry)
	case s == shapeStray, (s == shapeList) != lists:
		return nil
	}
	return r.file(entry, in)
}

// file reads the documents of one file.
func (r *run) file(entry string, src io.Reader) error {
	r.entry, r.record = entry, 0
	r.s.Reset(src)
	for c := r.s.Peek(); c == '{' || c == '['; c = r.s.Peek() {
		if err := r.each(true); err != nil {
			return err
		}
	}
	return collectors.Finish(&r.s, r.sink, entry, r.record)
}

// each takes an object, or every element of a list.
func (r *run) each(top bool) error {
	if r.s.Peek() == '{' {
		return r.take(top)
	}
	if !r.s.Enter('[') {
		return nil
	}
	for r.s.Element() {
		if r.record%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if r.s.Peek() == '{' {
			if err := r.take(false); err != nil {
				return err
			}
			continue
		}
		r.s.Skip()
		r.record++
		if err := r.reject("not_a_message"); err != nil {
			return err
		}
	}
	return nil
}

// take reads one object: at the top perhaps a page, whose items are taken one by one.
func (r *run) take(top bool) error {
	r.record++
	r.item.reset()
	r.s.Enter('{')
	paged := false
	for key, ok := r.s.Key(); ok; key, ok = r.s.Key() {
		if top && string(key) == "items" && r.s.Peek() == '[' {
			r.record--
			paged = true
			if err := r.each(false); err != nil {
				return err
			}
			continue
		}
		r.field(&r.item.thing, key)
	}
	if paged || r.s.Err() != nil {
		return nil
	}
	return r.emit(&r.item)
}

// reject counts the record at hand as unreadable.
func (r *run) reject(reason string) error {
	if r.s.Err() != nil {
		return nil // the file broke off in it, which Verdict tells
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.record})
}
