package dashboards

import (
	"context"

	"crosstalk/analytics"
	"crosstalk/views"
)

func definitionsPage() page {
	return page{path: "/definitions", menu: "Definitions", group: "Running it", make: makeDefinitions}
}

func makeDefinitions(context.Context, *visit) (body, error) {
	return body{title: "What does each number mean?", lede: "Every metric with its question, formula, source and caveats; the same words stand in the documentation.",
		content: views.DefinitionsPage(analytics.All())}, nil
}
