package warehouse

import (
	"context"
	"fmt"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// keptMessage is one row of sql/erase_messages.sql.
type keptMessage struct {
	Tool         string   `ch:"tool"`
	Workspace    string   `ch:"workspace"`
	Conversation uint64   `ch:"conversation_id"`
	ID           uint64   `ch:"message_id"`
	Fingerprint  uint64   `ch:"fingerprint"`
	ReplyKey     uint64   `ch:"reply_key"`
	Sent         int64    `ch:"sent"`
	Offset       int16    `ch:"offset_minutes"`
	Precision    int8     `ch:"precision"`
	Assumed      bool     `ch:"is_zone_assumed"`
	Kind         int8     `ch:"kind_number"`
	Place        int8     `ch:"place_number"`
	Sender       uint64   `ch:"sender_id"`
	SenderKind   int8     `ch:"sender_kind_number"`
	Recipients   []uint64 `ch:"recipients"`
	Source       int8     `ch:"source_number"`
	Audience     uint32   `ch:"audience"`
	Parent       uint64   `ch:"parent_key"`
	Relation     int8     `ch:"relation_number"`
	Mentions     []uint64 `ch:"mentions"`
	Attachments  uint16   `ch:"attachments"`
	Size         uint32   `ch:"size_bytes"`
	Quantity     uint32   `ch:"quantity"`
	Edited       int64    `ch:"edited"`
	Deleted      bool     `ch:"is_deleted"`
	Version      uint64   `ch:"version"`
	Changed      bool     `ch:"is_changed"`
}

// stageMessages stages what stays of the messages that name the accounts, as the sink would have made it without them:
// the version hangs on recipients and mentions.
func (e *erasure) stageMessages(ctx context.Context) error {
	if err := e.w.dropStage(ctx, e.id, []string{"message"}); err != nil {
		return err
	}
	stable, err := e.w.stableAccounts(ctx)
	if err != nil {
		return err
	}
	rows, err := e.w.conn.Query(ctx, sqlFile("erase_messages"), named("erasure", e.id))
	if err != nil {
		return fmt.Errorf("read what stays: %w", err)
	}
	defer rows.Close()
	e.counts.Rewritten = 0
	var block messageColumns
	for rows.Next() {
		var m keptMessage
		if err := rows.ScanStruct(&m); err != nil {
			return fmt.Errorf("read what stays: %w", err)
		}
		if m.Changed {
			e.counts.Rewritten++
			m.Version = m.version(e.w.id.content, stable)
		}
		block.keep(&m)
		if block.full() {
			if err := block.send(ctx, e.w, e.id); err != nil {
				return err
			}
			block.reset()
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read what stays: %w", err)
	}
	if len(block.id) == 0 {
		return nil
	}
	return block.send(ctx, e.w, e.id)
}

// stableAccounts gives the hash of each account's key by which versions are made.
func (w *Warehouse) stableAccounts(ctx context.Context) (map[uint64]uint64, error) {
	accounts, err := w.loadAccounts(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[uint64]uint64, len(accounts))
	for _, a := range accounts {
		out[a.ID] = w.id.stable(a.Key, nil)
	}
	return out, nil
}

// version is that which the sink gives such a row.
func (m *keptMessage) version(content hasher, stable map[uint64]uint64) uint64 {
	people, mentioned := uint64(0), uint64(0)
	for _, id := range m.Recipients {
		people += stable[id]
	}
	for _, id := range m.Mentions {
		mentioned += stable[id]
	}
	said := contentOf(nil, stable[m.Sender], people, mentioned, m.Sent, m.Offset, [6]uint8{uint8(m.Precision), uint8(m.Kind), uint8(m.SenderKind), uint8(m.Source), uint8(m.Relation), uint8(m.Place)},
		m.Audience, m.Parent, m.Attachments, m.Size, m.Quantity)
	return version(m.Deleted, m.Edited, content.sum(said))
}

// keep adds a row as it is.
func (b *messageColumns) keep(m *keptMessage) {
	b.tool, b.workspace = append(b.tool, m.Tool), append(b.workspace, m.Workspace)
	b.conversation, b.id = append(b.conversation, m.Conversation), append(b.id, m.ID)
	b.fingerprint, b.replyKey = append(b.fingerprint, m.Fingerprint), append(b.replyKey, m.ReplyKey)
	b.sentAt, b.offset = append(b.sentAt, m.Sent), append(b.offset, m.Offset)
	b.precision, b.assumed = append(b.precision, m.Precision), append(b.assumed, m.Assumed)
	b.kind, b.place = append(b.kind, m.Kind), append(b.place, m.Place)
	b.sender, b.senderKind = append(b.sender, m.Sender), append(b.senderKind, m.SenderKind)
	b.recipients = append(b.recipients, m.Recipients...)
	b.recipientEnds = append(b.recipientEnds, len(b.recipients))
	b.recipientSource, b.audience = append(b.recipientSource, m.Source), append(b.audience, m.Audience)
	b.parent, b.relation = append(b.parent, m.Parent), append(b.relation, m.Relation)
	b.mentions = append(b.mentions, m.Mentions...)
	b.mentionEnds = append(b.mentionEnds, len(b.mentions))
	b.attachments, b.size, b.quantity = append(b.attachments, m.Attachments), append(b.size, m.Size), append(b.quantity, m.Quantity)
	b.editedAt, b.deleted, b.version = append(b.editedAt, m.Edited), append(b.deleted, m.Deleted), append(b.version, m.Version)
}

// note writes down which months and conversations are touched, and counts what will go, before anything does.
func (e *erasure) note(ctx context.Context) error {
	var counted []struct {
		Named uint64 `ch:"named"`
	}
	if err := e.w.conn.Select(ctx, &counted, "SELECT countIf("+namesSomebody+") AS named FROM message", named("erasure", e.id)); err != nil {
		return fmt.Errorf("count what will go: %w", err)
	}
	e.counts.Messages = counted[0].Named - min(counted[0].Named, e.counts.Rewritten)
	var touched []month
	if err := e.w.conn.Select(ctx, &touched, sqlFile("erase_slices"), named("erasure", e.id), named("zone", e.w.Zone())); err != nil {
		return fmt.Errorf("work out which months change: %w", err)
	}
	var conversations []struct {
		Tool string `ch:"tool"`
		ID   uint64 `ch:"conversation_id"`
	}
	query := "SELECT DISTINCT tool, conversation_id FROM message WHERE " + namesSomebody + " UNION DISTINCT SELECT DISTINCT tool, conversation_id FROM conversation_member WHERE account_id IN " + targetIDs
	if err := e.w.conn.Select(ctx, &conversations, query, named("erasure", e.id)); err != nil {
		return fmt.Errorf("work out which conversations change: %w", err)
	}
	batch, err := e.targets(ctx)
	if err != nil {
		return err
	}
	defer batch.Close()
	for _, m := range touched {
		if err := batch.Append(e.id, "slice", uint64(0), m.Tool, m.Month); err != nil {
			return err
		}
	}
	for _, c := range conversations {
		if err := batch.Append(e.id, "conversation", c.ID, c.Tool, uint32(0)); err != nil {
			return err
		}
	}
	return batch.Send()
}

func (e *erasure) targets(ctx context.Context) (driver.Batch, error) {
	return e.w.insert(ctx, "INSERT INTO erasure_target (erasure_id, what, id, tool, month)")
}
