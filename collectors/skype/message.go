package skype

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// class is what the messagetype of a row makes of it.
type class uint8

const (
	classSystem class = iota // threads' activities, notices, everything unknown
	classText
	classMedia // a message that is its attachment
	classCall
)

// row is one element of a MessageList.
type row struct {
	id                      string
	class                   class
	sender                  *person
	name                    []byte
	sentAt, edited, deleted time.Time
	files                   int
	marks                   []mark

	content // what its text shows
}

// mark is an emoji with one of those who put it there.
type mark struct {
	key string
	by  *person
	at  time.Time
}

// maxMarks is how many reactions to one message are read.
const maxMarks = 1 << 14

// call is one row about a call, kept until the end of its conversation.
type call struct {
	id, callID, state string
	sender            *person
	at                time.Time
	seconds           float64
	people            []*person
}

func (r *run) messages(h *head) error {
	if !r.Enter('[') {
		return nil
	}
	var calls []call
	for r.Element() {
		if r.nth++; r.nth&0x3ff == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		var err error
		m := &r.row
		switch {
		case !r.Enter('{'):
			err = r.reject("not_a_message", r.nth)
		case !r.read():
		case m.sentAt.IsZero():
			err = r.reject("bad_time", r.nth)
		case m.class == classCall:
			calls = append(calls, call{m.id, m.callID, m.state, m.sender, m.sentAt, m.seconds, slices.Clone(m.people)})
		default:
			err = r.emit(h)
		}
		if err != nil {
			return err
		}
	}
	return r.calls(h, calls)
}

// read reads the object that was entered into r.row, and reports whether it was whole.
func (r *run) read() bool {
	m := &r.row
	*m = row{name: m.name[:0], marks: m.marks[:0], content: content{people: m.people[:0], text: m.text[:0]}}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id":
			m.id = r.word(maxID)
		case "displayName":
			m.name = append(m.name, r.Str()...)
		case "originalarrivaltime":
			m.sentAt = instant(r.Str())
		case "messagetype":
			m.class = classOf(r.Str())
		case "content":
			m.text = append(m.text, r.Str()...)
		case "from":
			if p := r.Str(); !bytes.HasPrefix(p, []byte("19:")) { // a thread's own doings
				m.sender = r.person(p)
			}
		case "properties":
			r.properties(m)
		case "amsreferences":
			m.files = r.count()
		default:
			r.Skip()
		}
	}
	if r.Err() != nil {
		return false
	}
	if m.sentAt.IsZero() {
		m.sentAt = millis([]byte(m.id))
	}
	r.look(m)
	return true
}

func classOf(word []byte) class {
	switch string(word) {
	case "RichText", "Text", "RichText/Html":
		return classText
	case "RichText/UriObject", "RichText/Location", "RichText/Contacts", "Poll":
		return classMedia
	case "Event/Call":
		return classCall
	}
	if bytes.HasPrefix(word, []byte("RichText/Media_")) {
		return classMedia
	}
	return classSystem
}

func (r *run) properties(m *row) {
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "edittime":
			m.edited = millis(r.Str())
		case "deletetime":
			m.deleted = millis(r.Str())
		case "emotions":
			if r.Peek() == '"' { // JSON inside a string
				r.inner.Reset(bytes.NewReader(r.Str()))
				r.emotions(m, &r.inner)
			} else {
				r.emotions(m, &r.Scanner)
			}
		default:
			r.Skip()
		}
	}
}

func (r *run) emotions(m *row, s *jsonscan.Scanner) {
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		from, name := len(m.marks), ""
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "key":
				if b := s.Str(); len(b) <= maxID {
					name = string(b)
				}
			case "users":
				r.reactors(m, s)
			default:
				s.Skip()
			}
		}
		for i := from; i < len(m.marks); i++ {
			m.marks[i].key = name
		}
	}
}

func (r *run) reactors(m *row, s *jsonscan.Scanner) {
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		var by mark
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "mri":
				by.by = r.person(s.Str())
			case "time":
				by.at = millis(s.Str())
			default:
				s.Skip()
			}
		}
		if by.by != nil && len(m.marks) < maxMarks {
			m.marks = append(m.marks, by)
		}
	}
}

