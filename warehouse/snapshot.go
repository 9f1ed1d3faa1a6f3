package warehouse

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"crosstalk/analytics"
)

// Snapshot fixes the newest publication, for the analytics package.
func (w *Warehouse) Snapshot(ctx context.Context) (analytics.Snapshot, error) {
	var rows []struct {
		Subject string    `ch:"subject"`
		Month   uint32    `ch:"month"`
		Slice   uint64    `ch:"slice"`
		Newest  uint64    `ch:"newest"`
		Until   time.Time `ch:"until"`
	}
	err := w.conn.Select(ctx, &rows, `SELECT subject, month, argMax(slice_id, publication_id) AS slice, max(publication_id) AS newest, argMax(data_until, publication_id) AS until
		FROM publication GROUP BY subject, month ORDER BY subject, month`)
	if err != nil {
		return nil, fmt.Errorf("look at the newest publication: %w", passing(err))
	}
	s := &snapshot{w: w, live: []uint64{}, publications: []uint64{}}
	for _, r := range rows {
		s.publications = append(s.publications, r.Newest)
		s.id = max(s.id, r.Newest)
		if r.Subject == "" {
			s.people = r.Slice
			continue
		}
		s.live = append(s.live, r.Slice)
		if r.Until.Unix() > 0 && r.Until.After(s.until) {
			s.until = r.Until
		}
	}
	if last := w.newest.Load(); last != nil && last.id == s.id {
		return last, nil
	}
	slices.Sort(s.publications)
	s.publications = slices.Compact(s.publications)
	if err := w.followDays(ctx); err != nil {
		return nil, err
	}
	s.zone = w.Zone()
	if err := s.describe(ctx); err != nil {
		return nil, err
	}
	w.newest.Store(s)
	return s, nil
}

// describe looks up what a publication holds.
func (s *snapshot) describe(ctx context.Context) error {
	var first []struct {
		Tool string    `ch:"tool"`
		Day  time.Time `ch:"first_day"`
		Last time.Time `ch:"last_day"`
	}
	query := "SELECT tool, min(day) AS first_day, max(day) AS last_day FROM account_day WHERE publication_id IN {publications:Array(UInt64)} AND slice_id IN {live:Array(UInt64)} AND messages + automatic > 0 GROUP BY tool ORDER BY tool"
	if err := s.Select(ctx, &first, query, nil); err != nil {
		return err
	}
	s.days = map[string]span{}
	for _, f := range first {
		s.tools = append(s.tools, f.Tool)
		s.days[f.Tool] = span{f.Day, f.Last}
		if s.from.IsZero() || f.Day.Before(s.from) {
			s.from = f.Day
		}
	}
	var directory []struct {
		People uint64 `ch:"people"`
	}
	if err := s.w.conn.Select(ctx, &directory, "SELECT count() AS people FROM person WHERE origin = 'directory' AND NOT is_gone"); err != nil {
		return fmt.Errorf("look for a directory: %w", err)
	}
	s.directory = directory[0].People > 0
	return nil
}

// span is a range of days, both ends in it.
type span struct{ first, last time.Time }

// snapshot is the newest publication at one moment. Its slices are never changed, so all
// that is asked of it belongs together.
type snapshot struct {
	w            *Warehouse
	id, people   uint64
	publications []uint64 // that the slices were made by
	live         []uint64 // slices of the roll-ups
	zone         string
	tools        []string
	days         map[string]span
	from, until  time.Time
	directory    bool
}

func (s *snapshot) Publication() uint64  { return s.id }
func (s *snapshot) DataFrom() time.Time  { return s.from }
func (s *snapshot) DataUntil() time.Time { return s.until }
func (s *snapshot) Tools() []string      { return s.tools }
func (s *snapshot) HasDirectory() bool   { return s.directory }

func (s *snapshot) ToolDays(tool string) (first, last time.Time) {
	return s.days[tool].first, s.days[tool].last
}

var dateParameter = regexp.MustCompile(`\{(\w+):Date(?:32)?\}`)

// Select runs a query with its parameters and those that every query may use.
func (s *snapshot) Select(ctx context.Context, rows any, query string, params analytics.Params) error {
	arguments := []any{named("live", s.live), named("people", s.people), named("zone", s.zone), named("publications", s.publications)}
	dates := map[string]bool{}
	for _, m := range dateParameter.FindAllStringSubmatch(query, -1) {
		dates[m[1]] = true
	}
	for name, value := range params {
		if t, ok := value.(time.Time); ok && dates[name] {
			value = t.Format(time.DateOnly)
		}
		arguments = append(arguments, clickhouse.Named(name, value))
	}
	if err := s.w.conn.Select(ctx, rows, query, arguments...); err != nil {
		return fmt.Errorf("query: %w", passing(err))
	}
	return nil
}
