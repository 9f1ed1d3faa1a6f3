package zoom

import (
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// post is what one message says that is not text.
type post struct {
	id, parent          string
	event               string // of a web hook
	sender, senderID    string
	receiver, receiver2 string // whom it was written to: an address, or an id
	channel, session    string
	toContact           bool
	stated              time.Time // date_time
	stamp               time.Time // timestamp
	size, files         int
	fileID, bot         bool
	mentions            []string
	marks               []mark
}

// mark is one emoji on a message.
type mark struct {
	emoji string
	count int64
	by    []string
}

const maxMarks = 1 << 16 // mentions or reactions of one message that are read

func (p *post) reset() { *p = post{mentions: p.mentions[:0], marks: p.marks[:0]} }

// document reads one object: a page of messages or sessions, an event, or what wraps events.
func (r *run) document() error { return r.object(0) }

func (r *run) object(depth int) error {
	s := &r.s
	event, found := "", false
	s.Enter('{')
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		var err error
		switch word := string(key); {
		case word == "session_id" && depth == 0:
			r.session = r.texts.Of(s.Str())
		case word == "event":
			event, found = r.texts.Of(s.Str()), true
		case word == "payload" && found:
			err = r.payload(event)
			event = ""
		case word == "messages":
			found, err = true, r.each(func() error { return r.message("") })
		case word == "edited_messages":
			found, err = true, r.each(func() error { return r.message(eventUpdated) })
		case word == "deleted_messages":
			found, err = true, r.each(func() error { return r.message(eventDeleted) })
		case word == "sessions":
			found, err = true, r.each(r.listed)
		case (word == "events" || word == "zoom") && depth < 3: // as collectors of logs wrap them
			found, err = true, r.each(func() error { return r.object(depth + 1) })
		default:
			s.Skip()
		}
		if err != nil {
			return err
		}
	}
	if found && event == "" {
		return nil
	}
	r.record++
	return r.reject("not_a_message")
}

// listed takes one session of a list.
func (r *run) listed() error {
	s := &r.s
	id, kind := "", record.ConversationGroup
	s.Enter('{')
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id", "session_id":
			id = r.texts.Of(s.Str())
		case "type":
			if string(s.Str()) == "1:1" {
				kind = record.ConversationDirect
			}
		default:
			s.Skip()
		}
	}
	if id != "" {
		r.sessions[id] = kind
	}
	return nil
}

// message takes one message of a report; event is what the list it stands in makes of it.
func (r *run) message(event string) error {
	r.record++
	p := &r.post
	p.reset()
	p.event = event
	r.s.Enter('{')
	for key, ok := r.s.Key(); ok; key, ok = r.s.Key() {
		r.field(key)
	}
	return r.emit()
}

// payload takes the message an event is about. Its sender stands beside it.
func (r *run) payload(event string) error {
	r.record++
	p, s := &r.post, &r.s
	p.reset()
	p.event = event
	if !s.Enter('{') {
		return r.reject("not_a_message")
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "operator":
			p.sender = r.texts.Of(s.Str())
		case "operator_id":
			p.senderID = r.texts.Of(s.Str())
		case "object":
			if !s.Enter('{') {
				continue
			}
			for key, ok := s.Key(); ok; key, ok = s.Key() {
				r.field(key)
			}
		default:
			s.Skip()
		}
	}
	return r.emit()
}

// field reads the value of one key of a message.
func (r *run) field(key []byte) {
	p, s := &r.post, &r.s
	switch string(key) {
	case "id", "message_id":
		p.id = string(s.Str())
	case "sender":
		p.sender = r.texts.Of(s.Str())
	case "sender_member_id":
		p.senderID = r.texts.Of(s.Str())
	case "receiver", "contact_email":
		p.receiver = r.texts.Of(s.Str())
	case "contact_id":
		p.receiver2 = r.texts.Of(s.Str())
	case "channel_id":
		p.channel = r.texts.Of(s.Str())
	case "session_id":
		p.session = r.texts.Of(s.Str())
	case "type":
		p.toContact = string(s.Str()) == "to_contact"
	case "date_time":
		p.stated = s.Instant()
	case "timestamp":
		if n := s.Number(); n > 0 {
			p.stamp = time.UnixMilli(n).UTC()
		}
	case "reply_main_message_id":
		p.parent = string(s.Str())
	case "message":
		p.size = s.Size()
	default:
		r.further(key)
	}
}

// further reads the values that are lists.
func (r *run) further(key []byte) {
	p, s := &r.post, &r.s
	switch string(key) {
	case "file_id":
		p.fileID = len(s.Str()) > 0
	case "files":
		if !s.Enter('[') {
			return
		}
		for s.Element() {
			p.files++
			s.Skip()
		}
	case "bot_message":
		p.bot = s.Peek() == '{'
		s.Skip()
	case "at_items":
		r.list(func(key []byte) {
			if string(key) == "at_contact" && len(p.mentions) < maxMarks {
				p.mentions = append(p.mentions, r.texts.Of(s.Str()))
				return
			}
			s.Skip()
		}, func() {})
	case "reactions":
		r.reactions()
	default:
		s.Skip()
	}
}

// list hands the keys of every object of the list that follows to field.
func (r *run) list(field func(key []byte), end func()) {
	s := &r.s
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			field(key)
		}
		end()
	}
}

func (r *run) reactions() {
	p, s := &r.post, &r.s
	var m mark
	r.list(func(key []byte) {
		switch string(key) {
		case "emoji":
			m.emoji = r.texts.Of(s.Str())
		case "total_count":
			m.count = s.Number()
		case "senders":
			if !s.Enter('[') {
				return
			}
			for s.Element() {
				if who := s.Str(); len(who) > 0 && len(m.by) < maxMarks {
					m.by = append(m.by, r.texts.Of(who))
				}
			}
		default:
			s.Skip()
		}
	}, func() {
		if len(p.marks) < maxMarks {
			p.marks = append(p.marks, m)
		}
		m = mark{}
	})
}

// account gives the key of somebody: their address, else the tool's id.
func account(address, id string) record.AccountKey {
	switch {
	case strings.Contains(address, "@"):
		return record.EmailKey(address)
	case address != "":
		return record.AccountKey{Kind: record.KeyToolID, Value: address}
	case id != "":
		return record.AccountKey{Kind: record.KeyToolID, Value: id}
	}
	return record.AccountKey{}
}
