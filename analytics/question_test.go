package analytics

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// span is a Snapshot that has bounds and no rows.
type span struct{ from, last string }

func (s span) Select(context.Context, any, string, Params) error { return nil }
func (s span) Publication() uint64                               { return 1 }
func (s span) DataFrom() time.Time                               { return day(s.from) }
func (s span) DataUntil() time.Time                              { return day(s.last).Add(15 * time.Hour) }
func (s span) Tools() []string                                   { return []string{"slack", "email"} }
func (s span) ToolDays(string) (first, last time.Time)           { return s.DataFrom(), day(s.last) }
func (s span) HasDirectory() bool                                { return false }

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

func period(from, to string) Period { return Period{day(from), day(to)} }

// Friday, 13 March 2026 is the last day with data; the last closed week ends with Sunday, the 8th.
var untilFriday = span{"2025-01-15", "2026-03-13"}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, period   string
		want, previous Period
	}{
		{"default", "", period("2026-02-09", "2026-03-09"), period("2026-01-12", "2026-02-09")},
		{"weeks", "12w", period("2025-12-15", "2026-03-09"), period("2025-09-22", "2025-12-15")},
		{"days end with the data", "28d", period("2026-02-14", "2026-03-14"), period("2026-01-17", "2026-02-14")},
		{"months", "2m", period("2026-01-01", "2026-03-01"), period("2025-11-01", "2026-01-01")},
		{"last-week", "last-week", period("2026-03-02", "2026-03-09"), period("2026-02-23", "2026-03-02")},
		{"last-month", "last-month", period("2026-02-01", "2026-03-01"), period("2026-01-01", "2026-02-01")},
		{"last-quarter", "last-quarter", period("2025-10-01", "2026-01-01"), period("2025-07-01", "2025-10-01")},
		{"last-year begins before the data", "last-year", period("2025-01-01", "2026-01-01"), Period{}},
		{"cut to the week of the first day", "100w", period("2025-01-13", "2026-03-09"), Period{}},
		{"all", "all", period("2025-01-15", "2026-03-14"), Period{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q, err := newQuestion(ToolShare, untilFriday, Setting{}, Filter{Period: c.period, Grain: Whole})
			if err != nil {
				t.Fatal(err)
			}
			if q.period != c.want || q.previous != c.previous {
				t.Errorf("got %v before %v", q.period, q.previous)
			}
		})
	}
}

func TestYearBefore(t *testing.T) {
	t.Parallel()
	for want, f := range map[Period]Filter{
		period("2025-02-10", "2025-03-10"): {Period: "4w"},
		period("2025-02-01", "2025-03-01"): {Period: "last-month"},
	} {
		f.Grain, f.Compare = Whole, CompareYear
		q, err := newQuestion(ToolShare, untilFriday, Setting{}, f)
		if err != nil || q.previous != want {
			t.Errorf("%s: got %v, want %v (%v)", f.Period, q.previous, want, err)
		}
	}
}

// The day of the last message is the organisation's, not that of UTC: 15:00 UTC is the next day in Auckland.
func TestZone(t *testing.T) {
	t.Parallel()
	auckland := time.FixedZone("Auckland", 13*60*60)
	q, err := newQuestion(ToolShare, span{"2026-01-05", "2026-03-14"}, Setting{Zone: auckland}, Filter{Period: "last-week", Grain: Whole})
	if err != nil || q.period != period("2026-03-09", "2026-03-16") {
		t.Errorf("got %v (%v): Sunday the 15th has begun there", q.period, err)
	}
}

