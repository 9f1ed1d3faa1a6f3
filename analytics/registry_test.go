package analytics_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"crosstalk/analytics"
)

// Every metric is whole: a query, documentation, columns that say what they are, and an answer worked out by hand.
func TestMetricsAreWhole(t *testing.T) {
	t.Parallel()
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
			checkQuery(t, m)
			checkSection(t, m, sections)
			if _, err := os.Stat(filepath.Join("testdata/office", m.Slug()+".csv")); err != nil {
				t.Error(err)
			}
		})
	}
}

func checkQuery(t *testing.T, m analytics.Metric) {
	t.Helper()
	query := m.Query()
	if !strings.HasPrefix(query, "-- ") || !strings.Contains(query, "\n-- A row:") || !strings.Contains(query, "\n-- Left out:") {
		t.Error("its query does not open with the question, the row and what is left out")
	}
	for table := range regexp.MustCompile(`(?m)FROM (account_day|tie_day|minute_day)\b`).FindAllStringIndex(query, -1) {
		if strings.Count(query, "slice_id IN {live:Array(UInt64)}") <= table {
			t.Error("it reads a roll-up without choosing the live slices")
		}
	}
	if !strings.Contains(query, "slice_id = {people:UInt64}") || !strings.Contains(query, "\nORDER BY ") {
		t.Error("it does not choose the live people, or has no order")
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
	if !strings.Contains(section, m.Doc().Question) || !strings.Contains(section, "query/"+m.Slug()+".sql") || !strings.Contains(section, "Worked example") {
		t.Error("docs/metrics.md has no section with its question, its query and a worked example")
	}
	for _, c := range m.Columns() {
		if !columnName.MatchString(c.Name) || c.Type == "" || c.Description == "" {
			t.Errorf("column %+v is not described", c)
		}
		if !strings.Contains(section, "| `"+c.Name+"` | ") {
			t.Errorf("column %s is not in its section of docs/metrics.md", c.Name)
		}
	}
}

func TestEveryQueryHasAMetric(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("query/*.sql")
	if err != nil || len(files) != len(analytics.All()) {
		t.Fatalf("%d queries for %d metrics (%v)", len(files), len(analytics.All()), err)
	}
	for _, file := range files {
		if _, ok := analytics.Lookup(strings.TrimSuffix(filepath.Base(file), ".sql")); !ok {
			t.Errorf("%s belongs to no metric", file)
		}
	}
}
