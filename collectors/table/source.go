package table

import (
	"bytes"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// source is a file's bytes in a buffer of fixed size. The readers of CSV and JSON take
// them one by one, so that no cell, however long, has to fit.
type source struct {
	in       io.Reader
	buf      []byte
	pos, end int
	err      error
}

const sourceBuffer = 128 << 10

func (s *source) reset(in io.Reader) {
	if s.buf == nil {
		s.buf = make([]byte, sourceBuffer)
	}
	s.in, s.pos, s.end, s.err = in, 0, 0, nil
	for s.end < 4 && s.err == nil {
		s.append()
	}
	switch head := s.buf[:s.end]; {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		s.pos = 3
	case utf16Marked(head):
		raw := io.MultiReader(bytes.NewReader(bytes.Clone(head)), rest{s.in, s.err})
		s.in = transform.NewReader(raw, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
		s.pos, s.end, s.err = 0, 0, nil
	}
}

func utf16Marked(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff})
}

// rest is a reader that has perhaps ended already.
type rest struct {
	in  io.Reader
	err error
}

func (r rest) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	return r.in.Read(p)
}

// append reads once more behind what is held; there must be room.
func (s *source) append() {
	for range 100 {
		n, err := s.in.Read(s.buf[s.end:])
		s.end += n
		if n > 0 || err != nil {
			s.err = err
			return
		}
	}
	s.err = io.ErrNoProgress
}

// more drops what was taken and reads on; false at the end or at damage.
func (s *source) more() bool {
	s.pos, s.end = 0, 0
	for s.end == 0 {
		if s.err != nil {
			return false
		}
		s.append()
	}
	return true
}

// Read gives what is held, then what follows it.
func (s *source) Read(p []byte) (n int, err error) {
	switch {
	case s.pos < s.end:
		n = copy(p, s.buf[s.pos:s.end])
		s.pos += n
	case s.err == nil:
		n, s.err = s.in.Read(p)
		return n, s.err
	default:
		err = s.err
	}
	return n, err
}

// peek is the next byte, without taking it.
func (s *source) peek() (byte, bool) {
	if s.pos == s.end && !s.more() {
		return 0, false
	}
	return s.buf[s.pos], true
}

// head is what is held of the next bytes, as many as fit when reading goes well.
func (s *source) head() []byte {
	if s.pos == s.end {
		s.more()
	}
	for s.end < headSize && s.err == nil {
		s.append()
	}
	return s.buf[s.pos:s.end]
}

// damage is what stopped the reading before the end, or nil.
func (s *source) damage() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}

// textEncoding finds an encoding by its name on the web; empty is Windows-1252.
func textEncoding(name string) (encoding.Encoding, error) {
	if name == "" {
		name = "windows-1252"
	}
	return htmlindex.Get(name)
}
