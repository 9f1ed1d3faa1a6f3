package whatsapp

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// class is what the text of a message gives away about it.
type class int

const (
	ordinary class = iota
	medium         // a picture, film, voice, sticker, file or card
	wordless       // a place, a poll's head, something to be seen once: nothing the sender wrote
	deleted
	call
	notice // written by WhatsApp
)

const mark = "\u200e" // in front of what WhatsApp itself writes on an iPhone

// classify looks at the first line of a message. The size is that of what the sender wrote on
// that line, in bytes.
func classify(h *header, body []byte, size int64) (class, int64) {
	if h.iOS {
		return classifyIOS(h, body, size)
	}
	return classifyAndroid(body, size)
}

// classifyIOS goes by the marks, which every language has.
func classifyIOS(h *header, body []byte, size int64) (class, int64) {
	plain, marked := bytes.CutPrefix(body, []byte(mark))
	tail := -1
	if len(body) > 0 && body[len(body)-1] == '>' {
		tail = bytes.LastIndex(body, []byte(mark+"<"))
	}
	switch {
	case h.marked && marked:
		return medium, 0
	case h.marked && tail < 0:
		return medium, size
	case h.marked && bytes.Contains(body[:tail], []byte(mark)): // a file, named and counted in pages
		return medium, 0
	case h.marked:
		return medium, int64(len(bytes.TrimSpace(body[:tail])))
	case !marked && tail > 0:
		return ordinary, int64(len(bytes.TrimSpace(body[:tail]))) // edited
	case !marked:
		return ordinary, size
	}
	return classifyMarked(plain), 0
}

func classifyMarked(body []byte) class {
	body = bytes.TrimSpace(body)
	switch {
	case isDeletion(body):
		return deleted
	case bytes.HasPrefix(body, []byte("<")) && bytes.HasSuffix(body, []byte(">")), endsWithAny(body, omissions):
		return medium
	case bytes.Contains(body, []byte("https://")), bytes.Contains(body, []byte("http://")), isHeading(body):
		return wordless
	case isCall(body):
		return call
	}
	return notice
}

// classifyAndroid goes by form as far as it can: what is left out stands in <>, and a file's
// name is followed by words in brackets.
func classifyAndroid(body []byte, size int64) (class, int64) {
	text := bytes.TrimSpace(bytes.TrimPrefix(body, []byte(mark)))
	switch {
	case len(text) == 0 || len(text) > longestPhrase && text[len(text)-1] != '>':
		return ordinary, size
	case text[0] == '<' && bytes.IndexByte(text, '>') == len(text)-1 && len(text) > 2:
		return medium, 0
	case text[len(text)-1] == ')' && isAttached(text):
		return medium, 0
	case text[len(text)-1] == '>':
		if n := editedAt(text); n > 0 {
			return ordinary, int64(len(bytes.TrimSpace(text[:n])))
		}
	case string(text) == "null", bytes.HasPrefix(text, []byte("location: https://")):
		return wordless, 0
	case isHeading(text) && len(text) < len(body):
		return wordless, 0
	case isDeletion(text):
		return deleted, 0
	}
	return ordinary, size
}

// longestPhrase bounds, in bytes, what WhatsApp writes as a whole message.
const longestPhrase = 160

// isAttached recognises "IMG-20240101-WA0001.jpg (file attached)".
func isAttached(text []byte) bool {
	open := bytes.LastIndex(text, []byte(" ("))
	if open < 3 || bytes.IndexByte(text[open+2:], '(') >= 0 {
		return false
	}
	name := text[:open]
	dot := bytes.LastIndexByte(name, '.')
	if dot < 1 || len(name)-dot < 2 || len(name)-dot > 6 {
		return false
	}
	for _, c := range name[dot+1:] {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// isHeading recognises the head of a poll: "POLL:", in capitals where a script has them.
func isHeading(text []byte) bool {
	if len(text) < 2 || len(text) > 40 || text[len(text)-1] != ':' {
		return false
	}
	for rest := text[:len(text)-1]; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if unicode.IsLower(r) || !unicode.IsLetter(r) && r != ' ' && !isSpace(r) {
			return false
		}
		rest = rest[n:]
	}
	return true
}

func isDeletion(text []byte) bool {
	text = bytes.TrimRight(text, ".。।")
	return len(text) < longestPhrase && deletionSizes[len(text)] && deletions[lower(text)]
}

// deletionSizes are the sizes that such texts have, so that few messages need be compared.
var deletionSizes = func() (sizes [longestPhrase]bool) {
	for text := range deletions {
		sizes[len(text)] = true
	}
	return sizes
}()

func isCall(text []byte) bool {
	const longest = 40 // letters; the notice on encryption, which also speaks of calls, has more
	if utf8.RuneCount(text) > longest {
		return false
	}
	s := lower(text)
	for _, w := range calls {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// isGroupNotice reports whether a notice is one that only groups have.
func isGroupNotice(text []byte) bool {
	s := lower(text[:min(len(text), 2*longestPhrase)])
	for _, w := range groups {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// editedAt is where the remark on an edit begins, or -1.
func editedAt(text []byte) int {
	at := bytes.LastIndexByte(text, '<')
	if at < 0 || len(text)-at > longestPhrase {
		return -1
	}
	if remark := lower(text[at:]); endsWithAny([]byte(remark), edits) {
		return at
	}
	return -1
}

func endsWithAny(text []byte, words []string) bool {
	for _, w := range words {
		if len(text) >= len(w) && string(text[len(text)-len(w):]) == w {
			return true
		}
	}
	return false
}

func lower(text []byte) string { return strings.ToLower(string(text)) }
