package warehouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// complete brings a loaded run to the faces: its rows move in, the slices they touch are
// made anew, and one insert publishes all of it. It may be repeated from any point. The
// caller holds the publish lock.
func (w *Warehouse) complete(ctx context.Context, run uint64, staged stage, touched []month, command string, began time.Time) error {
	tables, err := w.stagedTables(ctx, run)
	if err != nil {
		return err
	}
	var next *publication
	group, moving := errgroup.WithContext(ctx)
	group.Go(func() error { return w.moveIn(moving, run, tables, staged.Unsettled) })
	group.Go(func() (err error) {
		next, err = w.newPublication(moving)
		return err
	})
	if err := group.Wait(); err != nil {
		return err
	}
	if err := next.bringOut(ctx, touched, slices.Contains(tables, "account")); err != nil {
		return err
	}
	// It is out. What is left to do fails where a disk is full, say, and is then the next command's.
	if err := errors.Join(w.setRun(ctx, run, runPublished, command, began), w.dropStage(ctx, run, tables)); err != nil {
		w.log.Warn("a run is published, but could not be put away: the next command will", "run_id", run, "error", err)
	}
	return nil
}

// noteSlices works out which slices the run changes and writes them down before anything
// moves, since afterwards it could not be told any more.
func (w *Warehouse) noteSlices(ctx context.Context, run uint64, staged stage) ([]month, error) {
	touched := staged.months()
	if len(touched) == 0 {
		return nil, nil
	}
	if staged.Held > 0 {
		var err error
		if touched, err = w.affected(ctx, run, staged); err != nil {
			return nil, err
		}
	}
	batch, err := w.insert(ctx, "INSERT INTO run_slice (run_id, tool, month)")
	if err != nil {
		return nil, fmt.Errorf("note what a run changes: %w", err)
	}
	defer batch.Close()
	for _, m := range touched {
		if err := batch.Append(run, m.Tool, m.Month); err != nil {
			return nil, fmt.Errorf("note what a run changes: %w", err)
		}
	}
	if err := batch.Send(); err != nil {
		return nil, fmt.Errorf("note what a run changes: %w", err)
	}
	return touched, nil
}

// affected works out the slices that a run changes where the warehouse holds messages already.
func (w *Warehouse) affected(ctx context.Context, run uint64, staged stage) ([]month, error) {
	var touched []month
	err := w.conn.Select(ctx, &touched, sqlFile("affected"), named("run", run), named("zone", w.Zone()), named("tools", staged.tools()),
		named("first", staged.Earliest.UnixMilli()), named("last", staged.Latest.UnixMilli()))
	if err != nil {
		return nil, fmt.Errorf("work out what a run changes: %w", err)
	}
	return touched, nil
}

// notedSlices are those that noteSlices noted, in all of its tries.
func (w *Warehouse) notedSlices(ctx context.Context, run uint64) ([]month, error) {
	var touched []month
	if err := w.conn.Select(ctx, &touched, "SELECT DISTINCT tool, month FROM run_slice WHERE run_id = {run:UInt64} ORDER BY tool, month", named("run", run)); err != nil {
		return nil, fmt.Errorf("read what a run changes: %w", err)
	}
	return touched, nil
}

// stagedTables are those for which a run has rows in the stage.
func (w *Warehouse) stagedTables(ctx context.Context, run uint64) ([]string, error) {
	var parts []struct {
		Table string `ch:"table"`
	}
	err := w.conn.Select(ctx, &parts, "SELECT DISTINCT table FROM system.parts WHERE database = currentDatabase() AND active AND partition = {run:String} AND table LIKE '%\\_stage' ORDER BY table", named("run", strconv.FormatUint(run, 10)))
	if err != nil {
		return nil, fmt.Errorf("look at the stage: %w", err)
	}
	var tables []string
	for _, p := range parts {
		tables = append(tables, strings.TrimSuffix(p.Table, "_stage"))
	}
	return tables, nil
}

// atOnce is how many statements run beside each other.
const atOnce = 2

// moveIn copies the run's rows from the stage to their tables. Where versions or copies are to be settled,
// rows that are there already are left out.
func (w *Warehouse) moveIn(ctx context.Context, run uint64, tables []string, unsettled bool) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, table := range tables {
		statements := []string{"INSERT INTO " + table + " SELECT * FROM " + table + "_stage WHERE run_id = {run:UInt64}"}
		if table == "message" && unsettled {
			statements = []string{sqlFile("move_message"), sqlFile("losers")}
		}
		group.Go(func() error {
			for _, statement := range statements {
				if err := w.conn.Exec(ctx, statement, named("run", run)); err != nil {
					return fmt.Errorf("move a run's rows to %s: %w", table, err)
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// dropStage drops what a run staged in some tables.
func (w *Warehouse) dropStage(ctx context.Context, run uint64, tables []string) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, table := range tables {
		group.Go(func() error {
			if err := w.conn.Exec(ctx, "ALTER TABLE "+table+"_stage DROP PARTITION "+strconv.FormatUint(run, 10)); err != nil {
				return fmt.Errorf("drop what was staged: %w", err)
			}
			return nil
		})
	}
	return group.Wait()
}
