package jsonscan

import "time"

// Instant gives the next value if it is a time as RFC 3339 writes it; the zero time for
// anything else.
func (s *Scanner) Instant() time.Time {
	at, _ := Instant(s.Str())
	return at
}

// Instant reads a time as RFC 3339 writes it, with any fraction of a second.
func Instant(b []byte) (at time.Time, ok bool) {
	if at, ok := instantUTC(b); ok {
		return at, true
	}
	at, err := time.Parse(time.RFC3339, string(b))
	return at, err == nil
}

// instantUTC reads what nearly all exports write, 2006-01-02T15:04:05.999Z, several times
// faster than a parser of any time. What it does not read may still be a time.
func instantUTC(b []byte) (at time.Time, ok bool) {
	const whole = len("2006-01-02T15:04:05")
	if len(b) <= whole || len(b) > whole+len(".999999999Z") || b[len(b)-1] != 'Z' {
		return time.Time{}, false
	}
	if b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return time.Time{}, false
	}
	century, year, month, day := two(b), two(b[2:]), two(b[5:]), two(b[8:])
	hour, minute, second := two(b[11:]), two(b[14:]), two(b[17:])
	nanosecond, isFraction := fraction(b[whole : len(b)-1])
	if century|year|month|day|hour|minute|second < 0 || !isFraction ||
		month < 1 || month > 12 || day < 1 || day > 28 && day > daysIn(month, 100*century+year) || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return time.Date(100*century+year, time.Month(month), day, hour, minute, second, nanosecond, time.UTC), true
}

func daysIn(month, year int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// two reads two digits, and gives less than nothing for anything else.
func two(b []byte) int {
	tens, ones := b[0]-'0', b[1]-'0'
	if tens > 9 || ones > 9 {
		return -1
	}
	return int(10*tens + ones)
}

// fraction reads the nanoseconds behind a second, which may be none.
func fraction(b []byte) (ns int, ok bool) {
	if len(b) == 0 {
		return 0, true
	}
	if b[0] != '.' || len(b) == 1 {
		return 0, false
	}
	unit := 100_000_000
	for _, c := range b[1:] {
		if c -= '0'; c > 9 {
			return 0, false
		}
		ns += unit * int(c)
		unit /= 10
	}
	return ns, true
}
