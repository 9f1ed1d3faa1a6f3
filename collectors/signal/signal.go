// Package signal reads what can be got out of Signal: the plain export of the app itself
// (main.jsonl), the messages of Signal Desktop as sigtop writes them in JSON, and the
// conversations that signal-export writes as text.
//
// Texts, names of groups and of files are measured or passed over; it must not copy them
// anywhere, and opens no encrypted database.
package signal

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "signal"

// sms is the tool of messages that Signal once passed on to a phone network.
const sms = "sms"

type collector struct{}

// New returns the collector of Signal's exports.
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
	Owner    string `yaml:"owner"`
}

// Collect reads every export of the tree.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r, err := newRun(ctx, o, sink)
	if err == nil {
		err = r.tree(t)
	}
	if err != nil {
		return fmt.Errorf("signal: workspace %s: %w", o.Workspace, err)
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
	owner     string         // as the options name it, or empty

	texts  jsonscan.Texts     // keys of frames
	people map[string]*person // by service id, number or name
	self   *person            // whose export is being read
	m      record.Message
	post   post

	entry string
	nth   int64 // record of the file, from 1
}

func newRun(ctx context.Context, o collectors.Options, sink collectors.Sink) (*run, error) {
	r := &run{ctx: ctx, sink: sink, workspace: o.Workspace, location: o.Location, people: map[string]*person{}}
	var given options
	if err := o.Settings(&given); err != nil {
		return nil, err
	}
	r.owner = strings.TrimSpace(given.Owner)
	if given.TimeZone != "" {
		zone, err := time.LoadLocation(given.TimeZone)
		if err != nil {
			return nil, collectors.Wrong("time_zone", "%q is not a known time zone; write one such as Europe/Amsterdam", given.TimeZone)
		}
		r.location = zone
	}
	return r, nil
}

// source is one file that can be read more than once.
type source struct {
	io.Reader
	path string
	name string // of the conversation, by the folder or file
	open func() (io.ReadCloser, error)
}

func (r *run) tree(t *collectors.Tree) error {
	l := layoutOf(t)
	return t.Walk(r.ctx, func(f collectors.File, src io.Reader) error {
		r.entry, r.nth, r.self = f.Path, 0, nil
		s := source{src, f.Path, l.conversation(f.Path), func() (io.ReadCloser, error) { return t.Open(f.Path) }}
		switch l.role(f.Path) {
		case rolePlain:
			return r.plain(s)
		case roleDesktop:
			return r.desktop(s)
		case roleText:
			return r.text(s)
		case roleStray:
			return collectors.RejectFile(r.sink, f.Path)
		}
		return nil
	})
}

// twice reads a document to find out what its records need, and again for them. Faults are
// counted once.
func (r *run) twice(s source, first, second func() error) error {
	r.Reset(s)
	if err := first(); err != nil {
		return err
	}
	if _, err := collectors.Settle(r); err != nil {
		return err
	}
	again, err := s.open()
	if err != nil {
		return collectors.Unreadable(err)
	}
	defer again.Close()
	r.Reset(again)
	r.nth = 0
	if err := second(); err != nil {
		return err
	}
	return collectors.Finish(r, r.sink, r.entry, 0)
}

// stopped reports a context that ended, now and then.
func (r *run) stopped() error {
	if r.nth&0x3ff == 0 {
		return r.ctx.Err()
	}
	return nil
}

// reject counts the record at hand as unreadable; what is cut off is counted as that.
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

// count gives how many elements an array has.
func (r *run) count() (n int) {
	if !r.Enter('[') {
		return 0
	}
	for r.Element() {
		r.Skip()
		n++
	}
	return n
}
