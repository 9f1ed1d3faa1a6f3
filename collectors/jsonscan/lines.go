package jsonscan

import (
	"bufio"
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Lines reads JSON Lines: a Scanner sees a line as a document of its own, so that damage in one
// leaves the others whole. A line may have any length.
//
//	for l.Next() {
//		l.Scan(&s)
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
	case bytes.HasPrefix(head, byteOrderMark):
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
		switch b, err := l.src.Peek(1); {
		case err != nil:
			l.err = err
		case b[0] > ' ':
			l.ended = false
			return true
		default:
			l.src.Discard(1)
		}
	}
	return false
}

// Scan has a scanner begin the line at hand: where it lies in the buffer if it fits there,
// else read in pieces.
func (l *Lines) Scan(s *Scanner) {
	if line, whole := l.whole(); whole {
		s.look(bytes.TrimPrefix(line, byteOrderMark))
	} else {
		s.Reset(l)
	}
}

// whole gives the line at hand and ends it, if it lies in the buffer.
func (l *Lines) whole() (line []byte, ok bool) {
	for looked, more := 0, l.src.Buffered(); ; {
		b, err := l.src.Peek(more)
		if i := bytes.IndexByte(b[looked:], '\n'); i >= 0 {
			line, l.ended = b[:looked+i], true
			l.src.Discard(looked + i + 1)
			return line, true
		}
		switch {
		case err == io.EOF:
			l.err, l.ended = err, true
			return b, true
		case err != nil: // the source's, or the line is too long
			return nil, false
		}
		looked = len(b)
		more = max(looked+1, l.src.Buffered())
	}
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
