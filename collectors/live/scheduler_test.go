package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/live"
)

// none spreads nothing, so that turns fall on known seconds.
func none() float64 { return 0 }

// turns runs a source for a while and gives the seconds at which it was asked.
func turns(t *testing.T, schedule live.Schedule, random func() float64, lasting time.Duration, poll func(turn int) error) []int {
	t.Helper()
	var at []int
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), lasting)
		defer cancel()
		s := live.NewScheduler([]live.Source{{Collector: "imap", Workspace: "heron", Schedule: schedule, Poll: func(context.Context) error {
			at = append(at, int(time.Since(begun).Seconds()))
			return poll(len(at))
		}}}, live.Options{Random: random})
		s.Run(ctx)
	})
	return at
}

func TestSchedulerKeepsTheInterval(t *testing.T) {
	t.Parallel()
	got := turns(t, live.Every(10*time.Minute), none, 31*time.Minute, func(int) error { return nil })
	if want := []int{0, 600, 1200, 1800}; !slices.Equal(got, want) {
		t.Errorf("asked at second %v, want %v", got, want)
	}
}

func TestSchedulerSpreadsTurns(t *testing.T) {
	t.Parallel()
	got := turns(t, live.Every(10*time.Minute), func() float64 { return 0.5 }, 25*time.Minute, func(int) error { return nil })
	// The first within a tenth of ten seconds; the others half of a tenth of the interval later.
	if want := []int{0, 630, 1260}; !slices.Equal(got, want) {
		t.Errorf("asked at second %v, want %v", got, want)
	}
}

func TestSchedulerBacksOff(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	got := turns(t, live.Every(10*time.Minute), func() float64 { return 0.999999 }, 3*time.Hour, func(turn int) error {
		if turn <= 9 {
			return down
		}
		return nil
	})
	var pauses []int
	for i := 1; i < len(got); i++ {
		pauses = append(pauses, (got[i]-got[i-1]+1)/10*10)
	}
	// Doubling from 30 s to the limit of 15 min; after the success ten minutes and a tenth.
	want := []int{30, 60, 120, 240, 480, 900, 900, 900, 900, 660, 660, 660, 660, 660, 660, 660, 660, 660}
	if len(pauses) > len(want) || len(pauses) < 10 || !slices.Equal(pauses, want[:len(pauses)]) {
		t.Errorf("paused for %v seconds, want %v", pauses, want)
	}
}

func TestSchedulerDoesNotPileUp(t *testing.T) {
	t.Parallel()
	got := turns(t, live.Every(time.Minute), none, 5*time.Minute+time.Second, func(int) error {
		time.Sleep(150 * time.Second) // of the test's own clock
		return nil
	})
	if want := []int{0, 150, 300}; !slices.Equal(got, want) {
		t.Errorf("asked at second %v, want %v", got, want)
	}
}

func TestSchedulerStopsInTheMiddle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := false
		s := live.NewScheduler([]live.Source{{Collector: "imap", Schedule: live.Every(time.Minute), Poll: func(ctx context.Context) error {
			<-ctx.Done()
			ended = true
			return ctx.Err()
		}}}, live.Options{Random: none})
		done := make(chan struct{})
		go func() { s.Run(ctx); close(done) }()
		synctest.Wait()
		cancel()
		<-done
		if state := s.States()[0]; !ended || state.Failures != 0 {
			t.Errorf("ended %v, state %+v: being stopped is no failure", ended, state)
		}
	})
}

func TestSchedulerKeepsSourcesApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		seen := &counting{}
		var asked [3]atomic.Int32
		source := func(i int, collector string, poll func(context.Context) error) live.Source {
			return live.Source{Collector: collector, Schedule: live.Every(10 * time.Minute), Poll: func(ctx context.Context) error {
				asked[i].Add(1)
				return poll(ctx)
			}}
		}
		s := live.NewScheduler([]live.Source{
			source(0, "hanging", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }),
			source(1, "panicking", func(context.Context) error { var none []int; _ = none[len(none)]; return nil }),
			source(2, "healthy", func(context.Context) error { return nil }),
		}, live.Options{Random: none, Observer: seen})
		s.Run(ctx)
		if asked[0].Load() != 1 || asked[1].Load() < 5 || asked[2].Load() < 6 {
			t.Errorf("asked %d, %d and %d times", asked[0].Load(), asked[1].Load(), asked[2].Load())
		}
		states := s.States()
		if states[1].Failures != int(asked[1].Load()) || !states[1].SucceededAt.IsZero() {
			t.Errorf("the panicking source: %+v", states[1])
		}
		if states[2].Failures != 0 || time.Since(states[2].SucceededAt) > 10*time.Minute {
			t.Errorf("the healthy source: %+v", states[2])
		}
		if got := seen.String(); got != fmt.Sprintf("panicking failed %d, healthy succeeded %d", asked[1].Load(), asked[2].Load()) {
			t.Errorf("observed: %s", got)
		}
	})
}

func TestSchedulerAsksOnce(t *testing.T) {
	t.Parallel()
	var polled, once atomic.Int32
	count := func(n *atomic.Int32, err error) func(context.Context) error {
		return func(context.Context) error { n.Add(1); return err }
	}
	s := live.NewScheduler([]live.Source{
		{Collector: "imap", Workspace: "heron", Schedule: live.Every(time.Hour), Poll: count(&polled, errors.New("refused"))},
		{Collector: "drop_folder", Workspace: "crane", Schedule: live.Every(time.Hour), Poll: count(&polled, nil), Once: count(&once, nil)},
	}, live.Options{})
	err := s.Once(t.Context())
	if err == nil || err.Error() != "imap: workspace heron: refused" {
		t.Errorf("error %v", err)
	}
	if polled.Load() != 1 || once.Load() != 1 {
		t.Errorf("polled %d and asked once %d times", polled.Load(), once.Load())
	}
}

// counting is an observer for tests.
type counting struct {
	collectors.NoObserver
	failed, succeeded atomic.Int32
}

func (c *counting) Failed(collector string, _ time.Duration) {
	if collector == "panicking" {
		c.failed.Add(1)
	}
}

func (c *counting) Succeeded(collector string, _ time.Time, _ time.Duration) {
	if collector == "healthy" {
		c.succeeded.Add(1)
	}
}

func (c *counting) String() string {
	return strings.TrimSpace(fmt.Sprintf("panicking failed %d, healthy succeeded %d", c.failed.Load(), c.succeeded.Load()))
}
