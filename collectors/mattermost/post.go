package mattermost

import (
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// maxNotes is how many replies to one post, and reactions or mentions in one thread, are
// read: only a line made to harm has more.
const maxNotes = 1 << 20

// post is one line of posts: a root with its replies. Its slices are reused.
type post struct {
	team, channel string
	members       []string
	notes         []note // the root is the first
	marks         []mark
	mentions      []string
	overfull      bool
}

// note is a root or a reply.
type note struct {
	user     string
	alias    string // what a webhook called itself
	class    class
	created  int64 // milliseconds
	edited   int64
	size     int
	files    int
	marks    span
	mentions span
}

type span struct{ from, to int }

// mark is a reaction.
type mark struct {
	user, emoji string
	created     int64
}

// class is what sort of post it is.
type class int

const (
	classMessage class = iota
	classBot
	classWebhook
	classCall
	classSystem
)

func (p *post) reset() {
	p.team, p.channel, p.overfull = "", "", false
	p.members, p.notes, p.marks, p.mentions = p.members[:0], append(p.notes[:0], note{}), p.marks[:0], p.mentions[:0]
}

// readPost reads a post of a channel or of a direct conversation.
func (r *run) readPost() {
	s, p := &r.scan, &r.post
	p.reset()
	if !s.Enter('{') {
		return
	}
	var root note
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "team":
			p.team = r.name(s.Str())
		case "channel":
			p.channel = r.name(s.Str())
		case "channel_members":
			p.members = r.readNames(p.members)
		case "replies":
			r.readReplies()
		default:
			r.noteKey(&root, key)
		}
	}
	p.notes[0] = root
}

func (r *run) readReplies() {
	s, p := &r.scan, &r.post
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if len(p.notes) > maxNotes {
			p.overfull = true
			s.Skip()
			continue
		}
		if !s.Enter('{') {
			continue
		}
		var reply note
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			r.noteKey(&reply, key)
		}
		p.notes = append(p.notes, reply)
	}
}

// noteKey takes one value of a root or reply.
func (r *run) noteKey(n *note, key []byte) {
	s := &r.scan
	switch string(key) {
	case "user":
		n.user = r.name(s.Str())
	case "type":
		if c := classOf(s.Str()); c != classMessage {
			n.class = c
		}
	case "message":
		r.readText(n)
	case "create_at":
		n.created = s.Number()
	case "edit_at":
		n.edited = s.Number()
	case "reactions":
		r.readMarks(n)
	case "attachments":
		if s.Enter('[') {
			for s.Element() {
				s.Skip()
				n.files++
			}
		}
	case "props":
		r.readProps(n)
	default:
		s.Skip()
	}
}

// classOf tells system lines and calls by the type of a post; every other type is something to read.
func classOf(kind []byte) class {
	switch {
	case strings.HasPrefix(string(kind), "system_"):
		return classSystem
	case string(kind) == "custom_calls":
		return classCall
	}
	return classMessage
}

func (r *run) readMarks(n *note) {
	s, p := &r.scan, &r.post
	if !s.Enter('[') {
		return
	}
	n.marks.from = len(p.marks)
	for s.Element() {
		if len(p.marks) >= maxNotes {
			p.overfull = true
			s.Skip()
			continue
		}
		if !s.Enter('{') {
			continue
		}
		var m mark
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "user":
				m.user = r.name(s.Str())
			case "emoji_name":
				m.emoji = r.name(s.Str())
			case "create_at":
				m.created = s.Number()
			default:
				s.Skip()
			}
		}
		p.marks = append(p.marks, m)
	}
	n.marks.to = len(p.marks)
}

// readProps finds out whether a bot or a webhook wrote the post.
func (r *run) readProps(n *note) {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "from_webhook":
			if s.Flag() && n.class == classMessage {
				n.class = classWebhook
			}
		case "from_bot":
			if s.Flag() && n.class == classMessage {
				n.class = classBot
			}
		case "override_username":
			n.alias = r.name(s.Str())
		default:
			s.Skip()
		}
	}
}

// emitPost hands over a post, its replies and the reactions to all of them.
func (r *run) emitPost() error {
	p := &r.post
	var c *room
	switch {
	case len(p.members) > 0:
		c = r.directRoom(p.members)
	case p.channel != "":
		c = r.room(r.channelKey(p.team, p.channel), record.ConversationChannel, record.CoverageWhole)
	default:
		return r.reject("no_conversation")
	}
	if err := r.announce(c); err != nil {
		return err
	}
	root := p.notes[0].id()
	for i := range p.notes {
		parent := root
		if i == 0 {
			parent = ""
		}
		if err := r.emitNote(c, &p.notes[i], parent); err != nil {
			return err
		}
	}
	if p.overfull {
		return r.reject("too_many_replies")
	}
	return nil
}

// id is what tells a post from the others of its conversation: the export has none.
func (n *note) id() string {
	var room [64]byte
	b := append(strconv.AppendInt(room[:0], n.created, 10), ' ')
	if n.class == classSystem {
		b = append(b, '*')
	}
	return string(append(b, n.user...))
}

func (r *run) emitNote(c *room, n *note, parent string) error {
	if n.created <= 0 {
		return r.reject("bad_time")
	}
	m := &r.m
	m.Reset()
	m.ID, m.SentAt, m.Kind = n.id(), time.UnixMilli(n.created), record.KindMessage
	m.Sender, m.SenderKind = account(n.user), r.kinds[n.user]
	if n.edited > 0 {
		m.EditedAt = time.UnixMilli(n.edited)
	}
	if parent != "" {
		m.Parent, m.Relation = parent, record.RelationThread
	}
	switch n.class {
	case classSystem:
		m.Kind = record.KindSystem
	case classCall:
		m.Kind = record.KindCall
	case classBot:
		m.SenderKind = record.AccountBot
	case classWebhook: // in the name of whoever made the webhook: not theirs
		m.Sender, m.SenderKind = webhook(n.alias), record.AccountBot
	}
	if m.Kind == record.KindMessage {
		m.SizeBytes, m.Attachments = uint32(min(n.size, 1<<32-1)), uint16(min(n.files, 1<<16-1))
		for _, user := range r.post.mentions[n.mentions.from:n.mentions.to] {
			m.Mentions = append(m.Mentions, account(user))
		}
	}
	r.address(c)
	if err := r.sink.Message(m); err != nil {
		return err
	}
	return r.emitMarks(c, n, m.ID)
}

func webhook(alias string) record.AccountKey {
	if alias == "" {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyDisplayName, Value: alias}
}

func (r *run) emitMarks(c *room, n *note, parent string) error {
	for _, k := range r.post.marks[n.marks.from:n.marks.to] {
		m := &r.m
		m.Reset()
		m.ID = parent + ":" + k.emoji + ":" + k.user
		m.Kind, m.Sender, m.SenderKind = record.KindReaction, account(k.user), r.kinds[k.user]
		m.SentAt = time.UnixMilli(k.created)
		if k.created <= 0 {
			m.SentAt, m.Precision = time.UnixMilli(n.created), record.PrecisionInherited
		}
		m.Parent, m.Relation = parent, record.RelationMark
		r.address(c)
		if err := r.sink.Message(m); err != nil {
			return err
		}
	}
	return nil
}
