package slack

import (
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// emitter turns posts into records. It belongs to the goroutine that calls the sink.
type emitter struct {
	run *run
	m   record.Message
	id  strings.Builder
}

func newEmitter(r *run) *emitter { return &emitter{run: r} }

// emit hands a batch of a job to the sink.
func (e *emitter) emit(j *job, b *batch) error {
	v := view{b, string(b.bytes)}
	for i := range b.posts {
		p := &b.posts[i]
		if err := e.post(j.rooms[p.file], p, v); err != nil {
			return err
		}
	}
	for _, x := range b.rejects {
		err := e.run.sink.Reject(record.Reject{Reason: x.reason, Entry: j.entries[x.file].Path, Record: x.record})
		if err != nil {
			return err
		}
	}
	return nil
}

// view is a batch with its bytes as one string, of which all its strings are pieces.
type view struct {
	*batch
	text string
}

func (v view) of(s span) string { return v.text[s.from:s.to] }

// post emits a message and the reactions to it.
func (e *emitter) post(r *room, p *post, v view) error {
	author, err := e.author(r.home, p, v)
	if err != nil {
		return err
	}
	m := &e.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.Workspace, r.Conversation
	m.ID, m.SentAt, m.EditedAt, m.IsDeleted = v.of(p.id), p.sentAt, p.editedAt, p.deleted
	m.Sender, m.SenderKind = author.key, author.kind
	m.OffsetMinutes = offset(author.location, p.sentAt)
	if thread := v.of(p.thread); thread != "" && thread != m.ID {
		m.Parent, m.Relation = thread, record.RelationThread
	}
	switch p.class {
	case classCall:
		e.call(r.home, p, v)
	case classSystem:
		m.Kind = record.KindSystem
	default:
		e.message(r, p, v)
	}
	if err := e.run.sink.Message(m); err != nil {
		return err
	}
	return e.reactions(r, p, v)
}

func (e *emitter) message(r *room, p *post, v view) {
	m := &e.m
	m.Kind = record.KindMessage
	m.SizeBytes, m.Attachments = uint32(min(p.size, 1<<32-1)), uint16(min(p.files, 1<<16-1))
	for _, id := range v.ids[p.mentions.from:p.mentions.to] {
		m.Mentions = append(m.Mentions, r.home.key(v.of(id)))
	}
	if len(r.members) == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	for _, member := range r.small {
		if member != m.Sender {
			m.Recipients = append(m.Recipients, member)
		}
	}
	m.Audience = uint32(len(r.members) - 1)
	if r.small != nil {
		m.Audience = uint32(len(m.Recipients))
	}
}

// call fills in a huddle, addressed to those who took part.
func (e *emitter) call(w *workspace, p *post, v view) {
	m := &e.m
	m.Kind = record.KindCall
	for _, id := range v.ids[p.called.from:p.called.to] {
		m.RecipientSource = record.RecipientsListed
		m.Recipients = append(m.Recipients, w.key(v.of(id)))
	}
}

// reactions emits one mark per user who is named, and one for all who are not.
func (e *emitter) reactions(r *room, p *post, v view) error {
	parent := e.m.ID
	for _, mark := range v.marks[p.marks.from:p.marks.to] {
		for _, id := range v.ids[mark.users.from:mark.users.to] {
			if err := e.reaction(r, p, parent, v.of(mark.name), v.of(id), 1); err != nil {
				return err
			}
		}
		if unnamed := mark.count - int64(mark.users.len()); unnamed > 0 {
			if err := e.reaction(r, p, parent, v.of(mark.name), "", unnamed); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *emitter) reaction(r *room, p *post, parent, name, user string, quantity int64) error {
	m := &e.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.Workspace, r.Conversation
	e.id.Reset()
	e.id.Grow(len(parent) + len(name) + len(user) + 2)
	for _, part := range [...]string{parent, ":", name, ":", user} {
		e.id.WriteString(part)
	}
	m.ID = e.id.String()
	m.Kind, m.SentAt, m.Precision = record.KindReaction, p.sentAt, record.PrecisionInherited
	m.Parent, m.Relation = parent, record.RelationMark
	m.Quantity = uint32(min(quantity, 1<<32-1))
	if user == "" {
		return e.run.sink.Message(m)
	}
	w := r.home
	m.Sender = w.key(user)
	if u := w.users[user]; u != nil {
		m.SenderKind = u.account.Kind
		if err := e.introduce(u); err != nil {
			return err
		}
	}
	return e.run.sink.Message(m)
}

// author is who wrote a post.
type author struct {
	key      record.AccountKey
	kind     record.AccountKind
	location *time.Location
}

// author finds the account that wrote a post: its user, else its bot, else what the
// bot called itself. Accounts that no list has are announced at their first post.
func (e *emitter) author(w *workspace, p *post, v view) (author, error) {
	user, bot := v.of(p.user), v.of(p.bot)
	known := w.users[user]
	if p.class == classBot && bot != "" && known != nil && known.account.Kind != record.AccountBot {
		known, user = nil, "" // an app that posts in somebody's stead
	}
	switch {
	case known != nil:
		return author{known.account.Key, known.account.Kind, known.location}, e.introduce(known)
	case user == slackbot:
		return e.stranger(w, record.Account{Key: toolID(user), Kind: record.AccountSystem, Name: "Slackbot"})
	case user != "" && (bot != "" || p.class == classBot):
		return e.stranger(w, record.Account{Key: toolID(user), Kind: record.AccountBot, Name: v.of(p.name)})
	case user != "":
		return e.stranger(w, record.Account{Key: toolID(user), Kind: w.strangerKind(p, v), Name: v.of(p.name)})
	case bot != "":
		return e.stranger(w, record.Account{Key: toolID(bot), Kind: record.AccountBot, Name: v.of(p.name)})
	case p.class == classBot && p.name != (span{}):
		name := v.of(p.name)
		return e.stranger(w, record.Account{Key: record.AccountKey{Kind: record.KeyDisplayName, Value: name}, Kind: record.AccountBot, Name: name})
	case p.class == classBot:
		return author{kind: record.AccountBot}, nil
	}
	return author{}, nil
}

// strangerKind tells a guest from a channel shared with another company by the team of
// the profile; of others nothing is known.
func (w *workspace) strangerKind(p *post, v view) record.AccountKind {
	team := v.of(p.team)
	switch {
	case p.guest, team != "" && len(w.native) > 0 && !w.native[team] && w.org == nil:
		return record.AccountGuest
	}
	return record.AccountUnknown
}

// stranger announces an account that no list has, once. Its strings are cut out of the
// batch, which would live as long as they do.
func (e *emitter) stranger(w *workspace, a record.Account) (author, error) {
	if key, ok := w.strangers[a.Key.Value]; ok {
		a.Key.Value = key
		return author{key: a.Key, kind: a.Kind}, nil
	}
	a.Tool, a.Workspace = Tool, w.name
	a.Name = strings.Clone(a.Name)
	a.Key.Value = strings.Clone(a.Key.Value)
	w.strangers[a.Key.Value] = a.Key.Value
	return author{key: a.Key, kind: a.Kind}, e.run.sink.Account(&a)
}

// introduce announces a listed account that is at home elsewhere when it first acts here.
func (e *emitter) introduce(u *user) error {
	if u.said {
		return nil
	}
	u.said = true
	return e.run.sink.Account(&u.account)
}

// offset is what a clock in the location showed at that moment, in minutes ahead of UTC.
func offset(l *time.Location, at time.Time) int16 {
	if l == nil {
		return record.OffsetUnknown
	}
	_, seconds := at.In(l).Zone()
	return int16(seconds / 60)
}
