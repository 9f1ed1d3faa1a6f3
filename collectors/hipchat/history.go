package hipchat

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"

	"crosstalk/collectors/record"
)

// history reads the messages of one room, or of one user's private conversations.
type history struct {
	*run
	room  *room  // nil in a user's history
	owner string // the user whose history it is, or empty
	bare  bool   // the older layout, without types

	entry   string
	ordinal int64
	it      item
	m       record.Message
}

// item is what one message object says that is not text.
type item struct {
	id         []byte
	room       string // the conversation it names itself, or empty
	sender     party
	receiver   string
	sentAt     time.Time
	precision  record.Precision
	size       int
	isAttached bool
	mentions   []record.AccountKey
}

// party is who wrote: an account, or a name that an integration gave itself.
type party struct{ id, name string }

// maxMentions is how many mentions of one message are looked at.
const maxMentions = 4096

// read reads a file of messages, wrapped in their types or bare.
func (h *history) read(ctx context.Context, entry string, src io.Reader) error {
	s := &h.scan
	h.entry, h.ordinal = entry, 0
	s.Reset(src)
	if s.Peek() != '[' {
		s.Fail()
		return h.finish(entry, 0)
	}
	for s.Enter('['); s.Element(); {
		if h.ordinal++; h.ordinal&0x3ff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !s.Enter('{') {
			if err := h.reject("not_a_message"); err != nil {
				return err
			}
			continue
		}
		if err := h.element(); err != nil {
			return err
		}
	}
	return h.finish(entry, h.ordinal+1)
}

// element reads one element of the array: an object whose only key names the type or,
// in the older layout, the message itself.
func (h *history) element() error {
	s := &h.scan
	if h.bare {
		h.fields()
		return h.emit(record.KindMessage, false)
	}
	found := false
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		kind, fromBot := kindOf(key), string(key) == "NotificationMessage"
		if !s.Enter('{') {
			continue
		}
		found = true
		h.fields()
		if err := h.emit(kind, fromBot); err != nil {
			return err
		}
	}
	if !found {
		return h.reject("not_a_message")
	}
	return nil
}

// fields reads the object that the scanner has just entered.
func (h *history) fields() {
	h.it = item{id: h.it.id[:0], mentions: h.it.mentions[:0]}
	for key, ok := h.scan.Key(); ok; key, ok = h.scan.Key() {
		h.field(key)
	}
}

// kindOf is the kind of a type of message. Changes of topic, archivings, the opening to
// guests and types that came later are the tool's own notices.
func kindOf(typ []byte) record.Kind {
	switch string(typ) {
	case "UserMessage", "PrivateUserMessage", "NotificationMessage":
		return record.KindMessage
	}
	return record.KindSystem
}

// field reads one value of a message.
func (h *history) field(key []byte) {
	s, it := &h.scan, &h.it
	switch string(key) {
	case "id":
		it.id = append(it.id[:0], s.Str()...)
	case "timestamp", "date":
		it.sentAt, it.precision = parseTime(s.Str())
	case "sender", "from":
		it.sender = h.party()
	case "receiver":
		it.receiver = h.intern(h.readID())
	case "room", "room_id":
		it.room = h.intern(h.readID())
	case "mentions":
		h.mentions()
	case "attachment":
		it.isAttached = h.holdsSomething() || it.isAttached
	case "attachment_path":
		it.isAttached = len(s.Str()) > 0 || it.isAttached
	case "message":
		it.size = s.Size()
	default:
		s.Skip()
	}
}

// party reads a sender: an object with id and name, or a bare name.
func (h *history) party() (p party) {
	s := &h.scan
	if s.Peek() != '{' {
		return party{name: string(s.Str())}
	}
	s.Enter('{')
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id", "user_id":
			p.id = h.intern(s.Str())
		case "name":
			p.name = h.intern(s.Str())
		default:
			s.Skip()
		}
	}
	return p
}

func (h *history) mentions() {
	if !h.scan.Enter('[') {
		return
	}
	for h.scan.Element() {
		key := toolID(h.intern(h.readID()))
		if !key.IsZero() && len(h.it.mentions) < maxMentions {
			h.it.mentions = append(h.it.mentions, key)
		}
	}
}

// holdsSomething reports whether the value is an object that is not empty: an empty one
// is no attachment.
func (h *history) holdsSomething() (filled bool) {
	s := &h.scan
	if !s.Enter('{') {
		return false
	}
	for _, ok := s.Key(); ok; _, ok = s.Key() {
		filled = true
		s.Skip()
	}
	return filled
}

func (h *history) reject(reason string) error {
	if h.scan.Err() != nil {
		return nil // the whole document is at fault, and counted so
	}
	return h.sink.Reject(record.Reject{Reason: reason, Entry: h.entry, Record: h.ordinal})
}

// parseTime reads `2018-08-08T14:23:54Z 626267`, with microseconds that may be cut short or
// missing, `2018-08-08T14:23:54.527568Z` and `2015-08-21T06:32:37+0000`. The zero time is none.
func parseTime(b []byte) (time.Time, record.Precision) {
	whole, micros, split := bytes.Cut(b, []byte(" "))
	at, err := time.Parse(time.RFC3339, string(whole))
	if err != nil {
		if at, err = time.Parse("2006-01-02T15:04:05Z0700", string(whole)); err != nil {
			return time.Time{}, 0
		}
	}
	if split {
		n, err := strconv.ParseUint(string(micros), 10, 20)
		if err != nil || n > 999999 {
			return at, record.PrecisionSecond
		}
		return at.Add(time.Duration(n) * time.Microsecond), record.PrecisionMillisecond
	}
	if bytes.IndexByte(whole, '.') < 0 {
		return at, record.PrecisionSecond
	}
	return at, record.PrecisionMillisecond
}
