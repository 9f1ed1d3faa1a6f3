package slack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strconv"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Errors of a scanner that are the document's own fault. Any other error is the
// reader's.
var (
	errSyntax    = errors.New("not JSON")
	errTruncated = errors.New("ends in the middle")
)

const (
	window   = 64 << 10 // bytes read at a time
	maxToken = 64 << 10 // longest key or value that is looked at; longer ones count as missing
)

// scanner walks a JSON document of any size in a small window and never decodes what
// nobody asks for: an export is nine tenths text and layout. It checks what it needs
// in order not to lose its way, not that the document is JSON to the letter.
//
// After an error every method gives zero values, so that callers ask for err once.
type scanner struct {
	src     io.Reader
	buf     []byte // the window; bytes before pos are done with
	pos     int
	keep    int // start of the token that has to stay in the window, or -1
	err     error
	scratch []byte
}

// reset begins another document in UTF-8 or, when its first bytes say so, UTF-16. The
// window is kept.
func (s *scanner) reset(r io.Reader) {
	if cap(s.buf) == 0 || cap(s.buf) > 4*window {
		s.buf = make([]byte, 0, window)
	}
	*s = scanner{src: r, buf: s.buf[:0], keep: -1, scratch: s.scratch}
	s.need(3)
	switch {
	case bytes.HasPrefix(s.buf, []byte("\xef\xbb\xbf")):
		s.pos = 3
	case bytes.HasPrefix(s.buf, []byte("\xff\xfe")), bytes.HasPrefix(s.buf, []byte("\xfe\xff")):
		whole := bytes.NewReader(bytes.Clone(s.buf))
		if s.src != nil {
			r = io.MultiReader(whole, s.src)
		} else {
			r = whole
		}
		s.src = transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
		s.buf = s.buf[:0]
	}
}

