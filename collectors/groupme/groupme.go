// Package groupme reads GroupMe's chats: what "Export my data" gives a member, a folder for
// each chat, and answers of its API that were stored as they came.
//
// Texts, names of groups and addresses of media are measured or passed over in the scanner's
// window; it must not copy them anywhere. It does not fetch anything.
package groupme

import (
	"context"
	"io"
	"maps"
	"slices"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads, and the workspace: ids of accounts, groups
// and messages are the same in everybody's export.
const Tool = "groupme"

type collector struct{}

// New returns the collector of GroupMe exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := &run{tree: t, sink: sink, workspace: o.Workspace, users: map[string]*person{}, rooms: map[string]*room{}}
	return collectors.InSteps(ctx, Tool, o, r.collect)
}

// run is one reading of an export.
type run struct {
	tree      *collectors.Tree
	roles     map[string]role
	sink      collectors.Sink
	workspace string
	scan      jsonscan.Scanner
	texts     jsonscan.Texts // one string for each id of an account or conversation
	users     map[string]*person
	rooms     map[string]*room
	m         record.Message
}

// room is a group or a chat of two.
type room struct {
	record.Conversation
	members []string // as listed when the export was made
	said    bool
}

func (r *run) collect(ctx context.Context) (err error) {
	if r.roles, err = rolesOf(r.tree, r.tree.Files()); err != nil {
		return collectors.Unreadable(err)
	}
	if err := r.read(ctx, r.facts, rolePlace, rolePage); err != nil {
		return err
	}
	if err := r.announce(); err != nil {
		return err
	}
	err = r.read(ctx, func(f collectors.File) error { return r.messages(ctx, f) }, roleMessages, rolePage)
	if err != nil {
		return err
	}
	return r.strays()
}

// read reads the files of some roles.
func (r *run) read(ctx context.Context, read func(collectors.File) error, wanted ...role) error {
	is := func(f collectors.File) bool { return slices.Contains(wanted, r.roles[f.Path]) }
	return r.tree.Read(ctx, is, func(f collectors.File, src io.Reader) error {
		r.scan.Reset(src)
		return read(f)
	})
}

// announce tells the sink of the accounts and conversations that lists name.
func (r *run) announce() error {
	for _, id := range slices.Sorted(maps.Keys(r.users)) {
		if err := r.sink.Account(&r.users[id].Account); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(r.rooms)) {
		o := r.rooms[id]
		o.said = true
		c := o.Conversation
		for _, user := range o.members {
			c.Members = append(c.Members, record.Member{Account: account(user)})
		}
		if err := r.sink.Conversation(&c); err != nil {
			return err
		}
	}
	return nil
}

// finish counts what was wrong with a file that has been read.
func (r *run) finish(f collectors.File, ordinal int64) error {
	return collectors.Finish(&r.scan, r.sink, f.Path, ordinal)
}

// strays counts the files that are no part of an export.
func (r *run) strays() error {
	for _, f := range r.tree.Files() {
		if r.roles[f.Path] != roleStray {
			continue
		}
		if err := collectors.RejectFile(r.sink, f.Path); err != nil {
			return err
		}
	}
	return nil
}

// id gives one string for equal ids, whether they are written as numbers or as strings.
func (r *run) id(s []byte) string {
	return r.texts.Of(s)
}

func account(id string) record.AccountKey {
	if id == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}
