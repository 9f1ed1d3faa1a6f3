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

// parameters are what the roll-ups ask of a calendar.
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

// days are what the roll-ups depend on: an IANA name and the working hours.
type days struct {
	zone     string
	calendar Calendar
}

// settings are what the roll-ups were made with as it is stored, by name.
func (d days) settings() map[string]string {
	return map[string]string{"time_zone": d.zone, "calendar": d.calendar.setting(), "rollups": rollupsVersion}
}

// daysOf reads stored days; where nothing is stored, it gives others.
func daysOf(stored map[string]string, otherwise days) (days, error) {
	d := otherwise
	if zone := stored["time_zone"]; zone != "" {
		d.zone = zone
	}
	if text := stored["calendar"]; text != "" {
		d.calendar = Calendar{}
		if err := json.Unmarshal([]byte(text), &d.calendar); err != nil {
			return d, fmt.Errorf("the stored working calendar cannot be read: %w", err)
		}
	}
	return d, nil
}

// openSettings checks the keys, and settles the time zone and the working calendar of the
// roll-ups.
func (w *Warehouse) openSettings(ctx context.Context, o Options) error {
	stored, err := w.storedSettings(ctx)
	if err != nil {
		return err
	}
	if err := w.checkKeys(ctx, stored); err != nil {
		return err
	}
	d, err := daysOf(stored, *w.days.Load())
	if err != nil {
		return err
	}
	own := w.days.Load()
	if o.Zone != "" {
		d.zone = own.zone
	}
	if !o.Calendar.isZero() {
		d.calendar = own.calendar
	}
	w.days.Store(&d)
	if w.areDays(stored) {
		return nil
	}
	return w.keepDays(ctx)
}

// followDays takes over the days of the roll-ups, which another command may have changed
// since this one began.
func (w *Warehouse) followDays(ctx context.Context) error {
	stored, err := w.storedSettings(ctx)
	if err != nil {
		return err
	}
	own := *w.days.Load()
	d, err := daysOf(stored, own)
	if err != nil || maps.Equal(d.settings(), own.settings()) {
		return err
	}
	w.log.Info("another command changed the time zone or the working hours: they are taken over")
	w.days.Store(&d)
	return nil
}

// areDays reports whether the roll-ups were made with the days that are wanted, by this version.
func (w *Warehouse) areDays(stored map[string]string) bool {
	for name, value := range w.days.Load().settings() {
		if stored[name] != value {
			return false
		}
	}
	return true
}

// keepDays makes the roll-ups anew, as one publication, when the time zone or the working
// calendar is no longer the one that they were made with, or an earlier version made them.
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
		w.log.Info("the time zone, the working hours or the roll-ups are new: everything is rolled up again")
		if err := w.rebuild(ctx); err != nil {
			return err
		}
	}
	return w.storeSettings(ctx, w.days.Load().settings())
}

func (w *Warehouse) hasDays(ctx context.Context) (bool, error) {
	stored, err := w.storedSettings(ctx)
	return err == nil && w.areDays(stored), err
}

func (w *Warehouse) storedSettings(ctx context.Context) (map[string]string, error) {
	var rows []struct {
		Name  string `ch:"name"`
		Value string `ch:"value"`
	}
	if err := w.conn.Select(ctx, &rows, "SELECT name, value FROM setting FINAL ORDER BY name"); err != nil {
		return nil, fmt.Errorf("read settings: %w", passing(err))
	}
	stored := map[string]string{}
	for _, r := range rows {
		stored[r.Name] = r.Value
	}
	return stored, nil
}

func (w *Warehouse) storeSettings(ctx context.Context, settings map[string]string) error {
	batch, err := w.insert(ctx, "INSERT INTO setting (name, value, version)")
	if err != nil {
		return fmt.Errorf("store settings: %w", passing(err))
	}
	defer batch.Close()
	for name, value := range settings {
		if err := batch.Append(name, value, uint64(time.Now().UnixNano())); err != nil {
			return fmt.Errorf("store settings: %w", err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("store settings: %w", passing(err))
	}
	return nil
}
