package warehouse

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"crosstalk/collectors/record"
)

// Run is one import or collection being loaded. Its rows wait in the stage until Finish;
// Undo, or the next command after a crash, drops them. One goroutine uses a Run at a time.
type Run struct {
	w       *Warehouse
	ctx     context.Context
	id      uint64
	command string
	began   time.Time
	unlock  func()

	known         map[uint64]knownAccount
	suppression   suppression
	rawSince      time.Time // older messages are not kept
	scopes        map[scopeKey]*scope
	sinks         []*Sink
	scratch       [512]byte
	messages      *messageWriter
	conversations conversationRows
	members       memberRows
	activities    activityRows
	signals       signalRows
	rejects       rejectRows
	files         rows
}

type scopeKey struct{ collector, tool, workspace string }

// Begin starts a run, after completing or undoing what an earlier command left unfinished.
// The context bounds the whole run.
func (w *Warehouse) Begin(ctx context.Context, command string) (*Run, error) {
	if err := w.Recover(ctx); err != nil {
		return nil, err
	}
	r := &Run{w: w, ctx: ctx, command: command, began: time.Now().UTC(), scopes: map[scopeKey]*scope{}}
	r.id = uint64(r.began.UnixMilli())<<22 | rand.Uint64N(1<<22)
	var err error
	if r.unlock, err = w.tryLock(runLock(r.id)); err != nil {
		return nil, err
	}
	if err := r.enter(); err != nil {
		return nil, errors.Join(err, r.release())
	}
	r.openStage()
	return r, nil
}

// enter makes the run known. It waits for a publication, or a rotation of the privacy key,
// that goes on.
func (r *Run) enter() error {
	unlock, err := r.w.lock(r.ctx, "publish")
	if err != nil {
		return err
	}
	defer unlock()
	if err := errors.Join(r.w.readPrivacyKey(), r.w.followDays(r.ctx), r.w.completeErasures(r.ctx)); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(r.ctx)
	group.Go(func() error { return r.w.setRun(ctx, r.id, runBegun, r.command, r.began) })
	group.Go(func() (err error) {
		r.known, err = r.w.loadAccountMap(ctx)
		return err
	})
	group.Go(func() (err error) {
		r.suppression, err = r.w.loadSuppression(ctx)
		return err
	})
	group.Go(func() (err error) {
		r.rawSince, err = r.w.rawSince(ctx)
		return err
	})
	return group.Wait()
}

func (r *Run) openStage() {
	r.messages = newMessageWriter(r.ctx, r)
	r.conversations = conversationRows{rows{r, "INSERT INTO conversation_stage (tool, workspace, conversation_id, parent_id, kind, coverage, run_id, version)", nil}}
	r.members = memberRows{rows{r, "INSERT INTO conversation_member_stage (tool, conversation_id, account_id, from_at, to_at, run_id)", nil}}
	r.activities = activityRows{rows{r, "INSERT INTO activity_stage (tool, workspace, activity_id, account_id, counterpart_id, conversation_id, from_at, to_at, what, activities, run_id)", nil}}
	r.signals = signalRows{rows{r, "INSERT INTO signal_day_stage (tool, workspace, account_id, day, source, certainty, hits, minutes, run_id)", nil}}
	r.rejects = rejectRows{rows{r, "INSERT INTO reject (run_id, tool, reason, entry, record)", nil}}
	r.files = rows{r, "INSERT INTO run_file (run_id, digest, bytes)", nil}
}

// Source says what a Sink is opened for.
type Source struct {
	Collector string
	Tool      string // of rejects that name none
	Workspace string
	Files     int       // that the collector reads
	Exclude   Exclusion // nil excludes nothing
	Oldest    time.Time // zero keeps everything
	Latest    time.Time // zero is one day from now
}

// Sink opens the run for the records of one source.
func (r *Run) Sink(o Source) *Sink {
	if o.Latest.IsZero() {
		o.Latest = r.began.Add(24 * time.Hour)
	}
	if o.Oldest.Before(r.rawSince) {
		o.Oldest = r.rawSince
	}
	own := r.scope(o.Collector, o.Tool, o.Workspace)
	own.files += uint64(o.Files)
	s := &Sink{run: r, collector: o.Collector, own: own, exclude: o.Exclude, oldest: o.Oldest, latest: o.Latest}
	r.sinks = append(r.sinks, s)
	return s
}

// File notes a file that was read: its SHA-256 and size, not its name.
func (r *Run) File(digest [32]byte, bytes int64) error {
	r.files.values = append(r.files.values, []any{r.id, string(digest[:]), uint64(bytes)})
	return r.files.flushWhenFull()
}

func (r *Run) scope(collector, tool, workspace string) *scope {
	key := scopeKey{collector, tool, workspace}
	if s := r.scopes[key]; s != nil {
		return s
	}
	s := &scope{run: r, tool: string([]byte(tool)), workspace: string([]byte(workspace)), accounts: map[record.AccountKey]*account{}, conversations: map[uint64]uint64{}, rejected: map[string]uint64{}}
	r.scopes[scopeKey{collector, s.tool, s.workspace}] = s
	return s
}

// mark gives a number that no other message of the run has.
func (r *Run) mark(message uint64) uint64 { return message<<8 | uint64(len(r.sinks)&0xff) }

// Undo drops what the run staged.
func (r *Run) Undo() error {
	ctx := context.WithoutCancel(r.ctx)
	if r.messages != nil {
		_ = r.messages.close() // its error has been or will be told by what made us undo
	}
	return errors.Join(r.w.undo(ctx, r.id), r.release())
}