// more reads further bytes into the window, which moves: indexes into it before the
// call are wrong after it. It reports false at the end and at errors.
func (s *scanner) more() bool {
	if s.err != nil || s.src == nil {
		return false
	}
	from := s.pos
	if s.keep >= 0 {
		from, s.keep = s.keep, 0
	}
	s.buf = s.buf[:copy(s.buf, s.buf[from:])]
	s.pos -= from
	if len(s.buf) == cap(s.buf) {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
	}
	for range 100 {
		n, err := s.src.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if err != nil {
			s.src = nil
			if err != io.EOF {
				s.err = err
			}
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// fail notes the first error; missing bytes are a truncation.
func (s *scanner) fail() {
	switch {
	case s.err != nil:
	case s.pos >= len(s.buf):
		s.err = errTruncated
	default:
		s.err = errSyntax
	}
}

// peek gives the next byte that is not space, without taking it; 0 at the end.
func (s *scanner) peek() byte {
	if s.err != nil {
		return 0
	}
	for {
		for i := s.pos; i < len(s.buf); i++ {
			if c := s.buf[i]; c > ' ' {
				s.pos = i
				return c
			}
		}
		s.pos = len(s.buf)
		if !s.more() {
			return 0
		}
	}
}

// enter steps into the next value if it is an object ('{') or array ('['), as asked.
// Any other value is skipped.
func (s *scanner) enter(open byte) bool {
	if s.peek() == open {
		s.pos++
		return true
	}
	s.skip()
	return false
}

// element reports whether the array that was entered has another element, and leaves
// the array when it has none.
func (s *scanner) element() bool {
	c := s.peek()
	if c == ',' {
		s.pos++
		c = s.peek()
	}
	if c != ']' && c != '}' && c != 0 {
		return true
	}
	if c == ']' {
		s.pos++
	} else {
		s.fail()
	}
	return false
}

// key gives the next key of the object that was entered, and leaves the object when
// there is none. The key holds until the next call.
func (s *scanner) key() ([]byte, bool) {
	c := s.peek()
	if c == ',' {
		s.pos++
		c = s.peek()
	}
	if c != '"' {
		if c == '}' {
			s.pos++
		} else {
			s.fail()
		}
		return nil, false
	}
	s.keep = s.pos
	n := s.quoted()
	if s.peek() != ':' {
		s.fail()
		return nil, false
	}
	s.pos++
	if s.keep < 0 {
		return nil, true
	}
	key := s.buf[s.keep+1 : s.keep+n-1]
	s.keep = -1
	return key, true
}

// str gives the next value if it is a string, decoded, or a number or word as it is
// written; nil for null, for anything else and for what is longer than maxToken. It
// holds until the next call.
func (s *scanner) str() []byte {
	switch s.peek() {
	case '"':
	case '{', '[', '}', ']', ',', ':', 0:
		s.skip()
		return nil
	default:
		if word := s.word(); string(word) != "null" {
			return word
		}
		return nil
	}
	s.keep = s.pos
	n := s.quoted()
	if s.err != nil || s.keep < 0 {
		return nil
	}
	value := s.buf[s.keep+1 : s.keep+n-1]
	s.keep = -1
	return s.decode(value)
}

func (s *scanner) flag() bool { return string(s.str()) == "true" }

// number gives a count, whether it is written as a number or as a string.
func (s *scanner) number() int64 {
	n, _ := strconv.ParseInt(string(s.str()), 10, 64)
	return n
}

// quoted moves past the string at pos and gives its length with the quotes. A string
// that is kept and grows past maxToken is kept no longer.
func (s *scanner) quoted() int {
	n := 1
	s.pos++
	for s.err == nil {
		i := stop(s.buf, s.pos)
		n += i - s.pos
		s.pos = i
		switch {
		case i == len(s.buf):
			if s.keep >= 0 && n > maxToken {
				s.keep = -1
			}
			if !s.more() {
				s.fail()
			}
		case s.buf[i] == '"':
			s.pos++
			return n + 1
		default:
			n += s.past(2)
		}
	}
	return n
}

// past moves on by n bytes and gives n.
func (s *scanner) past(n int) int {
	if !s.need(n) {
		s.pos = len(s.buf)
		s.fail()
		return 0
	}
	s.pos += n
	return n
}

// need brings n bytes from pos on into the window, if there are so many.
func (s *scanner) need(n int) bool {
	for len(s.buf)-s.pos < n {
		if !s.more() {
			return false
		}
	}
	return true
}

// word moves past a number, true, false or null, and gives it.
func (s *scanner) word() []byte {
	s.keep = s.pos
	for s.err == nil {
		for i := s.pos; i < len(s.buf); i++ {
			if classes[s.buf[i]] != 0 {
				word := s.buf[s.keep:i]
				s.pos, s.keep = i, -1
				return word
			}
		}
		s.pos = len(s.buf)
		if s.pos-s.keep > maxToken {
			s.fail()
		}
		if !s.more() {
			word := s.buf[s.keep:]
			s.keep = -1
			return word
		}
	}
	return nil
}

// skip moves past the next value, whatever it is and however deep.
func (s *scanner) skip() {
	switch s.peek() {
	case '"':
		s.keep = -1
		s.quoted()
	case '{', '[':
		s.skipNested()
	case '}', ']', ',', ':', 0:
		s.fail()
	default:
		s.skipWord()
	}
}

func (s *scanner) skipWord() {
	for s.err == nil {
		for i := s.pos; i < len(s.buf); i++ {
			if classes[s.buf[i]] != 0 {
				s.pos = i
				return
			}
		}
		s.pos = len(s.buf)
		if !s.more() {
			return
		}
	}
}

// skipNested moves past an object or array: the hot loop of the whole collector.
func (s *scanner) skipNested() {
	depth := 0
	for s.err == nil {
		b, i := s.buf, s.pos
		for i < len(b) {
			switch classes[b[i]] {
			case quote:
				end := stop(b, i+1)
				if end >= len(b) || b[end] != '"' {
					s.pos = i
					s.quoted()
					b, i = s.buf, s.pos
					continue
				}
				i = end + 1
			case opening:
				depth++
				i++
			case closing:
				depth--
				i++
				if depth == 0 {
					s.pos = i
					return
				}
			case wordEnd:
				i++
				for i+8 <= len(b) && binary.LittleEndian.Uint64(b[i:]) == eightSpaces {
					i += 8
				}
			default:
				i++
			}
		}
		s.pos = i
		if !s.more() {
			s.fail()
		}
	}
}

// Classes of bytes outside strings; 0 is a byte of a word.
const (
	wordEnd = 1 + iota // space, comma, colon
	quote
	opening
	closing
)

var classes = func() (t [256]uint8) {
	for c := range ' ' + 1 {
		t[c] = wordEnd
	}
	t[','], t[':'] = wordEnd, wordEnd
	t['"'] = quote
	t['{'], t['['] = opening, opening
	t['}'], t[']'] = closing, closing
	return t
}()
