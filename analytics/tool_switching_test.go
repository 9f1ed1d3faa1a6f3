package analytics_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// minutes enters when some people sent something on a tool on the Tuesday of a week.
func minutes(t *testing.T, s *store, tool, week, from, to int, at ...int) {
	t.Helper()
	s.exec(t, fmt.Sprintf(`INSERT INTO minute_day (publication_id, slice_id, tool, day, account_id, minutes) SELECT 1, 1, '%s', '%s', 10 * number + %d, %s FROM numbers(%d, %d)`,
		[]string{"chat", "mail", "odd"}[tool], clubFirst.AddDate(0, 0, 7*week+1).Format(time.DateOnly), tool, literal(at), from, to-from+1))
}

const chat, mail, odd = 0, 1, 2

// 1 to 12 use one tool, 13 to 32 two, 33 to 47 three.
func newSwitchers(t *testing.T) *store {
	s := newClub(t, habit{1, 47, "chat", weeks(0, 8), 5}, habit{13, 47, "mail", weeks(0, 8), 3}, habit{33, 47, "odd", weeks(0, 8), 1})
	const nine = 540
	minutes(t, s, chat, 8, 1, 12, nine, nine+1, nine+100)
	// 9:00 and 9:01 chat, 9:05 mail, 9:20 chat (15 minutes later), 9:30 mail (10 minutes later): two changes in an hour
	minutes(t, s, chat, 8, 13, 32, nine, nine+1, nine+20)
	minutes(t, s, mail, 8, 13, 32, nine+5, nine+30)
	// 9:00 chat, mail and odd in one minute: two changes; 9:10 chat again, a third; 11:00 odd
	minutes(t, s, chat, 8, 33, 47, nine, nine+10)
	minutes(t, s, mail, 8, 33, 47, nine)
	minutes(t, s, odd, 8, 33, 47, nine, nine+120)
	// four weeks before, 13 to 32 changed once in an hour
	minutes(t, s, chat, 4, 13, 32, nine)
	minutes(t, s, mail, 4, 13, 32, nine+1)
	return s
}

const switchingColumns = "on_tools,people,active_hours,changes,changes_per_hour,mean_changes_per_hour,median_changes_per_hour,suppressed"

func TestToolSwitching(t *testing.T) {
	t.Parallel()
	s := newSwitchers(t)
	// One tool: 2 hours each, no change. Two: 20 people, an hour and 2 changes each. Three: 15 people, 2 hours and 3 changes each. All: 24
	// + 20 + 30 hours, 40 + 45 changes; own rates are 0, 2 and 1.5, their mean (20 × 2 + 15 × 1.5) / 47.
	want := rowsOf("all,47,74,85,1.148649,1.329787,1.5,false", "1,12,24,0,0,0,,false", "2,20,20,40,2,2,2,false", "3+,15,30,45,1.5,1.5,,false")
	if diff := cmp.Diff(want, askClub(t, s, analytics.ToolSwitching, "", switchingColumns)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(rowsOf("1,0.148649"), askClub(t, s, analytics.ToolSwitching, "", "changes_per_hour_previous,changes_per_hour_change")[:1]); diff != "" {
		t.Error(diff)
	}
	// Among chat and odd, the minute with three tools has one change, and the chat at 9:10 another. Those on two tools are hidden with
	// the nobody on three.
	want = rowsOf("all,47,74,30,0.405405", "1,32,44,0,0", "2,,,,", "3+,,,,")
	if diff := cmp.Diff(want, askClub(t, s, analytics.ToolSwitching, "tool=chat&tool=odd", "on_tools,people,active_hours,changes,changes_per_hour")); diff != "" {
		t.Error(diff)
	}
}

// Second accounts on a tool, and the order in which tools are met, change nothing.
func TestToolSwitchingOfTwoAccounts(t *testing.T) {
	t.Parallel()
	s := newSwitchers(t)
	s.exec(t, `INSERT INTO account_person (publication_id, slice_id, account_id, person_id, is_person, is_internal, is_matched) SELECT 1, 1, 10 * number + 9, number, true, true, true FROM numbers(13, 20)`)
	s.exec(t, `INSERT INTO minute_day (publication_id, slice_id, tool, day, account_id, minutes) SELECT 1, 1, 'chat', '2025-03-04', 10 * number + 9, [540, 541, 560] FROM numbers(13, 20)`)
	want := rowsOf("2,20,20,40,2,2,2,false")
	if diff := cmp.Diff(want, askClub(t, s, analytics.ToolSwitching, "", switchingColumns)[2:3]); diff != "" {
		t.Error(diff)
	}
}
