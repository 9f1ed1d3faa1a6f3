package dashboards

import (
	"bytes"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"crosstalk/analytics"
)

// apiMetrics is where the list of metrics is; each stands below it by its slug. apiDescription describes all of it.
const (
	apiMetrics     = "/api/v1/metrics"
	apiDescription = "/api/v1/openapi.json"
)

// format is a way to write an answer down.
type format struct {
	ending, contentType string
	saved               bool // browsers save it instead of showing it
	write               func(*Server, io.Writer, analytics.Answer) error
}

const contentJSON = "application/json; charset=utf-8"

var (
	csvFormat = format{"csv", "text/csv; charset=utf-8", true,
		func(_ *Server, w io.Writer, a analytics.Answer) error { return WriteCSV(w, a) }}
	jsonFormat = format{"json", contentJSON, false,
		func(s *Server, w io.Writer, a analytics.Answer) error { return WriteJSON(w, a, s.config.Now()) }}
)

// answerAs answers one metric with the filter of the request, as it is. A client that has the answer already is told so
// without asking for it again.
func (s *Server) answerAs(c echo.Context, m analytics.Metric, as format) error {
	f, err := analytics.ParseFilter(c.QueryParams())
	if err != nil {
		return err
	}
	v, err := s.newVisit(c, f)
	if err != nil {
		return err
	}
	key, err := answerKey(v.snapshot.Publication(), m.Slug(), f)
	if err != nil {
		return err
	}
	if s.isKnown(c, as.ending, key) {
		return c.NoContent(http.StatusNotModified)
	}
	answer, err := s.answers.ask(c.Request().Context(), v.snapshot, m, f)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := as.write(s, &b, answer); err != nil {
		return err
	}
	if as.saved {
		c.Response().Header().Set("Content-Disposition", `attachment; filename="`+FileName(answer, as.ending)+`"`)
	}
	return c.Blob(http.StatusOK, as.contentType, b.Bytes())
}

func (s *Server) exportJSON(c echo.Context) error {
	m, known := analytics.Lookup(c.Param("slug"))
	if !known {
		return noMetric(c.Param("slug"))
	}
	return s.answerAs(c, m, jsonFormat)
}

// fixed answers with JSON that only another version changes.
func (s *Server) fixed(write func(io.Writer) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.isKnown(c, c.Path()) {
			return c.NoContent(http.StatusNotModified)
		}
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return err
		}
		return c.Blob(http.StatusOK, contentJSON, b.Bytes())
	}
}
