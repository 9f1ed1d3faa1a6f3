package jsonscan

import (
	"bufio"
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Lines reads JSON Lines: for a Scanner it is a source that ends where the line does, so
// that damage in one line leaves the others whole. A line may have any length.
//
//	for l.Next() {
//		s.Reset(&l)
//		…
//		reason, err := l.Verdict(&s)
//	}
//	err := l.Err()
//
// The zero Lines is ready for Reset.
type Lines struct {
	src   *bufio.Reader
	err   error // the source's, io.EOF included
	ended bool  // the line has been read to its end
}

// Reset begins another source in UTF-8 or, when its first bytes say so, UTF-16. The
// buffer is kept.
func (l *Lines) Reset(r io.Reader) {
	if l.src == nil {
		l.src = bufio.NewReaderSize(nil, window)
	}
	l.src.Reset(r)
	l.err, l.ended = nil, true
	head, _ := l.src.Peek(3)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		l.src.Discard(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		raw := l.src
		l.src = bufio.NewReaderSize(transform.NewReader(raw, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), window)
	}
}

// Next moves on to the next line that is not blank, whatever is left of this one.
func (l *Lines) Next() bool {
	var pass [4 << 10]byte
	for !l.ended {
		l.Read(pass[:])
	}
	for l.err == nil {
		c, err := l.src.ReadByte()
		switch {
		case err != nil:
			l.err = err
		case c > ' ':
			l.src.UnreadByte()
			l.ended = false
			return true
		}
	}
	return false
}

// Read gives bytes of the line at hand.
func (l *Lines) Read(p []byte) (int, error) {
	if l.ended {
		return 0, io.EOF
	}
	if _, err := l.src.Peek(1); err != nil {
		l.err, l.ended = err, true
		return 0, err
	}
	b, _ := l.src.Peek(min(l.src.Buffered(), len(p)))
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		n := copy(p, b)
		l.src.Discard(n)
		return n, nil
	}
	l.ended = true
	n := copy(p, b[:i])
	l.src.Discard(i + 1)
	return n, io.EOF
}

// Verdict is the scanner's on the line at hand: only the last line can be truncated.
func (l *Lines) Verdict(s *Scanner) (reason string, err error) {
	reason, err = s.Verdict()
	if reason == "truncated_file" && l.err == nil {
		reason = "bad_json"
	}
	return reason, err
}

// Err is the source's own error; the end is none.
func (l *Lines) Err() error {
	if l.err == io.EOF {
		return nil
	}
	return l.err
}
