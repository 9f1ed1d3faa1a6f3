package dashboards

import (
	"context"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"crosstalk/analytics"
)

// gauges are figures about the organisation, for Prometheus. They are computed on a timer, never during a scrape, by
// the same metrics and through the same gate as the pages; what is hidden is left out.
type gauges struct {
	querier analytics.Querier
	answers *answers
	every   time.Duration
	log     *slog.Logger

	current atomic.Pointer[[]prometheus.Metric]
	failed  prometheus.Counter
	at      prometheus.Gauge

	tools   *prometheus.Desc
	people  *prometheus.Desc
	overlap *prometheus.Desc
}

func newGauges(c Config, a *answers, counters *Counters) *gauges {
	g := &gauges{
		querier: c.Querier, answers: a, every: c.GaugeEvery, log: c.Log,
		failed: prometheus.NewCounter(prometheus.CounterOpts{Name: "crosstalk_gauges_failures_total",
			Help: "Times the figures about the organisation could not be computed."}),
		at: prometheus.NewGauge(prometheus.GaugeOpts{Name: "crosstalk_gauges_last_success_timestamp_seconds",
			Help: "When the figures about the organisation were last computed."}),
		tools: prometheus.NewDesc("crosstalk_tools_in_use",
			"Tools in which somebody wrote within 28 days.", nil, nil),
		people: prometheus.NewDesc("crosstalk_tool_active_people",
			"People who wrote on a tool within the window of days; the tool all is everybody.", []string{"tool", "window"}, nil),
		overlap: prometheus.NewDesc("crosstalk_overlap_ratio",
			"Share of the people or ties of tool_a that are also on tool_b, within 28 days.", []string{"of", "tool_a", "tool_b"}, nil),
	}
	counters.registry.MustRegister(g, g.failed, g.at)
	return g
}

// Describe is part of prometheus.Collector.
func (g *gauges) Describe(to chan<- *prometheus.Desc) {
	to <- g.tools
	to <- g.people
	to <- g.overlap
}

// Collect is part of prometheus.Collector; it hands out what was computed last.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	if list := g.current.Load(); list != nil {
		for _, m := range *list {
			to <- m
		}
	}
}

// run computes the gauges now and then, until the context ends.
func (g *gauges) run(ctx context.Context) {
	timer := time.NewTicker(g.every)
	defer timer.Stop()
	for {
		g.refresh(ctx)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
	}
}

func (g *gauges) refresh(ctx context.Context) {
	list, err := g.compute(ctx)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		g.failed.Inc()
		g.log.Error("gauges not computed", "error", err)
		return
	}
	g.current.Store(&list)
	g.at.SetToCurrentTime()
}

func (g *gauges) compute(ctx context.Context) ([]prometheus.Metric, error) {
	snapshot, err := g.querier.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	f := summary(analytics.Filter{Compare: analytics.CompareNone})
	var list []prometheus.Metric
	add := func(d *prometheus.Desc, v float64, labels ...string) {
		list = append(list, prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...))
	}
	sprawl, err := rowsFor(ctx, g.answers, snapshot, analytics.ToolSprawl, f)
	if err != nil {
		return nil, err
	}
	for _, row := range sprawl {
		if row.Tools != nil {
			add(g.tools, float64(*row.Tools))
		}
	}
	activity, err := rowsFor(ctx, g.answers, snapshot, analytics.ToolActivity, f)
	if err != nil {
		return nil, err
	}
	for _, row := range activity {
		if row.People != nil {
			add(g.people, float64(*row.People), row.Tool, strconv.Itoa(int(row.WindowDays))+"d")
		}
	}
	overlap, err := rowsFor(ctx, g.answers, snapshot, analytics.ToolOverlap, f)
	if err != nil {
		return nil, err
	}
	for _, row := range overlap {
		if row.ContainmentRatio != nil {
			add(g.overlap, *row.ContainmentRatio, row.Of, row.ToolA, row.ToolB)
		}
	}
	return list, nil
}

// rowsFor asks a metric for its typed rows.
func rowsFor[R any](ctx context.Context, a *answers, s analytics.Snapshot, d *analytics.Definition[R], f analytics.Filter) ([]R, error) {
	answer, err := a.ask(ctx, s, d, f)
	if err != nil {
		return nil, err
	}
	return analytics.RowsOf[R](answer), nil
}
