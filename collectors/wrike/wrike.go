// Package wrike reads answers of Wrike's interface, as scripts and integrations keep
// them: comments, contacts and tasks, and the events it posts to webhooks. Wrike has no
// export of its own that holds comments.
//
// Texts and titles are measured or passed over in the scanner's window; it must not copy
// them anywhere. It does not fetch anything.
package wrike

import (
	"context"
	"io"
	"maps"
	"slices"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "wrike"

type collector struct{}

// New returns the collector of Wrike's answers.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads all files.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := &run{tree: t, sink: sink, workspace: o.Workspace, contacts: map[string]*contact{}, items: newItems(),
		zones: map[string]*time.Location{}}
	return collectors.InSteps(ctx, Tool, o, r.lists, r.announce, r.messages)
}

// run is one reading. What it holds grows with people and tasks only.
type run struct {
	tree      *collectors.Tree
	sink      collectors.Sink
	workspace string

	contacts map[string]*contact
	items    items
	ids      []string // of a list
	texts    jsonscan.Texts
	zones    map[string]*time.Location

	scan    jsonscan.Scanner
	entry   string
	ordinal int64
}

// lists reads who and what there is.
func (r *run) lists(ctx context.Context) error {
	return r.pass(ctx, map[role]func() error{roleContacts: r.readContact, roleItems: r.readItem})
}

// messages reads comments and events.
func (r *run) messages(ctx context.Context) error {
	c := comments{run: r}
	return r.pass(ctx, map[role]func() error{roleComments: c.read, roleEvents: c.read, roleStray: nil})
}

// pass reads the files of some roles, object by object. What a file is, its beginning
// tells; a role without a reader has its files counted as none of Wrike's.
func (r *run) pass(ctx context.Context, readers map[role]func() error) error {
	return r.tree.Walk(ctx, func(f collectors.File, src io.Reader) error {
		in, head, err := collectors.Peek(src, headBytes)
		if err != nil {
			return err
		}
		read, wanted := readers[roleOf(head)]
		switch {
		case !wanted:
			return nil
		case read == nil:
			return collectors.RejectFile(r.sink, f.Path)
		}
		return r.document(ctx, f.Path, in, read)
	})
}

// announce hands over accounts and conversations.
func (r *run) announce(context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(r.contacts)) {
		if c := r.contacts[id]; !c.isGroup {
			if err := r.sink.Account(&c.Account); err != nil {
				return err
			}
		}
	}
	for _, id := range r.items.ids() {
		one := r.conversation(id)
		one.Members = r.membersOf(id, nil)
		if err := r.sink.Conversation(&one); err != nil {
			return err
		}
	}
	return nil
}

// document gives every object of a file to read: those below `data` of answers, of which
// there may be several, and those of an array. The object has been entered.
func (r *run) document(ctx context.Context, entry string, src io.Reader, read func() error) error {
	s := &r.scan
	r.entry, r.ordinal = entry, 0
	s.Reset(src)
	for s.Peek() == '{' || s.Peek() == '[' {
		if s.Peek() == '[' {
			if err := r.array(ctx, read); err != nil {
				return err
			}
			continue
		}
		s.Enter('{')
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if string(key) != "data" {
				s.Skip()
				continue
			}
			if err := r.array(ctx, read); err != nil {
				return err
			}
		}
	}
	return collectors.Finish(s, r.sink, entry, r.ordinal)
}

func (r *run) array(ctx context.Context, read func() error) error {
	s := &r.scan
	if !s.Enter('[') {
		return nil
	}
	for s.Element() {
		if r.ordinal++; r.ordinal&0x3ff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var err error
		if s.Enter('{') {
			err = read()
		} else {
			err = r.reject("not_an_object")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// reject counts the object at hand, unless the whole document is at fault and counted so.
func (r *run) reject(reason string) error {
	if r.scan.Err() != nil {
		return nil
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.ordinal})
}

// maxID is the longest id, in bytes, that is believed.
const maxID = 64

// intern gives one string for equal ids; empty for what is too long to be one.
func (r *run) intern(b []byte) string {
	if len(b) > maxID {
		return ""
	}
	return r.texts.Of(b)
}

func toolID(id string) record.AccountKey {
	if id == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}
