package dashboards

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"crosstalk/analytics"
	"crosstalk/views"
)

// showMetric answers /metric/{slug}, and .csv and .json of the same.
func (s *Server) showMetric(c echo.Context) error {
	slug, ending, _ := strings.Cut(c.Param("slug"), ".")
	m, known := analytics.Lookup(slug)
	if !known {
		return noMetric(slug)
	}
	switch ending {
	case "":
		return s.show(metricPage(m))(c)
	case "csv":
		return s.answerAs(c, m, csvFormat)
	case "json":
		return s.answerAs(c, m, jsonFormat)
	}
	return notFound
}

// metricPage is the page of one metric, which is not in the menu.
func metricPage(m analytics.Metric) page {
	return page{path: "/metric/" + m.Slug(), filtered: true, make: func(ctx context.Context, v *visit) (body, error) {
		answer, err := v.server.answers.ask(ctx, v.snapshot, m, v.filter)
		if err != nil {
			return body{}, err
		}
		alone := views.MetricPage{Answer: answer, Faces: facesOf(m, v.filter, answer), Look: v.look}
		return body{title: m.Doc().Title, lede: m.Doc().Question, content: views.MetricAlone(alone), shown: answer}, nil
	}}
}
