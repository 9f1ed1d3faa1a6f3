package main

import (
	"github.com/spf13/cobra"

	"crosstalk/analytics"
	"crosstalk/dashboards"
)

func (a *app) metricsCommand() *cobra.Command {
	var asJSON, asOpenAPI bool
	cmd := &cobra.Command{
		Use:   "metrics",
		Short: "List the metrics: slug and question",
		Long: `List the metrics that can be exported: slug and question, with --json also columns, grains and
defaults, as /api/v1/metrics answers. --openapi prints the description of the JSON API for
programs (OpenAPI 3.1), as /api/v1/openapi.json answers.

Exit codes: 0 done, 1 failed, 2 wrong use.`,
		Example: `  crosstalk metrics --json
  crosstalk metrics --openapi >crosstalk.openapi.json`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			switch {
			case asJSON && asOpenAPI:
				return usage("--json and --openapi exclude each other: give one of them")
			case asJSON:
				return dashboards.WriteMetrics(a.stdout)
			case asOpenAPI:
				return dashboards.WriteOpenAPI(a.stdout, version)
			}
			for _, m := range analytics.All() {
				a.print("%-16s %s", m.Slug(), m.Doc().Question)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON array")
	cmd.Flags().BoolVar(&asOpenAPI, "openapi", false, "print the description of the JSON API")
	return cmd
}

func noMetric(slug string) error {
	if nearest := analytics.Nearest(slug); nearest != "" {
		return usage("there is no metric %q: did you mean %s?", slug, nearest)
	}
	return usage("there is no metric %q: crosstalk metrics lists them", slug)
}
