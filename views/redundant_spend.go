package views

import (
	"cmp"
	"slices"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawRedundantSpend draws what could be saved of each tool, in each currency.
func drawRedundantSpend(r Result[analytics.RedundantSpendRow], look Look) []Figure {
	rows := ofLast(r, func(row analytics.RedundantSpendRow) analytics.Bucket { return row.Bucket })
	currencies := toolsIn(rows, func(row analytics.RedundantSpendRow) string { return row.Currency })
	if len(currencies) == 0 {
		currencies = []string{""}
	}
	var figures []Figure
	for i, currency := range currencies {
		own := slices.DeleteFunc(slices.Clone(rows), func(row analytics.RedundantSpendRow) bool { return row.Currency != currency })
		cost := chart.Bars{Title: "What is paid for twice, or for nothing?", Of: "Tool", What: currencyWord(currency), Format: chart.Decimal}
		share := chart.Bars{Title: "How much of each tool's cost is that?", Of: "Tool", What: "Share of its cost", Format: chart.Percent}
		for _, row := range own {
			cost.Bars = append(cost.Bars, portfolioBar(look, row.Tool, value(row.Release, "redundant_cost", row.RedundantCost)))
			share.Bars = append(share.Bars, portfolioBar(look, row.Tool, value(row.Release, "redundant_ratio", row.RedundantRatio)))
		}
		for _, f := range []Figure{
			r.figure(numbered("redundant-spend", i), cost.Title, "Unused seats, and people with the same ties on a kept tool; a year, in "+currencyWord(currency), cost),
			r.figure(numbered("redundant-spend-share", i), share.Title, "Redundant cost as a share of the annual cost", share),
		} {
			f.Nothing = cmp.Or(f.Nothing, "It takes prices in the register, and 60 days of data or a sanctioned tool.")
			figures = append(figures, f)
		}
	}
	return figures
}
