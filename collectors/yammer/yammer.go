// Package yammer reads the data export that Yammer's and Viva Engage's administrators
// make of a network, with those of its external networks, and the activity report of users
// that Microsoft 365 gives. Tables are told apart by name or header, columns by name only.
//
// Bodies, titles and names of groups and files are measured or passed over in the
// scanner's window; it must not copy them anywhere. It does not fetch anything.
package yammer

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "yammer"

type collector struct{}

// New returns the collector of Yammer exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	return o.Settings(&settings{})
}

// settings are the collector's own options.
type settings struct {
	Domains []string `yaml:"domains"` // of the company's own addresses; everybody else's is a guest's
}

// Collect reads a whole export.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	wrap := func(err error) error { return fmt.Errorf("yammer: workspace %s: %w", o.Workspace, err) }
	var own settings
	if err := o.Settings(&own); err != nil {
		return wrap(err)
	}
	r := &run{tree: t, layout: layoutOf(t), sink: sink, workspace: o.Workspace, domains: lowered(own.Domains), networks: map[string]*network{}}
	for _, step := range []func(context.Context) error{r.lists, r.announce, r.records} {
		if err := step(ctx); err != nil {
			return wrap(err)
		}
	}
	return nil
}

// run is one reading of an export. What it holds grows with people and groups only.
type run struct {
	tree      *collectors.Tree
	layout    layout
	sink      collectors.Sink
	workspace string
	domains   map[string]bool
	networks  map[string]*network // by folder; the home network's is empty
}

// network is what the lists of one network say.
type network struct {
	workspace string
	accounts  map[string]*record.Account      // by id
	byEmail   map[string]*record.Account      // the same, of those that have an address
	groups    map[string]*record.Conversation // by id
	texts     jsonscan.Texts
}

func (r *run) network(folder string) *network {
	n := r.networks[folder]
	if n == nil {
		n = &network{workspace: r.workspace, accounts: map[string]*record.Account{}, byEmail: map[string]*record.Account{},
			groups: map[string]*record.Conversation{}}
		if folder != "" {
			n.workspace = folder
		}
		r.networks[folder] = n
	}
	return n
}

// lists reads who and what there is.
func (r *run) lists(ctx context.Context) error {
	return r.tree.Walk(ctx, func(f collectors.File, src io.Reader) error {
		role, folder := r.layout.role(r.tree, f.Path)
		switch role {
		case roleUsers:
			return r.users(ctx, r.network(folder), f.Path, src)
		case roleGroups:
			return r.groups(ctx, r.network(folder), f.Path, src)
		}
		return nil
	})
}

// announce hands over accounts and conversations.
func (r *run) announce(context.Context) error {
	for _, folder := range slices.Sorted(maps.Keys(r.networks)) {
		n := r.networks[folder]
		for _, id := range slices.Sorted(maps.Keys(n.accounts)) {
			if err := r.sink.Account(n.accounts[id]); err != nil {
				return err
			}
		}
		for _, id := range slices.Sorted(maps.Keys(n.groups)) {
			if err := r.sink.Conversation(n.groups[id]); err != nil {
				return err
			}
		}
	}
	return nil
}

// records reads messages and reports, and counts the files that are no part of an export.
func (r *run) records(ctx context.Context) error {
	return r.tree.Walk(ctx, func(f collectors.File, src io.Reader) error {
		role, folder := r.layout.role(r.tree, f.Path)
		switch role {
		case roleStray:
			return collectors.RejectFile(r.sink, f.Path)
		case roleMessages:
			return r.messages(ctx, r.network(folder), f.Path, src)
		case roleUsage:
			return r.usage(ctx, r.network(folder), f.Path, src)
		}
		return nil
	})
}

// rows gives every row of a table to visit, which answers why a row cannot be used. The
// first of the table's columns, so many as needed, have to be there.
func (r *run) rows(ctx context.Context, table *csvscan.Reader, needed int, entry string, src io.Reader, visit func() (reason string, err error)) error {
	table.Reset(src)
	for i := range needed {
		if !table.Has(i) {
			return r.sink.Reject(record.Reject{Reason: "missing_columns", Entry: entry})
		}
	}
	for table.Next() {
		if table.Record()&0x1ff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		reason, err := table.Fault(), error(nil)
		if reason == "" {
			reason, err = visit()
		}
		if err == nil && reason != "" {
			err = r.sink.Reject(record.Reject{Reason: reason, Entry: entry, Record: table.Record()})
		}
		if err != nil {
			return err
		}
	}
	return collectors.Finish(table, r.sink, entry, table.Record()+1)
}

// maxID is the longest id, in bytes, that is believed.
const maxID = 64

// intern gives one string for equal ids; empty for what is too long to be one.
func (n *network) intern(b []byte) string {
	if len(b) > maxID {
		return ""
	}
	return n.texts.Of(b)
}

func toolID(id string) record.AccountKey {
	if id == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}
