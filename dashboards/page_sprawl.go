package dashboards

import (
	"context"

	"crosstalk/analytics"
	"crosstalk/views"
)

func sprawlPage() page {
	return page{path: "/sprawl", menu: "Tool sprawl", group: "Today", filtered: true, make: makeSprawl}
}

func makeSprawl(ctx context.Context, v *visit) (body, error) {
	p := &plan{visit: v}
	now := summary(v.filter)
	sprawl, sprawlOver := want(p, analytics.ToolSprawl, now), want(p, analytics.ToolSprawl, series(v.filter, analytics.ToolSprawl))
	share, shareOver := want(p, analytics.ToolShare, now), want(p, analytics.ToolShare, series(v.filter, analytics.ToolShare))
	activity, activityOver := want(p, analytics.ToolActivity, now), want(p, analytics.ToolActivity, series(v.filter, analytics.ToolActivity))
	overlap := want(p, analytics.ToolOverlap, now)
	if err := p.run(ctx); err != nil {
		return body{}, err
	}
	page := views.Sprawl{Look: v.look, Now: *sprawl, Over: *sprawlOver, Share: *share, ShareOver: *shareOver,
		Activity: *activity, ActivityOver: *activityOver, Overlap: *overlap}
	return bodyOf(page.Title(), page.Lede(), views.SprawlPage(page), sprawl.Answer,
		sprawl.Refused, share.Refused, activity.Refused, overlap.Refused), nil
}
