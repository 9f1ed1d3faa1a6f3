// Package mattermost reads what Mattermost's administrators export: the bulk export, one
// object a line, as a file or in its ZIP, and the compliance export as CSV.
//
// Texts, names of files and of channels' topics are passed over in the scanner's window;
// it must not copy them anywhere. It does not fetch anything.
package mattermost

import (
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "mattermost"

type collector struct{}

// New returns the collector of Mattermost exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := &run{sink: sink, workspace: o.Workspace, names: map[string]string{}, kinds: map[string]record.AccountKind{}, rooms: map[string]*room{}}
	extras := extrasOf(t)
	files := t.Walking(func(f collectors.File, src io.Reader) error {
		if extras.has(f.Path) {
			return nil
		}
		return r.file(ctx, f.Path, src)
	})
	return collectors.InSteps(ctx, Tool, o, files, r.announceRest)
}

// run is one reading of an export.
type run struct {
	sink      collectors.Sink
	workspace string
	entry     string // the file at hand
	record    int64  // the record in it

	names map[string]string             // every name met, once
	kinds map[string]record.AccountKind // of the users that the export lists
	rooms map[string]*room
	order []*room

	lines jsonscan.Lines
	scan  jsonscan.Scanner
	post  post
	row   row
	m     record.Message
	key   []byte
}

// room is a conversation and those who are in it.
type room struct {
	record.Conversation
	said bool // announced
}

// file reads one file by what it is.
func (r *run) file(ctx context.Context, name string, src io.Reader) error {
	in, head, err := collectors.Peek(src, headBytes)
	if err != nil {
		return err
	}
	r.entry, r.record = name, 0
	switch formOf(head) {
	case formBulk:
		return r.bulk(ctx, in)
	case formCompliance:
		return r.compliance(ctx, in)
	case formEmpty:
		return nil
	}
	return r.reject(collectors.Unrecognised)
}

func (r *run) reject(reason string) error {
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.record})
}

// name keeps one copy of a name.
func (r *run) name(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s, ok := r.names[string(b)]; ok {
		return s
	}
	s := string(b)
	r.names[s] = s
	return s
}

func account(user string) record.AccountKey {
	if user == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyHandle, Value: user}
}

// room finds a conversation, or makes one of that kind.
func (r *run) room(key []byte, kind record.ConversationKind, coverage record.Coverage) *room {
	if c := r.rooms[string(key)]; c != nil {
		return c
	}
	c := &room{Conversation: record.Conversation{Tool: Tool, Workspace: r.workspace, Key: string(key), Kind: kind, Coverage: coverage}}
	r.rooms[c.Key] = c
	r.order = append(r.order, c)
	return c
}

// announce hands a conversation over once.
func (r *run) announce(c *room) error {
	if c.said {
		return nil
	}
	c.said = true
	return r.sink.Conversation(&c.Conversation)
}

func (r *run) announceRest(context.Context) error {
	for _, c := range r.order {
		if err := r.announce(c); err != nil {
			return err
		}
	}
	return nil
}

// address fills in to whom a message in the room goes.
func (r *run) address(c *room) {
	m := &r.m
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, c.Conversation
	m.Conversation.Members = nil
	if len(c.Members) == 0 || m.Kind != record.KindMessage {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	inside := 0
	for _, member := range c.Members {
		if member.Account == m.Sender {
			inside = 1
		} else if len(c.Members) <= record.SmallRoom {
			m.Recipients = append(m.Recipients, member.Account)
		}
	}
	m.Audience = uint32(len(c.Members) - inside)
}
