package jsonscan

import (
	"encoding/binary"
	"math/bits"
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
	b0, b1, b2, b3 := digits[b[2]], digits[b[3]], digits[b[4]], digits[b[5]]
	return rune(b0&15)<<12 | rune(b1&15)<<8 | rune(b2&15)<<4 | rune(b3&15), b0&b1&b2&b3 >= isDigit
}

// isDigit marks what digits holds for a hexadecimal digit, beside its value.
const isDigit = 16

var digits = func() (t [256]uint8) {
	for i, c := range "0123456789abcdef" {
		t[c] = isDigit | uint8(i)
	}
	for i, c := range "ABCDEF" {
		t[c] = isDigit | uint8(10+i)
	}
	return t
}()
