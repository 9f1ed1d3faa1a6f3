package warehouse_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

// invented gives messages of three tools over four months, with replies, mentions, edits,
// deletions, repeats and mail that stands in two mailboxes.
func invented(n int) (all, copies []record.Message) {
	r := rand.New(rand.NewPCG(7, 11))
	start := time.Date(2026, 1, 20, 8, 0, 0, 0, time.UTC)
	key := func(i int) record.AccountKey { return record.EmailKey(fmt.Sprintf("p%02d@heron.example", i)) }
	var out []record.Message
	for i := range n {
		at := start.Add(time.Duration(r.Int64N(int64(100 * 24 * time.Hour)))).Truncate(time.Second)
		sender := r.IntN(30)
		m := record.Message{Kind: record.KindMessage, SentAt: at, OffsetMinutes: record.OffsetUnknown, Sender: key(sender), SizeBytes: uint32(10 + r.IntN(40))}
		switch i % 3 {
		case 0: // a chat with ids
			m.Tool, m.Workspace, m.ID = "slack", "heron", fmt.Sprint(i)
			m.Conversation = record.Conversation{Key: fmt.Sprint("C", r.IntN(5)), Kind: record.ConversationChannel}
			if i > 30 && r.IntN(3) == 0 {
				parent := out[3*r.IntN(i/3)]
				m.Parent, m.Relation, m.Conversation = parent.ID, record.RelationThread, parent.Conversation
			}
			if r.IntN(4) == 0 {
				m.Mentions = []record.AccountKey{key(r.IntN(30)), key(r.IntN(30))}
			}
		case 1: // mail, some of it in two mailboxes
			m.Tool, m.Workspace, m.CopyID = "email", "office", fmt.Sprint("<", i, "@heron>")
			m.ID, m.Precision = m.CopyID, record.PrecisionSecond
			m.Conversation = record.Conversation{Key: m.CopyID, Kind: record.ConversationMailThread}
			for range 1 + r.IntN(12) {
				m.Recipients = append(m.Recipients, key(r.IntN(30)))
			}
			m.RecipientSource = record.RecipientsListed
			if i > 30 && r.IntN(2) == 0 {
				parent := out[3*r.IntN(i/3)+1]
				m.Parent, m.Relation, m.Conversation = parent.CopyID, record.RelationReply, parent.Conversation
			}
		case 2: // a chat without ids, to the minute
			m.Tool, m.Workspace, m.SentAt, m.Precision = "irc", "net", at.Truncate(time.Minute), record.PrecisionMinute
			m.Conversation = record.Conversation{Key: fmt.Sprint("#", r.IntN(4)), Kind: record.ConversationChannel}
			m.Sender = record.AccountKey{Kind: record.KeyHandle, Value: fmt.Sprint("nick", sender)}
		}
		out = append(out, m)
		if i%10 == 1 { // the same mail in a second mailbox, in which its thread could not be told
			twin := m
			twin.Workspace, twin.Conversation = "archive", record.Conversation{Key: m.CopyID, Kind: record.ConversationMailThread}
			copies = append(copies, twin)
		}
	}
	return out, copies
}

func edited(m record.Message) record.Message {
	m.EditedAt, m.SizeBytes = m.SentAt.Add(time.Hour), m.SizeBytes+100
	return m
}

func load(t *testing.T, w *warehouse.Warehouse, messages ...record.Message) []warehouse.SourceCount {
	t.Helper()
	run, err := w.Begin(context.Background(), "test")
	if err != nil {
		t.Fatal(err)
	}
	sink := run.Sink(warehouse.Source{Collector: "test", Tool: "test", Workspace: "test"})
	for _, m := range messages {
		m.Recipients, m.Mentions = slices.Clone(m.Recipients), slices.Clone(m.Mentions)
		if err := sink.Message(&m); err != nil {
			t.Fatal(err)
		}
	}
	counts, err := run.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// together opens warehouses whose folders began with copies of the same key files.
func together(t *testing.T, n int) []*warehouse.Warehouse {
	t.Helper()
	keys := t.TempDir()
	first := warehousetest.OpenWith(t, warehouse.Options{DataDir: keys})
	out := []*warehouse.Warehouse{first}
	for range n - 1 {
		dir := t.TempDir()
		for _, name := range []string{"id.key", "privacy.key"} {
			b, err := os.ReadFile(filepath.Join(keys, name))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, warehousetest.OpenWith(t, warehouse.Options{DataDir: dir}))
	}
	return out
}

func checksum(t *testing.T, w *warehouse.Warehouse) map[string]uint64 {
	t.Helper()
	sums, err := w.Checksum(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

func TestOrderAndRepetitionDoNotMatter(t *testing.T) {
	t.Parallel()
	all, copies := invented(900)
	var edits []record.Message
	for i := 0; i < len(all); i += 21 {
		edits = append(edits, edited(all[i]))
	}
	ws := together(t, 4)

	load(t, ws[0], slices.Concat(all, copies, edits)...)
	want := checksum(t, ws[0])
	for table, sum := range want {
		if sum == 0 && table != "activity" && table != "signal" && table != "conversation_member" {
			t.Errorf("%s is empty: nothing is compared", table)
		}
	}

	// The same again: nothing changes.
	counts := load(t, ws[0], slices.Concat(all, copies, edits)...)
	for _, c := range counts {
		if c.Duplicates != c.Messages {
			t.Errorf("%s %s: %d messages, %d of them known; all are", c.Tool, c.Workspace, c.Messages, c.Duplicates)
		}
	}
	same(t, "imported twice", want, checksum(t, ws[0]))

	// Overlapping slices, in both orders, edits first.
	ordered := slices.SortedFunc(slices.Values(all), func(a, b record.Message) int { return a.SentAt.Compare(b.SentAt) })
	early, late := ordered[:500], ordered[400:]
	// A slice of an archive without ids begins between two instants, never inside one.
	for late[0].SentAt.Equal(ordered[399].SentAt) {
		late = late[1:]
	}
	load(t, ws[1], slices.Concat(edits, early)...)
	load(t, ws[1], copies...)
	load(t, ws[1], ordered[380:]...)
	same(t, "edits and early slice first", want, checksum(t, ws[1]))
	load(t, ws[2], copies...)
	load(t, ws[2], ordered[380:]...)
	load(t, ws[2], early...)
	for _, c := range load(t, ws[2], edits...) {
		if c.Messages > 0 && c.Duplicates != c.Messages {
			t.Errorf("%d edited messages, %d of them known; all are", c.Messages, c.Duplicates)
		}
	}
	same(t, "late slice first", want, checksum(t, ws[2]))

	// Made anew from the messages.
	if err := ws[2].Rebuild(context.Background()); err != nil {
		t.Fatal(err)
	}
	same(t, "rebuilt", want, checksum(t, ws[2]))
}

func same(t *testing.T, what string, want, got map[string]uint64) {
	t.Helper()
	for _, table := range slices.Sorted(maps.Keys(want)) {
		if want[table] != got[table] {
			t.Errorf("%s: %s differs", what, table)
		}
	}
	if diff := cmp.Diff(len(want), len(got)); diff != "" {
		t.Error(diff)
	}
}
