package stat

import "math"

// UsageSegment is a stage of use.
type UsageSegment string

// The stages, from most to least. UsageUnknown is when no week is known.
const (
	UsagePower    UsageSegment = "power"
	UsageHabitual UsageSegment = "habitual"
	UsageNovice   UsageSegment = "novice"
	UsageLow      UsageSegment = "low"
	UsageNone     UsageSegment = "none"
	UsageUnknown  UsageSegment = ""
)

// UsageRule says how many of how many weeks with an action make a habit.
type UsageRule struct{ Weeks, HabitWeeks int }

// The rules of identify_usage_segments in vivainsights, its versions of 12 and of 4 weeks.
var (
	TwelveWeeks = UsageRule{Weeks: 12, HabitWeeks: 9}
	FourWeeks   = UsageRule{Weeks: 4, HabitWeeks: 4}
)

const (
	powerAverage  = 15
	noviceAverage = 1
)

// HasHabit reports whether there was an action (1 at least) in enough of the last weeks.
func (r UsageRule) HasHabit(weekly []float64) bool {
	active := 0
	for _, actions := range r.last(weekly) {
		if actions >= 1 {
			active++
		}
	}
	return active >= r.HabitWeeks
}

// Segment tells the stage of one person by the actions of each week, oldest first, of which the last Weeks count: power with a habit
// and at least 15 actions a week on average, habitual with a habit, novice with at least 1 a week on average, low with any, none. A NaN is a week without
// access: it has no part in the average, nor has a week before the first given. With fewer weeks than a habit takes nobody has one.
func (r UsageRule) Segment(weekly []float64) UsageSegment {
	sum, known := 0.0, 0.0
	for _, actions := range r.last(weekly) {
		if !math.IsNaN(actions) {
			sum, known = sum+actions, known+1
		}
	}
	hasHabit, average := r.HasHabit(weekly), sum/known
	switch {
	case known == 0:
		return UsageUnknown
	case hasHabit && average >= powerAverage:
		return UsagePower
	case hasHabit:
		return UsageHabitual
	case average >= noviceAverage:
		return UsageNovice
	case sum > 0:
		return UsageLow
	}
	return UsageNone
}

func (r UsageRule) last(weekly []float64) []float64 { return weekly[max(len(weekly)-r.Weeks, 0):] }
