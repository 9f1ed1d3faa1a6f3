package analytics_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"crosstalk/analytics"
)

// What is shown of groups is what they did, rounded to five; nothing that fewer than ten people did is shown.
func TestGroupsShowWhatTheyDid(t *testing.T) {
	t.Parallel()
	c := newCompany(t, 1)
	shown := 0
	for _, group := range []string{"Sales", "Sales/North", "Sales/South", "Sales/Key", "Research", "Research/Core", "Research/Lab", "Works", "Board"} {
		for _, tool := range append([]string{""}, companyTools...) {
			query, tools := "grain=week&period=12w&group="+group, companyTools
			if tool != "" {
				query, tools = query+"&tool="+tool, []string{tool}
			}
			a, err := analytics.ToolShare.Ask(t.Context(), c, companySetting, filter(t, query))
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range analytics.ToolShare.Rows(a) {
				if row.Tool != analytics.AllTools {
					continue
				}
				from := int(row.FromOn.Sub(companyFirst).Hours() / 24)
				isMoved := from >= 12*7 && c.hasMoved() // the week that ends in April
				messages, people := c.messages(group, isMoved, from, from+7, tools...)
				if row.IsSuppressed {
					continue
				}
				shown++
				if people < 10 {
					t.Errorf("%s %s %s: %d people are shown", group, tool, row.FromOn, people)
				}
				if got := float64(*row.Messages); got != math.Round(float64(messages)/5)*5 || *row.People != uint64(math.Round(float64(people)/5))*5 {
					t.Errorf("%s %s from %s: %v messages of %d people shown, there were %d of %d", group, tool, row.FromOn.Format("2006-01-02"), got, *row.People, messages, people)
				}
			}
		}
	}
	if shown < 100 {
		t.Errorf("only %d figures are shown", shown)
	}
}

// hasMoved reports whether those who changed teams are enough for both rosters to follow.
func (c *company) hasMoved() bool {
	n := 0
	for _, e := range c.people {
		if e.moves != "" {
			n++
		}
	}
	return n >= 10
}

// Every metric answers for a group, or says in a sentence that it is about the whole.
func TestEveryMetricKnowsGroups(t *testing.T) {
	t.Parallel()
	c := newCompany(t, 2)
	for _, m := range analytics.All() {
		t.Run(m.Slug(), func(t *testing.T) {
			t.Parallel()
			for _, query := range []string{"group=Research", "group=Sales/North&tool=chat", "group=Works&class=team_chat&grain=week&period=12w", "group=location:Lyon", "group=Board", "group=Sales/Key"} {
				f := filter(t, query)
				if f.Grain != "" && !slices.Contains(m.Doc().Grains, f.Grain) {
					continue
				}
				if f.Grain == "" && slices.Contains(m.Doc().Grains, analytics.Whole) {
					f.Grain = analytics.Whole
				}
				a, err := m.Ask(t.Context(), c, companySetting, f)
				if m.Doc().IsOrganisational() {
					if err == nil {
						t.Errorf("%s is answered", query)
					}
					continue
				}
				if err != nil {
					t.Errorf("%s: %v", query, err)
					continue
				}
				whole := f
				whole.Group = ""
				if of, err := m.Ask(t.Context(), c, companySetting, whole); err == nil && of.Rows.Len() == 0 {
					continue // the invented company has nothing of the kind
				}
				checkRows(t, query, a)
			}
		})
	}
}

// checkRows: of a group below k nothing is shown, and what is shown is coarse.
func checkRows(t *testing.T, query string, a analytics.Answer) {
	t.Helper()
	table := a.Table()
	if len(table.Rows) == 0 {
		t.Errorf("%s: no rows", query)
	}
	for _, row := range table.Rows {
		for i, c := range table.Columns {
			if c.IsDimension || row[i].Value == nil {
				continue
			}
			if query == "group=Board" || query == "group=Sales/Key" {
				t.Errorf("%s: %s is shown as %v", query, c.Name, row[i].Value)
			}
			if v, ok := row[i].Value.(int64); ok && v%5 != 0 {
				t.Errorf("%s: %s is %d", query, c.Name, v)
			}
			if v, ok := row[i].Value.(float64); ok && c.Type == "ratio" && v >= 0 && fmt.Sprintf("%.6f", v) != fmt.Sprintf("%.2f0000", v) {
				t.Errorf("%s: %s is %v", query, c.Name, v)
			}
		}
	}
}
