// Package warehousetest gives tests a real warehouse: a database and keys of its own for each test, in one embedded
// engine for all tests of a package. It is for tests only. A package that uses it calls enginetest.Main from TestMain.
package warehousetest

import (
	"context"
	"os"
	"testing"

	"crosstalk/warehouse"
	"crosstalk/warehouse/engine/enginetest"
)

// Mode is the environment variable that chooses what the tests run on: the embedded engine when
// it is empty, a ClickHouse server of each test's own by the native protocol or by HTTP.
const Mode = "CROSSTALK_TEST_CLICKHOUSE"

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
	switch mode := os.Getenv(Mode); mode {
	case "":
		o.ClickHouse = enginetest.Database(t)
	case "native":
		o.DSN = enginetest.StartServer(t).Native("default")
	case "http":
		o.DSN = enginetest.StartServer(t).HTTP("default")
	default:
		t.Fatalf("warehousetest: %s is native, http or empty, not %q", Mode, mode)
	}
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
