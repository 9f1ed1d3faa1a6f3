package analytics_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// The town has 52 people in three departments: 1 to 20 in Ash, 21 to 40 in Birch, 41 to 52 in Cedar. Every tie is one message each way
// on each of its tools:
//
//	within Ash      a ring of 20 on e-mail and Slack, and 20 chords (each person with the next but one) on e-mail
//	within Birch    a ring of 20 on Teams
//	within Cedar    a ring of 12 on e-mail
//	Ash - Birch     20, one for each person, on e-mail
//	Ash - Cedar     12 on e-mail
//	Birch - Cedar   12 on Teams
//
// So there are 116 ties: 20 on two tools, 64 on e-mail alone, 32 on Teams alone.
var townSetting = analytics.Setting{MinimumGroup: 10, Tools: map[string]analytics.ToolFacts{
	"email": {Class: "mail"}, "slack": {Class: "team_chat"}, "teams": {Class: "team_chat"},
}}

type townTie struct {
	a, b int
	on   []string
}

func townTies() []townTie {
	var ties []townTie
	ring := func(first, n, step int, on ...string) {
		for i := range n {
			ties = append(ties, townTie{first + i, first + (i+step)%n, on})
		}
	}
	across := func(from, to, n int, on ...string) {
		for i := range n {
			ties = append(ties, townTie{from + i, to + i, on})
		}
	}
	ring(1, 20, 1, "email", "slack")
	ring(1, 20, 2, "email")
	ring(21, 20, 1, "teams")
	ring(41, 12, 1, "email")
	across(1, 21, 20, "email")
	across(1, 41, 12, "email")
	across(21, 41, 12, "teams")
	return ties
}

// newTown fills a store with the ties of the four weeks to Sunday, 1 February 2026, and further ones of the weeks before.
func newTown(t testing.TB, ties, before []townTie) *store {
	t.Helper()
	s := newStore(t)
	s.exec(t, `INSERT INTO account_person SELECT 1, 1, (1 + tool) * 1000 + number, number, true, true, true FROM numbers(1, 52) ARRAY JOIN [0, 1, 2] AS tool`)
	s.exec(t, `INSERT INTO person (person_id, map_key, origin, start_on, end_on, is_gone, version)
		SELECT number, number, 'directory', '2020-01-01', '2299-12-31', false, 1 FROM numbers(1, 52)`)
	s.exec(t, `INSERT INTO person_attribute (person_id, attribute, from_on, to_on, value, version, is_gone)
		SELECT number, 'department', '2020-01-01', '2299-12-31', multiIf(number <= 20, 'Ash', number <= 40, 'Birch', 'Cedar'), 1, false FROM numbers(1, 52)`)
	s.enterTown(t, "2026-01-07", ties)
	s.enterTown(t, "2025-12-10", before)
	s.exec(t, `INSERT INTO account_day (publication_id, slice_id, tool, day, account_id, hours, messages, turns)
		SELECT 1, 1, 'email', day, 1000 + number, range(24), 0, 0 FROM numbers(1, 1) ARRAY JOIN [toDate('2025-12-08'), toDate('2026-02-01')] AS day`)
	s.measure(t)
	return s
}

// enterTown enters ties on a day, and a message for each end of each.
func (s *store) enterTown(t testing.TB, day string, ties []townTie) {
	t.Helper()
	var pairs []string
	sent := map[string]map[int]int{}
	for _, tie := range ties {
		for _, tool := range tie.on {
			number := 1000 * (1 + strings.Index("email slack teams", tool)/6)
			pairs = append(pairs, fmt.Sprintf("(1, 1, '%s', '%s', %d, %d, 1, 1)", tool, day, number+min(tie.a, tie.b), number+max(tie.a, tie.b)))
			if sent[tool] == nil {
				sent[tool] = map[int]int{}
			}
			sent[tool][number+tie.a]++
			sent[tool][number+tie.b]++
		}
	}
	if len(pairs) == 0 {
		return
	}
	s.exec(t, "INSERT INTO tie_day (publication_id, slice_id, tool, day, a_id, b_id, a_to_b, b_to_a) VALUES "+strings.Join(pairs, ", "))
	var days []string
	for tool, byAccount := range sent {
		for account, n := range byAccount {
			days = append(days, fmt.Sprintf("(1, 1, '%s', '%s', %d, range(24), %d, %d)", tool, day, account, n, n))
		}
	}
	s.exec(t, "INSERT INTO account_day (publication_id, slice_id, tool, day, account_id, hours, messages, turns) VALUES "+strings.Join(days, ", "))
}

// townLines are the chosen columns of what a metric answers about a town, as CSV has them; only keeps those that begin with it.
func townLines(t *testing.T, s *store, m analytics.Metric, query, columns, only string) [][]string {
	t.Helper()
	a, err := m.Ask(t.Context(), s, townSetting, filter(t, query))
	if err != nil {
		t.Fatal(err)
	}
	all := lines(t, a, strings.Split(columns, ","))
	kept := all[:1]
	for _, line := range all[1:] {
		if strings.HasPrefix(strings.Join(line, ","), only) {
			kept = append(kept, line)
		}
	}
	return kept
}

