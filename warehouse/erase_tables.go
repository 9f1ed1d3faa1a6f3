package warehouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The ids of an erasure, and the rows of message that name one of its accounts. They stand as subqueries in statements that
// change tables, since ClickHouse writes those down in the table's folder, where no id may stay.
const (
	targetIDs     = "(SELECT id FROM erasure_target WHERE erasure_id = {erasure:UInt64} AND what IN ('account', 'person'))"
	targetArray   = "(SELECT groupUniqArray(id) FROM erasure_target WHERE erasure_id = {erasure:UInt64} AND what = 'account')"
	namesSomebody = "(sender_id IN " + targetIDs + " OR hasAny(recipient_ids, " + targetArray + ") OR hasAny(mention_ids, " + targetArray + "))"
)

// idColumns are the names of columns that hold the id of an account or of a person. A row of any table goes whose column of such a
// name holds an id of the erasure; a new table needs nothing more than to call its columns so.
var idColumns = []string{"account_id", "person_id", "a_id", "b_id", "sender_id", "counterpart_id"}

// keepRows are tables whose rows stay when a column names somebody; other statements see to them.
var keepRows = map[string][]string{"message": {"sender_id"}, "activity": {"counterpart_id"}}

// removeMessages takes the rows away that name the accounts, and puts back what was staged of them.
func (e *erasure) removeMessages(ctx context.Context) error {
	if err := e.change(ctx, "message", "DELETE WHERE "+namesSomebody, namesSomebody); err != nil {
		return err
	}
	staged := "(SELECT message_id FROM message_stage WHERE run_id = {erasure:UInt64})"
	if err := e.change(ctx, "message_loser", "DELETE WHERE message_id IN "+staged, "message_id IN "+staged); err != nil {
		return err
	}
	if err := e.w.moveUnsettled(ctx, e.id); err != nil {
		return fmt.Errorf("put back what stays: %w", err)
	}
	gone := "message_id NOT IN (SELECT message_id FROM message WHERE message_id IN (SELECT message_id FROM message_loser))"
	return e.change(ctx, "message_loser", "DELETE WHERE "+gone, gone)
}

// removeRows takes away every row that names the accounts or people from the tables that are not rolled up.
func (e *erasure) removeRows(ctx context.Context) error {
	if err := e.removeNamed(ctx, false); err != nil {
		return err
	}
	counterpart := "counterpart_id IN " + targetIDs
	if err := e.change(ctx, "activity", "UPDATE counterpart_id = 0 WHERE "+counterpart, counterpart); err != nil {
		return err
	}
	manager := "attribute = 'manager' AND value IN (SELECT toString(id) FROM erasure_target WHERE erasure_id = {erasure:UInt64} AND what = 'person')"
	if err := e.change(ctx, "person_attribute", "DELETE WHERE "+manager, manager); err != nil {
		return err
	}
	empty := `(tool, conversation_id) IN (SELECT tool, id FROM erasure_target WHERE erasure_id = {erasure:UInt64} AND what = 'conversation')
		AND conversation_id NOT IN (SELECT conversation_id FROM message WHERE conversation_id IN (SELECT id FROM erasure_target WHERE erasure_id = {erasure:UInt64}))
		AND conversation_id NOT IN (SELECT conversation_id FROM conversation_member)`
	return e.change(ctx, "conversation", "DELETE WHERE "+empty, empty)
}

// removeRolledUp takes them away from the roll-ups, where slices stay that are not made anew: older ones beside live ones in a
// generation, and frozen days.
func (e *erasure) removeRolledUp(ctx context.Context) error { return e.removeNamed(ctx, true) }

func (e *erasure) removeNamed(ctx context.Context, rolledUp bool) error {
	tables, err := e.w.idTables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if t.RolledUp != rolledUp {
			continue
		}
		where := strings.Join(t.Columns, " IN "+targetIDs+" OR ") + " IN " + targetIDs
		if err := e.change(ctx, t.Table, "DELETE WHERE "+where, where); err != nil {
			return err
		}
	}
	return nil
}

