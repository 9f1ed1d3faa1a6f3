// Package jsonscan walks JSON documents of any size in a small window and decodes only what
// its caller asks for, which is what collectors need: an export is nine tenths text and
// layout. It must not know any tool, and holds no text longer than the window.
package jsonscan

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
	ErrSyntax    = errors.New("not JSON")
	ErrTruncated = errors.New("ends in the middle")
)

// MaxToken is the longest key or value, in bytes, that is looked at; a longer one counts as missing.
const MaxToken = 64 << 10

var byteOrderMark = []byte("\xef\xbb\xbf")

const window = 64 << 10 // bytes read at a time

// Scanner walks one document, or several that stand one after another. It checks what it
// needs in order not to lose its way, not that the document is JSON to the letter.
//
//	for s.Enter('['); s.Element(); {
//		if !s.Enter('{') {
//			continue // not an object: skipped
//		}
//		for key, ok := s.Key(); ok; key, ok = s.Key() {
//			switch string(key) {
//			case "id":
//				id = string(s.Str())
//			case "text":
//				size = s.Size()
//			default:
//				s.Skip()
//			}
//		}
//	}
//	reason, err := s.Verdict()
//
// Every key's value has to be taken or skipped. After an error every method gives zero
// values, so that callers ask for it once. The zero Scanner is ready for Reset.
type Scanner struct {
	src     io.Reader
	buf     []byte // the window; bytes before pos are done with
	pos     int
	keep    int // start of the token that has to stay in the window, or -1
	err     error
	scratch []byte
	own     []byte // the window that is kept while the one in use is another's
	looking bool   // at another's
	escaped bool   // the last string held an escape
}

