package maillog

import (
	"bytes"
	"io"
	"slices"

	"crosstalk/collectors/logscan"
	"crosstalk/collectors/mail"
)

// postfixEntry is one line of a Postfix log about a queued mail.
type postfixEntry struct {
	host    []byte
	service string // smtpd, cleanup, qmgr, smtp, …
	queueID []byte
	text    []byte
}

// queued is what is known of a mail in a server's queue.
type queued struct {
	event
	to         []outcome
	recipients []byte // the text of all addresses of to
}

// outcome is what became of a recipient; the numbers are places in queued.recipients.
type outcome struct {
	from, to, originally int // originally is where the address before its expansion ends
	fate                 fate
}

// mostQueued bounds how many mails are followed through a server's queue at once.
const mostQueued = 1 << 16

// queue follows the mails of one file by the server's name for them.
type queue struct {
	mails *mails
	byID  map[string]*queued
	order []string
	name  []byte
}

func newQueue(m *mails) *queue { return &queue{mails: m, byID: map[string]*queued{}} }

// find gives the mail of an id, which begins with the line at hand if it is new.
func (q *queue) find(host, id []byte, at logscan.Stamp) (*queued, error) {
	q.name = append(append(append(q.name[:0], host...), ' '), id...)
	if m := q.byID[string(q.name)]; m != nil {
		return m, nil
	}
	if len(q.byID) >= mostQueued {
		for _, name := range q.order[:mostQueued/2] {
			if err := q.leave(name); err != nil {
				return nil, err
			}
		}
		q.order = slices.Delete(q.order, 0, mostQueued/2)
	}
	m := &queued{}
	m.at, m.assumed, m.fine = at.At, at.Assumed, at.Fine
	name := string(q.name)
	m.otherID = q.distinct(name, at)
	q.byID[name] = m
	q.order = append(q.order, name)
	if len(q.order) > 4*mostQueued {
		q.order = slices.DeleteFunc(q.order, func(name string) bool { return q.byID[name] == nil })
	}
	return m, nil
}

// distinct is a name for a mail without a message id that outlives the reuse of queue ids.
func (q *queue) distinct(name string, at logscan.Stamp) []byte {
	return at.At.UTC().AppendFormat([]byte(name+" "), "20060102T150405")
}

// leave hands over what is known of a mail that has left the queue.
func (q *queue) leave(name string) error {
	m := q.byID[name]
	if m == nil {
		return nil
	}
	delete(q.byID, name)
	if len(m.to) == 0 && len(m.sender) == 0 && !m.bounce {
		return nil // the beginning of its story is in another file, or it never began
	}
	h, err := q.mails.take(&m.event)
	if err != nil {
		return err
	}
	for _, o := range m.to {
		address, original := m.recipients[o.from:o.to], m.recipients[o.to:o.originally]
		q.mails.reached(h, address, o.fate)
		if len(original) > 0 && !bytes.EqualFold(original, address) {
			q.mails.reached(h, original, group)
		}
	}
	return nil
}

// end hands over the mails that are still in the queue.
func (q *queue) end() error {
	for _, name := range q.order {
		if err := q.leave(name); err != nil {
			return err
		}
	}
	return nil
}

func (m *queued) reached(address, original []byte, f fate) {
	o := outcome{from: len(m.recipients), fate: f}
	m.recipients = append(m.recipients, address...)
	o.to = len(m.recipients)
	m.recipients = append(m.recipients, original...)
	o.originally = len(m.recipients)
	m.to = append(m.to, o)
}

// postfix reads a log in which Postfix writes, perhaps among other programs.
func (r *reader) postfix(src io.Reader) error {
	q := newQueue(r.mails)
	return r.log(src, func(line []byte, at logscan.Stamp) error {
		e, ok := postfixLine(line)
		if !ok || len(e.queueID) == 0 {
			return nil // another program's, or not about a mail
		}
		return q.postfix(&e, at)
	}, q.end)
}

