package dashboards

import (
	"slices"
	"time"

	"crosstalk/analytics"
	"crosstalk/organisation"
	"crosstalk/views"
	"crosstalk/views/chart"
)

// look is how the tools that have data are drawn, and which initiatives stand on the charts.
func (s *Server) look(snapshot analytics.Snapshot) views.Look {
	inUse := snapshot.Tools()
	look := views.Look{Marks: marks(s.config.Initiatives)}
	for i, t := range s.config.Register.All(inUse...) {
		if slices.Contains(inUse, t.Tool) {
			look.Tools = append(look.Tools, viewOf(t, i))
		}
	}
	return look
}

func viewOf(t organisation.Tool, order int) views.Tool {
	return views.Tool{Slug: t.Tool, Name: t.Name, Colour: t.Colour, Order: order, Status: t.Status}
}

// tool finds one tool, in use or not.
func (s *Server) tool(slug string) views.Tool {
	for i, t := range s.config.Register.All(slug) {
		if t.Tool == slug {
			return viewOf(t, i)
		}
	}
	return views.Tool{Slug: slug, Name: slug}
}

// marks are the days on which initiatives begin. Days were checked when the configuration was read; one that cannot be
// read is left out.
func marks(initiatives []organisation.Initiative) []chart.Mark {
	var list []chart.Mark
	for _, one := range initiatives {
		if on, err := time.Parse(time.DateOnly, one.Start); err == nil {
			list = append(list, chart.Mark{Name: one.Name, On: on})
		}
	}
	slices.SortStableFunc(list, func(a, b chart.Mark) int { return a.On.Compare(b.On) })
	return list
}