func (r *Run) release() error {
	r.unlock()
	return os.Remove(filepath.Join(r.w.dir, "locks", runLock(r.id)))
}

// Finish completes the run: everything staged is counted, moved in, rolled up and
// published at once. It returns what was read from each workspace of each tool.
func (r *Run) Finish() ([]SourceCount, error) {
	var flushing errgroup.Group
	for _, flush := range []func() error{r.messages.close, r.conversations.flush, r.members.flush, r.activities.flush, r.signals.flush, r.rejects.flush, r.files.flush, r.writeAccounts} {
		flushing.Go(flush)
	}
	err := flushing.Wait()
	if err != nil {
		return nil, errors.Join(err, r.w.undo(context.WithoutCancel(r.ctx), r.id), r.release())
	}
	defer r.release()
	unlock, err := r.w.lock(r.ctx, "publish")
	if err != nil {
		return nil, err
	}
	defer unlock()
	staged, err := r.w.viewStage(r.ctx, r.id)
	if err != nil {
		return nil, errors.Join(err, r.w.undo(context.WithoutCancel(r.ctx), r.id))
	}
	// Both must be known before anything moves in.
	var counts []SourceCount
	var touched []change
	group, ctx := errgroup.WithContext(r.ctx)
	group.Go(func() (err error) {
		counts, err = r.count(ctx, staged)
		return err
	})
	group.Go(func() (err error) {
		touched, err = r.w.noteSlices(ctx, r.id, staged)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, errors.Join(err, r.w.undo(context.WithoutCancel(r.ctx), r.id))
	}
	// From here on the run will be completed, by this command or by the next.
	if err := r.w.setRun(r.ctx, r.id, runLoaded, r.command, r.began); err != nil {
		return nil, err
	}
	return counts, r.w.complete(r.ctx, r.id, staged, touched, r.command, r.began)
}

// The states of a run, in their order: the highest holds.
const (
	runBegun uint8 = 1 + iota
	runLoaded
	runPublished
	runUndone
)

func (w *Warehouse) setRun(ctx context.Context, id uint64, state uint8, command string, began time.Time) error {
	batch, err := w.insert(ctx, "INSERT INTO run (run_id, state, command, began_at, changed_at)")
	if err != nil {
		return fmt.Errorf("run: %w", err)
	}
	defer batch.Close()
	if err := batch.Append(id, state, command, began, time.Now().UTC()); err != nil {
		return fmt.Errorf("run: %w", err)
	}
	return batch.Send()
}

// undo drops everything a run staged and marks it undone.
func (w *Warehouse) undo(ctx context.Context, id uint64) error {
	tables, err := w.stagedTables(ctx, id)
	if err != nil {
		return err
	}
	if err := w.dropStage(ctx, id, tables); err != nil {
		return err
	}
	return w.setRun(ctx, id, runUndone, "", time.Now().UTC())
}

// Recover completes the runs that were wholly loaded when their command ended, and undoes
// those that were not. Runs of commands that still go on are left alone.
func (w *Warehouse) Recover(ctx context.Context) error {
	open, err := w.unfinished(ctx, 0)
	if err != nil {
		return err
	}
	for _, r := range open {
		if err := w.recoverRun(ctx, r.ID); err != nil {
			return err
		}
	}
	return nil
}

type unfinishedRun struct {
	ID      uint64    `ch:"run_id"`
	State   uint8     `ch:"last_state"`
	Command string    `ch:"last_command"`
	Began   time.Time `ch:"last_began"`
}

// unfinished lists the runs that are neither published nor undone, or that one.
func (w *Warehouse) unfinished(ctx context.Context, id uint64) ([]unfinishedRun, error) {
	var open []unfinishedRun
	err := w.conn.Select(ctx, &open, "SELECT run_id, max(state) AS last_state, argMax(command, state) AS last_command, argMax(began_at, state) AS last_began FROM run "+
		"WHERE {run:UInt64} IN (0, run_id) GROUP BY run_id HAVING last_state < 3 ORDER BY run_id", named("run", id))
	if err != nil {
		return nil, fmt.Errorf("look for unfinished runs: %w", err)
	}
	return open, nil
}

func (w *Warehouse) recoverRun(ctx context.Context, id uint64) error {
	unlock, err := w.tryLock(runLock(id))
	if unlock == nil || err != nil {
		return err
	}
	defer func() {
		unlock()
		os.Remove(filepath.Join(w.dir, "locks", runLock(id)))
	}()
	// Only now, with its lock in hand, is the run's state final.
	open, err := w.unfinished(ctx, id)
	if err != nil || len(open) == 0 {
		return err
	}
	w.log.Info("an earlier command did not finish", "run_id", id, "state", open[0].State)
	if open[0].State == runBegun {
		return w.undo(ctx, id)
	}
	publish, err := w.lock(ctx, "publish")
	if err != nil {
		return err
	}
	defer publish()
	staged, err := w.viewStage(ctx, id)
	if err != nil {
		return err
	}
	staged.Again = true
	if _, err := w.noteSlices(ctx, id, staged); err != nil {
		return err
	}
	touched, err := w.notedSlices(ctx, id)
	if err != nil {
		return err
	}
	return w.complete(ctx, id, staged, touched, open[0].Command, open[0].Began)
}

func runLock(id uint64) string {
	b := make([]byte, 8)
	for i := range b {
		b[i] = byte(id >> (56 - 8*i))
	}
	return "run-" + hex.EncodeToString(b)
}
