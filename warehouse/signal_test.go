package warehouse_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
)

// tellSignals imports signals as one run.
func tellSignals(t *testing.T, w *warehouse.Warehouse, signals ...record.Signal) {
	t.Helper()
	run, err := w.Begin(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	sink := run.Sink(warehouse.Source{Collector: "test", Tool: "slack", Workspace: "proxy"})
	for _, g := range signals {
		if err := sink.Signal(&g); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := run.Finish(); err != nil {
		t.Fatal(err)
	}
}

func proxied(who string, day int, hits uint32, certainty float32, minutes ...uint16) record.Signal {
	return record.Signal{Tool: "slack", Workspace: "proxy", Account: record.AccountKey{Kind: record.KeyHandle, Value: who},
		Day: time.Date(2026, 3, day, 0, 0, 0, 0, time.UTC), Source: "proxy", Certainty: certainty, Hits: hits, Minutes: minutes}
}

// signalDay is a row of signal_day, as it is to be read.
type signalDay struct {
	Day       uint8    `ch:"d"`
	Certainty float32  `ch:"certainty"`
	Times     uint64   `ch:"times"`
	Minutes   []uint16 `ch:"m"`
}

func signalDays(t *testing.T, w *warehouse.Warehouse) []signalDay {
	t.Helper()
	s, err := w.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var rows []signalDay
	query := `SELECT toDayOfMonth(day) AS d, certainty, if(empty(minutes), toUInt64(hits), length(minutes)) AS times, arraySort(minutes) AS m FROM signal_day FINAL ORDER BY day, certainty, times`
	if err := s.Select(context.Background(), &rows, query, nil); err != nil {
		t.Fatal(err)
	}
	return rows
}

// Slices of a day add up, in whatever order, overlapping and repeated, to what one import of all of it gives.
func TestSignalsAddUp(t *testing.T) {
	t.Parallel()
	whole := []record.Signal{proxied("ana", 2, 9, .9, 540, 541, 600, 1439), proxied("ana", 3, 1, .9, 0), proxied("ben", 2, 2, .3, 540)}
	morning := []record.Signal{proxied("ana", 2, 6, .3, 540, 541), proxied("ben", 2, 1, .3, 540)}
	evening := []record.Signal{proxied("ana", 2, 5, .9, 541, 600, 1439), proxied("ana", 3, 1, .9, 0), proxied("ben", 2, 1, .3, 540)}
	ws := together(t, 3)
	tellSignals(t, ws[0], whole...)
	want := checksum(t, ws[0])
	if diff := cmp.Diff([]signalDay{{2, .3, 1, []uint16{540}}, {2, .9, 4, []uint16{540, 541, 600, 1439}}, {3, .9, 1, []uint16{0}}}, signalDays(t, ws[0])); diff != "" {
		t.Error(diff)
	}
	tellSignals(t, ws[0], whole...)
	same(t, "imported twice", want, checksum(t, ws[0]))
	tellSignals(t, ws[1], morning...)
	tellSignals(t, ws[1], evening...)
	same(t, "the morning first", want, checksum(t, ws[1]))
	tellSignals(t, ws[2], evening...)
	tellSignals(t, ws[2], morning...)
	tellSignals(t, ws[2], morning...)
	same(t, "the evening first, the morning twice", want, checksum(t, ws[2]))
	tellSignals(t, ws[2], slices.Concat(morning, whole)...)
	same(t, "all of it again", want, checksum(t, ws[2]))
}

// Of reports that count a day as a whole the greatest count holds, whichever came last.
func TestSignalsOfWholeDays(t *testing.T) {
	t.Parallel()
	for name, order := range map[string][]uint32{"growing": {3, 12}, "shrinking": {12, 3}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := together(t, 1)[0]
			for _, hits := range order {
				tellSignals(t, w, proxied("ana", 2, hits, 1))
			}
			if diff := cmp.Diff([]signalDay{{2, 1, 12, []uint16{}}}, signalDays(t, w)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
