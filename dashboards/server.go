package dashboards

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"crosstalk/access"
	"crosstalk/views"
)

// Server serves every face of the metrics. Make one with [New].
type Server struct {
	config   Config
	echo     *echo.Echo
	guard    *access.Guard
	assets   *assets
	answers  *answers
	counters *Counters
	gauges   *gauges
	begun    time.Time
}

const (
	readHeaderWithin = 10 * time.Second
	readWithin       = 30 * time.Second
	idleWithin       = 2 * time.Minute
	stopWithin       = 15 * time.Second
	mostHeaderBytes  = 64 << 10
)

// New builds a server, or says what is wrong with its configuration.
func New(c Config) (*Server, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{config: c, counters: c.Counters, begun: c.Now()}
	if s.counters == nil {
		s.counters = NewCounters(c.Version)
	}
	if s.assets, err = loadAssets(views.Static()); err != nil {
		return nil, err
	}
	if s.guard, err = access.NewGuard(c.Users, c.Access, access.GuardOptions{Listen: c.Listen, Refuse: s.refuse}); err != nil {
		return nil, err
	}
	s.answers = newAnswers(c, s.counters.query)
	s.gauges = newGauges(c, s.answers, s.counters)
	s.echo = s.routes()
	return s, nil
}

// Handler answers requests, for tests and for servers that bring their own listener.
func (s *Server) Handler() http.Handler { return s.echo }

// Counters is where collectors and others count what /metrics shows.
func (s *Server) Counters() *Counters { return s.counters }

// RefreshGauges computes the figures about the organisation that /metrics shows, as Serve does now and then.
func (s *Server) RefreshGauges(ctx context.Context) { s.gauges.refresh(ctx) }

// Serve answers on the listener until the context ends, then lets requests finish. The domain gauges are computed
// meanwhile. It returns nil after an orderly stop.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler: s.echo, ReadHeaderTimeout: readHeaderWithin, ReadTimeout: readWithin,
		WriteTimeout: s.config.AnswerWithin + readWithin, IdleTimeout: idleWithin, MaxHeaderBytes: mostHeaderBytes,
	}
	working, stop := context.WithCancel(ctx)
	defer stop()
	go s.gauges.run(working)
	go s.keepWarm(working)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("dashboards: serve: %w", err)
	case <-ctx.Done():
	}
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := server.Shutdown(finish); err != nil {
		return errors.Join(fmt.Errorf("dashboards: stop: %w", err), server.Close())
	}
	return nil
}

func (s *Server) routes() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.showProblem
	e.Use(s.observe, s.recover, secure, readOnly)
	e.GET("/healthz", s.showHealth)
	e.GET("/readyz", s.showReadiness)

	guarded := e.Group("", echo.WrapMiddleware(s.guard.Middleware))
	guarded.GET("/static/*", s.assets.serve)
	guarded.GET("/login", s.showLogin, s.bounded, zipped())
	guarded.POST("/login", s.login, s.bounded)
	guarded.POST("/logout", s.logout, s.bounded)

	seen := guarded.Group("", echo.WrapMiddleware(s.guard.Require(access.Viewer)), noStore, s.bounded, zipped())
	look := func(path string, answer echo.HandlerFunc) {
		seen.Match([]string{http.MethodGet, http.MethodHead}, path, answer)
	}
	look("/metrics", s.showMetrics())
	for _, p := range pages() {
		look(p.path, s.show(p))
	}
	look("/metric/:slug", s.showMetric)
	look(apiMetrics, s.fixed(WriteMetrics))
	look(apiMetrics+"/:slug", s.exportJSON)
	look(apiDescription, s.fixed(func(w io.Writer) error { return WriteOpenAPI(w, s.config.Version) }))
	guarded.RouteNotFound("/*", func(echo.Context) error { return echo.ErrNotFound })
	return e
}
