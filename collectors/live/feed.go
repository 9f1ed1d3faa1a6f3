package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// Mark is where a feed goes on, and how it went.
type Mark struct {
	Cursor      []byte // the collector's own; empty is the beginning
	TriedAt     time.Time
	SucceededAt time.Time // zero is never
	Failures    int       // in a row
}

// Ledger is what a feed needs of the warehouse, for its own source.
type Ledger interface {
	// Lock keeps other processes from reading the source; unlock is nil when one of them does.
	Lock() (unlock func(), err error)
	Load(ctx context.Context) (Mark, error)
	Store(ctx context.Context, m Mark) error
	// Begin opens a batch. The context bounds it until it is published or undone.
	Begin(ctx context.Context) (Batch, error)
}

// Batch is a number of records that become visible together.
type Batch interface {
	collectors.Sink
	Publish() error
	Undo() error
}

// Poll reads what is new behind a cursor. It calls commit with a later cursor whenever everything before that one was
// handed to the sink; what it read after its last commit it will read again when it fails. The cursor it returns without
// an error is where everything was read.
type Poll func(ctx context.Context, cursor []byte, sink collectors.Sink, commit func(cursor []byte) error) (next []byte, err error)

// Feed reads one live source in batches. A batch is published before its cursor is stored, so that a crash repeats
// records and loses none.
type Feed struct {
	Poll   Poll
	Ledger Ledger
	Clock  Clock
	Log    *slog.Logger // nil for none
}

// A batch is published at the first commit after so many records, or so long.
const (
	batchRecords = 20_000
	batchTime    = 30 * time.Second
)

// Run reads everything that is new. It does nothing while another process reads the same source.
func (f *Feed) Run(ctx context.Context) error {
	unlock, err := f.Ledger.Lock()
	if err != nil || unlock == nil {
		return err
	}
	defer unlock()
	mark, err := f.Ledger.Load(ctx)
	if err != nil {
		return err
	}
	clock := f.Clock.orReal()
	r := &reading{ctx: ctx, ledger: f.Ledger, clock: clock, mark: mark}
	r.mark.TriedAt = clock.Now()
	next, err := f.Poll(ctx, mark.Cursor, r, r.commit)
	if err == nil {
		r.pending = next
	}
	if err := r.end(err); err != nil {
		return f.failed(ctx, r.mark, err)
	}
	r.mark.SucceededAt, r.mark.Failures = clock.Now(), 0
	return f.Ledger.Store(ctx, r.mark)
}

// failed notes that a source failed, if the ledger can be written; a reading that was stopped has not failed.
func (f *Feed) failed(ctx context.Context, m Mark, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	m.Failures++
	if noted := f.Ledger.Store(ctx, m); noted != nil {
		return errors.Join(err, fmt.Errorf("note the failure: %w", noted))
	}
	return err
}

// reading is one run of a feed: the sink of its collector, which opens a batch when there is something to put in.
type reading struct {
	ctx    context.Context
	ledger Ledger
	clock  Clock
	mark   Mark

	batch   Batch
	begun   time.Time
	records int
	pending []byte // cursor of what the open batch holds; nil is the stored one
	failure error  // of the warehouse
}

// end brings the reading to its end: what was committed is published, also when the source failed later.
func (r *reading) end(polled error) error {
	if r.failure != nil || r.ctx.Err() != nil {
		return errors.Join(r.ctx.Err(), r.failure, r.undo())
	}
	if polled != nil && r.pending == nil {
		return errors.Join(polled, r.undo())
	}
	return errors.Join(polled, r.publish())
}

// commit notes a cursor, and publishes what it stands for when that is enough for a batch.
func (r *reading) commit(cursor []byte) error {
	r.pending = append([]byte{}, cursor...)
	if r.batch != nil && r.records < batchRecords && r.clock.Now().Sub(r.begun) < batchTime {
		return nil
	}
	return r.publish()
}

func (r *reading) publish() error {
	if r.batch != nil {
		batch := r.batch
		r.batch, r.records = nil, 0
		if err := batch.Publish(); err != nil {
			return r.fail(err)
		}
	}
	if r.pending == nil || string(r.pending) == string(r.mark.Cursor) {
		return nil
	}
	r.mark.Cursor, r.pending = r.pending, nil
	return r.fail(r.ledger.Store(r.ctx, r.mark))
}

func (r *reading) undo() error {
	if r.batch == nil {
		return nil
	}
	batch := r.batch
	r.batch = nil
	return batch.Undo()
}

func (r *reading) fail(err error) error {
	if err != nil && r.failure == nil {
		r.failure = err
	}
	return err
}

// put hands a record to the batch, which is opened by the first.
func (r *reading) put(hand func(Batch) error) error {
	if r.failure != nil {
		return r.failure
	}
	if r.batch == nil {
		batch, err := r.ledger.Begin(r.ctx)
		if err != nil {
			return r.fail(err)
		}
		r.batch, r.begun = batch, r.clock.Now()
	}
	r.records++
	return r.fail(hand(r.batch))
}

func (r *reading) Account(a *record.Account) error {
	return r.put(func(b Batch) error { return b.Account(a) })
}

func (r *reading) Conversation(c *record.Conversation) error {
	return r.put(func(b Batch) error { return b.Conversation(c) })
}

func (r *reading) Message(m *record.Message) error {
	return r.put(func(b Batch) error { return b.Message(m) })
}

func (r *reading) Activity(a *record.Activity) error {
	return r.put(func(b Batch) error { return b.Activity(a) })
}

func (r *reading) Signal(s *record.Signal) error {
	return r.put(func(b Batch) error { return b.Signal(s) })
}

func (r *reading) Reject(x record.Reject) error {
	return r.put(func(b Batch) error { return b.Reject(x) })
}
