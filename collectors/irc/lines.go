package irc

import (
	"bytes"
	"errors"
	"io"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const (
	lineBuffer  = 64 << 10
	longestLine = 1 << 20 // of a line; IRC itself allows 512 bytes
)

var errLongLine = errors.New("line too long")

// lineReader gives the lines of a file in a buffer it reuses. A line beyond
// longestLine is skipped, so memory stays bounded.
type lineReader struct {
	in         io.Reader
	buf        []byte
	start, end int
	err        error
}

func (l *lineReader) reset(in io.Reader) {
	if l.buf == nil {
		l.buf = make([]byte, lineBuffer)
	}
	l.in, l.start, l.end, l.err = in, 0, 0, nil
	l.fill()
	switch head := l.buf[:l.end]; {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		l.start = 3
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		l.decodeUTF16()
	}
}

// decodeUTF16 begins again with the same bytes seen as UTF-8.
func (l *lineReader) decodeUTF16() {
	rest := io.MultiReader(bytes.NewReader(bytes.Clone(l.buf[:l.end])), l.in)
	if l.err != nil {
		rest = io.MultiReader(bytes.NewReader(bytes.Clone(l.buf[:l.end])), failing{l.err})
	}
	l.in = transform.NewReader(rest, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	l.start, l.end, l.err = 0, 0, nil
	l.fill()
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// peek is the beginning of what is still to be read.
func (l *lineReader) peek() ([]byte, error) {
	for l.end-l.start < headSize && l.err == nil {
		l.fill()
	}
	if l.end > l.start || l.err == io.EOF {
		return l.buf[l.start:min(l.end, l.start+headSize)], nil
	}
	return nil, l.err
}

// next is the next line without its end, or io.EOF, or what stopped the reading. A
// line too long is skipped and answered with errLongLine.
func (l *lineReader) next() ([]byte, error) {
	scanned, long := l.start, false
	for {
		if i := bytes.IndexByte(l.buf[scanned:l.end], '\n'); i >= 0 {
			line := l.buf[l.start : scanned+i]
			l.start = scanned + i + 1
			if long {
				return nil, errLongLine
			}
			return bytes.TrimSuffix(line, []byte{'\r'}), nil
		}
		if l.err != nil {
			return l.last(long)
		}
		if l.end-l.start >= longestLine {
			l.start, l.end, long = 0, 0, true
		}
		pending := l.end - l.start
		l.fill()
		scanned = l.start + pending
	}
}

// last is the line that no line end follows. What stands before damage is no line.
func (l *lineReader) last(long bool) ([]byte, error) {
	line := l.buf[l.start:l.end]
	l.start = l.end
	switch {
	case l.err != io.EOF || len(line) == 0 && !long:
		return nil, l.err
	case long:
		return nil, errLongLine
	}
	return bytes.TrimSuffix(line, []byte{'\r'}), nil
}

// fill reads once more behind what is held, making room first.
func (l *lineReader) fill() {
	if l.start > 0 {
		l.end = copy(l.buf, l.buf[l.start:l.end])
		l.start = 0
	}
	if l.end == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
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

func isBlank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// plainHead is the beginning of a file as UTF-8, when a mark says it is UTF-16.
func plainHead(head []byte) []byte {
	if !bytes.HasPrefix(head, []byte{0xff, 0xfe}) && !bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		return head
	}
	even := head[:len(head)&^1]
	plain, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(even)
	if err != nil {
		return head
	}
	return plain
}
