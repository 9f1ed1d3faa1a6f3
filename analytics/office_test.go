package analytics_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// The office of testdata/office: ten people on e-mail, eight on Slack, six of them on both, with two accounts each; one of
// them has a second mailbox. A guest and a bot write too, and count nowhere. Its answers are worked out by hand in
// docs/metrics.md.

var officeSetting = analytics.Setting{MinimumGroup: 5, Currency: "EUR", Tools: map[string]analytics.ToolFacts{
	"email": {Class: "mail", Status: "sanctioned", IsRegistered: true, Retention: analytics.True, LegalHold: analytics.True,
		Control: analytics.Control{SSO: analytics.True, SCIM: analytics.False, ExportAPI: analytics.True},
		Has:     []string{"direct", "group", "files"}, Lacks: []string{"channels", "video"},
		Cost: analytics.Cost{Seats: new(20), SeatYearly: new(60.), Yearly: new(1200.), Currency: "EUR"}},
	"slack": {Class: "team_chat", Status: "tolerated", IsRegistered: true, Retention: analytics.True,
		Has:  []string{"direct", "group", "channels", "video"},
		Cost: analytics.Cost{Seats: new(10), SeatYearly: new(60.), Yearly: new(600.), Currency: "EUR"}},
	// paid for, and nowhere seen
	"phone": {Class: "meeting", Status: "sanctioned", IsRegistered: true, Cost: analytics.Cost{Yearly: new(500.), Currency: "USD"},
		Control: analytics.Control{SSO: analytics.True, SCIM: analytics.True, ExportAPI: analytics.True, AuditAPI: analytics.True, RetentionAPI: analytics.True, Bridge: analytics.False, Residency: analytics.True}},
	"pigeon": {Class: "other"}, // the company does not name it
}}

func newOffice(t testing.TB) *store {
	t.Helper()
	s := newStore(t)
	// Each row also stands in a slice that is no longer live, as after a second import.
	for _, slice := range []int{1, 2} {
		prefix := fmt.Sprintf("1 AS publication_id, %d AS slice_id", slice)
		s.load(t, "testdata/office", "account_person", prefix)
		s.load(t, "testdata/office", "account_day", prefix+", arrayMap(h -> toUInt32(if(h = 9, messages, 0)), range(24)) AS hours")
		s.load(t, "testdata/office", "tie_day", prefix)
		s.load(t, "testdata/office", "opening_day", prefix)
		s.load(t, "testdata/office", "reach_day", prefix)
		s.load(t, "testdata/office", "session_day", prefix)
		s.load(t, "testdata/office", "gap_day", prefix)
		s.load(t, "testdata/office", "minute_day", prefix)
	}
	s.measure(t)
	return s
}

// load reads a CSV file into the table of its name; more are further columns of every row.
func (s *store) load(t testing.TB, folder, table, more string) {
	t.Helper()
	lines := readCSV(t, filepath.Join(folder, table+".csv"))
	var further []string
	for part := range strings.SplitSeq(more, " AS ") {
		if name, _, _ := strings.Cut(part, ", "); !strings.ContainsAny(name, "1234567890()") {
			further = append(further, name)
		}
	}
	values := make([]string, 0, len(lines))
	for _, line := range lines[1:] {
		values = append(values, "('"+strings.Join(line, "', '")+"')")
	}
	fields := make([]string, len(lines[0]))
	for i, name := range lines[0] {
		fields[i] = name + " String"
	}
	types := s.types(t, table)
	casts := make([]string, len(lines[0]))
	for i, name := range lines[0] {
		casts[i] = fmt.Sprintf("CAST(source.%s AS %s) AS %s", name, types[name], name)
	}
	s.exec(t, fmt.Sprintf("INSERT INTO %s (%s, %s) SELECT %s, %s FROM values('%s', %s) AS source", table, strings.Join(lines[0], ", "), strings.Join(further, ", "),
		strings.Join(casts, ", "), more, strings.Join(fields, ", "), strings.Join(values, ", ")))
}

func (s *store) types(t testing.TB, table string) map[string]string {
	t.Helper()
	var rows []struct {
		Name string `ch:"name"`
		Type string `ch:"type"`
	}
	if err := s.conn.Select(context.Background(), &rows, "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = '"+table+"'"); err != nil {
		t.Fatal(err)
	}
	types := map[string]string{}
	for _, r := range rows {
		types[r.Name] = r.Type
	}
	return types
}

func readCSV(t testing.TB, path string) [][]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func ask(t testing.TB, s analytics.Snapshot, m analytics.Metric, f analytics.Filter) analytics.Answer {
	t.Helper()
	a, err := m.Ask(context.Background(), s, officeSetting, f)
	if err != nil {
		t.Fatalf("%s: %v", m.Slug(), err)
	}
	return a
}

// lines are the chosen columns of an answer, as CSV has them.
func lines(t testing.TB, a analytics.Answer, columns []string) [][]string {
	t.Helper()
	table := a.Table()
	out := [][]string{columns}
	for _, row := range table.Rows {
		line := make([]string, len(columns))
		for i, name := range columns {
			line[i] = row[indexOf(t, table, name)].Text()
		}
		out = append(out, line)
	}
	return out
}

