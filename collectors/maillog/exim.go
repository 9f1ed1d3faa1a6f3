package maillog

import (
	"bytes"
	"io"

	"crosstalk/collectors/logscan"
	"crosstalk/collectors/mail"
)

// exim reads a main log of Exim.
func (r *reader) exim(src io.Reader) error {
	q := newQueue(r.mails)
	return r.log(src, func(line []byte, at logscan.Stamp) error {
		id, text, ok := eximLine(line)
		if !ok {
			return nil // not about a mail
		}
		m, err := q.find(nil, id, at)
		if err != nil {
			return err
		}
		if string(text) == "Completed" {
			return q.leave(string(q.name))
		}
		m.exim(text)
		return nil
	}, q.end)
}

// eximLine reads what follows the time: the server's id of the mail, of 16 or 23 characters
// with two hyphens, and the text. A process number may precede it.
func eximLine(line []byte) (id, text []byte, ok bool) {
	if len(line) > 0 && line[0] == '[' {
		_, line, _ = bytes.Cut(line, []byte("] "))
	}
	id, text, ok = bytes.Cut(line, []byte{' '})
	if !ok || len(id) != 16 && len(id) != 23 || id[6] != '-' || bytes.Count(id, []byte{'-'}) != 2 {
		return nil, nil, false
	}
	for _, c := range id {
		if c != '-' && !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z') {
			return nil, nil, false
		}
	}
	return id, text, true
}

// exim notes one line about a mail: a flag of two characters, an address, and named values.
func (m *queued) exim(text []byte) {
	flag, rest, _ := bytes.Cut(text, []byte{' '})
	address, fields, _ := bytes.Cut(rest, []byte{' '})
	switch string(flag) {
	case "<=":
		m.arrived(address, fields)
	case "=>", "->", ">>":
		m.outcome(address, fields, delivered)
	case "**":
		m.outcome(bytes.TrimSuffix(address, []byte{':'}), fields, failed)
	case "==":
		m.outcome(address, fields, addressed)
	}
}

func (m *queued) arrived(sender, fields []byte) {
	m.bounce = string(sender) == "<>"
	if !m.bounce {
		m.sender = bytes.Clone(sender)
	}
	if subject, ok := quotedValue(fields); ok {
		m.send = mail.IsSend(subject)
		fields = bytes.Replace(fields, subject, nil, 1)
	}
	if id, ok := value(fields, "id=", ' '); ok {
		m.messageID = bytes.Clone(id)
	}
	if size, ok := value(fields, "S=", ' '); ok {
		m.size = number(size)
	}
	if _, list, ok := bytes.Cut(fields, []byte(" for ")); ok {
		for address := range bytes.FieldsSeq(list) {
			m.reached(address, nil, addressed)
		}
	}
}

// outcome notes a delivery. A mailbox of this server stands by its local part, with the
// address in brackets behind it; so does what an alias was expanded to, with the alias.
func (m *queued) outcome(address, fields []byte, f fate) {
	address = bytes.Trim(address, "<>")
	original, _, _ := bytes.Cut(fields, []byte{' '})
	if len(original) > 2 && original[0] == '<' && original[len(original)-1] == '>' {
		original = original[1 : len(original)-1]
	} else {
		original = nil
	}
	switch {
	case bytes.IndexByte(address, '@') > 0:
		m.reached(address, original, f)
	case len(original) > 0:
		m.reached(original, nil, f)
	}
}

// quotedValue gives the subject, which a server may log as T="…" with quotes escaped.
func quotedValue(fields []byte) ([]byte, bool) {
	_, rest, ok := bytes.Cut(fields, []byte(` T="`))
	if !ok {
		return nil, false
	}
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			return rest[:i], true
		}
	}
	return nil, false
}
