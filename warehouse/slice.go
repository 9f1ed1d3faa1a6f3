package warehouse

import (
	"context"
	"fmt"
	"time"
)

// month is one slice of the roll-ups: a tool and a month of the organisation's days.
type month struct {
	Tool  string `ch:"tool"`
	Month uint32 `ch:"month"` // yyyymm
}

// first is the first day of the month, at midnight UTC, as days are told to ClickHouse.
func (m month) first() time.Time { return monthStart(m.Month, time.UTC) }

// next is the first day after the month.
func (m month) next() time.Time { return m.first().AddDate(0, 1, 0) }

func monthStart(yyyymm uint32, zone *time.Location) time.Time {
	return time.Date(int(yyyymm/100), time.Month(yyyymm%100), 1, 0, 0, 0, 0, zone)
}

func monthIndex(yyyymm uint32) int { return int(yyyymm/100)*12 + int(yyyymm%100) }

// change is a slice that a run changes, and from which days on. What is before is taken over from the slice that held until then.
type change struct {
	month
	Since       time.Time `ch:"since"`        // the first day on which an account did or received something else than before
	OpenedSince time.Time `ch:"opened_since"` // the first day with another opening, or one that went otherwise
}

// by gives the first changed day by how a roll-up reacts: of the slice, or the day after it when nothing changes.
func (c change) by(follows bool) time.Time {
	since := c.Since
	if follows {
		since = c.OpenedSince
	}
	switch {
	case since.Before(c.first()):
		return c.first()
	case since.After(c.next()):
		return c.next()
	}
	return since
}

func months(changes []change) []month {
	out := make([]month, len(changes))
	for i, c := range changes {
		out[i] = c.month
	}
	return out
}

// liveSlice is the slice that holds for a tool and month.
type liveSlice struct {
	month
	ID    uint64    `ch:"slice"`
	Until time.Time `ch:"until"` // last message
}

// liveSlices are those of the newest publication.
func (w *Warehouse) liveSlices(ctx context.Context) (map[month]liveSlice, error) {
	var rows []liveSlice
	err := w.conn.Select(ctx, &rows, `SELECT subject AS tool, month, argMax(slice_id, publication_id) AS slice, argMax(data_until, publication_id) AS until
		FROM publication WHERE subject != '' GROUP BY subject, month`)
	if err != nil {
		return nil, fmt.Errorf("look at what is published: %w", passing(err))
	}
	out := make(map[month]liveSlice, len(rows))
	for _, r := range rows {
		out[r.month] = r
	}
	return out, nil
}

// publicationOf is the publication that made a slice.
func (s liveSlice) publicationOf() uint64 { return s.ID / 1e10 }
