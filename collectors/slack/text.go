package slack

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// maxMentions is how many mentions of one message are looked at.
const maxMentions = 4096

// text measures the text of a message and notes whom it mentions, without holding
// more of it than the window: its size in bytes of UTF-8 with the escapes of JSON and
// of Slack (&amp; &lt; &gt;) resolved, and the ids in <@U012> and <@U012|name>.
func (p *parser) text(m *post) {
	m.size, m.mentions = 0, p.out.emptyList()
	if p.peek() != '"' {
		p.skip()
		return
	}
	p.pos++
	for p.err == nil {
		i := special(p.buf, p.pos)
		m.size += i - p.pos
		p.pos = i
		if i == len(p.buf) {
			if !p.more() {
				p.fail()
			}
			continue
		}
		switch p.buf[i] {
		case '"':
			p.pos++
			return
		case '\\':
			p.need(12)
			r, n := unescape(p.buf[p.pos:])
			p.pos += n
			p.char(m, r)
		default:
			p.pos++
			p.char(m, rune(p.buf[i]))
		}
	}
}

// char takes in one character of a text, which the scanner has just passed.
func (p *parser) char(m *post, r rune) {
	m.size += max(utf8.RuneLen(r), 1)
	switch r {
	case '&':
		p.need(4)
		for _, entity := range [...]string{"amp;", "lt;", "gt;"} {
			if bytes.HasPrefix(p.buf[p.pos:], []byte(entity)) {
				p.pos += len(entity)
				return
			}
		}
	case '<':
		p.need(2 + maxID)
		if id := mentioned(p.buf[p.pos:]); id != nil && m.mentions.len() < maxMentions {
			m.mentions = p.out.listed(m.mentions, id)
		}
	}
}

const maxID = 32 // bytes of the longest id that is believed

// mentioned gives the id in `@U012>` or `@U012|name>`, or nil.
func mentioned(b []byte) []byte {
	if len(b) < 3 || b[0] != '@' || b[1] != 'U' && b[1] != 'W' {
		return nil
	}
	for i, c := range b[1:min(len(b), 2+maxID)] {
		switch {
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '>', c == '|', c == '\\': // `\u003e`
			return b[1 : 1+i]
		default:
			return nil
		}
	}
	return nil
}

// special is the index of the next byte that means something in a text: a quote, a
// backslash, `<` or `&`, at or after i; or len(b).
func special(b []byte, i int) int {
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		if m := zeros(w^ones*'"') | zeros(w^ones*'\\') | zeros(w^ones*'<') | zeros(w^ones*'&'); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i < len(b); i++ {
		switch b[i] {
		case '"', '\\', '<', '&':
			return i
		}
	}
	return i
}