type idTable struct {
	Table    string   `ch:"table"`
	Columns  []string `ch:"columns"`
	RolledUp bool     `ch:"is_rolled_up"`
}

// idTables lists the tables with columns that name accounts or people.
func (w *Warehouse) idTables(ctx context.Context) ([]idTable, error) {
	var tables []idTable
	err := w.conn.Select(ctx, &tables, `SELECT table, groupArrayIf(name, has({names:Array(String)}, name)) AS columns, countIf(name = 'slice_id') > 0 AS is_rolled_up
		FROM system.columns WHERE database = currentDatabase() AND type = 'UInt64' GROUP BY table ORDER BY table`, named("names", idColumns))
	if err != nil {
		return nil, fmt.Errorf("look for tables that name people: %w", passing(err))
	}
	var out []idTable
	for _, t := range tables {
		if strings.HasSuffix(t.Table, "_stage") {
			continue // no run goes on
		}
		t.Columns = slices.DeleteFunc(t.Columns, func(c string) bool { return slices.Contains(keepRows[t.Table], c) })
		if len(t.Columns) > 0 {
			out = append(out, t)
		}
	}
	return out, nil
}

// change changes the rows of a table where there are any, and waits for it. The parts as they were are gone at once.
func (e *erasure) change(ctx context.Context, table, command, where string) error {
	var found []struct {
		One uint8 `ch:"one"`
	}
	where = strings.ReplaceAll(where, "{erasure:UInt64}", strconv.FormatUint(e.id, 10))
	if err := e.w.conn.Select(ctx, &found, "SELECT 1 AS one FROM "+table+" WHERE "+where+" LIMIT 1"); err != nil {
		return fmt.Errorf("look for rows of %s: %w", table, err)
	}
	if len(found) == 0 {
		return nil
	}
	command = strings.ReplaceAll(command, "{erasure:UInt64}", strconv.FormatUint(e.id, 10))
	if err := e.w.mutate(ctx, table, command); err != nil {
		return fmt.Errorf("remove rows of %s: %w", table, err)
	}
	return nil
}

// mutate changes a table's rows for good and returns when it is done.
func (w *Warehouse) mutate(ctx context.Context, table, command string) error {
	return w.conn.Exec(ctx, "ALTER TABLE "+table+" "+command+" SETTINGS mutations_sync = 2")
}

// removeGenerations drops every generation of the roll-ups in which nothing is live. Whoever reads one gets an error, and
// asks again.
func (e *erasure) removeGenerations(ctx context.Context) error {
	var live []struct {
		ID uint64 `ch:"id"`
	}
	if err := e.w.conn.Select(ctx, &live, "SELECT DISTINCT max(publication_id) AS id FROM publication GROUP BY subject, month"); err != nil {
		return fmt.Errorf("look for old generations: %w", err)
	}
	keep := map[uint64]bool{}
	for _, l := range live {
		keep[l.ID] = true
	}
	return e.w.dropGenerations(ctx, func(id uint64) bool { return !keep[id] })
}

// removeAnswers empties the tables that keep answers of publications: those with a publication and without slices. They are
// answered anew from what is left.
func (e *erasure) removeAnswers(ctx context.Context) error {
	var tables []struct {
		Table string `ch:"table"`
	}
	err := e.w.conn.Select(ctx, &tables, `SELECT table FROM system.columns WHERE database = currentDatabase() GROUP BY table
		HAVING countIf(name = 'publication_id') > 0 AND countIf(name = 'slice_id') = 0 ORDER BY table`)
	if err != nil {
		return fmt.Errorf("look for stored answers: %w", err)
	}
	for _, t := range tables {
		if err := e.w.conn.Exec(ctx, "TRUNCATE TABLE "+t.Table); err != nil {
			return fmt.Errorf("remove stored answers: %w", err)
		}
	}
	return nil
}

