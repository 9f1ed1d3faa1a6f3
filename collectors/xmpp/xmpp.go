// Package xmpp reads archives of XMPP: pages and exports of message archives as XML, the
// archive tables of Prosody and ejabberd, and ejabberd's log of messages without texts.
//
// Texts and subjects are passed over in the scanner's window; it must not copy them
// anywhere. It does not fetch anything and decrypts nothing.
package xmpp

import (
	"context"
	"io"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
	"crosstalk/collectors/sqlite"
)

// Tool is the slug of what this collector reads.
const Tool = "xmpp"

type collector struct{}

// New returns the collector of XMPP archives.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole archive.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := newRun(o.Workspace, o.Location, sink)
	files := t.Walking(func(f collectors.File, src io.Reader) error { return r.file(ctx, f.Path, src) })
	databases := func(ctx context.Context) error {
		for _, name := range r.databases {
			if err := r.database(ctx, t, name); err != nil {
				return err
			}
		}
		return nil
	}
	return collectors.InSteps(ctx, Tool, o, files, databases)
}

// run is one reading of an archive.
type run struct {
	sink      collectors.Sink
	workspace string
	location  *time.Location
	entry     string // the file at hand
	record    int64  // the message in it

	databases []string // files that are read by themselves

	names  map[string]string // every address met, once
	said   map[string]bool   // accounts and conversations that were announced
	recent recent
	xml    scanner
	stanza stanza
	m      record.Message
	key    []byte
}

func newRun(workspace string, location *time.Location, sink collectors.Sink) *run {
	return &run{sink: sink, workspace: workspace, location: location, names: map[string]string{}, said: map[string]bool{}, recent: newRecent()}
}

// file reads one file by what it is.
func (r *run) file(ctx context.Context, name string, src io.Reader) error {
	in, head, err := collectors.Peek(src, headBytes)
	if err != nil {
		return err
	}
	r.entry, r.record = name, 0
	if sqlite.IsCompanion(name) {
		return nil
	}
	collectors.NextArchive(r.sink)
	switch formOf(head) {
	case formDatabase:
		r.databases = append(r.databases, name)
		return nil
	case formXML:
		return r.document(ctx, decoded(in, head))
	case formTable:
		return r.table(ctx, in)
	case formLog:
		return r.log(ctx, in)
	case formEmpty:
		return nil
	}
	return r.reject(collectors.Unrecognised)
}

// document reads the messages of one XML document, or of several one after another.
func (r *run) document(ctx context.Context, src io.Reader) error {
	s := &r.xml
	s.reset(src)
	host, owner := "", ""
	for ev := s.next(); ev != eventEnd; ev = s.next() {
		if ev != eventOpen {
			continue
		}
		switch string(s.name) {
		case "host": // of an export of accounts: host, user, archive
			host = string(s.attr("jid"))
		case "user":
			if name := s.attr("name"); len(name) > 0 {
				owner = r.bare([]byte(string(name) + "@" + host))
			}
		case "message", "result":
			if s.space == spaceClient || s.space == spaceMAM {
				if err := r.one(ctx, owner); err != nil {
					return err
				}
			}
		}
	}
	switch s.err {
	case nil:
		return nil
	case errTruncated:
		return r.reject("truncated_file")
	case errSyntax: // the rest of the file is lost
		if err := s.drain(); err != nil {
			return collectors.Unreadable(err)
		}
		return r.reject("bad_xml")
	}
	return collectors.Unreadable(s.err)
}

// one reads and hands over the message that was entered.
func (r *run) one(ctx context.Context, owner string) error {
	if err := r.step(ctx); err != nil {
		return err
	}
	p := &r.stanza
	p.reset()
	p.owner = owner
	if r.readStanza(p); r.xml.err != nil {
		return nil
	}
	return r.emit(p)
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
