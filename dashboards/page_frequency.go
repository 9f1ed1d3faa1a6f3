package dashboards

import (
	"context"

	"crosstalk/analytics"
	"crosstalk/views"
)

func frequencyPage() page {
	return page{path: "/frequency", menu: "Frequency", group: "Today", filtered: true, make: makeFrequency}
}

func makeFrequency(ctx context.Context, v *visit) (body, error) {
	p := &plan{visit: v}
	now := summary(v.filter)
	frequency, frequencyOver := want(p, analytics.TieFrequency, now), want(p, analytics.TieFrequency, series(v.filter, analytics.TieFrequency))
	activity, activityOver := want(p, analytics.ToolActivity, now), want(p, analytics.ToolActivity, series(v.filter, analytics.ToolActivity))
	if err := p.run(ctx); err != nil {
		return body{}, err
	}
	page := views.Frequency{Look: v.look, Now: *frequency, Over: *frequencyOver, Activity: *activity, ActivityOver: *activityOver}
	return bodyOf(page.Title(), page.Lede(), views.FrequencyPage(page), frequency.Answer, frequency.Refused, activity.Refused), nil
}
