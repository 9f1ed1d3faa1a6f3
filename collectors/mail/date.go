package mail

import (
	"bytes"
	"time"

	"crosstalk/collectors/record"
)

// stamp is an instant as a Date field states it.
type stamp struct {
	unix    int64 // seconds
	offset  int16 // minutes east of UTC, or record.OffsetUnknown
	assumed bool  // the field states no zone and one was assumed
}

// parseDate reads the date of RFC 5322 and what is found in its place: no weekday,
// two-digit years, names of zones, comments, the order of asctime, ISO 8601. Zone is
// the one to assume when none is stated.
func parseDate(value []byte, zone *time.Location) (stamp, bool) {
	p := dateParts{day: -1, month: -1, year: -1, hour: -1}
	for rest := value; ; {
		token, after, ok := nextDateToken(rest)
		if !ok {
			break
		}
		if !p.take(token) {
			return stamp{}, false
		}
		rest = after
	}
	return p.stamp(zone)
}

// nextDateToken cuts the next word; commas, white space and comments separate.
func nextDateToken(b []byte) (token, rest []byte, ok bool) {
	i := 0
	for i < len(b) && separates(b[i]) {
		if b[i] == '(' {
			i += commentEnd(b[i:])
		} else {
			i++
		}
	}
	start := i
	for i < len(b) && !separates(b[i]) {
		i++
	}
	return b[start:i], b[i:], i > start
}

func separates(c byte) bool {
	return isSpace(c) || c == ',' || c == '"' || c == '('
}

// commentEnd is the length of the comment that b begins with.
func commentEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

type dateParts struct {
	day, month, year     int
	hour, minute, second int
	afternoon            int // 12 to add
	zoned                bool
	offset               int16
	seconds              int // offset to subtract
}

// take reads one word of the date; words it does not know are passed over.
func (p *dateParts) take(w []byte) bool {
	switch c := w[0]; {
	case (c == '+' || c == '-') && len(w) > 1 && p.hour >= 0:
		return p.numericZone(w)
	case c >= '0' && c <= '9':
		return p.number(w)
	default:
		p.word(w)
		return true
	}
}

func (p *dateParts) number(w []byte) bool {
	if i := bytes.IndexByte(w, ':'); i > 0 && i <= 2 || p.dotted(w) {
		return p.clock(w)
	}
	if i := bytes.IndexByte(w, '-'); i > 0 {
		return p.dashed(w, i)
	}
	n, ok := atoi(w)
	switch {
	case !ok:
		return true // such as 1st
	case p.day < 0 && len(w) <= 2:
		p.day = n
	case p.year < 0 && p.month >= 0:
		p.year = fullYear(n, len(w))
	}
	return true
}

// dotted reports a clock written 18.26.16, which stands where a clock must.
func (p *dateParts) dotted(w []byte) bool {
	return p.hour < 0 && p.year >= 0 && bytes.IndexByte(w, '.') > 0
}

// dashed reads 30-Jun-2025, 2025-06-30 and 2025-06-30T18:26:16+02:00.
func (p *dateParts) dashed(w []byte, first int) bool {
	second := bytes.IndexByte(w[first+1:], '-')
	if second < 0 {
		return false
	}
	a, b, c := w[:first], w[first+1:first+1+second], w[first+second+2:]
	clock := []byte(nil)
	if t := bytes.IndexByte(c, 'T'); t > 0 {
		c, clock = c[:t], c[t+1:]
	}
	x, ok1 := atoi(a)
	z, ok2 := atoi(c)
	if !ok1 || !ok2 {
		return false
	}
	if m, ok := atoi(b); ok && len(a) == 4 {
		p.year, p.month, p.day = x, m, z
	} else if m := monthOf(b); m > 0 {
		p.day, p.month, p.year = x, m, fullYear(z, len(c))
	} else {
		return false
	}
	return clock == nil || p.clock(clock)
}

// clock reads 18:26, 18:26:16, 18:26:16.5, with a zone stuck to it or not.
func (p *dateParts) clock(w []byte) bool {
	end := 0
	for end < len(w) && (w[end] >= '0' && w[end] <= '9' || w[end] == ':' || w[end] == '.') {
		end++
	}
	zone := w[end:]
	w = w[:end]
	var v [3]int
	n := 0
	for n < 3 && len(w) > 0 {
		i := bytes.IndexAny(w, ":.")
		if i < 0 {
			i = len(w)
		}
		x, ok := atoi(w[:i])
		if !ok || i > 2 {
			return false
		}
		v[n] = x
		n++
		w = w[min(i+1, len(w)):]
	}
	if n < 2 || v[0] > 24 || v[1] > 59 || v[2] > 60 {
		return false
	}
	p.hour, p.minute, p.second = v[0], v[1], v[2]
	return len(zone) == 0 || p.take(zone)
}

