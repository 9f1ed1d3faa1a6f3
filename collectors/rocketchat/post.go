package rocketchat

import (
	"time"

	"crosstalk/collectors/record"
)

// maxMarks is how many reactions or mentions of one message are read.
const maxMarks = 1 << 20

// post is one document of rocketchat_message. Its slices are reused.
type post struct {
	id, room, parent string
	kind, alias      string
	user, name       string
	sent, edited     time.Time
	bot, history     bool
	size             int
	files, file      int
	marks            []mark
	mentions         []string // ids
}

// mark is a reaction.
type mark struct{ emoji, user string }

func (r *run) readMessage(d document) func() error {
	p := &r.post
	*p = post{marks: p.marks[:0], mentions: p.mentions[:0]}
	if !d.Enter('{') {
		return func() error { return r.reject("not_a_message") }
	}
	hidden, parent := false, false
	for key, ok := d.Key(); ok; key, ok = d.Key() {
		switch string(key) {
		case "_hidden":
			hidden = d.Flag()
		case "parent":
			parent = len(r.plain(d)) > 0
		default:
			r.messageKey(p, d, key)
		}
	}
	p.history = hidden && parent
	return r.emit
}

// messageKey takes one value of a message.
func (r *run) messageKey(p *post, d document, key []byte) {
	switch string(key) {
	case "_id":
		p.id = string(r.plain(d))
	case "rid":
		p.room = r.held(r.plain(d))
	case "tmid":
		p.parent = string(r.plain(d))
	case "t":
		p.kind = string(d.Str())
	case "alias":
		p.alias = string(d.Str())
	case "u":
		p.user, p.name = r.readSender(d)
	case "ts":
		p.sent = r.instant(d)
	case "editedAt":
		p.edited = r.instant(d)
	case "msg":
		p.size = d.Size()
	case "bot":
		p.bot = d.Peek() == '{' || d.Peek() == 't'
		d.Skip()
	case "files":
		p.files = count(d)
	case "file":
		if d.Peek() == '{' {
			p.file = 1
		}
		d.Skip()
	case "mentions":
		r.readMentions(p, d)
	case "reactions":
		readMarks(p, d)
	default:
		d.Skip()
	}
}

// held is the one copy of a room's id.
func (r *run) held(b []byte) string {
	if c := r.rooms[string(b)]; c != nil {
		return c.Key
	}
	return string(b)
}

// readSender reads {_id, username}, with the copies of a listed user where there is one.
func (r *run) readSender(d document) (id, name string) {
	if !d.Enter('{') {
		return "", ""
	}
	for key, ok := d.Key(); ok; key, ok = d.Key() {
		switch string(key) {
		case "_id":
			b := r.plain(d)
			if u := r.users[string(b)]; u != nil {
				id = u.Key.Value
			} else {
				id = string(b)
			}
		case "username":
			b := d.Str()
			if u := r.handle[string(b)]; u != nil {
				name = u.Handle
			} else {
				name = string(b)
			}
		default:
			d.Skip()
		}
	}
	return id, name
}

func count(d document) (n int) {
	if d.Enter('[') {
		for d.Element() {
			d.Skip()
			n++
		}
	}
	return n
}

// readMentions notes the people who are mentioned: `all`, `here` and teams are nobody.
func (r *run) readMentions(p *post, d document) {
	if !d.Enter('[') {
		return
	}
	for d.Element() {
		if !d.Enter('{') {
			continue
		}
		id, team := "", false
		for key, ok := d.Key(); ok; key, ok = d.Key() {
			switch string(key) {
			case "_id":
				id = string(r.plain(d))
			case "type":
				team = string(d.Str()) == "team"
			default:
				d.Skip()
			}
		}
		if id != "" && id != "all" && id != "here" && !team && len(p.mentions) < maxMarks {
			p.mentions = append(p.mentions, id)
		}
	}
}

