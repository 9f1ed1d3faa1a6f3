// Package twitter reads the direct messages in the archives that X, formerly Twitter, gives
// its members: files of JavaScript, each of which assigns one JSON value.
//
// Texts, names of groups and addresses of media are measured or passed over in the scanner's
// window; it must not copy them anywhere.
package twitter

import (
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads, and the workspace: ids of accounts,
// conversations and messages are the same in everybody's archive.
const Tool = "twitter"

type collector struct{}

// New returns the collector of X archives.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole archive.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := &run{tree: t, layout: layoutOf(t), sink: sink, workspace: o.Workspace, users: map[string]string{}, groups: map[string]*group{}}
	return collectors.InSteps(ctx, Tool, o, r.collect)
}

// run is one reading of an archive.
type run struct {
	tree      *collectors.Tree
	layout    layout
	sink      collectors.Sink
	workspace string
	scan      jsonscan.Scanner
	users     map[string]string // one string for each id of an account
	groups    map[string]*group
	last      string // the conversation announced last
	partial   bool   // the archive says that it is not whole
	owner     record.Account
	m         record.Message
}

func (r *run) collect(ctx context.Context) error {
	if err := r.read(ctx, roleOwner, false, r.about); err != nil {
		return err
	}
	if !r.owner.Key.IsZero() {
		if err := r.sink.Account(&r.owner); err != nil {
			return err
		}
	}
	// Who is in a group at a time is told by all its events together.
	members := func(f collectors.File) error { return r.conversations(ctx, f, r.note, false) }
	if err := r.read(ctx, roleGroup, false, members); err != nil {
		return err
	}
	if err := r.announceGroups(); err != nil {
		return err
	}
	for _, role := range [...]role{roleDirect, roleGroup} {
		if err := r.read(ctx, role, true, func(f collectors.File) error { return r.conversations(ctx, f, r.emit, true) }); err != nil {
			return err
		}
	}
	return r.strays()
}

// read reads the files of a role. The scanner stands at the value that each assigns; one
// that assigns none is counted if that is to be reported.
func (r *run) read(ctx context.Context, wanted role, report bool, read func(collectors.File) error) error {
	is := func(f collectors.File) bool { return r.layout.role(f.Path) == wanted }
	return r.tree.Read(ctx, is, func(f collectors.File, src io.Reader) error {
		r.scan.Reset(src)
		if !assigned(&r.scan) {
			if err := r.scan.Drain(); err != nil {
				return collectors.Unreadable(err)
			}
			if !report {
				return nil
			}
			return r.sink.Reject(record.Reject{Reason: "not_an_archive_file", Entry: f.Path})
		}
		return read(f)
	})
}

// assigned moves to the value behind `window.YTD.direct_messages.part0 =`, or reports that
// there is none.
func assigned(s *jsonscan.Scanner) bool {
	const longest = 1 << 10 // of what stands before the value
	if c := s.Peek(); c == '[' || c == '{' {
		return true
	}
	for n := 0; n < longest && s.Need(1); n++ {
		c := s.Window()[0]
		s.Advance(1)
		if c == '=' {
			return true
		}
	}
	return false
}

// finish counts what was wrong with a value that has been read. What stands behind it is
// of no interest, but for the archive's checksum.
func (r *run) finish(path string, ordinal int64, report bool) error {
	if r.scan.Err() == nil {
		if err := r.scan.Drain(); err != nil {
			return collectors.Unreadable(err)
		}
		return nil
	}
	if !report {
		_, err := collectors.Settle(&r.scan)
		return err
	}
	return collectors.Finish(&r.scan, r.sink, path, ordinal)
}

// strays counts the files that are no part of an archive.
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

// user gives one string for equal ids.
func (r *run) user(id []byte) string {
	if one, ok := r.users[string(id)]; ok {
		return one
	}
	one := string(id)
	r.users[one] = one
	return one
}

func account(id string) record.AccountKey {
	if id == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}
