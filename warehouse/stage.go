package warehouse

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"
)

// stage is what a run staged, at a glance.
type stage struct {
	parts []stagePart // by tool and workspace
	stageTotal
	Unsettled bool // there are versions or copies to choose from
	Repeated  bool // stage.sql counts some twice
	Known     bool // the warehouse holds versions or copies of some
	Again     bool // an earlier command may have moved some of its rows in
}

// stagePart is one row of sql/stage.sql.
type stagePart struct {
	stageCount
	Months []uint32 `ch:"months"` // yyyymm
}

// stageCount is one row of sql/count.sql.
type stageCount struct {
	Tool       string    `ch:"tool"`
	Workspace  string    `ch:"workspace"`
	Messages   uint64    `ch:"messages"`
	Duplicates uint64    `ch:"duplicates"`
	Reactions  uint64    `ch:"reactions"`
	Calls      uint64    `ch:"calls"`
	System     uint64    `ch:"system"`
	Senders    uint64    `ch:"senders"`
	First      time.Time `ch:"first_at"`
	Last       time.Time `ch:"last_at"`
}

// stageTotal is the row of sql/stage_total.sql.
type stageTotal struct {
	Rows         uint64    `ch:"rows"`
	IDs          uint64    `ch:"ids"`
	Fingerprints uint64    `ch:"fingerprints"`
	Facts        uint64    `ch:"facts"`
	Earliest     time.Time `ch:"earliest"`
	Latest       time.Time `ch:"latest"`
	Held         uint64    `ch:"held"` // rows of message
}

// distinctAtOnce is of about how many rows one query may tell apart the distinct ones.
const distinctAtOnce = 12_000_000

// viewStage looks at what a run staged. The caller holds the publish lock, so that what is
// already known cannot change meanwhile.
func (w *Warehouse) viewStage(ctx context.Context, run uint64) (stage, error) {
	var s stage
	began := time.Now()
	defer func() { w.log.Info("looked at the stage", "run_id", run, "seconds", time.Since(began).Seconds()) }()
	group, looking := errgroup.WithContext(ctx)
	group.Go(func() error {
		return w.conn.Select(looking, &s.parts, sqlFile("stage"), named("run", run), named("zone", w.Zone()))
	})
	group.Go(func() (err error) {
		s.stageTotal, err = w.stageTotal(looking, run)
		return err
	})
	if err := group.Wait(); err != nil {
		return s, fmt.Errorf("look at the stage: %w", err)
	}
	s.Unsettled = s.IDs != s.Fingerprints || s.IDs != s.Facts
	s.Repeated = s.Unsettled || s.IDs != s.Rows
	if s.Held == 0 || s.Rows == 0 {
		return s, nil
	}
	if s.Unsettled {
		s.Known = true // it is not worth a look
		return s, nil
	}
	known, err := w.holdsSome(ctx, run, s)
	s.Known, s.Unsettled, s.Repeated = known, known, known || s.Repeated
	return s, err
}

// stageTotal adds up what there is, in as many shares as there is memory for.
func (w *Warehouse) stageTotal(ctx context.Context, run uint64) (stageTotal, error) {
	var rows uint64
	err := w.conn.QueryRow(ctx, "SELECT count() FROM message_stage WHERE run_id = {run:UInt64}", named("run", run)).Scan(&rows)
	if err != nil {
		return stageTotal{}, err
	}
	passes := 1 + rows/distinctAtOnce
	total, err := w.stageShares(ctx, run, passes, passes == 1)
	if err == nil && passes > 1 {
		total.Facts = total.IDs // as long as no id comes twice
		if total.IDs != total.Rows {
			total, err = w.stageShares(ctx, run, 2*passes, true)
		}
	}
	return total, err
}

func (w *Warehouse) stageShares(ctx context.Context, run, passes uint64, facts bool) (stageTotal, error) {
	var sum stageTotal
	for pass := range passes {
		var t []stageTotal
		if err := w.conn.Select(ctx, &t, sqlFile("stage_total"), named("run", run), named("passes", passes), named("pass", pass), named("facts", facts)); err != nil {
			return sum, err
		}
		t[0].IDs += sum.IDs
		t[0].Fingerprints += sum.Fingerprints
		t[0].Facts += sum.Facts
		sum = t[0]
	}
	return sum, nil
}

// comparedAtOnce is about how many of a run's messages one query may look for among all.
const comparedAtOnce = 4_000_000

// comparing is the context of statements that look for so many messages among all. Indexes find few of them sooner; for many, asking
// the index costs more than reading everything, and memory.
func comparing(ctx context.Context, rows uint64) context.Context {
	const few = 20_000
	settings := maps.Clone(byMonth)
	if rows > few {
		settings["use_index_for_in_with_subqueries"], settings["use_skip_indexes"] = 0, 0
	}
	return clickhouse.Context(ctx, clickhouse.WithSettings(settings))
}

// holdsSome reports whether a run staged a version or a copy of a message that the warehouse holds.
func (w *Warehouse) holdsSome(ctx context.Context, run uint64, s stage) (bool, error) {
	var found []struct {
		One uint8 `ch:"one"`
	}
	// Rows of the run itself are there when it was cut short while they moved. Copies that no id names have the same time.
	query := `SELECT 1 AS one FROM message WHERE run_id != {run:UInt64} AND tool IN {tools:Array(String)}
			AND message_id IN (SELECT message_id FROM message_stage WHERE run_id = {run:UInt64} AND message_id % {passes:UInt64} = {pass:UInt64}) LIMIT 1
		UNION ALL
		SELECT 1 AS one FROM message WHERE run_id != {run:UInt64}
			AND (names_copy OR sent_at BETWEEN fromUnixTimestamp64Milli({first:Int64}, 'UTC') AND fromUnixTimestamp64Milli({last:Int64}, 'UTC'))
			AND fingerprint IN (SELECT fingerprint FROM message_stage WHERE run_id = {run:UInt64} AND fingerprint % {passes:UInt64} = {pass:UInt64}) LIMIT 1`
	passes := 1 + s.Rows/comparedAtOnce
	ctx = comparing(ctx, s.Rows)
	for pass := range passes {
		if err := w.conn.Select(ctx, &found, query, named("run", run), named("passes", passes), named("pass", pass),
			named("tools", s.tools()), named("first", s.Earliest.UnixMilli()), named("last", s.Latest.UnixMilli())); err != nil {
			return false, fmt.Errorf("look for messages that are known: %w", err)
		}
		if len(found) > 0 {
			return true, nil
		}
	}
	return false, nil
}

func (s *stage) tools() []string {
	var tools []string
	for _, p := range s.parts {
		tools = append(tools, p.Tool)
	}
	slices.Sort(tools)
	return slices.Compact(tools)
}

// months are the slices that the staged messages fall into.
func (s *stage) months() []month {
	seen := map[month]bool{}
	var out []month
	for _, p := range s.parts {
		for _, m := range p.Months {
			if slice := (month{p.Tool, m}); !seen[slice] {
				seen[slice] = true
				out = append(out, slice)
			}
		}
	}
	return out
}
