package organisation

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones are known on machines that have none installed
)

// Calendar is the organisation's clock: what day it is, and which hours are worked. It may be used by several goroutines.
type Calendar struct {
	zone       *time.Location
	from, to   time.Duration // of a working day on the wall clock, since midnight
	isWorked   [7]bool       // by time.Weekday
	isHolidays map[string]bool
}

// weekdays are in the order of time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Calendar makes the calendar of a company. The error is [Problems]; a valid configuration has none.
func (o Company) Calendar() (*Calendar, error) {
	found := &findings{}
	if o.check(found); found.list != nil {
		return nil, found.err()
	}
	k := &Calendar{isHolidays: map[string]bool{}}
	var err, hours error
	k.zone, err = loadZone(o.TimeZone)
	k.from, k.to, hours = parseHours(o.WorkingHours)
	for _, day := range o.WorkingDays {
		k.isWorked[slices.Index(weekdays, day)] = true
	}
	for _, day := range o.Holidays {
		k.isHolidays[day] = true
	}
	return k, errors.Join(err, hours)
}

func loadZone(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" || name == "" {
		return nil, fmt.Errorf("%s is not a time zone: use a name like Europe/Berlin", quote(name))
	}
	return zone, nil
}

// parseHours reads "09:00-17:30".
func parseHours(text string) (from, to time.Duration, err error) {
	first, last, ok := strings.Cut(text, "-")
	from, isFrom := parseClock(first)
	to, isTo := parseClock(last)
	if !ok || !isFrom || !isTo || from >= to {
		return 0, 0, fmt.Errorf("%s is not a span within a day: write it like \"08:00-18:30\"", quote(text))
	}
	return from, to, nil
}

// parseClock reads a time of day from 00:00 to 24:00.
func parseClock(text string) (time.Duration, bool) {
	hours, minutes, ok := strings.Cut(strings.TrimSpace(text), ":")
	h, errHours := strconv.ParseUint(hours, 10, 8)
	m, errMinutes := strconv.ParseUint(minutes, 10, 8)
	if !ok || len(minutes) != 2 || errHours != nil || errMinutes != nil || m > 59 || h*60+m > 24*60 {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, true
}

// Hours are the span of a working day on the wall clock, since midnight.
func (k *Calendar) Hours() (from, to time.Duration) { return k.from, k.to }

// Worked says which weekdays are worked, by time.Weekday.
func (k *Calendar) Worked() [7]bool { return k.isWorked }

// Zone is the organisation's time zone.
func (k *Calendar) Zone() *time.Location { return k.zone }

// Day is the day on which an instant falls, as a midnight in UTC that stands for the day.
func (k *Calendar) Day(at time.Time) time.Time {
	y, m, d := at.In(k.zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Week is the Monday of the ISO week in which an instant falls, as a midnight in UTC that stands for the day.
func (k *Calendar) Week(at time.Time) time.Time {
	day := k.Day(at)
	return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
}

// IsWorkingDay reports whether a day is worked: one of the working days of the week and no holiday. Only the date of the
// time counts, in the time's own zone.
func (k *Calendar) IsWorkingDay(day time.Time) bool {
	return k.isWorked[day.Weekday()] && !k.isHolidays[day.Format(time.DateOnly)]
}

// IsWorking reports whether an instant lies within the working hours of a working day.
func (k *Calendar) IsWorking(at time.Time) bool {
	day := k.Day(at)
	begin, end := k.hours(day)
	return k.IsWorkingDay(day) && !at.Before(begin) && at.Before(end)
}

// WorkingTime is how much working time passes between two instants; 0 when the second is not later. It is time that
// really passes: where the clock is changed within working hours, that day has an hour more or less. So it adds up:
// the parts of a span have together what the span has.
func (k *Calendar) WorkingTime(from, to time.Time) time.Duration {
	var sum time.Duration
	if !from.Before(to) {
		return 0
	}
	for day, last := k.Day(from), k.Day(to); !day.After(last); day = day.AddDate(0, 0, 1) {
		if !k.IsWorkingDay(day) {
			continue
		}
		begin, end := k.hours(day)
		if begin.Before(from) {
			begin = from
		}
		if end.After(to) {
			end = to
		}
		sum += max(end.Sub(begin), 0)
	}
	return sum
}

// hours are the instants at which the working hours of a day begin and end.
func (k *Calendar) hours(day time.Time) (begin, end time.Time) {
	y, m, d := day.Date()
	at := func(clock time.Duration) time.Time {
		return time.Date(y, m, d, int(clock/time.Hour), int(clock%time.Hour/time.Minute), 0, 0, k.zone)
	}
	return at(k.from), at(k.to)
}
