package warehouse

import (
	"context"
	"fmt"
	"time"
)

// frozen knows which days of the roll-ups are never made anew.
type frozen struct {
	until time.Time // the first day that is not, at midnight UTC; zero when all can be made anew
}

func (w *Warehouse) frozenDays(ctx context.Context) (frozen, error) {
	stored, err := w.storedSettings(ctx)
	if err != nil {
		return frozen{}, err
	}
	day, err := rawDay(stored)
	return frozen{day}, err
}

// thawed are the months, of these, of which a day can be made anew.
func (f frozen) thawed(touched []month) []month {
	var out []month
	for _, m := range touched {
		if f.until.IsZero() || time.Date(int(m.Month/100), time.Month(m.Month%100)+1, 1, 0, 0, 0, 0, time.UTC).After(f.until) {
			out = append(out, m)
		}
	}
	return out
}

// holds reports whether days of a month are frozen.
func (f frozen) holds(yyyymm uint32) bool {
	return time.Date(int(yyyymm/100), time.Month(yyyymm%100), 1, 0, 0, 0, 0, time.UTC).Before(f.until)
}

// keepFrozen takes the frozen days of a month over into the slice that is being made, and gives the last moment that the
// slice before told of; zero when there was none.
func (p *publication) keepFrozen(ctx context.Context, tool string, yyyymm uint32, slice uint64) (until time.Time, err error) {
	if !p.frozen.holds(yyyymm) {
		return until, nil
	}
	var last []struct {
		Publication uint64    `ch:"newest"`
		Slice       uint64    `ch:"slice"`
		Until       time.Time `ch:"until"`
	}
	query := `SELECT max(publication_id) AS newest, argMax(slice_id, publication_id) AS slice, argMax(data_until, publication_id) AS until
		FROM publication WHERE subject = {tool:String} AND month = {month:UInt32} AND publication_id < {publication:UInt64} GROUP BY subject, month`
	if err := p.w.conn.Select(ctx, &last, query, named("tool", tool), named("month", yyyymm), named("publication", p.id)); err != nil || len(last) == 0 {
		return until, err
	}
	for _, table := range rollups {
		statement := "INSERT INTO " + table + " SELECT * REPLACE ({publication:UInt64} AS publication_id, {slice:UInt64} AS slice_id) FROM (SELECT * FROM " + table +
			" WHERE publication_id = {from:UInt64} AND slice_id = {old:UInt64} AND day < {day:Date})"
		err := p.w.conn.Exec(ctx, statement, named("publication", p.id), named("slice", slice), named("from", last[0].Publication), named("old", last[0].Slice),
			named("day", p.frozen.until.Format(time.DateOnly)))
		if err != nil {
			return until, fmt.Errorf("take over the frozen days of %s: %w", table, err)
		}
	}
	return last[0].Until, nil
}
