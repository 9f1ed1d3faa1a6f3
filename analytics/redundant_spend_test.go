package analytics_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// tie lets each two neighbours of a club's people, from an odd one on, turn to each other as often on the Tuesday of a week.
func (s *store) tie(t *testing.T, tool string, week, from, to, each int) {
	t.Helper()
	number := slices.Index(clubTools, tool)
	s.exec(t, fmt.Sprintf("INSERT INTO tie_day (publication_id, slice_id, tool, day, a_id, b_id, a_to_b, b_to_a) SELECT 1, 1, '%s', '%s', 10 * (%d + 2 * number) + %d, 10 * (%d + 2 * number) + %d, %d, %d FROM numbers(%d)",
		tool, clubFirst.AddDate(0, 0, 7*week+1).Format("2006-01-02"), from, number, from+1, number, each, each, (to-from+1)/2))
}

func seats(n int, price float64, status string) analytics.ToolFacts {
	return analytics.ToolFacts{Status: status, IsRegistered: true, Cost: analytics.Cost{Seats: &n, SeatYearly: &price, Yearly: new(float64(n) * price), Currency: "EUR"}}
}

const spendColumns = "tool,annual_cost,used_people,unused_seats,unused_cost,active_people,covered_people,covered_ratio,covered_cost,redundant_cost,redundant_ratio,hidden"

func TestRedundantSpend(t *testing.T) {
	t.Parallel()
	everybody := []habit{{1, 300, "chat", weeks(0, 11), 2}, {1, 300, "mail", weeks(0, 11), 2}}
	ties := func(s *store) {
		s.use(t, "chat", 4, 1, 300, "[1]", "[1]") // within 60 days, but not 28
		s.use(t, "mail", 4, 1, 300, "[31]", "[1]")
		s.tie(t, "chat", 10, 1, 300, 1)
		s.tie(t, "mail", 10, 1, 180, 5)
	}
	for _, c := range []struct {
		name  string
		club  []habit
		live  func(*store)
		tools map[string]analytics.ToolFacts
		want  [][]string
	}{
		{"500 seats, 300 active, 60 % of them covered", everybody, ties,
			map[string]analytics.ToolFacts{"chat": seats(500, 1, "tolerated"), "mail": {Status: "sanctioned"}}, rowsOf(
				"all,500,,,200,,,,180,380,0.76,", "chat,500,300,200,200,300,180,0.6,180,380,0.76,", "mail,,300,,,300,,,,,,")},
		{"two that are kept cover each other: only the smaller is redundant", everybody, ties,
			map[string]analytics.ToolFacts{"chat": seats(500, 1, "sanctioned"), "mail": seats(300, 2, "sanctioned")}, rowsOf(
				"all,1100,,,200,,,,180,380,0.345455,", "chat,500,300,200,200,300,180,0.6,180,380,0.76,", "mail,600,300,0,0,300,,,,0,0,")},
		{"what covers is not approved, and is covered itself", everybody, ties,
			map[string]analytics.ToolFacts{"chat": seats(500, 1, "sanctioned"), "mail": {Status: "tolerated"}}, rowsOf(
				"all,500,,,200,,,,,200,0.4,", "chat,500,300,200,200,300,,,,200,0.4,", "mail,,300,,,300,180,0.6,,,,")},
		{"more people than seats", everybody, ties,
			map[string]analytics.ToolFacts{"chat": seats(250, 2, "tolerated"), "mail": {Status: "sanctioned"}}, rowsOf(
				"all,500,,,0,,,,300,300,0.6,", "chat,500,300,0,0,300,180,0.6,300,300,0.6,", "mail,,300,,,300,,,,,,")},
		{"no seats known: a price of the whole", everybody, ties,
			map[string]analytics.ToolFacts{"chat": {IsRegistered: true, Cost: analytics.Cost{Yearly: new(500.), Currency: "EUR"}}, "mail": {Status: "sanctioned"}}, rowsOf(
				"all,500,,,,,,,300,300,0.6,", "chat,500,300,,,300,180,0.6,300,300,0.6,", "mail,,300,,,300,,,,,,")},
		{"a tool of eight weeks: who used it in 60 days is not known", []habit{{1, 300, "chat", weeks(4, 11), 2}, {1, 300, "mail", weeks(0, 11), 2}}, ties,
			map[string]analytics.ToolFacts{"chat": seats(500, 1, "tolerated"), "mail": {Status: "sanctioned"}}, rowsOf(
				"all,500,,,,,,,300,300,0.6,", "chat,500,,,,300,180,0.6,300,300,0.6,", "mail,,300,,,300,,,,,,")},
		{"nine people covered", everybody, func(s *store) {
			s.use(t, "chat", 4, 1, 300, "[1]", "[1]")
			s.use(t, "mail", 4, 1, 300, "[31]", "[1]")
			s.tie(t, "chat", 10, 1, 300, 1)
			s.tie(t, "mail", 10, 1, 8, 5)
		}, map[string]analytics.ToolFacts{"chat": seats(500, 1, "tolerated"), "mail": {Status: "sanctioned"}}, rowsOf(
			"all,500,,,200,,,,,,,covered_cost redundant_cost redundant_ratio", "chat,500,300,200,200,300,,,,,,covered_people covered_ratio covered_cost redundant_cost redundant_ratio", "mail,,300,,,300,,,,,,")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newClub(t, c.club...)
			c.live(s)
			set := clubSetting
			set.Currency, set.Tools = "EUR", c.tools
			a, err := analytics.RedundantSpend.Ask(t.Context(), s, set, filter(t, ""))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, lines(t, a, splitColumns(spendColumns))[1:]); diff != "" {
				t.Error(diff)
			}
		})
	}
}
