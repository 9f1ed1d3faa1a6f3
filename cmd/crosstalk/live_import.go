package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/live"
	"crosstalk/warehouse"
)

// dropImport imports what was dropped into a folder, each file or folder as a run of its own.
type dropImport struct {
	app      *app
	w        *warehouse.Warehouse
	observer collectors.Observer
	options  importOptions
}

// read imports one path. Nothing of what it is called is printed or logged.
func (d *dropImport) read(ctx context.Context, path string) error {
	begun := time.Now()
	i, err := d.app.newImporter(d.options)
	if err != nil {
		return err
	}
	defer i.close()
	i.say = func(string, ...any) {}
	if err := i.plan([]string{path}); err != nil {
		return d.refuse(ctx, i, err)
	}
	counts, err := i.run(ctx, d.w)
	if err != nil {
		return d.afterFailure(ctx, i, err)
	}
	for _, p := range i.leftOut {
		d.observer.Rejected(directoryCollector, p.Reason, 1)
	}
	for _, c := range counts {
		observe(d.observer, c)
		d.observer.Succeeded(c.Collector, time.Now(), time.Since(begun))
	}
	return nil
}

// afterFailure tells the fault of what was read from that of the warehouse, which may have gone while it was being asked.
func (d *dropImport) afterFailure(ctx context.Context, i *importer, err error) error {
	if warehouse.OwnFault(err) || isFull(err) || d.w.Ping(ctx) != nil {
		return fmt.Errorf("import: %w", err)
	}
	return d.refuse(ctx, i, err)
}

// refuse counts what is refused for good.
func (d *dropImport) refuse(ctx context.Context, i *importer, err error) error {
	err = refusal(ctx, i, err)
	var refused *live.RefusedError
	if errors.As(err, &refused) {
		d.observer.Rejected(dropCollector, "refused_file", 1)
	}
	return err
}

// observe counts what a run read.
func observe(o collectors.Observer, c warehouse.SourceCount) {
	o.Messages(c.Collector, int(c.Messages))
	for reason, n := range c.Reasons {
		o.Rejected(c.Collector, reason, int(n))
	}
}

// refusal puts the reason why a path cannot be imported into a sentence of our own: an error may quote what was read. What
// may succeed later is left as it is.
func refusal(ctx context.Context, i *importer, err error) error {
	var ambiguous *collectors.AmbiguousError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("something in the folder cannot be read: %w", err)
	case errors.As(err, &ambiguous):
		return &live.RefusedError{Reason: fmt.Sprintf("could be %s: name the collector of this folder in crosstalk.yaml", strings.Join(ambiguous.Claims, " or "))}
	case len(i.plans) == 1 && isUnclaimed(i.plans[0]) && isEmpty(i.plans[0].Root()):
		return &live.RefusedError{Reason: unclaimed(i.plans[0])}
	case len(i.plans) == 1 && isUnclaimed(i.plans[0]):
		return &live.RefusedError{Reason: fmt.Sprintf("not recognised; tried %s; name the collector of this folder in crosstalk.yaml, or write a table mapping", strings.Join(collectorNames(), ", "))}
	case errors.Is(err, collectors.ErrEncrypted):
		return &live.RefusedError{Reason: collectors.ErrEncrypted.Error()}
	case errors.Is(err, collectors.ErrBomb):
		return &live.RefusedError{Reason: "it unpacks to far more than it should, and was not read any further"}
	case collectors.IsDamage(err):
		return &live.RefusedError{Reason: "it is damaged or was cut off: export it again"}
	}
	return &live.RefusedError{Reason: "it could not be read; run crosstalk import on it to see why"}
}

// liveLedger keeps one live source's place in the warehouse.
type liveLedger struct {
	w        *warehouse.Warehouse
	name     string
	source   func(ctx context.Context) (warehouse.Source, error)
	observer collectors.Observer
	stored   warehouse.LiveSource
}

func (l *liveLedger) Lock() (unlock func(), err error) { return l.w.LockLiveSource(l.name) }

func (l *liveLedger) Load(ctx context.Context) (live.Mark, error) {
	s, err := l.w.LiveSource(ctx, l.name)
	l.stored = s
	return live.Mark{Cursor: s.Cursor, TriedAt: s.TriedAt, SucceededAt: s.SucceededAt, Failures: int(s.Failures)}, err
}

func (l *liveLedger) Store(ctx context.Context, m live.Mark) error {
	l.stored.Cursor, l.stored.TriedAt, l.stored.SucceededAt, l.stored.Failures = m.Cursor, m.TriedAt, m.SucceededAt, uint32(m.Failures)
	return l.w.PutLiveSource(ctx, &l.stored)
}

func (l *liveLedger) Begin(ctx context.Context) (live.Batch, error) {
	source, err := l.source(ctx)
	if err != nil {
		return nil, err
	}
	run, err := l.w.Begin(ctx, "collect")
	if err != nil {
		return nil, err
	}
	return &liveBatch{Sink: run.Sink(source), run: run, ledger: l}, nil
}

// liveBatch is a run of a live source.
type liveBatch struct {
	*warehouse.Sink
	run    *warehouse.Run
	ledger *liveLedger
}

func (b *liveBatch) Publish() error {
	counts, err := b.run.Finish()
	if err != nil {
		return err
	}
	for _, c := range counts {
		observe(b.ledger.observer, c)
	}
	b.ledger.stored.RunID = b.run.ID()
	return nil
}

func (b *liveBatch) Undo() error { return b.run.Undo() }
