package warehouse

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// stage is what a run staged, at a glance.
type stage struct {
	parts []stagePart // by tool and workspace
	stageTotal
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
	Rows      uint64    `ch:"rows"`
	IDs       uint64    `ch:"ids"`
	Unsettled bool      `ch:"is_unsettled"` // there are versions or copies to choose from
	Repeated  bool      `ch:"is_repeated"`  // stage.sql counts some twice
	Earliest  time.Time `ch:"earliest"`
	Latest    time.Time `ch:"latest"`
	Held      uint64    `ch:"held"` // rows of message
}

// viewStage looks at what a run staged. The caller holds the publish lock, so that what is
// already known cannot change meanwhile.
func (w *Warehouse) viewStage(ctx context.Context, run uint64) (stage, error) {
	var s stage
	var totals []stageTotal
	group, looking := errgroup.WithContext(ctx)
	group.Go(func() error {
		return w.conn.Select(looking, &s.parts, sqlFile("stage"), named("run", run), named("zone", w.Zone()))
	})
	group.Go(func() error {
		return w.conn.Select(looking, &totals, sqlFile("stage_total"), named("run", run))
	})
	if err := group.Wait(); err != nil {
		return s, fmt.Errorf("look at the stage: %w", err)
	}
	s.stageTotal = totals[0]
	if s.Unsettled || s.Held == 0 || s.Rows == 0 {
		return s, nil
	}
	known, err := w.holdsSome(ctx, run)
	s.Unsettled, s.Repeated = known, known || s.Repeated
	return s, err
}

// holdsSome reports whether a run staged a version or a copy of a message that the warehouse holds.
func (w *Warehouse) holdsSome(ctx context.Context, run uint64) (bool, error) {
	var found []struct {
		One uint8 `ch:"one"`
	}
	query := `SELECT 1 AS one FROM message WHERE message_id IN (SELECT message_id FROM message_stage WHERE run_id = {run:UInt64})
		OR fingerprint IN (SELECT fingerprint FROM message_stage WHERE run_id = {run:UInt64}) LIMIT 1`
	if err := w.conn.Select(ctx, &found, query, named("run", run)); err != nil {
		return false, fmt.Errorf("look for messages that are known: %w", err)
	}
	return len(found) > 0, nil
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
