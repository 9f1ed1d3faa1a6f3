package views

import (
	"cmp"
	"slices"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// drawToolCost draws what a tool costs for everybody who uses it, in each currency.
func drawToolCost(r Result[analytics.ToolCostRow], look Look) []Figure {
	rows := ofLast(r, func(row analytics.ToolCostRow) analytics.Bucket { return row.Bucket })
	currencies := toolsIn(rows, func(row analytics.ToolCostRow) string { return row.Currency })
	if len(currencies) == 0 {
		currencies = []string{""}
	}
	var figures []Figure
	for i, currency := range currencies {
		own := slices.DeleteFunc(slices.Clone(rows), func(row analytics.ToolCostRow) bool { return row.Currency != currency })
		cost := costBars(look, own, "What does each tool cost a year?", currency, "annual_cost", func(row analytics.ToolCostRow) *float64 { return row.AnnualCost })
		figures = append(figures, r.figure(numbered("tool-cost", i), cost.Title, "By the register, in "+currencyWord(currency), cost))
		per := costBars(look, own, "What does everybody who uses it cost a year?", currency, "cost_per_active", func(row analytics.ToolCostRow) *float64 { return row.CostPerActive })
		figure := r.figure(numbered("tool-cost-per-active", i), per.Title, "Annual cost for each person who wrote within 28 days, in "+currencyWord(currency), per)
		figure.Nothing = cmp.Or(figure.Nothing, "It takes a price in the register, and people who write.")
		figures = append(figures, figure)
	}
	return figures
}

func costBars(look Look, rows []analytics.ToolCostRow, title, currency, column string, of func(analytics.ToolCostRow) *float64) chart.Bars {
	bars := chart.Bars{Title: title, Of: "Tool", What: currencyWord(currency), Format: chart.Decimal}
	for _, row := range rows {
		bars.Bars = append(bars.Bars, portfolioBar(look, row.Tool, value(row.Release, column, of(row))))
	}
	return bars
}

func currencyWord(currency string) string {
	if currency == "" {
		return "no known currency"
	}
	return currency
}

// numbered keeps the first name as it is, and tells the others apart.
func numbered(id string, i int) string {
	if i == 0 {
		return id
	}
	return id + "-" + string(rune('a'+i%26))
}

// portfolioBar is the bar of a tool, or of the sum.
func portfolioBar(look Look, slug string, v chart.Value) chart.Bar {
	if slug == analytics.AllTools {
		return chart.Bar{Name: "All in the sum", Value: v}
	}
	tool := look.Tool(slug)
	return chart.Bar{Name: tool.Name, Colour: tool.Colour, Value: v}
}
