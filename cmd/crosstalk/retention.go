package main

import (
	"context"
	"time"

	"crosstalk/organisation"
	"crosstalk/warehouse"
)

// keptFrom is a moment of the first day whose messages the configuration keeps, where the organisation is; zero when all
// are.
func keptFrom(c organisation.Config, w *warehouse.Warehouse) time.Time {
	now := time.Now()
	if zone, err := time.LoadLocation(w.Zone()); err == nil { // Open refuses zones that are not known
		now = now.In(zone)
	}
	return c.Privacy.KeepsFrom(now)
}

// keepsFrom is when that day begins.
func keepsFrom(c organisation.Config, w *warehouse.Warehouse) time.Time {
	return w.Midnight(keptFrom(c, w))
}

// ageOut drops the messages that are older than the retention. Without a retention, what is frozen stays frozen.
func (a *app) ageOut(ctx context.Context, c organisation.Config, w *warehouse.Warehouse) error {
	done, err := w.AgeOut(ctx, keptFrom(c, w))
	if err != nil {
		return err
	}
	if done.Messages > 0 {
		a.say("%d messages from before %s are older than the retention and were dropped; the figures of their days stay", done.Messages, done.RawFrom.Format(time.DateOnly))
	}
	return nil
}

// ageingEvery is how often the day is looked at on which the next messages age out.
const ageingEvery = time.Hour

// keepAgeing goes on dropping what is older than the retention until it is stopped or the context ends.
func (a *app) keepAgeing(ctx context.Context, c organisation.Config, w *warehouse.Warehouse) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(ageingEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if err := a.ageOut(ctx, c, w); err != nil && ctx.Err() == nil {
				a.logger().Error("messages that are older than the retention could not be dropped: it is tried again", "error", err)
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// retention tells how long messages stay, and which days are frozen.
func (d *doctor) retention(ctx context.Context, w *warehouse.Warehouse, c organisation.Config) {
	now, err := w.Ageing(ctx)
	if err != nil {
		d.complain("%v", err)
		return
	}
	since := keptFrom(c, w)
	switch {
	case since.IsZero() && now.RawFrom.IsZero():
		d.fact("retention", "none, messages stay")
	case since.IsZero():
		d.fact("retention", "none any more, messages from %s on stay", now.RawFrom.Format(time.DateOnly))
	default:
		d.fact("retention", "%s, messages from before %s go", c.Privacy.Retention, since.Format(time.DateOnly))
	}
	if now.Frozen {
		d.fact("frozen days", "those before %s: their messages have gone, their figures are never made anew", now.RawFrom.Format(time.DateOnly))
	}
}
