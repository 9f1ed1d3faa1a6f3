package warehouse

import (
	"cmp"
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
	"time"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

func sqlFile(name string) string {
	b, err := sqlFiles.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err) // the name is a constant of this package
	}
	return string(b)
}

// SourceCount is what a run read from one workspace of one tool, as `import --json` shows it.
type SourceCount struct {
	Tool          string            `json:"tool"`
	Workspace     string            `json:"workspace"`
	Collector     string            `json:"collector"`
	Files         uint64            `json:"files"`
	Messages      uint64            `json:"messages"`
	Duplicates    uint64            `json:"duplicates"`
	Reactions     uint64            `json:"reactions"`
	Calls         uint64            `json:"calls"`
	System        uint64            `json:"system"`
	Activities    uint64            `json:"activities"`
	Signals       uint64            `json:"signals"`
	Accounts      uint64            `json:"accounts"`
	Senders       uint64            `json:"senders"`
	Conversations uint64            `json:"conversations"`
	Rejected      uint64            `json:"rejected"`
	Reasons       map[string]uint64 `json:"reasons"`
	Excluded      uint64            `json:"excluded"`
	First         *time.Time        `json:"first"`
	Last          *time.Time        `json:"last"`
	Seconds       float64           `json:"seconds"`
}

// count works out what the run read and stores it.
func (r *Run) count(ctx context.Context, staged stage) ([]SourceCount, error) {
	byScope, err := r.countMessages(ctx, staged)
	if err != nil {
		return nil, err
	}
	conversations, err := r.countConversations(ctx)
	if err != nil {
		return nil, err
	}
	r.settleRejects()
	var out []SourceCount
	for key, s := range r.scopes {
		c, hasRows := byScope[[2]string{key.tool, key.workspace}]
		if !hasRows && len(s.accounts) == 0 && len(s.rejected) == 0 && s.excluded == 0 && s.activities == 0 && s.signals == 0 && len(r.scopes) > 1 {
			continue
		}
		out = append(out, s.total(key, c, conversations[[2]string{key.tool, key.workspace}], time.Since(r.began)))
	}
	sortCounts(out)
	return out, r.storeCounts(ctx, out)
}

// countMessages counts what was staged, by tool and workspace.
func (r *Run) countMessages(ctx context.Context, staged stage) (map[[2]string]stageCount, error) {
	var counts []stageCount
	for _, p := range staged.parts {
		counts = append(counts, p.stageCount)
	}
	if staged.Repeated {
		counts = nil
		if err := r.w.conn.Select(comparing(ctx, staged.Rows), &counts, sqlFile("count"), named("run", r.id)); err != nil {
			return nil, fmt.Errorf("count what was read: %w", err)
		}
	}
	out := map[[2]string]stageCount{}
	for _, c := range counts {
		out[[2]string{c.Tool, c.Workspace}] = c
	}
	return out, nil
}

// countConversations counts what was staged, by tool and workspace.
func (r *Run) countConversations(ctx context.Context) (map[[2]string]uint64, error) {
	var rows []struct {
		Tool          string `ch:"tool"`
		Workspace     string `ch:"workspace"`
		Conversations uint64 `ch:"conversations"`
	}
	query := "SELECT tool, workspace, uniqExact(conversation_id) AS conversations FROM conversation_stage WHERE run_id = {run:UInt64} GROUP BY tool, workspace"
	if err := r.w.conn.Select(ctx, &rows, query, named("run", r.id)); err != nil {
		return nil, fmt.Errorf("count what was read: %w", err)
	}
	out := map[[2]string]uint64{}
	for _, c := range rows {
		out[[2]string{c.Tool, c.Workspace}] = c.Conversations
	}
	return out, nil
}

// settleRejects moves rejects that name no tool to the one workspace their collector did
// read, if it is one.
func (r *Run) settleRejects() {
	for _, sink := range r.sinks {
		own := sink.own
		if len(own.accounts) > 0 || len(own.conversations) > 0 {
			continue
		}
		var other *scope
		for key, s := range r.scopes {
			if key.collector != sink.collector || s == own || len(s.conversations)+len(s.accounts) == 0 {
				continue
			}
			if other != nil {
				other = nil
				break
			}
			other = s
		}
		if other == nil {
			continue
		}
		for reason, n := range own.rejected {
			other.rejected[reason] += n
		}
		other.files += own.files
		own.files = 0
		clear(own.rejected)
	}
}

func (s *scope) total(key scopeKey, c stageCount, conversations uint64, took time.Duration) SourceCount {
	out := SourceCount{
		Tool: key.tool, Workspace: key.workspace, Collector: key.collector, Files: s.files,
		Messages: c.Messages, Duplicates: c.Duplicates, Reactions: c.Reactions, Calls: c.Calls, System: c.System,
		Activities: s.activities, Signals: s.signals, Accounts: uint64(len(s.accounts)), Senders: c.Senders,
		Conversations: conversations, Reasons: s.rejected, Excluded: s.excluded, Seconds: took.Round(time.Millisecond).Seconds(),
	}
	for _, n := range s.rejected {
		out.Rejected += n
	}
	if c.First.Unix() > 0 {
		out.First, out.Last = &c.First, &c.Last
	}
	return out
}

func (r *Run) storeCounts(ctx context.Context, counts []SourceCount) error {
	batch, err := r.w.insert(ctx, "INSERT INTO run_source (run_id, tool, workspace, collector, files, messages, duplicates, reactions, calls, system, activities, signals, accounts, senders, conversations, rejected, reasons, excluded, first_at, last_at, seconds, finished_at)")
	if err != nil {
		return fmt.Errorf("store counts: %w", err)
	}
	defer batch.Close()
	epoch := time.Unix(0, 0).UTC()
	for _, c := range counts {
		first, last := epoch, epoch
		if c.First != nil {
			first, last = *c.First, *c.Last
		}
		err := batch.Append(r.id, c.Tool, c.Workspace, c.Collector, c.Files, c.Messages, c.Duplicates, c.Reactions, c.Calls, c.System, c.Activities, c.Signals,
			c.Accounts, c.Senders, c.Conversations, c.Rejected, c.Reasons, c.Excluded, first, last, c.Seconds, time.Now().UTC())
		if err != nil {
			return fmt.Errorf("store counts: %w", err)
		}
	}
	return batch.Send()
}

func sortCounts(counts []SourceCount) {
	slices.SortFunc(counts, func(a, b SourceCount) int {
		return cmp.Or(strings.Compare(a.Tool, b.Tool), strings.Compare(a.Workspace, b.Workspace), strings.Compare(a.Collector, b.Collector))
	})
}
