package warehouse

import (
	"context"
	"fmt"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
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
	assumed, deleted, namesCopy                             []bool
	audience, size, quantity                                []uint32
	attachments                                             []uint16
	recipients, mentions                                    []uint64
	recipientEnds, mentionEnds                              []int
	runs                                                    []uint64
}

const messageInsert = "INSERT INTO message_stage (tool, workspace, conversation_id, message_id, fingerprint, names_copy, sent_at, offset_minutes, time_precision, " +
	"is_zone_assumed, kind, place, sender_id, sender_kind, recipient_ids, recipient_source, audience, parent_key, relation, mention_ids, attachments, " +
	"size_bytes, quantity, edited_at, is_deleted, run_id, version)"

// A block is sent when it has this many rows or recipients.
const (
	blockRows       = 1 << 15
	blockRecipients = 1 << 16
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
		mentionEnds: b.mentionEnds[:0], runs: b.runs[:0], namesCopy: b.namesCopy[:0],
	}
}

// send inserts the block.
func (b *messageColumns) send(ctx context.Context, w *Warehouse, run uint64) error {
	for i, id := range b.id {
		b.runs = append(b.runs, run)
		b.namesCopy = append(b.namesCopy, b.replyKey[i] != id)
	}
	batch, err := w.insert(ctx, messageInsert)
	if err != nil {
		return fmt.Errorf("stage messages: %w", err)
	}
	defer batch.Close()
	columns := []any{b.tool, b.workspace, b.conversation, b.id, b.fingerprint, b.namesCopy, b.sentAt, b.offset, b.precision, b.assumed, b.kind, b.place,
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
