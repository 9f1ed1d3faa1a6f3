package email

import "bytes"

// longestFrom is the longest line that may begin a message in an mbox.
const longestFrom = 1024

// separator reads a line that begins a message in an mbox, "From somebody date", at
// the beginning of b. What follows must look like a header, or be nothing. It answers
// with the length of the line; complete is false when b ends too early to tell.
func separator(b []byte, end bool) (length int, ok, complete bool) {
	if !bytes.HasPrefix(b, []byte("From ")) {
		return 0, false, len(b) >= 5 || end
	}
	i := bytes.IndexByte(b[:min(len(b), longestFrom)], '\n')
	if i < 0 {
		return 0, false, len(b) >= longestFrom || end
	}
	if !datedTail(b[5:i]) {
		return 0, false, true
	}
	header, known := headerLine(b[i+1:])
	return i + 1, header || !known && end, known || end
}

// datedTail reports whether a line ends as the lines between messages do: with a
// clock and a year, whose order, zone and company differ between programs.
func datedTail(line []byte) bool {
	clock, year, last := false, false, false
	for n := 0; n < 7; n++ {
		line = bytes.TrimRight(line, " \t\r")
		word := line[bytes.LastIndexAny(line, " \t")+1:]
		line = line[:len(line)-len(word)]
		if len(word) == 0 {
			break
		}
		isClock, isYear := isClock(word), isYear(word)
		if n == 0 {
			last = isClock || isYear || isZone(word)
		}
		clock, year = clock || isClock, year || isYear
	}
	return last && clock && year
}

// isClock recognises 3:56, 03:56:52.
func isClock(w []byte) bool {
	colons := 0
	for i, c := range w {
		switch {
		case c == ':' && i > 0:
			colons++
		case c < '0' || c > '9':
			return false
		}
	}
	return (colons == 1 || colons == 2) && len(w) >= 4 && len(w) <= 8
}

func isYear(w []byte) bool {
	return len(w) == 4 && (w[0] == '1' && w[1] == '9' || w[0] == '2' && w[1] == '0') && isDigits(w[2:])
}

// isZone recognises +0200, (CEST), PST.
func isZone(w []byte) bool {
	if w[0] == '+' || w[0] == '-' {
		return len(w) == 5 && isDigits(w[1:])
	}
	for _, c := range bytes.Trim(w, "()") {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(w) >= 2 && len(w) <= 6
}

func isDigits(w []byte) bool {
	for _, c := range w {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// longestFieldName bounds the name of a header field.
const longestFieldName = 128

// headerLine reports whether b begins with the name of a header field and a colon, or
// with the empty line of a message without header. Known is false when b is too short
// to tell. A second line quoted by an mbox (">From ") counts as one.
func headerLine(b []byte) (is, known bool) {
	for i, c := range b {
		switch {
		case c == '\n' || c == '\r':
			return i == 0, true
		case c == ':' && i > 0:
			return true, true
		case c == ' ' && i == 5 && bytes.EqualFold(b[:5], []byte(">From")):
			return true, true
		case c == ' ' && i > 0 && bytes.IndexByte(b[i:min(len(b), i+4)], ':') > 0:
			continue
		case c <= ' ' || c > '~' || i > longestFieldName:
			return false, true
		}
	}
	return false, false
}

// isPatchLine recognises the fixed line of git format-patch, which stands in bodies as
// often as between messages.
func isPatchLine(line []byte) bool {
	const tail = " Mon Sep 17 00:00:00 2001"
	return len(line) == len("From ")+40+len(tail) && bytes.HasSuffix(line, []byte(tail))
}
