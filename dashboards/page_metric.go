package dashboards

import (
	"bytes"
	"context"
	"net/http"
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
		return notFound
	}
	switch ending {
	case "":
		return s.show(metricPage(m))(c)
	case "csv":
		return s.exportCSV(c, m)
	case "json":
		return s.answerJSON(c, m)
	}
	return notFound
}

func (s *Server) exportCSV(c echo.Context, m analytics.Metric) error {
	answer, err := s.answerTo(c, m)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := WriteCSV(&b, answer); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+FileName(answer, "csv")+`"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
}

func (s *Server) answerJSON(c echo.Context, m analytics.Metric) error {
	answer, err := s.answerTo(c, m)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := WriteJSON(&b, answer, s.config.Now()); err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", b.Bytes())
}

// answerTo asks one metric with the filter of the request, as it is.
func (s *Server) answerTo(c echo.Context, m analytics.Metric) (analytics.Answer, error) {
	f, err := analytics.ParseFilter(c.QueryParams())
	if err != nil {
		return analytics.Answer{}, err
	}
	v, err := s.newVisit(c, f)
	if err != nil {
		return analytics.Answer{}, err
	}
	return s.answers.ask(c.Request().Context(), v.snapshot, m, f)
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

// entry is a metric in the list of the API.
type entry struct {
	Slug     string             `json:"slug"`
	Title    string             `json:"title"`
	Question string             `json:"question"`
	Grains   []analytics.Grain  `json:"grains"`
	Columns  []analytics.Column `json:"columns"`
	JSON     string             `json:"json"`
	CSV      string             `json:"csv"`
}

func (s *Server) listMetrics(c echo.Context) error {
	list := []entry{}
	for _, m := range analytics.All() {
		doc := m.Doc()
		list = append(list, entry{Slug: m.Slug(), Title: doc.Title, Question: doc.Question, Grains: doc.Grains,
			Columns: m.Columns(), JSON: "/api/v1/metrics/" + m.Slug(), CSV: "/metric/" + m.Slug() + ".csv"})
	}
	var b bytes.Buffer
	if err := encodeJSON(&b, list); err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", b.Bytes())
}

func (s *Server) exportJSON(c echo.Context) error {
	m, known := analytics.Lookup(c.Param("slug"))
	if !known {
		return notFound
	}
	return s.answerJSON(c, m)
}
