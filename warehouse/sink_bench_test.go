package warehouse

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors/record"
	"crosstalk/warehouse/engine/enginetest"
)

// sinkPairs is how often the sink and the driver alone are run in turn; medians of the ratios hold when the machine's
// speed drifts.
const sinkPairs = 7

// bareBlock is how many rows the driver alone sends at once: as many as ClickHouse asks for.
const bareBlock = 100_000

// BenchmarkSink gives how many messages a second a Sink takes, until the last lies in the stage, beside the rows a
// second of the driver alone: the same values, made beforehand, appended row by row to a table of the same columns
// without order, index or partition. A ratio of one is as quick as the driver.
func BenchmarkSink(b *testing.B) {
	ctx := context.Background()
	w, err := Open(ctx, Options{DataDir: b.TempDir(), ClickHouse: enginetest.Database(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = w.Close() })
	messages := chatter(300_000)
	var rows []bareRow
	stageAll(b, w, messages, func() { rows = stagedRows(b, w) })
	if len(rows) != len(messages) {
		b.Fatalf("%d rows staged of %d messages", len(rows), len(messages))
	}
	makeBare(b, w)
	n := float64(len(messages))
	for b.Loop() {
		var sink, bare, ratios []float64
		for range sinkPairs {
			other := n / appendBare(b, w, rows)
			own := n / stageAll(b, w, messages, func() {})
			sink, bare, ratios = append(sink, own), append(bare, other), append(ratios, own/other)
		}
		for name, v := range map[string][]float64{"sink-rows/s": sink, "bare-rows/s": bare, "ratio": ratios} {
			slices.Sort(v)
			b.ReportMetric(v[len(v)/2], name)
		}
		b.ReportMetric(0, "ns/op")
	}
}

// stageAll puts messages into a run and gives the seconds until all are in the stage; then it looks, and undoes the run.
func stageAll(b *testing.B, w *Warehouse, messages []record.Message, look func()) float64 {
	b.Helper()
	run, err := w.Begin(context.Background(), "bench")
	if err != nil {
		b.Fatal(err)
	}
	sink := run.Sink(Source{Collector: "bench", Tool: "bench", Workspace: "heron"})
	began := time.Now()
	for i := range messages {
		if err := sink.Message(&messages[i]); err != nil {
			b.Fatal(err)
		}
	}
	if err := run.messages.close(); err != nil {
		b.Fatal(err)
	}
	took := time.Since(began).Seconds()
	look()
	run.messages = nil
	if err := run.Undo(); err != nil {
		b.Fatal(err)
	}
	return took
}

// bareRow is a row of the stage, in the types that the driver takes soonest.
type bareRow struct {
	Tool            string   `ch:"tool"`
	Workspace       string   `ch:"workspace"`
	Conversation    uint64   `ch:"conversation_id"`
	ID              uint64   `ch:"message_id"`
	Fingerprint     uint64   `ch:"fingerprint"`
	NamesCopy       bool     `ch:"names_copy"`
	SentAt          int64    `ch:"sent_at"`
	Offset          int16    `ch:"offset_minutes"`
	Precision       int8     `ch:"time_precision"`
	IsZoneAssumed   bool     `ch:"is_zone_assumed"`
	Kind            int8     `ch:"kind"`
	Place           int8     `ch:"place"`
	Sender          uint64   `ch:"sender_id"`
	SenderKind      int8     `ch:"sender_kind"`
	Recipients      []uint64 `ch:"recipient_ids"`
	RecipientSource int8     `ch:"recipient_source"`
	Audience        uint32   `ch:"audience"`
	Parent          uint64   `ch:"parent_key"`
	Relation        int8     `ch:"relation"`
	Mentions        []uint64 `ch:"mention_ids"`
	Attachments     uint16   `ch:"attachments"`
	Size            uint32   `ch:"size_bytes"`
	Quantity        uint32   `ch:"quantity"`
	EditedAt        int64    `ch:"edited_at"`
	IsDeleted       bool     `ch:"is_deleted"`
	Run             uint64   `ch:"run_id"`
	Version         uint64   `ch:"version"`
}

func stagedRows(b *testing.B, w *Warehouse) []bareRow {
	b.Helper()
	var rows []bareRow
	err := w.conn.Select(context.Background(), &rows, `SELECT * REPLACE(toUnixTimestamp64Milli(sent_at) AS sent_at, toUnixTimestamp64Milli(edited_at) AS edited_at,
		toInt8(time_precision) AS time_precision, toInt8(kind) AS kind, toInt8(place) AS place, toInt8(sender_kind) AS sender_kind,
		toInt8(recipient_source) AS recipient_source, toInt8(relation) AS relation) FROM message_stage`)
	if err != nil {
		b.Fatal(err)
	}
	return rows
}

// makeBare makes a table of the stage's columns and nothing else.
func makeBare(b *testing.B, w *Warehouse) {
	b.Helper()
	var columns []string
	err := w.conn.QueryRow(context.Background(), "SELECT groupArray(name || ' ' || type) FROM system.columns WHERE database = currentDatabase() AND table = 'message_stage'").Scan(&columns)
	if err != nil {
		b.Fatal(err)
	}
	if err := w.conn.Exec(context.Background(), "CREATE TABLE bare ("+strings.Join(columns, ", ")+") ENGINE = MergeTree ORDER BY tuple()"); err != nil {
		b.Fatal(err)
	}
}

// appendBare inserts the rows with the driver alone and gives the seconds it took; then it empties the table.
func appendBare(b *testing.B, w *Warehouse, rows []bareRow) float64 {
	b.Helper()
	ctx, insert := context.Background(), strings.Replace(messageInsert, "message_stage", "bare", 1)
	began := time.Now()
	for block := range slices.Chunk(rows, bareBlock) {
		batch, err := w.conn.PrepareBatch(ctx, insert)
		if err != nil {
			b.Fatal(err)
		}
		for i := range block {
			r := &block[i]
			if err := batch.Append(r.Tool, r.Workspace, r.Conversation, r.ID, r.Fingerprint, r.NamesCopy, r.SentAt, r.Offset, r.Precision, r.IsZoneAssumed,
				r.Kind, r.Place, r.Sender, r.SenderKind, r.Recipients, r.RecipientSource, r.Audience, r.Parent, r.Relation, r.Mentions, r.Attachments,
				r.Size, r.Quantity, r.EditedAt, r.IsDeleted, r.Run, r.Version); err != nil {
				b.Fatal(err)
			}
		}
		if err := batch.Send(); err != nil {
			b.Fatal(err)
		}
	}
	took := time.Since(began).Seconds()
	if err := w.conn.Exec(ctx, "TRUNCATE TABLE bare"); err != nil {
		b.Fatal(err)
	}
	return took
}

// chatter gives messages of 2,000 people as exports hold them, in bunches of one conversation: six in ten in channels, a third
// of these in threads; two in ten in small rooms with all others as recipients; two in ten mails to up to eight.
func chatter(n int) []record.Message {
	r := rand.New(rand.NewPCG(13, 17))
	keys := make([]record.AccountKey, 2000)
	for i := range keys {
		keys[i] = record.EmailKey(fmt.Sprintf("person.%04d@heron.example", i))
	}
	out := make([]record.Message, 0, n)
	for at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC); len(out) < n; {
		m, others := bunch(r, keys, len(out))
		for i := range min(1+r.IntN(30), n-len(out)) {
			at = at.Add(time.Duration(r.IntN(40_000)) * time.Millisecond)
			m.SentAt, m.Sender, m.SizeBytes = at, others[r.IntN(len(others))], uint32(r.IntN(400))
			m.ID = fmt.Sprintf("%d.%06d", at.Unix(), len(out))
			if m.Conversation.Kind == record.ConversationMailThread {
				m.ID = fmt.Sprintf("%x.%d@mail.heron.example", r.Uint64(), len(out))
				m.CopyID = m.ID
			}
			m.Parent, m.Relation = "", record.RelationNone
			if i > 0 && r.IntN(3) == 0 {
				m.Parent, m.Relation = out[len(out)-1].ID, record.RelationThread
			}
			m.Mentions = nil
			if r.IntN(8) == 0 {
				m.Mentions = others[:1]
			}
			out = append(out, m)
		}
	}
	return out
}

