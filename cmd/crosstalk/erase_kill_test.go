package main

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"crosstalk/simulate"
	"crosstalk/warehouse"
)

// TestKilledErasures kills the erasing process at random moments; the next command, whatever it is, completes what was begun.
// Then there is what an undisturbed erasure leaves.
func TestKilledErasures(t *testing.T) {
	t.Parallel()
	export := write(t, simulate.Options{Seed: 6, People: 40, Weeks: 6, Clean: true})
	p := newPlace(t, "")
	p.data = copyOfNewKeys(t)
	p.run(exitDone, "import", export)
	v := newVictim(t, export, p.matchesOf())
	began := time.Now()
	p.run(exitDone, "people", "erase", "--yes", v.email)
	whole := time.Since(began)
	want := p.checksum()

	seed := uint64(time.Now().UnixNano())
	t.Logf("an erasure takes %v; seed %d", whole.Round(time.Millisecond), seed)
	r := rand.New(rand.NewPCG(seed, 0))
	killed, completed := 0, 0
	for range 4 {
		q := newPlace(t, "")
		q.data = copyKeys(t, p.data)
		q.run(exitDone, "import", export)
		cmd := program("--data", q.data, "people", "erase", "--yes", v.email)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.Int64N(int64(whole))))
		if err := cmd.Process.Kill(); err == nil {
			killed++
		}
		_ = cmd.Wait()
		code, _, said := crosstalk(t, "--data", q.data, "--config", q.config, "people", "erase", "--yes", v.email)
		switch {
		case code == exitFailed && strings.Contains(said, "nobody goes by that name"):
			completed++
		case code != exitDone:
			t.Errorf("the next command: exit %d: %s", code, said)
		}
		same(t, "after a kill", want, q.checksum())
		q.open(func(w *warehouse.Warehouse) { victim{names: v.names}.inTables(t, w) })
	}
	t.Logf("%d of 4 were killed; %d were completed by the next command", killed, completed)
	if killed < 2 {
		t.Errorf("only %d of 4 erasures were still going on when they were killed", killed)
	}
}
