package dashboards

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"crosstalk/analytics"
)

type generation struct {
	analytics.Snapshot
	number uint64
}

func (g generation) Publication() uint64 { return g.number }

// asked counts how often a metric is really asked.
type asked struct {
	times atomic.Int64
	fail  error
	wait  chan struct{}
}

func (a *asked) ask(_ context.Context, m analytics.Metric, s analytics.Snapshot, _ analytics.Setting, f analytics.Filter) (analytics.Answer, error) {
	a.times.Add(1)
	if a.wait != nil {
		<-a.wait
	}
	return analytics.Answer{Metric: m, Filter: f, Publication: s.Publication(), Rows: reflect.ValueOf([]analytics.ToolSprawlRow{})}, a.fail
}

func answersOf(a *asked, most int) *answers {
	return newAnswers(Config{Ask: a.ask, AnswerWithin: time.Minute, CachedAnswers: most, Now: time.Now}, func(string, time.Duration) {})
}

func TestAnAnswerIsComputedOncePerPublicationAndFilter(t *testing.T) {
	t.Parallel()
	source := &asked{}
	a := answersOf(source, 10)
	questions := []struct {
		publication uint64
		filter      analytics.Filter
	}{{1, analytics.Filter{}}, {1, analytics.Filter{}}, {2, analytics.Filter{}}, {2, analytics.Filter{Tools: []string{"slack"}}}, {1, analytics.Filter{}}}
	for _, q := range questions {
		answer, err := a.ask(t.Context(), generation{number: q.publication}, analytics.ToolSprawl, q.filter)
		if err != nil || answer.Publication != q.publication {
			t.Fatalf("publication %d, %v", answer.Publication, err)
		}
	}
	if got := source.times.Load(); got != 3 {
		t.Errorf("asked %d times, want 3", got)
	}
}

func TestOldAnswersLeave(t *testing.T) {
	t.Parallel()
	source := &asked{}
	a := answersOf(source, 2)
	for _, publication := range []uint64{1, 2, 1, 3, 1, 2} { // 2 leaves when 3 comes, since 1 was used later
		if _, err := a.ask(t.Context(), generation{number: publication}, analytics.ToolSprawl, analytics.Filter{}); err != nil {
			t.Fatal(err)
		}
	}
	if got := source.times.Load(); got != 4 {
		t.Errorf("asked %d times, want 4", got)
	}
	if a.len() != 2 {
		t.Errorf("%d answers kept, want 2", a.len())
	}
}

func TestErrorsAreNotKept(t *testing.T) {
	t.Parallel()
	source := &asked{fail: errors.New("engine: gone")}
	a := answersOf(source, 2)
	for range 3 {
		if _, err := a.ask(t.Context(), generation{number: 1}, analytics.ToolSprawl, analytics.Filter{}); !errors.Is(err, source.fail) {
			t.Fatal(err)
		}
	}
	if got := source.times.Load(); got != 3 || a.len() != 0 {
		t.Errorf("asked %d times, kept %d", got, a.len())
	}
}

func TestManyWaitForOneComputation(t *testing.T) {
	t.Parallel()
	source := &asked{wait: make(chan struct{})}
	a := answersOf(source, 2)
	gone, give := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := a.ask(gone, generation{number: 1}, analytics.ToolSprawl, analytics.Filter{})
		first <- err
	}()
	for source.times.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	give() // the one who began it leaves
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Fatalf("the one who left got %v", err)
	}
	var all sync.WaitGroup
	errs := make(chan error, 5)
	for range 5 {
		all.Go(func() {
			_, err := a.ask(t.Context(), generation{number: 1}, analytics.ToolSprawl, analytics.Filter{})
			errs <- err
		})
	}
	close(source.wait)
	all.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	if got := source.times.Load(); got != 1 {
		t.Errorf("asked %d times, want once", got)
	}
}

func TestKeysDoNotMix(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, f := range []analytics.Filter{{}, {Period: "4w"}, {Class: "4w"}, {Tools: []string{"a", "b"}}, {Tools: []string{"a,b"}}, {Group: "a"}, {From: time.Unix(0, 0)}} {
		key, err := answerKey(1, "tool_sprawl", f)
		if err != nil {
			t.Fatal(err)
		}
		if before, twice := seen[key]; twice {
			t.Errorf("%+v has the key of %s", f, before)
		}
		seen[key] = fmt.Sprintf("%+v", f)
	}
}
