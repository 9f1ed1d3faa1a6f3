// Package telegram reads what Telegram Desktop exports as machine-readable JSON: the whole
// account or one chat.
//
// Texts, titles and names of files are measured or passed over in the scanner's window; it
// must not copy them anywhere.
package telegram

import (
	"context"
	"fmt"
	"io"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "telegram"

type collector struct{}

// New returns the collector of Telegram exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	_, err := newRun(context.Background(), o, nil)
	return err
}

// options are the collector's own settings.
type options struct {
	TimeZone string `yaml:"time_zone"`
}

// Collect reads every export of the tree.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r, err := newRun(ctx, o, sink)
	if err == nil {
		err = r.tree(t)
	}
	if err != nil {
		return fmt.Errorf("telegram: workspace %s: %w", o.Workspace, err)
	}
	return nil
}

// run is one reading of a tree.
type run struct {
	jsonscan.Scanner
	ctx       context.Context
	sink      collectors.Sink
	workspace string
	location  *time.Location // for times without a zone

	people map[string]*person // by id as written
	m      record.Message
	post   post

	entry string
	nth   int64  // message in the file, from 1
	owner string // whose export the file is: "1001", or empty

	chats int          // chat in the file, from 1
	late  map[int]head // chats to be read again, as what their messages need stood behind them
	again bool         // reading those
}

func newRun(ctx context.Context, o collectors.Options, sink collectors.Sink) (*run, error) {
	r := &run{ctx: ctx, sink: sink, workspace: o.Workspace, location: o.Location, people: map[string]*person{}}
	var given options
	if err := o.Settings(&given); err != nil {
		return nil, err
	}
	if given.TimeZone != "" {
		zone, err := time.LoadLocation(given.TimeZone)
		if err != nil {
			return nil, collectors.Wrong("time_zone", "%q is not a known time zone; write one such as Europe/Amsterdam", given.TimeZone)
		}
		r.location = zone
	}
	return r, nil
}

func (r *run) tree(t *collectors.Tree) error {
	return t.Walk(r.ctx, func(f collectors.File, src io.Reader) error {
		switch roleOf(f.Path, t.Single()) {
		case roleUnread:
			return nil
		case roleStray:
			return collectors.RejectFile(r.sink, f.Path)
		}
		return r.file(f.Path, src, func() (io.ReadCloser, error) { return t.Open(f.Path) })
	})
}

// file reads one export, and a second time what could not be understood the first time.
func (r *run) file(path string, src io.Reader, open func() (io.ReadCloser, error)) error {
	r.entry, r.owner, r.late = path, "", map[int]head{}
	return collectors.Twice(src, open, func(src io.Reader, again bool) (bool, error) {
		r.again = again
		err := r.document(src)
		return len(r.late) > 0, err
	})
}

// document reads the root object; its faults are counted on the first reading only.
func (r *run) document(src io.Reader) error {
	r.Reset(src)
	r.nth, r.chats = 0, 0
	if r.Peek() != '{' {
		r.Fail()
	} else if err := r.root(); err != nil {
		return err
	}
	if r.again {
		_, err := collectors.Settle(r)
		return err
	}
	return collectors.Finish(r, r.sink, r.entry, 0)
}

// root reads a whole account, or the chat that an export of one chat is.
func (r *run) root() error {
	c := r.begin()
	whole := false
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		var err error
		switch string(key) {
		case "personal_information":
			whole = true
			err = r.self()
		case "contacts":
			whole = true
			err = r.contacts()
		case "chats", "left_chats":
			whole = true
			err = r.list()
		default:
			err = r.part(c, key)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case c.read || c.late || c.head != (head{}):
		return r.end(c)
	case whole || r.again || r.Err() != nil:
		return nil
	}
	return collectors.RejectFile(r.sink, r.entry)
}

// list reads {"about": …, "list": [chats]}.
func (r *run) list() error {
	if !r.Enter('{') {
		return nil
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) != "list" || r.Peek() != '[' {
			r.Skip()
			continue
		}
		r.Enter('[')
		for r.Element() {
			if err := r.one(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) one() error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	c := r.begin()
	if !r.Enter('{') {
		return r.reject("not_a_chat", int64(c.nth))
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if err := r.part(c, key); err != nil {
			return err
		}
	}
	return r.end(c)
}

// reject counts one record, by its place among its like, as unreadable; what is cut off
// is counted as that.
func (r *run) reject(reason string, nth int64) error {
	if r.Err() != nil {
		return nil
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: nth})
}
