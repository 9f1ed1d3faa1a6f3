package main

import (
	"context"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"crosstalk/simulate"
	"crosstalk/warehouse"
)

// copyKeys begins a data folder with the key files of another.
func copyKeys(t *testing.T, from string) string {
	t.Helper()
	to := folder(t)
	for _, name := range []string{"id.key", "privacy.key"} {
		b, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// sums gives the checksums of a data folder, after rebuilding the roll-ups when asked.
func sums(t *testing.T, data string, rebuild bool) map[string]uint64 {
	t.Helper()
	ctx := context.Background()
	w, err := warehouse.Open(ctx, warehouse.Options{DataDir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.Recover(ctx); err != nil {
		t.Fatal(err)
	}
	if rebuild {
		if err := w.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
	}
	out, err := w.Checksum(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func same(t *testing.T, what string, want, got map[string]uint64) {
	t.Helper()
	for _, table := range slices.Sorted(maps.Keys(want)) {
		if want[table] != got[table] {
			t.Errorf("%s: %s differs", what, table)
		}
	}
}

// TestTwentyKilledImports kills the importing process at random moments, from its start to
// its last step, and repeats the import; in the end there is what one clean run leaves.
func TestTwentyKilledImports(t *testing.T) {
	export := write(t, simulate.Options{Seed: 9, People: 100, Weeks: 12})
	clean := folder(t)
	began := time.Now()
	imported(t, clean, export)
	whole := time.Since(began)
	want := sums(t, clean, false)
	if want["message"] == 0 || want["tie_day"] == 0 {
		t.Fatal("the clean run left nothing to compare")
	}

	data := copyKeys(t, clean)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	killed := 0
	for i := range 20 {
		cmd := program("--data", data, "import", export)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// The first import takes long, the later ones find everything known: aim at both.
		time.Sleep(time.Duration(r.Int64N(int64(whole) * 11 / 10)))
		if err := cmd.Process.Kill(); err == nil {
			killed++
		}
		_ = cmd.Wait()
		if i%7 == 6 { // start over, so that the first, long import is hit again
			if i < 19 {
				same(t, "so far", want, finish(t, data, export))
				data = copyKeys(t, clean)
			}
		}
	}
	if killed < 10 {
		t.Errorf("only %d of 20 imports were still running when they were killed", killed)
	}
	got := finish(t, data, export)
	same(t, "after the kills", want, got)
	same(t, "rebuilt", want, sums(t, data, true))
}

// finish repeats the import once more, undisturbed.
func finish(t *testing.T, data, export string) map[string]uint64 {
	t.Helper()
	imported(t, data, export)
	return sums(t, data, false)
}

// TestSideBySide imports two halves at once, in two processes, into one folder.
func TestSideBySide(t *testing.T) {
	export := write(t, simulate.Options{Seed: 9, People: 60, Weeks: 6})
	clean := folder(t)
	imported(t, clean, export)
	want := sums(t, clean, false)

	data := copyKeys(t, clean)
	imported(t, data, filepath.Join(export, "directory.csv"))
	a := program("--data", data, "import", "--workspace", "mail", filepath.Join(export, "mail"))
	b := program("--data", data, "import", export)
	if err := a.Start(); err != nil {
		t.Fatal(err)
	}
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	_ = a.Wait()
	_ = b.Wait()
	for _, cmd := range []int{a.ProcessState.ExitCode(), b.ProcessState.ExitCode()} {
		if cmd != exitDone && cmd != exitRejects {
			t.Errorf("an import ended with %d", cmd)
		}
	}
	got := sums(t, data, false)
	for _, table := range []string{"message", "account_day", "tie_day", "minute_day", "conversation"} {
		if want[table] != got[table] {
			t.Errorf("two at once: %s differs from a clean run", table)
		}
	}
}
