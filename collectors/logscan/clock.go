package logscan

import (
	"time"
)

// Clock reads the instants of one file whose lines follow one another in time, more or
// less, and settles what the lines leave out: the zone, and the year.
type Clock struct {
	Location *time.Location // of times that state no zone; never nil
	Year     int            // of the first line; 0 is unknown
	Written  time.Time      // when the file was last written, which tells the year if nothing else does; zero is unknown

	last time.Time
}

// Stamp is an instant as a line states it.
type Stamp struct {
	At      time.Time
	Assumed bool // the line states no zone
	Fine    bool // it states fractions of a second
}

// Reasons for which a line's time cannot be told.
const (
	BadTime = "bad_time"
	NoYear  = "no_year"
)

// Cut reads the date and time that a line begins with, as syslog and servers write them:
// "Mar  4 08:00:00", "04-Mar-2024 08:00:00.123", "2024-03-04 08:00:00 +0100" or
// "2024-03-04T08:00:00.123Z". It gives what follows and one blank behind it, or a reason.
func (c *Clock) Cut(line []byte) (s Stamp, rest []byte, reason string) {
	p := parser{b: line}
	var d date
	switch {
	case len(line) > 0 && line[0] >= 'A':
		d.month = p.month()
		p.skip(' ')
		p.skip(' ')
		d.day = p.number(1, 2)
	case len(line) > 2 && (line[2] == '-' || line[2] == '/'):
		d.day = p.number(2, 2)
		p.take(line[2])
		d.month = p.month()
		p.take(line[2])
		d.year = p.number(4, 4)
	default:
		d.year = p.number(4, 4)
		p.take('-')
		d.month = time.Month(p.number(2, 2))
		p.take('-')
		d.day = p.number(2, 2)
	}
	if !p.skip('T') && !p.skip(':') {
		p.take(' ')
	}
	d.time(&p)
	if p.bad {
		return Stamp{}, nil, BadTime
	}
	location, zoned := p.zone()
	if !zoned {
		location = c.Location
	}
	if d.year == 0 {
		if d.year = c.year(d, location); d.year == 0 {
			return Stamp{}, nil, NoYear
		}
	}
	at, ok := d.in(location)
	if !ok {
		return Stamp{}, nil, BadTime
	}
	c.last = at
	p.skip(' ')
	return Stamp{At: at, Assumed: !zoned, Fine: d.fine}, p.b, ""
}

// Saw notes an instant that a line states otherwise, for the year of lines after it.
func (c *Clock) Saw(at time.Time) { c.last = at }

// halfYear is how far from the line before it a line is at most, when it has no year.
const halfYear = 183 * 24 * time.Hour

// year is that in which a date without one stands nearest to the line before it or, if it
// is the first, the latest in which it is not after the file was written.
func (c *Clock) year(d date, location *time.Location) int {
	if c.last.IsZero() {
		switch {
		case c.Year != 0:
			return c.Year
		case c.Written.IsZero():
			return 0
		}
		d.year = c.Written.In(location).Year()
		if at, ok := d.in(location); !ok || at.After(c.Written.Add(24*time.Hour)) {
			d.year--
		}
		return d.year
	}
	d.year = c.last.In(location).Year()
	at := time.Date(d.year, d.month, d.day, d.hour, d.minute, d.second, 0, location)
	switch apart := at.Sub(c.last); {
	case apart > halfYear:
		return d.year - 1
	case apart < -halfYear:
		return d.year + 1
	}
	return d.year
}

// date is a day and a time of it.
type date struct {
	year                      int
	month                     time.Month
	day, hour, minute, second int
	nanosecond                int
	fine                      bool
}

func (d *date) time(p *parser) {
	d.hour = p.number(1, 2)
	p.take(':')
	d.minute = p.number(2, 2)
	p.take(':')
	d.second = p.number(2, 2)
	if p.skip('.') || p.skip(',') {
		d.fine = true
		d.nanosecond = p.fraction()
	}
}

// in is the instant in a zone; it answers false for a time that no calendar has.
func (d *date) in(location *time.Location) (time.Time, bool) {
	if d.month < 1 || d.month > 12 || d.day < 1 || d.hour > 23 || d.minute > 59 || d.second > 60 {
		return time.Time{}, false
	}
	if d.day > 28 && d.day > time.Date(d.year, d.month+1, 0, 0, 0, 0, 0, time.UTC).Day() {
		return time.Time{}, false
	}
	return time.Date(d.year, d.month, d.day, d.hour, d.minute, d.second, d.nanosecond, location), true
}