// numericZone reads +0200, +02:00 and -0000; an impossible one counts as unknown.
func (p *dateParts) numericZone(w []byte) bool {
	digits, n := 0, 0
	for _, c := range w[1:] {
		if c >= '0' && c <= '9' {
			digits++
			n = n*10 + int(c-'0')
		} else if c != ':' {
			break
		}
		if digits == 4 {
			break
		}
	}
	if digits <= 2 {
		n *= 100
	}
	minutes := n/100*60 + n%100
	switch {
	case n%100 > 59 || minutes > 14*60 || n == 0 && w[0] == '-':
		p.zone(0, record.OffsetUnknown)
	case w[0] == '-':
		p.zone(-minutes, int16(-minutes))
	default:
		p.zone(minutes, int16(minutes))
	}
	return true
}

func (p *dateParts) zone(minutes int, offset int16) {
	p.zoned, p.seconds, p.offset = true, minutes*60, offset
}

func (p *dateParts) word(w []byte) {
	if m := monthOf(w); m > 0 && p.month < 0 {
		p.month = m
		return
	}
	if p.hour < 0 {
		return // a weekday
	}
	switch {
	case len(w) == 2 && (w[1]|0x20) == 'm' && (w[0]|0x20) == 'p' && p.hour < 12:
		p.afternoon = 12
		return
	case len(w) == 2 && (w[1]|0x20) == 'm' && (w[0]|0x20) == 'a':
		if p.hour == 12 {
			p.afternoon = -12
		}
		return
	case p.zoned:
		return // a name after the number says the same again
	}
	if sign := bytes.IndexAny(w, "+-"); sign > 0 && sign+1 < len(w) {
		p.numericZone(w[sign:]) // GMT+0200
		return
	}
	if minutes, ok := zoneNames[string(bytes.ToUpper(w))]; ok {
		p.zone(minutes, int16(minutes))
	} else if len(w) <= 5 {
		p.zone(0, record.OffsetUnknown) // RFC 5322: an unknown name is as good as -0000
	}
}

func (p *dateParts) stamp(zone *time.Location) (stamp, bool) {
	if p.day < 1 || p.month < 1 || p.month > 12 || p.year < 0 || p.year > 9999 || p.hour < 0 {
		return stamp{}, false
	}
	if p.day > daysIn(p.year, p.month) {
		return stamp{}, false
	}
	if p.zoned {
		t := time.Date(p.year, time.Month(p.month), p.day, p.hour+p.afternoon, p.minute, p.second, 0, time.UTC)
		return stamp{unix: t.Unix() - int64(p.seconds), offset: p.offset}, true
	}
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour+p.afternoon, p.minute, p.second, 0, zone)
	return stamp{unix: t.Unix(), offset: record.OffsetUnknown, assumed: true}, true
}

// fullYear completes a year by the rule of RFC 5322.
func fullYear(n, digits int) int {
	switch {
	case digits <= 2 && n < 50:
		return 2000 + n
	case digits <= 3:
		return 1900 + n
	}
	return n
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// atoi reads up to nine digits.
func atoi(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// monthOf is the number of an English month, whole or cut to three letters.
func monthOf(w []byte) int {
	if len(w) < 3 {
		return 0
	}
	for i := 0; i < len(months); i += 3 {
		if w[0]|0x20 == months[i] && w[1]|0x20 == months[i+1] && w[2]|0x20 == months[i+2] {
			return i/3 + 1
		}
	}
	return 0
}

// zoneNames are minutes east of UTC: those of RFC 5322, and those mail programs
// write in spite of it.
var zoneNames = map[string]int{
	"UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MET": 60, "CEST": 120, "MEST": 120,
	"EET": 120, "EEST": 180, "MSK": 180, "IST": 330, "SGT": 480, "HKT": 480, "JST": 540, "KST": 540, "AEST": 600,
	"AEDT": 660, "NZST": 720, "NZDT": 780, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420,
	"MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "BRT": -180,
}
