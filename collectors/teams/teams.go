// Package teams reads what administrators get out of Microsoft Teams: messages as
// Microsoft Graph gives them (pages, arrays, lines, and the trees that PowerShell scripts
// make of them), the audit log of Purview, and the usage report. It tells files apart by
// their content.
//
// Bodies, subjects, names of chats and files, and cards are passed over in the scanner's
// window; it must not copy them anywhere. It does not fetch anything.
package teams

import (
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what this collector reads.
const Tool = "teams"

type collector struct{}

// New returns the collector of Teams exports.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads a whole export: first who and what there is, then what was said.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := newRun(ctx, o.Workspace, sink)
	files := func(visit func(shape, string, io.Reader) error) collectors.Step {
		return t.Walking(func(f collectors.File, src io.Reader) error {
			in, head, err := collectors.Peek(src, headBytes)
			if err != nil {
				return err
			}
			return visit(shapeOf(f.Path, head), f.Path, in)
		})
	}
	return collectors.InSteps(ctx, Tool, o, files(r.lists), files(r.contents), r.tellUse)
}

// run is one reading of an export.
type run struct {
	ctx       context.Context
	workspace string
	sink      collectors.Sink
	names     jsonscan.Texts
	lower     map[string]string             // ids of accounts in small letters
	people    map[string]record.AccountKind // accounts that were announced, by id
	places    map[string]*place             // by the id of their chat or channel
	teams     map[string][]record.Member    // members of a team, who see its standard channels
	use       map[day]*use                  // events of the audit log that are no messages

	s       jsonscan.Scanner // of the file being read
	audited jsonscan.Scanner // of a record inside a cell or a string
	entry   string
	record  int64
	page    page
	paged   bool // the elements of a page are being taken
	post    post
	m       record.Message
}

func newRun(ctx context.Context, workspace string, sink collectors.Sink) *run {
	return &run{ctx: ctx, workspace: workspace, sink: sink, lower: map[string]string{}, people: map[string]record.AccountKind{},
		places: map[string]*place{}, teams: map[string][]record.Member{}, use: map[day]*use{}}
}

// begin turns to another file.
func (r *run) begin(entry string) { r.entry, r.record, r.page, r.paged = entry, 0, page{}, false }

// contents reads a file of messages, of audited events or of usage.
func (r *run) contents(s shape, entry string, src io.Reader) error {
	r.begin(entry)
	switch s {
	case shapeMessages:
		return r.json(src, r.message)
	case shapeAudit:
		return r.json(src, func() error { return r.audit(&r.s) })
	case shapeAuditTable:
		return r.auditTable(src)
	case shapeUsage:
		return r.usage(src)
	case shapeStray:
		return collectors.RejectFile(r.sink, entry)
	}
	return nil
}

// json reads the documents of a file, whose elements are taken one by one.
func (r *run) json(src io.Reader, take func() error) error {
	r.s.Reset(src)
	for c := r.s.Peek(); c == '{' || c == '['; c = r.s.Peek() {
		if err := r.elements(take); err != nil {
			return err
		}
	}
	return collectors.Finish(&r.s, r.sink, r.entry, r.record)
}

// elements takes one object, or those of an array.
func (r *run) elements(take func() error) error {
	if r.s.Peek() == '{' {
		return take()
	}
	for r.s.Enter('['); r.s.Element(); {
		if r.record%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if r.s.Peek() != '{' {
			r.s.Skip()
			r.record++
			if err := r.reject("not_a_message"); err != nil {
				return err
			}
			continue
		}
		if err := take(); err != nil {
			return err
		}
	}
	return nil
}

// reject counts the record at hand as unreadable, unless the whole file broke off in it,
// which Verdict tells.
func (r *run) reject(reason string) error {
	if r.s.Err() != nil {
		return nil
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.record})
}
