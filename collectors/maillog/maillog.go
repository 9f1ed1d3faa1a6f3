// Package maillog reads what mail servers write down about mail that passed through them:
// message traces and tracking logs of Exchange and Microsoft 365, logs of Postfix and Exim.
// It makes one message of all lines about it. Mailboxes are package email's: a mail that is
// seen here and there counts once, by its Message-ID. Subjects are in some of the logs; they
// are only asked whether they are the mark of Microsoft Send.
package maillog

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

// New returns the collector of mail servers' logs.
func New() collectors.Collector { return collector{} }

type collector struct{}

func (collector) Name() string { return "maillog" }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	_, err := newReader(context.Background(), nil, o, nil)
	return err
}

// settings are the collector's options.
type settings struct {
	TimeZone  string `yaml:"time_zone"`  // of times that state none
	Year      int    `yaml:"year"`       // of the first line of logs that leave it out
	DateOrder string `yaml:"date_order"` // dmy or mdy: of dates like 3/4/2024
}

// reader reads the files of one run.
type reader struct {
	ctx     context.Context
	tree    *collectors.Tree
	set     settings
	zone    *time.Location
	assumed bool // the zone is a guess
	sink    collectors.Sink
	mails   *mails
	lines   logscan.Lines
	entry   string // path of the file at hand
	order   string // of day and month in it: dmy, mdy, unsettled, or empty before it is looked for
}

func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	r, err := newReader(ctx, t, o, sink)
	if err != nil {
		return fmt.Errorf("maillog: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err = t.Walk(ctx, func(f collectors.File, src io.Reader) error {
		r.entry = f.Path
		if err := r.file(src); err != nil {
			return fmt.Errorf("maillog: %s: %w", f.Path, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.mails.emitAll()
}

func newReader(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) (*reader, error) {
	r := &reader{ctx: ctx, tree: t, zone: o.Location, assumed: true, sink: sink, mails: newMails(o, sink)}
	if err := o.Settings(&r.set); err != nil {
		return nil, err
	}
	if o.DateOrder == "dmy" || o.DateOrder == "mdy" { // a year in front leaves nothing to find out
		r.set.DateOrder = o.DateOrder
	}
	switch r.set.DateOrder {
	case "", "dmy", "mdy":
	default:
		return nil, collectors.Wrong("date_order", "%q is none; write dmy or mdy", r.set.DateOrder)
	}
	if r.set.TimeZone != "" {
		zone, err := time.LoadLocation(r.set.TimeZone)
		if err != nil {
			return nil, collectors.Wrong("time_zone", "%q is not a known time zone; write one such as Europe/Amsterdam", r.set.TimeZone)
		}
		r.zone, r.assumed = zone, false
	}
	return r, nil
}

// file reads one file by its own beginning.
func (r *reader) file(src io.Reader) error {
	r.order = r.set.DateOrder
	head, src, err := begin(src)
	if err != nil {
		return err
	}
	switch formatOf(head) {
	case formatTrace:
		return r.table(src, traceTexts, r.traceRow)
	case formatSummary:
		return r.table(src, summaryTexts, r.summaryRow)
	case formatEvents:
		return r.table(src, eventTexts, r.eventRow)
	case formatTracking:
		return r.tracking(src)
	case formatJSON:
		return r.json(src)
	case formatPostfix:
		return r.postfix(src)
	case formatExim:
		return r.exim(src)
	case formatEmpty:
		return nil
	}
	return collectors.RejectFile(r.sink, r.entry)
}

// begin gives the head of a file, and the whole of it without the line in which PowerShell
// names a type.
func begin(src io.Reader) (head []byte, whole io.Reader, err error) {
	head = make([]byte, headSize)
	n, err := io.ReadFull(src, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, nil, err
	}
	head = head[:n]
	return head, io.MultiReader(bytes.NewReader(withoutType(head)), src), nil
}

func (r *reader) reject(reason string, line int64) error {
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: line})
}

// clock tells the times of a log of lines.
func (r *reader) clock() logscan.Clock {
	return logscan.Clock{Location: r.zone, Year: r.set.Year, Written: r.tree.Written(r.entry)}
}

// everyLines is how often a context that ended is looked for.
const everyLines = 1 << 12
