package table

import (
	"unicode/utf16"
	"unicode/utf8"
)

// string reads a string and appends up to room bytes of it. The length is of all of
// it, in UTF-8.
func (r *jsonReader) string(to []byte, room int) (kept []byte, length int64, err error) {
	r.src.pos++
	for {
		if r.src.pos == r.src.end && !r.src.more() {
			return to, length, errCutShort
		}
		held := r.src.buf[r.src.pos:r.src.end]
		i := plainRun(held)
		n := min(i, room)
		to, room, length = append(to, held[:n]...), room-n, length+int64(i)
		r.src.pos += i
		if i == len(held) {
			continue
		}
		switch held[i] {
		case '"':
			r.src.pos++
			return to, length, nil
		case '\\':
			r.src.pos++
			c, err := r.escape()
			if err != nil {
				return to, length, err
			}
			width := utf8.RuneLen(c)
			length += int64(width)
			if room >= width {
				to, room = utf8.AppendRune(to, c), room-width
			} else {
				room = 0
			}
		default:
			return to, length, errNotJSON
		}
	}
}

// plainRun is how many bytes stand for themselves in a string.
func plainRun(b []byte) int {
	for i, c := range b {
		if c == '"' || c == '\\' || c < 0x20 && c != '\t' {
			return i
		}
	}
	return len(b)
}

// escape reads what follows a backslash.
func (r *jsonReader) escape() (rune, error) {
	c, ok := r.src.peek()
	if !ok {
		return 0, errCutShort
	}
	r.src.pos++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'n', 'r', 't', 'b', 'f':
		return ' ', nil // no id or name holds one
	case 'u':
		high, err := r.hex()
		if err != nil || !utf16.IsSurrogate(high) {
			return high, err
		}
		return r.lowSurrogate(high)
	}
	return 0, errNotJSON
}

// lowSurrogate reads the second half of a pair; a half alone is U+FFFD.
func (r *jsonReader) lowSurrogate(high rune) (rune, error) {
	if c, ok := r.src.peek(); !ok || c != '\\' {
		return utf8.RuneError, nil
	}
	r.src.pos++
	c, ok := r.src.peek()
	switch {
	case !ok:
		return 0, errCutShort
	case c != 'u':
		return r.escape() // the half is dropped, what follows is kept
	}
	r.src.pos++
	low, err := r.hex()
	return utf16.DecodeRune(high, low), err
}

func (r *jsonReader) hex() (rune, error) {
	var v rune
	for range 4 {
		c, ok := r.src.peek()
		if !ok {
			return 0, errCutShort
		}
		r.src.pos++
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, errNotJSON
		}
	}
	return v, nil
}
