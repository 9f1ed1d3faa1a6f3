package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	ones        = 0x0101010101010101
	highs       = 0x8080808080808080
	eightSpaces = ones * ' '
)

// zeros marks the first zero byte of a word by its high bit.
func zeros(w uint64) uint64 { return (w - ones) &^ w & highs }

// stop is the index of the next quote or backslash at or after i, or len(b).
func stop(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		if m := zeros(w^ones*'"') | zeros(w^ones*'\\'); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i < len(b); i++ {
		if b[i] == '"' || b[i] == '\\' {
			break
		}
	}
	return i
}

// decode resolves the escapes of a string.
func (s *Scanner) decode(raw []byte) []byte {
	i := stop(raw, 0)
	if i == len(raw) {
		return raw
	}
	out := append(s.scratch[:0], raw[:i]...)
	for i < len(raw) {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			i++
			continue
		}
		r, n := unescape(raw[i:])
		out = utf8.AppendRune(out, r)
		i += n
	}
	s.scratch = out
	return out
}

// unescape reads the escape that b begins with, surrogate pairs as one, and gives its
// length in b. What is no escape stands for itself.
func unescape(b []byte) (rune, int) {
	if len(b) < 2 {
		return utf8.RuneError, len(b)
	}
	switch b[1] {
	case 'u':
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case 'r':
		return '\r', 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	default:
		return rune(b[1]), 2
	}
	r, ok := hex4(b)
	if !ok {
		return utf8.RuneError, 2
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if low, ok := hex4(b[6:]); ok {
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			return r, 12
		}
	}
	return utf8.RuneError, 6
}

// hex4 reads `\uXXXX`.
func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	r, err := strconv.ParseUint(string(b[2:6]), 16, 32)
	return rune(r), err == nil
}
