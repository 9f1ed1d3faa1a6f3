package analytics_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// A tool that spreads to 600 people by a Bass curve of p = .03 and q = .38 from week 5 on: its peak is 6.19 weeks later.
func newSpread(t *testing.T, upTo int) *store {
	t.Helper()
	const p, q, m, begin = .03, .38, 600.0, 5
	share := func(week float64) float64 {
		fade := math.Exp(-(p + q) * week)
		return (1 - fade) / (1 + q/p*fade)
	}
	habits := []habit{{1000, 1030, "mail", weeks(0, begin+upTo), 1}}
	before := 0
	for week := range upTo {
		n := int(math.Round(m * share(float64(week+1))))
		if n > before {
			habits = append(habits, habit{before + 1, n, "chat", []int{begin + week}, 1})
		}
		before = n
	}
	return newClub(t, habits...)
}

func TestAdoptionCurve(t *testing.T) {
	t.Parallel()
	s := newSpread(t, 24)
	a, err := analytics.AdoptionCurve.Ask(t.Context(), s, clubSetting, filter(t, "tool=chat&from=2025-02-10&to=2025-07-28"))
	if err != nil {
		t.Fatal(err)
	}
	rows := analytics.AdoptionCurve.Rows(a)
	last := rows[len(rows)-1]
	if last.Refusal != "" || last.P == nil || math.Abs(*last.P-.03) > .002 || math.Abs(*last.Q-.38) > .02 || math.Abs(*last.MPeople-600) > 6 || *last.MLowPeople > 600 || *last.MHighPeople < 600 {
		t.Errorf("the curve is not found again: %+v", last)
	}
	if got := last.PeakOn.Format("2006-01-02"); got != "2025-03-24" { // week 5 + 6
		t.Errorf("the peak is in the week from %s", got)
	}
	for i := len(rows) - 1; last.AdoptedPeople == nil; i-- { // the last weeks have few new people each
		last = rows[i]
	}
	// Of 600, the first 15 are innovators, then come 81, 204 and 204.
	adopted := *last.AdoptedPeople
	if adopted < 585 || *last.InnovatorPeople != 15 || *last.EarlyAdopterPeople != 81 || *last.EarlyMajorityPeople != 204 || *last.LateMajorityPeople != 204 || *last.LaggardPeople != adopted-504 {
		t.Errorf("%d adopted: %d, %d, %d, %d and %d", adopted, *last.InnovatorPeople, *last.EarlyAdopterPeople, *last.EarlyMajorityPeople, *last.LateMajorityPeople, *last.LaggardPeople)
	}
}

func TestAdoptionCurveRefuses(t *testing.T) {
	t.Parallel()
	s := newSpread(t, 24)
	for query, want := range map[string]string{
		"tool=mail&grain=period":                               "The tool was in use when the data begin: how it spread before is not known.",
		"tool=chat&grain=period&from=2025-02-10&to=2025-03-10": "Fewer than 8 weeks are known: too few for a curve.",
	} {
		for _, row := range askClub(t, s, analytics.AdoptionCurve, query, "refusal,p,m_people")[1:] {
			if diff := cmp.Diff([]string{want, "", ""}, row); diff != "" {
				t.Errorf("%s: %s", query, diff)
			}
		}
	}
	// A steady growth tells nothing of its end.
	var habits []habit
	for week := range 12 {
		habits = append(habits, habit{100*week + 1, 100*week + 20 + 4*week, "chat", []int{5 + week}, 1})
	}
	steady := newClub(t, append(habits, habit{2001, 2020, "mail", weeks(0, 16), 1})...)
	for _, row := range askClub(t, steady, analytics.AdoptionCurve, "tool=chat&grain=period", "refusal,p")[1:] {
		if row[0] != "Fewer than half of those who will adopt seem to have done so: how many will cannot be told yet." || row[1] != "" {
			t.Errorf("growth without an end: %v", row)
		}
	}
}

// Weeks with 12, 3, 4, 15 and 2 new people after 30: what is shown tells none of the small ones, nor their sum while it is below ten.
func TestAdoptionCurveHidesSmallWeeks(t *testing.T) {
	t.Parallel()
	s := newClub(t, habit{900, 930, "mail", weeks(0, 12), 1}, habit{1, 30, "chat", []int{5}, 1}, habit{31, 42, "chat", []int{6}, 1}, habit{43, 45, "chat", []int{7}, 1},
		habit{46, 49, "chat", []int{8}, 1}, habit{50, 64, "chat", []int{9}, 1}, habit{65, 66, "chat", []int{10}, 1}, habit{67, 70, "chat", []int{11}, 1})
	var got [][]string
	for _, row := range askClub(t, s, analytics.AdoptionCurve, "tool=chat&from=2025-02-10&to=2025-03-31", "tool,from_on,adopted_people,new_people") {
		if row[0] == "chat" {
			got = append(got, row[1:])
		}
	}
	// 3 + 4 = 7 small ones up to the fifth week, 9 with the sixth, 13 with the seventh.
	want := rowsOf("2025-02-10,30,30", "2025-02-17,42,12", "2025-02-24,,", "2025-03-03,,", "2025-03-10,,", "2025-03-17,,", "2025-03-24,70,")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
