package signal

import (
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// desktopChat is one conversation of Signal Desktop.
type desktopChat struct {
	place
	id      string
	writers []*person // those whose messages came in, so far as they are few
	isLarge bool
	isGroup bool
}

// desktop reads the messages of one conversation: a JSON array of Signal Desktop's own
// objects. Who is in it only its messages tell.
func (r *run) desktop(s source) error {
	c := &desktopChat{isGroup: strings.HasSuffix(s.name, " (group)")}
	if key := ownerKey(r.owner); !key.IsZero() {
		r.self = r.person(key)
	}
	return r.twice(s,
		func() error { return r.list(func() error { r.findWriter(c); return nil }) },
		func() error {
			r.locate(c)
			return r.list(func() error { return r.desktopMessage(c) })
		})
}

func (r *run) list(read func() error) error {
	if r.Peek() != '[' {
		r.Fail()
		return nil
	}
	r.Enter('[')
	for r.Element() {
		if r.nth++; r.stopped() != nil {
			return r.ctx.Err()
		}
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// desktopItem is one message, beside the post it becomes.
type desktopItem struct {
	conversation, kind string
	source, phone      string
	answered           bool // a call that was taken
	isCall             bool
}

// findWriter notes who wrote a message.
func (r *run) findWriter(c *desktopChat) {
	if !r.Enter('{') {
		return
	}
	var it desktopItem
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if !r.desktopHead(&it, string(key)) {
			r.Skip()
		}
	}
	if c.id == "" {
		c.id = it.conversation
	}
	p := r.person(serviceKey(it.source, it.phone))
	switch {
	case p == nil:
	case it.kind == "outgoing":
		if r.self == nil {
			r.self = p
		}
	case it.kind == "incoming" && !c.isLarge:
		for _, known := range c.writers {
			if known == p {
				return
			}
		}
		if c.isLarge = len(c.writers) == record.SmallRoom; !c.isLarge {
			c.writers = append(c.writers, p)
		}
	}
}

// desktopHead reads the keys that say whose a message is.
func (r *run) desktopHead(it *desktopItem, key string) bool {
	switch key {
	case "conversationId":
		it.conversation = r.word()
	case "type":
		it.kind = r.word()
	case "sourceServiceId", "sourceUuid":
		if id := r.word(); id != "" {
			it.source = id
		}
	case "source":
		it.phone = r.word()
	default:
		return false
	}
	return true
}

// locate works out what the conversation is.
func (r *run) locate(c *desktopChat) {
	c.Key, c.Kind, c.from = c.id, record.ConversationGroup, record.RecipientsSeen
	if c.isLarge {
		return
	}
	if c.people = c.writers; r.self != nil {
		c.people = append(c.people, r.self)
	}
	if c.isGroup || len(c.writers) > 1 {
		return
	}
	if c.Kind = record.ConversationDirect; len(c.writers) == 1 && r.self != nil {
		c.Key, c.from = pairKey(c.writers[0], r.self), record.RecipientsMembership
	}
}

func (r *run) desktopMessage(c *desktopChat) error {
	p := r.post.clear()
	var it desktopItem
	if !r.Enter('{') {
		return r.reject("not_a_message")
	}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		if r.desktopHead(&it, string(key)) {
			continue
		}
		switch string(key) {
		case "sent_at":
			p.at = millis(r.Str())
		case "timestamp":
			if at := millis(r.Str()); p.at.IsZero() {
				p.at = at
			}
		case "body":
			p.size = r.Size()
		case "editMessageTimestamp":
			p.edited = millis(r.Str())
		case "deletedForEveryone":
			p.deleted = r.Flag()
		case "attachments":
			p.files += r.count()
		case "sticker", "contact":
			if c := r.Peek(); c == '{' {
				p.files++
				r.Skip()
			} else {
				p.files += r.count()
			}
		case "bodyRanges":
			r.desktopMentions(p)
		case "quote":
			r.desktopQuote(p)
		case "reactions":
			r.desktopReactions(p)
		case "callHistoryDetails", "callHistory":
			r.desktopCall(&it)
		default:
			r.Skip()
		}
	}
	if r.Err() != nil {
		return nil // cut off: the document's verdict counts it
	}
	p.settleDesktop(r, &it)
	return r.emit(&c.place)
}

// settleDesktop decides what hangs on several keys. What a newer Desktop keeps of a call
// stands elsewhere: then it is taken to have been held.
func (p *post) settleDesktop(r *run, it *desktopItem) {
	p.author = r.person(serviceKey(it.source, it.phone))
	switch it.kind {
	case "outgoing":
		if p.author == nil || p.author.key.Kind == record.KeyPhone {
			p.author = r.self
		}
	case "incoming":
	case "call-history":
		if p.kind = record.KindCall; it.isCall && !it.answered {
			p.kind = record.KindSystem
		}
	default:
		p.kind = record.KindSystem
	}
	p.id = messageID(p.author, p.at)
}

func (r *run) desktopMentions(p *post) {
	if !r.Enter('[') {
		return
	}
	for r.Element() {
		if !r.Enter('{') {
			continue
		}
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			if string(key) != "mentionAci" && string(key) != "mentionUuid" {
				r.Skip()
				continue
			}
			if who := r.person(serviceKey(r.word(), "")); who != nil && len(p.mentions) < maxMentions {
				p.mentions = append(p.mentions, who)
			}
		}
	}
}

func (r *run) desktopQuote(p *post) {
	if !r.Enter('{') {
		return
	}
	p.quotes = true
	var author, phone string
	var at time.Time
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id":
			at = millis(r.Str())
		case "authorAci", "authorUuid":
			author = r.word()
		case "author":
			phone = r.word()
		default:
			r.Skip()
		}
	}
	p.answers = messageID(r.person(serviceKey(author, phone)), at)
}

// desktopReactions reads the reactions. Whom a fromId means only Desktop's own list of
// conversations tells, unless it is a number: others are nobody.
func (r *run) desktopReactions(p *post) {
	if !r.Enter('[') {
		return
	}
	for r.Element() {
		if !r.Enter('{') {
			continue
		}
		var m mark
		removed, from := false, ""
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			switch string(key) {
			case "emoji":
				m.emoji = r.word()
			case "fromId":
				from = r.word()
			case "timestamp":
				m.at = millis(r.Str())
			case "remove":
				removed = r.Flag()
			default:
				r.Skip()
			}
		}
		m.by = r.person(serviceKey("", from))
		if !removed && len(p.marks) < maxMarks {
			p.marks = append(p.marks, m)
		}
	}
}

func (r *run) desktopCall(it *desktopItem) {
	if !r.Enter('{') {
		return
	}
	it.isCall = true
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "acceptedTime", "startedTime":
			it.answered = len(r.Str()) > 0 || it.answered
		case "status":
			it.answered = r.word() == "Accepted" || it.answered
		default:
			r.Skip()
		}
	}
}
