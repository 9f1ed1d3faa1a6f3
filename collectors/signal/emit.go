package signal

import (
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// place is a conversation with those who are in it.
type place struct {
	record.Conversation
	people []*person
	from   record.RecipientSource
	said   map[string]bool // tools it was announced for
}

// pairKey names a conversation of two the same whoever of them exports it.
func pairKey(a, b *person) string {
	return "direct " + min(a.key.Value, b.key.Value) + " " + max(a.key.Value, b.key.Value)
}

// post is one message as all exports have it.
type post struct {
	id               string
	kind             record.Kind
	author           *person
	at, edited       time.Time
	precision        record.Precision
	assumed, deleted bool
	sms              bool
	size, files      int
	answers          string // id of the message it answers
	quotes           bool   // it answers one
	mentions         []*person
	marks            []mark
	sentTo           []*person // those it was sent to, where the export says so
}

// mark is a reaction.
type mark struct {
	emoji string
	by    *person
	at    time.Time
}

const (
	maxMarks    = 1 << 14 // how many reactions to one message are read
	maxMentions = 1 << 10
)

// clear empties the post for reuse.
func (p *post) clear() *post {
	*p = post{kind: record.KindMessage, mentions: p.mentions[:0], marks: p.marks[:0], sentTo: p.sentTo[:0]}
	return p
}

// messageID is Signal's own key of a message: who sent it, and when to the millisecond.
func messageID(author *person, at time.Time) string {
	if author == nil || at.IsZero() {
		return ""
	}
	id := make([]byte, 0, 64)
	id = append(append(id, author.key.Value...), '/')
	return string(strconv.AppendInt(id, at.UnixMilli(), 10))
}

// millis reads milliseconds since 1970.
func millis(b []byte) time.Time {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n <= 0 || n > 1<<48 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// announce hands over a conversation once for each tool.
func (r *run) announce(c *place, tool string) error {
	if c.said[tool] {
		return nil
	}
	if c.said == nil {
		c.said = map[string]bool{}
	}
	c.said[tool] = true
	c.Tool, c.Workspace, c.Coverage, c.Members = tool, r.workspace, record.CoverageMember, c.Members[:0]
	for _, p := range c.people {
		if c.from == record.RecipientsMembership {
			c.Members = append(c.Members, record.Member{Account: p.keyIn(tool)})
		}
		if err := r.introduce(p, tool); err != nil {
			return err
		}
	}
	return r.sink.Conversation(&c.Conversation)
}

// emit hands over the message in r.post, and the reactions to it.
func (r *run) emit(c *place) error {
	p := &r.post
	if p.at.IsZero() {
		return r.reject("bad_time")
	}
	tool := Tool
	if p.sms {
		tool = sms
	}
	if err := r.announce(c, tool); err != nil {
		return err
	}
	m := r.fresh(c, tool)
	m.ID, m.SentAt, m.EditedAt, m.IsDeleted = p.id, p.at, p.edited, p.deleted
	m.Kind, m.Precision, m.ZoneAssumed = p.kind, p.precision, p.assumed
	if err := r.by(m, p.author, tool); err != nil {
		return err
	}
	if p.kind != record.KindSystem {
		p.address(c, m, tool)
	}
	if p.kind == record.KindMessage {
		m.SizeBytes, m.Attachments = uint32(min(p.size, 1<<32-1)), uint16(min(p.files, 1<<16-1))
		for _, who := range p.mentions {
			m.Mentions = append(m.Mentions, who.keyIn(tool))
		}
		if p.quotes {
			m.Relation = record.RelationQuote
		}
		if p.answers != "" {
			m.Parent, m.Relation = p.answers, record.RelationReply
		}
	}
	if err := r.sink.Message(m); err != nil {
		return err
	}
	return r.marks(c, tool)
}

func (r *run) fresh(c *place, tool string) *record.Message {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = tool, r.workspace, c.Conversation
	m.Conversation.Tool = tool
	return m
}

// by fills in who sent a record.
func (r *run) by(m *record.Message, who *person, tool string) error {
	if who == nil {
		return nil
	}
	m.Sender, m.SenderKind = who.keyIn(tool), who.kind
	return r.introduce(who, Tool)
}

// address fills in those the message was sent to, else the others in the place.
func (p *post) address(c *place, m *record.Message, tool string) {
	people := c.people
	if m.RecipientSource = c.from; len(p.sentTo) > 0 {
		people, m.RecipientSource = p.sentTo, record.RecipientsListed
	}
	others := 0
	for _, who := range people {
		if who != p.author {
			others++
		}
	}
	if others == 0 {
		m.RecipientSource = record.RecipientsUnknown
		return
	}
	m.Audience = uint32(others)
	if len(people) > record.SmallRoom {
		return
	}
	for _, who := range people {
		if who != p.author {
			m.Recipients = append(m.Recipients, who.keyIn(tool))
		}
	}
}

func (r *run) marks(c *place, tool string) error {
	for _, mark := range r.post.marks {
		m := r.fresh(c, tool)
		m.Kind, m.Parent, m.Relation = record.KindReaction, r.post.id, record.RelationMark
		m.SentAt, m.Precision = r.post.at, record.PrecisionInherited
		if !mark.at.IsZero() {
			m.SentAt, m.Precision = mark.at, record.PrecisionMillisecond
		}
		if err := r.by(m, mark.by, tool); err != nil {
			return err
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
