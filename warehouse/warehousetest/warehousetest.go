// Package warehousetest gives tests a real warehouse: a database and keys of its own for each test, in one embedded
// engine for all tests of a package. It is for tests only. A package that uses it calls enginetest.Main from TestMain.
package warehousetest

import (
	"context"
	"testing"

	"crosstalk/warehouse"
	"crosstalk/warehouse/engine/enginetest"
)

// Open opens an empty warehouse, which is dropped when the test ends.
func Open(t testing.TB) *warehouse.Warehouse {
	t.Helper()
	return OpenWith(t, warehouse.Options{})
}

// OpenWith opens an empty warehouse whose zone, rules or logger are of interest; its data folder is a new one unless named.
func OpenWith(t testing.TB, o warehouse.Options) *warehouse.Warehouse {
	t.Helper()
	if o.DataDir == "" {
		o.DataDir = t.TempDir()
	}
	o.ClickHouse = enginetest.Database(t)
	w, err := warehouse.Open(context.Background(), o)
	if err != nil {
		t.Fatalf("warehousetest: %v", err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("warehousetest: %v", err)
		}
	})
	return w
}
