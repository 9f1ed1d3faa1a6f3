package slack

import (
	"bytes"
	"time"

	"crosstalk/collectors/jsonscan"
)

// class is what the subtype of a message makes of it.
type class uint8

const (
	classMessage  class = iota // somebody's or an app's message
	classBot                   // an app's message by its subtype
	classCall                  // a huddle or shared room
	classSystem                // Slack's own notices: joins, topics, archivings, everything unknown
	classTomb                  // a deleted message that still has replies
	classChange                // wraps the new form of an edited message
	classDeletion              // wraps the last form of a deleted message
)

func classOf(subtype []byte) class {
	switch string(subtype) {
	case "", "me_message", "file_share", "file_comment", "file_mention", "thread_broadcast", "reply_broadcast", "slackbot_response":
		return classMessage
	case "bot_message":
		return classBot
	case "huddle_thread", "sh_room_created", "sh_room_shared":
		return classCall
	case "tombstone":
		return classTomb
	case "message_changed":
		return classChange
	case "message_deleted":
		return classDeletion
	}
	return classSystem
}

// post is what one message object says that is not text. Its strings are spans of the
// batch it belongs to.
type post struct {
	file int32 // index of its file in the job

	class   class
	comment bool // an old file comment, which carries no file of its own
	foreign bool // its type is not "message"
	deleted bool
	guest   bool // its profile says the author is a guest

	id, thread, user, bot, name, team span
	sentAt, editedAt                  time.Time

	size     int
	files    int
	mentions list
	called   list // participants of a call
	marks    list // range of the batch's marks
}

// parser turns message files into posts.
type parser struct {
	jsonscan.Scanner
	out    *batch
	listed map[string]*user // whose profiles need not be read from messages

	file                int32 // what is being read: index of the file in the job,
	record              int64 // and the place in it, from 1
	firstID, firstMark  int   // where the message at hand began in the batch
	after, before       post  // inside message_changed and message_deleted
	hasAfter, hasBefore bool
}

// next reads the message object that the parser has just entered, and reports whether
// it can be used; if not, that is counted.
func (p *parser) next() (m post, ok bool) {
	p.hasAfter, p.hasBefore = false, false
	p.firstID, p.firstMark = len(p.out.ids), len(p.out.marks)
	m = p.object(false)
	if p.Err() != nil {
		return m, false
	}
	switch m.class {
	case classChange:
		if !p.hasAfter {
			return m, p.reject("incomplete_change")
		}
		if p.after.editedAt.IsZero() && (!p.hasBefore || p.before.size != p.after.size) {
			p.after.editedAt = m.sentAt
		}
		m = p.after
	case classDeletion:
		if !p.hasBefore {
			return m, p.reject("incomplete_change")
		}
		m = p.before
		m.deleted, m.marks = true, list{}
	}
	if m.foreign {
		return m, p.reject("not_a_message")
	}
	if m.sentAt.IsZero() {
		return m, p.reject("bad_time")
	}
	m.settle()
	return m, true
}

// reject counts the record at hand as unreadable; it is always false.
func (p *parser) reject(reason string) bool {
	p.out.rejects = append(p.out.rejects, rejected{p.file, p.record, reason})
	return false
}

// settle decides what hangs on several keys.
func (m *post) settle() {
	switch m.class {
	case classTomb: // its user is a placeholder
		m.deleted, m.user, m.bot = true, span{}, span{}
		m.class = classSystem
	case classChange, classDeletion: // one inside another
		m.class = classSystem
	}
	if m.comment {
		m.files = 0
	}
}

// object reads the rest of a message object; inner is one wrapped in another.
func (p *parser) object(inner bool) (m post) {
	for key, ok := p.Key(); ok; key, ok = p.Key() {
		switch string(key) {
		case "ts":
			ts := p.Str()
			m.id, m.sentAt = p.out.hold(ts), instant(ts)
		case "type":
			kind := p.Str()
			m.foreign = len(kind) > 0 && string(kind) != "message"
		case "subtype":
			subtype := p.Str()
			m.class, m.comment = classOf(subtype), string(subtype) == "file_comment"
		case "thread_ts":
			if ts := p.Str(); !instant(ts).IsZero() {
				m.thread = p.out.hold(ts)
			}
		case "user":
			m.user = p.id()
		case "bot_id":
			m.bot = p.id()
		case "text":
			p.text(&m)
		case "edited":
			m.editedAt = p.edited()
		case "reactions":
			m.marks = p.reactions()
		case "files":
			m.files = p.attachments()
		case "file":
			m.files = max(m.files, p.attachment())
		case "user_profile", "bot_profile", "username", "comment", "room":
			p.aside(string(key), &m)
		case "message", "previous_message", "original":
			p.wrapped(string(key), inner)
		default:
			p.Skip()
		}
	}
	return m
}

// aside reads the keys that few messages need.
func (p *parser) aside(key string, m *post) {
	switch key {
	case "username":
		if name := p.Str(); m.name == (span{}) {
			m.name = p.out.hold(name)
		}
	case "comment":
		p.commenter(m)
	case "room":
		p.room(m)
	default:
		if m.user != (span{}) && p.listed[string(p.out.of(m.user))] != nil {
			p.Skip()
			return
		}
		p.profile(m)
	}
}

