package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"crosstalk/warehouse"
)

func (a *app) importCommand() *cobra.Command {
	var o importOptions
	var mapping string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import PATH…",
		Short: "Read exports of any tool into the warehouse",
		Long: `Read exports of any tool: files, folders and archives, recognised by content.
A directory of people is one of them: a CSV (columns person, name, email, department, team, …),
the pages of a SCIM 2.0 server as JSON, or LDIF of an LDAP server. One of an earlier day, named by
--as-of, gives history: import the oldest first.
Importing the same export again changes nothing.

Exit codes: 0 done, 1 failed and nothing kept, 2 wrong use, 3 done but some records could not be read.`,
		Example: `  crosstalk import "Acme Slack export Jan 1 2026 - Jun 30 2026.zip" mail/ directory.csv
  crosstalk import --as-of 2026-01-01 people-january.ldif`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("import what? name at least one file, folder or archive")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, paths []string) error {
			if mapping != "" {
				text, err := os.ReadFile(mapping)
				if err != nil {
					return usage("cannot read the mapping: %v", err)
				}
				o.settings = text
				if o.collector == "" {
					o.collector = "table"
				}
				if err := checkMapping(mapping, o); err != nil {
					return err
				}
			}
			return a.runImport(cmd.Context(), paths, o, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print what was read as one JSON array")
	cmd.Flags().StringVar(&o.workspace, "workspace", "", "name of the workspace; default what the export calls itself, else its folder or file")
	cmd.Flags().StringVar(&o.collector, "collector", "", "read with this collector, without asking whether it is its own")
	cmd.Flags().StringVar(&o.tool, "tool", "", "the tool's slug, for exports that do not say it")
	cmd.Flags().StringVar(&mapping, "mapping", "", "YAML file that says what is what in a table; see collectors/table")
	cmd.Flags().StringVar(&o.asOf, "as-of", "", "the day of a directory of people, as 2026-03-31; default today")
	cmd.Flags().StringVar(&o.dateOrder, "date-order", "", "how dates like 3/4/2024 are meant, dmy, mdy or ymd; default what the export shows")
	cmd.Flags().StringVar(&o.zone, "time-zone", "", "zone of times that state none; default the organisation's")
	return cmd
}

func (a *app) runImport(ctx context.Context, paths []string, o importOptions, asJSON bool) error {
	// Look at everything before anything is opened: a wrong path costs no time.
	i, err := a.newImporter(o)
	if err != nil {
		return err
	}
	defer i.close()
	if err := i.plan(paths); err != nil {
		return err
	}
	w, err := a.open(ctx)
	if err != nil {
		return err
	}
	if err := a.ageOut(ctx, i.config, w); err != nil {
		return errors.Join(err, w.Close())
	}
	counts, err := i.run(ctx, w)
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	if err := a.printCounts(counts, asJSON); err != nil {
		return err
	}
	if len(i.leftOut) > 0 || slices.ContainsFunc(counts, func(c warehouse.SourceCount) bool { return c.Rejected > 0 }) {
		return &exitError{code: exitRejects}
	}
	return nil
}

func (a *app) printCounts(counts []warehouse.SourceCount, asJSON bool) error {
	if asJSON {
		if counts == nil {
			counts = []warehouse.SourceCount{}
		}
		e := json.NewEncoder(a.stdout)
		e.SetIndent("", "  ")
		return e.Encode(counts)
	}
	t := tabwriter.NewWriter(a.stdout, 0, 4, 2, ' ', 0)
	if len(counts) > 0 {
		fmt.Fprintln(t, "tool\tworkspace\tmessages\tknown\treactions\tcalls\tsystem\taccounts\trejected\tfrom\tuntil")
	}
	for _, c := range counts {
		first, last := "", ""
		if c.First != nil {
			first, last = c.First.Format("2006-01-02"), c.Last.Format("2006-01-02")
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", c.Tool, c.Workspace, c.Messages, c.Duplicates, c.Reactions, c.Calls, c.System, c.Accounts, c.Rejected, first, last)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, c := range counts {
		for reason, n := range c.Reasons {
			a.say("%s %s: %d rejected: %s", c.Tool, c.Workspace, n, reason)
		}
	}
	return nil
}