// wanted lays out lines of CSV under their columns.
func wanted(columns string, lines ...string) [][]string {
	want := [][]string{strings.Split(columns, ",")}
	for _, line := range lines {
		want = append(want, strings.Split(line, ","))
	}
	return want
}

func TestTown(t *testing.T) {
	t.Parallel()
	s := newTown(t, townTies(), nil)
	for _, c := range []struct {
		name          string
		metric        analytics.Metric
		query         string
		columns, only string
		want          []string
	}{
		{"multiplexity", analytics.TieMultiplexity, "compare=none", "on_tools,strength,ties,multiplex_ratio,tools_per_tie,suppressed", "", []string{
			"all,all,116,0.172414,1.2,false", "0-1,all,96,,,false", "2,all,,,,true", "3+,all,,,,true", // nobody is on three tools, which two would tell
			"all,weak,,,,true", "all,medium,,,,true", "all,heavy,,,,true"}}, // all are of one strength, the others hidden
		{"multiplexity of two tools", analytics.TieMultiplexity, "compare=none&tool=email&tool=slack", "on_tools,strength,ties,multiplex_ratio,tools_per_tie", "0-1", []string{"0-1,all,64,,"}},
		{"multiplexity of a department", analytics.TieMultiplexity, "compare=none&group=Ash", "on_tools,ties,multiplex_ratio,tools_per_tie,interactions_per_tie", "all,7",
			[]string{"all,70,,,2.6"}}, // 72 ties, 184 interactions; on two tools are none in other departments
		{"fragile ties", analytics.TieFragility, "", "tool,strength,department_a,ties,fragile_ties,fragile_ratio,people,people_losing,people_losing_all", "all,all,all",
			[]string{"all,all,all,116,96,0.827586,52,52,"}},
		{"fragile ties of e-mail", analytics.TieFragility, "tool=email", "tool,strength,department_a,ties,fragile_ties,fragile_ratio,people,people_losing,people_losing_all", "email,all,all",
			[]string{"email,all,all,84,64,0.761905,52,52,"}},
		{"fragile ties of Teams", analytics.TieFragility, "tool=teams", "tool,strength,department_a,ties,fragile_ties,people,hidden", "teams,all,all",
			[]string{"teams,all,all,32,,32,fragile_ties fragile_ratio people_losing people_losing_all interactions_ratio"}}, // that of Slack are none
		{"fragile ties between departments", analytics.TieFragility, "", "tool,department_a,department_b,ties,fragile_ties,fragile_ratio,banded", "all,", []string{
			"all,all,all,116,96,0.827586,", "all,all,all,,,,", "all,all,all,,,,", "all,all,all,,,,",
			"all,Ash,Ash,40,20,0.5,", "all,Ash,Birch,20,20,0.95,fragile_ratio", "all,Ash,Cedar,10,10,0.95,fragile_ratio",
			"all,Birch,Birch,20,20,0.95,fragile_ratio", "all,Birch,Cedar,10,10,0.95,fragile_ratio", "all,Cedar,Cedar,10,10,0.95,fragile_ratio"}},
		{"no departments by month", analytics.TieFragility, "grain=month&from=2026-01-01&to=2026-02-01", "tool,department_a,ties", "all,", []string{"all,all,116", "all,all,", "all,all,", "all,all,"}},
		{"reciprocity", analytics.TieReciprocity, "compare=none", "tool,ties,reciprocity_ratio", "", []string{"all,116,1", "email,84,1", "slack,20,1", "teams,32,1"}},
		{"silos", analytics.GroupMixing, "", "department,people,ties,internal_ties,external_ties,ei_index", "", []string{
			"all,52,116,72,44,-0.241379", "Ash,20,70,40,30,-0.11", "Birch,20,50,20,30,0.23", "Cedar,10,35,10,25,0.33"}},
		{"what is expected of silos", analytics.GroupMixing, "", "department,ei_expected", "all", []string{"all,0.3273"}},
		{"departments on one tool", analytics.GroupMixing, "tool=teams", "department,ties,internal_ties,suppressed", "", []string{
			"all,32,20,false", "Ash,,,true", "Birch,30,,false", "Cedar,,,true"}}, // 20 within Birch, 12 between it and Cedar
		{"ties between departments", analytics.GroupTies, "", "department_a,department_b,ties,ties_ratio,ties_per_100_pairs", "", []string{
			"Ash,Ash,40,0.56,21", "Ash,Birch,20,0.28,5", "Ash,Cedar,10,0.17,5",
			"Birch,Ash,20,0.38,5", "Birch,Birch,20,0.38,11", "Birch,Cedar,10,0.23,5",
			"Cedar,Ash,10,0.33,5", "Cedar,Birch,10,0.33,5", "Cedar,Cedar,10,0.33,18"}},
		{"no pairs of departments by day", analytics.GroupTies, "from=2026-01-01&to=2026-01-31", "department_a,ties", "", nil},
		{"islands of tools", analytics.ToolMixing, "", "tool,people,ties,internal_ties,external_ties,ei_index,assortativity", "", []string{
			"all,52,116,84,32,-0.448276,0.355556", "email,32,96,64,32,-0.333333,", "teams,20,52,20,32,0.230769,"}},
		{"networks", analytics.NetworkSize, "compare=none", "people,ties_per_person,ties_low,ties_median,ties_high,departments_per_person,no_other_department_ratio", "", []string{
			"52,4.461538,4,4,5,1.692308,"}}, // Ash 12 × 6 and 8 × 5, Birch 12 × 4 and 8 × 3, Cedar 12 × 4
		{"networks of a department", analytics.NetworkSize, "compare=none&group=Ash", "people,ties_per_person,ties_median,departments_per_person,hidden", "", []string{
			"20,5.6,,1.6,ties_low ties_median ties_high no_other_department_ratio"}}, // half of Cedar are too few
		{"strong and diverse ties", analytics.TieStrength, "", "ties,heavy_ties,heavy_interactions,strong_ties,strong_ratio,strong_ties_per_person,diverse_ties,diverse_ratio,diverse_ties_per_person", "", []string{
			"116,116,2,32,0.275862,1.230769,84,0.724138,3.230769"}},
		// by a loop over the edges, 500 steps
		{"influence", analytics.NetworkInfluence, "", "department,people,gini,influence_ratio,relative_influence,hidden", "", []string{
			"all,52,0.143972,1,1,top_1_ratio top_5_ratio top_10_ratio", "Ash,20,0.024,0.51,1.3,", "Birch,20,0.044,0.3,0.77,", "Cedar,10,0.003,0.19,0.82,"}},
		{"what is expected of islands", analytics.ToolMixing, "", "tool,ei_expected", "all", []string{"all,-0.034691"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(wanted(c.columns, c.want...), townLines(t, s, c.metric, c.query, c.columns, c.only)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Every metric that may be asked about a group answers about each, or hides it.
func TestTownByGroup(t *testing.T) {
	t.Parallel()
	s := newTown(t, townTies(), nil)
	for _, m := range analytics.All() {
		for _, group := range []string{"Ash", "Birch", "Cedar"} {
			if _, err := m.Ask(t.Context(), s, townSetting, filter(t, "group="+group)); err != nil && !strings.Contains(err.Error(), "organisation as a whole") {
				t.Errorf("%s of %s: %v", m.Slug(), group, err)
			}
		}
	}
}

// Before, the ring of Ash was on Slack alone, Ash and Birch met on Teams, Cedar's ring was on e-mail and Birch and Cedar on Teams, as
// now; 20 ties within Birch are gone, and all others are new.
func TestTownMoves(t *testing.T) {
	t.Parallel()
	var before []townTie
	for i := range 20 {
		before = append(before, townTie{1 + i, 1 + (i+1)%20, []string{"slack"}}, townTie{1 + i, 21 + i, []string{"teams"}}, townTie{21 + i, 21 + (i+5)%20, []string{"teams"}})
	}
	for i := range 12 {
		before = append(before, townTie{41 + i, 41 + (i+1)%12, []string{"email"}}, townTie{21 + i, 41 + i, []string{"teams"}})
	}
	s := newTown(t, townTies(), before)
	const columns = "tool,other_tool,ties,kept_ties,moved_ties,moved_ratio,new_ties,new_ratio,ties_before,moved_away_ties,moved_away_ratio,vanished_ties,vanished_ratio,suppressed"
	want := wanted(columns,
		"email,all,84,,40,0.47619,,,12,,,,,false", // none of the 12 before is gone, which those kept would tell, and the new ones those
		"email,slack,,,20,0.238095,,,,,,,,false",
		"email,teams,,,20,0.238095,,,,,,,,false",
		"slack,all,20,,,,,,20,,,,,false", // all kept, which nothing else would hide
		"slack,email,,,,,,,,,,,,true",
		"slack,teams,,,,,,,,,,,,true",
		"teams,all,32,,,,20,0.625,52,20,0.384615,,,false", // none moved here, which the kept ones would tell, and the vanished ones those
		"teams,email,,,,,,,,,,,,false",
		"teams,slack,,,,,,,,,,,,true")
	if diff := cmp.Diff(want, townLines(t, s, analytics.ToolDisplacement, "", columns, "")); diff != "" {
		t.Error(diff)
	}
	if rows := townLines(t, s, analytics.ToolDisplacement, "compare=none", "tool", ""); len(rows) > 1 {
		t.Errorf("nothing to compare with, and %v", rows)
	}
}
