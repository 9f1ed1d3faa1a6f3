package dashboards

import (
	"context"

	"crosstalk/analytics"
	"crosstalk/views"
)

func briefPage() page {
	return page{path: "/", menu: "Executive brief", filtered: true, make: makeBrief}
}

func makeBrief(ctx context.Context, v *visit) (body, error) {
	p := &plan{visit: v}
	now := summary(v.filter)
	sprawl, sprawlOver := want(p, analytics.ToolSprawl, now), want(p, analytics.ToolSprawl, series(v.filter, analytics.ToolSprawl))
	share, shareOver := want(p, analytics.ToolShare, now), want(p, analytics.ToolShare, series(v.filter, analytics.ToolShare))
	activity, activityOver := want(p, analytics.ToolActivity, now), want(p, analytics.ToolActivity, series(v.filter, analytics.ToolActivity))
	frequency, frequencyOver := want(p, analytics.TieFrequency, now), want(p, analytics.TieFrequency, series(v.filter, analytics.TieFrequency))
	overlap := want(p, analytics.ToolOverlap, now)
	shadow, shadowOver := new(views.Result[analytics.ToolShareRow]), new(views.Result[analytics.ToolShareRow])
	unsanctioned := v.unsanctioned()
	if len(unsanctioned) > 0 {
		shadow = want(p, analytics.ToolShare, onlyTools(now, unsanctioned))
		shadowOver = want(p, analytics.ToolShare, onlyTools(series(v.filter, analytics.ToolShare), unsanctioned))
	} else {
		shadow.Faces.Definition = "/definitions#" + analytics.ToolShare.Slug()
	}
	if err := p.run(ctx); err != nil {
		return body{}, err
	}
	brief := views.Brief{
		Look: v.look, Sprawl: *sprawl, SprawlOver: *sprawlOver, Share: *share, ShareOver: *shareOver,
		Shadow: *shadow, ShadowOver: *shadowOver, HasShadow: len(unsanctioned) > 0,
		Activity: *activity, ActivityOver: *activityOver, Overlap: *overlap, Frequency: *frequency, FrequencyOver: *frequencyOver,
		Proof: views.Proof{Sprawl: address("/sprawl", v.filter), Silos: address("/silos", v.filter), Frequency: address("/frequency", v.filter)},
	}
	return bodyOf(brief.Title(), brief.Lede(), views.BriefPage(brief), share.Answer,
		sprawl.Refused, share.Refused, activity.Refused, frequency.Refused, overlap.Refused), nil
}

// unsanctioned are the tools in use, among those asked for, that nobody approved.
func (v *visit) unsanctioned() []string {
	var slugs []string
	for _, t := range v.look.Tools {
		if t.Unsanctioned() && v.asksFor(t) {
			slugs = append(slugs, t.Slug)
		}
	}
	return slugs
}

// asksFor reports whether a filter of tools, class or status lets a tool through.
func (v *visit) asksFor(t views.Tool) bool {
	f := v.filter
	if f.Status != "" && f.Status != t.Status || f.Class != "" && f.Class != v.server.config.Setting.Tools[t.Slug].Class {
		return false
	}
	if len(f.Tools) == 0 {
		return true
	}
	for _, slug := range f.Tools {
		if slug == t.Slug {
			return true
		}
	}
	return false
}

// onlyTools narrows a filter to some tools.
func onlyTools(f analytics.Filter, slugs []string) analytics.Filter {
	f.Tools, f.Class, f.Status = slugs, "", ""
	return f
}
