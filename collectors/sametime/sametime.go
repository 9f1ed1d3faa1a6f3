// Package sametime reads what mongoexport writes of Sametime's chat-logging database: one
// document a line. No description of these documents is public, so that somebody who sees
// one has to say which of its keys means what; the package must not guess more than the
// time and the id, whose keys are known.
//
// Texts are measured in passing; the package must not copy them anywhere.
package sametime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "sametime"

type collector struct{}

// New returns the collector of Sametime's chat logs.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	var given mapping
	if err := o.Settings(&given); err != nil || given.Keys.Sender == "" {
		return err
	}
	return given.check()
}

// Recognise claims a tree in which a mapping lies beside documents that have the keys
// it names. Without one, lines of JSON may be anybody's.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	if mappingPath(t) == "" {
		return collectors.Claim{}, nil
	}
	m, err := mappingIn(t)
	claim := collectors.Claim{Certainty: collectors.Certain, What: "Sametime chat log"}
	if err != nil {
		return claim, nil // what is wrong with it, Collect says
	}
	for _, f := range t.Files() {
		if path.Base(f.Path) == mappingName {
			continue
		}
		head, err := t.Head(f.Path, headBytes)
		if err != nil {
			return collectors.Claim{}, err
		}
		if len(head) > 0 && !m.fits(head) {
			return collectors.Claim{}, nil
		}
	}
	return claim, nil
}

// Collect reads every document of the tree.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	wrap := func(err error) error { return fmt.Errorf("sametime: workspace %s: %w", o.Workspace, err) }
	m, err := mappingOf(t, o)
	if err != nil {
		return wrap(err)
	}
	location := o.Location
	if location == nil {
		location = time.UTC
	}
	r := newRun(ctx, m, o.Workspace, location, sink)
	err = t.Walk(ctx, func(f collectors.File, src io.Reader) error {
		if path.Base(f.Path) == mappingName {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		collectors.NextArchive(sink)
		return r.file(f.Path, src)
	})
	if err != nil {
		return wrap(err)
	}
	return nil
}

// mappingOf takes the mapping of the options, else the one that lies in the tree.
func mappingOf(t *collectors.Tree, o collectors.Options) (*mapping, error) {
	var given mapping
	if err := o.Settings(&given); err != nil {
		return nil, err
	}
	switch {
	case given.Keys.Sender != "":
		return &given, given.check()
	case mappingPath(t) != "":
		return mappingIn(t)
	}
	return nil, errors.New("no key is said to hold the sender: set options.keys.sender, or put a " + mappingName + " beside the file" + found(t))
}

// run is one reading of a tree.
type run struct {
	ctx       context.Context
	mapping   *mapping
	kinds     map[string]record.Kind // by the value of the type's key; 0 is skipped
	workspace string
	location  *time.Location
	sink      collectors.Sink
	accounts  jsonscan.Met[record.AccountKey] // by how they are written
	known     map[record.AccountKey]bool      // accounts that were announced
	keys      jsonscan.Texts                  // of conversations
	names     []string                        // of those in a conversation
	joined    []byte
	lines     jsonscan.Lines
	s         jsonscan.Scanner
	doc       document
	entry     string
	record    int64
	m         record.Message
}

func newRun(ctx context.Context, m *mapping, workspace string, location *time.Location, sink collectors.Sink) *run {
	return &run{ctx: ctx, mapping: m, kinds: m.kinds(), workspace: workspace, location: location, sink: sink,
		known: map[record.AccountKey]bool{}, doc: newDocument(m)}
}

// file reads documents, one a line.
func (r *run) file(entry string, src io.Reader) error {
	r.entry, r.record = entry, 0
	r.lines.Reset(src)
	for r.lines.Next() {
		if r.record++; r.record%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		r.lines.Scan(&r.s)
		whole := r.doc.read(&r.s)
		reason, err := r.lines.Verdict(&r.s)
		switch {
		case err != nil:
			return collectors.Unreadable(err)
		case reason == "" && !whole:
			reason = "not_a_document"
		case reason == "":
			reason, err = r.emit(&r.doc)
		}
		if reason != "" && err == nil {
			err = r.sink.Reject(record.Reject{Reason: reason, Entry: entry, Record: r.record})
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
