// Package mail turns the header block of a message into its metadata, for every
// source of mail: archives on disk and live mailboxes. It knows headers, addresses,
// dates, message ids and what is not written by a person; it knows no container and no
// protocol. A subject is only asked whether it is the mark of Microsoft Send, and nothing
// of a body ever comes here.
package mail

import (
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// Tool is the slug of the records' tool, unless the options name another.
const Tool = "email"

// Limit is the longest header block, in bytes, that is read.
const Limit = 1 << 20

// Reasons for which Take does not make a message.
const (
	BadDate  = "bad_date"
	NoSender = "no_sender"
)

// Reader makes messages of header blocks, one after the other, and hands them to a
// sink together with the names of the people and lists in them. It is for one
// goroutine. Its memory does not grow with the number of messages.
type Reader struct {
	sink     collectors.Sink
	tool     string
	marks    bool // mail of Microsoft Send belongs to that tool
	location *time.Location
	list     string // the list to assume where no header names one
	header   Header
	message  record.Message
	listed   int // how many of the recipients To and Cc name; the rest only the sender's copy shows
	people   book
	lists    map[string]mailingList // by the raw List-Id
	err      error                  // the sink's, kept until Take or Emit returns
}

// NewReader makes a reader. List is the id of the mailing list to assume for messages
// that name none; it is usually empty.
func NewReader(o collectors.Options, list string, sink collectors.Sink) *Reader {
	tool := o.Tool
	if tool == "" {
		tool = Tool
	}
	r := &Reader{sink: sink, tool: tool, marks: o.Tool == "", location: o.Location, list: list, lists: map[string]mailingList{}}
	if r.location == nil {
		r.location = time.UTC
	}
	r.message.Tool, r.message.Workspace = tool, o.Workspace
	r.people.reset()
	return r
}

// Scan reads the header block at the beginning of b, as Header.Scan does.
func (r *Reader) Scan(b []byte) (length int, complete bool) { return r.header.Scan(b) }

// Header is the block last scanned.
func (r *Reader) Header() *Header { return &r.header }

// Origin is what a container says of a message beside its header.
type Origin struct {
	FromLine []byte    // the line that begins the message in an mbox, without "From "
	Arrived  time.Time // when the mailbox got the message; used where no Received field says it
}

// Take makes the message of the block last scanned, whose bytes must still be as they
// were. A reason means that there is no message to emit. The names of people and
// lists are handed to the sink at once; the error is the sink's.
func (r *Reader) Take(from Origin) (reason string, err error) {
	m, workspace := &r.message, r.message.Workspace
	m.Reset()
	m.Tool, m.Workspace = r.tool, workspace
	if reason := r.header.unwanted(); reason != "" {
		return reason, nil
	}
	r.people.begin()
	if !r.sent(from.Arrived) {
		return BadDate, nil
	}
	list := r.mailingList()
	m.Sender = r.sender(list)
	if m.Sender.IsZero() {
		return NoSender, r.err
	}
	r.recipients()
	r.announce(list)
	r.thread(from.FromLine, list)
	m.Kind, m.SenderKind = r.header.class(m.Sender, list)
	if r.marks && IsSend(r.header.first[fieldSubject]) {
		m.Tool, m.Conversation = SendTool, Circle(m.Sender, m.Recipients)
	}
	return "", r.err
}

// Body is what is known of a message beyond its header.
type Body struct {
	SizeBytes   int64 // of the whole message as stored
	Attachments int
	Invitation  bool // a part of it is a calendar's request or answer
}

// Emit hands the message last taken to the sink.
func (r *Reader) Emit(b Body) error { return r.sink.Message(r.Message(b)) }

// Message is the message last taken, for a caller who emits it later or not at all. It
// holds until the next Take.
func (r *Reader) Message(b Body) *record.Message {
	m := &r.message
	m.SizeBytes = uint32(min(b.SizeBytes, 1<<32-1))
	m.Attachments = uint16(min(b.Attachments, 1<<16-1))
	if b.Invitation {
		m.Kind = record.KindSystem
	}
	return m
}

// Deliver gives the message last taken the recipients that a server says it went to, in
// place of those in its header, which leave out blind copies and name groups.
func (r *Reader) Deliver(addresses [][]byte) error {
	m := &r.message
	r.people.begin()
	m.Recipients, m.Audience, m.RecipientSource = m.Recipients[:0], 0, record.RecipientsListed
	for _, address := range addresses {
		r.addressees(address)
	}
	return r.err
}

// slack is how far a sender's clock may run ahead of the server that took the message.
const slack = 24 * time.Hour

// firstYear is the oldest year that a Date field is believed to mean; older ones come
// from clocks that were never set.
const firstYear = 1980

// sent fills in when the message was sent: by its Date field, unless that is missing,
// before there was mail, or after the message had arrived.
func (r *Reader) sent(arrived time.Time) bool {
	m := &r.message
	date, ok := parseDate(r.header.first[fieldDate], r.location)
	at := time.Unix(date.unix, 0).UTC()
	if received, known := r.received(); known {
		arrived = received
	}
	late := !arrived.IsZero() && at.After(arrived.Add(slack))
	switch {
	case ok && at.Year() >= firstYear && !late:
		m.ZoneAssumed = date.assumed
	case !arrived.IsZero() && arrived.Year() >= firstYear:
		at = arrived.UTC()
	default:
		return false
	}
	m.SentAt, m.Precision, m.OffsetMinutes = at, record.PrecisionSecond, record.OffsetUnknown
	if ok {
		m.OffsetMinutes = date.offset
	}
	return true
}

// received is when the last server took the message: what follows the last semicolon
// of the first Received field.
func (r *Reader) received() (time.Time, bool) {
	value := r.header.first[fieldReceived]
	for i := len(value) - 1; i >= 0; i-- {
		if value[i] == ';' {
			s, ok := parseDate(value[i+1:], time.UTC)
			return time.Unix(s.unix, 0), ok
		}
	}
	return time.Time{}, false
}

func (r *Reader) recipients() {
	m := &r.message
	for _, value := range r.header.recipients {
		r.addressees(value)
	}
	r.listed = len(m.Recipients)
	r.addressees(r.header.first[fieldBcc])
	m.RecipientSource = record.RecipientsListed
	if len(m.Recipients) == 0 && len(r.header.recipients) == 0 && !r.header.has(fieldBcc) {
		m.RecipientSource = record.RecipientsUnknown // an archive that does not show them
	}
}

func (r *Reader) addressees(value []byte) {
	m := &r.message
	for _, e := range r.people.list(value) {
		r.tell(e)
		m.Recipients = append(m.Recipients, e.person.key)
		if r.people.first(e.person) && e.person.key != m.Sender {
			m.Audience++
		}
	}
}

// tell hands the sink a name that it has not been told.
func (r *Reader) tell(e *entry) {
	if e.told || r.err != nil {
		return
	}
	e.told = true
	if e.name == "" || !r.people.news(e) {
		return
	}
	a := r.account(e.person.key)
	a.Name = e.name
	r.err = r.sink.Account(&a)
}

func (r *Reader) account(key record.AccountKey) record.Account {
	a := record.Account{Tool: r.tool, Workspace: r.message.Workspace, Key: key}
	switch key.Kind {
	case record.KeyEmail:
		a.Email = key.Value
	case record.KeyHandle:
		a.Handle = key.Value
	}
	return a
}
