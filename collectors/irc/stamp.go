package irc

import "bytes"

// stamp is the time in front of a line, as far as the writer states it.
type stamp struct {
	year, month, day     int // day 0 when the line states no date; year 0 when it states none
	hour, minute, second int
	hasDate              bool
	hasSecond            bool
	hasZone              bool
	zoneMinutes          int
	tab                  bool // WeeChat: a tab follows, and one more behind the prefix
}

// parseStamp takes the time off a line and answers with the body behind it.
func parseStamp(line []byte) (s stamp, body []byte, ok bool) {
	if len(line) < 5 {
		return s, nil, false
	}
	switch c := line[0]; {
	case c == '[':
		return bracketed(line)
	case isDigit(c):
		return leading(line)
	case c >= 'A' && c <= 'Z':
		return syslogged(line)
	}
	return s, nil, false
}

// bracketed reads "[12:00]", "[12:00:01 PM]", "[14 Jan 12:36]", "[2019-10-03 12:00:01]".
func bracketed(line []byte) (s stamp, body []byte, ok bool) {
	end := bytes.IndexByte(line[:min(len(line), 40)], ']')
	if end < 0 {
		return s, nil, false
	}
	inner, rest := line[1:end], line[end+1:]
	switch {
	case len(inner) > 10 && inner[4] == '-':
		inner, ok = s.isoDate(inner)
	case len(inner) > 6 && (inner[2] == ' ' || inner[1] == ' '):
		inner, ok = s.dayMonth(inner)
	default:
		ok = true
	}
	if !ok {
		return s, nil, false
	}
	if inner, ok = s.clockTime(inner); !ok {
		return s, nil, false
	}
	if inner, ok = s.meridiem(inner); !ok {
		return s, nil, false
	}
	inner, ok = s.zone(inner)
	return s, afterBlank(rest), ok && len(inner) == 0
}

// leading reads "12:00 ", "2019-10-03 12:00:01<tab>", "2019-10-03T12:00:01  ".
func leading(line []byte) (s stamp, body []byte, ok bool) {
	rest := line
	if len(line) > 10 && line[4] == '-' {
		if rest, ok = s.isoDate(line); !ok {
			return s, nil, false
		}
	}
	if rest, ok = s.clockTime(rest); !ok {
		return s, nil, false
	}
	if rest, ok = s.zone(rest); !ok || len(rest) == 0 {
		return s, nil, ok
	}
	switch {
	case rest[0] == '\t':
		s.tab = s.hasDate
		return s, rest[1:], true
	case rest[0] == ' ':
		return s, rest[1:], true
	}
	return s, nil, false
}

// syslogged reads "Oct 03 12:00:01 ".
func syslogged(line []byte) (s stamp, body []byte, ok bool) {
	if len(line) < 12 || line[3] != ' ' || line[6] != ' ' {
		return s, nil, false
	}
	s.month = monthNamed(line[:3])
	day, rest := number(bytes.TrimLeft(line[4:], " "), 2)
	if s.month == 0 || day == 0 || len(rest) == 0 || rest[0] != ' ' {
		return s, nil, false
	}
	s.day, s.hasDate = day, true
	rest, ok = s.clockTime(rest[1:])
	return s, afterBlank(rest), ok && len(rest) > 0 && rest[0] == ' '
}

// isoDate reads "2019-10-03" and the T or blank behind it.
func (s *stamp) isoDate(b []byte) (rest []byte, ok bool) {
	year, b1 := number(b, 4)
	if year < 1000 || len(b1) < 7 || b1[0] != '-' || b1[3] != '-' {
		return nil, false
	}
	month, _ := number(b1[1:3], 2)
	day, b2 := number(b1[4:], 2)
	if month < 1 || month > 12 || day < 1 || day > 31 || len(b2) == 0 || b2[0] != 'T' && b2[0] != ' ' {
		return nil, false
	}
	s.year, s.month, s.day, s.hasDate = year, month, day, true
	return b2[1:], true
}

