package flowdock

import (
	"bytes"
	"strconv"
	"time"

	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// post reads message objects.
type post struct {
	*run
	m    record.Message
	it   item
	pair []byte
}

// item is what one message object says that is not text.
type item struct {
	kind     record.Kind
	id       []byte
	parent   []byte // the message that a comment answers
	root     []byte // the first message of its thread
	flow, to string
	user     string
	author   string // the name of one outside, or empty
	sent     time.Time
	created  time.Time // as text, which is there for people to read
	edited   time.Time
	size     int
	files    int
	isFile   bool
	mentions []record.AccountKey
}

// maxMentions is how many mentions of one message are looked at.
const maxMentions = 4096

// read reads the message that the scanner has just entered, and hands it to the sink.
func (p *post) read() error {
	it := &p.it
	*it = item{id: it.id[:0], parent: it.parent[:0], root: it.root[:0], mentions: it.mentions[:0]}
	for key, ok := p.scan.Key(); ok; key, ok = p.scan.Key() {
		p.field(key)
	}
	if p.scan.Err() != nil {
		return nil
	}
	if it.sent.IsZero() {
		it.sent = it.created
	}
	switch {
	case it.kind == 0:
		return p.reject("not_a_message")
	case it.sent.IsZero():
		return p.reject("bad_time")
	case it.flow == "" && (it.to == "" || it.user == ""):
		return p.reject("no_conversation")
	}
	return p.emit()
}

// field reads one value of a message.
func (p *post) field(key []byte) {
	s, it := &p.scan, &p.it
	switch string(key) {
	case "event":
		event := s.Str()
		it.kind, it.isFile = kindOf(event), string(event) == "file"
	case "id":
		it.id = append(it.id[:0], s.Str()...)
	case "flow":
		it.flow = p.intern(s.Str())
	case "to":
		it.to = p.intern(s.Str())
	case "user":
		it.user = p.intern(s.Str())
	case "author":
		p.author()
	case "external_user_name":
		it.author = p.intern(s.Str())
	case "sent":
		p.sent()
	case "created_at":
		it.created = s.Instant()
	case "edited":
		it.edited = millis(s.Str())
	case "tags":
		p.tags()
	case "thread":
		p.thread()
	case "attachments":
		it.files = p.elements()
	case "content":
		p.content()
	default:
		s.Skip()
	}
}

// kindOf tells what people write from what Flowdock and its integrations note.
func kindOf(event []byte) record.Kind {
	switch string(event) {
	case "":
		return 0
	case "message", "comment", "file", "discussion":
		return record.KindMessage
	}
	return record.KindSystem
}

// sent reads a time in milliseconds; one that is written out counts only where there is
// no other.
func (p *post) sent() {
	it := &p.it
	value := p.scan.Str()
	if at := millis(value); !at.IsZero() {
		it.sent = at
	} else if at, ok := jsonscan.Instant(value); ok && it.created.IsZero() {
		it.created = at
	}
}

// millis reads a time in milliseconds since 1970. The zero time is none.
func millis(b []byte) time.Time {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(n)
}

// author reads the name of somebody outside Flowdock.
func (p *post) author() {
	s := &p.scan
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) == "name" {
			p.it.author = p.intern(s.Str())
			continue
		}
		s.Skip()
	}
}

// tags reads mentions (`:user:16`) and what a comment answers (`influx:3838422`).
func (p *post) tags() {
	s, it := &p.scan, &p.it
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		tag := s.Str()
		if id, ok := bytes.CutPrefix(tag, []byte("influx:")); ok {
			it.parent = append(it.parent[:0], id...)
			continue
		}
		id, ok := bytes.CutPrefix(tag, []byte(":user:"))
		if ok && isNumber(id) && len(it.mentions) < maxMentions {
			it.mentions = append(it.mentions, toolID(p.intern(id)))
		}
	}
}

func isNumber(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// thread reads the first message of the thread, where the copy of its state says it.
func (p *post) thread() {
	s := &p.scan
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) == "initial_message" {
			p.it.root = append(p.it.root[:0], s.Str()...)
			continue
		}
		s.Skip()
	}
}

// elements counts the elements of an array.
func (p *post) elements() (n int) {
	s := &p.scan
	if !s.Enter('[') {
		return 0
	}
	for s.Element() {
		s.Skip()
		n++
	}
	return n
}

// content measures a text, or the text of a comment beside the title of what it answers.
func (p *post) content() {
	s := &p.scan
	if s.Peek() != '{' {
		p.it.size = s.Size()
		return
	}
	s.Enter('{')
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) == "text" {
			p.it.size = s.Size()
			continue
		}
		s.Skip()
	}
}

// emit hands the message at hand to the sink.
func (p *post) emit() error {
	it, m := &p.it, &p.m
	m.Reset()
	m.Tool, m.Workspace, m.Kind = Tool, p.workspace, it.kind
	m.ID, m.SentAt, m.EditedAt = string(it.id), it.sent, it.edited
	p.sender()
	p.place()
	switch {
	case len(it.parent) > 0:
		m.Parent, m.Relation = string(it.parent), record.RelationReply
	case len(it.root) > 0 && !bytes.Equal(it.root, it.id):
		m.Parent, m.Relation = string(it.root), record.RelationThread
	}
	if m.Kind == record.KindMessage {
		m.Mentions = append(m.Mentions, it.mentions...)
		m.SizeBytes, m.Attachments = uint32(min(it.size, 1<<32-1)), uint16(min(it.files, 1<<16-1))
		if it.isFile {
			m.Attachments = max(m.Attachments, 1)
		}
	}
	return p.sink.Message(m)
}

// sender fills in who wrote: a user, or an integration that speaks for somebody outside.
func (p *post) sender() {
	it, m := &p.it, &p.m
	m.Sender = toolID(it.user)
	switch {
	case !m.Sender.IsZero():
		if a := p.accounts[it.user]; a != nil {
			m.SenderKind = a.Kind
		}
	case it.author != "":
		m.Sender, m.SenderKind = record.AccountKey{Kind: record.KeyDisplayName, Value: it.author}, record.AccountBot
	}
}

// place fills in the conversation and who else is in it.
func (p *post) place() {
	it, m := &p.it, &p.m
	if it.flow == "" {
		from, to := it.user, it.to
		if len(from) > len(to) || len(from) == len(to) && from > to {
			from, to = to, from
		}
		p.pair = append(append(append(p.pair[:0], from...), '-'), to...)
		m.Conversation = record.Conversation{Key: p.intern(p.pair), Kind: record.ConversationDirect, Coverage: record.CoverageMember}
		m.RecipientSource = record.RecipientsListed
		if it.to != it.user {
			m.Recipients, m.Audience = append(m.Recipients, toolID(it.to)), 1
		}
		return
	}
	c := p.flows[it.flow]
	if c == nil {
		m.Conversation = record.Conversation{Key: it.flow, Kind: record.ConversationChannel, Coverage: record.CoverageWhole}
		return
	}
	m.Conversation = *c
	if len(c.Members) == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	for _, member := range c.Members {
		if member.Account == m.Sender {
			continue
		}
		m.Audience++
		if len(c.Members) <= record.SmallRoom {
			m.Recipients = append(m.Recipients, member.Account)
		}
	}
}
