// Package zoom reads Zoom Team Chat as the account's reports and the web hooks give it:
// pages of sessions and their messages, and events as whoever caught them stored them.
//
// Texts, names of channels and files are passed over in the scanner's window; it must not
// copy them anywhere. It does not fetch anything.
package zoom

import (
	"context"
	"io"
	"path"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "zoom"

type collector struct{}

// New returns the collector of Zoom Team Chat.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export: the lists of sessions first.
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
	texts     jsonscan.Texts                     // one copy of each id
	sessions  map[string]record.ConversationKind // by id, as the lists have them
	known     map[record.AccountKey]bool         // accounts that were announced
	s         jsonscan.Scanner
	entry     string
	record    int64
	session   string // of the page being read
	pair      []byte
	post      post
	m         record.Message
}

func newRun(ctx context.Context, workspace string, sink collectors.Sink) *run {
	return &run{ctx: ctx, workspace: workspace, sink: sink,
		sessions: map[string]record.ConversationKind{}, known: map[record.AccountKey]bool{}}
}

// shaped reads one file in its turn: the lists of sessions, or what else there is.
func (r *run) shaped(lists bool, entry string, src io.Reader) error {
	in, head, err := collectors.Peek(src, headBytes)
	if err != nil {
		return err
	}
	switch s := shapeOf(head); {
	case s == shapeStray && !lists:
		return collectors.RejectFile(r.sink, entry)
	case s == shapeStray, (s == shapeSessions) != lists:
		return nil
	}
	return r.file(entry, in)
}

// file reads the documents of one file.
func (r *run) file(entry string, src io.Reader) error {
	r.entry, r.record = entry, 0
	r.session = strings.TrimSuffix(path.Base(entry), path.Ext(entry))
	r.s.Reset(src)
	for c := r.s.Peek(); c == '{' || c == '['; c = r.s.Peek() {
		if err := r.each(r.document); err != nil {
			return err
		}
	}
	return collectors.Finish(&r.s, r.sink, entry, r.record)
}

// each hands an object, or every element of a list, to take.
func (r *run) each(take func() error) error {
	if r.s.Peek() == '{' {
		return take()
	}
	if !r.s.Enter('[') {
		return nil
	}
	for r.s.Element() {
		if r.record%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if r.s.Peek() == '{' {
			if err := take(); err != nil {
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

// reject counts the record at hand as unreadable, unless the whole file broke off in it,
// which Verdict tells.
func (r *run) reject(reason string) error {
	if r.s.Err() != nil {
		return nil
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.record})
}
