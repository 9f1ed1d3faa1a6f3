package organisation_test

import (
	"testing"
	"time"

	"crosstalk/organisation"
)

func calendar(t *testing.T, zone, hours string, holidays ...string) *organisation.Calendar {
	t.Helper()
	c := organisation.Default().Organisation
	c.TimeZone, c.WorkingHours, c.Holidays = zone, hours, holidays
	k, err := c.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestDayAndWeek(t *testing.T) {
	t.Parallel()
	amsterdam := calendar(t, "Europe/Amsterdam", "09:00-17:00")
	beirut := calendar(t, "Asia/Beirut", "09:00-17:00")
	for _, c := range []struct {
		name      string
		k         *organisation.Calendar
		instant   string
		day, week string
	}{
		{"before midnight in summer", amsterdam, "2026-07-01T21:59:59Z", "2026-07-01", "2026-06-29"},
		{"midnight in summer", amsterdam, "2026-07-01T22:00:00Z", "2026-07-02", "2026-06-29"},
		{"before midnight in winter", amsterdam, "2026-01-01T22:59:59Z", "2026-01-01", "2025-12-29"},
		{"midnight in winter", amsterdam, "2026-01-01T23:00:00Z", "2026-01-02", "2025-12-29"},
		{"Sunday", amsterdam, "2026-11-22T22:59:59Z", "2026-11-22", "2026-11-16"},
		{"Monday", amsterdam, "2026-11-22T23:00:00Z", "2026-11-23", "2026-11-23"},
		{"a day without midnight", beirut, "2026-03-28T22:00:00Z", "2026-03-29", "2026-03-23"},
		{"the day before it", beirut, "2026-03-28T21:59:59Z", "2026-03-28", "2026-03-23"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			day, week := c.k.Day(at(t, c.instant)), c.k.Week(at(t, c.instant))
			if day != at(t, c.day+"T00:00:00Z").UTC() || week != at(t, c.week+"T00:00:00Z").UTC() {
				t.Errorf("day %v, week %v; want %s, %s", day, week, c.day, c.week)
			}
		})
	}
}

func TestIsWorking(t *testing.T) {
	t.Parallel()
	k := calendar(t, "Europe/Amsterdam", "09:00-17:30", "2026-04-27")
	for instant, want := range map[string]bool{
		"2026-03-03T08:59:59+01:00": false, "2026-03-03T09:00:00+01:00": true, "2026-03-03T17:29:59+01:00": true, "2026-03-03T17:30:00+01:00": false,
		"2026-03-03T16:29:00Z": true, "2026-07-01T15:30:00Z": false, // half past five in Amsterdam
		"2026-03-07T12:00:00+01:00": false, // Saturday
		"2026-04-27T12:00:00+02:00": false, // holiday
		"2026-03-02T01:00:00+09:00": false, // Monday in Tokyo, Sunday in Amsterdam
	} {
		if got := k.IsWorking(at(t, instant)); got != want {
			t.Errorf("%s: %v, want %v", instant, got, want)
		}
	}
}

func TestWorkingTime(t *testing.T) {
	t.Parallel()
	day := calendar(t, "Europe/Amsterdam", "09:00-17:00", "2026-04-27")
	c := organisation.Default().Organisation
	c.TimeZone, c.WorkingHours, c.WorkingDays = "Europe/Amsterdam", "00:00-24:00", []string{"sun"}
	sundays, err := c.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, from, to string
		k              *organisation.Calendar
		want           time.Duration
	}{
		{"within a day", "2026-03-03T10:00:00+01:00", "2026-03-03T11:30:00+01:00", day, 90 * time.Minute},
		{"over night", "2026-03-03T16:00:00+01:00", "2026-03-04T10:00:00+01:00", day, 2 * time.Hour},
		{"over a weekend", "2026-03-06T16:30:00+01:00", "2026-03-09T09:15:00+01:00", day, 45 * time.Minute},
		{"over a holiday", "2026-04-24T17:00:00+02:00", "2026-04-28T10:00:00+02:00", day, time.Hour},
		{"a week in which the clock is put on", "2026-03-23T00:00:00+01:00", "2026-03-30T00:00:00+02:00", day, 40 * time.Hour},
		{"before work to after it", "2026-03-03T07:00:00+01:00", "2026-03-03T20:00:00+01:00", day, 8 * time.Hour},
		{"after work", "2026-03-03T18:00:00+01:00", "2026-03-03T20:00:00+01:00", day, 0},
		{"backwards", "2026-03-04T10:00:00+01:00", "2026-03-03T10:00:00+01:00", day, 0},
		{"nothing", "2026-03-04T10:00:00+01:00", "2026-03-04T10:00:00+01:00", day, 0},
		{"the day on which the clock is put on", "2026-03-28T12:00:00+01:00", "2026-03-30T12:00:00+02:00", sundays, 23 * time.Hour},
		{"the day on which it is put back", "2026-10-24T12:00:00+02:00", "2026-10-26T12:00:00+01:00", sundays, 25 * time.Hour},
		{"the hour that comes twice", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", sundays, time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := c.k.WorkingTime(at(t, c.from), at(t, c.to)); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// The parts of a span have together what the span has, and what is worked is what IsWorking says, minute by minute.
func TestWorkingTimeAddsUp(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"Europe/Amsterdam", "America/St_Johns", "Australia/Lord_Howe", "Asia/Beirut", "UTC"} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			k := calendar(t, zone, "00:30-23:15", "2026-03-30")
			for _, around := range []string{"2026-03-06T00:00:00Z", "2026-03-27T00:00:00Z", "2026-04-03T00:00:00Z", "2026-10-23T00:00:00Z"} {
				from := at(t, around)
				var counted time.Duration
				for minute := range 5 * 24 * 60 {
					if k.IsWorking(from.Add(time.Duration(minute) * time.Minute)) {
						counted += time.Minute
					}
				}
				to, middle := from.AddDate(0, 0, 5), from.Add(51*time.Hour+17*time.Second)
				whole, parts := k.WorkingTime(from, to), k.WorkingTime(from, middle)+k.WorkingTime(middle, to)
				if whole != counted || parts != counted {
					t.Errorf("five days from %s have %v, in two parts %v; counted %v", around, whole, parts, counted)
				}
			}
		})
	}
}

func TestKeepsFrom(t *testing.T) {
	t.Parallel()
	today := at(t, "2026-11-23T00:00:00Z")
	for retention, want := range map[string]string{"": "0001-01-01", "400d": "2025-10-19", "2w": "2026-11-09", "24mo": "2024-11-23", "3y": "2023-11-23"} {
		if got := (organisation.Privacy{Retention: retention}).KeepsFrom(today).Format(time.DateOnly); got != want {
			t.Errorf("with %q messages are kept from %s, want %s", retention, got, want)
		}
	}
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"15m": true, "every 10m": true, "hourly": true, "daily": true, "weekly": true, "daily at 03:30": true, "24h": true, "Every 1s": true,
		"every": false, "0s": false, "-5m": false, "daily at 25:00": false, "at 03:30": false, "monthly": false, "every hourly day": false,
	} {
		_, err := organisation.Parse([]byte("workspaces: [{collector: imap, path: x, schedule: \"" + text + "\"}]\n"))
		if (err == nil) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
}
