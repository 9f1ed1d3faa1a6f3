package mail

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// longestName bounds a display name, in runes.
const longestName = 128

// decodeWords turns a header's text into UTF-8: encoded words of RFC 2047, also ones
// that share a character between them, and raw bytes of any charset. Nothing makes it
// fail: what cannot be decoded is replaced.
func decodeWords(b []byte) string {
	if !bytes.Contains(b, []byte("=?")) {
		return rawText(b)
	}
	var out strings.Builder
	var pending []byte // decoded bytes of adjoining words in one charset
	charset := ""
	flush := func() {
		out.WriteString(toUTF8(pending, charset))
		pending = pending[:0]
	}
	for len(b) > 0 {
		w, ok := cutWord(b)
		if !ok {
			i := bytes.Index(b[1:], []byte("=?")) + 1
			if i <= 0 {
				i = len(b)
			}
			gap := b[:i]
			if charset == "" || !isBlank(gap) || i == len(b) {
				flush()
				charset = ""
				out.WriteString(rawText(gap))
			}
			b = b[i:]
			continue
		}
		if name := strings.ToLower(string(w.charset)); name != charset {
			flush()
			charset = name
		}
		pending = w.decode(pending)
		b = b[w.length:]
	}
	flush()
	return out.String()
}

func isBlank(b []byte) bool { return len(bytes.TrimSpace(b)) == 0 }

type word struct {
	charset, text []byte
	base64        bool
	length        int
}

// longestWord is more than any encoder writes into one encoded word.
const longestWord = 4096

// cutWord reads the encoded word that b begins with.
func cutWord(b []byte) (word, bool) {
	if len(b) < 8 || b[0] != '=' || b[1] != '?' {
		return word{}, false
	}
	head := b[2:min(len(b), longestWord)]
	i := bytes.IndexByte(head, '?')
	if i < 1 || i+3 > len(head) || head[i+2] != '?' || bytes.ContainsAny(head[:i], " \t\r\n\"") {
		return word{}, false
	}
	kind := head[i+1] | 0x20
	if kind != 'b' && kind != 'q' {
		return word{}, false
	}
	end := bytes.Index(head[i+3:], []byte("?="))
	if end < 0 {
		return word{}, false
	}
	charset, _, _ := bytes.Cut(head[:i], []byte("*")) // RFC 2231 adds a language
	return word{charset: charset, text: head[i+3 : i+3+end], base64: kind == 'b', length: 2 + i + 3 + end + 2}, true
}

func (w word) decode(out []byte) []byte {
	if !w.base64 {
		return decodeQ(out, w.text)
	}
	text := bytes.TrimRight(bytes.Join(bytes.Fields(w.text), nil), "=")
	start := len(out)
	out = append(out, make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))...)
	n, _ := base64.RawStdEncoding.Decode(out[start:], text)
	return out[:start+n]
}

func decodeQ(out, text []byte) []byte {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			out = append(out, unhex(text[i+1])<<4|unhex(text[i+2]))
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// toUTF8 decodes bytes of a named charset. An unknown one loses only what is not ASCII.
func toUTF8(b []byte, charset string) string {
	switch {
	case len(b) == 0:
		return ""
	case charset == "" || charset == "utf-8" || charset == "us-ascii" || strings.HasPrefix(charset, "unknown"):
		return rawText(b)
	}
	if enc, err := htmlindex.Get(charset); err == nil {
		if s, err := enc.NewDecoder().Bytes(b); err == nil {
			return strings.ToValidUTF8(string(s), "\uFFFD")
		}
	}
	ascii := bytes.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return '\uFFFD'
		}
		return r
	}, b)
	return string(ascii)
}

// rawText takes bytes for UTF-8 or else for Windows-1252, which is what unlabelled
// mail of the West is in.
func rawText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	s, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(s)
}

// cleanName makes a display name of a raw phrase or comment: decoded, without quotes,
// escapes, control characters and doubled spaces.
func cleanName(raw []byte) string {
	s := decodeWords(unquote(raw))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	for len(s) > 1 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	if strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0 {
		return ""
	}
	if utf8.RuneCountInString(s) > longestName {
		s = string([]rune(s)[:longestName])
	}
	return s
}

// unquote drops the quotes and escapes of quoted strings.
func unquote(b []byte) []byte {
	if !bytes.ContainsAny(b, `"\`) {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
		case '\\':
			if i++; i < len(b) {
				out = append(out, b[i])
			}
		default:
			out = append(out, b[i])
		}
	}
	return out
}
