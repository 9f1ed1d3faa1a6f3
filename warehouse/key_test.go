package warehouse_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crosstalk/warehouse"
	"crosstalk/warehouse/engine/enginetest"
)

// Another key would count everything twice, or open nothing: it is refused.
func TestKeysOfAnotherFolder(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"id.key", "privacy.key"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			o := warehouse.Options{DataDir: t.TempDir(), ClickHouse: enginetest.Database(t)}
			reopen(t, o)
			path := filepath.Join(o.DataDir, file)
			own, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			_, err = warehouse.Open(context.Background(), o)
			if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "restore it from a backup") {
				t.Fatalf("%v; want a word about %s", err, file)
			}
			if err := os.WriteFile(path, own, 0o600); err != nil {
				t.Fatal(err)
			}
			reopen(t, o)
		})
	}
}

// reopen opens a warehouse and closes it.
func reopen(t *testing.T, o warehouse.Options) {
	t.Helper()
	w, err := warehouse.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
