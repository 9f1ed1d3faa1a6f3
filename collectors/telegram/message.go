package telegram

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"crosstalk/collectors/record"
)

// post is one element of a chat's messages.
type post struct {
	id, replyTo     int64
	service         bool
	unix, edited    int64 // seconds
	local, changed  time.Time
	from            *person
	name            []byte
	action, discard []byte
	seconds         int64
	elsewhere       bool // it answers a message of another chat
	forwarded       bool
	files, size     int
	mentions        []*person
	marks           []mark
}

// mark is one emoji on a message by one of those named, or by all who are not.
type mark struct {
	emoji    string
	by       *person
	name     string
	at       time.Time
	quantity int64
}

const (
	maxMarks    = 1 << 14 // how many reactions to one message are read
	maxMentions = 1 << 10
)

func (r *run) messages(c *chat) error {
	r.Enter('[')
	for r.Element() {
		if r.nth++; r.nth&0x3ff == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if !r.Enter('{') {
			if err := r.reject("not_a_message", r.nth); err != nil {
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
	*p = post{name: p.name[:0], action: p.action[:0], discard: p.discard[:0], mentions: p.mentions[:0], marks: p.marks[:0]}
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id":
			p.id = r.Number()
		case "type":
			p.service = string(r.Str()) == "service"
		case "date_unixtime":
			p.unix = r.Number()
		case "date":
			p.local = localTime(r.Str())
		case "edited_unixtime":
			p.edited = r.Number()
		case "edited":
			p.changed = localTime(r.Str())
		case "from_id", "actor_id":
			p.from = r.person(r.Str())
		case "from", "actor":
			p.name = append(p.name, r.Str()...)
		case "text":
			r.text(p)
		case "reply_to_message_id":
			p.replyTo = r.Number()
		case "reactions":
			r.reactions(p)
		default:
			r.rest(p, key)
		}
	}
}

// rest reads the keys that few messages have.
func (r *run) rest(p *post, key []byte) {
	switch string(key) {
	case "photo", "file", "media_type", "poll", "location_information", "contact_information":
		if p.files = 1; r.Peek() == 'n' { // null
			p.files = 0
		}
		r.Skip()
	case "reply_to_peer_id":
		p.elsewhere = len(r.Str()) > 0
	case "forwarded_from", "forwarded_from_id", "saved_from":
		p.forwarded = true
		r.Skip()
	case "action":
		p.action = append(p.action, r.Str()...)
	case "discard_reason":
		p.discard = append(p.discard, r.Str()...)
	case "duration_seconds", "duration":
		p.seconds = r.Number()
	default:
		r.Skip()
	}
}

// text measures a text: a string, or an array of strings and marked-up pieces, and notes
// whom it mentions by id.
func (r *run) text(p *post) {
	if r.Peek() != '[' {
		p.size = r.Size()
		return
	}
	r.Enter('[')
	for r.Element() {
		if r.Peek() != '{' {
			p.size += r.Size()
			continue
		}
		r.Enter('{')
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			switch string(key) {
			case "text":
				p.size += r.Size()
			case "user_id":
				if who := r.person(r.Str()); who != nil && len(p.mentions) < maxMentions {
					p.mentions = append(p.mentions, who)
				}
			default:
				r.Skip()
			}
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
			case "emoji", "document_id":
				if b := r.Str(); len(b) <= maxID && !bytes.HasPrefix(b, []byte("(")) { // "(File not included. …)"
					emoji = string(b)
				}
			case "count":
				count = r.Number()
			case "recent":
				r.recent(p)
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

// recent reads those whom a reaction names.
func (r *run) recent(p *post) {
	if !r.Enter('[') {
		return
	}
	for r.Element() {
		if !r.Enter('{') {
			continue
		}
		one := mark{quantity: 1}
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			switch string(key) {
			case "from_id":
				one.by = r.person(r.Str())
			case "from":
				if b := r.Str(); len(b) <= maxID {
					one.name = string(b)
				}
			case "date":
				one.at = localTime(r.Str())
			default:
				r.Skip()
			}
		}
		if one.by != nil && len(p.marks) < maxMarks {
			p.marks = append(p.marks, one)
		}
	}
}

// localTime reads 2024-06-01T08:01:00 as if it were UTC.
func localTime(b []byte) time.Time {
	if len(b) != len("2024-06-01T08:01:00") || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' {
		return time.Time{}
	}
	var n [6]int
	for i, at := range [...][2]int{{0, 4}, {5, 7}, {8, 10}, {11, 13}, {14, 16}, {17, 19}} {
		for _, c := range b[at[0]:at[1]] {
			if c < '0' || c > '9' {
				return time.Time{}
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	if n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > 31 || n[3] > 23 || n[4] > 59 || n[5] > 60 {
		return time.Time{}
	}
	return time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
}

// in takes a local time to be of a place.
func in(local time.Time, place *time.Location) time.Time {
	if local.IsZero() {
		return local
	}
	y, mo, d := local.Date()
	h, mi, s := local.Clock()
	return time.Date(y, mo, d, h, mi, s, 0, place).UTC()
}

// when is the time of the message. Where it is said twice, the difference is the zone of
// the clock that wrote the other times.
func (p *post) when(assumed *time.Location) (at time.Time, zone *time.Location, isAssumed bool) {
	if p.unix <= 0 {
		return in(p.local, assumed), assumed, true
	}
	at = time.Unix(p.unix, 0).UTC()
	offset := p.local.Sub(at)
	if p.local.IsZero() || offset.Abs() > 16*time.Hour {
		return at, assumed, false
	}
	return at, time.FixedZone("", int(offset.Seconds())), false
}

// emit hands over the message read last, and the reactions to it.
func (r *run) emit(c *chat) error {
	p := &r.post
	at, zone, isAssumed := p.when(r.location)
	if at.IsZero() {
		return r.reject("bad_time", r.nth)
	}
	if !c.named { // whose export it is nobody knows: the first message tells it from others
		c.prefix, c.named = strconv.FormatInt(p.id, 10)+"@"+strconv.FormatInt(at.Unix(), 10)+"/", true
	}
	m := r.fresh(c)
	m.ID, m.SentAt, m.ZoneAssumed, m.Kind = c.message(p.id), at, isAssumed, p.kind()
	if err := r.sender(c, m); err != nil {
		return err
	}
	if m.Kind != record.KindSystem {
		c.address(m)
	}
	if m.Kind == record.KindMessage {
		m.SizeBytes, m.Attachments = uint32(min(p.size, 1<<32-1)), uint16(p.files)
		for _, who := range p.mentions {
			m.Mentions = append(m.Mentions, who.key)
		}
		p.refer(c, m)
		if len(p.marks) == 0 { // a reaction counts as an edit for Telegram
			m.EditedAt = p.editedAt(zone)
		}
	}
	if err := r.sink.Message(m); err != nil {
		return err
	}
	return r.marks(c, c.message(p.id), at, zone)
}

func (p *post) editedAt(zone *time.Location) time.Time {
	if p.edited > 0 {
		return time.Unix(p.edited, 0).UTC()
	}
	return in(p.changed, zone)
}

// kind is what a row stands for. A call that nobody took is a system row.
func (p *post) kind() record.Kind {
	switch {
	case !p.service:
		return record.KindMessage
	case string(p.action) == "phone_call" && !slices.Contains([]string{"missed", "busy"}, string(p.discard)),
		string(p.action) == "group_call" && p.seconds > 0:
		return record.KindCall
	}
	return record.KindSystem
}

// message is the id of a message of the chat.
func (c *chat) message(id int64) string {
	if id == 0 {
		return ""
	}
	return c.prefix + strconv.FormatInt(id, 10)
}

func (r *run) fresh(c *chat) *record.Message {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation, m.Precision = Tool, r.workspace, c.place, record.PrecisionSecond
	return m
}

// sender fills in who wrote: in old samples only a name, among saved messages always the
// owner, whoever wrote what was saved.
func (r *run) sender(c *chat, m *record.Message) error {
	p := &r.post
	switch {
	case c.kind == "saved_messages" && c.self != nil:
		m.Sender, m.SenderKind = c.self.key, c.self.kind
		if p.from == c.self {
			return r.introduce(p.from, p.name)
		}
	case p.from != nil:
		m.Sender, m.SenderKind = p.from.key, p.from.kind
		return r.introduce(p.from, p.name)
	case len(p.name) > 0 && len(p.name) <= maxID:
		m.Sender = record.AccountKey{Kind: record.KeyDisplayName, Value: string(p.name), Scope: c.place.Key}
	}
	return nil
}

// refer fills in what the message answers or forwards.
func (p *post) refer(c *chat, m *record.Message) {
	switch {
	case p.replyTo != 0 && !p.elsewhere:
		m.Parent, m.Relation = c.message(p.replyTo), record.RelationReply
	case p.forwarded:
		m.Relation = record.RelationQuote
	}
}

// address fills in the other of two. Who is in a group the export does not say.
func (c *chat) address(m *record.Message) {
	if !c.pair() || len(c.place.Members) != 2 {
		return
	}
	m.RecipientSource, m.Audience = record.RecipientsMembership, 1
	for _, member := range c.place.Members {
		if member.Account != m.Sender {
			m.Recipients = append(m.Recipients, member.Account)
		}
	}
}

func (r *run) marks(c *chat, parent string, at time.Time, zone *time.Location) error {
	for _, mark := range r.post.marks {
		m := r.fresh(c)
		m.Kind, m.Parent, m.Relation, m.Quantity = record.KindReaction, parent, record.RelationMark, uint32(mark.quantity)
		m.SentAt, m.Precision = at, record.PrecisionInherited
		if !mark.at.IsZero() {
			m.SentAt, m.Precision, m.ZoneAssumed = in(mark.at, zone), record.PrecisionSecond, r.post.unix <= 0
		}
		if mark.by != nil {
			m.Sender, m.SenderKind = mark.by.key, mark.by.kind
			if err := r.introduce(mark.by, []byte(mark.name)); err != nil {
				return err
			}
		}
		if parent != "" && (mark.by != nil || mark.emoji != "") {
			m.ID = parent + ":" + mark.emoji + ":" + m.Sender.Value
		}
		if err := r.sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}
