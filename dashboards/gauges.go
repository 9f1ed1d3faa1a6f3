package dashboards

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"

	"crosstalk/analytics"
)

// gauges are figures about the organisation and its departments, for Prometheus: the columns that metrics mark as gauges.
// They are computed once for each publication, never during a scrape, by the same metrics and through the same gate as
// the pages; what is hidden or refused is left out.
type gauges struct {
	querier  analytics.Querier
	answers  *answers
	groups   Groups // nil has none
	setting  analytics.Setting
	families []family
	every    time.Duration
	log      *slog.Logger

	current atomic.Pointer[[]prometheus.Metric]
	failed  prometheus.Counter
	at      prometheus.Gauge

	refreshing  sync.Mutex
	publication uint64 // whose figures are all there
	isComplete  bool
}

// mostGroups is how many departments have gauges, in the order in which they can be chosen.
const mostGroups = 32

var (
	dataUntil = prometheus.NewDesc("crosstalk_data_until_timestamp_seconds",
		"When the last message was sent that the figures about the organisation count.", nil, nil)
	periodFrom = prometheus.NewDesc("crosstalk_gauges_period_start_timestamp_seconds",
		"When the period begins that the gauges of a metric are about.", []string{"metric"}, nil)
	periodTo = prometheus.NewDesc("crosstalk_gauges_period_end_timestamp_seconds",
		"When the period is over that the gauges of a metric are about.", []string{"metric"}, nil)
	dropped = prometheus.NewDesc("crosstalk_gauges_dropped_series",
		"Series of a metric that are left out because it has too many.", []string{"metric"}, nil)
)

func newGauges(c Config, a *answers, counters *Counters) *gauges {
	g := &gauges{
		querier: c.Querier, answers: a, groups: c.Groups, setting: c.Setting, families: families(), every: c.GaugeEvery, log: c.Log,
		failed: prometheus.NewCounter(prometheus.CounterOpts{Name: "crosstalk_gauges_failures_total",
			Help: "Times the figures about the organisation could not be computed."}),
		at: prometheus.NewGauge(prometheus.GaugeOpts{Name: "crosstalk_gauges_last_success_timestamp_seconds",
			Help: "When the figures about the organisation were last found to be those of the newest data."}),
	}
	counters.registry.MustRegister(g, g.failed, g.at)
	return g
}

// Describe is part of prometheus.Collector. It names nothing, since the figures of departments have a label more than
// those of the organisation.
func (g *gauges) Describe(chan<- *prometheus.Desc) {}

// Collect is part of prometheus.Collector; it hands out what was computed last.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	if list := g.current.Load(); list != nil {
		for _, m := range *list {
			to <- m
		}
	}
}

// run looks for a new publication now and then, until the context ends.
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

// refresh computes the figures of the newest publication, if they are not there yet. When the database does not answer,
// the figures stay as they were; a single metric that fails is left out and asked again the next time.
func (g *gauges) refresh(ctx context.Context) {
	g.refreshing.Lock()
	defer g.refreshing.Unlock()
	err := g.renew(ctx)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		g.failed.Inc()
		g.log.Error("gauges not computed", "error", err)
	default:
		g.at.SetToCurrentTime()
	}
}

func (g *gauges) renew(ctx context.Context) error {
	snapshot, err := g.querier.Snapshot(ctx)
	if err != nil || g.isComplete && g.publication == snapshot.Publication() {
		return err
	}
	groups, err := g.departments(ctx)
	if err != nil {
		return err
	}
	list, failures := g.compute(ctx, snapshot, groups)
	var passing Retry
	if err := errors.Join(failures...); ctx.Err() != nil || errors.As(err, &passing) {
		return err
	}
	g.current.Store(&list)
	g.publication, g.isComplete = snapshot.Publication(), len(failures) == 0
	return errors.Join(failures...)
}

// departments are the groups that have gauges: those at the top of the directory's tree.
func (g *gauges) departments(ctx context.Context) ([]string, error) {
	if g.groups == nil {
		return nil, nil
	}
	groups, err := g.groups.Groups(ctx)
	if err != nil {
		return nil, fmt.Errorf("groups: %w", err)
	}
	var top []string
	for _, group := range groups {
		if isDepartment(group) && !slices.Contains(top, group) && len(top) < mostGroups {
			top = append(top, group)
		}
	}
	return top, nil
}

// isDepartment tells a department that can be a label from a team, another attribute, and what is no text.
func isDepartment(group string) bool {
	return group != "" && !strings.ContainsAny(group, "/:") && utf8.ValidString(group)
}

func (g *gauges) compute(ctx context.Context, snapshot analytics.Snapshot, groups []string) ([]prometheus.Metric, []error) {
	p := &pile{zone: g.setting.Zone, used: map[string]int{}, dropped: map[string]int{}}
	var failures []error
	for _, group := range append([]string{""}, groups...) {
		asked := g.questions(group)
		shared := analytics.Together(snapshot, g.setting, asked...)
		for i, f := range g.families {
			if group != "" && f.isGrouped || ctx.Err() != nil {
				continue
			}
			if err := g.add(ctx, p, shared, f, asked[i].Filter); err != nil {
				failures = append(failures, err)
			}
		}
	}
	return p.finish(snapshot.DataUntil(), g.families), failures
}

func (g *gauges) questions(group string) []analytics.Ask {
	asked := make([]analytics.Ask, len(g.families))
	for i, f := range g.families {
		asked[i] = analytics.Ask{Metric: f.metric, Filter: f.filter(group)}
	}
	return asked
}

// add asks one metric for one group. What the gate refuses, or the metric does not offer, has no gauge.
func (g *gauges) add(ctx context.Context, p *pile, s analytics.Snapshot, f family, asked analytics.Filter) error {
	answer, err := g.answers.ask(ctx, s, f.metric, asked)
	switch {
	case errors.Is(err, analytics.ErrRefused), errors.Is(err, analytics.ErrFilter):
		return nil
	case err != nil:
		return err
	}
	return p.add(f, answer, asked.Group)
}
