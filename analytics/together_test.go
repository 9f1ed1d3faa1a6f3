package analytics_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
)

// counting counts what is read of a snapshot.
type counting struct {
	analytics.Snapshot
	reads atomic.Int64
	fail  error
}

func (c *counting) Select(ctx context.Context, rows any, query string, params analytics.Params) error {
	c.reads.Add(1)
	if c.fail != nil {
		return c.fail
	}
	return c.Snapshot.Select(ctx, rows, query, params)
}

// pageAsks are the questions of a page with everything on it, for a filter.
func pageAsks(t *testing.T, query string) []analytics.Ask {
	t.Helper()
	var asks []analytics.Ask
	for _, m := range analytics.All() {
		for _, grain := range []string{"period", "week"} {
			if !slices.Contains(m.Doc().Grains, analytics.Grain(grain)) {
				continue
			}
			asks = append(asks, analytics.Ask{Metric: m, Filter: filter(t, strings.TrimSuffix("grain="+grain+"&"+query, "&"))})
		}
	}
	return asks
}

// Whatever is asked beside a question, its answer is the same as alone.
func TestTogetherAsAlone(t *testing.T) {
	t.Parallel()
	s := newOffice(t)
	for _, query := range []string{"", "period=2w", "tool=slack", "side=all", "compare=year", "from=2026-01-07&to=2026-01-23", "class=chess"} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			asks := pageAsks(t, query)
			together := analytics.Together(s, officeSetting, append(pageAsks(t, "period=all"), asks...)...)
			for _, one := range asks {
				alone, errAlone := one.Metric.Ask(t.Context(), s, officeSetting, one.Filter)
				beside, err := one.Metric.Ask(t.Context(), together, officeSetting, one.Filter)
				if fmt.Sprint(err) != fmt.Sprint(errAlone) {
					t.Fatalf("%s: %v, alone %v", one.Metric.Slug(), err, errAlone)
				}
				if err != nil {
					continue
				}
				if diff := cmp.Diff(alone.Table(), beside.Table()); diff != "" {
					t.Errorf("%s %s: %s", one.Metric.Slug(), one.Filter.Grain, diff)
				}
			}
		})
	}
}

// A page reads what was sent once, by day and by week, in which weeks ever, the reciprocal ties once, who the people are; the exchanges once
// for each of its two grains and once for the period compared with the one before; and what tools are used for once for each grain,
// over 28 days and over 60.
func TestTogetherReadsOnce(t *testing.T) {
	t.Parallel()
	s := &counting{Snapshot: newOffice(t)}
	asks := pageAsks(t, "")
	together := analytics.Together(s, officeSetting, asks...)
	var all sync.WaitGroup
	for _, one := range asks {
		all.Go(func() {
			if _, err := one.Metric.Ask(t.Context(), together, officeSetting, one.Filter); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := s.reads.Load(); n != 12 {
		t.Errorf("%d readings for %d questions, want 12", n, len(asks))
	}
	if _, err := analytics.ToolSprawl.Ask(t.Context(), together, officeSetting, filter(t, "side=all")); err != nil || s.reads.Load() != 13 {
		t.Errorf("a question that was not announced: %d readings (%v)", s.reads.Load(), err)
	}
}

func TestTogetherPassesErrorsOn(t *testing.T) {
	t.Parallel()
	s := &counting{Snapshot: newOffice(t), fail: errors.New("engine: gone")}
	asks := pageAsks(t, "")
	together := analytics.Together(s, officeSetting, asks...)
	for _, one := range asks {
		if len(one.Metric.Queries()) == 0 {
			continue // it is made of the register alone
		}
		if _, err := one.Metric.Ask(t.Context(), together, officeSetting, one.Filter); !errors.Is(err, s.fail) {
			t.Errorf("%s: %v", one.Metric.Slug(), err)
		}
	}
}

// Ties are counted in stretches of 64 weeks; over 70 weeks, three pairs meet in a few.
func TestTiesOfManyWeeks(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	first := time.Date(2024, 9, 2, 0, 0, 0, 0, time.UTC) // a Monday
	s.exec(t, "INSERT INTO account_person SELECT 1, 1, number, number, true, true, true FROM numbers(1, 6)")
	s.exec(t, `INSERT INTO account_day (publication_id, slice_id, tool, day, account_id, hours, messages, turns)
		SELECT 1, 1, 'slack', toDate('2024-09-08') + 7 * week, person, range(24), 1, 1 FROM (SELECT number AS person FROM numbers(1, 6)) ARRAY JOIN range(70) AS week`)
	meetings := map[int]bool{0: true, 1: true, 62: true, 63: true, 64: true, 69: true}
	for week := range meetings {
		s.exec(t, fmt.Sprintf(`INSERT INTO tie_day (publication_id, slice_id, tool, day, a_id, b_id, a_to_b, b_to_a)
			SELECT 1, 1, 'slack', toDate('2024-09-02') + %d, 2 * number + 1, 2 * number + 2, 1, 1 FROM numbers(3)`, 7*week+2))
	}
	s.measure(t)
	rows := analytics.TieFrequency.Rows(ask(t, s, analytics.TieFrequency, filter(t, "grain=week&from=2024-09-02&to=2026-01-05")))
	if len(rows) != 70 {
		t.Fatalf("%d weeks, want 70", len(rows))
	}
	for i, r := range rows {
		if !r.FromOn.Equal(first.AddDate(0, 0, 7*i)) || (r.Ties != nil) != meetings[i] || r.Ties != nil && *r.Ties != 3 {
			t.Errorf("week %d from %s: ties %v, met %v", i, r.FromOn.Format(time.DateOnly), r.Ties, meetings[i])
		}
	}
}
