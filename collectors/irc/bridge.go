package irc

import "bytes"

// bridged reads "[net] <Real Name> text" and "<Real Name> text", as bots write that
// carry messages over from another network.
func bridged(text []byte) (name, rest []byte, ok bool) {
	text = skipFormat(text)
	if first(text) == '[' {
		end := bytes.Index(text, []byte("] "))
		if end < 0 {
			return nil, nil, false
		}
		text = skipFormat(text[end+2:])
	}
	if first(text) != '<' {
		return nil, nil, false
	}
	end := bytes.IndexByte(text, '>')
	if end < 0 || end > longestName {
		return nil, nil, false
	}
	name = plainName(text[1:end])
	if len(name) == 0 {
		return nil, nil, false
	}
	return name, afterBlank(skipFormat(text[end+1:])), true
}

// zeroWidth is put into names by bridges, so that they do not wake their owners.
var zeroWidth = []byte("\u200b")

// plainName is a name without colours and other formatting.
func plainName(b []byte) []byte {
	plain := make([]byte, 0, len(b))
	for len(b) > 0 {
		if rest := skipFormat(b); len(rest) < len(b) {
			b = rest
			continue
		}
		if bytes.HasPrefix(b, zeroWidth) {
			b = b[len(zeroWidth):]
			continue
		}
		plain = append(plain, b[0])
		b = b[1:]
	}
	return bytes.TrimSpace(plain)
}

// skipFormat drops the formatting codes in front: bold and the like are one byte, a
// colour is \x03 with up to two numbers.
func skipFormat(b []byte) []byte {
	for len(b) > 0 {
		switch b[0] {
		case 0x02, 0x0f, 0x11, 0x16, 0x1d, 0x1e, 0x1f:
			b = b[1:]
		case 0x03:
			_, rest := number(b[1:], 2)
			if len(rest) > 1 && rest[0] == ',' && isDigit(rest[1]) {
				_, rest = number(rest[1:], 2)
			}
			b = rest
		default:
			return b
		}
	}
	return b
}
