package slack

import (
	"bytes"
	"unicode/utf8"

	"crosstalk/collectors/jsonscan"
)

// maxMentions is how many mentions of one message are looked at.
const maxMentions = 4096

// text measures the text of a message and notes whom it mentions, without holding
// more of it than the window: its size in bytes of UTF-8 with the escapes of JSON and
// of Slack (&amp; &lt; &gt;) resolved, and the ids in <@U012> and <@U012|name>.
func (p *parser) text(m *post) {
	m.size, m.mentions = 0, p.out.emptyList()
	if !p.Open() {
		return
	}
	for p.Err() == nil {
		b := p.Window()
		i := special.Index(b)
		m.size += i
		p.Advance(i)
		if i == len(b) {
			if !p.More() {
				p.Fail()
			}
			continue
		}
		switch c := b[i]; c {
		case '"':
			p.Advance(1)
			return
		case '\\':
			p.char(m, p.Escape())
		default:
			p.Advance(1)
			p.char(m, rune(c))
		}
	}
}

// special is what means something in a text.
var special = jsonscan.NewFinder('"', '\\', '<', '&')

// char takes in one character of a text, which the scanner has just passed.
func (p *parser) char(m *post, r rune) {
	m.size += max(utf8.RuneLen(r), 1)
	switch r {
	case '&':
		p.Need(4)
		for _, entity := range [...]string{"amp;", "lt;", "gt;"} {
			if bytes.HasPrefix(p.Window(), []byte(entity)) {
				p.Advance(len(entity))
				return
			}
		}
	case '<':
		p.Need(2 + maxID)
		if id := mentioned(p.Window()); id != nil && m.mentions.len() < maxMentions {
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
