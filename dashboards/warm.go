package dashboards

import (
	"context"
	"net/url"
	"time"

	"crosstalk/analytics"
)

// lookEvery is how often a new publication is looked for.
const lookEvery = 5 * time.Second

// keepWarm computes what every page shows without a filter as soon as there is a new publication, so that
// nobody waits for it. It ends with the context.
func (s *Server) keepWarm(ctx context.Context) {
	timer := time.NewTicker(lookEvery)
	defer timer.Stop()
	warm := uint64(0)
	for {
		if snapshot, err := s.config.Querier.Snapshot(ctx); err == nil && snapshot.Publication() != warm {
			s.warmUp(ctx, snapshot)
			warm = snapshot.Publication()
		}
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
	}
}

func (s *Server) warmUp(ctx context.Context, snapshot analytics.Snapshot) {
	if snapshot.DataUntil().IsZero() {
		return
	}
	filter, err := pageFilter(url.Values{})
	if err != nil {
		return
	}
	for _, p := range pages() {
		if !p.filtered || ctx.Err() != nil {
			continue
		}
		// What fails here fails again, and is told, when somebody asks.
		_, _ = p.make(ctx, &visit{server: s, snapshot: snapshot, filter: filter, look: s.look(snapshot)})
	}
	if s.config.Sources != nil {
		_, _ = s.config.Sources.Sources(ctx) // every page tells how fresh the data are
	}
}
