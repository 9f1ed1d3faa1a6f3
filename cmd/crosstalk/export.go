package main

import (
	"errors"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"crosstalk/analytics"
	"crosstalk/dashboards"
)

// filterFlags are the filters of contract and query string, as flags.
var filterFlags = []struct{ name, help string }{
	{"period", "28d, 12w, last-quarter and so on; default the metric's own"},
	{"from", "first day, with --to: 2026-01-31"},
	{"to", "first day no longer in it"},
	{"grain", "hour, day, week or month"},
	{"compare", "previous, year or none"},
	{"group", "a department, or department/team"},
	{"class", "class of tools"},
	{"status", "sanctioned, tolerated, banned or unknown"},
	{"side", "internal, external or all"},
}

func (a *app) exportCommand() *cobra.Command {
	var format string
	var tools []string
	values := map[string]*string{}
	cmd := &cobra.Command{
		Use:   "export SLUG",
		Short: "Write a metric as CSV or JSON, exactly as the dashboard shows it",
		Long: `Write a metric as CSV or JSON to standard output, exactly as the dashboard shows it.
"crosstalk metrics" lists the slugs.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk export tool_overlap --period 12w --format csv`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("export which metric? name one slug; crosstalk metrics lists them")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			m, ok := analytics.Lookup(args[0])
			if !ok {
				return noMetric(args[0])
			}
			if format != "csv" && format != "json" {
				return usage("--format is csv or json, not %q", format)
			}
			query := url.Values{}
			for name, v := range values {
				if *v != "" {
					query.Set(name, *v)
				}
			}
			query["tool"] = tools
			f, err := analytics.ParseFilter(query)
			if err != nil {
				return usage("%v", err)
			}
			return a.export(cmd, m, f, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "csv", "csv or json")
	cmd.Flags().StringArrayVar(&tools, "tool", nil, "slug of a tool; may be repeated")
	for _, f := range filterFlags {
		values[f.name] = cmd.Flags().String(f.name, "", f.help)
	}
	return cmd
}

func (a *app) export(cmd *cobra.Command, m analytics.Metric, f analytics.Filter, format string) error {
	c, err := a.configure()
	if err != nil {
		return err
	}
	w, err := a.open(cmd.Context())
	if err != nil {
		return err
	}
	set, err := setting(c, w)
	if err != nil {
		return errors.Join(err, w.Close())
	}
	current, err := w.Snapshot(cmd.Context())
	if err != nil {
		return errors.Join(err, w.Close())
	}
	answer, err := a.keeper(w).Ask(cmd.Context(), m, current, set, f)
	if errors.Is(err, analytics.ErrFilter) || errors.Is(err, analytics.ErrRefused) {
		err = usage("%w", err)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		return err
	}
	for _, note := range answer.Notes {
		a.say("%s", note)
	}
	if format == "json" {
		return dashboards.WriteJSON(a.stdout, answer, time.Now())
	}
	return dashboards.WriteCSV(a.stdout, answer)
}