func (r *run) count() (n int) {
	if !r.Enter('[') {
		return 0
	}
	for r.Element() {
		r.Skip()
		n++
	}
	return n
}

// fresh is an empty record of the conversation.
func (r *run) fresh(h *head) *record.Message {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, h.place
	return m
}

// emit hands over the row read last, and the reactions to it.
func (r *run) emit(h *head) error {
	w := &r.row
	if err := r.introduce(w.sender, w.name); err != nil {
		return err
	}
	m := r.fresh(h)
	m.ID, m.SentAt, m.EditedAt, m.IsDeleted = w.id, w.sentAt, w.edited, !w.deleted.IsZero()
	m.Kind = record.KindSystem
	if w.sender != nil {
		m.Sender, m.SenderKind = w.sender.key, w.sender.kind
	}
	if w.class != classSystem {
		m.Kind = record.KindMessage
		m.Attachments = uint16(min(w.files, 1<<16-1))
		if w.class == classMedia {
			m.Attachments = max(m.Attachments, 1)
		}
		w.fill(m)
		h.address(m)
	}
	id, at := m.ID, m.SentAt
	if err := r.sink.Message(m); err != nil {
		return err
	}
	return r.marks(h, id, at)
}

// fill takes over what the text of a message showed. A row that says which one it changes
// is a version of that one.
func (w *row) fill(m *record.Message) {
	m.SizeBytes = uint32(w.size)
	for _, p := range w.people {
		m.Mentions = append(m.Mentions, p.key)
	}
	if w.quoted != "" {
		m.Parent, m.Relation = w.quoted, record.RelationReply
	}
	if w.changes.IsZero() {
		return
	}
	if m.EditedAt.IsZero() {
		m.EditedAt = m.SentAt
	}
	m.IsDeleted = m.IsDeleted || w.size == 0 && w.class == classText
	if !w.changes.Equal(m.SentAt) {
		m.ID, m.SentAt = w.changed, w.changes
	}
}

func (r *run) marks(h *head, id string, at time.Time) error {
	for _, mark := range r.row.marks {
		if err := r.introduce(mark.by, nil); err != nil {
			return err
		}
		m := r.fresh(h)
		m.Kind, m.Parent, m.Relation = record.KindReaction, id, record.RelationMark
		m.Sender, m.SenderKind, m.SentAt = mark.by.key, mark.by.kind, mark.at
		if mark.at.IsZero() {
			m.SentAt, m.Precision = at, record.PrecisionInherited
		}
		if id != "" {
			m.ID = strings.Join([]string{id, mark.key, mark.by.key.Value}, ":")
		}
		if err := r.sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}

// calls hands over the calls of a conversation, each once: by its end, dated to its
// beginning; by its beginning where there is no end. One that nobody took is a system row.
func (r *run) calls(h *head, calls []call) error {
	over := map[string]bool{}
	for _, c := range calls {
		if c.state != "started" && c.callID != "" {
			over[c.callID] = true
		}
	}
	for _, c := range calls {
		if c.state == "started" && over[c.callID] {
			continue
		}
		if err := r.introduce(c.sender, nil); err != nil {
			return err
		}
		m := r.fresh(h)
		m.ID, m.Kind = c.id, record.KindSystem
		m.SentAt = c.at.Add(-time.Duration(c.seconds * float64(time.Second))).Truncate(time.Millisecond)
		if c.sender != nil {
			m.Sender, m.SenderKind = c.sender.key, c.sender.kind
		}
		if c.state == "started" || c.state == "ended" {
			m.Kind, m.RecipientSource = record.KindCall, record.RecipientsListed
			for _, p := range c.people {
				if p.key != m.Sender {
					m.Recipients = append(m.Recipients, p.key)
				}
			}
		}
		if err := r.sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}

// address fills in the members, those of a group at the time of the export.
func (h *head) address(m *record.Message) {
	if len(h.members) == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	for _, key := range h.small {
		if key != m.Sender {
			m.Recipients = append(m.Recipients, key)
		}
	}
	if m.Audience = uint32(len(h.members) - 1); h.small != nil {
		m.Audience = uint32(len(m.Recipients))
	}
}
