package analytics

import (
	"fmt"
	"strconv"
	"time"
)

// Period is a half-open range of days in the organisation's time zone. A day is a midnight in UTC that stands
// for the day, wherever the organisation is.
type Period struct {
	From, To time.Time
}

// IsZero reports whether there is no period.
func (p Period) IsZero() bool { return p.From.IsZero() && p.To.IsZero() }

// Days is the length.
func (p Period) Days() int { return int(p.To.Sub(p.From).Hours()+12) / 24 }

// preset is a period that hangs on where the data end.
type preset struct {
	count   int    // of units; 0 is all the data
	unit    Grain  // in which the length is counted
	closing string // the unit at whose end it ends: day, week, month, quarter, year
}

var namedPresets = map[string]preset{
	"last-week": {1, Week, "week"}, "last-month": {1, Month, "month"}, "last-quarter": {3, Month, "quarter"},
	"last-year": {12, Month, "year"}, "all": {},
}

const longestPreset = 5000

// parsePeriod reads 28d, 12w, 6m or a name.
func parsePeriod(v string) (preset, error) {
	if p, ok := namedPresets[v]; ok {
		return p, nil
	}
	units := map[byte]Grain{'d': Day, 'w': Week, 'm': Month}
	if v == "" || units[v[len(v)-1]] == "" {
		return preset{}, fmt.Errorf("no unit")
	}
	n, err := strconv.ParseUint(v[:len(v)-1], 10, 16)
	if err != nil || n == 0 || n > longestPreset {
		return preset{}, fmt.Errorf("not a number from 1 to %d", longestPreset)
	}
	unit := units[v[len(v)-1]]
	return preset{int(n), unit, string(unit)}, nil
}

// before is the period that ends with the last closed unit of data that begin on a day and end before another.
func (p preset) before(dataEnd, dataFrom time.Time) Period {
	if p.count == 0 {
		return Period{dataFrom, dataEnd}
	}
	to := floorTo(dataEnd, p.closing)
	return Period{step(to, p.unit, -p.count), to}
}

func (p Period) isMonths() bool { return p.From.Day() == 1 && p.To.Day() == 1 }

// yearBefore is the same months of the year before, otherwise the same days of the week 52 weeks before.
func (p Period) yearBefore() Period {
	if p.isMonths() {
		return Period{p.From.AddDate(-1, 0, 0), p.To.AddDate(-1, 0, 0)}
	}
	return Period{p.From.AddDate(0, 0, -364), p.To.AddDate(0, 0, -364)}
}

// preceding is the period of the same length that ends where this one begins: as many months for whole months,
// otherwise as many days.
func (p Period) preceding() Period {
	if p.isMonths() {
		months := (p.To.Year()-p.From.Year())*12 + int(p.To.Month()-p.From.Month())
		return Period{p.From.AddDate(0, -months, 0), p.From}
	}
	return Period{p.From.AddDate(0, 0, -p.Days()), p.From}
}

// floorTo is the begin of the unit that a day lies in.
func floorTo(day time.Time, unit string) time.Time {
	y, m, d := day.Date()
	switch unit {
	case string(Week):
		return day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	case string(Month):
		d = 1
	case "quarter":
		m, d = (m-1)/3*3+1, 1
	case "year":
		m, d = 1, 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// step moves a begin of a unit by so many units.
func step(day time.Time, unit Grain, n int) time.Time {
	switch unit {
	case Week:
		return day.AddDate(0, 0, 7*n)
	case Month:
		return day.AddDate(0, n, 0)
	}
	return day.AddDate(0, 0, n)
}
