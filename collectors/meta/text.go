package meta

import (
	"encoding/binary"
	"unicode/utf8"

	"crosstalk/collectors/jsonscan"
)

// Repair gives the string that was meant: UTF-8 whose bytes were written as Latin-1
// characters becomes UTF-8 again, everything else stays as it is.
func Repair(s []byte) string {
	bytes := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			bytes = append(bytes, s[i])
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		if r > 0xff {
			return string(s)
		}
		bytes = append(bytes, byte(r))
		i += n
	}
	if !utf8.Valid(bytes) {
		return string(s)
	}
	return string(bytes)
}

// Size gives how many bytes of UTF-8 the next value is if it is a string, once repaired,
// without holding more of it than the scanner's window; 0 for any other value.
func Size(s *jsonscan.Scanner) uint32 {
	if !s.Open() {
		return 0
	}
	var m measure
	for s.Err() == nil {
		b := s.Window()
		i := special.Index(b)
		m.raw(b[:i])
		s.Advance(i)
		switch {
		case i == len(b):
			if !s.More() {
				s.Fail()
			}
		case b[i] == '"':
			s.Advance(1)
			return m.bytes()
		default:
			m.escaped(s.Escape())
		}
	}
	return 0
}

var special = jsonscan.NewFinder('"', '\\')

// measure counts a text both as it is written and as it was meant.
type measure struct {
	written uint64 // bytes of UTF-8 as written
	meant   uint64 // bytes if every character stands for a byte
	missing int    // bytes that the character begun by those before still needs
	plain   bool   // whether it holds something that cannot be bytes written as Latin-1
}

// raw takes in bytes without escapes. Exports escape whatever is not ASCII; a file that
// does not was written by somebody else, who needs no repair.
func (m *measure) raw(b []byte) {
	m.written += uint64(len(b))
	m.meant += uint64(len(b))
	if len(b) > 0 && (m.missing > 0 || !ascii(b)) {
		m.plain = true
	}
}

// escaped takes in one escaped character.
func (m *measure) escaped(r rune) {
	m.written += uint64(max(utf8.RuneLen(r), 1))
	m.meant++
	switch {
	case r > 0xff:
		m.plain = true
	case m.missing > 0:
		m.plain = m.plain || r&0xc0 != 0x80
		m.missing--
	case r < utf8.RuneSelf:
	case r >= 0xc2 && r < 0xe0:
		m.missing = 1
	case r >= 0xe0 && r < 0xf0:
		m.missing = 2
	case r >= 0xf0 && r < 0xf5:
		m.missing = 3
	default:
		m.plain = true
	}
}

func (m *measure) bytes() uint32 {
	n := m.meant
	if m.plain || m.missing > 0 {
		n = m.written
	}
	return uint32(min(n, 1<<32-1))
}

func ascii(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
