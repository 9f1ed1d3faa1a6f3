package analytics

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Ask is one of several questions that are asked together.
type Ask struct {
	Metric Metric
	Filter Filter
}

// Together gives the snapshot to ask several questions of, as those of a page: what more than one of them needs is read once,
// for all the weeks that any of them looks at. Questions that were not named are answered too, on their own. The snapshot
// holds what was read, so it should go when they are answered; it is safe for concurrent use.
func Together(s Snapshot, set Setting, asks ...Ask) Snapshot {
	t := &together{Snapshot: s, readings: map[string]*reading{}}
	for _, a := range asks {
		if m, ok := a.Metric.(needy); ok {
			t.announce(m.needs(s, set, a.Filter))
		}
	}
	return t
}

// needy is a metric that can say beforehand what it will read.
type needy interface {
	needs(Snapshot, Setting, Filter) []need
}

// need is what a question reads of a fact: the ISO weeks, by their Mondays, ascending.
type need struct {
	key   string
	weeks []time.Time
}

// together is a snapshot with what was read of it.
type together struct {
	Snapshot
	mu       sync.Mutex
	readings map[string]*reading
}

// reading is a fact in the making.
type reading struct {
	weeks []time.Time
	once  sync.Once
	fact  any
	err   error
}

// reading is that of a fact for at least some weeks; nil where the fact was announced for others. What was not announced and hangs on
// no weeks is kept too.
func (t *together) reading(n need) *reading {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.readings[n.key]
	if r == nil {
		r = &reading{weeks: n.weeks}
		t.readings[n.key] = r
	}
	if !holdsAll(r.weeks, n.weeks) {
		return nil
	}
	return r
}

func (t *together) announce(needs []need) {
	for _, n := range needs {
		r := t.readings[n.key]
		if r == nil {
			r = &reading{}
			t.readings[n.key] = r
		}
		r.weeks = inOrder(slices.Concat(r.weeks, n.weeks))
	}
}

// fact is something that several metrics are made of, each by its own arithmetic: what one query gives for some weeks.
type fact[F any] struct {
	query  query
	params func(*question) Params // further parameters
	read   func(ctx context.Context, s Snapshot, f *fact[F], weeks []time.Time, params Params) (F, error)
}

// need says what a question needs of the fact.
func (f *fact[F]) need(q *question, weeks []time.Time) need {
	return need{fmt.Sprint(f.query.name, f.params(q)), weeks}
}

// of gives the fact for at least some weeks: as it was read for another question, where they were announced together.
func (f *fact[F]) of(ctx context.Context, q *question, weeks []time.Time) (F, error) {
	params := f.params(q)
	t, ok := q.s.(*together)
	if !ok {
		return f.read(ctx, q.s, f, weeks, params)
	}
	r := t.reading(f.need(q, weeks))
	if r == nil {
		return f.read(ctx, t.Snapshot, f, weeks, params)
	}
	return settle(r, f.query.name, func() (F, error) { return f.read(ctx, t.Snapshot, f, r.weeks, params) })
}

// settle makes what a reading is about, once.
func settle[F any](r *reading, name string, make func() (F, error)) (F, error) {
	r.once.Do(func() {
		r.err = fmt.Errorf("%s was not read", name) // unless the reading panics
		r.fact, r.err = make()
	})
	if r.err != nil {
		var none F
		return none, r.err
	}
	return r.fact.(F), nil
}

// derived is what several metrics, and all groups of a tree, are made of beyond what is read: worked out once of facts about everybody,
// for the windows, the side and the tools of a question.
type derived[D any] struct {
	name string
	make func(context.Context, *question) (D, error) // the question is about everybody, and takes no notes
}

// of gives what is derived; where several questions are asked together, as it was worked out for the first.
func (d *derived[D]) of(ctx context.Context, q *question) (D, error) {
	everybody := *q
	everybody.population = population{}
	t, ok := q.s.(*together)
	if !ok {
		return d.make(ctx, &everybody)
	}
	r := t.reading(need{key: fmt.Sprint(d.name, q.windows, q.filter.Side, q.tools)})
	return settle(r, d.name, func() (D, error) { return d.make(ctx, &everybody) })
}

// sideBySide runs some readings at once and gives the error of the first of them, in their order, that has one.
func sideBySide(readings ...func() error) error {
	errs := make([]error, len(readings))
	var wait sync.WaitGroup
	for i, read := range readings {
		wait.Go(func() {
			defer func() { // a panic here would end the process
				if cause := recover(); cause != nil {
					errs[i] = fmt.Errorf("panic: %v", cause)
				}
			}()
			errs[i] = read()
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// holdsAll reports whether a list of ascending days holds all of another.
func holdsAll(days, others []time.Time) bool {
	for _, day := range others {
		if _, found := slices.BinarySearchFunc(days, day, time.Time.Compare); !found {
			return false
		}
	}
	return true
}

// weeksOf are the ISO weeks that some periods touch, ascending.
func weeksOf(periods []Period) []time.Time {
	var weeks []time.Time
	for _, p := range periods {
		for monday := floorTo(p.From, string(Week)); monday.Before(p.To); monday = monday.AddDate(0, 0, 7) {
			weeks = append(weeks, monday)
		}
	}
	return inOrder(weeks)
}

// inOrder gives each day once, ascending.
func inOrder(days []time.Time) []time.Time {
	return slices.CompactFunc(slices.SortedFunc(slices.Values(days), time.Time.Compare), time.Time.Equal)
}
