// Package matrix reads what comes out of Matrix: the chat export of Element as JSON, a
// homeserver's export of a user's data (Synapse), and saved pages of the client API.
//
// Texts, topics and names of rooms and files are passed over in the scanner's window; it
// must not copy them anywhere. It does not fetch anything and decrypts nothing.
package matrix

import (
	"context"
	"hash/maphash"
	"io"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "matrix"

type collector struct{}

// New returns the collector of Matrix exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export twice: pages may stand in any order, and edits, deletions and
// who is in a room come after what they are about.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := newRun(o.Workspace, sink)
	files := t.Walking(func(f collectors.File, src io.Reader) error { return r.file(ctx, f.Path, src) })
	return collectors.InSteps(ctx, Tool, o, files, r.announce, files)
}

// run is one reading of an export.
type run struct {
	sink      collectors.Sink
	workspace string
	entry     string // the file at hand
	folder    string // the room whose folder it stands in, or empty
	record    int64  // the event in it
	emitting  bool   // in the second pass
	state     bool   // what is read is the state of a room, not what happened

	rooms    map[string]*room
	users    map[string]*record.Account
	hash     maphash.Seed
	edits    map[uint64]int64 // when an event was last edited, in milliseconds, by the hash of its id
	deleted  map[uint64]struct{}
	profiles map[string]profile

	texts jsonscan.Texts
	lines jsonscan.Lines
	scan  jsonscan.Scanner
	event event
	m     record.Message
}

func newRun(workspace string, sink collectors.Sink) *run {
	return &run{sink: sink, workspace: workspace, rooms: map[string]*room{}, users: map[string]*record.Account{},
		hash: maphash.MakeSeed(), edits: map[uint64]int64{}, deleted: map[uint64]struct{}{}, profiles: map[string]profile{}}
}

// file reads one file by what it is.
func (r *run) file(ctx context.Context, name string, src io.Reader) error {
	in, head, err := collectors.Peek(src, headBytes)
	if err != nil {
		return err
	}
	r.entry, r.record, r.folder = name, 0, roomFolder(name)
	r.state = strings.Contains("/"+name, "/rooms/") && strings.Contains(name, "/state/")
	switch role := roleOf(name, head); {
	case role == roleEvents:
		if r.emitting { // events without ids may stand in the exports of several users
			collectors.NextArchive(r.sink)
		}
		return r.events(ctx, head, in)
	case role == roleStray && r.emitting:
		return r.reject(collectors.Unrecognised)
	case r.emitting:
	case role == roleProfile:
		return r.readProfile(in)
	case role == roleAccountData:
		return r.readAccountData(in)
	}
	return nil
}

// events reads a file of events: one a line, one after another, or in a list of a document.
func (r *run) events(ctx context.Context, head []byte, in io.Reader) error {
	if !byLines(head) {
		r.scan.Reset(in)
		if err := r.values(ctx); err != nil {
			return err
		}
		reason, err := collectors.Settle(&r.scan)
		if err != nil {
			return err
		}
		return r.lost(reason)
	}
	r.lines.Reset(in)
	for r.lines.Next() {
		r.lines.Scan(&r.scan)
		if err := r.values(ctx); err != nil {
			return err
		}
		reason, err := r.lines.Verdict(&r.scan)
		if err != nil {
			return collectors.Unreadable(err)
		}
		if err := r.lost(reason); err != nil {
			return err
		}
	}
	if err := r.lines.Err(); err != nil {
		return collectors.Unreadable(err)
	}
	return nil
}

// lost counts damage, once for both passes.
func (r *run) lost(reason string) error {
	if reason == "" || !r.emitting {
		return nil
	}
	return r.reject(reason)
}

// values reads the values that stand one after another.
func (r *run) values(ctx context.Context) error {
	for {
		switch r.scan.Peek() {
		case 0:
			return nil
		case '{':
			if err := r.value(ctx); err != nil {
				return err
			}
		case '[':
			if err := r.list(ctx); err != nil {
				return err
			}
		default:
			r.scan.Skip()
			if r.scan.Err() != nil {
				return nil
			}
			r.record++
			if err := r.lost("not_an_event"); err != nil {
				return err
			}
		}
	}
}

// value reads an object: an event, or a document with lists of them.
func (r *run) value(ctx context.Context) error {
	s, e := &r.scan, &r.event
	e.reset()
	wrapper := false
	s.Enter('{')
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "messages", "chunk", "state", "events":
			state := string(key) == "state"
			if s.Peek() != '[' {
				s.Skip()
				continue
			}
			wrapper = true
			whole := r.state
			r.state = whole || state
			err := r.list(ctx)
			if r.state = whole; err != nil {
				return err
			}
		default:
			if wrapper {
				s.Skip()
			} else {
				r.eventKey(e, key)
			}
		}
	}
	if wrapper || s.Err() != nil {
		return nil
	}
	return r.take(ctx)
}

func (r *run) list(ctx context.Context) error {
	s, e := &r.scan, &r.event
	for s.Enter('['); s.Element(); {
		e.reset()
		if !s.Enter('{') {
			if s.Err() == nil {
				r.record++
				if err := r.lost("not_an_event"); err != nil {
					return err
				}
			}
			continue
		}
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			r.eventKey(e, key)
		}
		if s.Err() != nil {
			return nil
		}
		if err := r.take(ctx); err != nil {
			return err
		}
	}
	return nil
}

// take learns from an event in the first pass, and hands it over in the second.
func (r *run) take(ctx context.Context) error {
	if r.record++; r.record%256 == 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if r.event.room == "" {
		r.event.room = r.folder
	}
	if !r.emitting {
		r.learn(&r.event)
		return nil
	}
	if r.state {
		return nil
	}
	return r.emit(&r.event)
}

// hashed stands for the id of an event among those that were edited or deleted, which are many.
func (r *run) hashed(id string) uint64 { return maphash.String(r.hash, id) }

func (r *run) isDeleted(e *event) bool {
	_, deleted := r.deleted[r.hashed(e.id)]
	return e.redacted || e.id != "" && deleted
}

func (r *run) reject(reason string) error {
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.record})
}