func indexOf(t testing.TB, table analytics.Table, name string) int {
	t.Helper()
	for i, c := range table.Columns {
		if c.Name == name {
			return i
		}
	}
	t.Fatalf("there is no column %s", name)
	return -1
}

// Each metric has a file with its answer for the last closed four weeks of the office; a metric without one fails.
func TestOffice(t *testing.T) {
	t.Parallel()
	s := newOffice(t)
	for _, m := range analytics.All() {
		t.Run(m.Slug(), func(t *testing.T) {
			t.Parallel()
			want := readCSV(t, filepath.Join("testdata/office", m.Slug()+".csv"))
			got := lines(t, ask(t, s, m, analytics.Filter{Grain: analytics.Whole}), want[0])
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOfficeFiltered(t *testing.T) {
	t.Parallel()
	s := newOffice(t)
	for _, c := range []struct {
		name    string
		metric  analytics.Metric
		query   string
		columns string
		want    []string
	}{
		{"shares of one tool stay those of all", analytics.ToolShare, "grain=period&tool=email", "tool,messages,share_ratio,suppressed",
			[]string{"all,60,0.6,false", "email,60,0.6,false"}},
		{"one class", analytics.ToolShare, "grain=period&class=team_chat", "tool,messages", []string{"all,40", "slack,40"}},
		{"one status", analytics.ToolShare, "grain=period&status=sanctioned", "tool,messages", []string{"all,60", "email,60"}},
		{"no tool of a status", analytics.ToolShare, "grain=period&status=banned", "tool,messages", nil},
		{"a single outsider is hidden", analytics.ToolShare, "grain=period&side=external", "tool,messages,suppressed",
			[]string{"all,,true", "email,,true", "slack,,true"}},
		{"and is not in the sum of both sides", analytics.ToolShare, "grain=period&side=all", "tool,messages,suppressed",
			[]string{"all,,true", "email,,true", "slack,,true"}},
		{"by week", analytics.ToolShare, "period=4w&grain=week", "from_on,tool,people,messages,suppressed", []string{
			"2026-01-05,all,10,60,false", "2026-01-05,email,,,true", "2026-01-05,slack,,,true",
			"2026-01-12,all,,,true", "2026-01-12,email,,,true", "2026-01-12,slack,,,true",
			"2026-01-19,all,,,true", "2026-01-19,email,,,true", "2026-01-19,slack,,,true",
			"2026-01-26,all,8,40,false", "2026-01-26,email,,,true", "2026-01-26,slack,,,true"}},
		{"by hour", analytics.ToolShare, "from=2026-01-06&to=2026-01-07&grain=hour", "from_on,hour,tool,messages", append(append(
			hiddenHours("2026-01-06", 0, 9), "2026-01-06,9,all,60", "2026-01-06,9,email,", "2026-01-06,9,slack,"), hiddenHours("2026-01-06", 10, 24)...)},
		{"sprawl of one tool", analytics.ToolSprawl, "tool=email", "people,tools_per_person,effective_tools,entropy", []string{"10,1,1,0"}},
		{"ties on one tool", analytics.TieFrequency, "tool=slack&grain=week&period=1w", "people,ties,ties_per_person,turns_per_person", []string{"12,5,0.833333,2.875"}},
		{"ties by day are answered by week", analytics.TieFrequency, "grain=day&period=1w", "from_on,to_on,weeks,ties", []string{"2026-01-26,2026-02-02,1,5"}},
		{"a month is the weeks that end in it", analytics.TieFrequency, "grain=month&from=2026-01-01&to=2026-02-01", "weeks,people,ties,is_partial",
			[]string{"4,10,1.5,false"}},
		{"overlap of one tool with the others", analytics.ToolOverlap, "tool=slack", "of,tool_a,tool_b,on_both",
			[]string{"people,email,slack,6", "people,slack,email,6", "ties,email,slack,5", "ties,slack,email,5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := filter(t, c.query)
			want := [][]string{strings.Split(c.columns, ",")}
			for _, line := range c.want {
				want = append(want, strings.Split(line, ","))
			}
			if diff := cmp.Diff(want, lines(t, ask(t, s, c.metric, f), want[0])); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func hiddenHours(day string, from, to int) []string {
	var hours []string
	for h := from; h < to; h++ {
		for _, tool := range []string{"all", "email", "slack"} {
			hours = append(hours, fmt.Sprintf("%s,%d,%s,", day, h, tool))
		}
	}
	return hours
}

// With a directory the roster is what it says: three of the ten weeks' people are not in it, two in it never wrote.
func TestOfficeDirectory(t *testing.T) {
	t.Parallel()
	s := newOffice(t)
	s.exec(t, `INSERT INTO person (person_id, map_key, origin, start_on, end_on, is_gone, version)
		SELECT number + 4, number + 4, 'directory', '2020-01-01', '2299-12-31', false, 1 FROM numbers(7)`) // 4 to 10
	s.exec(t, `INSERT INTO person (person_id, map_key, origin, start_on, end_on, is_gone, version) VALUES
		(20, 20, 'directory', '2020-01-01', '2026-01-12', false, 1), (21, 21, 'directory', '2026-01-12', '2299-12-31', false, 1),
		(22, 22, 'directory', '2020-01-01', '2299-12-31', true, 1), (23, 23, 'accounts', '2020-01-01', '2299-12-31', false, 1),
		(21, 21, 'directory', '2019-01-01', '2299-12-31', false, 0)`)
	s.directory = true
	a := ask(t, s, analytics.TieFrequency, filter(t, "grain=week&period=4w"))
	// In the first week 4 to 10 and 20 are listed: 8 people, of whom 4, 5 and 6 have two ties each. In the second 21
	// takes the place of 20.
	want := [][]string{
		{"people", "ties_per_person", "suppressed", "hidden"},
		{"8", "", "false", "ties ties_per_person"},
		{"8", "", "false", "ties ties_per_person active_people turns_per_person turns_log_mean"},
		{"8", "", "false", "ties ties_per_person active_people turns_per_person turns_log_mean"},
		{"8", "", "false", "ties ties_per_person"},
	}
	if diff := cmp.Diff(want, lines(t, a, want[0])); diff != "" {
		t.Error(diff)
	}
}

func TestOfficeIntervals(t *testing.T) {
	t.Parallel()
	s := newOffice(t)
	row := analytics.ToolSprawl.Rows(ask(t, s, analytics.ToolSprawl, analytics.Filter{}))[0]
	for name, c := range map[string]analytics.Change{"tools per person": row.ToolsPerPersonChange, "effective tools": row.EffectiveToolsChange, "gap": row.SprawlGapChange} {
		if !c.IsKnown() || *c.Low > *c.Change || *c.High < *c.Change || *c.Low == *c.High {
			t.Errorf("%s: %v is not inside of %v to %v", name, *c.Change, *c.Low, *c.High)
		}
	}
	if !row.ToolsPerPersonChange.IsNone() {
		t.Error("tools per person are 1.5 before and after, and it is said to have changed")
	}
	again := analytics.ToolSprawl.Rows(ask(t, s, analytics.ToolSprawl, analytics.Filter{}))[0]
	if diff := cmp.Diff(row, again); diff != "" {
		t.Errorf("asked twice, answered otherwise: %s", diff)
	}
}

// Whatever random ids people have, the answers are the same.
func TestIdsDoNotMatter(t *testing.T) {
	t.Parallel()
	plain, renamed := newOffice(t), newOffice(t)
	renamed.exec(t, "TRUNCATE TABLE account_person")
	for _, slice := range []int{1, 2} {
		renamed.exec(t, fmt.Sprintf("INSERT INTO account_person (publication_id, slice_id, account_id, person_id, is_person, is_internal) SELECT 1, %d, account_id, cityHash64(person_id, 'other'), is_person, is_internal FROM (%s)", slice, peopleOf(t)))
	}
	for _, m := range analytics.All() {
		if diff := cmp.Diff(ask(t, plain, m, analytics.Filter{Grain: analytics.Whole}).Table(), ask(t, renamed, m, analytics.Filter{Grain: analytics.Whole}).Table()); diff != "" {
			t.Errorf("%s: %s", m.Slug(), diff)
		}
	}
}

func peopleOf(t testing.TB) string {
	t.Helper()
	var rows []string
	for _, line := range readCSV(t, "testdata/office/account_person.csv")[1:] {
		rows = append(rows, fmt.Sprintf("SELECT %s AS account_id, %s AS person_id, %s AS is_person, %s AS is_internal", line[0], line[1], line[2], line[3]))
	}
	return strings.Join(rows, " UNION ALL ")
}

// With at least nine people, Slack and so e-mail are hidden. The indices would tell their shares: what is left of them is
// rounded to tenths (1.960132, 0.464261) or hidden; what people use on average stays exact.
func TestOfficeIndicesOfHiddenTools(t *testing.T) {
	t.Parallel()
	s := newOffice(t)
	set := officeSetting
	set.MinimumGroup = 9
	a, err := analytics.ToolSprawl.Ask(t.Context(), s, set, filter(t, "compare=none"))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"people", "tools_per_person", "effective_tools", "sprawl_gap", "concentration", "entropy", "suppressed", "hidden"},
		{"12", "1.5", "2", "0.5", "", "", "false", "many_tools_ratio concentration inverse_concentration entropy entropy_within entropy_between"},
	}
	if diff := cmp.Diff(want, lines(t, a, want[0])); diff != "" {
		t.Error(diff)
	}
	if a, err = analytics.ToolSprawl.Ask(t.Context(), s, set, filter(t, "tool=slack")); err != nil || !analytics.ToolSprawl.Rows(a)[0].IsSuppressed {
		t.Errorf("the sprawl of eight people is shown (%v)", err)
	}
}
