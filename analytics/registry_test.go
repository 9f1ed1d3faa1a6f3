package analytics_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crosstalk/analytics"
)

var update = flag.Bool("update", false, "write the tables of columns in docs/metrics.md")

// Every metric is whole: a query, documentation, columns that say what they are, and an answer worked out by hand.
func TestMetricsAreWhole(t *testing.T) {
	t.Parallel()
	if *update {
		writeTables(t)
	}
	text, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(text), "\n## ")
	for _, m := range analytics.All() {
		t.Run(m.Slug(), func(t *testing.T) {
			t.Parallel()
			if found, ok := analytics.Lookup(m.Slug()); !ok || found != m {
				t.Error("it is not found by its slug")
			}
			doc := m.Doc()
			for what, text := range map[string]string{"title": doc.Title, "question": doc.Question, "formula": doc.Formula, "source": doc.Source, "example": doc.Example, "shape": string(doc.Shape)} {
				if text == "" {
					t.Errorf("it has no %s", what)
				}
			}
			if len(doc.Caveats) == 0 || len(doc.Grains) == 0 {
				t.Error("it has no caveats or no grains")
			}
			for _, name := range m.Queries() {
				checkQuery(t, name)
			}
			checkSection(t, m, sections)
			if _, err := os.Stat(filepath.Join("testdata/office", m.Slug()+".csv")); err != nil {
				t.Error(err)
			}
		})
	}
}

func checkQuery(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile("query/" + name + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	query := string(text)
	if !strings.HasPrefix(query, "-- ") || !strings.Contains(query, "\n-- A row:") || !strings.Contains(query, "\n-- Left out:") {
		t.Errorf("%s does not open with the question, the row and what is left out", name)
	}
	rollUps := regexp.MustCompile(`(?m)FROM (account_day|tie_day|minute_day|opening_day|reach_day|session_day|gap_day)\b`).FindAllStringIndex(query, -1)
	if strings.Count(query, "slice_id IN {live:Array(UInt64)}") < len(rollUps) {
		t.Errorf("%s reads a roll-up without choosing the live slices", name)
	}
	if len(rollUps) > 0 && !strings.Contains(query, "slice_id = {people:UInt64}") || !strings.Contains(query, "\nORDER BY ") {
		t.Errorf("%s does not choose the live people, or has no order", name)
	}
}

var columnName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func checkSection(t *testing.T, m analytics.Metric, sections []string) {
	t.Helper()
	section := ""
	for _, s := range sections {
		if strings.HasPrefix(s, m.Slug()+"\n") {
			section = s
		}
	}
	if !strings.Contains(section, m.Doc().Question) || !strings.Contains(section, "Worked example") {
		t.Error("docs/metrics.md has no section with its question and a worked example")
	}
	for _, name := range m.Queries() {
		if !strings.Contains(section, "query/"+name+".sql") {
			t.Errorf("its section of docs/metrics.md does not name %s.sql", name)
		}
	}
	for _, c := range m.Columns() {
		if !columnName.MatchString(c.Name) || c.Type == "" || c.Description == "" {
			t.Errorf("column %+v is not described", c)
		}
	}
	if !strings.Contains(section, columnTable(m)) {
		t.Error("the table of columns in its section of docs/metrics.md is not that of its rows: run go test ./analytics -update")
	}
}

// columnTable is how docs/metrics.md lists the columns of a metric; those that all have, and comparisons, are described once.
func columnTable(m analytics.Metric) string {
	var b strings.Builder
	b.WriteString(tableHead)
	for _, c := range m.Columns() {
		if slices.Contains(analytics.FrameColumns(), c.Name) || isComparison.MatchString(c.Name) {
			continue
		}
		kind := c.Type
		if c.Unit != "" {
			kind += ", " + c.Unit
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, kind, c.Description)
	}
	return b.String()
}

const tableHead = "| column | type | meaning |\n|---|---|---|\n"

var isComparison = regexp.MustCompile(`_(previous|change|change_low|change_high)$`)

// writeTables puts the tables of columns into docs/metrics.md, at the end of each section.
func writeTables(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	sections := strings.Split(string(text), "\n## ")
	for i, section := range sections {
		slug, _, _ := strings.Cut(section, "\n")
		if m, ok := analytics.Lookup(slug); ok {
			words, _, _ := strings.Cut(section, tableHead)
			sections[i] = strings.TrimRight(words, "\n") + "\n\n" + columnTable(m)
		}
	}
	if err := os.WriteFile("../docs/metrics.md", []byte(strings.Join(sections, "\n## ")), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEveryQueryHasAMetric(t *testing.T) {
	t.Parallel()
	used := map[string]bool{"group": true} // by all that are asked for a group
	for _, m := range analytics.All() {
		for _, name := range m.Queries() {
			used[name] = true
		}
	}
	files, err := filepath.Glob("query/*.sql")
	if err != nil || len(files) != len(used) {
		t.Fatalf("%d queries, of which %d are used (%v)", len(files), len(used), err)
	}
	for _, file := range files {
		if !used[strings.TrimSuffix(filepath.Base(file), ".sql")] {
			t.Errorf("%s belongs to no metric", file)
		}
	}
}
