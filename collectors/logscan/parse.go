package logscan

import (
	"bytes"
	"time"
)

// parser takes a date apart from the left; once it is bad it stays so.
type parser struct {
	b   []byte
	bad bool
}

func (p *parser) skip(c byte) bool {
	if len(p.b) == 0 || p.b[0] != c {
		return false
	}
	p.b = p.b[1:]
	return true
}

func (p *parser) take(c byte) {
	if !p.skip(c) {
		p.bad = true
	}
}

// number reads so many digits.
func (p *parser) number(least, most int) (n int) {
	digits := 0
	for digits < most && digits < len(p.b) && isDigit(p.b[digits]) {
		n = n*10 + int(p.b[digits]-'0')
		digits++
	}
	if digits < least {
		p.bad = true
	}
	p.b = p.b[digits:]
	return n
}

// fraction reads digits behind a point, as nanoseconds.
func (p *parser) fraction() int {
	n, unit := 0, 100_000_000
	for len(p.b) > 0 && isDigit(p.b[0]) {
		n += int(p.b[0]-'0') * unit
		unit /= 10
		p.b = p.b[1:]
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// month reads an English name of three letters.
func (p *parser) month() time.Month {
	if len(p.b) < 3 {
		p.bad = true
		return 0
	}
	name := [3]byte{p.b[0] | 0x20, p.b[1] | 0x20, p.b[2] | 0x20}
	p.b = p.b[3:]
	for i := 0; i < len(months); i += 3 {
		if string(name[:]) == months[i:i+3] {
			return time.Month(i/3 + 1)
		}
	}
	p.bad = true
	return 0
}

// zone reads Z or an offset, also behind a blank, if there is one.
func (p *parser) zone() (*time.Location, bool) {
	if p.skip('Z') {
		return time.UTC, true
	}
	rest := bytes.TrimPrefix(p.b, []byte{' '})
	if len(rest) < 5 || rest[0] != '+' && rest[0] != '-' {
		return nil, false
	}
	q := parser{b: rest[1:]}
	seconds := q.number(2, 2) * 3600
	q.skip(':')
	seconds += q.number(2, 2) * 60
	if q.bad || seconds > 15*3600 {
		return nil, false
	}
	p.b = q.b
	if rest[0] == '-' {
		seconds = -seconds
	}
	if seconds == 0 {
		return time.UTC, true
	}
	return time.FixedZone("", seconds), true
}

// Instant reads a whole text as an instant, by the same rules as Cut, where every date has
// its year.
func Instant(text []byte, location *time.Location) (Stamp, bool) {
	c := Clock{Location: location}
	s, rest, reason := c.Cut(bytes.TrimSpace(text))
	return s, reason == "" && len(bytes.TrimSpace(rest)) == 0
}
