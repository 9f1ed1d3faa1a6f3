package analytics

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gateRow is a row as metrics have them, for tests of the gate alone.
type gateRow struct {
	Bucket
	Tool   string   `ch:"tool" dim:"true"`
	People *uint64  `ch:"people"`
	Ratio  *float64 `ch:"a_ratio"`
	Change Change   `ch:"people"`
	Release
}

// enough is a proof that holds at k = 10.
func enough() *proof { return &proof{people: 12, top1: 2, top2: 2, sum: 20} }

func TestProofHolds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		p    proof
		want bool
	}{
		{"enough people", *enough(), true},
		{"exactly k", proof{people: 10, top1: 1, top2: 1, sum: 10}, true},
		{"one less than k", proof{people: 9, top1: 1, top2: 1, sum: 9}, false},
		{"nobody", proof{}, false},
		{"one person half", proof{people: 20, top1: 50, top2: 10, sum: 100}, true},
		{"one person more than half", proof{people: 20, top1: 51, top2: 10, sum: 100}, false},
		{"two people four fifths", proof{people: 20, top1: 40, top2: 40, sum: 100}, true},
		{"two people more than four fifths", proof{people: 20, top1: 41, top2: 40, sum: 100}, false},
		{"a few outsiders in both sides together", proof{people: 20, outsiders: 9, top1: 1, top2: 1, sum: 20}, false},
		{"many outsiders", proof{people: 20, outsiders: 10, top1: 1, top2: 1, sum: 20}, true},
		{"no outsiders", proof{people: 20, outsiders: 0, top1: 1, top2: 1, sum: 20}, true},
		{"another side that does not hold", proof{people: 20, also: []*proof{enough(), {people: 3}}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := c.p.holds(10); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// childOf is a tool; totals are over those that are inside.
func childOf(people uint64, sum float64, isInside bool) *proof {
	p := &proof{people: people, sum: sum, top1: sum / 50, top2: sum / 50, family: "f", role: child}
	if !isInside {
		p.key = "outside"
	}
	return p
}

func inside(children []*proof) []*proof {
	return slices.DeleteFunc(slices.Clone(children), func(p *proof) bool { return p.key == "outside" })
}

func TestComplete(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		children  []*proof
		want      []bool // hidden
		wantTotal bool
	}{
		{"all large", []*proof{childOf(50, 500, true), childOf(40, 300, true)}, []bool{false, false}, false},
		{"a single small one takes the next smallest along", []*proof{childOf(50, 500, true), childOf(4, 20, true), childOf(40, 300, true)}, []bool{false, true, true}, false},
		{"of two tools both go", []*proof{childOf(50, 500, true), childOf(4, 20, true)}, []bool{true, true}, false},
		{"two small ones are few together too", []*proof{childOf(50, 500, true), childOf(4, 20, true), childOf(5, 30, true), childOf(40, 300, true)}, []bool{false, true, true, true}, false},
		{"two idle ones would be known to be idle", []*proof{childOf(50, 500, true), childOf(0, 0, true), childOf(0, 0, true)}, []bool{true, true, true}, false},
		{"a total over some hidden tools and not over others", []*proof{childOf(50, 500, true), childOf(4, 20, true), childOf(40, 300, false)}, []bool{false, true, true}, true},
		{"a total over tools of which none is hidden", []*proof{childOf(500, 5000, true), childOf(4, 20, false), childOf(40, 300, false)}, []bool{false, true, true}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			all := &proof{people: 90, sum: 1000, top1: 1, top2: 1, family: "f", role: total, parts: inside(c.children)}
			decide(append(slices.Clone(c.children), all), nil, 10)
			got := make([]bool, len(c.children))
			for i, p := range c.children {
				got[i] = p.isHidden
			}
			if diff := cmp.Diff(c.want, got); diff != "" || all.isHidden != c.wantTotal {
				t.Errorf("total hidden %v, want %v; children: %s", all.isHidden, c.wantTotal, diff)
			}
		})
	}
}

// Whatever the tools are, what is hidden of them is, taken together, itself large enough to be shown: the total less what
// is shown gives no more than that. And what fails by itself is never shown.
func TestNothingHiddenCanBeWorkedOut(t *testing.T) {
	t.Parallel()
	const k = 10
	random := rand.New(rand.NewPCG(3, 3))
	for range 5000 {
		var children []*proof
		for range 1 + random.IntN(7) {
			p := childOf(uint64(random.IntN(40)), 0, random.IntN(4) > 0)
			if p.people > 0 {
				p.sum = float64(p.people) * float64(1+random.IntN(20))
				p.top1 = p.sum / float64(p.people) * (1 + random.Float64()*6)
				p.top2 = p.top1 / 2
			}
			children = append(children, p)
		}
		all := &proof{people: 100, sum: 1e6, top1: 1, top2: 1, family: "f", role: total, parts: inside(children)}
		decide(append(slices.Clone(children), all), nil, k)
		checkRest(t, children, all, k)
	}
}

func checkRest(t *testing.T, children []*proof, all *proof, k int) {
	t.Helper()
	var hidden []*proof
	var people uint64
	var sum, largest float64
	shown := 0
	for _, p := range children {
		if !p.isHidden {
			shown++
			if !p.holds(k) {
				t.Fatalf("a cell of %d people is shown", p.people)
			}
			continue
		}
		hidden = append(hidden, p)
		people, sum, largest = max(people, p.people), sum+p.sum, max(largest, p.sum)
	}
	if shown == 0 || len(hidden) == 0 || all.isHidden {
		return
	}
	if len(hidden) == 1 || people < uint64(k) {
		t.Fatalf("%d hidden cells with at most %d people are the total less what is shown", len(hidden), people)
	}
	if n := len(inside(hidden)); n > 0 && n < len(hidden) {
		t.Fatal("a total over some hidden tools and not over others is shown")
	}
}

func TestMasked(t *testing.T) {
	t.Parallel()
	few := func() *proof { return &proof{people: 3} }
	row := func() gateRow {
		return gateRow{Tool: "slack", People: count(12), Ratio: number(0.5), Change: Change{number(1), number(2), number(3), number(4)}}
	}
	cells := []cell[gateRow]{
		{row: row(), proof: enough(), before: enough(), isKept: true},
		{row: row(), proof: few(), before: enough(), isKept: true},
		{row: row(), proof: enough(), before: few(), isKept: true},
		{row: row(), proof: enough(), before: enough(), isKept: true, parts: map[string]*proof{"a_ratio": few()}},
		{row: row(), proof: enough()},
	}
	decide(proofsOf(cells), nil, 10)
	got := released(cells)
	whole, nothing, noChange, noRatio := row(), gateRow{Tool: "slack"}, row(), row()
	nothing.IsSuppressed = true
	noChange.Change, noChange.Hidden = Change{}, "people_previous people_change people_change_low people_change_high"
	noRatio.Ratio, noRatio.Hidden = nil, "a_ratio"
	if diff := cmp.Diff([]gateRow{whole, nothing, noChange, noRatio}, got); diff != "" {
		t.Error(diff)
	}
}
