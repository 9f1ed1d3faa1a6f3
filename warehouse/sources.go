package warehouse

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Workspace is what was read from one workspace of one tool, over all of its runs.
type Workspace struct {
	Tool       string            `ch:"tool"`
	Workspace  string            `ch:"workspace"`
	Collector  string            `ch:"collector"`
	First      time.Time         `ch:"first_at"` // 1970-01-01 when there are no messages
	Last       time.Time         `ch:"last_at"`
	ReadAt     time.Time         `ch:"read_at"`
	Messages   uint64            `ch:"messages"` // distinct
	Duplicates uint64            `ch:"duplicates"`
	Reactions  uint64            `ch:"reactions"`
	System     uint64            `ch:"system"`
	Excluded   uint64            `ch:"excluded"`
	Accounts   uint64            `ch:"accounts"`
	Matched    uint64            `ch:"matched"` // of them, of people of the directory
	Rejected   map[string]uint64 `ch:"rejected"`
	Coverages  []string          `ch:"coverages"` // of its conversations: whole, own, member, truncated
	Days       []time.Time       `ch:"days"`      // with messages, ascending
}

// Gaps are the half-open stretches without a message that are unusual for a workspace:
// longer than a week, and longer than three times all but its five longest pauses.
func (w Workspace) Gaps() [][2]time.Time {
	var pauses []int
	for i := 1; i < len(w.Days); i++ {
		pauses = append(pauses, int(w.Days[i].Sub(w.Days[i-1])/(24*time.Hour))-1)
	}
	if len(pauses) == 0 {
		return nil
	}
	sorted := slices.Clone(pauses)
	slices.Sort(sorted)
	usual := sorted[max(0, len(sorted)-6)]
	var out [][2]time.Time
	for i, p := range pauses {
		if p > 7 && p > 3*usual {
			out = append(out, [2]time.Time{w.Days[i].AddDate(0, 0, 1), w.Days[i+1]})
		}
	}
	return out
}

// Workspaces lists what was read, by tool and workspace.
func (w *Warehouse) Workspaces(ctx context.Context) ([]Workspace, error) {
	current, err := w.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	var out []Workspace
	if err := current.Select(ctx, &out, sqlFile("workspaces"), nil); err != nil {
		return nil, fmt.Errorf("list workspaces: %w", err)
	}
	return out, nil
}

// RunReport is one workspace's part in a run.
type RunReport struct {
	ID        uint64    `ch:"run_id"`
	State     string    `ch:"state_name"`
	Command   string    `ch:"command_name"`
	Collector string    `ch:"collector"`
	Tool      string    `ch:"tool"`
	Workspace string    `ch:"workspace"`
	Began     time.Time `ch:"began"`
	Ended     time.Time `ch:"ended"`
	Files     uint64    `ch:"files"`
	Messages  uint64    `ch:"messages"`
	Rejected  uint64    `ch:"rejected"`
}

// Runs lists the newest runs, newest first.
func (w *Warehouse) Runs(ctx context.Context, limit int) ([]RunReport, error) {
	var out []RunReport
	if err := w.conn.Select(ctx, &out, sqlFile("runs"), named("limit", uint32(limit))); err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	return out, nil
}

// RunsChanged is when a run, or the resolution of accounts to people, last changed: until it moves, what was read
// stays as it is told.
func (w *Warehouse) RunsChanged(ctx context.Context) (time.Time, error) {
	var rows []struct {
		At time.Time `ch:"at"`
	}
	err := w.conn.Select(ctx, &rows, "SELECT greatest((SELECT max(changed_at) FROM run), (SELECT max(published_at) FROM publication)) AS at")
	if err != nil {
		return time.Time{}, fmt.Errorf("look for changed runs: %w", passing(err))
	}
	return rows[0].At, nil
}

// Matching is how many accounts were joined to people.
type Matching struct {
	Accounts uint64
	Matched  uint64
	ByMethod map[string]uint64
	People   uint64 // in the directory
}

// Matching reports how accounts and people go together.
func (w *Warehouse) Matching(ctx context.Context) (Matching, error) {
	current, err := w.Snapshot(ctx)
	if err != nil {
		return Matching{}, err
	}
	var rows []struct {
		Accounts uint64            `ch:"accounts"`
		Matched  uint64            `ch:"matched"`
		ByMethod map[string]uint64 `ch:"by_method"`
		People   uint64            `ch:"people"`
	}
	if err := current.Select(ctx, &rows, sqlFile("matching"), nil); err != nil {
		return Matching{}, fmt.Errorf("count matches: %w", err)
	}
	return Matching(rows[0]), nil
}