// log reads a log line by line; entry is given what follows the time.
func (r *reader) log(src io.Reader, entry func([]byte, logscan.Stamp) error, end func() error) error {
	clock := r.clock()
	r.lines.Reset(src)
	for r.lines.Next() {
		if r.lines.Record()%everyLines == 0 {
			if err := r.ctx.Err(); err != nil {
				return err
			}
		}
		line := r.lines.Text()
		if len(bytes.TrimSpace(line)) == 0 && !r.lines.TooLong() {
			continue
		}
		at, rest, reason := clock.Cut(line)
		if r.lines.TooLong() {
			reason = lineTooLong
		}
		at.Assumed = at.Assumed && r.assumed
		var err error
		if reason != "" {
			err = r.reject(reason, r.lines.Record())
		} else {
			err = entry(rest, at)
		}
		if err != nil {
			return err
		}
	}
	if err := r.lines.Err(); err != nil {
		return err
	}
	return end()
}

// postfixLine reads what follows the time: host, program with its number, queue id, text.
// Lines of Postfix that are about no mail have no queue id.
func postfixLine(line []byte) (e postfixEntry, ok bool) {
	host, rest, ok := bytes.Cut(line, []byte{' '})
	program, text, found := bytes.Cut(rest, []byte(": "))
	if !ok || !found {
		return e, false
	}
	program, _, _ = bytes.Cut(program, []byte{'['})
	instance, service, found := bytes.Cut(program, []byte{'/'})
	if !found || !bytes.HasPrefix(instance, []byte("postfix")) {
		return e, false
	}
	if i := bytes.LastIndexByte(service, '/'); i >= 0 {
		service = service[i+1:] // submission/smtpd
	}
	e.host, e.service = host, string(service)
	id, text, found := bytes.Cut(text, []byte(": "))
	if found && isQueueID(id) {
		e.queueID, e.text = id, text
	}
	return e, true
}

// isQueueID tells Postfix's ids, short (hexadecimal) and long, from words.
func isQueueID(b []byte) bool {
	if len(b) < 5 || len(b) > 20 {
		return false
	}
	digits := false
	for _, c := range b {
		switch {
		case '0' <= c && c <= '9':
			digits = true
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z':
		default:
			return false
		}
	}
	return digits || bytes.Equal(b, bytes.ToUpper(b)) && !bytes.Equal(b, []byte("NOQUEUE"))
}

// postfix notes one line.
func (q *queue) postfix(e *postfixEntry, at logscan.Stamp) error {
	m, err := q.find(e.host, e.queueID, at)
	if err != nil {
		return err
	}
	switch e.service {
	case "cleanup":
		if id := bytes.TrimPrefix(e.text, []byte("message-id=")); len(id) < len(e.text) {
			m.messageID = bytes.Clone(id)
		}
		m.send = m.send || isSendWarning(e.text)
	case "qmgr", "pickup":
		switch sender, ok := value(e.text, "from=<", '>'); {
		case bytes.Equal(e.text, []byte("removed")):
			return q.leave(string(q.name))
		case ok && e.service == "qmgr":
			m.sender, m.bounce = bytes.Clone(sender), len(sender) == 0
			if size, ok := value(e.text, "size=", ','); ok {
				m.size = number(size)
			}
		}
	default:
		address, ok := value(e.text, "to=<", '>')
		status, known := value(e.text, "status=", ',')
		if ok && known {
			original, _ := value(e.text, "orig_to=<", '>')
			m.reached(address, original, postfixFate(status))
		}
	}
	return nil
}

// isSendWarning reports a header check that logged the mark of Microsoft Send.
func isSendWarning(text []byte) bool {
	_, subject, ok := bytes.Cut(text, []byte(": header Subject: "))
	subject, _, _ = bytes.Cut(subject, []byte(" from "))
	return ok && mail.IsSend(subject)
}

func postfixFate(status []byte) fate {
	word, why, _ := bytes.Cut(status, []byte{' '})
	switch string(word) {
	case "sent":
		if bytes.HasPrefix(why, []byte("(forwarded as ")) {
			return group // an alias, whose mail goes on under another id
		}
		return delivered
	case "bounced", "expired", "undeliverable":
		return failed
	}
	return addressed
}

// value gives what follows a name in a list of name=value or name=<value>, up to its end. The
// name stands at the beginning or behind a blank.
func value(text []byte, name string, end byte) ([]byte, bool) {
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(name))
		if i < 0 {
			return nil, false
		}
		i += from
		from = i + len(name)
		if i == 0 || text[i-1] == ' ' {
			v, _, _ := bytes.Cut(text[from:], []byte{end})
			return v, true
		}
	}
}
