package live

import (
	"fmt"
	"strings"
	"time"
)

// Schedule says when a source is asked: every so often, or daily at a time of the clock. The zero Schedule never is.
type Schedule struct {
	every time.Duration
	daily bool
	hour  int
	min   int
	zone  *time.Location
}

// shortestInterval keeps a slip of the pen from asking a server without pause.
const shortestInterval = time.Second

// Every is the schedule of a fixed interval.
func Every(interval time.Duration) Schedule { return Schedule{every: max(interval, shortestInterval)} }

// ParseSchedule reads "every 10m", "10m", "hourly", "weekly", "daily" (at midnight) or "daily at 03:30", by the clock of
// zone.
func ParseSchedule(text string, zone *time.Location) (Schedule, error) {
	words := strings.Fields(strings.ToLower(text))
	switch {
	case len(words) == 1 && words[0] == "hourly":
		return Every(time.Hour), nil
	case len(words) == 1 && words[0] == "weekly":
		return Every(7 * 24 * time.Hour), nil
	case len(words) == 1 && words[0] == "daily":
		return Schedule{daily: true, zone: zone}, nil
	case len(words) == 3 && words[0] == "daily" && words[1] == "at":
		if at, err := time.Parse("15:04", words[2]); err == nil {
			return Schedule{daily: true, hour: at.Hour(), min: at.Minute(), zone: zone}, nil
		}
	case len(words) == 2 && words[0] == "every", len(words) == 1:
		interval, err := time.ParseDuration(words[len(words)-1])
		if err == nil && interval >= shortestInterval {
			return Every(interval), nil
		}
	}
	return Schedule{}, fmt.Errorf("%q is not a schedule: write every 10m (at least %s), hourly, daily, weekly, or daily at 03:30", text, shortestInterval)
}

// String is what ParseSchedule reads.
func (s Schedule) String() string {
	switch {
	case s.daily:
		return fmt.Sprintf("daily at %02d:%02d", s.hour, s.min)
	case s.every > 0:
		return "every " + s.every.String()
	}
	return "never"
}

// Interval is how far apart two turns are, as a rule.
func (s Schedule) Interval() time.Duration {
	if s.daily {
		return 24 * time.Hour
	}
	return s.every
}

// Next is the first turn after the one that began at begun.
func (s Schedule) Next(begun time.Time) time.Time {
	if !s.daily {
		return begun.Add(s.every)
	}
	local := begun.In(s.zone)
	for day := 0; ; day++ {
		// A time that the clock skips in spring falls an hour beside, which is still after begun a day later.
		at := time.Date(local.Year(), local.Month(), local.Day()+day, s.hour, s.min, 0, 0, s.zone)
		if at.After(begun) {
			return at
		}
	}
}
