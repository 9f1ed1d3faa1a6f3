package dashboards

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Counters counts what the process does, in a registry of its own. No label ever names a person, an account or a
// conversation. It is safe for concurrent use.
type Counters struct {
	registry *prometheus.Registry

	messages    *prometheus.CounterVec
	rejected    *prometheus.CounterVec
	failures    *prometheus.CounterVec
	lastSuccess *prometheus.GaugeVec
	runs        *prometheus.HistogramVec
	queries     *prometheus.HistogramVec
	requests    *prometheus.HistogramVec
}

// NewCounters returns counters that are all zero.
func NewCounters(version string) *Counters {
	c := &Counters{
		registry: prometheus.NewRegistry(),
		messages: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "crosstalk_collector_messages_total",
			Help: "Messages that a collector handed over, known before or not."}, []string{"collector"}),
		rejected: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "crosstalk_collector_rejected_records_total",
			Help: "Records that could not be read, by reason."}, []string{"collector", "reason"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "crosstalk_collector_errors_total",
			Help: "Runs of a collector that failed."}, []string{"collector"}),
		lastSuccess: prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "crosstalk_collector_last_success_timestamp_seconds",
			Help: "When a collector last ended without failing."}, []string{"collector"}),
		runs: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "crosstalk_collector_run_duration_seconds",
			Help: "How long runs of a collector took.", Buckets: prometheus.ExponentialBuckets(0.1, 4, 9)}, []string{"collector"}),
		queries: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "crosstalk_query_duration_seconds",
			Help: "How long metrics took to be computed; kept answers are not counted.", Buckets: prometheus.ExponentialBuckets(0.005, 2, 12)}, []string{"metric"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "crosstalk_http_request_duration_seconds",
			Help: "How long requests took.", Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 11)}, []string{"route", "method", "code"}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "crosstalk_build_info",
		Help: "Always 1; its label is the version that runs."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	c.registry.MustRegister(c.messages, c.rejected, c.failures, c.lastSuccess, c.runs, c.queries, c.requests, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return c
}

// Registry is where everything is gathered from.
func (c *Counters) Registry() *prometheus.Registry { return c.registry }

// Messages counts messages that a collector handed over.
func (c *Counters) Messages(collector string, n int) {
	c.messages.WithLabelValues(collector).Add(float64(n))
}

// Rejected counts records that could not be read. The reason is a short slug, never text from a source.
func (c *Counters) Rejected(collector, reason string, n int) {
	c.rejected.WithLabelValues(collector, reason).Add(float64(n))
}

// Failed counts a run that failed, and how long it took.
func (c *Counters) Failed(collector string, took time.Duration) {
	c.failures.WithLabelValues(collector).Inc()
	c.runs.WithLabelValues(collector).Observe(took.Seconds())
}

// Succeeded counts a run that ended without failing.
func (c *Counters) Succeeded(collector string, at time.Time, took time.Duration) {
	c.failures.WithLabelValues(collector).Add(0)
	c.lastSuccess.WithLabelValues(collector).Set(float64(at.UnixMilli()) / 1e3)
	c.runs.WithLabelValues(collector).Observe(took.Seconds())
}

func (c *Counters) query(metric string, took time.Duration) {
	c.queries.WithLabelValues(metric).Observe(took.Seconds())
}

func (c *Counters) request(route, method string, code int, took time.Duration) {
	c.requests.WithLabelValues(route, method, strconv.Itoa(code)).Observe(took.Seconds())
}

func (s *Server) showMetrics() echo.HandlerFunc {
	scrape := promhttp.HandlerFor(s.counters.registry, promhttp.HandlerOpts{DisableCompression: true})
	return func(c echo.Context) error {
		var w http.ResponseWriter = c.Response()
		scrape.ServeHTTP(w, c.Request())
		return nil
	}
}
