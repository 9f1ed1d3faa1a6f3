// Package jive reads pages of Jive's Data Export Service, which tell of every act in a
// community: what was created becomes messages, likes become reactions, and everything else
// is evidence that somebody used the tool on a day.
//
// Subjects, names of places and addresses of pages are passed over in the scanner's window;
// it must not copy them anywhere. It does not fetch anything.
package jive

import (
	"cmp"
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
const Tool = "jive"

type collector struct{}

// New returns the collector of Jive's activity.
func New() collectors.Collector { return collector{} }

func (collector) Name() string { return Tool }

// Collect reads all pages.
func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r := newRun(o.Workspace, sink)
	pages := t.Walking(func(f collectors.File, src io.Reader) error { return r.file(ctx, f.Path, src) })
	return collectors.InSteps(ctx, Tool, o, pages, func(context.Context) error { return r.signals() })
}

// run is one reading. What it holds grows with people, places and, up to a limit, the days
// on which people were there.
type run struct {
	sink      collectors.Sink
	workspace string
	said      map[string]person // what was announced of an account
	use       map[day]*use      // acts that are no messages
	texts     jsonscan.Texts

	scan    jsonscan.Scanner
	entry   string
	ordinal int64
	it      act
	m       record.Message
	key     []byte // of the conversation at hand
}

// day is one on which somebody used the tool.
type day struct {
	who string
	on  int64 // days since 1970
}

// use is what somebody did on a day.
type use struct {
	hits    uint32
	minutes record.Minutes
}

// maxUse is how many days of people are held before they are handed over.
const maxUse = 1 << 18

func newRun(workspace string, sink collectors.Sink) *run {
	return &run{sink: sink, workspace: workspace, said: map[string]person{}, use: map[day]*use{}}
}

// file reads one page, if it is one.
func (r *run) file(ctx context.Context, entry string, src io.Reader) error {
	in, head, err := collectors.Peek(src, headBytes)
	if err != nil {
		return err
	}
	switch roleOf(head) {
	case roleActs:
		return r.document(ctx, entry, in)
	case roleStray:
		return collectors.RejectFile(r.sink, entry)
	}
	return nil
}

// document reads pages, of which there may be several, an array of acts, or single ones.
func (r *run) document(ctx context.Context, entry string, src io.Reader) error {
	s := &r.scan
	r.entry, r.ordinal = entry, 0
	s.Reset(src)
	for s.Peek() == '{' || s.Peek() == '[' {
		var err error
		if s.Peek() == '[' {
			err = r.array(ctx)
		} else {
			s.Enter('{')
			err = r.object(ctx)
		}
		if err != nil {
			return err
		}
	}
	return collectors.Finish(s, r.sink, entry, r.ordinal)
}

// array reads the acts of a page.
func (r *run) array(ctx context.Context) error {
	s := &r.scan
	if !s.Enter('[') {
		return nil
	}
	for s.Element() {
		var err error
		if s.Enter('{') {
			err = r.object(ctx)
		} else {
			r.ordinal++
			err = r.reject("not_an_object")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// object reads the page or act that the scanner has just entered.
func (r *run) object(ctx context.Context) error {
	s := &r.scan
	r.it.reset()
	isPage := false
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "paging":
			isPage = true
			s.Skip()
		case "list":
			isPage = true
			if err := r.array(ctx); err != nil {
				return err
			}
		default:
			r.field(key)
		}
	}
	if isPage || s.Err() != nil {
		return nil
	}
	if r.ordinal++; r.ordinal&0x3ff == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	return r.emit()
}

// reject counts the act at hand, unless the whole document is at fault and counted so.
func (r *run) reject(reason string) error {
	if r.scan.Err() != nil {
		return nil
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.ordinal})
}

// used notes that the act's account was there on its day.
func (r *run) used() error {
	d := day{r.it.actor.id, r.it.at.Unix() / int64(24*time.Hour/time.Second)}
	if r.use[d] == nil {
		r.use[d] = &use{}
	}
	r.use[d].hits++
	r.use[d].minutes.Add(r.it.at)
	if len(r.use) < maxUse {
		return nil
	}
	return r.signals()
}

// signals hands over the days on which people were there.
func (r *run) signals() error {
	days := slices.SortedFunc(maps.Keys(r.use), func(a, b day) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.who, b.who)) })
	for _, d := range days {
		g := record.Signal{Tool: Tool, Workspace: r.workspace, Account: toolID(d.who), Day: time.Unix(d.on*int64(24*time.Hour/time.Second), 0).UTC(),
			Source: "activity_log", Certainty: 1, Hits: r.use[d].hits, Minutes: r.use[d].minutes}
		if err := r.sink.Signal(&g); err != nil {
			return err
		}
	}
	clear(r.use)
	return nil
}

// maxWord is the longest id, name or address, in bytes, that is believed.
const maxWord = 256

// intern gives one string for equal ones; empty for what is too long.
func (r *run) intern(b []byte) string {
	if len(b) > maxWord {
		return ""
	}
	return r.texts.Of(b)
}

// toolID is the key of an account; anonymous visitors have the id -1.
func toolID(id string) record.AccountKey {
	if id == "" || id == "-1" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: id}
}
