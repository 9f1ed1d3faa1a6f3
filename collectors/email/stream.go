package email

import (
	"io"

	"crosstalk/collectors/mail"
)

// Sizes of the window over a file: what is read at once, and the most it grows to
// when one header does not fit.
const (
	readSize   = 256 << 10
	windowSize = 2 * readSize
	largest    = mail.Limit + windowSize
)

// stream is a window that moves over a file and grows only for a long header.
type stream struct {
	r      io.Reader
	buf    []byte // buf[lo:hi] is unread
	lo, hi int
	end    bool // nothing follows hi
}

// keep is how many bytes before lo stay in the window, so that the line before a
// separator can be looked at.
const keep = 4

func (s *stream) reset(r io.Reader) {
	if s.buf == nil {
		s.buf = make([]byte, windowSize)
	}
	s.r, s.lo, s.hi, s.end = r, 0, 0, false
}

// unread is what the window shows of the rest of the file.
func (s *stream) unread() []byte { return s.buf[s.lo:s.hi] }

// more reads further bytes behind the unread ones. It reports whether there were any.
func (s *stream) more() (bool, error) {
	if s.end {
		return false, nil
	}
	if s.hi == len(s.buf) || s.lo > len(s.buf)-readSize {
		s.makeRoom()
	}
	for {
		n, err := s.r.Read(s.buf[s.hi:min(len(s.buf), s.hi+readSize)])
		s.hi += n
		switch {
		case err == io.EOF:
			s.end = true
			return n > 0, nil
		case err != nil:
			return false, err
		case n > 0:
			return true, nil
		}
	}
}

func (s *stream) makeRoom() {
	from := max(0, s.lo-keep)
	if from == 0 && s.hi == len(s.buf) {
		grown := make([]byte, min(2*len(s.buf), largest))
		copy(grown, s.buf)
		s.buf = grown
		return
	}
	copy(s.buf, s.buf[from:s.hi])
	s.lo, s.hi = s.lo-from, s.hi-from
}

// blankBefore reports whether the line before position i of the window is empty, or i
// is where the file begins.
func (s *stream) blankBefore(i int) bool {
	switch {
	case i == 0:
		return true
	case s.buf[i-1] != '\n':
		return false
	case i == 1 || s.buf[i-2] == '\n':
		return true
	}
	return s.buf[i-2] == '\r' && (i == 2 || s.buf[i-3] == '\n')
}
