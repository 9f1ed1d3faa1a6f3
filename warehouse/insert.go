package warehouse

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"crosstalk/collectors/record"
)

// insert begins a batch of rows. The statement is of the form INSERT INTO table (column, …).
func (w *Warehouse) insert(ctx context.Context, statement string) (driver.Batch, error) {
	columns, err := w.columns.of(ctx, w.conn, statement)
	if err != nil {
		return nil, err
	}
	return w.conn.PrepareBatch(clickhouse.Context(ctx, clickhouse.WithColumnNamesAndTypes(columns)), statement)
}

// columnCache remembers the columns of all tables, which spares a question to the server
// for each insert.
type columnCache struct {
	mu    sync.Mutex
	types map[[2]string]string // by table and column
}

// of gives the columns that a statement names.
func (c *columnCache) of(ctx context.Context, conn driver.Conn, statement string) ([]clickhouse.ColumnNameAndType, error) {
	table, list, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(statement, "INSERT INTO "), ")"), " (")
	c.mu.Lock()
	defer c.mu.Unlock()
	var columns []clickhouse.ColumnNameAndType
	for name := range strings.SplitSeq(list, ", ") {
		if c.types[[2]string{table, name}] == "" {
			if err := c.read(ctx, conn); err != nil {
				return nil, err
			}
		}
		columns = append(columns, clickhouse.ColumnNameAndType{Name: name, Type: c.types[[2]string{table, name}]})
	}
	return columns, nil
}

func (c *columnCache) read(ctx context.Context, conn driver.Conn) error {
	var described []struct {
		Table string `ch:"table"`
		Name  string `ch:"name"`
		Type  string `ch:"type"`
	}
	if err := conn.Select(ctx, &described, "SELECT table, name, type FROM system.columns WHERE database = currentDatabase()"); err != nil {
		return fmt.Errorf("describe the tables: %w", err)
	}
	c.types = make(map[[2]string]string, len(described))
	for _, d := range described {
		c.types[[2]string{d.Table, d.Name}] = d.Type
	}
	return nil
}

// rows is a small table's rows on their way to the stage.
type rows struct {
	run    *Run
	insert string
	values [][]any
}

func (r *rows) flushWhenFull() error {
	if len(r.values) < 1<<14 {
		return nil
	}
	return r.flush()
}

func (r *rows) flush() error {
	if len(r.values) == 0 {
		return nil
	}
	batch, err := r.run.w.insert(r.run.ctx, r.insert)
	if err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	defer batch.Close()
	for _, v := range r.values {
		if err := batch.Append(v...); err != nil {
			return fmt.Errorf("stage: %w", err)
		}
	}
	r.values = r.values[:0]
	return batch.Send()
}

type memberRows struct{ rows }

func (r *memberRows) add(tool string, conversation, account uint64, from, to time.Time) {
	r.values = append(r.values, []any{tool, conversation, account, orEpoch(from), orEpoch(to), r.run.id})
}

type conversationRows struct{ rows }

func (r *conversationRows) add(s *scope, id, parent uint64, c *record.Conversation, version uint64) {
	r.values = append(r.values, []any{s.tool, s.workspace, id, parent, int8(c.Kind), int8(c.Coverage), r.run.id, version})
}

type activityRows struct{ rows }

func (r *activityRows) add(s *scope, a *record.Activity) {
	id := r.run.w.id.message.sum(r.run.tuple().str(s.tool).str(s.workspace).str(a.ID).str(a.What).time(a.From.UnixMilli()).time(a.To.UnixMilli()).str(a.Conversation))
	counterpart, conversation := uint64(0), uint64(0)
	if !a.Counterpart.IsZero() && !s.isErased(a.Counterpart) {
		counterpart = s.account(a.Counterpart).id
	}
	if a.Conversation != "" {
		conversation = s.conversation(&record.Conversation{Key: a.Conversation}).id
	}
	r.values = append(r.values, []any{s.tool, s.workspace, id, s.account(a.Account).id, counterpart, conversation, a.From, a.To, strings.Clone(a.What), a.Count, r.run.id})
}

type signalRows struct{ rows }

func (r *signalRows) add(s *scope, g *record.Signal) {
	hits, minutes := g.Hits, []uint16{}
	if len(g.Minutes) > 0 { // which count instead
		hits, minutes = 0, append(minutes, g.Minutes...)
	}
	r.values = append(r.values, []any{s.tool, s.workspace, s.account(g.Account).id, g.Day, strings.Clone(g.Source), g.Certainty, hits, minutes, r.run.id})
}

type rejectRows struct{ rows }

func (r *rejectRows) add(tool, reason string, entry uint64, record int64) {
	r.values = append(r.values, []any{r.run.id, tool, strings.Clone(reason), entry, record})
}

func orEpoch(t time.Time) time.Time {
	if t.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return t
}
