package twitter

import (
	"context"
	"strconv"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// kind is what happened in a conversation.
type kind uint8

const (
	unknown kind = iota
	written      // messageCreate
	entered      // joinConversation: the owner was added, and sees who is there
	joined       // participantsJoin
	left         // participantsLeave
	renamed      // conversationNameUpdate
)

var kinds = map[string]kind{
	"messageCreate": written, "joinConversation": entered, "participantsJoin": joined, "participantsLeave": left, "conversationNameUpdate": renamed,
}

// span is a piece of a batch's bytes.
type span struct{ from, to int }

// event is one thing that happened in a conversation.
type event struct {
	kind      kind
	id        span
	sender    string
	recipient string
	at        time.Time
	edited    time.Time
	size      int
	media     int
	users     []string // of joins and leaves
	marks     []mark
	record    int64
	reason    string // why it cannot be used
}

// mark is a reaction to a message.
type mark struct {
	id     span
	sender string
	at     time.Time
}

// batch is the events of a conversation that wait to be handed on. Its buffers are reused.
type batch struct {
	conversation string
	events       []event
	bytes        []byte
	text         string // the bytes, once no more are added
}

const (
	batched = 512      // events of a batch
	waiting = 16 << 10 // events that wait for the id of their conversation
)

func (b *batch) hold(s []byte) span {
	from := len(b.bytes)
	b.bytes = append(b.bytes, s...)
	return span{from, len(b.bytes)}
}

func (b *batch) of(s span) string { return b.text[s.from:s.to] }

// next gives an event to fill in, with the buffers of one before.
func (b *batch) next() *event {
	if len(b.events) < cap(b.events) {
		b.events = b.events[:len(b.events)+1]
	} else {
		b.events = append(b.events, event{})
	}
	e := &b.events[len(b.events)-1]
	*e = event{users: e.users[:0], marks: e.marks[:0]}
	return e
}

// reader reads one file of messages.
type reader struct {
	*run
	batch
	ctx    context.Context
	file   string
	record int64
	handle func(*batch, *event) error
	report bool // whether what cannot be read is counted: the file may be read twice
}

// conversations hands on all events of a file.
func (r *run) conversations(ctx context.Context, f collectors.File, handle func(*batch, *event) error, report bool) error {
	d := &reader{run: r, ctx: ctx, file: f.Path, handle: handle, report: report}
	s := &r.scan
	if s.Enter('[') {
		for s.Element() {
			if !s.Enter('{') {
				continue
			}
			for key, ok := s.Key(); ok; key, ok = s.Key() {
				if string(key) != "dmConversation" || s.Peek() != '{' {
					s.Skip()
					continue
				}
				if err := d.one(); err != nil {
					return err
				}
			}
		}
	}
	return r.finish(f.Path, d.record, report)
}

// one reads a conversation, or a part of one.
func (d *reader) one() error {
	s := &d.scan
	s.Enter('{')
	d.conversation = ""
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "conversationId":
			d.conversation = string(s.Str())
		case "messages":
			if err := d.events(); err != nil {
				return err
			}
		default:
			s.Skip()
		}
	}
	return d.flush()
}

