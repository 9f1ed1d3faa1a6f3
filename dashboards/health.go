package dashboards

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// showHealth answers as long as the process does.
func (s *Server) showHealth(c echo.Context) error { return c.String(http.StatusOK, "up\n") }

// showReadiness answers 200 when the engine does.
func (s *Server) showReadiness(c echo.Context) error {
	if _, err := s.config.Querier.Snapshot(c.Request().Context()); err != nil {
		c.Response().Header().Set("Retry-After", "5")
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	}
	return c.String(http.StatusOK, "ready\n")
}
