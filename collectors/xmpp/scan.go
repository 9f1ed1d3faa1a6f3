package xmpp

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"crosstalk/collectors/jsonscan"
)

// Errors of a document that are its own fault.
var (
	errSyntax    = errors.New("not XML")
	errTruncated = errors.New("ends in the middle")
)

// maxValue is the longest value of an attribute, or text that is asked for, that is looked
// at; maxDepth how deep elements may nest.
const (
	maxValue = 4 << 10
	maxDepth = 256
)

// event is what the scanner came upon.
type event int

const (
	eventEnd   event = iota // of the document, or an error
	eventOpen               // an element begins
	eventClose              // an element ends
)

// scanner walks XML of any size in a small window. It is lenient: characters that XML
// forbids, unknown entities and text outside elements are passed. It checks what it needs
// in order not to lose its way.
type scanner struct {
	src   io.Reader // nil at its end
	buf   []byte    // the window; bytes before pos are done with
	pos   int
	err   error
	name  []byte // of the element at hand, without its prefix
	space string // its namespace
	attrs []attr
	bytes []byte // of the attributes
	stack []element
	empty bool // the element at hand has no content: its end comes next
	text  int  // bytes of text directly passed since the last event
	heard []byte
	keep  bool // keeps the text, too
}

type attr struct{ name, value span }

type span struct{ from, to int }

// element is an open one. Its default namespace holds for those inside it.
type element struct {
	space string
}

func (s *scanner) reset(r io.Reader) {
	if s.buf == nil {
		s.buf = make([]byte, 0, window)
	}
	s.src, s.buf, s.pos = r, s.buf[:0], 0
	s.err, s.stack, s.empty, s.text, s.keep = nil, s.stack[:0], false, 0, false
}

// next moves on to the next beginning or end of an element. The text it passes is measured.
func (s *scanner) next() event {
	s.text, s.heard = 0, s.heard[:0]
	if s.empty {
		s.empty = false
		return s.close()
	}
	for s.err == nil {
		if !s.passText() {
			return eventEnd
		}
		c := s.peek()
		switch c {
		case '!':
			s.declaration()
		case '?':
			s.past("?>")
		case '/':
			s.byte()
			for c := s.byte(); c != '>' && s.err == nil; {
				c = s.byte()
			}
			if s.err == nil {
				return s.close()
			}
		default:
			if s.open() {
				return eventOpen
			}
		}
	}
	return eventEnd
}

func (s *scanner) close() event {
	if len(s.stack) == 0 {
		s.fail(errSyntax)
		return eventEnd
	}
	s.stack = s.stack[:len(s.stack)-1]
	return eventClose
}

// depth is how many elements are open.
func (s *scanner) depth() int { return len(s.stack) }

func (s *scanner) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// passText passes text up to and with the next '<', and reports whether there is one. At the
// end of the document all elements must be closed.
func (s *scanner) passText() bool {
	for {
		if !s.need(1) {
			if len(s.stack) > 0 {
				s.fail(errTruncated)
			}
			return false
		}
		b := s.buf[s.pos:]
		i := special.Index(b)
		s.hear(b[:i])
		s.pos += i
		if i == len(b) {
			continue
		}
		s.pos++
		if b[i] == '<' {
			return true
		}
		var room [utf8.UTFMax]byte
		s.hear(utf8.AppendRune(room[:0], s.entity()))
	}
}

// special is what means something in a text.
var special = jsonscan.NewFinder('<', '&')

func (s *scanner) hear(b []byte) {
	s.text += len(b)
	if s.keep && len(s.heard)+len(b) <= maxValue {
		s.heard = append(s.heard, b...)
	}
}

// entity reads what follows an ampersand. What is no entity stands for itself.
func (s *scanner) entity() rune {
	b := s.ahead(12)
	end := bytes.IndexByte(b, ';')
	if end < 0 {
		return '&'
	}
	r := namedEntity(b[:end])
	if r == 0 {
		return '&'
	}
	s.pos += end + 1
	return r
}

