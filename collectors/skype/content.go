package skype

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf8"

	"crosstalk/collectors/jsonscan"
)

// content is what the text of a row shows apart from words.
type content struct {
	text    []byte // reused; never handed on
	size    int    // of the words, without marks and without what is quoted
	people  []*person
	quoted  string    // id of the message it answers
	changed string    // id of the message it is a new form of,
	changes time.Time // and when that was sent

	callID, state string
	seconds       float64
}

// maxPeopleInText is how many people a text may name.
const maxPeopleInText = 1 << 10

// look reads the text of a row.
func (r *run) look(m *row) {
	switch m.class {
	case classText:
		r.words(m)
	case classCall:
		r.partlist(m)
	case classSystem:
		r.doer(m)
	}
}

// words measures a text in Skype's marked-up form: <quote>, <at>, and the <e_m> that an
// edit leaves.
func (r *run) words(m *row) {
	quotes, lastEnd := 0, len(m.text)-bytes.LastIndexByte(m.text, '>')
	for b := m.text; len(b) > 0; {
		switch {
		case b[0] == '<' && len(b) > lastEnd && isTag(b):
			tag, rest := cutTag(b)
			b = rest
			quotes = max(quotes+r.mark(m, tag), 0)
		default:
			n, size := 1, 1
			if b[0] == '&' {
				n, size = entity(b)
			} else {
				n += marked.Index(b[1:])
				size = n
			}
			if b = b[n:]; quotes == 0 {
				m.size += size
			}
		}
	}
}

// mark takes in one mark, and gives by how many quotes deeper the text is behind it.
func (r *run) mark(m *row, tag []byte) (deeper int) {
	switch string(tagName(tag)) {
	case "quote":
		if m.quoted == "" {
			m.quoted = string(attribute(tag, "messageid"))
		}
		return 1
	case "/quote":
		return -1
	case "at":
		if p := r.person(attribute(tag, "id")); p != nil && len(m.people) < maxPeopleInText {
			m.people = append(m.people, p)
		}
	case "e_m":
		if at := millis(attribute(tag, "ts_ms")); !at.IsZero() {
			m.changes, m.changed = at, string(attribute(tag, "ts_ms"))
		}
	}
	return 0
}

// marked finds what means something in a text.
var marked = jsonscan.NewFinder('<', '&')

// entity gives the length of the escape that the text begins with, and its size once resolved.
func entity(b []byte) (n, size int) {
	end := bytes.IndexByte(b[:min(len(b), 10)], ';')
	if end < 2 {
		return 1, 1
	}
	if b[1] != '#' {
		return end + 1, 1
	}
	code, err := strconv.ParseUint(string(bytes.TrimPrefix(b[2:end], []byte("x"))), map[bool]int{true: 16, false: 10}[b[2] == 'x'], 32)
	if err != nil || utf8.RuneLen(rune(code)) < 0 {
		return 1, 1
	}
	return end + 1, utf8.RuneLen(rune(code))
}

// isTag tells a mark from a "<" that somebody wrote.
func isTag(b []byte) bool {
	return len(b) > 1 && (b[1] == '/' || b[1]|0x20 >= 'a' && b[1]|0x20 <= 'z')
}

// cutTag cuts off a mark, to its end or the text's.
func cutTag(b []byte) (tag, rest []byte) {
	end := bytes.IndexByte(b, '>')
	if end < 0 {
		return b[1:], nil
	}
	return b[1:end], b[end+1:]
}

func tagName(tag []byte) []byte {
	if i := bytes.IndexAny(tag, " \t\r\n/"); i > 0 {
		return tag[:i]
	}
	return tag
}

// attribute is the value of a mark's attribute, or nil.
func attribute(tag []byte, name string) []byte {
	for rest := tag; ; {
		i := bytes.Index(rest, []byte(name))
		if i < 0 {
			return nil
		}
		before := i > 0 && rest[i-1] <= ' '
		rest = rest[i+len(name):]
		if !before || len(rest) < 2 || rest[0] != '=' || rest[1] != '"' && rest[1] != '\'' {
			continue
		}
		if end := bytes.IndexByte(rest[2:], rest[1]); end >= 0 && end <= maxID {
			return rest[2 : 2+end]
		}
	}
}

// partlist reads who took part in a call, and for how long.
func (r *run) partlist(m *row) {
	for b := m.text; ; {
		i := bytes.IndexByte(b, '<')
		if i < 0 {
			return
		}
		tag, rest := cutTag(b[i:])
		b = rest
		switch string(tagName(tag)) {
		case "partlist":
			m.callID, m.state = string(attribute(tag, "callId")), string(attribute(tag, "type"))
		case "part":
			if p := r.person(attribute(tag, "identity")); p != nil && len(m.people) < maxPeopleInText {
				m.people = append(m.people, p)
			}
		case "duration":
			value, _, _ := bytes.Cut(b, []byte("<"))
			if seconds, err := strconv.ParseFloat(string(value), 64); err == nil && seconds < 1e7 {
				m.seconds = max(m.seconds, seconds)
			}
		}
	}
}

// doer reads who did what a thread's activity tells of.
func (r *run) doer(m *row) {
	_, rest, ok := bytes.Cut(m.text, []byte("<initiator>"))
	if !ok {
		return
	}
	if who, _, ok := bytes.Cut(rest, []byte("</initiator>")); ok {
		m.sender = r.person(who)
	}
}

// millis reads milliseconds since 1970.
func millis(b []byte) time.Time {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n <= 0 || n > 1<<48 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// instant reads 2020-07-06T17:20:30.609Z, with any number of decimals, in UTC.
func instant(b []byte) time.Time {
	if len(b) < 19 || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return time.Time{}
	}
	var n [6]int
	for i, at := range [...][2]int{{0, 4}, {5, 7}, {8, 10}, {11, 13}, {14, 16}, {17, 19}} {
		for _, c := range b[at[0]:at[1]] {
			if c < '0' || c > '9' {
				return time.Time{}
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	nanos, unit := 0, int(time.Second)
	if rest := b[19:]; len(rest) > 0 && rest[0] == '.' {
		for _, c := range rest[1:] {
			if c < '0' || c > '9' {
				break
			}
			unit /= 10
			nanos += int(c-'0') * unit
		}
	}
	if n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31 || n[3] > 23 || n[4] > 59 || n[5] > 60 {
		return time.Time{}
	}
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], nanos, time.UTC)
}
