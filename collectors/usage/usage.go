// Package usage reads the reports in which Slack and Microsoft 365 say who used what: on
// which day somebody was active, and how often in a period. It makes signals and counts
// over spans of them, never messages. Reports about one tool that has a collector of its own
// (Teams, Skype for Business, Yammer) are that collector's.
package usage

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// New returns the collector of usage reports.
func New() collectors.Collector { return collector{} }

type collector struct{}

func (collector) Name() string { return "usage" }

// reader reads the reports of one run.
type reader struct {
	ctx    context.Context
	o      collectors.Options
	sink   collectors.Sink
	entry  string // path of the file at hand
	told   map[accountOf]bool
	people jsonscan.Met[person] // of Slack's lines, by the id
	day    member               // the line at hand
	dated  []byte               // a date
	on     period               // the day as which it was read,
	isDate bool                 // if it is one

	signal      record.Signal
	activity    record.Activity
	written     period // of the activity, as its id writes it:
	writtenText string
	id          []byte
	ids         jsonscan.Chunk // of activities
}

// accountOf is what the sink was told of an account.
type accountOf struct {
	tool, name, handle, email string
	key                       record.AccountKey
}

func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	if err := o.Settings(&struct{}{}); err != nil {
		return fmt.Errorf("usage: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &reader{ctx: ctx, o: o, sink: sink, told: map[accountOf]bool{}}
	return t.Walk(ctx, func(f collectors.File, src io.Reader) error {
		r.entry = f.Path
		if err := r.file(src); err != nil {
			return fmt.Errorf("usage: %s: %w", f.Path, err)
		}
		return nil
	})
}

// file reads one file by its own beginning.
func (r *reader) file(src io.Reader) error {
	head := make([]byte, headSize)
	n, err := io.ReadFull(src, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	head = head[:n]
	src = io.MultiReader(bytes.NewReader(head), src)
	switch f := formatOf(head); {
	case len(bytes.TrimSpace(head)) == 0:
		return nil
	case f == nil:
		return collectors.RejectFile(r.sink, r.entry)
	case f.report != nil:
		return r.table(src, f.report)
	}
	return r.slack(src)
}

func (r *reader) reject(reason string, row int64) error {
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: row})
}

// everyRows is how often a context that ended is looked for.
const everyRows = 1 << 10

// tool is the slug of a report's tool, unless the options name another.
func (r *reader) tool(slug string) string {
	if r.o.Tool != "" {
		return r.o.Tool
	}
	return slug
}

// account hands over an account once.
func (r *reader) account(a record.Account) error {
	known := accountOf{a.Tool, a.Name, a.Handle, a.Email, a.Key}
	if r.told[known] {
		return nil
	}
	if len(r.told) > mostTold {
		clear(r.told) // some will be told again, which changes nothing
	}
	r.told[known] = true
	a.Workspace = r.o.Workspace
	return r.sink.Account(&a)
}

// mostTold bounds how many accounts are remembered.
const mostTold = 1 << 17

// active hands over that an account used a tool on a day.
func (r *reader) active(tool string, key record.AccountKey, day time.Time, hits uint32) error {
	s := &r.signal
	s.Tool, s.Workspace, s.Account, s.Day = tool, r.o.Workspace, key, day
	s.Source, s.Certainty, s.Hits = "usage_report", 1, max(hits, 1)
	return r.sink.Signal(s)
}

// counted hands over how often an account did something in a period.
func (r *reader) counted(tool string, key record.AccountKey, p period, what string, n uint32) error {
	if n == 0 {
		return nil
	}
	if p != r.written {
		r.written, r.writtenText = p, p.from.Format(time.DateOnly)+":"+p.to.Format(time.DateOnly)
	}
	a := &r.activity
	a.Tool, a.Workspace, a.Account, a.From, a.To, a.What, a.Count = tool, r.o.Workspace, key, p.from, p.to, what, n
	r.id = append(append(append(append(append(r.id[:0], what...), ':'), key.Value...), ':'), r.writtenText...)
	a.ID = r.ids.Cut(r.id)
	return r.sink.Activity(a)
}

// period is a span of whole days, [from, to).
type period struct{ from, to time.Time }

// principal is the key of a principal name, which is a mail address, or a pseudonym where
// the organisation has its reports hide names.
func principal(name []byte) record.AccountKey {
	text := strings.ToLower(string(name))
	switch {
	case text == "" || len(text) > 320:
		return record.AccountKey{}
	case !strings.Contains(text, "@"):
		return record.AccountKey{Kind: record.KeyToolID, Value: text}
	}
	return record.EmailKey(text)
}

// day reads a date, or the date of an instant.
func day(text []byte) (time.Time, bool) {
	if len(text) < len(time.DateOnly) {
		return time.Time{}, false
	}
	d, err := time.Parse(time.DateOnly, string(text[:len(time.DateOnly)]))
	return d, err == nil
}

func number(text []byte) uint32 {
	n, _ := strconv.ParseUint(string(text), 10, 64)
	return uint32(min(n, 1<<32-1))
}
