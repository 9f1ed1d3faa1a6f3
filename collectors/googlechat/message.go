package googlechat

import (
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// post is one element of a messages.json.
type post struct {
	id, quoted              string
	creator                 person
	sentAt, edited, deleted time.Time
	noDate                  string // why there is no sentAt
	size, attachments       int
	isDeleted, quotes, call bool
	marks                   []mark
}

// mark is an emoji with one of those who put it there, or nobody.
type mark struct{ emoji, email string }

// maxMarks is how many reactions to one message are read.
const maxMarks = 1 << 16

func (r *run) messages(g *group) error {
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) != "messages" || r.Peek() != '[' {
			r.Skip()
			continue
		}
		if err := r.list(g); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) list(g *group) error {
	r.Enter('[')
	for r.Element() {
		if r.row++; r.row&0x3ff == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		err := error(nil)
		if r.Enter('{') {
			r.read(g)
			if r.Err() == nil { // else cut off: the document's verdict counts it
				err = r.emit(g)
			}
		} else {
			err = r.reject("not_a_message")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads the object that was entered into r.post.
func (r *run) read(g *group) {
	p := &r.post
	*p = post{marks: p.marks[:0]}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "creator":
			p.creator = r.person(g)
		case "created_date":
			p.sentAt, p.noDate = r.dates.instant(r.Str())
		case "updated_date":
			p.edited, _ = r.dates.instant(r.Str())
		case "deleted_date":
			p.deleted, _ = r.dates.instant(r.Str())
		case "message_state":
			p.isDeleted = string(r.Str()) == "DELETED"
		case "message_id":
			p.id = r.word()
		case "text":
			p.size = r.Size()
		case "attached_files":
			p.attachments = r.count()
		case "annotations":
			r.annotations()
		case "reactions":
			r.reactions()
		case "quoted_message_metadata":
			r.quote()
		default:
			r.Skip()
		}
	}
}

// word is an id that need not be kept.
func (r *run) word() string {
	if b := r.Str(); len(b) <= maxWord {
		return string(b)
	}
	return ""
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

// annotations looks for the mark of a call that was held.
func (r *run) annotations() {
	if !r.Enter('[') {
		return
	}
	for r.Element() {
		if !r.Enter('{') {
			continue
		}
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			if string(key) == "gsuite_integration_metadata" {
				r.integration()
			} else {
				r.Skip()
			}
		}
	}
}

func (r *run) integration() {
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		r.post.call = r.post.call || string(key) == "call_data"
		r.Skip()
	}
}

func (r *run) reactions() {
	if !r.Enter('[') {
		return
	}
	for r.Element() {
		if !r.Enter('{') {
			continue
		}
		from := len(r.post.marks)
		emoji := ""
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			switch string(key) {
			case "emoji":
				emoji = r.emoji(false)
			case "reactor_emails":
				r.reactors()
			default:
				r.Skip()
			}
		}
		if from == len(r.post.marks) && from < maxMarks {
			r.post.marks = append(r.post.marks, mark{})
		}
		for i := from; i < len(r.post.marks); i++ {
			r.post.marks[i].emoji = emoji
		}
	}
}

// emoji reads {"unicode": …} or {"custom_emoji": {"shortcode": …}}.
func (r *run) emoji(inner bool) (name string) {
	if !r.Enter('{') {
		return ""
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "unicode", "shortcode", "uid":
			name = r.hold(r.Str())
		case "custom_emoji":
			if inner {
				r.Skip()
			} else {
				name = r.emoji(true)
			}
		default:
			r.Skip()
		}
	}
	return name
}

func (r *run) reactors() {
	if !r.Enter('[') {
		return
	}
	for r.Element() {
		if email := r.hold(r.Str()); email != "" && len(r.post.marks) < maxMarks {
			r.post.marks = append(r.post.marks, mark{email: email})
		}
	}
}

func (r *run) quote() {
	if r.Peek() != '{' {
		r.Skip()
		return
	}
	r.post.quotes = true
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if string(key) == "message_id" {
			r.post.quoted = r.word()
		} else {
			r.Skip()
		}
	}
}

// emit hands over the message read last, and the reactions to it.
func (r *run) emit(g *group) error {
	p := &r.post
	if g.Key == "" {
		g.Key, _, _ = strings.Cut(p.id, "/")
	}
	if err := r.announce(g); err != nil {
		return err
	}
	switch {
	case p.sentAt.IsZero() && p.isDeleted:
		return r.tombstone(g)
	case p.sentAt.IsZero() && p.noDate != "":
		return r.reject(p.noDate)
	case p.sentAt.IsZero():
		return r.reject("no_time")
	}
	if err := r.introduce(p.creator); err != nil {
		return err
	}
	m := r.fresh(g)
	m.ID, m.EditedAt, m.IsDeleted = p.id, p.edited, p.isDeleted
	m.Sender, m.SenderKind = p.creator.key, p.creator.kind
	m.SizeBytes, m.Attachments = uint32(min(p.size, 1<<32-1)), uint16(min(p.attachments, 1<<16-1))
	if m.Kind = record.KindMessage; p.call {
		m.Kind = record.KindCall
	}
	p.refer(m)
	g.address(m)
	if err := r.sink.Message(m); err != nil {
		return err
	}
	return r.marks(g)
}

// fresh is the record for what was read last.
func (r *run) fresh(g *group) *record.Message {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, g.Conversation
	m.SentAt, m.Precision = r.post.sentAt, record.PrecisionSecond
	return m
}

// refer fills in what the message answers: the one it quotes, else the root of its thread.
func (p *post) refer(m *record.Message) {
	place, rest, _ := strings.Cut(p.id, "/")
	topic, own, ok := strings.Cut(rest, "/")
	switch {
	case p.quoted != "":
		m.Parent, m.Relation = p.quoted, record.RelationQuote
	case ok && topic != own:
		m.Parent, m.Relation = place+"/"+topic+"/"+topic, record.RelationThread
	case p.quotes:
		m.Relation = record.RelationQuote
	}
}

// tombstone is a deleted message: neither who wrote it nor when is left, only when it went.
func (r *run) tombstone(g *group) error {
	if r.post.deleted.IsZero() {
		return r.reject("no_time")
	}
	m := r.fresh(g)
	m.Kind, m.SentAt, m.IsDeleted = record.KindSystem, r.post.deleted, true
	if r.post.id != "" {
		m.ID = r.post.id + ":deleted" // not that of the message, which another archive may have
	}
	return r.sink.Message(m)
}

func (r *run) marks(g *group) error {
	for _, mark := range r.post.marks {
		key := record.EmailKey(mark.email)
		if err := r.introduce(person{key: key, email: key.Value}); err != nil {
			return err
		}
		m := r.fresh(g)
		m.Kind, m.Precision = record.KindReaction, record.PrecisionInherited
		m.Sender, m.Parent, m.Relation = key, r.post.id, record.RelationMark
		if r.post.id != "" {
			m.ID = r.post.id + ":" + mark.emoji + ":" + key.Value
		}
		if err := r.sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}

// address fills in the members the archive lists: those at the time of the export.
func (g *group) address(m *record.Message) {
	if len(g.Members) == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	for _, key := range g.small {
		if key != m.Sender {
			m.Recipients = append(m.Recipients, key)
		}
	}
	if m.Audience = uint32(len(g.Members) - 1); g.small != nil {
		m.Audience = uint32(len(m.Recipients))
	}
}
