package whatsapp

import (
	"bytes"
	"io"
)

const (
	lineBuffer = 256 << 10
	lineHead   = 4 << 10 // bytes of a line that are looked at; a header takes some 150
)

// lineReader gives the beginning of each line of a file and tells how long the line is. Lines
// may be of any length.
type lineReader struct {
	in         io.Reader
	buf        []byte
	start, end int
	err        error
	long       []byte // beginning of a line that outgrew the buffer
}

func (l *lineReader) reset(in io.Reader) {
	if l.buf == nil {
		l.buf = make([]byte, lineBuffer)
	}
	l.in, l.start, l.end, l.err = in, 0, 0, nil
}

// next is the next line without its end: the first lineHead bytes of it and the size of the
// whole. It is valid until the next call. The error is io.EOF or what stopped the reading.
func (l *lineReader) next() (head []byte, size int64, err error) {
	scanned := l.start
	passed := int64(0) // bytes of the line that are no longer held
	for {
		if i := bytes.IndexByte(l.buf[scanned:l.end], '\n'); i >= 0 {
			line := l.buf[l.start : scanned+i]
			l.start = scanned + i + 1
			return l.line(line, passed)
		}
		if l.err != nil {
			line := l.buf[l.start:l.end]
			l.start = l.end
			if l.err != io.EOF || len(line) == 0 && passed == 0 {
				return nil, 0, l.err
			}
			return l.line(line, passed)
		}
		if l.end-l.start == len(l.buf) {
			if passed == 0 {
				l.long = append(l.long[:0], l.buf[:lineHead]...)
			}
			passed += int64(l.end)
			l.start, l.end = 0, 0
		}
		pending := l.end - l.start
		l.fill()
		scanned = l.start + pending
	}
}

func (l *lineReader) line(line []byte, passed int64) ([]byte, int64, error) {
	line = bytes.TrimSuffix(line, []byte{'\r'})
	size := passed + int64(len(line))
	if passed > 0 {
		return l.long, size, nil
	}
	return line[:min(len(line), lineHead)], size, nil
}

// fill reads once more behind what is held, making room first.
func (l *lineReader) fill() {
	if l.start > 0 {
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.start = 0
	}
	for range 100 {
		n, err := l.in.Read(l.buf[l.end:])
		l.end += n
		if n > 0 || err != nil {
			l.err = err
			return
		}
	}
	l.err = io.ErrNoProgress
}
