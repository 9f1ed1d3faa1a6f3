// Package googleworkspace reads what the Reports API of Google Workspace logs of Chat: who
// posted, edited, deleted, reacted or was let into a space, and when. It holds no message's
// text, and the name of a space or a file that it does hold is passed over in the
// scanner's window; the package must not copy them anywhere. It does not fetch anything.
package googleworkspace

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Tool is the slug of what the log is about: the same tool as an export of Takeout.
const Tool = "googlechat"

type collector struct{}

// New returns the collector of Chat's activity log.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return "googleworkspace" }

// Recognise claims a tree of which every file, of those looked at, is of this log.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	return collectors.ClaimByContents(t, headBytes, "Google Chat activity log", func(_ string, head []byte) (string, bool) {
		return "Google Chat activity log", isLog(head)
	})
}

const headBytes = 64 << 10 // of a file that are looked at

// isLog judges a file by its head: activities of Chat, on a page or one a line.
func isLog(head []byte) bool {
	outline := jsonscan.Outline(head)
	for _, page := range []string{"", "items."} {
		_, hasEvents := outline[page+"events.name"]
		if hasEvents && outline[page+"id.applicationname"] == "chat" && outline[page+"id.time"] != "" {
			return true
		}
	}
	return false
}

// Collect reads a whole log.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := newRun(ctx, o.Workspace, sink)
	files := t.Walking(func(f collectors.File, src io.Reader) error { return r.file(f.Path, src) })
	return collectors.InSteps(ctx, "googleworkspace", o, files, r.tellUse)
}

// run is one reading of a log.
type run struct {
	ctx       context.Context
	workspace string
	sink      collectors.Sink
	texts     jsonscan.Texts             // one copy of each id
	known     map[record.AccountKey]bool // accounts that were announced
	use       map[day]*use               // events that are neither messages nor about a space
	s         jsonscan.Scanner
	entry     string
	record    int64
	activity  activity
	value     []byte   // of the parameter at hand
	many      []string // its values, where it has several
	m         record.Message
}

func newRun(ctx context.Context, workspace string, sink collectors.Sink) *run {
	return &run{ctx: ctx, workspace: workspace, sink: sink, known: map[record.AccountKey]bool{},
		use: map[day]*use{}}
}

// file reads the documents of one file.
func (r *run) file(entry string, src io.Reader) error {
	r.entry, r.record = entry, 0
	r.s.Reset(src)
	if c := r.s.Peek(); c != '{' && c != '[' && c != 0 {
		if err := r.s.Drain(); err != nil {
			return collectors.Unreadable(err)
		}
		return collectors.RejectFile(r.sink, entry)
	}
	for c := r.s.Peek(); c == '{' || c == '['; c = r.s.Peek() {
		if err := r.each(true); err != nil {
			return err
		}
	}
	return collectors.Finish(&r.s, r.sink, entry, r.record)
}

// each takes an object, or every element of a list.
func (r *run) each(top bool) error {
	if r.s.Peek() == '{' {
		return r.take(top)
	}
	if !r.s.Enter('[') {
		return nil
	}
	for r.s.Element() {
		if r.record%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if r.s.Peek() == '{' {
			if err := r.take(false); err != nil {
				return err
			}
			continue
		}
		r.s.Skip()
		r.record++
		if err := r.reject("not_an_event"); err != nil {
			return err
		}
	}
	return nil
}

// take reads one activity, or at the top perhaps a page of them.
func (r *run) take(top bool) error {
	if r.record++; r.record%512 == 0 && r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	r.activity.reset()
	r.s.Enter('{')
	paged := false
	for key, ok := r.s.Key(); ok; key, ok = r.s.Key() {
		if top && string(key) == "items" && r.s.Peek() == '[' {
			r.record--
			paged = true
			if err := r.each(false); err != nil {
				return err
			}
			continue
		}
		r.field(key)
	}
	if paged || r.s.Err() != nil {
		return nil
	}
	return r.emit(&r.activity)
}

// reject counts the record at hand as unreadable.
func (r *run) reject(reason string) error {
	if r.s.Err() != nil {
		return nil // the file broke off in it, which Verdict tells
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.record})
}

// use is what an account did on a day.
type use struct {
	hits    uint32
	minutes record.Minutes
}

// maxUse is how many days of accounts are held before they are handed over.
const maxUse = 1 << 18

// used notes an act.
func (r *run) used(d day, at time.Time) error {
	if r.use[d] == nil {
		r.use[d] = &use{}
	}
	r.use[d].hits++
	r.use[d].minutes.Add(at)
	if len(r.use) < maxUse {
		return nil
	}
	return r.tellUse(r.ctx)
}

// day is one account's day.
type day struct {
	who record.AccountKey
	on  time.Time
}

// tellUse hands over the signs of use, one per account and day.
func (r *run) tellUse(context.Context) error {
	days := make([]day, 0, len(r.use))
	for d := range r.use {
		days = append(days, d)
	}
	slices.SortFunc(days, func(a, b day) int {
		if c := a.on.Compare(b.on); c != 0 {
			return c
		}
		return strings.Compare(a.who.Value, b.who.Value)
	})
	for _, d := range days {
		g := record.Signal{Tool: Tool, Workspace: r.workspace, Account: d.who, Day: d.on, Source: "audit_log", Certainty: 1, Hits: r.use[d].hits, Minutes: r.use[d].minutes}
		if err := r.sink.Signal(&g); err != nil {
			return err
		}
	}
	clear(r.use)
	return nil
}
