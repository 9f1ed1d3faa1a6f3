// Package rocketchat reads dumps of a Rocket.Chat server's database: the BSON that
// mongodump writes and the JSON of mongoexport.
//
// Texts, attachments, topics and names of files are passed over; it must not copy them
// anywhere. It does not fetch anything, and opens no database.
package rocketchat

import (
	"bufio"
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "rocketchat"

type collector struct{}

// New returns the collector of Rocket.Chat dumps.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole dump: first who and what there is, then the messages.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := newRun(o.Workspace, sink)
	files := func(now pass) collectors.Step {
		return t.Walking(func(f collectors.File, src io.Reader) error { return r.file(ctx, now, f.Path, src) })
	}
	return collectors.InSteps(ctx, Tool, o, files(passLists), r.announce, files(passMessages))
}

// pass is one going through the files.
type pass int

const (
	passLists pass = iota
	passMessages
)

// run is one reading of a dump.
type run struct {
	sink      collectors.Sink
	workspace string
	entry     string // the file at hand
	record    int64  // the record in it

	users  map[string]*user // by id
	handle map[string]*user // by user name
	rooms  map[string]*room // by id
	order  []*room

	lines jsonscan.Lines
	json  jsonscan.Scanner
	bson  binaryDocument
	post  post
	value []byte // what plain gives
	m     record.Message
}

func newRun(workspace string, sink collectors.Sink) *run {
	return &run{sink: sink, workspace: workspace, users: map[string]*user{}, handle: map[string]*user{}, rooms: map[string]*room{}}
}

// file reads one collection, if it belongs to the pass.
func (r *run) file(ctx context.Context, now pass, name string, src io.Reader) error {
	in, head, err := collectors.Peek(src, headBytes)
	if err != nil {
		return err
	}
	r.entry, r.record = name, 0
	switch role := roleOf(name, head); {
	case role == roleStray && now == passLists:
		return r.reject(collectors.Unrecognised)
	case role == roleMessages && now == passMessages:
		return r.collection(ctx, head, in, r.readMessage)
	case now == passMessages:
	case role == roleUsers:
		return r.collection(ctx, head, in, r.readUser)
	case role == roleRooms:
		return r.collection(ctx, head, in, r.readRoom)
	case role == roleSubscriptions:
		return r.collection(ctx, head, in, r.readSubscription)
	}
	return nil
}

// read takes in one document and gives what is to be done with it once it has proved
// whole, or nil.
type read func(document) (emit func() error)

// collection reads the documents of one file.
func (r *run) collection(ctx context.Context, head []byte, in *bufio.Reader, each read) error {
	switch shapeOf(head) {
	case shapeBSON:
		return r.binary(ctx, in, each)
	case shapeLines:
		return r.jsonLines(ctx, in, each)
	}
	return r.jsonStream(ctx, in, each)
}

func (r *run) binary(ctx context.Context, in *bufio.Reader, each read) error {
	docs := binaryReader{in: bufio.NewReaderSize(in, 64<<10)}
	for {
		b, err := docs.next()
		switch err {
		case nil:
		case io.EOF:
			return nil
		case errTruncated:
			return r.reject("truncated_file")
		case errDamaged: // where the next document begins is unknown
			r.record++
			return r.reject("bad_bson")
		default:
			return collectors.Unreadable(err)
		}
		if err := r.step(ctx); err != nil {
			return err
		}
		r.bson.reset(b)
		emit := each(&r.bson)
		if r.bson.failed {
			if err := r.reject("bad_bson"); err != nil {
				return err
			}
			continue
		}
		if emit != nil {
			if err := emit(); err != nil {
				return err
			}
		}
	}
}

func (r *run) jsonLines(ctx context.Context, in io.Reader, each read) error {
	r.lines.Reset(in)
	for r.lines.Next() {
		if err := r.step(ctx); err != nil {
			return err
		}
		r.lines.Scan(&r.json)
		emit := each(&r.json)
		reason, err := r.lines.Verdict(&r.json)
		switch {
		case err != nil:
			return collectors.Unreadable(err)
		case reason != "":
			err = r.reject(reason)
		case emit != nil:
			err = emit()
		}
		if err != nil {
			return err
		}
	}
	if err := r.lines.Err(); err != nil {
		return collectors.Unreadable(err)
	}
	return nil
}

// jsonStream reads one array, or objects over several lines each.
func (r *run) jsonStream(ctx context.Context, in io.Reader, each read) error {
	s := &r.json
	s.Reset(in)
	array := s.Peek() == '['
	more := func() bool { return s.Peek() != 0 }
	if array {
		s.Enter('[')
		more = s.Element
	}
	for more() {
		if err := r.step(ctx); err != nil {
			return err
		}
		emit := each(s)
		if s.Err() != nil {
			break
		}
		if emit != nil {
			if err := emit(); err != nil {
				return err
			}
		}
	}
	return collectors.Finish(s, r.sink, r.entry, r.record)
}

// step counts a record, and looks now and then whether the run is still wanted.
func (r *run) step(ctx context.Context) error {
	if r.record++; r.record%256 == 1 {
		return ctx.Err()
	}
	return nil
}

func (r *run) reject(reason string) error {
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.record})
}
