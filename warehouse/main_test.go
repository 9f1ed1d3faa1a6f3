package warehouse_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/engine/enginetest"
	"crosstalk/warehouse/warehousetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }

// load imports messages in a run of their own.
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
		out = append(out, warehousetest.OpenWith(t, warehouse.Options{DataDir: copyOfKeys(t, keys)}))
	}
	return out
}

// copyOfKeys makes a data folder with the same key files.
func copyOfKeys(t *testing.T, from string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"id.key", "privacy.key"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(read(t, filepath.Join(from, name))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// ask gives the rows of a query of the newest publication.
func ask[T any](t *testing.T, w *warehouse.Warehouse, query string) []T {
	t.Helper()
	s, err := w.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	if err := s.Select(context.Background(), &out, query, nil); err != nil {
		t.Fatal(err)
	}
	return out
}

// checksum gives the sum of every table.
func checksum(t *testing.T, w *warehouse.Warehouse) map[string]uint64 {
	t.Helper()
	sums, err := w.Checksum(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// same compares checksums.
func same(t *testing.T, what string, want, got map[string]uint64) {
	t.Helper()
	for _, table := range slices.Sorted(maps.Keys(want)) {
		if want[table] != got[table] {
			t.Errorf("%s: %s differs", what, table)
		}
	}
	if len(want) != len(got) {
		t.Errorf("%s: %d tables, not %d", what, len(got), len(want))
	}
}
