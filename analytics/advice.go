package analytics

import "math"

// AdviceRules are the thresholds of tool_advice. Shares are from 0 to 1.
type AdviceRules struct {
	RetireWeeks   int     // of decline or as a remnant
	RetireCovered float64 // share of what is exchanged within ties that other tools carry too
	MergeTies     float64 // share of ties that are on the other tool too
	MergeUse      float64 // overlap of use with it
	WatchTraffic  float64 // share of messages on a tool that is not sanctioned
	WatchWeeks    int     // in one of which the state changed
}

// DefaultAdvice holds where the company decides nothing else.
var DefaultAdvice = AdviceRules{RetireWeeks: 8, RetireCovered: 0.9, MergeTies: 0.7, MergeUse: 0.8, WatchTraffic: 0.05, WatchWeeks: 8}

// What tool_advice says.
const (
	AdviceRetire = "retire"
	AdviceMerge  = "merge"
	AdviceWatch  = "watch"
	AdviceKeep   = "keep"
)

// Why it says so.
const (
	ReasonCovered    = "declined_and_covered"
	ReasonOneTool    = "carried_by_one_tool"
	ReasonUnapproved = "unapproved_traffic"
	ReasonRetention  = "ties_without_retention"
	ReasonChanged    = "state_changed"
)

// standing is what is known of a tool, as far as it may be shown. NaN, an empty state and NotKnown are unknown, by which no rule holds.
type standing struct {
	state        Lifecycle
	weeks        int  // for which the state has held, or the data go back
	isNewState   bool // it began within these weeks
	covered      float64
	others       []neighbour // the best first
	isSanctioned bool
	traffic      float64
	retention    Truth
	onlyTies     float64
}

// neighbour is another tool as one to merge into.
type neighbour struct {
	tool      string
	ties      float64 // share of the tool's ties that are on this one too
	use       float64 // overlap of use
	state     Lifecycle
	isSmaller bool // it carries fewer ties
	isBanned  bool
}

func (s Lifecycle) isFading() bool { return s == Decline || s == Residual }

// advise gives the first advice whose rule holds, with the neighbour to merge into or -1.
func (r AdviceRules) advise(s standing) (advice, reason string, into int) {
	if s.state.isFading() && s.weeks >= r.RetireWeeks && s.covered >= r.RetireCovered {
		return AdviceRetire, ReasonCovered, -1
	}
	for i, n := range s.others {
		if n.ties >= r.MergeTies && n.use >= r.MergeUse && n.state != "" && !n.state.isFading() && !n.isSmaller && !n.isBanned {
			return AdviceMerge, ReasonOneTool, i
		}
	}
	switch {
	case !s.isSanctioned && s.traffic >= r.WatchTraffic:
		return AdviceWatch, ReasonUnapproved, -1
	case s.retention == False && s.onlyTies >= 1:
		return AdviceWatch, ReasonRetention, -1
	case s.isNewState && s.weeks <= r.WatchWeeks:
		return AdviceWatch, ReasonChanged, -1
	}
	return AdviceKeep, "", -1
}

// shown is a figure if enough people stand behind it, else unknown.
func (p *proof) shown(v float64, k int) float64 {
	if p == nil || !p.holds(k) {
		return math.NaN()
	}
	return v
}
