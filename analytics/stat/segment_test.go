package stat_test

import (
	"math"
	"slices"
	"testing"

	"crosstalk/analytics/stat"
)

func TestUsageSegment(t *testing.T) {
	t.Parallel()
	times := func(weeks int, actions float64) []float64 { return slices.Repeat([]float64{actions}, weeks) }
	missing := math.NaN()
	for _, c := range []struct {
		name   string
		weekly []float64
		want   stat.UsageSegment
		want4  stat.UsageSegment
	}{
		{"fifteen every week", times(12, 15), stat.UsagePower, stat.UsagePower},
		{"just below", append(times(11, 15), 14), stat.UsageHabitual, stat.UsageHabitual},
		{"twenty in nine weeks", append(times(9, 20), times(3, 0)...), stat.UsagePower, stat.UsageNovice},
		{"much in eight weeks", append(times(8, 100), times(4, 0)...), stat.UsageNovice, stat.UsageNone},
		{"one in nine weeks", append(times(3, 0), times(9, 1)...), stat.UsageHabitual, stat.UsageHabitual},
		{"twelve in one week", append(times(11, 0), 12), stat.UsageNovice, stat.UsageNovice},
		{"eleven in one week", append(times(11, 0), 11), stat.UsageLow, stat.UsageNovice},
		{"one in all", append(times(11, 0), 1), stat.UsageLow, stat.UsageLow},
		{"nothing", times(12, 0), stat.UsageNone, stat.UsageNone},
		{"long ago", append(times(9, 30), times(12, 0)...), stat.UsageNone, stat.UsageNone},
		{"new for three weeks", times(3, 40), stat.UsageNovice, stat.UsageNovice},
		{"new for nine", times(9, 15), stat.UsagePower, stat.UsagePower},
		{"three weeks without access", append(times(9, 15), missing, missing, missing), stat.UsagePower, stat.UsageNovice},
		{"never any access", []float64{missing, missing}, stat.UsageUnknown, stat.UsageUnknown},
		{"no weeks", nil, stat.UsageUnknown, stat.UsageUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := stat.TwelveWeeks.Segment(c.weekly); got != c.want {
				t.Errorf("12 weeks: %q, want %q", got, c.want)
			}
			if got := stat.FourWeeks.Segment(c.weekly); got != c.want4 {
				t.Errorf("4 weeks: %q, want %q", got, c.want4)
			}
		})
	}
	if !stat.TwelveWeeks.HasHabit(times(9, 1)) || stat.TwelveWeeks.HasHabit(times(8, 50)) || stat.FourWeeks.HasHabit(append(times(9, 1), 0)) {
		t.Error("a habit is 9 of 12 weeks, or 4 of 4")
	}
}
