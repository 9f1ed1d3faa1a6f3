package analytics_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// Four people write on a banned tool: that is hidden, and the next smallest tool with it, so its kind is hidden too. Kinds that no
// tool is of are 0, which is no secret.
func TestGovernanceShareOfFewPeople(t *testing.T) {
	t.Parallel()
	s := newClub(t, habit{1, 30, "mail", weeks(0, 11), 10}, habit{21, 32, "chat", weeks(0, 11), 5}, habit{29, 32, "odd", weeks(0, 11), 4})
	set := clubSetting
	set.Tools = map[string]analytics.ToolFacts{
		"mail": {Status: "sanctioned", Retention: analytics.True, LegalHold: analytics.True},
		"chat": {Status: "sanctioned", Retention: analytics.True, LegalHold: analytics.False},
		"odd":  {Status: "banned"},
	}
	a, err := analytics.GovernanceShare.Ask(t.Context(), s, set, filter(t, "compare=none"))
	if err != nil {
		t.Fatal(err)
	}
	// 30 × 40 + 12 × 20 + 4 × 16 = 1504 messages of 32 people. Mail has 1200 of them; with chat alone they would be 1440.
	want := rowsOf(
		"messages,set,1200,0.797872,false", "messages,not_set,,,true", "messages,unknown,,,true",
		"messages,sanctioned,,,true", "messages,tolerated,0,0,false", "messages,banned,,,true", "messages,unknown,0,0,false",
		"people,set,30,0.9375,false", "people,not_set,,,true", "people,unknown,,,true",
		"people,sanctioned,,,true", "people,tolerated,0,0,false", "people,banned,,,true", "people,unknown,0,0,false",
	)
	got := lines(t, a, []string{"of", "kind", "amount", "share_ratio", "suppressed"})[1:]
	if diff := cmp.Diff(want, got[:14]); diff != "" {
		t.Error(diff)
	}
	for _, row := range got[14:] {
		if row[4] != "true" {
			t.Errorf("nobody has a tie, and it is told: %v", row)
		}
	}
}

// Every tool is of one kind of each sorting, so shares of messages add up to 1; asked for one status, it is the whole.
func TestGovernanceShareAddsUp(t *testing.T) {
	t.Parallel()
	s := newOffice(t)
	sums := map[string]float64{}
	for _, row := range analytics.GovernanceShare.Rows(ask(t, s, analytics.GovernanceShare, filter(t, ""))) {
		if row.Of == analytics.ShareOfMessages {
			sums[row.By] += *row.ShareRatio
		}
		if *row.ShareRatio < 0 || *row.ShareRatio > 1 {
			t.Errorf("a share of %v", *row.ShareRatio)
		}
	}
	if sums[analytics.ByStatus] != 1 || sums[analytics.ByRetentionAndHold] != 1 {
		t.Errorf("the shares of messages add up to %v", sums)
	}
	for _, row := range analytics.GovernanceShare.Rows(ask(t, s, analytics.GovernanceShare, filter(t, "status=tolerated"))) {
		if want := 1.; row.Kind == "tolerated" && *row.ShareRatio != want {
			t.Errorf("of the tolerated tools' %s, %v is on tolerated tools", row.Of, *row.ShareRatio)
		}
	}
}
