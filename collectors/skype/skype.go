// Package skype reads the export that consumer Skype gave its users until 2025, and that Teams
// (free) gives in the same layout: one messages.json, in a tar or bare.
//
// Contents are looked at for who called, quoted, mentioned or was added, measured, and
// dropped; it must not copy them anywhere.
package skype

import (
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "skype"

type collector struct{}

// New returns the collector of Skype exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads every messages.json of the tree.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := newRun(ctx, o.Workspace, sink)
	return collectors.InSteps(ctx, Tool, o, func(context.Context) error { return r.tree(t) })
}

// run is one reading of a tree.
type run struct {
	jsonscan.Scanner
	ctx       context.Context
	sink      collectors.Sink
	workspace string

	people map[string]*person // by id as written
	inner  jsonscan.Scanner   // for JSON inside a string
	m      record.Message
	row    row

	entry string
	nth   int64 // message in the file, from 1
	owner *person

	chats int          // conversation in the file, from 1
	late  map[int]head // conversations to be read again, as their head or the owner stood behind their messages
	again bool         // reading those
}

func newRun(ctx context.Context, workspace string, sink collectors.Sink) *run {
	return &run{ctx: ctx, sink: sink, workspace: workspace, people: map[string]*person{}}
}

func (r *run) tree(t *collectors.Tree) error {
	return t.Walk(r.ctx, func(f collectors.File, src io.Reader) error {
		switch roleOf(f.Path, t.Single()) {
		case roleUnread:
			return nil
		case roleStray:
			return collectors.RejectFile(r.sink, f.Path)
		}
		return r.file(f.Path, src, func() (io.ReadCloser, error) { return t.Open(f.Path) })
	})
}

// file reads one export, and a second time what could not be understood the first time.
func (r *run) file(path string, src io.Reader, open func() (io.ReadCloser, error)) error {
	r.entry, r.owner, r.late = path, nil, map[int]head{}
	return collectors.Twice(src, open, func(src io.Reader, again bool) (bool, error) {
		r.again = again
		err := r.document(src)
		return len(r.late) > 0, err
	})
}

// document reads the root object; its faults are counted on the first reading only.
func (r *run) document(src io.Reader) error {
	r.Reset(src)
	r.nth, r.chats = 0, 0
	if r.Peek() != '{' {
		r.Fail()
	} else if err := r.root(); err != nil {
		return err
	}
	if r.again {
		_, err := collectors.Settle(r)
		return err
	}
	return collectors.Finish(r, r.sink, r.entry, 0)
}

func (r *run) root() error {
	known := false
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "userId":
			if id := r.Str(); len(id) > 0 {
				r.owner = r.person(id)
			}
		case "conversations":
			known = true
			if err := r.conversations(); err != nil {
				return err
			}
		default:
			r.Skip()
		}
	}
	if !known && r.Err() == nil && !r.again {
		return collectors.RejectFile(r.sink, r.entry)
	}
	return nil
}

func (r *run) conversations() error {
	if !r.Enter('[') {
		return nil
	}
	for r.Element() {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		r.chats++
		var err error
		if r.Peek() == '{' {
			err = r.conversation()
		} else {
			r.Skip()
			err = r.reject("not_a_conversation", int64(r.chats))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reject counts one record, by its place among its like, as unreadable.
func (r *run) reject(reason string, nth int64) error {
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: nth})
}
