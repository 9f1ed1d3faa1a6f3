// Package weblogs reads logs that show which hosts people and devices reached: of proxies,
// cloud access brokers and name servers. It makes no messages of them, but says which
// tool an account, or an address, was in touch with on which day. What it knows of tools is
// the catalogue of tools.
package weblogs

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/logscan"
	"crosstalk/collectors/record"
)

// New returns the collector of web and name server logs.
func New() collectors.Collector { return collector{} }

type collector struct{}

func (collector) Name() string { return "weblogs" }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error { return new(reader).settle(o) }

// settings are the collector's options.
type settings struct {
	TimeZone       string            `yaml:"time_zone"`       // of times that state none
	Year           int               `yaml:"year"`            // of the first line of logs that leave it out
	Hosts          hosts             `yaml:"hosts"`           // the company's own, and what it knows better
	Users          string            `yaml:"users"`           // CSV: login, email
	Leases         string            `yaml:"leases"`          // CSV: address, from, to, user
	MailDomain     string            `yaml:"mail_domain"`     // a login there is an address
	LeastHits      uint32            `yaml:"least_hits"`      // contacts a day below which a tool was not used
	SquidColumns   []string          `yaml:"squid_columns"`   // of a log that is not in the native format
	ZscalerColumns []string          `yaml:"zscaler_columns"` // of a feed in CSV
	Columns        map[string]string `yaml:"columns"`         // of any CSV with a header: time, user, client, url, action
}

// entry is one contact.
type entry struct {
	at      time.Time
	client  []byte // address
	user    []byte // login or mail address; empty where unknown
	host    []byte
	path    []byte // empty where unknown
	blocked bool
	asks    bool // the proxy asks for a password; the next contact repeats this one
}

// reader reads the files of one run.
type reader struct {
	ctx       context.Context
	tree      *collectors.Tree
	set       settings
	zone      *time.Location
	catalogue *catalogue
	people    *people
	signals   *signals
	sink      collectors.Sink
	lines     logscan.Lines
	entry     string // path of the file at hand
	seen      func(*entry)
	scratch   []byte
}

func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r, err := newReader(ctx, t, o, sink)
	if err != nil {
		return fmt.Errorf("weblogs: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := r.all(); err != nil {
		return err
	}
	o.Log.Info("contacts with tools", "entries", r.signals.entries, "with_tool", r.signals.matched, "attributed", r.signals.attributed)
	return nil
}

func (r *reader) all() error {
	err := r.tree.Walk(r.ctx, func(f collectors.File, src io.Reader) error {
		r.entry = f.Path
		if err := r.file(src); err != nil {
			return fmt.Errorf("weblogs: %s: %w", f.Path, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.signals.emitAll()
}

// settle reads the options, but no file that they name.
func (r *reader) settle(o collectors.Options) error {
	err := o.Settings(&r.set)
	if err != nil {
		return err
	}
	r.zone = o.Location
	if r.set.TimeZone != "" {
		if r.zone, err = time.LoadLocation(r.set.TimeZone); err != nil {
			return collectors.Wrong("time_zone", "%q is not a known time zone; write one such as Europe/Amsterdam", r.set.TimeZone)
		}
	}
	if r.catalogue, err = newCatalogue(r.set.Hosts); err != nil {
		return collectors.Wrong("hosts", "%s", err)
	}
	return nil
}

func newReader(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) (*reader, error) {
	r := &reader{ctx: ctx, tree: t, sink: sink}
	err := r.settle(o)
	if err != nil {
		return nil, err
	}
	if r.people, err = newPeople(r.set); err != nil {
		return nil, fmt.Errorf("options: %w", err)
	}
	r.signals = newSignals(o, r.set.LeastHits, r.catalogue, sink)
	return r, nil
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
	if len(bytes.TrimSpace(head)) == 0 {
		return nil
	}
	f := formatOf(head, r.set)
	switch {
	case f == nil:
		return collectors.RejectFile(r.sink, r.entry)
	case f.table != nil:
		return r.table(src, head, f)
	}
	return r.log(src, f)
}

func (r *reader) reject(reason string, line int64) error {
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: line})
}

// everyLines is how often a context that ended is looked for.
const everyLines = 1 << 12

// log reads a log line by line.
func (r *reader) log(src io.Reader, f *format) error {
	p := f.lines(r.set, &logscan.Clock{Location: r.zone, Year: r.set.Year, Written: r.tree.Written(r.entry)})
	r.lines.Reset(src)
	for r.lines.Next() {
		if r.lines.Record()%everyLines == 0 {
			if err := r.ctx.Err(); err != nil {
				return err
			}
		}
		if len(bytes.TrimSpace(r.lines.Text())) == 0 && !r.lines.TooLong() {
			continue
		}
		var e entry
		reason := "line_too_long"
		if !r.lines.TooLong() {
			reason = p.line(r.lines.Text(), &e)
		}
		if err := r.outcome(f, &e, reason, r.lines.Record()); err != nil {
			return err
		}
	}
	return r.lines.Err()
}

// passed is what a parser answers to a line that is the log's, but tells of no contact.
const passed = "-"

// outcome counts a contact, or why there is none.
func (r *reader) outcome(f *format, e *entry, reason string, line int64) error {
	switch reason {
	case "":
		return r.contact(f.source, e)
	case passed:
		return nil
	}
	return r.reject(reason, line)
}

// contact notes one contact with a host.
func (r *reader) contact(source source, e *entry) error {
	r.signals.entries++
	if r.seen != nil {
		r.seen(e)
	}
	if e.asks {
		return nil
	}
	r.scratch = tidyHost(e.host, r.scratch)
	found, ok := r.catalogue.find(r.scratch, e.path)
	if !ok || found.certainty == 0 {
		return nil
	}
	who := r.people.who(e)
	if who.key.IsZero() {
		return r.reject("no_account", r.lines.Record())
	}
	if e.blocked {
		source++
	}
	return r.signals.add(found, source, who, e.at)
}