// wrapped reads the message inside a message_changed or message_deleted.
func (p *parser) wrapped(key string, inner bool) {
	if inner || p.Peek() != '{' {
		p.Skip()
		return
	}
	p.Enter('{')
	if key == "message" {
		p.after, p.hasAfter = p.object(true), true
	} else {
		p.before, p.hasBefore = p.object(true), true
	}
}

// id reads the id of an account; what is too long for one counts as missing.
func (p *parser) id() span {
	id := p.Str()
	if len(id) > maxID {
		return span{}
	}
	return p.out.hold(id)
}

// commenter reads who wrote an old file comment.
func (p *parser) commenter(m *post) {
	if !p.Enter('{') {
		return
	}
	for key, ok := p.Key(); ok; key, ok = p.Key() {
		if string(key) == "user" {
			m.user = p.id()
		} else {
			p.Skip()
		}
	}
}

func (p *parser) edited() (at time.Time) {
	if !p.Enter('{') {
		return at
	}
	for key, ok := p.Key(); ok; key, ok = p.Key() {
		if string(key) == "ts" {
			at = instant(p.Str())
		} else {
			p.Skip()
		}
	}
	return at
}

// profile reads the name of an author whom the workspace does not list.
func (p *parser) profile(m *post) {
	if !p.Enter('{') {
		return
	}
	var real, display, handle span
	for key, ok := p.Key(); ok; key, ok = p.Key() {
		switch string(key) {
		case "real_name":
			real = p.out.hold(p.Str())
		case "display_name":
			display = p.out.hold(p.Str())
		case "name":
			handle = p.out.hold(p.Str())
		case "team", "team_id":
			m.team = p.out.hold(p.Str())
		case "is_restricted", "is_ultra_restricted":
			m.guest = p.Flag() || m.guest
		default:
			p.Skip()
		}
	}
	for _, name := range [...]span{real, display, handle} {
		if name != (span{}) {
			m.name = name
			return
		}
	}
}

func (p *parser) room(m *post) {
	if !p.Enter('{') {
		return
	}
	m.called = p.out.emptyList()
	for key, ok := p.Key(); ok; key, ok = p.Key() {
		switch string(key) {
		case "created_by":
			if by := p.id(); by != (span{}) {
				m.user = by
			}
		case "participants", "participant_history":
			m.called, _ = p.people(m.called)
		default:
			p.Skip()
		}
	}
}

// people reads an array of ids into a list, and says how many there were.
func (p *parser) people(l list) (list, int64) {
	seen := int64(0)
	if !p.Enter('[') {
		return l, 0
	}
	for p.Element() {
		id := p.Str()
		seen++
		if len(id) > 0 && len(id) <= maxID && len(p.out.ids)-p.firstID < maxIDs {
			l = p.out.listed(l, id)
		}
	}
	return l, seen
}

func (p *parser) reactions() list {
	b := p.out
	found := list{uint32(len(b.marks)), uint32(len(b.marks))}
	if !p.Enter('[') {
		return found
	}
	for p.Element() {
		if !p.Enter('{') {
			continue
		}
		m := p.reaction()
		if len(b.marks)-p.firstMark == maxMarks {
			p.reject("too_many_reactions")
			continue
		}
		b.marks = append(b.marks, m)
		found.to++
	}
	return found
}

func (p *parser) reaction() (m mark) {
	seen := int64(0)
	for key, ok := p.Key(); ok; key, ok = p.Key() {
		switch string(key) {
		case "name":
			m.name = p.out.hold(p.Str())
		case "users":
			m.users, seen = p.people(p.out.emptyList())
		case "count":
			m.count = p.Number()
		default:
			p.Skip()
		}
	}
	m.count = max(m.count, seen)
	return m
}

func (p *parser) attachments() (n int) {
	if !p.Enter('[') {
		return 0
	}
	for p.Element() {
		n += p.attachment()
	}
	return n
}

// attachment counts a file that is still there.
func (p *parser) attachment() int {
	if p.Peek() != '{' {
		p.Skip()
		return 0
	}
	p.Enter('{')
	n := 1
	for key, ok := p.Key(); ok; key, ok = p.Key() {
		if string(key) != "mode" {
			p.Skip()
			continue
		}
		switch string(p.Str()) {
		case "tombstone", "hidden_by_limit":
			n = 0
		}
	}
	return n
}

// instant reads a `ts`: seconds, a point and up to six digits. What is no such thing
// gives the zero time.
func instant(ts []byte) time.Time {
	whole, fraction, _ := bytes.Cut(ts, []byte("."))
	if len(whole) == 0 || len(whole) > 12 || len(fraction) > 9 {
		return time.Time{}
	}
	seconds, ok := digits(whole, 0)
	nanos, ok2 := digits(fraction, 9)
	if !ok || !ok2 || seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, nanos).UTC()
}

// digits reads a whole number, as if zeros followed up to the width.
func digits(b []byte, width int) (n int64, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	for i := len(b); i < width; i++ {
		n *= 10
	}
	return n, true
}
