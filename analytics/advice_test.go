package analytics

import (
	"math"
	"testing"
)

// Each rule at its threshold and just beside it.
func TestAdvise(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	// calm is a tool of which nothing is to be said.
	calm := func(change func(*standing)) standing {
		s := standing{state: Plateau, weeks: 40, isNewState: true, covered: .5, isSanctioned: true, traffic: .3, retention: True, onlyTies: 20}
		change(&s)
		return s
	}
	fading := func(state Lifecycle, weeks int, covered float64) func(*standing) {
		return func(s *standing) { s.state, s.weeks, s.covered = state, weeks, covered }
	}
	near := func(n neighbour) func(*standing) {
		return func(s *standing) {
			n.tool = "x"
			s.others = []neighbour{{tool: "far", ties: .75, use: .1, state: Rise}, n}
		}
	}
	for _, c := range []struct {
		name           string
		s              standing
		advice, reason string
	}{
		{"nothing to be said", calm(func(*standing) {}), "keep", ""},
		{"retire: 8 weeks of decline, 90 % covered", calm(fading(Decline, 8, .9)), "retire", "declined_and_covered"},
		{"retire: a remnant", calm(fading(Residual, 8, .9)), "retire", "declined_and_covered"},
		{"7 weeks of decline began lately", calm(fading(Decline, 7, .9)), "watch", "state_changed"},
		{"89.9 % covered", calm(fading(Decline, 9, .899)), "keep", ""},
		{"covered is unknown", calm(fading(Decline, 9, nan)), "keep", ""},
		{"a plateau is not retired", calm(fading(Plateau, 80, 1)), "keep", ""},
		{"state unknown", calm(fading("", 80, 1)), "keep", ""},
		{"retire goes before merge", calm(func(s *standing) { fading(Decline, 8, .9)(s); near(neighbour{ties: .9, use: .9, state: Rise})(s) }), "retire", "declined_and_covered"},
		{"merge: 70 % of ties, use .8", calm(near(neighbour{ties: .7, use: .8, state: Rise})), "merge", "carried_by_one_tool"},
		{"69.9 % of ties", calm(near(neighbour{ties: .699, use: .8, state: Rise})), "keep", ""},
		{"use .799", calm(near(neighbour{ties: .7, use: .799, state: Rise})), "keep", ""},
		{"use unknown", calm(near(neighbour{ties: .7, use: nan, state: Rise})), "keep", ""},
		{"into a tool in decline", calm(near(neighbour{ties: .7, use: .8, state: Decline})), "keep", ""},
		{"into a remnant", calm(near(neighbour{ties: .7, use: .8, state: Residual})), "keep", ""},
		{"into a tool of unknown state", calm(near(neighbour{ties: .7, use: .8})), "keep", ""},
		{"into a trial", calm(near(neighbour{ties: .7, use: .8, state: Trial})), "merge", "carried_by_one_tool"},
		{"into a smaller one", calm(near(neighbour{ties: .7, use: .8, state: Rise, isSmaller: true})), "keep", ""},
		{"into a banned one", calm(near(neighbour{ties: .7, use: .8, state: Rise, isBanned: true})), "keep", ""},
		{"merge goes before watch", calm(func(s *standing) { near(neighbour{ties: .7, use: .8, state: Rise})(s); s.isSanctioned = false }), "merge", "carried_by_one_tool"},
		{"watch: not sanctioned, 5 % of traffic", calm(func(s *standing) { s.isSanctioned, s.traffic = false, .05 }), "watch", "unapproved_traffic"},
		{"not sanctioned, 4.99 %", calm(func(s *standing) { s.isSanctioned, s.traffic = false, .0499 }), "keep", ""},
		{"sanctioned", calm(func(s *standing) { s.traffic = 1 }), "keep", ""},
		{"watch: no retention and a tie of its own", calm(func(s *standing) { s.retention, s.onlyTies = False, 1 }), "watch", "ties_without_retention"},
		{"no retention and no tie of its own", calm(func(s *standing) { s.retention, s.onlyTies = False, 0 }), "keep", ""},
		{"no retention and ties unknown", calm(func(s *standing) { s.retention, s.onlyTies = False, nan }), "keep", ""},
		{"unknown is no no", calm(func(s *standing) { s.retention, s.onlyTies = NotKnown, 99 }), "keep", ""},
		{"watch: the state changed in one of 8 weeks", calm(func(s *standing) { s.weeks = 8 }), "watch", "state_changed"},
		{"the state changed before", calm(func(s *standing) { s.weeks = 9 }), "keep", ""},
		{"it may have held before the data", calm(func(s *standing) { s.weeks, s.isNewState = 8, false }), "keep", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			advice, reason, into := DefaultAdvice.advise(c.s)
			if advice != c.advice || reason != c.reason || (into == 1) != (advice == "merge") {
				t.Errorf("%s because of %q, into %d", advice, reason, into)
			}
		})
	}
}
