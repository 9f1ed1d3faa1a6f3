package dashboardstest

import (
	"reflect"

	"crosstalk/analytics"
)

// portfolioRows invents what a metric of tools as a portfolio answers; nil for the others.
func (c Company) portfolioRows(m analytics.Metric, buckets []analytics.Bucket) any {
	switch m.Slug() {
	case analytics.GovernanceShare.Slug():
		var rows []analytics.GovernanceShareRow
		for _, of := range []string{analytics.ShareOfMessages, analytics.ShareOfPeople, analytics.ShareOfTies} {
			for _, kind := range []string{"set", "not_set", "unknown"} {
				rows = append(rows, analytics.GovernanceShareRow{Of: of, By: analytics.ByRetentionAndHold, Kind: kind})
			}
			for _, kind := range []string{"sanctioned", "tolerated", "banned", "unknown"} {
				rows = append(rows, analytics.GovernanceShareRow{Of: of, By: analytics.ByStatus, Kind: kind})
			}
		}
		return alike(c, buckets, rows)
	case analytics.UseOverlap.Slug():
		var rows []analytics.UseOverlapRow
		for _, a := range c.Tools() {
			for _, b := range c.Tools() {
				if a.Tool != b.Tool {
					rows = append(rows, analytics.UseOverlapRow{ToolA: a.Tool, ToolB: b.Tool})
				}
			}
		}
		return alike(c, buckets, rows)
	case analytics.ToolCost.Slug():
		return alike(c, buckets, ofPortfolio(c, func(tool string) analytics.ToolCostRow { return analytics.ToolCostRow{Tool: tool, Currency: "EUR"} }))
	case analytics.RedundantSpend.Slug():
		return alike(c, buckets, ofPortfolio(c, func(tool string) analytics.RedundantSpendRow {
			return analytics.RedundantSpendRow{Tool: tool, Currency: "EUR"}
		}))
	}
	return nil
}

// ofPortfolio gives a row for the sum and one for each tool.
func ofPortfolio[R any](c Company, row func(tool string) R) []R {
	rows := []R{row(analytics.AllTools)}
	for _, t := range c.Tools() {
		rows = append(rows, row(t.Tool))
	}
	return rows
}

// alike gives the same rows for each bucket, with invented figures. What a row already says of itself stays.
func alike[R any](c Company, buckets []analytics.Bucket, rows []R) []R {
	list := []R{}
	for _, b := range buckets {
		for i, row := range rows {
			said, invented := reflect.ValueOf(row), c.inventedRow(reflect.TypeFor[R](), b, i%3)
			for f := range said.NumField() {
				if !said.Field(f).IsZero() {
					invented.Field(f).Set(said.Field(f))
				}
			}
			list = append(list, invented.Interface().(R))
		}
	}
	return list
}
