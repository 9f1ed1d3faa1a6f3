package warehouse_test

import (
	"context"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

// Of two archives the same record counts once; within one, two equal records are two.
func TestArchivesRepeatEachOther(t *testing.T) {
	t.Parallel()
	w := warehousetest.Open(t)
	run, err := w.Begin(context.Background(), "test")
	if err != nil {
		t.Fatal(err)
	}
	sink := run.Sink(warehouse.Source{Collector: "test", Tool: "test", Workspace: "test"})
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for range 2 {
		collectors.NextArchive(sink)
		for range 2 {
			m := record.Message{Tool: "test", Workspace: "test", Sender: record.AccountKey{Kind: record.KeyHandle, Value: "ana"}, SentAt: at,
				Conversation: record.Conversation{Key: "c", Kind: record.ConversationChannel}, Kind: record.KindMessage, SenderKind: record.AccountHuman}
			if err := sink.Message(&m); err != nil {
				t.Fatal(err)
			}
		}
	}
	counts, err := run.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if len(counts) != 1 || counts[0].Messages != 2 {
		t.Errorf("counts %+v; want 2 messages", counts)
	}
}
