package analytics_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// Twelve weeks (4 to 15) of five kinds of people on chat; before, in weeks 0 to 3, another twelve wrote and stopped.
func newStages(t *testing.T) *store {
	return newClub(t,
		habit{1, 12, "chat", weeks(4, 15), 20},                                 // 20 a week: power
		habit{13, 23, "chat", []int{4, 5, 6, 7, 8, 9, 10, 11, 12}, 5},          // 9 weeks of 12, 45/12 a week: habitual
		habit{24, 33, "chat", []int{15}, 12},                                   // 12/12 a week: novice
		habit{34, 46, "chat", []int{14}, 3},                                    // 3/12 a week: low
		habit{47, 60, "chat", weeks(0, 3), 40},                                 // none any more
		habit{61, 71, "chat", []int{4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, 18},     // 10 weeks, 180/12 = 15 a week: power
		habit{72, 82, "chat", []int{4, 5, 6, 7, 8, 9, 10, 15}, 100},            // 8 weeks, however much: novice
		habit{1, 12, "mail", []int{15}, 1}, habit{83, 92, "mail", []int{3}, 1}, // 1/12 and, in all, nothing in 12 weeks
	)
}

func TestUsageSegments(t *testing.T) {
	t.Parallel()
	s := newStages(t)
	const columns = "tool,weeks,segment,people,known_people,share_ratio,suppressed"
	want := rowsOf(
		"all,12,power,23,92,0.25,false",        // 1 to 12, 61 to 71
		"all,12,habitual,11,92,0.119565,false", // 13 to 23
		"all,12,novice,21,92,0.228261,false",   // 24 to 33, 72 to 82
		"all,12,low,13,92,0.141304,false",
		"all,12,none,24,92,0.26087,false", // 47 to 60, 83 to 92
		"chat,12,power,23,82,0.280488,false",
		"chat,12,habitual,11,82,0.134146,false",
		"chat,12,novice,21,82,0.256098,false",
		"chat,12,low,13,82,0.158537,false",
		"chat,12,none,14,82,0.170732,false",
	)
	var got [][]string
	for _, row := range askClub(t, s, analytics.UsageSegment, "", columns) {
		if row[1] == "12" && row[0] != "mail" {
			got = append(got, row)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Of the last 4 weeks, 12 to 15: the first have a habit of 20 a week, 13 to 23 wrote 5 in one week (1.25), 61 to 71 wrote 36 in
	// two (9), 72 to 82 wrote 100 in one (25, but no habit), 24 to 33 wrote 12 in one (3), 34 to 46 wrote 3 (.75). Nobody is habitual
	// without power: that is hidden, with the next smallest, the ones of little use.
	want = rowsOf("all,4,power,,,,true", "all,4,habitual,,,,true", "all,4,novice,43,92,0.467391,false", "all,4,low,13,92,0.141304,false", "all,4,none,24,92,0.26087,false")
	got = slices.DeleteFunc(askClub(t, s, analytics.UsageSegment, "", columns), func(row []string) bool { return row[1] != "4" || row[0] != "all" })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// With a directory, who is not on the roster of the last week is not among those without messages, and who never had an account is.
func TestUsageSegmentsOfTheRoster(t *testing.T) {
	t.Parallel()
	s := newStages(t)
	s.exec(t, `INSERT INTO person (person_id, map_key, origin, start_on, end_on, is_gone, version)
		SELECT number, number, 'directory', '2020-01-01', if(number BETWEEN 47 AND 60, '2025-04-21', '2299-12-31'), false, 1 FROM numbers(1, 120)`)
	s.directory = true
	got := slices.DeleteFunc(askClub(t, s, analytics.UsageSegment, "", "tool,weeks,segment,people,known_people"), func(row []string) bool { return row[1] != "12" || row[2] != "none" })
	// 47 to 60 left when the last week began; 83 to 92 wrote too long ago, 93 to 120 never. On mail 83 to 92 are left, which are
	// hidden with the segments in which nobody is: twelve others are known to use it little.
	want := rowsOf("all,12,none,38,106", "chat,12,none,,", "mail,12,none,,")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Whoever moves between segments, the shares of the earlier period are those of a question about it.
func TestUsageSegmentsCompared(t *testing.T) {
	t.Parallel()
	s := newClub(t, habit{1, 20, "chat", weeks(0, 19), 20}, habit{21, 50, "chat", weeks(0, 7), 2}, habit{51, 80, "chat", weeks(8, 19), 3}, habit{81, 95, "chat", []int{17}, 1}, habit{96, 110, "chat", []int{10}, 30})
	now := askClub(t, s, analytics.UsageSegment, "", "tool,weeks,segment,share_ratio_previous,suppressed")
	then := askClub(t, s, analytics.UsageSegment, "from=2025-03-31&to=2025-04-28", "tool,weeks,segment,share_ratio,suppressed")
	known := 0
	for i, row := range now {
		if row[1] == "12" && row[3] != "" {
			known++
			if diff := cmp.Diff(then[i], row); diff != "" {
				t.Error(diff)
			}
		}
	}
	if known < 4 {
		t.Errorf("only %d shares are compared: %v", known, now)
	}
}
