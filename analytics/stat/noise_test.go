package stat_test

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"crosstalk/analytics/stat"
)

func newNoise(t *testing.T, key byte, budget, contribution float64) *stat.Noise {
	t.Helper()
	n, err := stat.NewNoise(bytes.Repeat([]byte{key}, 32), budget, contribution)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Over many cells it has the moments and the tails of Laplace's distribution.
func TestNoiseIsLaplace(t *testing.T) {
	t.Parallel()
	const cells = 100_000
	n := newNoise(t, 1, .5, 20) // scale 40
	near(t, "scale", n.Scale(), 40, 0)
	sum, absolute, squares, within, next := 0.0, 0.0, 0.0, 0.0, 0.0
	before := 0.0
	for i := range cells {
		v := n.At(fmt.Sprint("cell ", i), "2026-W05")
		sum, absolute, squares, next = sum+v, absolute+math.Abs(v), squares+v*v, next+v*before
		if math.Abs(v) < 40*math.Ln2 {
			within++
		}
		before = v
	}
	near(t, "mean", sum/cells, 0, 4*40*math.Sqrt(2.0/cells))
	near(t, "mean distance", absolute/cells, 40, .5)
	near(t, "variance", squares/cells, 2*40*40, 100)
	near(t, "half lies within ln 2 scales", within/cells, .5, .006)
	near(t, "from cell to cell", next/squares, 0, .015)
}

func TestNoiseIsDrawnOnce(t *testing.T) {
	t.Parallel()
	n := newNoise(t, 1, 1, 1)
	v := n.At("tool_share/slack", "2026-W05")
	for range 3 {
		if again := newNoise(t, 1, 1, 1).At("tool_share/slack", "2026-W05"); again != v {
			t.Fatalf("asked again it is %v instead of %v", again, v)
		}
	}
	for name, other := range map[string]float64{
		"another cell": n.At("tool_share/teams", "2026-W05"), "another week": n.At("tool_share/slack", "2026-W06"),
		"another key": newNoise(t, 2, 1, 1).At("tool_share/slack", "2026-W05"), "another cut": n.At("tool_share/slack2", "026-W05"),
	} {
		if other == v {
			t.Errorf("%s has the same noise", name)
		}
	}
	near(t, "half the budget", newNoise(t, 1, .5, 1).At("tool_share/slack", "2026-W05"), 2*v, 1e-12)
}

func TestNewNoiseRefuses(t *testing.T) {
	t.Parallel()
	key := make([]byte, 32)
	for name, c := range map[string]struct {
		key                  []byte
		budget, contribution float64
	}{
		"a short key": {key[:31], 1, 1}, "no budget": {key, 0, 1}, "an unknown budget": {key, math.NaN(), 1}, "no end": {key, math.Inf(1), 1},
		"no bound": {key, 1, math.Inf(1)}, "a bound below 0": {key, 1, -1},
	} {
		if _, err := stat.NewNoise(c.key, c.budget, c.contribution); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestBoundedSum(t *testing.T) {
	t.Parallel()
	sum, cut := stat.BoundedSum([]float64{3, 5, 40, -2}, 20)
	near(t, "sum", sum, 28, 0)
	near(t, "left out", cut, 20.0/48, 1e-12)
	sum, cut = stat.BoundedSum(nil, 20)
	near(t, "nothing", sum+cut, 0, 0)
}
