// Package discord reads the data package that Discord gives its members, which holds what
// they wrote themselves, and the JSON of DiscordChatExporter, which holds whole channels.
//
// Texts, topics and names of files are measured or passed over; it must not copy them
// anywhere. It does not talk to Discord.
package discord

import (
	"context"
	"fmt"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "discord"

type collector struct{}

// New returns the collector of Discord's exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a data package, or every exported channel of the tree.
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

	people map[string]*person
	rooms  map[string]*room // of a data package, by folder
	owner  *person          // of a data package
	table  *csvscan.Reader
	text   []byte
	m      record.Message
	post   post

	entry string
	nth   int64 // message in the file, from 1
}

func newRun(ctx context.Context, workspace string, sink collectors.Sink) *run {
	return &run{ctx: ctx, sink: sink, workspace: workspace, people: map[string]*person{}, rooms: map[string]*room{}}
}

// tree reads who there is and which channels before what was written.
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
	steps := []step{{roleChannel, r.exported}}
	if l.isPackage {
		steps = []step{
			{roleOwner, r.json(r.self)},
			{roleRoom, r.json(r.described)},
			{roleTable, r.written},
			{roleList, r.written},
		}
	}
	for _, s := range steps {
		if err := r.each(t, l, s); err != nil {
			return err
		}
	}
	return nil
}

// source is one file that can be read more than once.
type source struct {
	io.Reader
	path string
	open func() (io.ReadCloser, error)
}

// step reads all files of one role.
type step struct {
	role role
	read func(src source) error
}

func (r *run) each(t *collectors.Tree, l layout, s step) error {
	one := func(path string, src io.Reader) error {
		r.entry, r.nth = path, 0
		return s.read(source{src, path, func() (io.ReadCloser, error) { return t.Open(path) }})
	}
	if !t.RandomAccess() {
		return t.Walk(r.ctx, func(f collectors.File, src io.Reader) error {
			if l.role(f.Path) != s.role {
				return nil
			}
			return one(f.Path, src)
		})
	}
	for _, f := range t.Files() {
		if l.role(f.Path) != s.role {
			continue
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
		src, err := t.Open(f.Path)
		if err != nil {
			return fmt.Errorf("open a file of the export: %w", err)
		}
		err = one(f.Path, src)
		src.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// json reads a file whose root is an object.
func (r *run) json(read func(path string) error) func(source) error {
	return func(src source) error {
		r.Reset(src)
		if r.Peek() != '{' {
			r.Fail()
		} else if err := read(src.path); err != nil {
			return err
		}
		return r.settle()
	}
}

// settle counts what was wrong with a document.
func (r *run) settle() error {
	return collectors.Finish(r, r.sink, r.entry, 0)
}

// reject counts the row at hand as unreadable; what is cut off is counted as that.
func (r *run) reject(reason string) error {
	if r.Err() != nil {
		return nil
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.nth})
}

// word gives a short string.
func (r *run) word() string {
	if b := r.Str(); len(b) <= maxID {
		return string(b)
	}
	return ""
}
