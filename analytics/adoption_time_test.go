package analytics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// Of 40 people first seen in week 5, 24 write in 9 weeks running, 16 once. Others were there before: 12 write much every week, 11 twice,
// 10 only in week 1. The data end with week 16.
func newAdopters(t *testing.T) *store {
	return newClub(t,
		habit{1, 24, "chat", weeks(5, 13), 2}, habit{25, 40, "chat", []int{5}, 1},
		habit{50, 61, "chat", weeks(0, 16), 20}, habit{62, 72, "chat", []int{0, 10}, 15}, habit{73, 82, "chat", []int{1}, 1},
	)
}

const adoptionColumns = "followed_people,adopted_people,median_weeks,median_low_weeks,median_high_weeks,p80_weeks,plateau_ratio,plateau_low_ratio,plateau_high_ratio,habitual_people,active_people,proficiency_ratio,suppressed,hidden"

func TestAdoptionTime(t *testing.T) {
	t.Parallel()
	s := newAdopters(t)
	// S falls to 16/40 at 9 weeks and stays to the 12th. ln S has the variance 24/(40 × 16) = .0375; the band is S^exp(±1.959964 ×
	// sqrt(.0375) / ln 2.5), .249943 to .545782, which is above one half: no upper bound of the median.
	want := rowsOf("40,24,9,9,,,0.6,0.454218,0.750057,36,63,0.571429,false,")
	if diff := cmp.Diff(want, askClub(t, s, analytics.AdoptionTime, "tool=chat", adoptionColumns)[1:]); diff != "" {
		t.Error(diff)
	}
	// Four weeks earlier, at the end of week 12, nobody is through: eight weeks make no habit. Everybody known has
	// written within 12 weeks, which is not said either.
	want = rowsOf("40,,,,,,,,,,,,false,adopted_people median_weeks median_low_weeks median_high_weeks p80_weeks plateau_ratio plateau_low_ratio plateau_high_ratio habitual_people active_people proficiency_ratio")
	if diff := cmp.Diff(want, askClub(t, s, analytics.AdoptionTime, "tool=chat&from=2025-03-10&to=2025-04-07", adoptionColumns)[1:]); diff != "" {
		t.Error(diff)
	}
}

// What is hidden of the stages of use is not told by who has the habit: without people of little use, or without ones of none, the
// sums would tell.
func TestAdoptionTimeTellsNoHiddenStage(t *testing.T) {
	t.Parallel()
	s := newClub(t, habit{1, 24, "chat", weeks(0, 15), 2}, habit{50, 54, "chat", weeks(0, 15), 20}, habit{60, 80, "chat", []int{14}, 1}, habit{90, 110, "chat", []int{1}, 30})
	for _, row := range askClub(t, s, analytics.AdoptionTime, "tool=chat", "habitual_people,active_people,proficiency_ratio") {
		if row[0] != "" || row[2] != "" {
			t.Errorf("%v tells of the five who write much", row)
		}
	}
}
