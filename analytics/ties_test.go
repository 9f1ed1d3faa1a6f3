package analytics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// tiesOfExchanges ties people by what they exchanged; all of them count.
func tiesOfExchanges(people int, exchanges []exchange) *ties {
	slices.SortStableFunc(exchanges, func(x, y exchange) int {
		return (x.a-y.a)*1_000_000 + (x.b-y.b)*1_000 + x.tool - y.tool
	})
	n := &network{outside: make([]bool, people), inside: slices.Repeat([]bool{true}, people), exchanges: exchanges}
	all := &tied{outside: n.outside, ties: n.ties(func(int) bool { return true })}
	all.measure()
	return &ties{tied: all, inside: n.inside, isWhole: true, counts: make([]float64, people)}
}

// 40 mutual and 20 one-way ties: .667.
func TestReciprocityVector(t *testing.T) {
	t.Parallel()
	var exchanges []exchange
	for i := range 60 {
		x := exchange{a: i, b: i + 1, ab: 2}
		if i < 40 {
			x.ba = 1
		}
		exchanges = append(exchanges, x)
	}
	both, all := 0, 0
	for _, one := range tiesOfExchanges(61, exchanges).own() {
		if all++; one.isReciprocal() {
			both++
		}
	}
	if got := ratio(float64(both), float64(all)); math.Abs(got-.667) > 5e-4 {
		t.Errorf("%v of %d, want .667", got, all)
	}
}

// A tie on three tools with shares .5, .3 and .2 has N1 = 2.800; its first interactions alone make none.
func TestEffectiveToolsOfATie(t *testing.T) {
	t.Parallel()
	ties := tiesOfExchanges(4, []exchange{
		{a: 0, b: 1, tool: 0, ab: 3, ba: 2}, {a: 0, b: 1, tool: 1, ab: 3}, {a: 0, b: 1, tool: 2, ba: 2},
		{a: 1, b: 2, tool: 0, ab: 1}, {a: 1, b: 2, tool: 1, ba: 1}, // on no tool alone
		{a: 2, b: 3, tool: 0, ab: 1}, // no tie
	})
	m := ties.multiplex()
	if len(ties.ties) != 2 || m.all.tools != 3 || m.many.size != 1 || m.byTools[1].size != 1 || m.byTools[3].size != 1 {
		t.Errorf("%d ties on %d tools, %d on many, %d on one or none, %d on three", len(ties.ties), m.all.tools, m.many.size, m.byTools[1].size, m.byTools[3].size)
	}
	if got := ties.effective[0].float64(); math.Abs(got-2.800) > 5e-4 {
		t.Errorf("N1 %v, want 2.800", got)
	}
}

// Quarters of 1 to 8 interactions more than the fewest: cuts at 3.75 and 7.25 of 2 to 9 (type 7).
func TestStrengths(t *testing.T) {
	t.Parallel()
	var exchanges []exchange
	for i := range 8 {
		exchanges = append(exchanges, exchange{a: i, b: i + 1, ab: 2 + i})
	}
	ties := tiesOfExchanges(9, exchanges)
	want := []strength{weak, weak, medium, medium, medium, medium, heavy, heavy}
	if !slices.Equal(ties.strength, want) {
		t.Errorf("got %v, want %v", ties.strength, want)
	}
}

// Whatever the ties are: numbers of tools add up to all, strengths too, fragile ties are those on one tool, and nobody loses more
// than there is.
func TestTiesAddUp(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 5))
	q := &question{all: []string{"email", "irc", "slack"}, tools: []string{"email", "irc", "slack"}}
	for range 200 {
		people := 5 + random.IntN(30)
		var exchanges []exchange
		for a := range people {
			for b := a + 1; b < people; b++ {
				for tool := range 3 {
					if random.IntN(6) == 0 {
						exchanges = append(exchanges, exchange{a, b, tool, random.IntN(4), random.IntN(3)})
					}
				}
			}
		}
		ties := tiesOfExchanges(people, exchanges)
		m := ties.multiplex()
		if m.byTools[1].size+m.byTools[2].size+m.byTools[3].size != len(ties.ties) || m.strong[weak].size+m.strong[medium].size+m.strong[heavy].size != len(ties.ties) {
			t.Fatal("rows do not add up to all ties")
		}
		onOne := 0
		for _, one := range ties.own() {
			if one.tools() == 1 {
				onOne++
			}
		}
		f := q.fragility(ties)
		fragile := 0
		for _, of := range f.tools[:3] {
			fragile += of.fragile[anyStrength].size
			if of.fragile[anyStrength].size > of.on[anyStrength].size || f.losingAll(&of.fragile[anyStrength]) > float64(of.fragileProofs[anyStrength].people) {
				t.Fatal("more are fragile than there are, or more lose all than lose one")
			}
		}
		if fragile != onOne || f.tools[3].fragile[anyStrength].size != onOne {
			t.Fatalf("%d ties are fragile by tool, %d in all, %d are on one tool", fragile, f.tools[3].fragile[anyStrength].size, onOne)
		}
	}
}

// The ties of a group are those with an end inside, each once, as a look at all of them finds.
func TestTiesOfAGroup(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(6, 6))
	var exchanges []exchange
	for a := range 40 {
		for b := a + 1; b < 40; b++ {
			if random.IntN(4) == 0 {
				exchanges = append(exchanges, exchange{a: a, b: b, ab: 1, ba: 1})
			}
		}
	}
	all := tiesOfExchanges(40, exchanges)
	all.index()
	some := &ties{tied: all.tied, inside: make([]bool, 40)}
	for person := range some.inside {
		some.inside[person] = random.IntN(3) == 0
	}
	some.choose()
	var want, got []int
	for place, one := range all.own() {
		if some.inside[one.a] || some.inside[one.b] {
			want = append(want, place)
		}
	}
	for place := range some.own() {
		got = append(got, place)
	}
	if slices.Sort(got); !slices.Equal(got, want) || len(want) == 0 || len(want) == len(exchanges) {
		t.Errorf("got %v, want %v", got, want)
	}
}