// purgeWait is how long the parts of tables as they were before a change may take to leave the disk.
const purgeWait = 2 * time.Minute

// purge waits until nothing of what was removed is on the disk any more: ClickHouse keeps the parts of a table as they were
// for some minutes.
func (e *erasure) purge(ctx context.Context) error {
	tables, err := e.w.outdated(ctx)
	if err != nil {
		return err
	}
	for _, table := range tables {
		if err := e.w.conn.Exec(ctx, "ALTER TABLE "+table+" MODIFY SETTING old_parts_lifetime = 1"); err != nil {
			return fmt.Errorf("have old parts removed: %w", err)
		}
	}
	for deadline := time.Now().Add(purgeWait); time.Now().Before(deadline); {
		left, err := e.w.outdated(ctx)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			break
		}
		e.w.wake(ctx, left)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	left, err := e.w.outdated(ctx)
	if len(left) > 0 {
		e.w.log.Warn("old parts of tables are still on the disk: ClickHouse removes them within minutes", "tables", len(left))
	}
	return errors.Join(err, e.resetLifetimes(ctx))
}

// resetLifetimes undoes what a purge set, also one that was cut short.
func (e *erasure) resetLifetimes(ctx context.Context) error {
	var tables []struct {
		Name string `ch:"name"`
	}
	err := e.w.conn.Select(ctx, &tables, "SELECT name FROM system.tables WHERE database = currentDatabase() AND position(create_table_query, 'old_parts_lifetime') > 0 ORDER BY name")
	for _, t := range tables {
		err = errors.Join(err, e.w.conn.Exec(ctx, "ALTER TABLE "+t.Name+" RESET SETTING old_parts_lifetime"))
	}
	return err
}

// wake has ClickHouse look after tables now, which it would in its own time.
func (w *Warehouse) wake(ctx context.Context, tables []string) {
	for _, table := range tables {
		for _, word := range []string{"STOP", "START"} {
			if err := w.conn.Exec(ctx, "SYSTEM "+word+" CLEANUP "+table); err != nil {
				w.log.Info("ClickHouse does not let itself be woken", "error", err)
				return
			}
		}
	}
}

// outdated are the tables of which old parts are on the disk.
func (w *Warehouse) outdated(ctx context.Context) ([]string, error) {
	var rows []struct {
		Table string `ch:"table"`
	}
	err := w.conn.Select(ctx, &rows, "SELECT DISTINCT table FROM system.parts WHERE database = currentDatabase() AND NOT active AND rows > 0 ORDER BY table")
	if err != nil {
		return nil, fmt.Errorf("look for old parts: %w", passing(err))
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Table)
	}
	return out, nil
}

// verify looks for what should be gone in every column of every table that holds ids.
func (e *erasure) verify(ctx context.Context) error {
	var columns []struct {
		Table string `ch:"table"`
		Name  string `ch:"name"`
		Type  string `ch:"type"`
	}
	err := e.w.conn.Select(ctx, &columns, `SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND type IN ('UInt64', 'Array(UInt64)')
		AND table != 'erasure_target' ORDER BY table, name`)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	var errs []error
	for _, c := range columns {
		where := c.Name + " IN " + targetIDs
		if c.Type != "UInt64" {
			where = "arrayExists(id -> id IN " + targetIDs + ", " + c.Name + ")"
		}
		var found uint64
		if err := e.w.conn.QueryRow(ctx, "SELECT count() FROM "+c.Table+" WHERE "+where, named("erasure", e.id)).Scan(&found); err != nil {
			return fmt.Errorf("verify %s.%s: %w", c.Table, c.Name, err)
		}
		if found > 0 {
			errs = append(errs, fmt.Errorf("%d rows of %s still name them in %s", found, c.Table, c.Name))
		}
	}
	return errors.Join(errs...)
}