func (d *reader) events() error {
	s := &d.scan
	if !s.Enter('[') {
		return nil
	}
	for s.Element() {
		d.record++
		e := d.next()
		e.record = d.record
		d.event(e)
		if s.Err() != nil { // half an event
			d.batch.events = d.batch.events[:len(d.batch.events)-1]
			break
		}
		if n := len(d.batch.events); n >= waiting || n >= batched && d.conversation != "" {
			if err := d.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush hands on the events of the batch.
func (d *reader) flush() error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	b := &d.batch
	b.text = string(b.bytes)
	for i := range b.events {
		e := &b.events[i]
		if b.conversation == "" && e.reason == "" {
			e.reason = record.ErrNoConversation.Error()
		}
		var err error
		switch {
		case e.reason == "":
			err = d.handle(b, e)
		case d.report:
			err = d.sink.Reject(record.Reject{Reason: e.reason, Entry: d.file, Record: e.record})
		}
		if err != nil {
			return err
		}
	}
	b.events, b.bytes, b.text = b.events[:0], b.bytes[:0], ""
	return nil
}

// event reads one event: an object with one key, which says what happened.
func (d *reader) event(e *event) {
	s := &d.scan
	if !s.Enter('{') {
		e.reason = "not_an_event"
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		k := kinds[string(key)]
		if k == unknown || s.Peek() != '{' {
			s.Skip()
			continue
		}
		e.kind = k
		s.Enter('{')
		d.fields(e)
	}
	switch {
	case e.kind == unknown:
		e.reason = "unknown_event"
	case e.at.IsZero():
		e.reason = "bad_time"
	}
}

func (d *reader) fields(e *event) {
	s := &d.scan
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id":
			e.id = d.hold(s.Str())
		case "senderId", "initiatingUserId":
			e.sender = d.user(s.Str())
		case "recipientId":
			e.recipient = d.user(s.Str())
		case "createdAt":
			e.at = instant(s.Str())
		case "text":
			e.size = s.Size()
		case "mediaUrls":
			e.media = d.count()
		case "reactions":
			d.reactions(e)
		case "editHistory":
			d.edits(e)
		case "userIds", "participantsSnapshot":
			d.people(e)
		default:
			s.Skip()
		}
	}
}

func (d *reader) count() (n int) {
	s := &d.scan
	if !s.Enter('[') {
		return 0
	}
	for s.Element() {
		s.Skip()
		n++
	}
	return n
}

func (d *reader) people(e *event) {
	s := &d.scan
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if id := s.Str(); len(id) > 0 {
			e.users = append(e.users, d.user(id))
		}
	}
}

// reactions reads the marks on a message, whose keys are written in two ways.
func (d *reader) reactions(e *event) {
	s := &d.scan
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		var m mark
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "senderId", "reactionSenderID":
				m.sender = d.user(s.Str())
			case "eventId", "reactionEventID":
				m.id = d.hold(s.Str())
			case "createdAt", "reactionCreatedAt":
				m.at = instant(s.Str())
			default:
				s.Skip()
			}
		}
		e.marks = append(e.marks, m)
	}
}

// edits finds when a message was edited last.
func (d *reader) edits(e *event) {
	s := &d.scan
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if string(key) != "createdAtSec" {
				s.Skip()
				continue
			}
			if seconds, err := strconv.ParseInt(string(s.Str()), 10, 40); err == nil && seconds > 0 {
				if at := time.Unix(seconds, 0).UTC(); at.After(e.edited) {
					e.edited = at
				}
			}
		}
	}
}

// instant reads 2024-03-06T09:15:00.744Z; the zero time is none.
func instant(s []byte) time.Time {
	const shape = "dddd-dd-ddTdd:dd:dd.dddZ"
	if len(s) != len(shape) {
		return other(s)
	}
	for i, c := range s {
		if digit := c >= '0' && c <= '9'; digit != (shape[i] == 'd') || !digit && c != shape[i] {
			return other(s)
		}
	}
	n := func(from, to int) (n int) {
		for _, c := range s[from:to] {
			n = n*10 + int(c-'0')
		}
		return n
	}
	at := time.Date(n(0, 4), time.Month(n(5, 7)), n(8, 10), n(11, 13), n(14, 16), n(17, 19), n(20, 23)*1e6, time.UTC)
	if at.Month() != time.Month(n(5, 7)) || at.Day() != n(8, 10) || at.Hour() != n(11, 13) || at.Minute() != n(14, 16) {
		return time.Time{} // the 30th of February, and the like
	}
	return at
}

// other reads a time that is written in another way.
func other(s []byte) (at time.Time) {
	if err := at.UnmarshalText(s); err != nil {
		return time.Time{}
	}
	return at
}
