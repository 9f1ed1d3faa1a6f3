package zulip

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sort"
	"strconv"
	"time"

	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// maxMentions is how many mentions in one message are looked at.
const maxMentions = 4096

// post is one row of zerver_message.
type post struct {
	id, sender, recipient int64
	sent, edited          time.Time
	attached              bool
	size                  int
	mentions              []int64
}

// messages reads the one table of a file of messages that matters: who has read what is
// passed over.
func (r *run) messages(ctx context.Context, name string) error {
	if name == "zerver_message" {
		return r.rows(ctx, r.readMessage)
	}
	r.scan.Skip()
	return nil
}

func (r *run) readMessage() error {
	s, p := &r.scan, &r.post
	*p = post{mentions: p.mentions[:0]}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id":
			p.id = s.Number()
		case "sender":
			p.sender = s.Number()
		case "recipient":
			p.recipient = s.Number()
		case "date_sent":
			p.sent = seconds(s.Str())
		case "last_edit_time":
			p.edited = seconds(s.Str())
		case "has_attachment":
			p.attached = s.Flag()
		case "content":
			p.size = s.Size()
		case "rendered_content":
			r.readMentions()
		default:
			s.Skip()
		}
	}
	switch {
	case s.Err() != nil:
		return nil
	case p.sent.IsZero():
		return r.reject("bad_time")
	}
	return r.emit()
}

var (
	marker  = []byte("data-user-id=")
	special = jsonscan.NewFinder('"', '\\')
)

// readMentions looks for the ids of mentioned people in a rendered text, which names them
// as data-user-id=\"17\", holding no more of it than the window.
func (r *run) readMentions() {
	s, p := &r.scan, &r.post
	if !s.Open() {
		return
	}
	var before [16]byte // the end of what was passed
	tail := before[:0]
	for s.Err() == nil {
		b := s.Window()
		i := special.Index(b)
		if i >= len(marker) {
			tail = append(before[:0], b[i-len(marker):i]...)
		} else {
			joined := append(bytes.Clone(tail), b[:i]...)
			tail = append(before[:0], joined[max(len(joined)-len(marker), 0):]...)
		}
		s.Advance(i)
		switch {
		case i == len(b):
			if !s.More() {
				s.Fail()
			}
		case b[i] == '"':
			s.Advance(1)
			return
		default:
			found := bytes.Equal(tail, marker)
			s.Escape()
			tail = before[:0]
			if found {
				s.Need(24)
				if id := leadingNumber(s.Window()); id != 0 && len(p.mentions) < maxMentions {
					p.mentions = append(p.mentions, id)
				}
			}
		}
	}
}

// leadingNumber is the number before the backslash of the closing quote; a mention of all has none.
func leadingNumber(b []byte) int64 {
	digits, _, _ := bytes.Cut(b[:min(len(b), 24)], []byte(`\`))
	id, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// emit hands over the message that was read, and the reactions to it.
func (r *run) emit() error {
	p, m := &r.post, &r.m
	c, err := r.room(r.recipients[p.recipient], p.recipient, p.sender)
	if err != nil {
		return err
	}
	m.Reset()
	m.Tool, m.Workspace, m.Conversation, m.Kind = Tool, r.workspace, c.Conversation, record.KindMessage
	if p.id != 0 {
		m.ID = strconv.FormatInt(p.id, 10)
	}
	m.SentAt, m.EditedAt = p.sent, p.edited
	m.Sender = r.key(p.sender)
	if u := r.users[p.sender]; u != nil {
		m.SenderKind = u.account.Kind
		if u.zone != nil {
			_, seconds := p.sent.In(u.zone).Zone()
			m.OffsetMinutes = int16(seconds / 60)
		}
	}
	m.SizeBytes = uint32(min(p.size, 1<<32-1))
	m.Attachments = r.attachments()
	for _, id := range p.mentions {
		m.Mentions = append(m.Mentions, r.key(id))
	}
	r.address(c)
	if err := r.sink.Message(m); err != nil {
		return err
	}
	return r.emitMarks(c)
}

// attachments counts the files of the message: as attachment.json says, else one if it has any.
func (r *run) attachments() uint16 {
	from, _ := slices.BinarySearch(r.attached, r.post.id)
	n := 0
	for from+n < len(r.attached) && r.attached[from+n] == r.post.id {
		n++
	}
	if n == 0 && r.post.attached {
		n = 1
	}
	return uint16(min(n, 1<<16-1))
}

// address fills in to whom the message goes.
func (r *run) address(c *room) {
	m := &r.m
	if c.size == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	inside := c.size > record.SmallRoom
	for _, member := range c.small {
		if member == m.Sender {
			inside = true
		} else {
			m.Recipients = append(m.Recipients, member)
		}
	}
	m.Audience = uint32(c.size)
	if inside {
		m.Audience--
	}
}

// emitMarks hands over the reactions to the message at hand. They have no time of their own.
func (r *run) emitMarks(c *room) error {
	p, m := &r.post, &r.m
	from := sort.Search(len(r.marks), func(i int) bool { return cmp.Compare(r.marks[i].message, p.id) >= 0 })
	for i := from; i < len(r.marks) && r.marks[i].message == p.id; i++ {
		k := &r.marks[i]
		k.used = true
		m.Reset()
		m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, c.Conversation
		m.Kind, m.SentAt, m.Precision = record.KindReaction, p.sent, record.PrecisionInherited
		m.Sender, m.Relation = r.key(k.user), record.RelationMark
		if u := r.users[k.user]; u != nil {
			m.SenderKind = u.account.Kind
		}
		m.Parent = strconv.FormatInt(p.id, 10)
		m.ID = m.Parent + ":" + r.emoji[k.emoji] + ":" + m.Sender.Value
		if err := r.sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}