// dayMonth reads "14 Jan " and a year, if any.
func (s *stamp) dayMonth(b []byte) (rest []byte, ok bool) {
	day, b := number(bytes.TrimLeft(b, " "), 2)
	if day < 1 || day > 31 || len(b) < 5 || b[0] != ' ' || b[4] != ' ' {
		return nil, false
	}
	if s.month = monthNamed(b[1:4]); s.month == 0 {
		return nil, false
	}
	s.day, s.hasDate = day, true
	b = b[5:]
	if year, rest := number(b, 4); year >= 1000 && len(rest) > 0 && rest[0] == ' ' {
		s.year = year
		b = rest[1:]
	}
	return b, true
}

// clockTime reads "12:00", "12:00:01" or "12:00:01.123".
func (s *stamp) clockTime(b []byte) (rest []byte, ok bool) {
	hour, rest := number(b, 2)
	if len(rest) == len(b) || len(rest) < 3 || rest[0] != ':' || !isDigit(rest[1]) || !isDigit(rest[2]) {
		return nil, false
	}
	minute, rest := number(rest[1:], 2)
	s.hour, s.minute = hour, minute
	if len(rest) > 2 && rest[0] == ':' && isDigit(rest[1]) && isDigit(rest[2]) {
		s.second, rest = number(rest[1:], 2)
		s.hasSecond = true
		if len(rest) > 1 && rest[0] == '.' && isDigit(rest[1]) {
			_, rest = number(rest[1:], 9)
		}
	}
	s.second = min(s.second, 60)
	return rest, s.hour < 24 && s.minute < 60
}

// meridiem reads "AM" or "PM" behind a time of twelve hours.
func (s *stamp) meridiem(b []byte) (rest []byte, ok bool) {
	half := bytes.TrimLeft(b, " ")
	if len(half) == 0 || half[0]|0x20 != 'a' && half[0]|0x20 != 'p' {
		return b, true
	}
	if s.hour < 1 || s.hour > 12 || len(half) > 2 || len(half) == 2 && half[1]|0x20 != 'm' {
		return nil, false
	}
	s.hour %= 12
	if half[0]|0x20 == 'p' {
		s.hour += 12
	}
	return nil, true
}

// zone reads "Z" or "+0200" or "+02:00", if there is one.
func (s *stamp) zone(b []byte) (rest []byte, ok bool) {
	switch {
	case len(b) == 0:
		return b, true
	case b[0] == 'Z':
		s.hasZone = true
		return b[1:], true
	case b[0] != '+' && b[0] != '-':
		return b, true
	}
	hours, rest := number(b[1:], 2)
	if len(rest) > 0 && rest[0] == ':' {
		rest = rest[1:]
	}
	minutes, tail := number(rest, 2)
	if len(rest)-len(tail) != 2 || hours > 14 || minutes > 59 {
		return nil, false
	}
	s.hasZone, s.zoneMinutes = true, hours*60+minutes
	if b[0] == '-' {
		s.zoneMinutes = -s.zoneMinutes
	}
	return tail, true
}

// number reads up to most digits.
func number(b []byte, most int) (n int, rest []byte) {
	i := 0
	for i < len(b) && i < most && isDigit(b[i]) {
		n = n*10 + int(b[i]-'0')
		i++
	}
	return n, b[i:]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func afterBlank(b []byte) []byte {
	if len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		return b[1:]
	}
	return b
}

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// monthNamed is 1 to 12 for an English month's first three letters, else 0.
func monthNamed(b []byte) int {
	if len(b) < 3 {
		return 0
	}
	for m := range 12 {
		name := months[3*m : 3*m+3]
		if b[0]|0x20 == name[0] && b[1]|0x20 == name[1] && b[2]|0x20 == name[2] {
			return m + 1
		}
	}
	return 0
}
