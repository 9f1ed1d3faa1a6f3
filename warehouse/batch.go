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

// messageColumns is one block of messages, column by column.
type messageColumns struct {
	tool, workspace                                         []string
	conversation, id, fingerprint, replyKey, sender, parent []uint64
	version                                                 []uint64
	sentAt, editedAt                                        []int64
	offset                                                  []int16
	precision, kind, place, senderKind                      []int8
	recipientSource, relation                               []int8
	assumed, deleted                                        []bool
	audience, size, quantity                                []uint32
	attachments                                             []uint16
	recipients, mentions                                    []uint64
	recipientEnds, mentionEnds                              []int
	runs                                                    []uint64
}

const messageInsert = "INSERT INTO message_stage (tool, workspace, conversation_id, message_id, fingerprint, reply_key, sent_at, offset_minutes, time_precision, " +
	"is_zone_assumed, kind, place, sender_id, sender_kind, recipient_ids, recipient_source, audience, parent_key, relation, mention_ids, attachments, " +
	"size_bytes, quantity, edited_at, is_deleted, run_id, version)"

// A block is sent when it has this many rows or recipients.
const (
	blockRows       = 1 << 15
	blockRecipients = 1 << 18
)

func (b *messageColumns) full() bool {
	return len(b.id) >= blockRows || len(b.recipients) >= blockRecipients
}

func (b *messageColumns) reset() {
	*b = messageColumns{
		tool: b.tool[:0], workspace: b.workspace[:0], conversation: b.conversation[:0], id: b.id[:0], fingerprint: b.fingerprint[:0], replyKey: b.replyKey[:0],
		sender: b.sender[:0], parent: b.parent[:0], version: b.version[:0], sentAt: b.sentAt[:0], editedAt: b.editedAt[:0], offset: b.offset[:0],
		precision: b.precision[:0], kind: b.kind[:0], place: b.place[:0], senderKind: b.senderKind[:0], recipientSource: b.recipientSource[:0],
		relation: b.relation[:0], assumed: b.assumed[:0], deleted: b.deleted[:0], audience: b.audience[:0], size: b.size[:0], quantity: b.quantity[:0],
		attachments: b.attachments[:0], recipients: b.recipients[:0], mentions: b.mentions[:0], recipientEnds: b.recipientEnds[:0],
		mentionEnds: b.mentionEnds[:0], runs: b.runs[:0],
	}
}

// send inserts the block.
func (b *messageColumns) send(ctx context.Context, w *Warehouse, run uint64) error {
	for range b.id {
		b.runs = append(b.runs, run)
	}
	ctx, err := w.columns.known(ctx, w.conn, "message_stage", messageInsert)
	if err != nil {
		return err
	}
	batch, err := w.conn.PrepareBatch(ctx, messageInsert)
	if err != nil {
		return fmt.Errorf("stage messages: %w", err)
	}
	defer batch.Close()
	columns := []any{b.tool, b.workspace, b.conversation, b.id, b.fingerprint, b.replyKey, b.sentAt, b.offset, b.precision, b.assumed, b.kind, b.place,
		b.sender, b.senderKind, ends{b.recipients, b.recipientEnds}, b.recipientSource, b.audience, b.parent, b.relation, ends{b.mentions, b.mentionEnds},
		b.attachments, b.size, b.quantity, b.editedAt, b.deleted, b.runs, b.version}
	for i, column := range columns {
		if err := appendColumn(batch.Column(i), column); err != nil {
			return fmt.Errorf("stage messages: column %d: %w", i, err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("stage messages: %w", err)
	}
	return nil
}

// ends is a column of arrays: all values, and where each row's end.
type ends struct {
	values []uint64
	ends   []int
}

func appendColumn(c driver.BatchColumn, column any) error {
	arrays, ok := column.(ends)
	if !ok {
		return c.Append(column)
	}
	from := 0
	for _, to := range arrays.ends {
		if err := c.AppendRow(arrays.values[from:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// messageWriter sends full blocks in the background while the next one fills.
type messageWriter struct {
	run     *Run
	current *messageColumns
	free    chan *messageColumns
	work    chan *messageColumns
	done    sync.WaitGroup
	mu      sync.Mutex
	err     error
}

func newMessageWriter(ctx context.Context, run *Run) *messageWriter {
	m := &messageWriter{run: run, current: &messageColumns{}, free: make(chan *messageColumns, 2), work: make(chan *messageColumns, 1)}
	m.free <- &messageColumns{}
	m.free <- &messageColumns{}
	m.done.Go(func() {
		for b := range m.work {
			if m.failure() == nil {
				if err := b.send(ctx, run.w, run.id); err != nil {
					m.fail(err)
				}
			}
			b.reset()
			m.free <- b
		}
	})
	return m
}

func (m *messageWriter) failure() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.err
}

func (m *messageWriter) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

func (m *messageWriter) flushWhenFull() error {
	if !m.current.full() {
		return nil
	}
	return m.flush()
}

func (m *messageWriter) flush() error {
	if len(m.current.id) > 0 {
		m.work <- m.current
		m.current = <-m.free
	}
	return m.failure()
}

// close sends what is left and waits for the writer to end.
func (m *messageWriter) close() error {
	err := m.flush()
	close(m.work)
	m.done.Wait()
	if err == nil {
		err = m.failure()
	}
	return err
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
	batch, err := r.run.w.conn.PrepareBatch(r.run.ctx, r.insert)
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
	if !a.Counterpart.IsZero() {
		counterpart = s.account(a.Counterpart).id
	}
	if a.Conversation != "" {
		conversation = s.conversation(&record.Conversation{Key: a.Conversation}).id
	}
	r.values = append(r.values, []any{s.tool, s.workspace, id, s.account(a.Account).id, counterpart, conversation, a.From, a.To, strings.Clone(a.What), a.Count, r.run.id})
}

type signalRows struct{ rows }

func (r *signalRows) add(s *scope, g *record.Signal) {
	r.values = append(r.values, []any{s.tool, s.workspace, s.account(g.Account).id, g.Day, strings.Clone(g.Source), g.Certainty, g.Hits, r.run.id})
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

// columnCache remembers the columns of tables that are inserted into often, which spares
// a question to the server for each block over HTTP.
type columnCache struct {
	mu     sync.Mutex
	tables map[string][]clickhouse.ColumnNameAndType
}

func (c *columnCache) known(ctx context.Context, conn driver.Conn, table, insert string) (context.Context, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tables == nil {
		c.tables = map[string][]clickhouse.ColumnNameAndType{}
	}
	columns, ok := c.tables[table]
	if !ok {
		var described []struct {
			Name string `ch:"name"`
			Type string `ch:"type"`
		}
		if err := conn.Select(ctx, &described, "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}", clickhouse.Named("table", table)); err != nil {
			return ctx, fmt.Errorf("describe %s: %w", table, err)
		}
		types := map[string]string{}
		for _, d := range described {
			types[d.Name] = d.Type
		}
		list := insert[strings.IndexByte(insert, '(')+1 : len(insert)-1]
		for name := range strings.SplitSeq(list, ", ") {
			columns = append(columns, clickhouse.ColumnNameAndType{Name: name, Type: types[name]})
		}
		c.tables[table] = columns
	}
	return clickhouse.Context(ctx, clickhouse.WithColumnNamesAndTypes(columns)), nil
}
