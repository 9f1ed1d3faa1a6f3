package mail

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"crosstalk/collectors/record"
)

// addressList cuts a From, To or Cc value into the raw text of one address after the
// other. A comma separates outside quotes, comments, brackets and encoded words; a
// semicolon ends a group or, as Outlook has it, separates.
type addressList struct {
	rest       []byte
	semicolons bool // the list is separated by semicolons; commas belong to names
	noComment  bool // an unclosed ( was seen: from here on it is an ordinary character
	noQuote    bool // the same for "
}

func newAddressList(value []byte) addressList {
	l := addressList{rest: value}
	l.semicolons = bytes.IndexByte(value, ';') >= 0 && bytes.IndexByte(value, ':') < 0
	return l
}

// next gives the text of the next address; empty ones (of an empty group) are skipped.
func (l *addressList) next() ([]byte, bool) {
	for len(l.rest) > 0 {
		token := trim(l.cut())
		if len(token) > 0 {
			return token, true
		}
	}
	return nil, false
}

// trim drops white space and NULs around an address.
func trim(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0
}

func (l *addressList) cut() []byte {
	b, start, seen := l.rest, 0, false // seen: an address has begun
	for i := 0; i < len(b); {
		switch b[i] {
		case '"':
			i += l.quote(b[i:])
		case '(':
			i += l.comment(b[i:])
		case '<':
			seen = true
			i += angle(b[i:])
		case '[':
			i += 1 + max(0, bytes.IndexByte(b[i:min(len(b), i+256)], ']')) // [IPv6:…], [SMTP:…]
		case '=':
			w, _ := cutWord(b[i:])
			i += max(1, w.length)
		case '@':
			seen = true
			i++
		case ':':
			i++
			if !seen {
				start = i // the name of a group, or a scheme
			}
		case ',':
			if !seen && (l.semicolons || surname(b[start:i], b[i+1:])) {
				i++
				continue
			}
			l.rest = b[i+1:]
			return b[start:i]
		case ';':
			l.rest = b[i+1:]
			return b[start:i]
		default:
			i++
		}
	}
	l.rest = nil
	return b[start:]
}

// quote is the length of a quoted string, or 1 when it does not end.
func (l *addressList) quote(b []byte) int {
	for i := 1; i < len(b) && !l.noQuote; i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	l.noQuote = true
	return 1
}

func (l *addressList) comment(b []byte) int {
	if !l.noComment {
		if n := commentEnd(b); b[n-1] == ')' {
			return n
		}
		l.noComment = true
	}
	return 1
}

// angle is the length of <…>, or 1 when it does not end before another begins.
func angle(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '>':
			return i + 1
		case '<':
			return 1
		}
	}
	return 1
}

// surname reports whether the text before a comma is one word of a name that goes on
// after it, as in: Doe, Jane <jane@example.com>.
func surname(before, after []byte) bool {
	before = bytes.TrimSpace(before)
	if len(before) == 0 || bytes.ContainsAny(before, " \t\r\n\"(") {
		return false
	}
	i := bytes.IndexAny(after, "<,;@\"")
	return i >= 0 && after[i] == '<'
}

// address is one parsed address: a key, and the name that stood with it.
type address struct {
	key  record.AccountKey
	name string
}

// parseAddress reads the text of one address. It answers false for text that names
// nobody.
func parseAddress(token []byte) (address, bool) {
	if open := bytes.LastIndexByte(token, '<'); open >= 0 {
		inside, tail, _ := bytes.Cut(token[open+1:], []byte(">"))
		name := cleanName(token[:open])
		if name == "" {
			_, comment := splitComment(tail)
			name = cleanName(comment)
		}
		return named(inside, name)
	}
	bare, comment := splitComment(token)
	if len(bare) == 0 {
		return address{}, false
	}
	if open := bytes.IndexByte(bare, '['); open > 0 && bare[open-1] == ' ' && bytes.IndexByte(bare[open:], ':') > 0 {
		_, inside, _ := bytes.Cut(bytes.TrimRight(bare[open:], "]"), []byte(":")) // Jane Doe [SMTP:jane@example.com]
		return named(inside, cleanName(bare[:open]))
	}
	if len(comment) == 0 && bytes.IndexByte(bare, '@') < 0 && !bytes.Contains(bare, []byte(" at ")) && !isDirectoryName(bare) {
		return nameOnly(cleanName(bare), "")
	}
	return named(bare, cleanName(comment))
}

// named makes an address of what should be an address and of the name beside it.
func named(text []byte, name string) (address, bool) {
	text = bytes.TrimSpace(text)
	if key, ok := directoryKey(text); ok {
		return address{key, name}, true
	}
	if mail, ok := smtpAddress(text); ok {
		if strings.EqualFold(name, mail) {
			name = ""
		}
		return address{record.AccountKey{Kind: record.KeyEmail, Value: mail}, name}, true
	}
	return nameOnly(name, strings.Join(strings.Fields(rawText(text)), " "))
}

