package warehouse

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Calendar says which hours the organisation works, in its time zone. The zero Calendar
// stands for 8 to 18 o'clock, Monday to Friday, without holidays.
type Calendar struct {
	From, To time.Duration // of a working day, as the clock on the wall shows, since midnight
	Days     [7]bool       // worked, by time.Weekday
	Holidays []time.Time   // only their dates count; in any order
}

// checked gives the calendar with its holidays in order, or that which the zero one stands for.
func (c Calendar) checked() (Calendar, error) {
	if c.From == 0 && c.To == 0 && c.Days == [7]bool{} {
		c.From, c.To, c.Days = 8*time.Hour, 18*time.Hour, [7]bool{false, true, true, true, true, true, false}
	}
	if c.From < 0 || c.To <= c.From || c.To > 24*time.Hour {
		return c, errors.New("the working hours are not a span within a day")
	}
	holidays := make([]time.Time, len(c.Holidays))
	for i, h := range c.Holidays {
		holidays[i] = time.Date(h.Year(), h.Month(), h.Day(), 0, 0, 0, 0, time.UTC)
	}
	slices.SortFunc(holidays, time.Time.Compare)
	c.Holidays = slices.Compact(holidays)
	return c, nil
}

// isZero reports whether nothing was said of the calendar.
func (c Calendar) isZero() bool {
	return c.From == 0 && c.To == 0 && c.Days == [7]bool{} && len(c.Holidays) == 0
}

// setting is the calendar as it is stored, which also tells equal ones from others.
func (c Calendar) setting() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // there is nothing in it that could not be written
	}
	return string(text)
}

// parameters are what opening.sql asks of a calendar.
func (c Calendar) parameters() []any {
	week := make([]int64, 8) // working days of a week before each weekday, from Monday on, and in all of it
	for i := range 7 {
		week[i+1] = week[i]
		if c.Days[(i+1)%7] {
			week[i+1]++
		}
	}
	holidays := []int64{}
	for _, h := range c.Holidays {
		if c.Days[h.Weekday()] {
			holidays = append(holidays, 3+h.Unix()/day) // from the Monday before 1970
		}
	}
	return []any{named("work_from", c.From.Milliseconds()), named("work_length", (c.To - c.From).Milliseconds()),
		named("work_week", week), named("holidays", holidays)}
}

// days are the settings that the roll-ups depend on, by name.
func (w *Warehouse) days() map[string]string {
	return map[string]string{"time_zone": w.zone, "calendar": w.calendar.setting()}
}

// openDays settles the time zone and the working calendar of the roll-ups.
func (w *Warehouse) openDays(ctx context.Context, o Options) error {
	stored, err := w.storedDays(ctx)
	if err != nil {
		return err
	}
	if err := w.adoptDays(stored, o); err != nil || maps.Equal(stored, w.days()) {
		return err
	}
	return w.keepDays(ctx)
}

// adoptDays takes over the time zone and the working calendar that the roll-ups were made
// with, where the options say nothing of them.
func (w *Warehouse) adoptDays(stored map[string]string, o Options) error {
	if zone := stored["time_zone"]; o.Zone == "" && zone != "" {
		w.zone = zone
	}
	if text := stored["calendar"]; o.Calendar.isZero() && text != "" {
		if err := json.Unmarshal([]byte(text), &w.calendar); err != nil {
			return fmt.Errorf("the stored working calendar cannot be read: %w", err)
		}
	}
	return nil
}

// keepDays makes the roll-ups anew, as one publication, when the time zone or the working
// calendar is no longer the one that they were made with.
func (w *Warehouse) keepDays(ctx context.Context) error {
	// Rows of a run that was cut short must not come out by halves.
	if err := w.Recover(ctx); err != nil {
		return err
	}
	unlock, err := w.lock(ctx, "publish")
	if err != nil {
		return err
	}
	defer unlock()
	if same, err := w.hasDays(ctx); same || err != nil {
		return err
	}
	var held []struct {
		Rows uint64 `ch:"rows"`
	}
	if err := w.conn.Select(ctx, &held, "SELECT count() AS rows FROM message"); err != nil {
		return fmt.Errorf("look for messages: %w", passing(err))
	}
	if held[0].Rows > 0 {
		w.log.Info("the time zone or the working hours are new: everything is rolled up again")
		if err := w.rebuild(ctx); err != nil {
			return err
		}
	}
	return w.storeDays(ctx)
}

func (w *Warehouse) hasDays(ctx context.Context) (bool, error) {
	stored, err := w.storedDays(ctx)
	if err != nil {
		return false, err
	}
	return maps.Equal(stored, w.days()), nil
}

func (w *Warehouse) storedDays(ctx context.Context) (map[string]string, error) {
	var rows []struct {
		Name  string `ch:"name"`
		Value string `ch:"value"`
	}
	if err := w.conn.Select(ctx, &rows, "SELECT name, value FROM setting FINAL WHERE name IN ('time_zone', 'calendar') ORDER BY name"); err != nil {
		return nil, fmt.Errorf("read settings: %w", passing(err))
	}
	stored := map[string]string{}
	for _, r := range rows {
		stored[r.Name] = r.Value
	}
	return stored, nil
}

func (w *Warehouse) storeDays(ctx context.Context) error {
	batch, err := w.insert(ctx, "INSERT INTO setting (name, value, version)")
	if err != nil {
		return fmt.Errorf("store settings: %w", passing(err))
	}
	defer batch.Close()
	for name, value := range w.days() {
		if err := batch.Append(name, value, uint64(time.Now().UnixNano())); err != nil {
			return fmt.Errorf("store settings: %w", err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("store settings: %w", passing(err))
	}
	return nil
}
