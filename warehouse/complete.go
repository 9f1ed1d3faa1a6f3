package warehouse

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// complete brings a loaded run to the faces: its rows move in, the slices they touch are
// made anew, and one insert publishes all of it. It may be repeated from any point. The
// caller holds the publish lock.
func (w *Warehouse) complete(ctx context.Context, run uint64, staged stage, touched []change, command string, began time.Time) error {
	entered := time.Now()
	tables, err := w.stagedTables(ctx, run)
	if err != nil {
		return err
	}
	var next *publication
	group, moving := errgroup.WithContext(ctx)
	group.Go(func() error { return w.moveIn(moving, run, tables, staged) })
	group.Go(func() (err error) {
		next, err = w.newPublication(moving)
		return err
	})
	if err := group.Wait(); err != nil {
		return err
	}
	w.log.Info("moved in", "run_id", run, "messages", staged.Rows, "seconds", time.Since(entered).Seconds())
	for _, c := range touched {
		next.changes[c.month] = c
	}
	if err := next.bringOut(ctx, months(touched), slices.Contains(tables, "account")); err != nil {
		return err
	}
	w.log.Info("published", "run_id", run, "slices", len(touched), "seconds", time.Since(entered).Seconds())
	// It is out. What is left to do fails where a disk is full, say, and is then the next command's.
	if err := errors.Join(w.setRun(ctx, run, runPublished, command, began), w.dropStage(ctx, run, tables)); err != nil {
		w.log.Warn("a run is published, but could not be put away: the next command will", "run_id", run, "error", err)
	}
	return nil
}

// noteSlices works out which slices the run changes and writes them down before anything
// moves, since afterwards it could not be told any more.
func (w *Warehouse) noteSlices(ctx context.Context, run uint64, staged stage) ([]change, error) {
	var touched []change
	for _, m := range staged.months() {
		touched = append(touched, change{month: m, Since: m.first(), OpenedSince: m.first()})
	}
	if len(touched) == 0 {
		return nil, nil
	}
	if staged.Held > 0 {
		began := time.Now()
		defer func() { w.log.Info("worked out what changes", "run_id", run, "seconds", time.Since(began).Seconds()) }()
		var err error
		if touched, err = w.affected(ctx, run, staged); err != nil {
			return nil, err
		}
	}
	batch, err := w.insert(ctx, "INSERT INTO run_slice (run_id, tool, month, since, opened_since)")
	if err != nil {
		return nil, fmt.Errorf("note what a run changes: %w", err)
	}
	defer batch.Close()
	for _, m := range touched {
		if err := batch.Append(run, m.Tool, m.Month, m.Since, m.OpenedSince); err != nil {
			return nil, fmt.Errorf("note what a run changes: %w", err)
		}
	}
	if err := batch.Send(); err != nil {
		return nil, fmt.Errorf("note what a run changes: %w", err)
	}
	return touched, nil
}

// affected works out the slices that a run changes where the warehouse holds messages already.
func (w *Warehouse) affected(ctx context.Context, run uint64, staged stage) ([]change, error) {
	all := map[month]change{}
	passes := 1 + staged.Rows/comparedAtOnce
	ctx = comparing(ctx, staged.Rows)
	for pass := range passes {
		var touched []change
		err := w.conn.Select(ctx, &touched, sqlFile("affected"), named("run", run), named("known", staged.Known), named("zone", w.Zone()), named("tools", staged.tools()),
			named("first", staged.Earliest.UnixMilli()), named("last", staged.Latest.UnixMilli()), named("passes", passes), named("pass", pass))
		if err != nil {
			return nil, fmt.Errorf("work out what a run changes: %w", err)
		}
		for _, c := range touched {
			if before, ok := all[c.month]; ok {
				c.Since, c.OpenedSince = earliest(c.Since, before.Since), earliest(c.OpenedSince, before.OpenedSince)
			}
			all[c.month] = c
		}
	}
	return slices.Collect(maps.Values(all)), nil
}