// nameOnly is somebody of whom no address is known: by the name, or else by what
// stood in the address's place, such as a scrambled address or a local login.
func nameOnly(name, place string) (address, bool) {
	if name != "" && !strings.EqualFold(name, place) {
		return address{record.AccountKey{Kind: record.KeyDisplayName, Value: foldName(name)}, name}, true
	}
	if place == "" || len(place) > longestAddress {
		return address{}, false
	}
	return address{key: record.AccountKey{Kind: record.KeyHandle, Value: strings.ToLower(place)}}, true
}

// foldName is a display name as a key: lower case, and "Fox, John" as "john fox".
func foldName(name string) string {
	if last, first, ok := strings.Cut(name, ","); ok && !strings.ContainsAny(first, ",(") {
		name = strings.TrimSpace(first) + " " + strings.TrimSpace(last)
	}
	return strings.ToLower(norm.NFC.String(strings.TrimSpace(name)))
}

// longestAddress is the longest mail address that is believed, in bytes.
const longestAddress = 320

// smtpAddress normalises an addr-spec: lower case, without quotes and schemes; also
// "user at host" as public archives write it. Anything else is not an address.
func smtpAddress(b []byte) (string, bool) {
	s := strings.Trim(string(b), " \t\r\n'\";,<>")
	if strings.HasPrefix(s, "[") {
		s = strings.Trim(s, "[]")
	}
	if i := strings.IndexByte(s, ':'); i > 0 && (strings.EqualFold(s[:i], "mailto") || strings.EqualFold(s[:i], "smtp") || s[0] == '@') {
		s = s[i+1:] // a scheme, or the route of <@relay:user@host>
	}
	if i := strings.Index(s, " at "); i > 0 && !strings.Contains(s, "@") {
		s = s[:i] + "@" + s[i+4:]
	}
	s = strings.Replace(s, " @ ", "@", 1)
	if strings.HasPrefix(strings.ToUpper(s), "IMCEAMAILTO-") {
		if local, _, ok := strings.Cut(s[len("IMCEAMAILTO-"):], "@"); ok {
			s = decodeIMCEA(local)
		}
	}
	if strings.ContainsAny(s, "\r\n") {
		s = strings.Join(strings.Fields(s), "")
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || len(s) > longestAddress || !utf8.ValidString(s) {
		return "", false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c == 0x7f || c == '@' && i != at {
			return "", false
		}
	}
	return strings.ToLower(s), true
}

// isDirectoryName recognises an Exchange legacyExchangeDN.
func isDirectoryName(b []byte) bool {
	return hasPrefixFold(b, "/o=")
}

// directoryKey is the key of a person whom Exchange names by directory entry, plain
// (/O=ORG/OU=…/CN=jdoe) or packed into an address (IMCEAEX-_O=ORG_OU=…@host). It never
// has a domain.
func directoryKey(b []byte) (record.AccountKey, bool) {
	dn := ""
	switch {
	case len(b) > 2*longestAddress || !utf8.Valid(b):
		return record.AccountKey{}, false
	case isDirectoryName(b):
		dn = string(b)
	case hasPrefixFold(b, "imceaex-"):
		packed := string(b[len("imceaex-"):])
		if at := strings.LastIndexByte(packed, '@'); at > 0 {
			packed = packed[:at]
		}
		dn = decodeIMCEA(packed)
	default:
		return record.AccountKey{}, false
	}
	dn = strings.ToLower(strings.Join(strings.Fields(dn), " "))
	return record.AccountKey{Kind: record.KeyHandle, Value: dn}, dn != ""
}

// decodeIMCEA undoes Exchange's encapsulation: _ is /, +40 is @.
func decodeIMCEA(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			out.WriteByte('/')
		case s[i] == '+' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out.WriteByte(unhex(s[i+1])<<4 | unhex(s[i+2]))
			i += 2
		default:
			out.WriteByte(s[i])
		}
	}
	return out.String()
}

// splitComment takes the comments out of an address: what is left, and what the last
// of them says.
func splitComment(b []byte) (bare, comment []byte) {
	open := bytes.IndexByte(b, '(')
	if open < 0 {
		return bytes.TrimSpace(b), nil
	}
	bare = append(bare, b[:open]...)
	for open < len(b) {
		if b[open] != '(' {
			bare = append(bare, b[open])
			open++
			continue
		}
		n := commentEnd(b[open:])
		comment = bytes.TrimSuffix(b[open+1:open+n], []byte(")"))
		open += n
	}
	return bytes.TrimSpace(bare), comment
}
