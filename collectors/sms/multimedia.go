package sms

import (
	"strings"

	"crosstalk/collectors/record"
)

// multimedia is an MMS, put together from its parts and addresses.
type multimedia struct {
	id       string
	at       int64 // milliseconds
	box      int64
	kind     int64
	name     string // of the only other one in the conversation
	thread   []byte // addresses of the conversation, in a backup
	members  party  // of the conversation, as the phone lists them
	listed   party  // on the message
	from     *address
	size     int64
	attached int
}

func (m *multimedia) reset() {
	*m = multimedia{thread: m.thread[:0], members: m.members[:0], listed: m.listed[:0]}
}

// part counts one part. Layout and text are no attachments.
func (m *multimedia) part(content string, size int64) {
	switch {
	case strings.EqualFold(content, "text/plain"):
		m.size += size
	case !strings.EqualFold(content, "application/smil") && content != "":
		m.attached++
	}
}

const fromAddress = 137 // of the types of an address, the sender's

// address takes in one address of the message.
func (m *multimedia) address(a *address, kind int64, owner *address) {
	if a == nil {
		return
	}
	if kind == fromAddress {
		m.from = a
	}
	if a != owner {
		m.listed = m.listed.with(a)
	}
}

// member takes in one address of the conversation.
func (m *multimedia) member(a, owner *address) {
	if a != owner {
		m.members = m.members.with(a)
	}
}

// The kinds of an MMS that carry a message, and the boxes it lies in.
const (
	sendRequest     = 128
	retrieveConfirm = 132
	inbox           = 1
	sentBox         = 2
	drafts          = 3
	outbox          = 4
	failed          = 5
	noKind          = 0 // where the field is missing
)

// multimedia writes an MMS. The conversation is that of the phone's list of members; without
// one, of the addresses on the message.
func (w *writer) multimedia(m *multimedia) (reason string, err error) {
	switch {
	case m.kind != sendRequest && m.kind != retrieveConfirm && m.kind != noKind:
		return "skipped_notification", nil // of something not fetched, or of a delivery
	case m.box == drafts:
		return "skipped_draft", nil
	case m.box != inbox && m.box != sentBox && m.box != outbox && m.box != failed:
		return "unknown_type", nil
	}
	i := item{kind: record.KindMessage, at: instant(m.at), precision: record.PrecisionSecond, sent: m.box != inbox, others: m.members, size: m.size, attached: m.attached}
	if len(i.others) == 0 {
		i.others = m.listed
	}
	if m.id != "null" {
		i.id = m.id
	}
	switch {
	case i.sent:
	case m.from != nil && m.from != w.book.owner:
		i.sender = m.from
		i.others = i.others.with(m.from)
	case len(i.others) == 1:
		i.sender = i.others[0]
	}
	if len(i.others) == 1 {
		if err := w.account(i.others[0], m.name); err != nil {
			return "", err
		}
	}
	return w.write(&i)
}
