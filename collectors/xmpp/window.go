package xmpp

import "io"

// window is how many bytes are read at a time.
const window = 64 << 10

// need brings n bytes, fewer than the window, into it, if there are so many.
func (s *scanner) need(n int) bool {
	for tries := 0; len(s.buf)-s.pos < n; tries++ {
		if s.src == nil || s.err != nil {
			return false
		}
		s.buf = s.buf[:copy(s.buf, s.buf[s.pos:])]
		s.pos = 0
		got, err := s.src.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+got]
		switch {
		case err == io.EOF:
			s.src = nil
		case err != nil:
			s.fail(err)
		case got > 0:
			tries = 0
		case tries > 100:
			s.fail(io.ErrNoProgress)
		}
	}
	return true
}

// drain reads what is left, as the fault may be the archive's: its checksum tells at the end.
func (s *scanner) drain() error {
	if s.src == nil {
		return nil
	}
	_, err := io.Copy(io.Discard, s.src)
	return err
}

// ahead are up to n bytes that come next.
func (s *scanner) ahead(n int) []byte {
	s.need(n)
	return s.buf[s.pos:min(s.pos+n, len(s.buf))]
}

// byte takes one byte; 0 at the end.
func (s *scanner) byte() byte {
	if s.pos == len(s.buf) && !s.need(1) {
		s.fail(errTruncated)
		return 0
	}
	c := s.buf[s.pos]
	s.pos++
	return c
}

func (s *scanner) peek() byte {
	if !s.need(1) {
		s.fail(errTruncated)
		return 0
	}
	return s.buf[s.pos]
}
