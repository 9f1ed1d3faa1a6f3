package analytics_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// use puts what some people of a club did on a day of a week into its roll-up.
func (s *store) use(t *testing.T, tool string, week, from, to int, codes, amounts string) {
	t.Helper()
	number := slices.Index(clubTools, tool)
	s.exec(t, fmt.Sprintf("INSERT INTO account_day (publication_id, slice_id, tool, day, account_id, use_codes, use_amounts) SELECT 1, 1, '%s', '%s', 10 * number + %d, %s, %s FROM numbers(%d, %d)",
		tool, clubFirst.AddDate(0, 0, 7*week+1).Format("2006-01-02"), number, codes, amounts, from, to-from+1))
}

func TestUseOverlap(t *testing.T) {
	t.Parallel()
	everybody := []habit{{1, 20, "chat", weeks(0, 3), 1}, {1, 30, "mail", weeks(0, 3), 1}, {15, 30, "odd", weeks(0, 3), 1}}
	for _, c := range []struct {
		name string
		use  func(*store)
		want [][]string // chat with mail, chat with odd, mail with odd
	}{
		{"the same shares, ten times as much, by other people", func(s *store) {
			s.use(t, "chat", 1, 1, 10, "[1, 3]", "[6, 4]")
			s.use(t, "mail", 1, 11, 20, "[1, 3]", "[60, 40]")
			s.use(t, "odd", 1, 15, 24, "[1, 3, 29]", "[0, 4, 6]")
		}, rowsOf("chat,mail,10,10,1", "chat,odd,10,10,0.307692", "mail,odd,10,10,0.307692")}, // 16 / 52
		{"the same places and acts at another time", func(s *store) {
			s.use(t, "chat", 1, 1, 12, "[1]", "[5]")
			s.use(t, "mail", 1, 1, 12, "[0]", "[5]")
			s.use(t, "odd", 1, 15, 24, "[0, 1]", "[5, 5]")
		}, rowsOf("chat,mail,12,12,0", "chat,odd,12,10,0.707107", "mail,odd,12,10,0.707107")},
		{"nine people on one of them", func(s *store) {
			s.use(t, "chat", 1, 1, 9, "[1]", "[5]")
			s.use(t, "mail", 1, 1, 12, "[1]", "[5]")
			s.use(t, "odd", 1, 15, 24, "[1]", "[5]")
		}, rowsOf("chat,mail,,,", "chat,odd,,,", "mail,odd,12,10,1")},
		{"one person who does more than the others together", func(s *store) {
			s.use(t, "chat", 1, 1, 10, "[1]", "[5]")
			s.use(t, "chat", 1, 11, 11, "[3]", "[51]")
			s.use(t, "mail", 1, 1, 12, "[1]", "[5]")
			s.use(t, "odd", 1, 15, 24, "[1]", "[5]")
		}, rowsOf("chat,mail,,,", "chat,odd,,,", "mail,odd,12,10,1")},
		{"nobody does anything on one of them", func(s *store) {
			s.use(t, "mail", 1, 1, 12, "[1]", "[5]")
			s.use(t, "odd", 1, 15, 24, "[1]", "[5]")
		}, rowsOf("chat,mail,,,", "chat,odd,,,", "mail,odd,12,10,1")},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newClub(t, everybody...)
			c.use(s)
			got := askClub(t, s, analytics.UseOverlap, "", "tool_a,tool_b,people_a,people_b,use_overlap")
			for _, row := range got {
				if row[0] > row[1] { // the other direction
					c.want = append(c.want, []string{row[0], row[1], other(got, row, 3), other(got, row, 2), other(got, row, 4)})
				}
			}
			for _, want := range c.want {
				if !has(got, want) {
					t.Errorf("%v is not among %v", want, got)
				}
			}
			if len(got) != 6 {
				t.Errorf("%d rows of three tools", len(got))
			}
		})
	}
}

// other is a figure of the row of the other direction.
func other(rows [][]string, of []string, column int) string {
	for _, row := range rows {
		if row[0] == of[1] && row[1] == of[0] {
			return row[column]
		}
	}
	return "nothing"
}

func has(rows [][]string, want []string) bool {
	for _, row := range rows {
		if cmp.Equal(row, want) {
			return true
		}
	}
	return false
}
