package whatsapp

import (
	"time"

	"crosstalk/collectors"
)

// order is the order of day, month and year in a file's dates.
type order int

// The orders, in the order in which they are preferred when nothing tells.
const (
	dayFirst order = iota
	monthFirst
	yearFirst
	orders
)

func (o order) String() string { return collectors.DateOrders[o] }

func parseOrder(s string) (order, error) {
	for o := range orders {
		if o.String() == s {
			return o, nil
		}
	}
	return 0, collectors.Wrong("date_order", "%q is none; write dmy, mdy or ymd", s)
}

// date puts the numbers of a header in their places. It is false where there is no such day,
// or none on which WhatsApp could have written.
func (o order) date(h *header) (year, month, day int, ok bool) {
	d := h.date
	switch o {
	case dayFirst:
		day, month, year = d[0], d[1], d[2]
	case monthFirst:
		month, day, year = d[0], d[1], d[2]
	default:
		year, month, day = d[0], d[1], d[2]
	}
	if h.long >= 0 && (h.long == 0) != (o == yearFirst) {
		return 0, 0, 0, false
	}
	switch {
	case h.long < 0:
		year += 2000
	case year >= buddhist:
		year -= buddhistEra
	}
	ok = year >= firstYear && year < lastYear && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
	return year, month, day, ok
}

const (
	firstYear   = 2009 // of WhatsApp
	lastYear    = 2100
	buddhist    = 2500 // years from here on are counted as in Thailand
	buddhistEra = 543
)

func daysOf(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// orderVotes counts, for each order, what speaks against it in the headers of a file.
type orderVotes struct {
	future int // first instant, as a sortable number, that is still to come
	rows   int // headers
	open   int // of them, those that more than one order can read, or none
	votes  [orders]orderVote
}

type orderVote struct {
	wrong int // dates that do not exist or are still to come
	back  int // steps back in time
	last  int
}

// newOrderVotes counts dates after tomorrow as still to come.
func newOrderVotes(now time.Time) orderVotes {
	now = now.Add(48 * time.Hour)
	return orderVotes{future: sortable(now.Year(), int(now.Month()), now.Day(), 0)}
}

func sortable(year, month, day, seconds int) int {
	return ((year*13+month)*32+day)*86400 + seconds
}

func (v *orderVotes) add(h *header) {
	v.rows++
	if h.long == 0 {
		return // the year stands first, whatever the others do
	}
	v.open++
	for o := range orders {
		vote := &v.votes[o]
		year, month, day, ok := o.date(h)
		at := sortable(year, month, day, h.seconds)
		if !ok || at >= v.future {
			vote.wrong++
			continue
		}
		if at < vote.last {
			vote.back++
		}
		vote.last = at
	}
}

// settle decides one order for a file, and says why.
func (v *orderVotes) settle() (o order, reason string) {
	if v.open == 0 {
		return yearFirst, "year_of_four_digits"
	}
	best := dayFirst
	for o := range orders {
		if v.votes[o].less(v.votes[best]) {
			best = o
		}
	}
	reason = "impossible_dates_otherwise"
	for o := range orders {
		if o == best {
			continue
		}
		other := v.votes[o]
		switch {
		case !v.votes[best].less(other):
			return best, "assumed"
		case other.wrong == v.votes[best].wrong:
			reason = "fewest_steps_back"
		}
	}
	return best, reason
}

func (v orderVote) less(w orderVote) bool {
	return v.wrong < w.wrong || v.wrong == w.wrong && v.back < w.back
}

// read is the date of a header in this order, or, where that makes no date, in the first
// that does.
func (o order) read(h *header) (year, month, day int, ok bool) {
	if year, month, day, ok = o.date(h); ok {
		return year, month, day, ok
	}
	for other := range orders {
		if year, month, day, ok = other.date(h); ok {
			return year, month, day, ok
		}
	}
	return 0, 0, 0, false
}

// calendar turns local dates and times into instants. It remembers the day at hand, since
// messages of one day follow one another.
type calendar struct {
	zone             *time.Location
	year, month, day int
	midnight         time.Time
	even             bool // the day has twenty-four hours
}

func (c *calendar) at(year, month, day, seconds int) time.Time {
	if day != c.day || month != c.month || year != c.year {
		c.year, c.month, c.day = year, month, day
		c.midnight = time.Date(year, time.Month(month), day, 0, 0, 0, 0, c.zone)
		c.even = time.Date(year, time.Month(month), day+1, 0, 0, 0, 0, c.zone).Sub(c.midnight) == 24*time.Hour
	}
	if c.even {
		return c.midnight.Add(time.Duration(seconds) * time.Second)
	}
	return time.Date(year, time.Month(month), day, 0, 0, seconds, 0, c.zone)
}
