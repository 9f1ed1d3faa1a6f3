package dashboards

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// secure sets the headers that every answer carries.
func secure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		return next(c)
	}
}

// readOnly says at once that the API changes nothing, before anybody is asked where a change comes from.
func readOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		method := c.Request().Method
		if wantsJSON(c.Request()) && method != http.MethodGet && method != http.MethodHead {
			c.Response().Header().Set("Allow", "GET, HEAD")
			return echo.ErrMethodNotAllowed
		}
		return next(c)
	}
}

// noStore keeps figures out of shared and on-disk caches.
func noStore(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "private, no-store")
		return next(c)
	}
}

// bounded ends what takes too long.
func (s *Server) bounded(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), s.config.AnswerWithin)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

func zipped() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{Level: 5, MinLength: 1024})
}

// recover turns a panic into an error page.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if known, ok := cause.(error); ok && errors.Is(known, http.ErrAbortHandler) {
				panic(cause)
			}
			s.config.Log.Error("request panicked", "route", routeOf(c), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic while answering %s", routeOf(c))
		}()
		return next(c)
	}
}

// observe logs and counts every request. The log holds the route, never the path, the query or the visitor, since
// those can name people.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		begun := s.config.Now()
		if err := next(c); err != nil {
			c.Error(err)
		}
		took := s.config.Now().Sub(begun)
		route, method, code := routeOf(c), methodOf(c.Request().Method), c.Response().Status
		s.counters.request(route, method, code, took)
		level := slog.LevelInfo
		if quiet(route) && code < http.StatusBadRequest {
			level = slog.LevelDebug
		}
		s.config.Log.Log(c.Request().Context(), level, "request", "route", route, "method", method, "code", code,
			"bytes", c.Response().Size, "took", took.Round(time.Microsecond))
		return nil
	}
}

func quiet(route string) bool {
	return route == "/healthz" || route == "/readyz" || route == "/metrics" || strings.HasPrefix(route, "/static/")
}

func routeOf(c echo.Context) string {
	if route := c.Path(); route != "" && route != "/*" {
		return route
	}
	return "none"
}

// methodOf bounds what can become a label.
func methodOf(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
