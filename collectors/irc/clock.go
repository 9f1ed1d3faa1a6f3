package irc

import "time"

// moment is when a line was written.
type moment struct {
	unix    int64
	day     int64 // the logger's calendar day, counted from 1970
	minute  bool  // the source states no seconds
	hasZone bool
}

const noDay = int64(-1 << 40)

// halfDay is how far a clock must run back before midnight is believed to have passed.
const halfDay = 12 * 3600

// clock turns the times of one file's lines, which lack date, year or zone, into
// instants. What it answers depends on the lines read so far and never on later ones.
type clock struct {
	location *time.Location
	named    int64 // the day in the file's name, or noDay
	today    int64 // the day of times that state none, or noDay
	year     int   // of dates that state none, or 0
	month    int   // of the last date without a year
	lastTime int   // seconds into today of the last line, -1 after a marker
	lastUnix int64
	hour     int64 // the wall-clock hour for which shift holds
	shift    int64 // wall clock less UTC, in seconds
}

// date is what a path tells of the day of a log's lines. Zero parts are not told.
type date struct{ year, month, day int }

func newClock(s *settings, d date) clock {
	c := clock{location: s.location, named: noDay, today: noDay, lastTime: -1, hour: noDay}
	c.year = d.year
	if s.year != 0 {
		c.year = s.year
	}
	c.month = d.month
	if d.day != 0 && validDate(d.year, d.month, d.day) {
		c.named = dayNumber(d.year, d.month, d.day)
		c.today = c.named
	}
	return c
}

// mark takes the date of a marker. A marker whose date cannot be read takes the date
// away, so that no line gets a wrong one.
func (c *clock) mark(m marker) {
	c.lastTime = -1
	if !validDate(m.year, m.month, m.day) {
		c.today = c.named
		return
	}
	c.today = dayNumber(m.year, m.month, m.day)
	c.year, c.month = m.year, m.month
}

// at is the instant of a line, or the reason why there is none.
func (c *clock) at(s stamp) (moment, string) {
	wall := s.hour*3600 + s.minute*60 + s.second
	day, reason := c.dayOf(s, wall)
	if reason != "" {
		return moment{}, reason
	}
	m := moment{day: day, minute: !s.hasSecond, hasZone: s.hasZone}
	if s.hasZone {
		m.unix = day*86400 + int64(wall) - int64(s.zoneMinutes)*60
	} else {
		m.unix = c.utc(day*86400 + int64(wall))
	}
	c.lastUnix = m.unix
	return m, ""
}

// before is the instant of a line played back at s: the last time of day inner that
// does not lie behind s.
func (c *clock) before(s, inner stamp) (moment, string) {
	outer, reason := c.at(s)
	if reason != "" {
		return outer, reason
	}
	wall := int64(inner.hour*3600 + inner.minute*60 + inner.second)
	day := outer.day
	if wall > int64(s.hour*3600+s.minute*60+s.second) {
		day--
	}
	unix := c.utc(day*86400 + wall)
	return moment{unix: unix, day: outer.day, minute: !inner.hasSecond}, ""
}

// dayOf finds the calendar day of a line.
func (c *clock) dayOf(s stamp, wall int) (int64, string) {
	switch {
	case !s.hasDate:
		return c.undated(wall)
	case s.year != 0:
		if !validDate(s.year, s.month, s.day) {
			return 0, "bad_time"
		}
		return dayNumber(s.year, s.month, s.day), ""
	}
	return c.yearless(s)
}

// undated is the day of a line that states the time of day only.
func (c *clock) undated(wall int) (int64, string) {
	if c.today == noDay {
		return 0, "no_date"
	}
	if c.named == noDay && c.lastTime-wall > halfDay {
		c.today++
	}
	c.lastTime = wall
	return c.today, ""
}

// yearless is the day of a line that states month and day: of the year told by the
// marker above it, the file's name or the options, and of the next one once December
// has turned to January.
func (c *clock) yearless(s stamp) (int64, string) {
	if c.year == 0 {
		return 0, "no_year"
	}
	year := c.year
	switch {
	case c.month == 0:
		c.month = s.month
	case c.month-s.month > 6:
		c.year++
		year, c.month = c.year, s.month
	case s.month-c.month > 6:
		year-- // a straggler of the old year
	default:
		c.month = s.month
	}
	if !validDate(year, s.month, s.day) {
		return 0, "bad_time"
	}
	return dayNumber(year, s.month, s.day), ""
}

// utc is the instant at which the logger's clock showed wall (seconds since 1970 as if
// it were UTC). Of two such instants, when the clock was put back, it is the first one
// that is not earlier than the line before. A time that the clock skipped is read as if
// the clock had not yet been put forward.
func (c *clock) utc(wall int64) int64 {
	hour := floorDiv(wall, 3600)
	if hour == c.hour {
		return wall - c.shift
	}
	before, after := c.shiftAt(wall-86400), c.shiftAt(wall+86400)
	if before == after && c.shiftAt(wall-before) == before {
		c.hour, c.shift = hour, before
		return wall - before
	}
	early, late := wall-before, wall-after
	switch {
	case c.shiftAt(early) != before && c.shiftAt(late) == after:
		return late
	case c.shiftAt(early) == before && c.shiftAt(late) == after && early < c.lastUnix:
		return late
	}
	return early
}

// shiftAt is by how much the zone's clock is ahead of UTC at an instant.
func (c *clock) shiftAt(unix int64) int64 {
	_, offset := time.Unix(unix, 0).In(c.location).Zone()
	return int64(offset)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// dayNumber counts the days from 1970-01-01.
func dayNumber(year, month, day int) int64 {
	return floorDiv(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix(), 86400)
}

func validDate(year, month, day int) bool {
	if year < 1 || month < 1 || month > 12 || day < 1 {
		return false
	}
	return day <= 28 || time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}
