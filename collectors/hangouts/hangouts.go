// Package hangouts reads the Hangouts.json of a Google Takeout, in both shapes that were
// delivered until the service ended in 2022. What went over a phone network is handed on as
// tool sms.
//
// Texts, names of conversations and addresses of attachments are passed over in the
// scanner's window; it must not copy them anywhere.
package hangouts

import (
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "hangouts"

// sms is the tool of messages that Hangouts passed on to a phone network.
const sms = "sms"

type collector struct{}

// New returns the collector of Hangouts archives.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads every Hangouts*.json of the tree.
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

	texts jsonscan.Texts  // ids, each held once
	said  map[saying]bool // accounts announced
	m     record.Message

	entry string
	row   int64        // event in the file, from 1
	nth   int          // conversation in the file
	late  map[int]head // conversations whose head stood behind their events, to be read again
	again bool         // reading those
}

func newRun(ctx context.Context, workspace string, sink collectors.Sink) *run {
	return &run{ctx: ctx, sink: sink, workspace: workspace, said: map[saying]bool{}}
}

// saying is an announcement made.
type saying struct {
	tool string
	key  record.AccountKey
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

// file reads one archive, and a second time what could not be understood the first time.
func (r *run) file(path string, src io.Reader, open func() (io.ReadCloser, error)) error {
	r.entry, r.late = path, map[int]head{}
	return collectors.Twice(src, open, func(src io.Reader, again bool) (bool, error) {
		r.again = again
		err := r.document(src)
		return len(r.late) > 0, err
	})
}

// document reads the root object; faults are counted on the first reading only.
func (r *run) document(src io.Reader) error {
	r.Reset(src)
	r.row, r.nth = 0, 0
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
		case "conversations", "conversation_state":
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
		r.nth++
		if r.Peek() != '{' {
			r.Skip()
			if err := r.reject("not_a_conversation", int64(r.nth)); err != nil {
				return err
			}
			continue
		}
		if err := r.conversation(); err != nil {
			return err
		}
	}
	return nil
}

// reject counts one record, by its place among its like, as unreadable.
func (r *run) reject(reason string, nth int64) error {
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: nth})
}

// held gives an id as a string that is kept once.
func (r *run) held(id []byte) string {
	if len(id) == 0 || len(id) > maxID {
		return ""
	}
	return r.texts.Of(id)
}

// maxID is the longest id that is believed, in bytes.
const maxID = 256