// Reset begins another document in UTF-8 or, when its first bytes say so, UTF-16. The
// window is kept.
func (s *Scanner) Reset(r io.Reader) {
	if s.looking {
		s.buf, s.looking = s.own, false
	}
	if cap(s.buf) == 0 || cap(s.buf) > 4*window {
		s.buf = make([]byte, 0, window)
	}
	s.src, s.buf, s.pos, s.keep, s.err = r, s.buf[:0], 0, -1, nil
	s.Need(3)
	switch {
	case len(s.buf) > 0 && s.buf[0] < 0xef: // no mark of an encoding
	case bytes.HasPrefix(s.buf, byteOrderMark):
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

// look begins another document, which is UTF-8 and lies in b whole. What lies there must not
// change before the next Reset.
func (s *Scanner) look(b []byte) {
	if !s.looking {
		s.own, s.looking = s.buf, true
	}
	s.src, s.buf, s.pos, s.keep, s.err = nil, b, 0, -1, nil
}

// More reads further bytes into the window, which moves: indexes into it before the
// call are wrong after it. It reports false at the end and at errors.
func (s *Scanner) More() bool {
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

// Fail notes the first error; missing bytes are a truncation.
func (s *Scanner) Fail() {
	switch {
	case s.err != nil:
	case s.pos >= len(s.buf):
		s.err = ErrTruncated
	default:
		s.err = ErrSyntax
	}
}

// Peek gives the next byte that is not space, without taking it; 0 at the end.
func (s *Scanner) Peek() byte {
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
		if !s.More() {
			return 0
		}
	}
}

// Enter steps into the next value if it is an object ('{') or array ('['), as asked.
// Any other value is skipped.
func (s *Scanner) Enter(open byte) bool {
	if s.Peek() == open {
		s.pos++
		return true
	}
	s.Skip()
	return false
}

// Element reports whether the array that was entered has another element, and leaves
// the array when it has none.
func (s *Scanner) Element() bool {
	c := s.Peek()
	if c == ',' {
		s.pos++
		c = s.Peek()
	}
	if c != ']' && c != '}' && c != 0 {
		return true
	}
	if c == ']' {
		s.pos++
	} else {
		s.Fail()
	}
	return false
}

// Key gives the next key of the object that was entered, and leaves the object when
// there is none. The key holds until the next call.
func (s *Scanner) Key() ([]byte, bool) {
	c := s.Peek()
	if c == ',' {
		s.pos++
		c = s.Peek()
	}
	if c != '"' {
		if c == '}' {
			s.pos++
		} else {
			s.Fail()
		}
		return nil, false
	}
	s.keep, s.escaped = s.pos, false
	n := s.quoted()
	if s.Peek() != ':' {
		s.Fail()
		return nil, false
	}
	s.pos++
	if s.keep < 0 {
		return nil, true
	}
	key := s.buf[s.keep+1 : s.keep+n-1]
	s.keep = -1
	if s.escaped {
		key = s.decode(key)
	}
	return key, true
}

// Str gives the next value if it is a string, decoded, or a number or word as it is
// written; nil for null, for anything else and for what is longer than MaxToken. It
// holds until the next call.
func (s *Scanner) Str() []byte {
	switch s.Peek() {
	case '"':
	case '{', '[', '}', ']', ',', ':', 0:
		s.Skip()
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

// Flag gives the next value if it is true.
func (s *Scanner) Flag() bool { return string(s.Str()) == "true" }

// Number gives a count, whether it is written as a number or as a string.
func (s *Scanner) Number() int64 {
	n, _ := strconv.ParseInt(string(s.Str()), 10, 64)
	return n
}

// quoted moves past the string at pos and gives its length with the quotes. A string
// that is kept and grows past MaxToken is kept no longer.
func (s *Scanner) quoted() int {
	n := 1
	s.pos++
	for s.err == nil {
		i := stop(s.buf, s.pos)
		n += i - s.pos
		s.pos = i
		switch {
		case i == len(s.buf):
			if s.keep >= 0 && n > MaxToken {
				s.keep = -1
			}
			if !s.More() {
				s.Fail()
			}
		case s.buf[i] == '"':
			s.pos++
			return n + 1
		default:
			s.escaped = true
			n += s.past(2)
		}
	}
	return n
}

// past moves on by n bytes and gives n.
func (s *Scanner) past(n int) int {
	if !s.Need(n) {
		s.pos = len(s.buf)
		s.Fail()
		return 0
	}
	s.pos += n
	return n
}

// Need brings n bytes from pos on into the window, if there are so many.
func (s *Scanner) Need(n int) bool {
	for len(s.buf)-s.pos < n {
		if !s.More() {
			return false
		}
	}
	return true
}

// word moves past a number, true, false or null, and gives it.
func (s *Scanner) word() []byte {
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
		if s.pos-s.keep > MaxToken {
			s.Fail()
		}
		if !s.More() {
			word := s.buf[s.keep:]
			s.keep = -1
			return word
		}
	}
	return nil
}

// Skip moves past the next value, whatever it is and however deep.
func (s *Scanner) Skip() {
	switch s.Peek() {
	case '"':
		s.keep = -1
		s.quoted()
	case '{', '[':
		s.skipNested()
	case '}', ']', ',', ':', 0:
		s.Fail()
	default:
		s.skipWord()
	}
}

func (s *Scanner) skipWord() {
	for s.err == nil {
		for i := s.pos; i < len(s.buf); i++ {
			if classes[s.buf[i]] != 0 {
				s.pos = i
				return
			}
		}
		s.pos = len(s.buf)
		if !s.More() {
			return
		}
	}
}

// skipNested moves past an object or array: the hot loop of every collector.
func (s *Scanner) skipNested() {
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
		if !s.More() {
			s.Fail()
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

// Err is the first error: ErrSyntax, ErrTruncated, or the reader's own.
func (s *Scanner) Err() error { return s.err }

// Verdict says what was wrong with a document that has been read to its end: a reason
// to count, or the reader's own error.
func (s *Scanner) Verdict() (reason string, err error) {
	if s.err == nil && s.Peek() != 0 {
		s.Fail()
	}
	switch s.err {
	case nil:
		return "", nil
	case ErrSyntax:
		return "bad_json", nil
	case ErrTruncated:
		return "truncated_file", nil
	}
	return "", s.err
}

// Recover goes on behind the next line end after ErrSyntax, where documents stand one after
// another; it reports false if there is none.
func (s *Scanner) Recover() bool {
	if s.err != ErrSyntax {
		return false
	}
	s.err, s.keep = nil, -1
	for {
		if i := bytes.IndexByte(s.Window(), '\n'); i >= 0 {
			s.pos += i + 1
			return true
		}
		s.pos = len(s.buf)
		if !s.More() {
			return false
		}
	}
}

// Drain reads what is left of a document that is none, as the fault may be the archive's:
// its checksum tells at the end.
func (s *Scanner) Drain() error {
	if s.src == nil {
		return nil
	}
	_, err := io.Copy(io.Discard, s.src)
	return err
}
