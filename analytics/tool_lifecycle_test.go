package analytics_test

import (
	"fmt"
	"testing"

	"crosstalk/analytics"
)

// newLife makes a tool that begins in week 5, with so many people a week, the first so many of a row; mail is used all the time.
func newLife(t *testing.T, people []int) *store {
	t.Helper()
	habits := []habit{{1000, 1030, "mail", weeks(0, 4+len(people)), 1}}
	for i, n := range people {
		habits = append(habits, habit{1, n, "chat", []int{5 + i}, 1})
	}
	return newClub(t, habits...)
}

// statesOf gives the state in every week of a tool and since which week it holds.
func statesOf(t *testing.T, s *store, tool string) (states []string, since []int) {
	t.Helper()
	a, err := analytics.ToolLifecycle.Ask(t.Context(), s, clubSetting, filter(t, "period=all&grain=week"))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range analytics.ToolLifecycle.Rows(a) {
		if row.Tool != tool {
			continue
		}
		state, week := "", -1
		if row.State != nil {
			state = *row.State
		}
		if row.SinceOn != nil {
			week = int(row.SinceOn.Sub(clubFirst).Hours()) / (7 * 24)
		}
		states, since = append(states, state), append(since, week)
	}
	return states, since
}

// A whole life. Up from the 6th week (index 5) on: the 3rd such week is index 7. With 120 from index 7 on, the slope is sure as long as
// at most three of the six weeks are equal (with four, 6 of the 15 slopes are 0 and the 4th smallest is the bound), to index 9; six
// weeks without a sign end at 15. Down again with three equal weeks, index 22: decline at 24. The median of six weeks is a tenth of 120 from
// index 31 on (36, 24, 12, 11, 11 and 11): residual at 33.
func TestToolLifecycle(t *testing.T) {
	t.Parallel()
	people := []int{50, 61, 70, 82, 90, 101, 110, 120}
	for range 12 {
		people = append(people, 120)
	}
	people = append(people, 108, 96, 84, 72, 60, 48, 36, 24, 12, 11, 11, 11, 11, 11, 11, 11)
	s := newLife(t, people)
	states, since := statesOf(t, s, "chat")
	if len(states) != len(people) {
		t.Fatalf("%d weeks, want %d", len(states), len(people))
	}
	want := func(i int) (string, int) {
		switch {
		case i >= 33:
			return "residual", 5 + 33
		case i >= 24:
			return "decline", 5 + 24
		case i >= 15:
			return "plateau", 5 + 15
		case i >= 7:
			return "rise", 5 + 7
		}
		return "trial", 5
	}
	for i := range states {
		if state, week := want(i); states[i] != state || since[i] != week {
			t.Errorf("week %d: %s since week %d, want %s since %d", 5+i, states[i], since[i], state, week)
		}
	}
	// Mail was there before: six weeks without a sign say that it is steady, not since when.
	states, since = statesOf(t, s, "mail")
	for i := range states {
		if want := map[bool]string{true: "plateau", false: ""}[i >= 10]; states[i] != want || since[i] != -1 {
			t.Errorf("mail, week %d: %q since %d", i, states[i], since[i])
		}
	}
}

// Two weeks of a sign change nothing, and a tool that stays small is no trial for ever.
func TestToolLifecycleStays(t *testing.T) {
	t.Parallel()
	var flat []int
	for i := range 30 {
		flat = append(flat, 20+[]int{0, 3, 1, 4, 2}[i%5])
	}
	states, _ := statesOf(t, newLife(t, flat), "chat")
	for i, state := range states {
		if want := map[bool]string{true: "plateau", false: "trial"}[i >= 26]; state != want {
			t.Errorf("week %d: %s, want %s", i, state, want)
		}
	}
}

// Joined less lost adds up to the users, and small weeks of either hide both.
func TestToolLifecycleJoinedAndLost(t *testing.T) {
	t.Parallel()
	s := newClub(t, habit{900, 930, "mail", weeks(0, 20), 1},
		habit{1, 40, "chat", weeks(5, 8), 1}, habit{41, 60, "chat", weeks(9, 20), 1}, habit{1, 12, "chat", []int{13}, 1}, habit{61, 75, "chat", []int{12}, 1})
	// In week 12 the 40 of week 8 are lost and 15 join; in week 13 12 of the 40 are back, and nobody is lost.
	for from, want := range map[string]string{"2025-03-31": "35 15 40", "2025-04-07": "32  "} {
		rows := askClub(t, s, analytics.ToolLifecycle, "tool=chat&grain=week&from="+from+"&to="+map[string]string{"2025-03-31": "2025-04-07", "2025-04-07": "2025-04-14"}[from], "people,joined_people,lost_people")
		if got := fmt.Sprint(rows[0][0], " ", rows[0][1], " ", rows[0][2]); got != want {
			t.Errorf("week from %s: %q, want %q", from, got, want)
		}
	}
}
