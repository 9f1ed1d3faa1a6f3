package warehouse_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

func TestRotationOfThePrivacyKeyChangesNothing(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	w := warehousetest.OpenWith(t, warehouse.Options{DataDir: dir})
	all, copies := invented(300)
	messages := slices.Concat(all, copies)
	directory := []record.Person{{Key: "e1", Name: "Ada", Email: "p01@heron.example", Department: "Legal"}, {Key: "e2", Name: "Ben", Handles: map[string][]string{"irc": {"nick2"}}}}
	today := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	if _, err := w.ImportPeople(ctx, directory, today); err != nil {
		t.Fatal(err)
	}
	load(t, w, messages...)
	rows := func() (ns []uint64) {
		query := `SELECT n FROM (SELECT 1 AS o, uniqExact(account_id) AS n FROM account UNION ALL SELECT 2, uniqExact(person_id) FROM person
			UNION ALL SELECT 3, count() FROM account_day WHERE slice_id IN {live:Array(UInt64)} UNION ALL SELECT 4, uniqExact(person_id) FROM account_person WHERE slice_id = {people:UInt64}
			UNION ALL SELECT 5, countIf(is_matched) FROM account_person WHERE slice_id = {people:UInt64} UNION ALL SELECT 6, count() FROM message FINAL) ORDER BY o`
		for _, r := range ask[struct {
			N uint64 `ch:"n"`
		}](t, w, query) {
			ns = append(ns, r.N)
		}
		return ns
	}
	before, counted := checksum(t, w), rows()
	if slices.Contains(counted, 0) {
		t.Fatalf("nothing to compare: %v", counted)
	}
	oldKey := read(t, filepath.Join(dir, "privacy.key"))

	running, err := w.Begin(ctx, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.RotatePrivacyKey(ctx); !errors.Is(err, warehouse.ErrBusy) {
		t.Errorf("while a run goes on: %v; want ErrBusy", err)
	}
	if err := running.Undo(); err != nil {
		t.Fatal(err)
	}
	if err := w.RotatePrivacyKey(ctx); err != nil {
		t.Fatal(err)
	}
	if read(t, filepath.Join(dir, "privacy.key")) == oldKey {
		t.Error("the key file is the same")
	}
	// The same exports and people again: every account and person is found, nothing is new.
	for _, c := range load(t, w, messages...) {
		if c.Duplicates != c.Messages {
			t.Errorf("%s: %d of %d messages known", c.Workspace, c.Duplicates, c.Messages)
		}
	}
	if _, err := w.ImportPeople(ctx, directory, today); err != nil {
		t.Fatal(err)
	}
	after := checksum(t, w)
	// What is named by map keys has other names now; the messages and their roll-ups in number stay.
	for _, table := range []string{"message_loser", "conversation"} {
		if before[table] != after[table] {
			t.Errorf("%s changed", table)
		}
	}
	if got := rows(); !slices.Equal(got, counted) {
		t.Errorf("accounts, people, days, resolved, matched, messages: %v after the rotation, %v before", got, counted)
	}
}
