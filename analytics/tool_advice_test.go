package analytics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// For ten weeks sixty people write on an odd tool, and then fewer each week; the ties that are left are on chat too.
func TestToolAdvice(t *testing.T) {
	t.Parallel()
	habits := []habit{{1, 80, "chat", weeks(0, 23), 5}, {1, 60, "odd", weeks(0, 9), 2}}
	for i, people := range []int{56, 52, 48, 44, 40, 37, 34, 31, 28, 25, 22, 20, 18, 16} {
		habits = append(habits, habit{1, people, "odd", []int{10 + i}, 2})
	}
	everywhere := func(s *store, covered int) *store {
		s.tie(t, "chat", 22, 1, 80, 2)
		s.tie(t, "odd", 22, 1, covered, 1)
		return s
	}
	tools := map[string]analytics.ToolFacts{"chat": {Status: "sanctioned"}, "odd": {Status: "tolerated"}}
	for _, c := range []struct {
		name    string
		covered int
		want    [][]string
	}{
		// twelve of chat's forty ties, which weigh alike
		{"all of its ties are covered", 24, rowsOf("chat,keep,,,0.3,odd,0.3", "odd,retire,,declined_and_covered,1,chat,1")},
		{"too few to tell", 18, rowsOf("chat,keep,,,,,", "odd,watch,,unapproved_traffic,,,")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			set := clubSetting
			set.Tools = tools
			a, err := analytics.ToolAdvice.Ask(t.Context(), everywhere(newClub(t, habits...), c.covered), set, filter(t, ""))
			if err != nil {
				t.Fatal(err)
			}
			got := lines(t, a, splitColumns("tool,advice,into,reason,covered_ratio,closest_tool,closest_ties_ratio"))[1:]
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
