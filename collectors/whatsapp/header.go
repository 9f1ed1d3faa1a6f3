package whatsapp

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// header is what stands in front of every message: when, in the numbers as written, and on
// which kind of phone.
type header struct {
	iOS     bool
	marked  bool   // an iPhone's mark stands in front: the message is a picture, film, voice or file
	date    [3]int // as written
	long    int    // which of the three has four digits, or -1
	seconds int    // of the day
	exact   bool   // seconds are stated
	rest    []byte // sender and message, or a notice
}

// parseHeader reads the header of a line, if it has one. A line without is the continuation of
// the message above it.
func parseHeader(line []byte) (h header, ok bool) {
	p := parser{line: line}
	if !p.begins() {
		return h, false
	}
	h.marked = p.skipMarks()
	if p.take('[') {
		h.iOS = true
		p.skipMarks()
	}
	if h.date, h.long, ok = p.date(); !ok {
		return h, false
	}
	half, ok := p.separator()
	if !ok {
		return h, false
	}
	if h.seconds, h.exact, ok = p.clock(); !ok {
		return h, false
	}
	after, ok := p.end(h.iOS)
	if !ok {
		return h, false
	}
	if after != noHalf {
		half = after
	}
	h.seconds = half.apply(h.seconds)
	h.rest = p.line[p.at:]
	return h, half != unknownHalf
}

// half is the half of the day that a clock of twelve hours names.
type half int

const (
	noHalf half = iota
	forenoon
	afternoon
	unknownHalf // a word that names neither
)

// apply turns a clock of twelve hours into one of twenty-four. Clocks that name a half for
// hours beyond twelve, or for 0, mean what they say.
func (h half) apply(seconds int) int {
	const hour = 3600
	switch {
	case h == forenoon && seconds/hour == 12:
		return seconds - 12*hour
	case h == afternoon && seconds/hour < 12 && seconds >= hour:
		return seconds + 12*hour
	}
	return seconds
}

type parser struct {
	line []byte
	at   int
}

// begins tells by one byte that most lines are no header.
func (p *parser) begins() bool {
	if len(p.line) < 10 {
		return false
	}
	c := p.line[0]
	return c >= '0' && c <= '9' || c == '[' || c >= 0x80
}

func (p *parser) peek() byte {
	if p.at < len(p.line) {
		return p.line[p.at]
	}
	return 0
}

func (p *parser) take(c byte) bool {
	if p.at < len(p.line) && p.line[p.at] == c {
		p.at++
		return true
	}
	return false
}

// skipMarks passes over marks of direction, which say nothing here.
func (p *parser) skipMarks() (any bool) {
	for p.peek() >= 0x80 {
		r, n := utf8.DecodeRune(p.line[p.at:])
		if !isMark(r) {
			break
		}
		p.at += n
		any = true
	}
	return any
}

func (p *parser) skipSpace() (any bool) {
	for {
		switch c := p.peek(); {
		case c == ' ':
			p.at++
		case c >= 0x80:
			r, n := utf8.DecodeRune(p.line[p.at:])
			if !isSpace(r) && !isMark(r) {
				return any
			}
			p.at += n
		default:
			return any
		}
		any = true
	}
}

func isMark(r rune) bool {
	return r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff || r == 0x61c
}

func isSpace(r rune) bool { return r == 0xa0 || r == 0x202f || r >= 0x2000 && r <= 0x200a }

// number reads up to four digits, of any script that WhatsApp writes dates in.
func (p *parser) number() (n, digits int) {
	for digits < 5 {
		c := p.peek()
		if c >= '0' && c <= '9' {
			n = n*10 + int(c-'0')
			p.at++
		} else if c >= 0x80 {
			r, size := utf8.DecodeRune(p.line[p.at:])
			d, ok := digit(r)
			if !ok {
				return n, digits
			}
			n = n*10 + d
			p.at += size
		} else {
			return n, digits
		}
		digits++
	}
	return n, digits
}

// zeros are the first digits of the scripts: Arabic, Persian, Devanagari, Bengali, Gujarati,
// Tamil, Telugu, Kannada, Malayalam, Thai, Burmese, Khmer, and the wide ones of East Asia.
var zeros = [...]rune{0x660, 0x6f0, 0x966, 0x9e6, 0xae6, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0x1040, 0x17e0, 0xff10}

