package sqlite

import "strings"

// lexer takes the words out of a statement.
type lexer struct{ rest string }

// word is a name, a number, a string or a sign. The empty word is the end.
type word struct {
	text   string // without quotes
	quoted bool
}

// is compares with an unquoted word, in any case.
func (w word) is(text string) bool { return !w.quoted && strings.EqualFold(w.text, text) }

func (l *lexer) next() word {
	l.skipSpace()
	if l.rest == "" {
		return word{}
	}
	switch c := l.rest[0]; {
	case c == '"' || c == '\'' || c == '`':
		return l.quoted(c, c)
	case c == '[':
		return l.quoted('[', ']')
	case !partOfName(c):
		return l.take(1)
	}
	n := 1
	for n < len(l.rest) && partOfName(l.rest[n]) {
		n++
	}
	return l.take(n)
}

func (l *lexer) take(n int) word {
	w := word{text: l.rest[:n]}
	l.rest = l.rest[n:]
	return w
}

// quoted reads up to the closing quote; twice the quote stands for itself.
func (l *lexer) quoted(first, last byte) word {
	var text strings.Builder
	for i := 1; i < len(l.rest); i++ {
		if c := l.rest[i]; c != last {
			text.WriteByte(c)
			continue
		}
		if first == last && i+1 < len(l.rest) && l.rest[i+1] == last {
			text.WriteByte(last)
			i++
			continue
		}
		l.rest = l.rest[i+1:]
		return word{text: text.String(), quoted: true}
	}
	l.rest = ""
	return word{}
}

func (l *lexer) skipSpace() {
	for {
		l.rest = strings.TrimLeft(l.rest, " \t\r\n\f")
		end := ""
		switch {
		case strings.HasPrefix(l.rest, "--"):
			end = "\n"
		case strings.HasPrefix(l.rest, "/*"):
			end = "*/"
		default:
			return
		}
		_, l.rest, _ = strings.Cut(l.rest[2:], end)
	}
}

func partOfName(c byte) bool {
	return c == '_' || c == '$' || c == '.' || c >= 0x80 || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// definition is one entry of a list in brackets whose opening bracket was read. More is
// false behind the last.
func (l *lexer) definition() (words []word, more bool) {
	depth := 0
	for w := l.next(); w.text != "" || w.quoted; w = l.next() {
		switch {
		case w.is("("):
			depth++
		case w.is(")"):
			if depth--; depth < 0 {
				return words, false
			}
		case w.is(",") && depth == 0:
			return words, true
		}
		words = append(words, w)
	}
	return words, false
}
