package irc

import "bytes"

// marker is a line without a time that tells the date or the channel of the lines
// below it.
type marker struct {
	opens            bool // the lines below are of this date
	year, month, day int  // all zero when the date could not be read
	target           string
}

var (
	sessionIdent = []byte("Session Ident: ")
	openers      = [][]byte{
		[]byte("Session Start: "), []byte("Session Time: "),
		[]byte("--- Log opened "), []byte("--- Day changed "), []byte("**** BEGIN LOGGING AT "),
	}
	closers = [][]byte{[]byte("Session Close: "), []byte("--- Log closed "), []byte("**** ENDING LOGGING AT ")}
)

func parseMarker(line []byte) (marker, bool) {
	if c := line[0]; c != 'S' && c != '-' && c != '*' {
		return marker{}, false
	}
	if rest, ok := bytes.CutPrefix(line, sessionIdent); ok {
		name, _, _ := bytes.Cut(bytes.TrimSpace(rest), []byte(" "))
		return marker{target: nickText(name)}, true
	}
	for _, opener := range openers {
		if rest, ok := bytes.CutPrefix(line, opener); ok {
			m := marker{opens: true}
			m.year, m.month, m.day = longDate(rest)
			return m, true
		}
	}
	for _, closer := range closers {
		if bytes.HasPrefix(line, closer) {
			return marker{}, true
		}
	}
	return marker{}, false
}

// longDate reads the date of "Thu Mar 01 00:00:00 2012", "Thu Mar 01 2012" or
// "2012-03-01 …"; zeroes when it is none of them.
func longDate(b []byte) (year, month, day int) {
	var s stamp
	if _, ok := s.isoDate(b); ok {
		return s.year, s.month, s.day
	}
	for word := range bytes.FieldsSeq(b) {
		n, rest := number(word, 4)
		switch {
		case month == 0 && len(rest) == len(word):
			month = monthNamed(word)
		case len(rest) > 0 && rest[0] == ':':
		case day == 0 && n >= 1 && n <= 31 && len(word) <= 3:
			day = n
		case year == 0 && n >= 1000 && len(rest) == 0:
			year = n
		}
	}
	if year == 0 || month == 0 || day == 0 {
		return 0, 0, 0
	}
	return year, month, day
}
