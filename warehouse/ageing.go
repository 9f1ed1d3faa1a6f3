package warehouse

import (
	"context"
	"fmt"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

const reasonOlder = "older_than_retention"

// rawFrom is the setting that holds the first day whose messages are kept. The roll-ups of the days before are frozen: they
// were made of messages that have aged out, and are never made anew.
const rawFrom = "raw_from"

// Ageing is how far messages have aged out.
type Ageing struct {
	RawFrom  time.Time // first day whose messages are kept, at midnight UTC; zero when none have aged out
	Frozen   bool      // there are roll-ups of days before it
	Messages uint64    // rows that were dropped now
}

// AgeOut drops the messages, memberships that ended and counts of the days before that of keep, in the organisation's time zone. Their roll-ups
// stay, and are frozen from then on: what an import brings of those days is counted under older_than_retention and
// not stored. The first day that is kept moves back only while nothing is frozen; the zero time keeps everything.
func (w *Warehouse) AgeOut(ctx context.Context, keep time.Time) (Ageing, error) {
	now, err := w.Ageing(ctx)
	if err != nil || keep.IsZero() && now.RawFrom.IsZero() {
		return now, err
	}
	unlock, err := w.lock(ctx, "publish")
	if err != nil {
		return now, err
	}
	defer unlock()
	if err := w.followDays(ctx); err != nil {
		return now, err
	}
	if now, err = w.Ageing(ctx); err != nil { // another command may have been at it
		return now, err
	}
	day, text := time.Time{}, ""
	if !keep.IsZero() {
		y, m, d := keep.Date()
		day = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
		text = day.Format(time.DateOnly)
	}
	if day.After(now.RawFrom) || day.Before(now.RawFrom) && !now.Frozen {
		if err := w.storeSettings(ctx, map[string]string{rawFrom: text}); err != nil {
			return now, err
		}
	}
	dropped, err := w.dropAged(ctx)
	if err != nil {
		return now, err
	}
	now, err = w.Ageing(ctx)
	now.Messages = dropped
	return now, err
}

// Ageing says how far messages have aged out.
func (w *Warehouse) Ageing(ctx context.Context) (Ageing, error) {
	stored, err := w.storedSettings(ctx)
	if err != nil {
		return Ageing{}, err
	}
	var a Ageing
	if a.RawFrom, err = rawDay(stored); err != nil || a.RawFrom.IsZero() {
		return a, err
	}
	var found []struct {
		One uint8 `ch:"one"`
	}
	query := `SELECT 1 AS one FROM account_day WHERE day < {day:Date}
		AND slice_id IN (SELECT argMax(slice_id, publication_id) FROM publication GROUP BY subject, month) LIMIT 1`
	if err := w.conn.Select(ctx, &found, query, named("day", a.RawFrom.Format(time.DateOnly))); err != nil {
		return a, fmt.Errorf("look for frozen days: %w", passing(err))
	}
	a.Frozen = len(found) > 0
	return a, nil
}

// rawDay reads the first day whose messages are kept; zero is none.
func rawDay(stored map[string]string) (time.Time, error) {
	if stored[rawFrom] == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, stored[rawFrom])
	if err != nil {
		return day, fmt.Errorf("the stored day from which messages are kept cannot be read: %w", err)
	}
	return day, nil
}

// Midnight is when the day of a moment begins, in the zone in which the moment is given, for the warehouse's own.
func (w *Warehouse) Midnight(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	zone, err := time.LoadLocation(w.Zone())
	if err != nil {
		zone = time.UTC // Open refuses zones that are not known
	}
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// rawSince is the moment from which on messages are kept; zero when all are.
func (w *Warehouse) rawSince(ctx context.Context) (time.Time, error) {
	stored, err := w.storedSettings(ctx)
	if err != nil {
		return time.Time{}, err
	}
	day, err := rawDay(stored)
	return w.Midnight(day), err
}

// aged are the rows of each table that have aged out by {before}. Memberships go before messages: of those without an end,
// it is the messages that tell whether anything is left of their conversation.
var aged = []struct{ table, where string }{
	{"conversation_member", `to_at > toDateTime64(0, 3, 'UTC') AND to_at < {before} OR to_at <= toDateTime64(0, 3, 'UTC') AND conversation_id IN
		(SELECT conversation_id FROM message WHERE conversation_id IN (SELECT conversation_id FROM message WHERE sent_at < {before}) GROUP BY conversation_id HAVING max(sent_at) < {before})`},
	{"activity", "to_at < {before}"},
	{"message_loser", "day < toDate({before})"},
	{"message", "sent_at < {before}"},
}

// dropAged drops what has aged out, also of runs that came in since, and gives the number of message rows. It may be
// repeated; the caller holds the publish lock.
func (w *Warehouse) dropAged(ctx context.Context) (dropped uint64, err error) {
	since, err := w.rawSince(ctx)
	if err != nil || since.IsZero() {
		return 0, err
	}
	before := fmt.Sprintf("fromUnixTimestamp64Milli(toInt64(%d), 'UTC')", since.UnixMilli())
	for _, a := range aged {
		where := strings.ReplaceAll(a.where, "{before}", before)
		var found []struct {
			Rows uint64 `ch:"rows"`
		}
		if err := w.conn.Select(ctx, &found, "SELECT count() AS rows FROM "+a.table+" WHERE "+where); err != nil {
			return dropped, fmt.Errorf("look for rows of %s that aged out: %w", a.table, passing(err))
		}
		if found[0].Rows == 0 {
			continue
		}
		if a.table == "message" {
			dropped = found[0].Rows
		}
		if err := w.mutate(ctx, a.table, "DELETE WHERE "+where); err != nil {
			return dropped, fmt.Errorf("drop rows of %s that aged out: %w", a.table, err)
		}
	}
	return dropped, nil
}

// FrozenError is the answer to a time zone other than that in which days are frozen.
type FrozenError struct {
	Zone, Wanted string
	RawFrom      time.Time
}

func (e *FrozenError) Error() string {
	return fmt.Sprintf("the time zone cannot become %s: the messages of the days before %s have aged out, and their figures are of days in %s; set organisation.time_zone back to it",
		e.Wanted, e.RawFrom.Format(time.DateOnly), e.Zone)
}

// checkZone refuses to change the time zone of frozen days.
func (w *Warehouse) checkZone(ctx context.Context, stored map[string]string, wanted string) error {
	if stored["time_zone"] == "" || stored["time_zone"] == wanted || stored[rawFrom] == "" {
		return nil
	}
	now, err := w.Ageing(ctx)
	if err == nil && now.Frozen {
		err = &FrozenError{Zone: stored["time_zone"], Wanted: wanted, RawFrom: now.RawFrom}
	}
	return err
}

// unwanted gives the reason why a count over a span that ended then must not be stored, or none.
func (s *Sink) unwanted(scope *scope, account record.AccountKey, end time.Time) string {
	switch {
	case end.Before(s.oldest):
		return reasonOlder
	case scope.isErased(account):
		return reasonErased
	}
	return ""
}