func readMarks(p *post, d document) {
	if !d.Enter('{') {
		return
	}
	for emoji, ok := d.Key(); ok; emoji, ok = d.Key() {
		name := string(emoji)
		if !d.Enter('{') {
			continue
		}
		for key, ok := d.Key(); ok; key, ok = d.Key() {
			if string(key) != "usernames" {
				d.Skip()
				continue
			}
			for more := d.Enter('['); more && d.Element(); {
				if user := d.Str(); len(user) > 0 && len(p.marks) < maxMarks {
					p.marks = append(p.marks, mark{name, string(user)})
				}
			}
		}
	}
}

// emit hands over the message that was read, and the reactions to it.
func (r *run) emit() error {
	p, m := &r.post, &r.m
	switch {
	case p.history: // an earlier wording, kept beside the message
		return nil
	case p.room == "":
		return r.reject("no_conversation")
	case p.sent.IsZero():
		return r.reject("bad_time")
	}
	c := r.rooms[p.room]
	if c == nil {
		c = r.room(p.room)
	}
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, c.Conversation
	m.Conversation.Members = nil
	m.ID, m.SentAt, m.EditedAt, m.Kind = p.id, p.sent, p.edited, kindOf(p.kind)
	m.IsDeleted = p.kind == "rm"
	if err := r.sender(p); err != nil {
		return err
	}
	if p.parent != "" && p.parent != p.id {
		m.Parent, m.Relation = p.parent, record.RelationThread
	}
	if m.Kind == record.KindMessage {
		r.content(p, c)
	}
	if err := r.sink.Message(m); err != nil {
		return err
	}
	return r.emitMarks(p)
}

// kindOf says what a message is by its type: only ordinary and encrypted ones are to be read.
func kindOf(t string) record.Kind {
	switch t {
	case "", "e2e":
		return record.KindMessage
	case "videoconf", "jitsi_call_started", "rtc":
		return record.KindCall
	}
	return record.KindSystem
}

// sender fills in who wrote: what an integration posts in a person's place is the integration's.
func (r *run) sender(p *post) error {
	m := &r.m
	u := r.users[p.user]
	if u == nil && p.user != "" {
		u = &user{record.Account{Tool: Tool, Workspace: r.workspace, Key: account(p.user), Handle: p.name}}
		if p.bot {
			u.Kind = record.AccountBot
		}
		r.users[p.user] = u
		if err := r.sink.Account(&u.Account); err != nil {
			return err
		}
	}
	switch {
	case p.bot && p.alias != "" && (u == nil || u.Kind != record.AccountBot):
		m.Sender, m.SenderKind = record.AccountKey{Kind: record.KeyDisplayName, Value: p.alias}, record.AccountBot
	case u != nil:
		m.Sender, m.SenderKind = u.Key, u.Kind
		if p.bot {
			m.SenderKind = record.AccountBot
		}
	}
	return nil
}

// content fills in what a message to be read has.
func (r *run) content(p *post, c *room) {
	m := &r.m
	if p.kind != "e2e" { // a cipher's length is not its text's
		m.SizeBytes = uint32(min(p.size, 1<<32-1))
	}
	m.Attachments = uint16(min(max(p.files, p.file), 1<<16-1))
	for _, id := range p.mentions {
		m.Mentions = append(m.Mentions, account(id))
	}
	if len(c.Members) == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	inside := 0
	for _, member := range c.Members {
		if member.Account == m.Sender {
			inside = 1
		} else if len(c.Members) <= record.SmallRoom {
			m.Recipients = append(m.Recipients, member.Account)
		}
	}
	m.Audience = uint32(len(c.Members) - inside)
}

// emitMarks hands over the reactions to the message at hand. They have no time of their own.
func (r *run) emitMarks(p *post) error {
	m := &r.m
	where := m.Conversation
	for _, k := range p.marks {
		m.Reset()
		m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, where
		m.Kind, m.SentAt, m.Precision = record.KindReaction, p.sent, record.PrecisionInherited
		m.Sender, m.Parent, m.Relation = r.byHandle(k.user), p.id, record.RelationMark
		if u := r.handle[k.user]; u != nil {
			m.SenderKind = u.Kind
		}
		if p.id != "" {
			m.ID = p.id + k.emoji + k.user
		}
		if err := r.sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}
