package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"crosstalk/collectors"
)

// Source is something that is asked again and again for what is new.
type Source struct {
	Collector string // slug, for the observer and the log
	Workspace string // for the log
	Schedule  Schedule
	// Poll takes what is new. It ends promptly when the context does; "nothing new" is no error.
	Poll func(ctx context.Context) error
	// Once, if set, stands in for Poll when each source is asked a single time.
	Once func(ctx context.Context) error
}

// Options are what a Scheduler takes from outside. Zero values are filled in.
type Options struct {
	Clock    Clock
	Random   func() float64 // in [0, 1); spreads the turns of many sources
	AtOnce   int            // how many sources are asked at the same time; default 2
	Observer collectors.Observer
	Log      *slog.Logger
}

// State is how a source does.
type State struct {
	Collector   string
	Workspace   string
	TriedAt     time.Time // zero is not yet
	SucceededAt time.Time // zero is not since the start
	Failures    int       // in a row
	Next        time.Time // zero while it is being asked
}

// Scheduler asks sources, each by its schedule. A source that fails is asked again after pauses that double up to a
// limit; one never waits for another, beyond how many may be asked at once.
type Scheduler struct {
	sources []Source
	options Options
	turns   chan struct{}

	mu     sync.Mutex
	states []State
}

// NewScheduler returns a scheduler that has not begun.
func NewScheduler(sources []Source, o Options) *Scheduler {
	o.Clock = o.Clock.orReal()
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.AtOnce < 1 {
		o.AtOnce = 2
	}
	if o.Observer == nil {
		o.Observer = collectors.NoObserver{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Scheduler{sources: sources, options: o, turns: make(chan struct{}, o.AtOnce), states: make([]State, len(sources))}
	for i, source := range sources {
		s.states[i] = State{Collector: source.Collector, Workspace: source.Workspace}
	}
	return s
}

// Run asks the sources until the context ends, and returns when none is being asked any more.
func (s *Scheduler) Run(ctx context.Context) {
	var all sync.WaitGroup
	for i := range s.sources {
		all.Go(func() { s.keepAsking(ctx, i) })
	}
	all.Wait()
}

// Once asks each source a single time and returns what went wrong, in the order of the sources.
func (s *Scheduler) Once(ctx context.Context) error {
	var all sync.WaitGroup
	failed := make([]error, len(s.sources))
	for i, source := range s.sources {
		poll := source.Poll
		if source.Once != nil {
			poll = source.Once
		}
		all.Go(func() { failed[i] = s.ask(ctx, i, poll) })
	}
	all.Wait()
	return errors.Join(failed...)
}

// States says how the sources do, in their order.
func (s *Scheduler) States() []State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]State(nil), s.states...)
}

func (s *Scheduler) keepAsking(ctx context.Context, i int) {
	source, clock := s.sources[i], s.options.Clock
	due := clock.Now().Add(s.jitter(min(source.Schedule.Interval(), firstWithin)))
	for {
		s.change(i, func(st *State) { st.Next = due })
		if clock.Wait(ctx, due.Sub(clock.Now())) != nil {
			return
		}
		begun := clock.Now()
		err := s.ask(ctx, i, source.Poll)
		if ctx.Err() != nil {
			return
		}
		now := clock.Now()
		if err != nil {
			due = now.Add(s.pause(source.Schedule.Interval(), s.States()[i].Failures))
			continue
		}
		due = source.Schedule.Next(begun).Add(s.jitter(source.Schedule.Interval()))
		if due.Before(now) {
			due = now // the turn took longer than the interval
		}
	}
}

// ask asks one source when it is its turn. A context that ends is no failure of the source.
func (s *Scheduler) ask(ctx context.Context, i int, poll func(context.Context) error) error {
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	source, begun := s.sources[i], s.options.Clock.Now()
	log := s.options.Log.With("collector", source.Collector, "workspace", source.Workspace)
	s.change(i, func(st *State) { st.TriedAt, st.Next = begun, time.Time{} })
	err := guarded(ctx, log, poll)
	now := s.options.Clock.Now()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		s.change(i, func(st *State) { st.Failures++ })
		s.options.Observer.Failed(source.Collector, now.Sub(begun))
		log.Warn("source failed", "reason", err)
		return fmt.Errorf("%s: workspace %s: %w", source.Collector, source.Workspace, err)
	}
	s.change(i, func(st *State) { st.Failures, st.SucceededAt = 0, now })
	s.options.Observer.Succeeded(source.Collector, now, now.Sub(begun))
	return nil
}

// guarded keeps a fault in one source from ending the program, and with it all others.
func guarded(ctx context.Context, log *slog.Logger, poll func(context.Context) error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			log.Error("source panicked", "stack", string(debug.Stack()))
			err = errors.New("a fault in Crosstalk; the log holds where")
		}
	}()
	return poll(ctx)
}

func (s *Scheduler) change(i int, change func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.states[i])
}

const (
	firstWithin = 10 * time.Second // the first turns after a start are spread over a part of this
	firstPause  = 30 * time.Second // at most, after the first failure
	mostPause   = 15 * time.Minute
	mostJitter  = 5 * time.Minute
)

// jitter is up to a tenth of an interval.
func (s *Scheduler) jitter(interval time.Duration) time.Duration {
	return time.Duration(s.options.Random() * float64(min(interval/10, mostJitter)))
}

// pause is how long to leave a source alone after so many failures in a row: between half and all of a time that
// doubles with each.
func (s *Scheduler) pause(interval time.Duration, failures int) time.Duration {
	pause := min(interval, firstPause)
	limit := min(max(interval, 32*pause), mostPause)
	for n := 1; n < failures && pause < limit; n++ {
		pause *= 2
	}
	pause = min(pause, limit)
	return pause/2 + time.Duration(s.options.Random()*float64(pause/2))
}
