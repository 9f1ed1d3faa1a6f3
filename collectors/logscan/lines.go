// Package logscan reads the logs that servers write: lines of bounded length, and the
// dates at their beginning, with or without a year. It must not know any program's log.
package logscan

import (
	"bytes"
	"io"
)

// MaxLine is the longest line, in bytes, that is given.
const MaxLine = 1 << 20

const window = 64 << 10

// Lines walks the lines of a file in a small window. A byte order mark and the carriage
// returns before line ends are left out.
//
//	l.Reset(src)
//	for l.Next() {
//		if l.TooLong() {
//			continue // counted
//		}
//		l.Text()
//	}
//	err := l.Err()
type Lines struct {
	src    io.Reader
	buf    []byte // the window; bytes before pos are done with
	pos    int
	end    bool
	err    error
	text   []byte
	long   bool
	record int64
}

// Reset begins another file. The window is kept.
func (l *Lines) Reset(src io.Reader) {
	if cap(l.buf) == 0 || cap(l.buf) > 4*window {
		l.buf = make([]byte, 0, window)
	}
	*l = Lines{src: src, buf: l.buf[:0]}
	l.more()
	for len(l.buf) < 3 && l.more() {
	}
	if bytes.HasPrefix(l.buf, []byte("\xef\xbb\xbf")) {
		l.pos = 3
	}
}

// Next reads another line.
func (l *Lines) Next() bool {
	l.long = false
	searched := 0
	for {
		rest := l.buf[l.pos:]
		if i := bytes.IndexByte(rest[searched:], '\n'); i >= 0 {
			l.take(rest[:searched+i], searched+i+1)
			return true
		}
		searched = len(rest)
		if searched > MaxLine {
			l.long = true
			l.pos, searched = len(l.buf), 0
		}
		if l.more() {
			continue
		}
		if l.err != nil || l.pos == len(l.buf) && !l.long {
			return false
		}
		l.take(l.buf[l.pos:], len(l.buf)-l.pos)
		return true
	}
}

func (l *Lines) take(line []byte, length int) {
	l.text = bytes.TrimSuffix(line, []byte{'\r'})
	l.pos += length
	l.record++
	if l.long || len(line) > MaxLine {
		l.long, l.text = true, nil
	}
}

// more reads further bytes into the window.
func (l *Lines) more() bool {
	if l.end {
		return false
	}
	l.buf, l.pos = l.buf[:copy(l.buf, l.buf[l.pos:])], 0
	if len(l.buf) == cap(l.buf) {
		l.buf = append(make([]byte, 0, 2*cap(l.buf)), l.buf...)
	}
	for range 100 {
		n, err := l.src.Read(l.buf[len(l.buf):cap(l.buf)])
		l.buf = l.buf[:len(l.buf)+n]
		if err != nil {
			l.end = true
			if err != io.EOF {
				l.err = err
			}
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
	l.end, l.err = true, io.ErrNoProgress
	return false
}

// Text is the line at hand, without its end. It holds until Next.
func (l *Lines) Text() []byte { return l.text }

// TooLong reports whether the line at hand was longer than MaxLine and was passed over.
func (l *Lines) TooLong() bool { return l.long }

// Record is the ordinal of the line at hand, from 1.
func (l *Lines) Record() int64 { return l.record }

// Err is the reader's error, if one ended the reading.
func (l *Lines) Err() error { return l.err }
