package groupme

import (
	"context"
	"strconv"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// span is a piece of a batch's bytes.
type span struct{ from, to int }

// post is what one message says that is not text.
type post struct {
	id, name, parent    span
	group, pair         string // the conversation: a group, or "501+502"
	user, recipient     string
	created             int64
	edited              time.Time
	system, bot         bool
	deleted             bool
	size, attachments   int
	mentions, favorites []string
	marks               []mark
	record              int64
	reason              string
}

// mark is a reaction.
type mark struct {
	user string
	code span
}

// batch is messages that wait to be handed on. Its buffers are reused.
type batch struct {
	posts []post
	bytes []byte
	text  string
}

const batched = 512

func (b *batch) hold(s []byte) span {
	from := len(b.bytes)
	b.bytes = append(b.bytes, s...)
	return span{from, len(b.bytes)}
}

func (b *batch) of(s span) string { return b.text[s.from:s.to] }

// next gives a message to fill in, with the buffers of one before.
func (b *batch) next() *post {
	if len(b.posts) < cap(b.posts) {
		b.posts = b.posts[:len(b.posts)+1]
	} else {
		b.posts = append(b.posts, post{})
	}
	p := &b.posts[len(b.posts)-1]
	*p = post{mentions: p.mentions[:0], favorites: p.favorites[:0], marks: p.marks[:0]}
	return p
}

// reader reads one file of messages.
type reader struct {
	*run
	batch
	ctx    context.Context
	file   collectors.File
	record int64
}

// messages reads a list of messages, or an answer of the API with one in it.
func (r *run) messages(ctx context.Context, f collectors.File) error {
	d := &reader{run: r, ctx: ctx, file: f}
	s := &r.scan
	read := d.answer
	if s.Peek() == '[' {
		read = d.list
	}
	if err := read(); err != nil {
		return err
	}
	return r.finish(f, d.record)
}

func (d *reader) answer() error {
	s := &d.scan
	if !s.Enter('{') {
		return nil
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		var err error
		switch name := string(key); {
		case name == "response" && s.Peek() == '{':
			err = d.answer()
		case (name == "messages" || name == "direct_messages") && s.Peek() == '[':
			err = d.list()
		default:
			s.Skip()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *reader) list() error {
	s := &d.scan
	s.Enter('[')
	for s.Element() {
		d.record++
		p := d.next()
		p.record = d.record
		d.message(p)
		if s.Err() != nil { // half a message
			d.posts = d.posts[:len(d.posts)-1]
			break
		}
		if len(d.posts) >= batched {
			if err := d.flush(); err != nil {
				return err
			}
		}
	}
	return d.flush()
}

// flush hands on the messages of the batch.
func (d *reader) flush() error {
	if err := d.ctx.Err(); err != nil {
		return err
	}
	b := &d.batch
	b.text = string(b.bytes)
	for i := range b.posts {
		p := &b.posts[i]
		var err error
		if p.reason != "" {
			err = d.sink.Reject(record.Reject{Reason: p.reason, Entry: d.file.Path, Record: p.record})
		} else {
			err = d.emit(b, p)
		}
		if err != nil {
			return err
		}
	}
	b.posts, b.bytes, b.text = b.posts[:0], b.bytes[:0], ""
	return nil
}

func (d *reader) message(p *post) {
	s := &d.scan
	if !s.Enter('{') {
		p.reason = "not_a_message"
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id":
			p.id = d.hold(s.Str())
		case "created_at":
			p.created = s.Number()
		case "updated_at":
			p.edited = seconds(s.Number())
		case "deleted_at":
			p.deleted = s.Number() > 0
		case "user_id", "sender_id":
			if id := s.Str(); p.user == "" {
				p.user = d.id(id)
			}
		case "sender_type":
			p.classify(s.Str())
		case "system":
			p.system = s.Flag() || p.system
		case "name":
			p.name = d.hold(s.Str())
		case "text":
			p.size = s.Size()
		default:
			d.further(string(key), p)
		}
	}
	d.judge(p)
}

// further reads the keys that few messages need.
func (d *reader) further(key string, p *post) {
	s := &d.scan
	switch key {
	case "group_id":
		p.group = d.id(s.Str())
	case "conversation_id":
		p.pair = d.id([]byte(pairKey(string(s.Str()))))
	case "recipient_id":
		p.recipient = d.id(s.Str())
	case "favorited_by":
		p.favorites = d.people(p.favorites)
	case "reactions":
		d.reactions(p)
	case "attachments":
		d.attachments(p)
	default:
		s.Skip()
	}
}

func (p *post) classify(kind []byte) {
	switch string(kind) {
	case "bot":
		p.bot = true
	case "system", "service":
		p.system = true
	}
}

// judge decides whether the message can be used, and where it belongs.
func (d *reader) judge(p *post) {
	if p.user == "system" || p.user == "calendar" {
		p.system = true
	}
	if p.group == "" && p.pair == "" && p.user != "" && p.recipient != "" {
		p.pair = d.id([]byte(pairKey(p.user + "+" + p.recipient)))
	}
	switch {
	case p.created <= 0:
		p.reason = "bad_time"
	case p.group == "" && p.pair == "":
		p.reason = record.ErrNoConversation.Error()
	}
}

func seconds(n int64) time.Time {
	if n <= 0 || n > 1e11 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// sent is when a message was sent: its id begins with that in microseconds, if its seconds
// are those stated.
func (p *post) sent(id string) (time.Time, record.Precision) {
	if len(id) >= 16 {
		if micros, err := strconv.ParseInt(id[:16], 10, 64); err == nil && micros/1e6 == p.created {
			return time.UnixMicro(micros), record.PrecisionMillisecond
		}
	}
	return time.Unix(p.created, 0), record.PrecisionSecond
}

// people reads a list of ids.
func (d *reader) people(into []string) []string {
	s := &d.scan
	if !s.Enter('[') {
		return into
	}
	for s.Element() {
		if id := s.Str(); len(id) > 0 {
			into = append(into, d.id(id))
		}
	}
	return into
}

func (d *reader) reactions(p *post) {
	s := &d.scan
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		from := len(p.marks)
		var code span
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "code", "pack_id", "pack_index":
				part := d.hold(s.Str())
				if code == (span{}) {
					code = part
				}
				code.to = len(d.bytes)
			case "user_ids":
				d.reactors(p)
			default:
				s.Skip()
			}
		}
		for i := range p.marks[from:] {
			p.marks[from+i].code = code
		}
	}
}

func (d *reader) reactors(p *post) {
	s := &d.scan
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if id := s.Str(); len(id) > 0 {
			p.marks = append(p.marks, mark{user: d.id(id)})
		}
	}
}

func (d *reader) attachments(p *post) {
	s := &d.scan
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if s.Enter('{') {
			d.attachment(p)
		}
	}
}

func (d *reader) attachment(p *post) {
	s := &d.scan
	kind, from := "", len(p.mentions)
	var parent span
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "type":
			kind = attachmentKinds[string(s.Str())]
		case "user_ids":
			p.mentions = d.people(p.mentions)
		case "reply_id":
			parent = d.hold(s.Str())
		default:
			s.Skip()
		}
	}
	if kind != "mentions" {
		p.mentions = p.mentions[:from]
	}
	switch kind {
	case "media":
		p.attachments++
	case "reply":
		p.parent = parent
	}
}

var attachmentKinds = map[string]string{
	"image": "media", "linked_image": "media", "video": "media", "file": "media", "location": "media", "mentions": "mentions", "reply": "reply",
}