func TestBuckets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		metric Metric
		f      Filter
		want   []string // from, to, ? where partial
	}{
		{"weeks", ToolShare, Filter{Grain: Week, Period: "2w"}, []string{"2026-02-23 2026-03-02", "2026-03-02 2026-03-09"}},
		{"an unfinished month", ToolShare, Filter{Grain: Month, From: day("2026-02-01"), To: day("2026-04-01")}, []string{"2026-02-01 2026-03-01", "2026-03-01 2026-03-14?"}},
		{"days that cut weeks", ToolShare, Filter{Grain: Week, Period: "9d"}, []string{"2026-03-05 2026-03-09?", "2026-03-09 2026-03-14?"}},
		{"days", ToolShare, Filter{Grain: Day, Period: "2d"}, []string{"2026-03-12 2026-03-13", "2026-03-13 2026-03-14"}},
		{"before the data there is nothing", ToolShare, Filter{Grain: Month, From: day("2024-12-01"), To: day("2025-03-01")}, []string{"2025-01-01 2025-02-01?", "2025-02-01 2025-03-01"}},
		{"a stock looks back 28 days", ToolSprawl, Filter{Grain: Week, From: day("2025-02-03"), To: day("2025-02-24")}, []string{"2025-02-03 2025-02-10?", "2025-02-10 2025-02-17", "2025-02-17 2025-02-24"}},
		{"outside of the data", ToolShare, Filter{Grain: Week, From: day("2027-01-04"), To: day("2027-02-01")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q, err := newQuestion(c.metric, untilFriday, Setting{}, c.f)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, b := range q.buckets {
				text := b.FromOn.Format(time.DateOnly) + " " + b.ToOn.Format(time.DateOnly)
				if b.IsPartial {
					text += "?"
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	a, err := ToolSprawl.Ask(t.Context(), untilFriday, Setting{}, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Filter{Period: "4w", Grain: Whole, Compare: ComparePrevious, Side: Internal}); !cmp.Equal(a.Filter, want) || a.MinimumGroup != 10 {
		t.Errorf("got %+v and at least %d people", a.Filter, a.MinimumGroup)
	}
	if a, err = ToolShare.Ask(t.Context(), untilFriday, Setting{}, Filter{}); err != nil || a.Filter.Period != "12w" || a.Filter.Grain != Week {
		t.Errorf("got %+v (%v)", a.Filter, err)
	}
	if short := (span{"2026-03-10", "2026-03-13"}); true {
		a, err = ToolShare.Ask(t.Context(), short, Setting{}, Filter{Grain: Whole})
		if err != nil || a.Period != period("2026-03-10", "2026-03-14") || len(a.Notes) == 0 {
			t.Errorf("data without a whole week give %v, %v (%v)", a.Period, a.Notes, err)
		}
	}
}

// empty is a warehouse into which nothing was imported.
type empty struct{ span }

func (empty) Publication() uint64  { return 0 }
func (empty) DataFrom() time.Time  { return time.Time{} }
func (empty) DataUntil() time.Time { return time.Time{} }
func (empty) Tools() []string      { return nil }

func TestEmptyWarehouse(t *testing.T) {
	t.Parallel()
	for _, m := range All() {
		a, err := m.Ask(t.Context(), empty{}, Setting{}, Filter{})
		if err != nil || a.Rows.Len() != 0 || len(a.Table().Columns) == 0 {
			t.Errorf("%s: %d rows (%v)", m.Slug(), a.Rows.Len(), err)
		}
	}
}

func TestAskRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		f    Filter
		kind error
		want string
	}{
		{"a department", Filter{Group: "Sales"}, ErrFilter, `group "Sales" is unknown: no directory names groups`},
		{"a group and a status", Filter{Group: "Sales", Status: "banned"}, ErrRefused, "group and status are not released together"},
		{"a group of the other side", Filter{Group: "Sales", Side: External}, ErrRefused, "group and side external are not released together"},
		{"a group on two tools", Filter{Group: "Sales", Tools: []string{"email", "slack"}}, ErrRefused, "group and 2 tools are not released together"},
		{"a group by day", Filter{Group: "Sales", Grain: Day}, ErrRefused, "grain day is not released below the organisation: use week, month or period"},
		{"a group on single days", Filter{Group: "Sales", From: day("2026-01-06"), To: day("2026-01-13")}, ErrRefused, "a period of single days is not released below the organisation"},
		{"a group over three weeks", Filter{Group: "Sales", Period: "3w"}, ErrRefused, "a figure over 21 days is not released below the organisation"},
		{"an unknown tool", Filter{Tools: []string{"icq"}}, ErrFilter, `tool "icq" has no data: use email or slack`},
		{"an unknown class", Filter{Class: "fax"}, ErrFilter, `class "fax" holds no tool with data`},
		{"a grain that is not offered", Filter{Grain: Hour}, ErrFilter, "grain hour is not offered by tool_sprawl: use period, week, month or day"},
		{"too many buckets", Filter{Grain: Day, From: day("1980-01-01"), To: day("2099-01-01")}, nil, ""},
		{"half a range", Filter{From: day("2026-01-01")}, ErrFilter, "from and to belong together"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := ToolSprawl.Ask(t.Context(), untilFriday, Setting{}, c.f)
			if c.kind == nil {
				if err != nil {
					t.Errorf("the data bound the buckets, and still: %v", err)
				}
				return
			}
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}
