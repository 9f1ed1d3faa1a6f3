package analytics_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// Twelve people have written mail for twelve weeks, fourteen more for nine and eleven for eight; ten of the first chat a little.
func TestToolCost(t *testing.T) {
	t.Parallel()
	s := newClub(t, habit{1, 12, "mail", weeks(0, 11), 20}, habit{13, 26, "mail", weeks(3, 11), 5}, habit{27, 37, "mail", weeks(4, 11), 5}, habit{38, 48, "mail", []int{11}, 2},
		habit{49, 60, "mail", []int{2}, 1}, habit{1, 10, "chat", weeks(8, 11), 3}, habit{1, 10, "odd", weeks(8, 11), 3})
	set := clubSetting
	set.Currency = "EUR"
	set.Tools = map[string]analytics.ToolFacts{
		"mail":  {IsRegistered: true, Cost: analytics.Cost{Yearly: new(2600.), Currency: "EUR"}},
		"chat":  {IsRegistered: true, Cost: analytics.Cost{Yearly: new(500.), Currency: "GBP"}},
		"odd":   {IsRegistered: true, Cost: analytics.Cost{SeatYearly: new(5.), Currency: "EUR"}}, // of how many seats?
		"phone": {IsRegistered: true, Cost: analytics.Cost{Yearly: new(0.), Currency: "EUR"}},
	}
	a, err := analytics.ToolCost.Ask(t.Context(), s, set, filter(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	want := rowsOf(
		"tool,currency,annual_cost,active_people,cost_per_active,habitual_people,cost_per_habitual,hidden",
		"all,EUR,2600,48,54.166667,26,100,carried_ties cost_per_carried_tie", // of mail alone
		"chat,GBP,500,10,50,,,habitual_people cost_per_habitual carried_ties cost_per_carried_tie",
		"mail,EUR,2600,48,54.166667,26,100,carried_ties cost_per_carried_tie",
		"odd,EUR,,10,,,,habitual_people cost_per_habitual carried_ties cost_per_carried_tie",
		"phone,EUR,0,,,,,",
	)
	if diff := cmp.Diff(want, lines(t, a, want[0])); diff != "" {
		t.Error(diff)
	}
	notes := strings.Join(a.Notes, " ")
	for _, said := range []string{"no yearly cost in the register (odd)", "not paid in EUR, and nothing is converted (chat)", "no messages to count by (phone)"} {
		if !strings.Contains(notes, said) {
			t.Errorf("the notes do not say %q: %s", said, notes)
		}
	}
}
