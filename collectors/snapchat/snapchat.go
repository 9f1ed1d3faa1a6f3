// Package snapchat reads what Snapchat gives its members of their chats, snaps and calls:
// "My Data" as JSON, in the shape it has had since about 2023 and in the one before.
//
// Texts, titles of groups and places are passed over in the scanner's window; it must not
// copy them anywhere.
package snapchat

import (
	"context"
	"errors"
	"fmt"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads, and the workspace: user names are the
// same in everybody's data.
const Tool = "snapchat"

type collector struct{}

// New returns the collector of Snapchat's My Data.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	return o.Settings(&settings{})
}

// settings are the collector's options.
type settings struct {
	Owner string `yaml:"owner"` // user name of the one whose data it is
}

// Collect reads the data of one member.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	var s settings
	err := o.Settings(&s)
	if err == nil {
		r := &run{tree: t, layout: layoutOf(t), sink: sink, workspace: o.Workspace, users: map[string]*user{}, rooms: map[string]*room{}}
		if s.Owner != "" {
			r.owner = r.user([]byte(s.Owner))
		}
		err = r.collect(ctx)
	}
	if err != nil {
		return fmt.Errorf("snapchat: workspace %s: %w", o.Workspace, err)
	}
	return nil
}

// run is one reading of a member's data.
type run struct {
	tree      *collectors.Tree
	layout    layout
	sink      collectors.Sink
	workspace string
	scan      jsonscan.Scanner
	users     map[string]*user
	rooms     map[string]*room
	owner     *user
	m         record.Message
}

func (r *run) collect(ctx context.Context) error {
	for _, step := range []struct {
		role role
		read func(context.Context, collectors.File) error
	}{{roleAccount, r.account}, {roleFriends, r.friends}} {
		if err := r.read(ctx, step.role, step.read); err != nil {
			return err
		}
	}
	if err := r.findOwner(ctx); err != nil {
		return err
	}
	for _, role := range [...]role{roleChats, roleSnaps} {
		err := r.read(ctx, role, func(ctx context.Context, f collectors.File) error { return r.history(ctx, f, role == roleSnaps) })
		if err != nil {
			return err
		}
	}
	if err := r.read(ctx, roleCalls, r.calls); err != nil {
		return err
	}
	return r.strays()
}

// read reads the files of a role.
func (r *run) read(ctx context.Context, wanted role, read func(context.Context, collectors.File) error) error {
	is := func(f collectors.File) bool { return r.layout.role(f.Path) == wanted }
	return r.tree.Read(ctx, is, func(f collectors.File, src io.Reader) error {
		r.scan.Reset(src)
		return read(ctx, f)
	})
}

// errFound ends the search for the owner.
var errFound = errors.New("found")

// findOwner looks for a message that its sender's data is about, where nothing else says
// whose it is.
func (r *run) findOwner(ctx context.Context) error {
	for _, role := range [...]role{roleChats, roleSnaps} {
		if r.owner != nil {
			return nil
		}
		if err := r.read(ctx, role, r.firstOwn); err != nil && !errors.Is(err, errFound) {
			return err
		}
	}
	return nil
}

// finish counts what was wrong with a file that has been read.
func (r *run) finish(f collectors.File, ordinal int64) error {
	return collectors.Finish(&r.scan, r.sink, f.Path, ordinal)
}

// strays counts the files that are no part of a member's data.
func (r *run) strays() error {
	for _, f := range r.tree.Files() {
		if r.layout.role(f.Path) != roleStray {
			continue
		}
		if err := collectors.RejectFile(r.sink, f.Path); err != nil {
			return err
		}
	}
	return nil
}