// bunch gives what the messages of one conversation share, and those who write them.
func bunch(r *rand.Rand, keys []record.AccountKey, n int) (record.Message, []record.AccountKey) {
	from := r.IntN(len(keys) - 40)
	m := record.Message{Tool: "slack", Workspace: "heron", Kind: record.KindMessage, SenderKind: record.AccountHuman, OffsetMinutes: record.OffsetUnknown}
	switch kind := r.IntN(10); {
	case kind < 6:
		m.Conversation, m.Audience = record.Conversation{Key: fmt.Sprint("C", from%300), Kind: record.ConversationChannel}, 40
		return m, keys[from : from+40]
	case kind < 8:
		size := 2 + r.IntN(4)
		m.Conversation, m.RecipientSource = record.Conversation{Key: fmt.Sprint("G", from, size), Kind: record.ConversationGroup}, record.RecipientsMembership
		m.Recipients, m.Audience = keys[from:from+size], uint32(size-1)
	default:
		size := 2 + r.IntN(8)
		m.Tool, m.Precision, m.RecipientSource = "email", record.PrecisionSecond, record.RecipientsListed
		m.Conversation = record.Conversation{Key: fmt.Sprintf("thread.%d@mail.heron.example", n), Kind: record.ConversationMailThread}
		m.Recipients, m.Audience = keys[from:from+size], uint32(size-1)
	}
	return m, m.Recipients
}
