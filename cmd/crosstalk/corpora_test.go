package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crosstalk/collectors/collectortest"
	"crosstalk/simulate"
	"crosstalk/warehouse"
)

// total adds up the counts of several workspaces.
func total(counts []warehouse.SourceCount) (out warehouse.SourceCount) {
	for _, c := range counts {
		out.Messages += c.Messages
		out.Duplicates += c.Duplicates
		out.Reactions += c.Reactions
		out.Calls += c.Calls
		out.System += c.System
		out.Rejected += c.Rejected
	}
	return out
}

// TestCorpora imports real corpora whose counts were made independently
// (corpora/SOURCES.md) and looks at every face of what came of them.
func TestCorpora(t *testing.T) {
	corpora := collectortest.Shared(t, "corpora")
	data := folder(t)
	path := func(elem ...string) string { return filepath.Join(append([]string{corpora}, elem...)...) }

	t.Run("slack-rcwg", func(t *testing.T) {
		c := total(imported(t, data, path("slack-rcwg", "r-contributors-slack-export.zip")))
		if items := c.Messages + c.System + c.Calls; items != 12564 || c.Reactions != 4874 || c.Rejected != 0 {
			t.Errorf("%d items, %d reactions, %d rejected; want 12,564, 4,874, 0", items, c.Reactions, c.Rejected)
		}
	})
	t.Run("email-linux-clk", func(t *testing.T) {
		c := total(imported(t, data, path("email-linux-clk", "linux-clk-2025H2.mbox.xz")))
		if c.Messages+c.System != 8297 || c.Rejected != 0 {
			t.Errorf("%d messages and %d system, %d rejected; want 8,299 less 2 repeats", c.Messages, c.System, c.Rejected)
		}
	})
	t.Run("email-r-lists", func(t *testing.T) {
		var files []string
		for _, name := range []string{"r-announce-2015_2026", "r-devel-2020_2026-07", "r-package-devel-2020_2026-07"} {
			files = append(files, path("email-r-lists", name+".mbox.xz"))
		}
		c := total(imported(t, data, files...))
		if c.Messages != 8853-7 || c.Duplicates != 19 {
			t.Errorf("%d messages, %d of them cross-posts; want 8,846 and 19, which leaves 8,827 distinct", c.Messages, c.Duplicates)
		}
		again := total(imported(t, data, files...))
		if again.Messages != c.Messages || again.Duplicates != again.Messages {
			t.Errorf("again: %d messages, %d known; want all of %d", again.Messages, again.Duplicates, c.Messages)
		}
	})
	t.Run("irc-web-standards", func(t *testing.T) {
		c := total(imported(t, data, path("irc-web-standards", "irc-logs-2012-2013.tar.xz")))
		if c.Messages != 410730+16003 || c.Rejected != 0 {
			t.Errorf("%d messages, %d rejected; want 410,730 said and 16,003 actions", c.Messages, c.Rejected)
		}
	})
	t.Run("email-enron-departments", func(t *testing.T) {
		mapping, err := filepath.Abs("../../collectors/table/mappings/email-enron-departments.yaml")
		if err != nil {
			t.Fatal(err)
		}
		counts := imported(t, data, "--collector", "table", "--mapping", mapping, path("email-enron-departments"))
		c := total(counts)
		if c.Messages != 21635 {
			t.Errorf("%d messages; want 21,635", c.Messages)
		}
		if n := number(t, data, "SELECT sum(length(recipient_ids)) FROM message FINAL WHERE workspace = '"+counts[0].Workspace+"'"); n != 38388 {
			t.Errorf("%d recipients stored; want 38,388", n)
		}
	})
	t.Run("two tools of one community", func(t *testing.T) {
		rows := exported(t, data, "", "tool_overlap", "--from", "2021-01-01", "--to", "2021-12-31")
		row := find(t, rows, "of", "people", "tool_a", "email", "tool_b", "slack")
		if row["on_a"] == "" && row["suppressed"] != "true" {
			t.Errorf("the overlap of e-mail and Slack has no row to speak of: %v", row)
		}
	})
	t.Run("no text is kept", func(t *testing.T) {
		imported(t, data, write(t, simulate.Options{Seed: 2, People: 60, Weeks: 6, Tools: 4}))
		forbidden := []string{simulate.Canary, "canvas_in_the_conversation", "R-package-devel]", "[Rd]", "R Contributors Slack", "has joined the channel",
			"clk: renesas", "[PATCH", "dt-bindings", "Session Start", "r-contributors-slack-export.zip", "linux-clk-2025H2.mbox"}
		noText(t, data, forbidden)
	})
}

func write(t *testing.T, o simulate.Options) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "export")
	if _, err := simulate.Write(context.Background(), dir, o); err != nil {
		t.Fatal(err)
	}
	return dir
}

// number asks the warehouse of a data folder one number.
func number(t *testing.T, data, query string) uint64 {
	t.Helper()
	w, err := warehouse.Open(context.Background(), warehouse.Options{DataDir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	s, err := w.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		N uint64 `ch:"n"`
	}
	if err := s.Select(context.Background(), &rows, "SELECT toUInt64(n) AS n FROM (SELECT ("+query+") AS n)", nil); err != nil {
		t.Fatal(err)
	}
	return rows[0].N
}

// noText looks for texts in every string the warehouse stores, and in every file of the
// data folder as it lies on disk.
func noText(t *testing.T, data string, forbidden []string) {
	t.Helper()
	w, err := warehouse.Open(context.Background(), warehouse.Options{DataDir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	s, err := w.Snapshot(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var columns []struct {
		Table string `ch:"table"`
		Name  string `ch:"name"`
	}
	query := "SELECT table, name FROM system.columns WHERE database = currentDatabase() AND type LIKE '%String%' ORDER BY table, name"
	if err := s.Select(context.Background(), &columns, query, nil); err != nil {
		t.Fatal(err)
	}
	if len(columns) < 20 {
		t.Fatalf("only %d text columns found", len(columns))
	}
	for _, c := range columns {
		for _, text := range forbidden {
			var rows []struct {
				N uint64 `ch:"n"`
			}
			query := fmt.Sprintf("SELECT count() AS n FROM `%s` WHERE position(toString(`%s`), {text:String}) > 0", c.Table, c.Name)
			if err := s.Select(context.Background(), &rows, query, map[string]any{"text": text}); err != nil {
				t.Fatal(err)
			}
			if rows[0].N > 0 {
				t.Errorf("%q stands in %s.%s, %d times", text, c.Table, c.Name, rows[0].N)
			}
		}
	}
	files := 0
	err = filepath.WalkDir(data, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // ClickHouse removes parts while we walk
		}
		for _, text := range forbidden {
			if strings.Contains(d.Name(), text) {
				t.Errorf("%q is in the name of a file", text)
			}
		}
		f, err := os.Open(p)
		if err != nil {
			return nil
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		if err != nil {
			return nil
		}
		files++
		for _, text := range forbidden {
			if bytes.Contains(b, []byte(text)) {
				t.Errorf("%q stands in %s", text, p)
			}
		}
		return nil
	})
	if err != nil || files < 50 {
		t.Fatalf("%d files looked at: %v", files, err)
	}
}
