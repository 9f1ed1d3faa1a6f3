package dashboards

import (
	"context"

	"crosstalk/analytics"
	"crosstalk/views"
)

func silosPage() page {
	return page{path: "/silos", menu: "Silos", group: "Today", filtered: true, make: makeSilos}
}

func makeSilos(ctx context.Context, v *visit) (body, error) {
	p := &plan{visit: v}
	overlap := want(p, analytics.ToolOverlap, summary(v.filter))
	if err := p.run(ctx); err != nil {
		return body{}, err
	}
	page := views.Silos{Look: v.look, Overlap: *overlap}
	return bodyOf(page.Title(), page.Lede(), views.SilosPage(page), overlap.Answer, overlap.Refused), nil
}
