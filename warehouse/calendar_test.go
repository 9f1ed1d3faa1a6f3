package warehouse_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/engine/enginetest"
	"crosstalk/warehouse/warehousetest"
)

func TestOtherDaysRollUpAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	all := talk(3)
	// Within an hour of the end of a month: under another clock this month has no message.
	all = append(all, conversation("lonely", record.ConversationDirect, "anna ben", said{at: "2026-01-31 23:30:00", who: "anna"})...)
	before, after := warehouse.Options{DataDir: t.TempDir(), ClickHouse: enginetest.Database(t)}, berlin
	after.DataDir, after.ClickHouse = before.DataDir, before.ClickHouse
	open := func(o warehouse.Options) (w *warehouse.Warehouse, publication uint64, sums map[string]uint64) {
		t.Helper()
		w, err := warehouse.Open(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = w.Close() })
		s, err := w.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return w, s.Publication(), checksum(t, w)
	}
	w, first, _ := open(before)
	if first != 0 {
		t.Errorf("an empty warehouse published %d times", first)
	}
	load(t, w, all...)
	_, first, old := open(before)
	_, second, sums := open(after)
	if second != first+1 {
		t.Errorf("publication %d follows %d; one publication holds all", second, first)
	}
	for _, table := range []string{"account_day", "minute_day", "tie_day", "opening_day", "reach_day", "session_day", "gap_day"} {
		if sums[table] == old[table] {
			t.Errorf("%s is as it was under the other clock", table)
		}
	}
	fresh := warehousetest.OpenWith(t, warehouse.Options{DataDir: copyOfKeys(t, before.DataDir), Zone: berlin.Zone, Calendar: berlin.Calendar})
	load(t, fresh, all...)
	same(t, "as if it had always been so", checksum(t, fresh), sums)

	if _, third, _ := open(after); third != second {
		t.Errorf("opened again with the same days it published %d", third)
	}
	after.Calendar.Holidays = append(slices.Clone(after.Calendar.Holidays), time.Date(2026, 2, 18, 12, 0, 0, 0, time.UTC))
	_, third, other := open(after)
	if third != second+1 || other["opening_day"] == sums["opening_day"] || other["account_day"] == sums["account_day"] || other["session_day"] != sums["session_day"] {
		t.Errorf("a new holiday: publication %d after %d; it changes the working clock and what was done within working hours, and nothing else", third, second)
	}
	if _, err := warehouse.Open(ctx, warehouse.Options{DataDir: before.DataDir, ClickHouse: before.ClickHouse, Calendar: warehouse.Calendar{From: 9 * time.Hour, To: 8 * time.Hour}}); err == nil {
		t.Error("working hours that end before they begin are taken")
	}
}
