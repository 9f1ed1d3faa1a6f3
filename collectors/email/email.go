// Package email reads mail kept in files: mbox in its dialects, maildirs, single
// messages, what Gmail's Takeout and Pipermail make of an mbox. It finds where one
// message ends and the next begins and counts parts; what a header means is package
// mail's. Bodies stream past and nothing of them is kept.
package email

import (
	"context"
	"fmt"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/mail"
)

// New returns the collector of mail archives.
func New() collectors.Collector { return collector{} }

type collector struct{}

func (collector) Name() string { return "email" }

// CheckSettings says what is wrong with the options.
func (collector) CheckSettings(o collectors.Options) error {
	return o.Settings(&settings{})
}

func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) { return recognise(t) }

// settings are the collector's options.
type settings struct {
	List string `yaml:"list"` // id of the mailing list of messages that name none
}

func (collector) Collect(ctx context.Context, t *collectors.Tree, o collectors.Options, sink collectors.Sink) error {
	var s settings
	if err := o.Settings(&s); err != nil {
		return fmt.Errorf("email: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	boxes := newMaildirs(t)
	b := newBox(ctx, o, s, sink)
	err := t.Walk(ctx, func(f collectors.File, r io.Reader) error {
		if sidecar(f.Path) || boxes.unfinished(f.Path) {
			return nil
		}
		if err := b.file(f.Path, r, boxes.unwanted(f.Path)); err != nil {
			return fmt.Errorf("email: %s: message %d: %w", f.Path, b.ordinal, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.reports.emit(sink, 0)
}

func newBox(ctx context.Context, o collectors.Options, s settings, sink collectors.Sink) *box {
	return &box{ctx: ctx, mail: mail.NewReader(o, s.List, sink), sink: sink}
}

// file reads one file; a reason leaves its message out.
func (b *box) file(entry string, r io.Reader, reason string) error {
	shape, err := b.open(entry, r)
	if err != nil {
		return err
	}
	switch shape {
	case shapeMbox:
		return b.mbox()
	case shapeMessage:
		return b.message(true, reason)
	case shapeEmpty:
		return nil
	}
	return collectors.RejectFile(b.sink, entry)
}
