package discord

import (
	"bytes"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// post is one element of an exported channel's messages.
type post struct {
	id          string
	kind        record.Kind
	at, edited  time.Time
	author      *person
	size, files int
	mentions    []*person
	answers     string // id of the message it refers to
	place       string // and the channel that is in
	forwards    bool
	marks       []mark
}

// mark is one emoji on a message by one of those named, or by all who are not.
type mark struct {
	emoji    string
	by       *person
	quantity int64
}

const (
	maxMarks    = 1 << 14 // how many reactions to one message are read
	maxMentions = 1 << 10
)

func (r *run) messages(c *channel) error {
	r.Enter('[')
	for r.Element() {
		if r.nth++; r.nth&0x3ff == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if !r.Enter('{') {
			if err := r.reject("not_a_message"); err != nil {
				return err
			}
			continue
		}
		if r.read(); r.Err() != nil {
			return nil // cut off: the document's verdict counts it
		}
		if err := r.emit(c); err != nil {
			return err
		}
	}
	return nil
}

// read reads the object that was entered into r.post.
func (r *run) read() {
	p := &r.post
	*p = post{kind: record.KindSystem, mentions: p.mentions[:0], marks: p.marks[:0]}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id":
			p.id = r.word()
		case "type":
			p.kind = kindOf(r.Str())
		case "timestamp":
			p.at = stamp(r.Str())
		case "timestampEdited":
			p.edited = stamp(r.Str())
		case "content":
			p.size = r.Size()
		case "author":
			p.author = r.who()
		case "attachments", "stickers":
			p.files += r.count()
		case "mentions":
			r.mentioned(p)
		case "reactions":
			r.reactions(p)
		case "reference":
			r.reference(p)
		case "forwardedMessage":
			p.forwards = p.forwards || r.Peek() == '{'
			r.Skip()
		default:
			r.Skip()
		}
	}
}

// kindOf is what a row's type makes of it; types that the exporter has no word for are
// numbers.
func kindOf(word []byte) record.Kind {
	switch string(word) {
	case "Default", "Reply", "0", "19", "20", "23": // the last two answer a command
		return record.KindMessage
	case "Call", "3":
		return record.KindCall
	}
	return record.KindSystem
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

func (r *run) mentioned(p *post) {
	if !r.Enter('[') {
		return
	}
	for r.Element() {
		if who := r.who(); who != nil && len(p.mentions) < maxMentions {
			p.mentions = append(p.mentions, who)
		}
	}
}

func (r *run) reference(p *post) {
	if !r.Enter('{') {
		return
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "messageId":
			p.answers = r.word()
		case "channelId":
			p.place = r.word()
		case "type":
			p.forwards = bytes.EqualFold(r.Str(), []byte("forward"))
		default:
			r.Skip()
		}
	}
}

func (r *run) reactions(p *post) {
	if !r.Enter('[') {
		return
	}
	for r.Element() {
		if !r.Enter('{') {
			continue
		}
		from, emoji, count := len(p.marks), "", int64(0)
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			switch string(key) {
			case "emoji":
				emoji = r.emoji()
			case "count":
				count = r.Number()
			case "users":
				r.reactors(p)
			default:
				r.Skip()
			}
		}
		for i := from; i < len(p.marks); i++ {
			p.marks[i].emoji = emoji
		}
		if unnamed := count - int64(len(p.marks)-from); unnamed > 0 && len(p.marks) < maxMarks {
			p.marks = append(p.marks, mark{emoji: emoji, quantity: min(unnamed, 1<<32-1)})
		}
	}
}

// emoji is the id of a server's own emoji, or the sign.
func (r *run) emoji() string {
	var id, name string
	if !r.Enter('{') {
		return ""
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id":
			id = r.word()
		case "name":
			name = r.word()
		default:
			r.Skip()
		}
	}
	if id != "" {
		return id
	}
	return name
}

func (r *run) reactors(p *post) {
	if !r.Enter('[') {
		return
	}
	for r.Element() {
		if who := r.who(); who != nil && len(p.marks) < maxMarks {
			p.marks = append(p.marks, mark{by: who, quantity: 1})
		}
	}
}

func (r *run) fresh(c *channel) *record.Message {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation, m.SentAt = Tool, r.workspace, c.Conversation, r.post.at
	return m
}

// emit hands over the message read last, and the reactions to it.
func (r *run) emit(c *channel) error {
	p := &r.post
	if p.at.IsZero() {
		return r.reject("bad_time")
	}
	if err := r.introduce(p.author); err != nil {
		return err
	}
	m := r.fresh(c)
	m.ID, m.Kind, m.EditedAt = p.id, p.kind, p.edited
	if p.author != nil {
		m.Sender, m.SenderKind = p.author.Key, p.author.Kind
	}
	if p.kind != record.KindSystem {
		c.address(m)
	}
	if p.kind == record.KindMessage {
		m.SizeBytes, m.Attachments = uint32(min(p.size, 1<<32-1)), uint16(min(p.files, 1<<16-1))
		p.refer(c, m)
		for _, who := range p.mentions {
			m.Mentions = append(m.Mentions, who.Key)
		}
	}
	for _, who := range p.mentions {
		if err := r.introduce(who); err != nil {
			return err
		}
	}
	if err := r.sink.Message(m); err != nil {
		return err
	}
	return r.marks(c)
}

// refer fills in what the message answers or forwards.
func (p *post) refer(c *channel, m *record.Message) {
	switch {
	case p.forwards, p.answers != "" && p.place != "" && p.place != c.Key:
		m.Relation = record.RelationQuote
	case p.answers != "":
		m.Parent, m.Relation = p.answers, record.RelationReply
	}
}

// address fills in those who write in a private channel.
func (c *channel) address(m *record.Message) {
	for _, key := range c.listed {
		if key != m.Sender {
			m.Recipients = append(m.Recipients, key)
		}
	}
	if len(m.Recipients) > 0 {
		m.RecipientSource, m.Audience = record.RecipientsSeen, uint32(len(m.Recipients))
	}
}

func (r *run) marks(c *channel) error {
	for _, mark := range r.post.marks {
		m := r.fresh(c)
		m.Kind, m.Precision = record.KindReaction, record.PrecisionInherited
		m.Parent, m.Relation, m.Quantity = r.post.id, record.RelationMark, uint32(mark.quantity)
		if mark.by != nil {
			m.Sender, m.SenderKind = mark.by.Key, mark.by.Kind
			if err := r.introduce(mark.by); err != nil {
				return err
			}
		}
		if r.post.id != "" {
			m.ID = strings.Join([]string{r.post.id, mark.emoji, m.Sender.Value}, ":")
		}
		if err := r.sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}