func namedEntity(name []byte) rune {
	switch string(name) {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	if len(name) < 2 || name[0] != '#' {
		return 0
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(string(digits), base, 21)
	if err != nil || n == 0 {
		return 0
	}
	return rune(n)
}

// declaration passes a comment, a DOCTYPE or a CDATA section, of which the text counts.
func (s *scanner) declaration() {
	b := s.ahead(8)
	switch {
	case bytes.HasPrefix(b, []byte("!--")):
		s.pos += 3
		s.past("-->")
	case bytes.HasPrefix(b, []byte("![CDATA[")):
		s.pos += 8
		s.text += s.past("]]>")
	default:
		s.past(">")
	}
}

// past passes everything up to and with the mark, and gives how much stood before it.
func (s *scanner) past(mark string) int {
	n, matched := 0, 0
	for s.err == nil {
		c := s.byte()
		n++
		switch {
		case c == mark[matched]:
			if matched++; matched == len(mark) {
				return n - matched
			}
		case c == mark[0] && matched == 2 && mark[0] == mark[1]: // one more of the same: `]]]>`
		case c == mark[0]:
			matched = 1
		default:
			matched = 0
		}
	}
	return n
}

// open reads the beginning of an element, after its '<'.
func (s *scanner) open() bool {
	s.name, s.attrs, s.bytes = s.name[:0], s.attrs[:0], s.bytes[:0]
	c := s.byte()
	for ; s.err == nil && !blank(c) && c != '>' && c != '/'; c = s.byte() {
		if len(s.name) > 256 || c == '<' {
			s.fail(errSyntax)
		}
		s.name = append(s.name, c)
	}
	if len(s.name) == 0 || len(s.stack) >= maxDepth {
		s.fail(errSyntax)
	}
	for s.err == nil {
		switch {
		case blank(c):
			c = s.byte()
		case c == '/':
			s.empty = true
			c = s.byte()
		case c == '>':
			s.push()
			return true
		default:
			c = s.attribute(c)
		}
	}
	return false
}

// attribute reads one, of which c is the first byte, and gives the byte behind it.
func (s *scanner) attribute(c byte) byte {
	var a attr
	a.name.from = len(s.bytes)
	for ; s.err == nil && c != '=' && !blank(c); c = s.byte() {
		if c == '>' || c == '<' || len(s.bytes)-a.name.from > 256 {
			s.fail(errSyntax)
		}
		s.bytes = append(s.bytes, c)
	}
	a.name.to = len(s.bytes)
	for s.err == nil && (blank(c) || c == '=') {
		c = s.byte()
	}
	if c != '"' && c != '\'' {
		s.fail(errSyntax)
		return 0
	}
	a.value.from = len(s.bytes)
	quote := c
	s.plainValue(quote)
	for c = s.byte(); s.err == nil && c != quote; c = s.byte() {
		r := rune(c)
		if c == '&' {
			r = s.entity()
		}
		switch {
		case len(s.bytes)-a.value.from >= maxValue:
		case c == '&':
			s.bytes = utf8.AppendRune(s.bytes, r)
		default:
			s.bytes = append(s.bytes, c)
		}
	}
	a.value.to = len(s.bytes)
	if len(s.attrs) < 64 {
		s.attrs = append(s.attrs, a)
	}
	return s.byte()
}

// plainValue takes the part of a value that stands in the window, up to its closing quote
// or the first entity.
func (s *scanner) plainValue(quote byte) {
	b := s.buf[s.pos:]
	end := bytes.IndexByte(b, quote)
	if end < 0 || end > maxValue {
		return
	}
	if entity := bytes.IndexByte(b[:end], '&'); entity >= 0 {
		end = entity
	}
	s.bytes = append(s.bytes, b[:end]...)
	s.pos += end
}

// push notes the element at hand as open. A prefix is resolved where the element itself
// declares it; others are of no namespace.
func (s *scanner) push() {
	space := spaceClient
	if n := len(s.stack); n > 0 {
		space = s.stack[n-1].space
	}
	inherited := space
	if own, ok := s.lookup("xmlns"); ok {
		space, inherited = known(own), known(own)
	}
	if prefix, local, prefixed := bytes.Cut(s.name, []byte(":")); prefixed {
		declared, _ := s.lookup("xmlns:" + string(prefix))
		space = known(declared)
		s.name = s.name[:copy(s.name, local)]
	}
	s.space = space
	s.stack = append(s.stack, element{inherited})
}

func (s *scanner) lookup(name string) ([]byte, bool) {
	for _, a := range s.attrs {
		if string(s.bytes[a.name.from:a.name.to]) == name {
			return s.bytes[a.value.from:a.value.to], true
		}
	}
	return nil, false
}

// attr is the value of an attribute of the element at hand, or nil.
func (s *scanner) attr(name string) []byte {
	v, _ := s.lookup(name)
	return v
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
