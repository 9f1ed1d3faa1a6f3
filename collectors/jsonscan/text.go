package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Size gives how many bytes of UTF-8 the next value is if it is a string, its escapes
// resolved, without holding more of it than the window; 0 for any other value.
func (s *Scanner) Size() int {
	if !s.Open() {
		return 0
	}
	n := 0
	for s.err == nil {
		i := stop(s.buf, s.pos)
		n += i - s.pos
		s.pos = i
		switch {
		case i == len(s.buf):
			if !s.More() {
				s.Fail()
			}
		case s.buf[i] == '"':
			s.pos++
			return n
		default:
			n += utf8.RuneLen(s.Escape())
		}
	}
	return n
}

// Append appends up to room bytes of the next value, its escapes resolved, if it is a string,
// and gives its whole size as Size does. Control characters, which only escapes write, become blanks.
func (s *Scanner) Append(to []byte, room int) (kept []byte, size int) {
	if !s.Open() {
		return to, 0
	}
	for s.err == nil {
		i := stop(s.buf, s.pos)
		n := min(i-s.pos, room)
		to, room, size = append(to, s.buf[s.pos:s.pos+n]...), room-n, size+i-s.pos
		s.pos = i
		switch {
		case i == len(s.buf):
			if !s.More() {
				s.Fail()
			}
		case s.buf[i] == '"':
			s.pos++
			return to, size
		default:
			c := max(s.Escape(), ' ')
			width := utf8.RuneLen(c)
			if size += width; room >= width {
				to, room = utf8.AppendRune(to, c), room-width
			} else {
				room = 0
			}
		}
	}
	return to, size
}

// Open steps into the next value if it is a string, for a caller that looks at a long text
// by itself: with Window, More and Advance up to its closing quote. Any other value is skipped.
func (s *Scanner) Open() bool {
	if s.Peek() == '"' {
		s.pos++
		return true
	}
	s.Skip()
	return false
}

// Window is what has been read and not been passed. It holds until More, Need or Escape.
func (s *Scanner) Window() []byte { return s.buf[s.pos:] }

// Advance passes n bytes of the window.
func (s *Scanner) Advance(n int) { s.pos += n }

// Escape passes the escape that the window begins with, and gives what it stands for.
func (s *Scanner) Escape() rune {
	s.Need(12)
	r, n := unescape(s.buf[s.pos:])
	s.pos += n
	return r
}

// Finder finds the next of up to four bytes, eight at a time.
type Finder struct {
	words [4]uint64
	is    [256]bool
}

// NewFinder finds one to four bytes.
func NewFinder(wanted ...byte) *Finder {
	f := &Finder{}
	for i := range f.words {
		c := wanted[min(i, len(wanted)-1)]
		f.words[i] = ones * uint64(c)
		f.is[c] = true
	}
	return f
}

// Index is where in b the first wanted byte is, or len(b).
func (f *Finder) Index(b []byte) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		if m := zeros(w^f.words[0]) | zeros(w^f.words[1]) | zeros(w^f.words[2]) | zeros(w^f.words[3]); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i < len(b); i++ {
		if f.is[b[i]] {
			break
		}
	}
	return i
}