func digit(r rune) (int, bool) {
	for _, zero := range zeros {
		if r >= zero && r <= zero+9 {
			return int(r - zero), true
		}
	}
	return 0, false
}

// date reads three numbers.
func (p *parser) date() (date [3]int, long int, ok bool) {
	long = -1
	for i := range date {
		n, digits := p.number()
		switch {
		case digits == 4 && i != 1 && long < 0:
			long = i
		case digits < 1 || digits > 2:
			return date, long, false
		}
		date[i] = n
		if i < 2 && !p.dateSign() {
			return date, long, false
		}
	}
	p.take('.')
	return date, long, true
}

// dateSign reads what stands between the numbers of a date.
func (p *parser) dateSign() bool {
	p.skipSpace()
	switch p.peek() {
	case '/', '.', '-':
		p.at++
		p.skipSpace()
		return true
	}
	return false
}

// separator reads what stands between date and time: a comma, spaces, perhaps a word such as
// "klo", perhaps the half of the day.
func (p *parser) separator() (half, bool) {
	if !p.take(',') && bytes.HasPrefix(p.line[p.at:], []byte("،")) {
		p.at += len("،")
	}
	p.skipSpace()
	from := p.at
	for p.at < len(p.line) && p.at-from < longestWord {
		r, n := rune(p.line[p.at]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(p.line[p.at:])
		}
		if _, is := digit(r); is || r >= '0' && r <= '9' || r == ']' || r == ':' {
			break
		}
		p.at += n
	}
	if p.at == from {
		return noHalf, true
	}
	if h := halfOf(p.line[from:p.at]); h != unknownHalf {
		return h, true
	}
	return noHalf, p.at-from <= shortWord // "klo", "um", "à"
}

const (
	longestWord = 32 // the most bytes that stand between date and time, or behind the time
	shortWord   = 8  // the most bytes of a word between them that means nothing
)

// clock reads hour and minute, and seconds where they are.
func (p *parser) clock() (seconds int, exact, ok bool) {
	hour, digits := p.number()
	if digits < 1 || digits > 2 || hour > 24 || !p.clockSign() {
		return 0, false, false
	}
	minute, digits := p.number()
	if digits != 2 || minute > 59 {
		return 0, false, false
	}
	seconds = hour%24*3600 + minute*60
	before := p.at
	if p.clockSign() {
		second, digits := p.number()
		if digits == 2 && second < 61 {
			return seconds + min(second, 59), true, true
		}
		p.at = before
	}
	return seconds, false, true
}

func (p *parser) clockSign() bool { return p.take(':') || p.take('.') }

// end reads up to the text: the half of the day, then "]" on an iPhone or " - " on Android.
func (p *parser) end(iOS bool) (half, bool) {
	rest := p.line[p.at:]
	closing := []byte(" - ")
	if iOS {
		closing = []byte("]")
	}
	near := rest[:min(len(rest), longestWord)]
	i := bytes.Index(near, closing)
	switch {
	case i >= 0:
		p.at += i + len(closing)
	case !iOS && bytes.HasSuffix(near, []byte(" -")) && len(near) == len(rest):
		i = len(near) - 2
		p.at = len(p.line)
	default:
		return noHalf, false
	}
	if iOS {
		p.take(' ')
	}
	return halfOf(near[:i]), true
}

// halfOf reads the word for a half of the day. Spaces, dots and marks in it do not count.
func halfOf(word []byte) half {
	var folded [2 * longestWord]byte
	n := 0
	for len(word) > 0 {
		r, size := rune(word[0]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(word)
		}
		word = word[size:]
		if r == ' ' || r == '.' || r == '\'' || isSpace(r) || isMark(r) {
			continue
		}
		if n += utf8.EncodeRune(folded[n:n+utf8.UTFMax], unicode.ToLower(r)); n > longestWord {
			return unknownHalf
		}
	}
	switch string(folded[:n]) {
	case "":
		return noHalf
	case "am":
		return forenoon
	case "pm":
		return afternoon
	}
	if h, ok := halves[string(folded[:n])]; ok {
		return h
	}
	return unknownHalf
}
