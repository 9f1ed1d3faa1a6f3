package email

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"

	"crosstalk/collectors/mail"
	"crosstalk/collectors/record"
)

// journal reads one report of Exchange's journal: a text part that names the envelope, a
// line for each recipient, and the message itself as an attached part.
type journal struct {
	step     journalStep
	boundary []byte
	part     mail.Header
	block    []byte // the header of the part at hand
	encoding string // of the envelope
	envelope []byte
	header   []byte // of the message
	size     int64  // of the message
	midLine  bool
	parts    parts // of the message
}

type journalStep int

const (
	journalNone    journalStep = iota
	journalBetween             // waiting for a part to begin
	journalPart                // in the header of a part
	journalEnvelope
	journalHeader // of the message
	journalBody   // of the message
)

func (j *journal) begin(boundary []byte) {
	j.boundary = append(append(j.boundary[:0], "--"...), boundary...)
	j.step, j.midLine, j.size = journalBetween, false, 0
	j.block, j.envelope, j.header = j.block[:0], j.envelope[:0], j.header[:0]
	j.parts.begin(nil)
}

func (j *journal) active() bool { return j.step != journalNone }

// feed takes the next piece of the report, whole lines as long as they are not very long.
func (j *journal) feed(b []byte) {
	for len(b) > 0 {
		line, rest := cutLine(b)
		whole := line[len(line)-1] == '\n'
		if !j.midLine && bytes.HasPrefix(line, j.boundary) {
			j.step, j.block = journalPart, j.block[:0]
		} else {
			j.line(line)
		}
		j.midLine = !whole
		b = rest
	}
}

func (j *journal) line(line []byte) {
	blank := !j.midLine && len(bytes.TrimRight(line, "\r\n")) == 0
	switch j.step {
	case journalPart:
		j.block = appendUpTo(j.block, line, partLimit)
		if blank {
			j.open()
		}
	case journalEnvelope:
		j.envelope = appendUpTo(j.envelope, line, mail.Limit)
	case journalHeader:
		j.size += int64(len(line))
		j.header = appendUpTo(j.header, line, mail.Limit+1)
		if blank {
			j.step = journalBody
			j.part.Scan(j.header)
			j.parts.begin(j.part.Boundary())
		}
	case journalBody:
		j.size += int64(len(line))
		if j.parts.active() {
			j.parts.feed(line)
		}
	}
}

// open tells from a part's header what it holds.
func (j *journal) open() {
	j.part.Scan(j.block)
	encoding, text := j.part.IsText()
	switch {
	case j.part.IsMessage() && len(j.header) == 0:
		j.step = journalHeader
	case text && len(j.envelope) == 0:
		j.step, j.encoding = journalEnvelope, encoding
	default:
		j.step = journalBetween
	}
}

func appendUpTo(b, line []byte, limit int) []byte {
	return append(b, line[:min(len(line), max(0, limit-len(b)))]...)
}

// recipients are the addresses of the envelope.
func (j *journal) recipients() [][]byte {
	var out [][]byte
	for line := range bytes.Lines(j.decoded()) {
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		switch string(bytes.ToLower(bytes.TrimSpace(name))) {
		case "to", "cc", "bcc", "recipient":
			out = append(out, withoutNotes(value))
		}
	}
	return out
}

// withoutNotes cuts off why somebody got the message: ", Expanded: group", ", Forwarded: …".
func withoutNotes(value []byte) []byte {
	for _, note := range []string{"Expanded:", "Forwarded:", "Redirected:"} {
		if i := bytes.Index(value, []byte(note)); i > 0 {
			value = value[:i]
		}
	}
	return bytes.TrimRight(value, ", \t\r\n")
}

func (j *journal) decoded() []byte {
	switch j.encoding {
	case "base64":
		text := bytes.Join(bytes.Fields(j.envelope), nil)
		out := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
		n, _ := base64.StdEncoding.Decode(out, text)
		return out[:n]
	case "quoted-printable":
		out, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(j.envelope))) // what can be read
		return out
	}
	return j.envelope
}

// NoMessage is the reason for refusing a journal report that holds no message.
const NoMessage = "journal_without_message"

// report reads a journal report: its message with the recipients of its envelope.
func (b *box) report(alone bool, size int, expected int64, reason string) error {
	j := &b.journal
	j.begin(b.mail.Header().Boundary())
	b.lo += size
	_, err := b.body(alone, expected)
	j.step = journalNone
	if err != nil {
		return err
	}
	switch {
	case reason != "":
	case len(j.header) > mail.Limit:
		reason = HeaderTooLong
	case len(j.header) == 0:
		reason = NoMessage
	default:
		b.mail.Scan(j.header)
		if reason, err = b.mail.Take(mail.Origin{}); err != nil {
			return err
		}
	}
	if reason != "" {
		return b.sink.Reject(record.Reject{Reason: reason, Entry: b.entry, Record: b.ordinal})
	}
	body := mail.Body{SizeBytes: j.size, Attachments: j.parts.attachments, Invitation: j.parts.invitation || b.mail.Header().IsInvitation()}
	if to := j.recipients(); len(to) > 0 {
		if err := b.mail.Deliver(to); err != nil {
			return err
		}
	}
	return b.reports.add(b.mail.Message(body), b.sink)
}
