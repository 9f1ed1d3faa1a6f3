// Package googlechat reads the folder "Google Chat" of a Google Takeout: one folder per
// conversation with its members and messages, as JSON.
//
// Texts, names of spaces and of attached files are passed over in the scanner's window; it
// must not copy them anywhere. It does not talk to Google.
package googlechat

import (
	"context"
	"fmt"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "googlechat"

type collector struct{}

// New returns the collector of Google Chat archives.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads all conversations of the tree.
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

	texts  jsonscan.Texts             // addresses and names, each kept once
	said   map[record.AccountKey]bool // accounts announced: whether with a name
	groups map[string]*group          // by folder

	entry string
	row   int64
	post  post
	dates dates
	m     record.Message
}

func newRun(ctx context.Context, workspace string, sink collectors.Sink) *run {
	return &run{ctx: ctx, sink: sink, workspace: workspace,
		said: map[record.AccountKey]bool{}, groups: map[string]*group{}}
}

// tree reads who there is first, as an archive may hold messages before the members.
func (r *run) tree(t *collectors.Tree) error {
	l := layoutOf(t)
	for _, f := range t.Files() {
		if l.role(f.Path) != roleStray {
			continue
		}
		if err := collectors.RejectFile(r.sink, f.Path); err != nil {
			return err
		}
	}
	if err := r.each(t, l, roleMembers, func(p string) error { return r.info(r.group(t, p)) }); err != nil {
		return err
	}
	if err := r.each(t, l, roleOwner, func(string) error { return r.owner() }); err != nil {
		return err
	}
	return r.each(t, l, roleMessages, func(p string) error { return r.messages(r.group(t, p)) })
}

// each reads the files of one role.
func (r *run) each(t *collectors.Tree, l layout, want role, read func(path string) error) error {
	if !t.RandomAccess() {
		return t.Walk(r.ctx, func(f collectors.File, src io.Reader) error {
			if l.role(f.Path) != want {
				return nil
			}
			return r.document(f.Path, src, read)
		})
	}
	for _, f := range t.Files() {
		if l.role(f.Path) != want {
			continue
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
		src, err := t.Open(f.Path)
		if err != nil {
			return fmt.Errorf("open a file of the archive: %w", err)
		}
		err = r.document(f.Path, src, read)
		src.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// document reads one file, whose root is an object.
func (r *run) document(path string, src io.Reader, read func(path string) error) error {
	r.Reset(src)
	r.entry, r.row = path, 0
	if r.Peek() != '{' {
		r.Fail()
	} else if err := read(path); err != nil {
		return err
	}
	return collectors.Finish(r, r.sink, path, 0)
}

// reject counts the row at hand as unreadable.
func (r *run) reject(reason string) error {
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.row})
}

// maxWord is the longest id, address or name that is believed, in bytes.
const maxWord = 512

// hold gives a short text as a string that is kept once.
func (r *run) hold(b []byte) string {
	if len(b) == 0 || len(b) > maxWord {
		return ""
	}
	return r.texts.Of(b)
}