// notedSlices are those that noteSlices noted, in all of its tries.
func (w *Warehouse) notedSlices(ctx context.Context, run uint64) ([]change, error) {
	var touched []change
	query := "SELECT tool, month, min(run_slice.since) AS since, min(run_slice.opened_since) AS opened_since FROM run_slice WHERE run_id = {run:UInt64} GROUP BY tool, month ORDER BY tool, month"
	if err := w.conn.Select(ctx, &touched, query, named("run", run)); err != nil {
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
func (w *Warehouse) moveIn(ctx context.Context, run uint64, tables []string, staged stage) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for _, table := range tables {
		group.Go(func() error {
			if table == "message" && staged.Unsettled {
				return w.moveUnsettled(ctx, run)
			}
			if moved, err := w.hasMoved(ctx, run, table, staged); moved || err != nil {
				return err
			}
			statement := "INSERT INTO " + table + " SELECT * FROM " + table + "_stage WHERE run_id = {run:UInt64}"
			if table == "message" { // in order, so that the new parts do not overlap and need not be merged
				statement += " ORDER BY tool, toYYYYMM(sent_at), conversation_id, sent_at, message_id"
			}
			if err := w.conn.Exec(ctx, statement, named("run", run)); err != nil {
				return fmt.Errorf("move a run's rows to %s: %w", table, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// hasMoved reports whether all of a run's messages are in already, so that they need not be moved again.
func (w *Warehouse) hasMoved(ctx context.Context, run uint64, table string, staged stage) (bool, error) {
	if table != "message" || !staged.Again {
		return false, nil
	}
	var rows uint64
	if err := w.conn.QueryRow(ctx, "SELECT count() FROM message WHERE run_id = {run:UInt64}", named("run", run)).Scan(&rows); err != nil {
		return false, fmt.Errorf("look for a run's rows in message: %w", err)
	}
	return rows >= staged.Rows, nil
}

// unsettledAtOnce is about how many messages one statement may compare with those that are there.
const unsettledAtOnce = 2_000_000

// moveUnsettled copies the run's messages that are not there yet, and then notes which rows count nowhere.
func (w *Warehouse) moveUnsettled(ctx context.Context, run uint64) error {
	var staged []struct {
		month
		Rows uint64 `ch:"rows"`
	}
	err := w.conn.Select(ctx, &staged, "SELECT tool, toYYYYMM(sent_at) AS month, count() AS rows FROM message_stage WHERE run_id = {run:UInt64} GROUP BY tool, month ORDER BY tool, month", named("run", run))
	if err != nil {
		return fmt.Errorf("look at a run's messages: %w", err)
	}
	all, rows := uint64(0), uint64(0)
	var part []month
	move := func() error {
		tools, low, high := []string{}, part[0].Month, part[0].Month
		for _, m := range part {
			tools, low, high = append(tools, m.Tool), min(low, m.Month), max(high, m.Month)
		}
		err := w.conn.Exec(comparing(ctx, all), sqlFile("move_message"), named("run", run), named("tools", slices.Compact(tools)), named("first_month", low), named("last_month", high))
		if err != nil {
			return fmt.Errorf("move a run's rows to message: %w", err)
		}
		part, rows = nil, 0
		return nil
	}
	for _, s := range staged {
		all += s.Rows
	}
	for i, s := range staged {
		part, rows = append(part, s.month), rows+s.Rows
		// Where there are many, a statement has months of one tool, so that together they are all its months.
		isLast := i == len(staged)-1 || all > unsettledAtOnce && staged[i+1].Tool != s.Tool
		if isLast || all > unsettledAtOnce && rows+staged[i+1].Rows > unsettledAtOnce {
			if err := move(); err != nil {
				return err
			}
		}
	}
	passes := 1 + all/unsettledAtOnce
	ctx = comparing(ctx, all)
	for pass := range passes {
		if err := w.conn.Exec(ctx, sqlFile("losers"), named("run", run), named("passes", passes), named("pass", pass)); err != nil {
			return fmt.Errorf("settle which messages count: %w", err)
		}
	}
	return nil
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
