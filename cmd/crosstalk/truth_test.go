package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"crosstalk/simulate"
)

// invent writes a simulated company and reads back its truth.
func invent(t *testing.T, o simulate.Options) (dir string, truth simulate.Truth) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "export")
	if _, err := simulate.Write(context.Background(), dir, o); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &truth); err != nil {
		t.Fatal(err)
	}
	return dir, truth
}

// exported is an exported metric: a map of columns per row.
func exported(t *testing.T, data, config string, args ...string) []map[string]string {
	t.Helper()
	code, stdout, stderr := crosstalk(t, append([]string{"--data", data, "--config", config, "export"}, args...)...)
	if code != exitDone {
		t.Fatalf("export %v: exit %d: %s", args, code, stderr)
	}
	lines, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func find(t *testing.T, rows []map[string]string, where ...string) map[string]string {
	t.Helper()
	for _, row := range rows {
		fits := true
		for i := 0; i < len(where); i += 2 {
			fits = fits && row[where[i]] == where[i+1]
		}
		if fits {
			return row
		}
	}
	t.Fatalf("no row with %v among %d", where, len(rows))
	return nil
}

func wantInt(t *testing.T, what string, row map[string]string, column string, want int) {
	t.Helper()
	if row[column] != strconv.Itoa(want) {
		t.Errorf("%s: %s is %q; the truth is %d", what, column, row[column], want)
	}
}

func wantFloat(t *testing.T, what string, row map[string]string, column string, want float64) {
	t.Helper()
	got, err := strconv.ParseFloat(row[column], 64)
	if err != nil || math.Abs(got-want) > 1e-6 {
		t.Errorf("%s: %s is %q; the truth is %.6f", what, column, row[column], want)
	}
}

// TestMetricsEqualTheTruth imports a simulated company through the real collectors and
// holds every metric, of the organisation as a whole, against what its maker counted.
func TestMetricsEqualTheTruth(t *testing.T) {
	dir, truth := invent(t, simulate.Options{Seed: 5, People: 200, Weeks: 16, Tools: 4})
	data, config := folder(t), filepath.Join(dir, "crosstalk.yaml")
	counts := imported(t, data, "--config", config, dir)
	if len(counts) < 4 {
		t.Fatalf("%d sources; want 4 tools", len(counts))
	}

	t.Run("tool_activity", func(t *testing.T) {
		rows := exported(t, data, config, "tool_activity")
		for _, tool := range truth.Last28Days.Tools {
			wantInt(t, tool.Tool, find(t, rows, "tool", tool.Tool, "window_days", "28", "to_on", truth.Last28Days.To), "people", tool.People)
			wantInt(t, tool.Tool, find(t, rows, "tool", tool.Tool, "window_days", "28", "to_on", truth.Last28Days.To), "messages", tool.Messages)
		}
		days := exported(t, data, config, "tool_activity", "--grain", "day", "--period", "28d", "--tool", "slack")
		last := truth.Tools[0].Days[len(truth.Tools[0].Days)-3] // a Friday
		row := find(t, days, "tool", "slack", "window_days", "1", "from_on", last.Day)
		wantInt(t, "slack on "+last.Day, row, "people", last.Senders)
		wantInt(t, "slack on "+last.Day, row, "messages", last.Messages)
	})
	t.Run("tool_share", func(t *testing.T) {
		rows := exported(t, data, config, "tool_share", "--grain", "week", "--period", "8w")
		for _, tool := range truth.Tools {
			for _, week := range tool.Weeks[len(tool.Weeks)-8:] {
				for _, all := range truth.Weeks {
					if all.Week != week.Week || !week.Complete {
						continue
					}
					row := find(t, rows, "tool", tool.Tool, "from_on", all.From)
					if row["suppressed"] == "true" {
						continue
					}
					wantInt(t, tool.Tool+" "+week.Week, row, "messages", week.Messages)
					wantInt(t, tool.Tool+" "+week.Week, row, "people", week.Senders)
					wantFloat(t, tool.Tool+" "+week.Week, row, "share_ratio", float64(week.Messages)/float64(all.Messages))
				}
			}
		}
	})
	t.Run("tool_sprawl", func(t *testing.T) {
		w := truth.Last28Days
		row := find(t, exported(t, data, config, "tool_sprawl", "--period", "28d"), "to_on", w.To)
		wantInt(t, "sprawl", row, "people", w.All.People)
		wantFloat(t, "sprawl", row, "tools_per_person", w.ToolsPerPerson)
		wantFloat(t, "sprawl", row, "many_tools_ratio", w.ThreeOrMore)
		wantFloat(t, "sprawl", row, "effective_tools", w.Effective)
		wantFloat(t, "sprawl", row, "effective_tools_per_person", w.EffectivePerson)
		wantFloat(t, "sprawl", row, "sprawl_gap", w.Effective-w.EffectivePerson)
		wantFloat(t, "sprawl", row, "concentration", w.HHI)
	})
	t.Run("tool_overlap", func(t *testing.T) {
		rows := exported(t, data, config, "tool_overlap", "--period", "28d")
		shown := 0
		for _, o := range truth.Last28Days.Overlaps {
			for of, n := range map[string][3]int{"people": {o.PeopleA, o.PeopleB, o.PeopleBoth}, "ties": {o.TiesA, o.TiesB, o.TiesBoth}} {
				row := find(t, rows, "of", of, "tool_a", o.A, "tool_b", o.B)
				if row["suppressed"] == "true" {
					continue
				}
				shown++
				what := fmt.Sprint(of, " ", o.A, " ", o.B)
				wantInt(t, what, row, "on_a", n[0])
				wantInt(t, what, row, "on_b", n[1])
				wantInt(t, what, row, "on_both", n[2])
				wantFloat(t, what, row, "containment_ratio", float64(n[2])/float64(n[0]))
				wantFloat(t, what, row, "jaccard_ratio", float64(n[2])/float64(n[0]+n[1]-n[2]))
			}
		}
		if shown < 6 {
			t.Errorf("only %d of the pairs are shown", shown)
		}
	})
	t.Run("tie_frequency", func(t *testing.T) {
		rows := exported(t, data, config, "tie_frequency", "--period", "12w", "--grain", "week")
		checked := 0
		for _, week := range truth.Weeks {
			if !week.Complete || len(truth.Weeks) > 12 && week.From < truth.Weeks[len(truth.Weeks)-12].From {
				continue
			}
			checked++
			row := find(t, rows, "from_on", week.From)
			wantInt(t, week.Week, row, "people", week.Roster)
			wantInt(t, week.Week, row, "ties", week.Reciprocal)
			wantFloat(t, week.Week, row, "ties_per_person", week.PerPerson)
			wantInt(t, week.Week, row, "active_people", week.Active)
			wantFloat(t, week.Week, row, "turns_per_person", float64(week.Turns)/float64(week.Active))
		}
		if checked < 8 {
			t.Errorf("only %d weeks compared", checked)
		}
	})
}
