package dashboards_test

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"crosstalk/analytics"
	"crosstalk/dashboards"
	"crosstalk/dashboards/dashboardstest"
)

type countedSources struct {
	report dashboards.Sources
	asked  atomic.Int64
}

func (c *countedSources) Sources(ctx context.Context) (dashboards.SourceReport, error) {
	c.asked.Add(1)
	return c.report.Sources(ctx)
}

// A server computes its pages before anybody asks; whoever asks then finds them kept.
func TestPagesAreKeptWarm(t *testing.T) {
	t.Parallel()
	company := dashboardstest.Company{Kind: dashboardstest.Full}
	c := company.Config()
	var asked atomic.Int64
	c.Ask = func(ctx context.Context, m analytics.Metric, s analytics.Snapshot, set analytics.Setting, f analytics.Filter) (analytics.Answer, error) {
		asked.Add(1)
		return company.Ask(ctx, m, s, set, f)
	}
	sources := &countedSources{report: c.Sources}
	c.Sources = sources
	s := serve(t, c)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, listener) }()
	for before := int64(-1); asked.Load() == 0 || asked.Load() != before; time.Sleep(300 * time.Millisecond) {
		before = asked.Load()
	}
	computed := asked.Load()
	if sources.asked.Load() == 0 {
		t.Error("what was read was not looked up before somebody asked")
	}
	for _, path := range []string{"/", "/sprawl", "/silos", "/frequency"} {
		if w := get(s, path); w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if n := asked.Load() - computed; n != 0 {
		t.Errorf("%d answers were computed when the pages were asked for", n)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
