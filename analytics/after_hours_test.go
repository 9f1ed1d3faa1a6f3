package analytics_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// write adds a message of some people at an hour of a day of some weeks, on chat.
func write(t *testing.T, s *store, from, to, day, hour int, inWeeks []int) {
	t.Helper()
	for _, week := range inWeeks {
		s.exec(t, fmt.Sprintf(`INSERT INTO account_day (publication_id, slice_id, tool, day, account_id, hours, messages, turns)
			SELECT 1, 1, 'chat', '%s', 10 * number, arrayMap(h -> toUInt32(h = %d), range(24)), 1, 1 FROM numbers(%d, %d)`,
			clubFirst.AddDate(0, 0, 7*week+day).Format(time.DateOnly), hour, from, to-from+1))
	}
}

// Thirty people write twelve messages at ten and one at 17 a week. In weeks 5 to 8, 1 to 15 write one at 21, the others one on
// Saturday at nine; in weeks 1 to 4 the others write one at 21.
func newEvenings(t *testing.T) *store {
	s := newClub(t, habit{900, 900, "mail", []int{0}, 1}, habit{1, 30, "chat", weeks(1, 8), 12}, habit{31, 50, "chat", []int{6}, 9})
	write(t, s, 1, 30, 3, 17, weeks(1, 8))
	write(t, s, 1, 15, 2, 21, weeks(5, 8))
	write(t, s, 16, 30, 5, 9, weeks(5, 8))
	write(t, s, 16, 30, 2, 21, weeks(1, 4))
	return s
}

func TestAfterHours(t *testing.T) {
	t.Parallel()
	s := newEvenings(t)
	set := clubSetting
	set.WorkingFrom, set.WorkingTo = 8*time.Hour+30*time.Minute, 17*time.Hour+15*time.Minute // the hours from 9 to 16
	a, err := analytics.AfterHours.Ask(t.Context(), s, set, analytics.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	// 56 messages of each in weeks 5 to 8, of 15 people 4 at 21: 60 of 1,680. Their shares are 0 and 4/56, fifteen of each. Outside of
	// the office's hours are the 120 at 17, the 60 at 21 and the 60 on Saturday. Before, it was 60 of 1,620. 31 to 50 wrote too little.
	want := rowsOf("people,messages,after_hours_ratio,mean_ratio,median_ratio,p90_ratio,outside_office_ratio,days_off_ratio,after_hours_ratio_previous,after_hours_ratio_change,hidden",
		"30,1680,0.035714,0.035714,0.035714,,0.142857,0.035714,0.037037,-0.001323,p90_ratio")
	if diff := cmp.Diff(want, lines(t, a, want[0])); diff != "" {
		t.Error(diff)
	}
	if row := analytics.AfterHours.Rows(a)[0]; !row.Change.IsNone() || row.IsPartial {
		t.Errorf("as much as before is said to have changed, or 8 weeks to be partial: %+v", row)
	}
	// Without working hours there is no such figure, and it is not 0.
	if got := askClub(t, s, analytics.AfterHours, "", "outside_office_ratio,hidden"); got[0][0] != "" || got[0][1] != "p90_ratio" {
		t.Errorf("without working hours: %v", got)
	}
}

// Own hours are learned on all tools: on a tool used in the evening only, all is after hours.
func TestAfterHoursOfATool(t *testing.T) {
	t.Parallel()
	s := newEvenings(t)
	s.exec(t, `INSERT INTO account_person (publication_id, slice_id, account_id, person_id, is_person, is_internal, is_matched) SELECT 1, 1, 10 * number + 2, number, true, true, true FROM numbers(1, 20)`)
	s.exec(t, `INSERT INTO account_day (publication_id, slice_id, tool, day, account_id, hours, messages, turns)
		SELECT 1, 1, 'odd', '2025-03-05', 10 * number + 2, arrayMap(h -> toUInt32(if(h = 22, 2, 0)), range(24)), 2, 1 FROM numbers(1, 20)`)
	s.tools = append(s.tools, "odd")
	s.days["odd"] = [2]time.Time{time.Date(2025, 3, 5, 0, 0, 0, 0, time.UTC), time.Date(2025, 3, 5, 0, 0, 0, 0, time.UTC)}
	want := rowsOf("20,40,1,1,1")
	if diff := cmp.Diff(want, askClub(t, s, analytics.AfterHours, "tool=odd", "people,messages,after_hours_ratio,mean_ratio,median_ratio")); diff != "" {
		t.Error(diff)
	}
}
