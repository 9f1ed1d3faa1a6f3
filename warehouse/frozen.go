package warehouse

import (
	"context"
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
