package warehouse

import (
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// Sink takes the records of one source into a run; it is a collectors.Sink. A Sink is
// used by one goroutine at a time.
type Sink struct {
	run       *Run
	collector string
	own       *scope // where rejects go that name no tool
	exclude   Exclusion
	oldest    time.Time // messages before it are counted as older_than_retention
	latest    time.Time // messages from it on are not believed
	ordinals  ordinals
	current   *scope
	message   uint64 // ordinal of the message at hand, to mark accounts
}

// Exclusion says what must not be stored. It is asked by one goroutine, about every
// record; accounts come before the messages that name them, where a source lists them.
type Exclusion interface {
	// Account reports whether an account is excluded.
	Account(*record.Account) bool
	// Member reports whether the account of a key is excluded.
	Member(tool string, key record.AccountKey) bool
	// Message reports whether a message is excluded; of one that is not, it takes out the
	// recipients and mentions that are.
	Message(*record.Message) bool
}

// NextArchive says that another archive begins, which may repeat records of the one before: what
// nothing tells apart is numbered within one archive.
func (s *Sink) NextArchive() { s.ordinals = ordinals{} }

// Account notes what a source says of an account.
func (s *Sink) Account(a *record.Account) error {
	if a.Tool == "" || a.Key.IsZero() {
		return s.Reject(record.Reject{Reason: record.ErrNoAccount.Error()})
	}
	if s.exclude != nil && s.exclude.Account(a) {
		return nil
	}
	scope := s.scope(a.Tool, a.Workspace)
	if scope.isErasedAccount(a) {
		return s.reject(scope, record.Reject{Reason: reasonErased})
	}
	scope.learn(scope.account(a.Key), a.Key, *a)
	return nil
}

// Conversation notes a conversation and its members.
func (s *Sink) Conversation(c *record.Conversation) error {
	if c.Tool == "" || c.Key == "" {
		return s.Reject(record.Reject{Reason: record.ErrNoConversation.Error()})
	}
	scope := s.scope(c.Tool, c.Workspace)
	id := scope.conversation(c).id
	for _, m := range c.Members {
		if !m.Account.IsZero() && !scope.isErased(m.Account) && (s.exclude == nil || !s.exclude.Member(c.Tool, m.Account)) {
			s.run.members.add(c.Tool, id, scope.account(m.Account).id, m.From, m.To)
		}
	}
	return s.run.members.flushWhenFull()
}

// Message stages one message.
func (s *Sink) Message(m *record.Message) error {
	if err := m.Validate(s.latest); err != nil {
		return s.Reject(record.Reject{Reason: err.Error()})
	}
	scope := s.scope(m.Tool, m.Workspace)
	switch {
	case s.exclude != nil && s.exclude.Message(m):
		scope.excluded++
		return nil
	case m.SentAt.Before(s.oldest):
		return s.reject(scope, record.Reject{Reason: reasonOlder})
	case scope.withoutErased(m):
		return s.reject(scope, record.Reject{Reason: reasonErased})
	}
	s.message++
	m.Conversation.Tool, m.Conversation.Workspace = m.Tool, m.Workspace
	ref := scope.conversation(&m.Conversation)
	s.add(scope, ref, m)
	if err := s.run.conversations.flushWhenFull(); err != nil {
		return err
	}
	return s.run.messages.flushWhenFull()
}

// add turns a message into a row.
func (s *Sink) add(scope *scope, ref conversationRef, m *record.Message) {
	w, run, b := s.run.w, s.run, s.run.messages.current
	sent := m.SentAt.UnixMilli()
	quantity := max(m.Quantity, 1)
	var sender, stable uint64
	if !m.Sender.IsZero() {
		a := scope.account(m.Sender)
		sender, stable = a.id, a.stable
		a.marked = run.mark(s.message)
		if m.SenderKind != a.kind && tellsKind(m.SenderKind) {
			a.kind = m.SenderKind
			scope.learn(a, m.Sender, record.Account{Kind: m.SenderKind})
		}
	}
	people := s.recipients(scope, m)
	mentioned := s.mentions(scope, m)

	id, fingerprint := s.identify(ref, m, stable)
	reply := id
	parent := uint64(0)
	if m.CopyID != "" {
		reply = fingerprint
	}
	if m.Parent != "" {
		if m.CopyID != "" {
			parent = w.id.copy.sum(run.tuple().str("copy").str(m.Parent))
		} else {
			parent = w.id.message.sum(run.tuple().num(ref.id).str(m.Parent))
		}
	}
	content := contentOf(run.tuple(), stable, people, mentioned, sent, m.OffsetMinutes,
		[6]uint8{uint8(m.Precision), uint8(m.Kind), uint8(m.SenderKind), uint8(m.RecipientSource), uint8(m.Relation), uint8(m.Conversation.Kind)},
		m.Audience, parent, m.Attachments, m.SizeBytes, quantity)
	b.tool = append(b.tool, scope.tool)
	b.workspace = append(b.workspace, scope.workspace)
	b.conversation = append(b.conversation, ref.id)
	b.id = append(b.id, id)
	b.fingerprint = append(b.fingerprint, fingerprint)
	b.replyKey = append(b.replyKey, reply)
	b.sentAt = append(b.sentAt, sent)
	b.offset = append(b.offset, m.OffsetMinutes)
	b.precision = append(b.precision, int8(m.Precision))
	b.assumed = append(b.assumed, m.ZoneAssumed)
	b.kind = append(b.kind, int8(m.Kind))
	b.place = append(b.place, int8(m.Conversation.Kind))
	b.sender = append(b.sender, sender)
	b.senderKind = append(b.senderKind, int8(m.SenderKind))
	b.recipientSource = append(b.recipientSource, int8(m.RecipientSource))
	b.audience = append(b.audience, m.Audience)
	b.parent = append(b.parent, parent)
	b.relation = append(b.relation, int8(m.Relation))
	b.attachments = append(b.attachments, m.Attachments)
	b.size = append(b.size, m.SizeBytes)
	b.quantity = append(b.quantity, quantity)
	edited := int64(0)
	if !m.EditedAt.IsZero() {
		edited = m.EditedAt.UnixMilli()
	}
	b.editedAt = append(b.editedAt, edited)
	b.deleted = append(b.deleted, m.IsDeleted)
	b.version = append(b.version, version(m.IsDeleted, edited, w.id.content.sum(content)))
}

// contentOf is what the version of a message is made of: its stored columns, with accounts by what is stable of them.
// Words are precision, kind, kind of the sender, source of the recipients, relation and place.
func contentOf(t tuple, sender, people, mentioned uint64, sent int64, offset int16, words [6]uint8, audience uint32, parent uint64, attachments uint16, size, quantity uint32) tuple {
	said := uint64(0)
	for i, word := range words {
		said |= uint64(word) << (8 * i)
	}
	return t.num(sender).num(people).num(mentioned).time(sent).num(uint64(uint16(offset))).num(said).
		num(uint64(audience)).num(parent).num(uint64(attachments) | uint64(size)<<32).num(uint64(quantity))
}

// tellsKind reports whether a message's sender kind says what its account is. An automatic
// message does not: a person's account sends those too.
func tellsKind(k record.AccountKind) bool {
	return k == record.AccountHuman || k == record.AccountShared || k == record.AccountGuest
}

// version orders the versions of a message by content only: deleted, edit time, hash.
func version(deleted bool, editedMilli int64, hash uint64) uint64 {
	v := uint64(uint32(editedMilli/1000))<<31 | hash>>33
	if deleted {
		v |= 1 << 63
	}
	return v
}

// recipients appends the row's recipients, each once and without the sender, and
// returns a sum that does not depend on their order.
func (s *Sink) recipients(scope *scope, m *record.Message) uint64 {
	b, mark, sum := s.run.messages.current, s.run.mark(s.message), uint64(0)
	for _, key := range m.Recipients {
		if key.IsZero() {
			continue
		}
		if a := scope.account(key); a.marked != mark {
			a.marked = mark
			b.recipients = append(b.recipients, a.id)
			sum += a.stable
		}
	}
	b.recipientEnds = append(b.recipientEnds, len(b.recipients))
	return sum
}

func (s *Sink) mentions(scope *scope, m *record.Message) uint64 {
	b, sum := s.run.messages.current, uint64(0)
	from := len(b.mentions)
next:
	for _, key := range m.Mentions {
		if key.IsZero() || key == m.Sender {
			continue
		}
		a := scope.account(key)
		for _, id := range b.mentions[from:] {
			if id == a.id {
				continue next
			}
		}
		b.mentions = append(b.mentions, a.id)
		sum += a.stable
	}
	b.mentionEnds = append(b.mentionEnds, len(b.mentions))
	return sum
}

// identify makes the message's id and fingerprint, by the rules of the data model.
func (s *Sink) identify(ref conversationRef, m *record.Message, sender uint64) (id, fingerprint uint64) {
	w, run := s.run.w, s.run
	if m.CopyID != "" {
		fingerprint = w.id.copy.sum(run.tuple().str("copy").str(m.CopyID))
	} else {
		at := m.SentAt.UnixMicro()
		base := w.id.copy.sum(run.tuple().num(ref.identity).num(sender).time(at).num(uint64(m.Kind)).num(uint64(m.SizeBytes)).num(uint64(m.Precision)))
		fingerprint = base
		if n := s.ordinals.next(base); n > 0 {
			fingerprint = w.id.copy.sum(run.tuple().num(base).num(uint64(n)))
		}
	}
	if m.ID != "" {
		return w.id.message.sum(run.tuple().num(ref.id).str(m.ID)), fingerprint
	}
	return w.id.message.sum(run.tuple().num(ref.id).num(fingerprint)), fingerprint
}

// rememberedConversations bounds the memory for conversations whose row was staged: mail
// has one for each thread.
const rememberedConversations = 1 << 18

// conversation gives a conversation's ids and stages its row when it says something new.
func (s *scope) conversation(c *record.Conversation) conversationRef {
	w, run := s.run.w, s.run
	if s.last.key != c.Key || s.last.id == 0 {
		identity := c.Identity
		if identity == "" {
			identity = c.Key
		}
		s.last = conversationRef{
			key:      strings.Clone(c.Key),
			id:       w.id.conversation.sum(run.tuple().str(s.tool).str(s.workspace).str(c.Key)),
			identity: w.id.copy.sum(run.tuple().str("conversation").str(s.tool).str(identity)),
		}
	}
	said := uint64(c.Kind) | uint64(c.Coverage)<<8
	parent := uint64(0)
	if c.Parent != "" {
		parent = w.id.conversation.sum(run.tuple().str(s.tool).str(s.workspace).str(c.Parent))
		said |= 1 << 16
	}
	version := said<<40 | parent>>24 | 1
	if s.conversations[s.last.id] < version {
		if len(s.conversations) >= rememberedConversations {
			clear(s.conversations) // some rows will be staged a second time, which changes nothing
		}
		s.conversations[s.last.id] = version
		run.conversations.add(s, s.last.id, parent, c, version)
	}
	return s.last
}

// Activity stages a count over a span.
func (s *Sink) Activity(a *record.Activity) error {
	switch {
	case a.Tool == "":
		return s.Reject(record.Reject{Reason: record.ErrNoTool.Error()})
	case a.Account.IsZero():
		return s.Reject(record.Reject{Reason: record.ErrNoAccount.Error()})
	case a.From.Before(record.Earliest) || !a.From.Before(s.latest):
		return s.Reject(record.Reject{Reason: record.ErrTimeRange.Error()})
	}
	scope := s.scope(a.Tool, a.Workspace)
	if reason := s.unwanted(scope, a.Account, a.To); reason != "" {
		return s.reject(scope, record.Reject{Reason: reason})
	}
	scope.activities++
	s.run.activities.add(scope, a)
	return s.run.activities.flushWhenFull()
}

// Signal stages evidence of use.
func (s *Sink) Signal(g *record.Signal) error {
	switch {
	case g.Tool == "":
		return s.Reject(record.Reject{Reason: record.ErrNoTool.Error()})
	case g.Account.IsZero():
		return s.Reject(record.Reject{Reason: record.ErrNoAccount.Error()})
	case g.Day.Before(record.Earliest) || !g.Day.Before(s.latest):
		return s.Reject(record.Reject{Reason: record.ErrTimeRange.Error()})
	}
	scope := s.scope(g.Tool, g.Workspace)
	if scope.isErased(g.Account) {
		return s.reject(scope, record.Reject{Reason: reasonErased})
	}
	scope.signals++
	s.run.signals.add(scope, g)
	return s.run.signals.flushWhenFull()
}

// Reject counts a record that could not be read.
func (s *Sink) Reject(x record.Reject) error { return s.reject(s.own, x) }

// keptRejects is how many rejects of one reason and source are stored with their place.
const keptRejects = 1000

func (s *Sink) reject(scope *scope, x record.Reject) error {
	if scope.rejected[x.Reason]++; scope.rejected[x.Reason] > keptRejects {
		return nil
	}
	entry := uint64(0)
	if x.Entry != "" {
		entry = s.run.w.id.place.sum(s.run.tuple().str(x.Entry))
	}
	s.run.rejects.add(scope.tool, x.Reason, entry, x.Record)
	return s.run.rejects.flushWhenFull()
}

func (s *Sink) scope(tool, workspace string) *scope {
	if c := s.current; c != nil && c.tool == tool && c.workspace == workspace {
		return c
	}
	s.current = s.run.scope(s.collector, tool, workspace)
	return s.current
}

// ordinals numbers equals: rows of one archive that nothing tells apart. It remembers
// a window of rows, since equals stand close together.
type ordinals struct{ young, old map[uint64]uint32 }

const ordinalWindow = 1 << 16

func (o *ordinals) next(base uint64) uint32 {
	if o.young == nil || len(o.young) >= ordinalWindow {
		o.old, o.young = o.young, make(map[uint64]uint32, 1024)
	}
	n, ok := o.young[base]
	if !ok {
		n = o.old[base]
	}
	o.young[base] = n + 1
	return n
}
