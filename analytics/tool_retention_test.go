package analytics_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// A cohort of 60 begins on chat in week 5. Week 6: 1 to 40; week 7: 1 to 20 and 46 to 48; week 8: 1 to 15.
func newCohort(t *testing.T) *store {
	return newClub(t,
		habit{100, 130, "mail", weeks(0, 8), 1},
		habit{1, 60, "chat", []int{5}, 2}, habit{1, 40, "chat", []int{6}, 1}, habit{1, 20, "chat", []int{7}, 1}, habit{46, 48, "chat", []int{7}, 1},
		habit{1, 15, "chat", []int{8}, 1}, habit{61, 65, "chat", []int{6}, 1},
	)
}

func TestToolRetention(t *testing.T) {
	t.Parallel()
	s := newCohort(t)
	// Later than week 5 there are, from week 6 on, 43 (1 to 40, 46 to 48); from week 7 on 23 and in week 8, which is the last, 15. From
	// week 7 on there are 23, the same who write in that week: the unbounded figure is hidden, since 0 paused. At age 1, 43 - 40 = 3
	// have paused.
	want := rowsOf(
		"2025-02-10,chat,0,60,60,1,60,1,false,",
		"2025-02-10,chat,1,60,40,0.666667,,,false,later_people later_ratio",
		"2025-02-10,chat,2,60,23,0.383333,,,false,later_people later_ratio",
		"2025-02-10,chat,3,60,15,0.25,,,false,",
	)
	got := askClub(t, s, analytics.ToolRetention, "tool=chat&from=2025-02-10&to=2025-02-17", "from_on,tool,age,people,active_people,active_ratio,later_people,later_ratio,suppressed,hidden")
	if diff := cmp.Diff(want, got[4:]); diff != "" {
		t.Error(diff)
	}
	// The five who begin in week 6 are too few.
	for _, row := range askClub(t, s, analytics.ToolRetention, "tool=chat&from=2025-02-17&to=2025-02-24", "people,suppressed") {
		if row[0] != "" || row[1] != "true" {
			t.Errorf("a cohort of five is shown: %v", row)
		}
	}
	// Everybody on mail writes every week: that nobody stops is not shown.
	for _, row := range askClub(t, s, analytics.ToolRetention, "tool=mail&from=2025-01-06&to=2025-01-13", "age,people,active_people,later_people,is_partial") {
		if row[0] != "0" && (row[1] != "31" || row[2] != "" || row[3] != "" || row[4] != "true") {
			t.Errorf("what everybody does is shown: %v", row)
		}
	}
}

// The ISO weeks that end in February are 3 to 6, in March 7 to 11, in April 12 to 15; those of May are not over. 65 begin in February,
// 15 of them write in week 8 and 30, the same ones among them, in week 12: nobody stopped in between.
func TestToolRetentionByMonth(t *testing.T) {
	t.Parallel()
	s := newClub(t, habit{100, 130, "mail", weeks(0, 16), 1},
		habit{1, 60, "chat", []int{5}, 2}, habit{61, 65, "chat", []int{6}, 1}, habit{1, 15, "chat", []int{8}, 1}, habit{1, 30, "chat", []int{12}, 1}, habit{3, 44, "chat", []int{16}, 1})
	want := rowsOf("2025-02-01,0,65,65,1,65", "2025-02-01,1,65,15,0.230769,", "2025-02-01,2,65,30,0.461538,")
	got := askClub(t, s, analytics.ToolRetention, "tool=chat&grain=month&from=2025-02-01&to=2025-03-01", "from_on,age,people,active_people,active_ratio,later_people")
	if diff := cmp.Diff(want, got[3:]); diff != "" {
		t.Error(diff)
	}
}

// Whatever is shown of a cohort, no two figures of it differ by one to nine people, nor is one of them smaller than ten.
func TestCohortsCannotBeDifferenced(t *testing.T) {
	t.Parallel()
	var habits []habit
	for person := 1; person <= 150; person++ {
		begin := 4 + person%2
		list := []int{begin}
		for week := begin + 1; week < 16; week++ {
			if (person*person*7+week*13)%(16+person%9)+2*person/15 < 20-week && (person*31+week*week)%5 > 0 {
				list = append(list, week)
			}
		}
		habits = append(habits, habit{person, person, "chat", list, 1})
	}
	habits = append(habits, habit{500, 520, "mail", weeks(0, 15), 1})
	s := newClub(t, habits...)
	a, err := analytics.ToolRetention.Ask(t.Context(), s, clubSetting, filter(t, "tool=chat&from=2025-02-03&to=2025-02-17"))
	if err != nil {
		t.Fatal(err)
	}
	nested := map[string][]uint64{}
	shown, laterShown := 0, 0
	for _, row := range analytics.ToolRetention.Rows(a) {
		if row.Tool != "chat" || row.People == nil {
			continue
		}
		key := fmt.Sprint(row.FromOn)
		if row.Age == 0 {
			nested[key] = []uint64{*row.People}
			continue
		}
		if row.ActivePeople != nil {
			shown++
			for _, n := range nested[key] {
				if n-*row.ActivePeople < 10 {
					t.Errorf("%s age %d: %d are active, of %v", key, row.Age, *row.ActivePeople, nested[key])
				}
			}
		}
		if row.LaterPeople != nil {
			laterShown++
			for _, n := range nested[key] {
				if n-*row.LaterPeople < 10 {
					t.Errorf("%s age %d: %d are active later, of %v", key, row.Age, *row.LaterPeople, nested[key])
				}
			}
			nested[key] = append(nested[key], *row.LaterPeople)
			if row.ActivePeople != nil && *row.LaterPeople-*row.ActivePeople < 10 {
				t.Errorf("%s age %d: %d are active, %d later", key, row.Age, *row.ActivePeople, *row.LaterPeople)
			}
		}
	}
	if shown < 8 || laterShown < 3 {
		t.Errorf("only %d and %d figures are shown: nothing is attacked", shown, laterShown)
	}
}
