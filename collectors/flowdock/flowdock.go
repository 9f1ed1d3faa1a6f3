// Package flowdock reads what is left of Flowdock, which closed in 2022: dumps of its REST
// interface and the data export that administrators were handed, both of which hold the
// interface's message objects as arrays or one after another. What a file is, its first
// bytes tell, not its name.
//
// Contents, titles and names of files and flows are measured or passed over in the
// scanner's window; it must not copy them anywhere. It does not fetch anything.
package flowdock

import (
	"context"
	"io"
	"maps"
	"slices"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "flowdock"

type collector struct{}

// New returns the collector of Flowdock exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := &run{tree: t, sink: sink, workspace: o.Workspace, accounts: map[string]*record.Account{}, flows: map[string]*record.Conversation{}}
	return collectors.InSteps(ctx, Tool, o, r.lists, r.announce, r.messages)
}

// run is one reading of an export. What it holds grows with people and flows only.
type run struct {
	tree      *collectors.Tree
	sink      collectors.Sink
	workspace string

	accounts map[string]*record.Account      // by id
	flows    map[string]*record.Conversation // by id
	texts    jsonscan.Texts

	scan    jsonscan.Scanner
	entry   string
	ordinal int64
}

// lists reads who and what there is.
func (r *run) lists(ctx context.Context) error {
	return r.walk(ctx, func(found role, entry string, src io.Reader) error {
		if found != roleList {
			return nil
		}
		return r.document(ctx, entry, src, func() error { r.listed(); return nil })
	})
}

// walk visits every file with what it is, which its beginning tells.
func (r *run) walk(ctx context.Context, visit func(found role, entry string, src io.Reader) error) error {
	return r.tree.Walk(ctx, func(f collectors.File, src io.Reader) error {
		in, head, err := collectors.Peek(src, headBytes)
		if err != nil {
			return err
		}
		return visit(roleOf(head), f.Path, in)
	})
}

// announce hands over accounts and conversations.
func (r *run) announce(context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(r.accounts)) {
		if err := r.sink.Account(r.accounts[id]); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.flows)) {
		if err := r.sink.Conversation(r.flows[id]); err != nil {
			return err
		}
	}
	return nil
}

// messages reads the messages, and counts the files that are no part of an export.
func (r *run) messages(ctx context.Context) error {
	p := post{run: r}
	return r.walk(ctx, func(found role, entry string, src io.Reader) error {
		switch found {
		case roleMessages:
			return r.document(ctx, entry, src, p.read)
		case roleStray:
			return collectors.RejectFile(r.sink, entry)
		}
		return nil
	})
}

// document gives every object of a file to read, whether they stand in an array or one
// after another. The object has been entered.
func (r *run) document(ctx context.Context, entry string, src io.Reader, read func() error) error {
	s := &r.scan
	r.entry, r.ordinal = entry, 0
	s.Reset(src)
	one := func() error {
		if r.ordinal++; r.ordinal&0x3ff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !s.Enter('{') {
			return r.reject("not_a_message")
		}
		return read()
	}
	for s.Peek() == '[' || s.Peek() == '{' {
		if s.Peek() == '{' {
			if err := one(); err != nil {
				return err
			}
			continue
		}
		for s.Enter('['); s.Element(); {
			if err := one(); err != nil {
				return err
			}
		}
	}
	return collectors.Finish(s, r.sink, entry, r.ordinal)
}

// reject counts the object at hand, unless the whole document is at fault and counted so.
func (r *run) reject(reason string) error {
	if r.scan.Err() != nil {
		return nil
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.ordinal})
}

// maxID is the longest id, in bytes, that is believed.
const maxID = 64

// intern gives one string for equal ids, or pairs of ids; empty for what is too long to be one.
func (r *run) intern(b []byte) string {
	if len(b) > 2*maxID {
		return ""
	}
	return r.texts.Of(b)
}

func toolID(id string) record.AccountKey {
	if id == "" || id == "0" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}
