package simulate

import (
	"fmt"
	"sort"
	"time"
)

const (
	second = int64(1000) // the unit of all instants here is the Unix millisecond
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// week is one ISO week of the organisation that touches the span.
type week struct {
	name     string // 2026-W22
	from, to int64  // the whole week, half-open
	complete bool   // lies inside the span from Monday to Sunday
	block    int    // blocks of 4 complete weeks, counted back from the last, which is 0; -1 when outside any
}

// calendar knows the span, its weeks, and the clocks of the locations.
type calendar struct {
	zone       *time.Location
	start, end time.Time
	from, to   int64
	days       int
	firstDay   int64 // days since 1970 of the first date
	weeks      []week
	offsets    [][]int64 // by location and day: ahead of UTC
}

func newCalendar(end time.Time, weeks int, zone *time.Location) *calendar {
	y, m, d := end.In(zone).Date()
	c := &calendar{zone: zone, end: time.Date(y, m, d, 0, 0, 0, 0, zone), days: 7 * weeks}
	c.start = c.end.AddDate(0, 0, -c.days)
	c.from, c.to = c.start.UnixMilli(), c.end.UnixMilli()
	y, m, d = c.start.Date()
	c.firstDay = time.Date(y, m, d, 0, 0, 0, 0, time.UTC).UnixMilli() / day
	c.cutWeeks()
	for _, l := range locations {
		c.offsets = append(c.offsets, c.offsetsOf(l.zone))
	}
	return c
}

func (c *calendar) cutWeeks() {
	monday := c.start.AddDate(0, 0, -(int(c.start.Weekday())+6)%7)
	for ; monday.Before(c.end); monday = monday.AddDate(0, 0, 7) {
		next := monday.AddDate(0, 0, 7)
		y, n := monday.ISOWeek()
		c.weeks = append(c.weeks, week{
			name: fmt.Sprintf("%d-W%02d", y, n), from: monday.UnixMilli(), to: next.UnixMilli(),
			complete: !monday.Before(c.start) && !next.After(c.end), block: -1,
		})
	}
	done := 0
	for i := len(c.weeks) - 1; i >= 0; i-- {
		if c.weeks[i].complete {
			c.weeks[i].block = done / 4
			done++
		}
	}
	for i := range c.weeks { // an unfinished block at the start is none
		if c.weeks[i].block >= done/4 {
			c.weeks[i].block = -1
		}
	}
}

func (c *calendar) offsetsOf(name string) []int64 {
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = time.UTC // cannot happen: the zones are embedded
	}
	offsets := make([]int64, c.days+9)
	for i := range offsets {
		_, s := time.UnixMilli((c.firstDay+int64(i))*day + 12*hour).In(zone).Zone()
		offsets[i] = int64(s) * second
	}
	return offsets
}

// midnight is when the d-th date of the span begins in a location.
func (c *calendar) midnight(location, d int) int64 {
	return (c.firstDay+int64(d))*day - c.offsets[location][d]
}

// offset is how far a location is ahead of UTC at an instant, by the clock at noon.
func (c *calendar) offset(location int, at int64) int64 {
	d := at/day - c.firstDay
	return c.offsets[location][min(max(d, 0), int64(len(c.offsets[location])-1))]
}

// weekOf is the index of the week that holds an instant of the span.
func (c *calendar) weekOf(at int64) int {
	return sort.Search(len(c.weeks), func(i int) bool { return c.weeks[i].to > at })
}

// mondayNear is the first Monday of the organisation at or after a share of the span.
func (c *calendar) mondayNear(share float64) int64 {
	at := c.from + int64(share*float64(c.to-c.from))
	for _, w := range c.weeks {
		if w.from >= at {
			return w.from
		}
	}
	return c.weeks[len(c.weeks)-1].from
}

func (c *calendar) date(at int64) string { return time.UnixMilli(at).In(c.zone).Format(time.DateOnly) }

// weekday of a local time: 0 is Monday.
func weekday(local int64) int64 { return (local/day + 3) % 7 }
