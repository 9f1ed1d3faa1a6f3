// Package slack reads what Slack's administrators export: a ZIP, tar or folder of JSON
// files, of one workspace or of an organisation with several. It reads every folder of
// messages, whether or not a list names it, and tells times by `ts` only, never by a
// file's name.
//
// Texts, blocks, unfurled links and names of files are passed over in the scanner's
// window; it must not copy them anywhere. It does not fetch anything.
package slack

import (
	"context"
	"fmt"
	"io"
	"slices"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
)

// Tool is the slug of what this collector reads.
const Tool = "slack"

// slackbot is the account of Slack itself, which no list has.
const slackbot = "USLACKBOT"

type collector struct{}

// New returns the collector of Slack exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := &run{tree: t, layout: layoutOf(t), sink: sink, org: newWorkspace(o.Workspace, nil), workspaces: map[string]*workspace{}}
	return collectors.InSteps(ctx, Tool, o, r.lists, r.announce, r.strays, r.messages)
}

// run is one reading of an export.
type run struct {
	tree       *collectors.Tree
	layout     layout
	sink       collectors.Sink
	org        *workspace            // the workspace, or the organisation around several
	workspaces map[string]*workspace // by their folder below teams/
}

// workspace is the one whose export a file stands in.
func (r *run) workspace(e entry) *workspace {
	if e.workspace == "" {
		return r.org
	}
	w := r.workspaces[e.workspace]
	if w == nil {
		w = newWorkspace(e.workspace, r.org)
		r.workspaces[e.workspace] = w
	}
	return w
}

// lists reads who and what there is.
func (r *run) lists(ctx context.Context) error {
	if r.tree.RandomAccess() {
		for e := range r.layout.entries(r.tree) {
			if !e.lists() {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := r.open(e, r.list); err != nil {
				return err
			}
		}
		return nil
	}
	return r.tree.Walk(ctx, func(f collectors.File, src io.Reader) error {
		if e := r.layout.entry(f); e.lists() {
			return r.list(e, src)
		}
		return nil
	})
}

// open reads one file by itself.
func (r *run) open(e entry, read func(entry, io.Reader) error) error {
	src, err := r.tree.Open(e.Path)
	if err != nil {
		return fmt.Errorf("open a file of the export: %w", err)
	}
	defer src.Close()
	return read(e, src)
}

// list reads one of the root's lists.
func (r *run) list(e entry, src io.Reader) error {
	w := r.workspace(e)
	var s jsonscan.Scanner
	s.Reset(src)
	if e.role == roleUsers {
		w.readUsers(&s)
	} else {
		w.readRooms(&s, e.kind)
	}
	return collectors.Finish(&s, r.sink, e.Path, 0)
}

// announce hands over accounts and conversations, the organisation's last: its list
// repeats everybody.
func (r *run) announce(context.Context) error {
	elsewhere := map[string]bool{}
	r.org.settle()
	for _, name := range r.folders() {
		w := r.workspaces[name]
		w.settle()
		if err := w.announce(r.sink, nil); err != nil {
			return err
		}
		for id, u := range w.users {
			elsewhere[id] = elsewhere[id] || u.said
		}
	}
	return r.org.announce(r.sink, elsewhere)
}

// strays counts the files that are no part of an export.
func (r *run) strays(context.Context) error {
	for e := range r.layout.entries(r.tree) {
		if e.role != roleStray {
			continue
		}
		if err := collectors.RejectFile(r.sink, e.Path); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) folders() []string {
	names := make([]string, 0, len(r.workspaces))
	for name := range r.workspaces {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
