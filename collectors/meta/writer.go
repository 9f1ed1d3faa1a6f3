package meta

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// Person is somebody by name, as long as an export is read.
type Person struct {
	key    record.AccountKey
	name   string
	handle string
	gone   bool // a name that all deleted accounts share
	said   said
}

// said is what the sink was told of an account.
type said struct{ listed, handle bool }

// assistant is the name of the houses' own bot.
const assistant = "Meta AI"

// Writer turns threads into records. It knows everybody by name.
type Writer struct {
	house     *House
	workspace string
	sink      collectors.Sink
	people    map[string]*Person // by name as it is written
	users     map[string]*Person // by user name
	repaired  map[string]*Person
	announced map[string]bool // conversations
	owner     owner
	spare     Thread
	m         record.Message
}

type owner struct{ name, email, phone, handle string }

func newWriter(h *House, workspace string, sink collectors.Sink) *Writer {
	return &Writer{house: h, workspace: workspace, sink: sink, people: map[string]*Person{}, users: map[string]*Person{}, repaired: map[string]*Person{}, announced: map[string]bool{}}
}

// Person is who has that name, as it is written in the export; nil when it is empty.
func (w *Writer) Person(name []byte) *Person {
	if len(name) == 0 {
		return nil
	}
	if p := w.people[string(name)]; p != nil {
		return p
	}
	meant := strings.TrimSpace(Repair(name))
	p := w.repaired[meant]
	if p == nil {
		p = &Person{name: meant, key: record.AccountKey{Kind: record.KeyDisplayName, Value: meant}}
		p.gone = meant != w.house.Brand && strings.Contains(meant, w.house.Brand)
		w.repaired[meant] = p
	}
	w.people[string(name)] = p
	return p
}

// User is who has that user name.
func (w *Writer) User(name []byte) *Person {
	if len(name) == 0 {
		return nil
	}
	p := w.users[string(name)]
	if p == nil {
		p = &Person{name: string(name), handle: string(name), key: record.AccountKey{Kind: record.KeyHandle, Value: string(name)}}
		w.users[p.name] = p
	}
	return p
}

// in is the key of a person in a conversation: there, a deleted account is one person.
func (p *Person) in(conversation string) record.AccountKey {
	if p == nil {
		return record.AccountKey{}
	}
	key := p.key
	if p.gone {
		key.Scope = conversation
	}
	return key
}

func (p *Person) kind() record.AccountKind {
	if p != nil && p.name == assistant {
		return record.AccountBot
	}
	return record.AccountUnknown
}

// Identity is what a conversation without a number is in every archive: its members'
// names. It is empty when one is a name that all deleted accounts share.
func Identity(members []*Person) string {
	if len(members) == 0 {
		return ""
	}
	var names []string
	for _, p := range members {
		if p.gone {
			return ""
		}
		names = append(names, p.name)
	}
	slices.Sort(names)
	return "of:" + strings.Join(slices.Compact(names), "\n")
}

// Emit hands over a thread's people, the thread and its messages, and forgets the messages.
func (w *Writer) Emit(t *Thread) error {
	if err := w.announce(t); err != nil {
		return err
	}
	to, source := t.Participants, record.RecipientsMembership
	if len(to) == 0 && t.Kind == record.ConversationOther && answered(t.Posts) {
		to, source = senders(t.Posts), record.RecipientsSeen
	}
	from := 0
	for i := range t.Posts {
		p := &t.Posts[i]
		if err := w.post(t, p, to, source); err != nil {
			return err
		}
		for _, mark := range t.Marks[from:p.marks] {
			if err := w.mark(t, p, mark); err != nil {
				return err
			}
		}
		from = p.marks
	}
	t.Posts, t.Marks = t.Posts[:0], t.Marks[:0]
	return nil
}

// announce tells the sink of a thread and of its participants, each once.
func (w *Writer) announce(t *Thread) error {
	for _, p := range t.Participants {
		if err := w.introduce(p, t.Key); err != nil {
			return err
		}
	}
	if w.announced[t.Key] {
		return nil
	}
	w.announced[t.Key] = true
	c := record.Conversation{Tool: w.house.Tool, Workspace: w.workspace, Key: t.Key, Identity: t.Identity, Kind: t.Kind, Coverage: t.Coverage}
	for _, p := range t.Participants {
		c.Members = append(c.Members, record.Member{Account: p.in(t.Key)})
	}
	return w.sink.Conversation(&c)
}

// Reject counts what could not be read.
func (w *Writer) Reject(x record.Reject) error { return w.sink.Reject(x) }

// introduce tells the sink of an account that a list of participants names.
func (w *Writer) introduce(p *Person, conversation string) error {
	now := said{listed: true, handle: p.handle != ""}
	if p.said == now || p.gone && w.announced[conversation] {
		return nil
	}
	p.said = now
	a := record.Account{Tool: w.house.Tool, Workspace: w.workspace, Key: p.in(conversation), Kind: p.kind(), Handle: p.handle}
	switch {
	case p.gone:
		a.IsDeleted, p.said = true, said{}
	case p.key.Kind == record.KeyDisplayName:
		a.Name = p.name
	}
	if p.name == w.owner.name {
		a.Email, a.Phone, a.Handle = w.owner.email, w.owner.phone, cmp.Or(p.handle, w.owner.handle)
	}
	return w.sink.Account(&a)
}

// tellOwner tells the sink whose export it is, if that is known.
func (w *Writer) tellOwner() error {
	if w.owner.name == "" {
		return nil
	}
	return w.introduce(w.Person([]byte(w.owner.name)), "")
}

func (w *Writer) begin(t *Thread) *record.Message {
	m := &w.m
	m.Reset()
	m.Tool, m.Workspace = w.house.Tool, w.workspace
	m.Conversation = record.Conversation{Key: t.Key, Identity: t.Identity, Kind: t.Kind, Coverage: t.Coverage}
	return m
}

func (w *Writer) post(t *Thread, p *Post, to []*Person, source record.RecipientSource) error {
	m := w.begin(t)
	m.Kind, m.SentAt = p.Kind, time.UnixMicro(p.SentAt)
	m.Sender, m.SenderKind = p.Sender.in(t.Key), p.Sender.kind()
	m.Attachments, m.IsDeleted = p.Attachments, p.Deleted
	if p.Kind == record.KindMessage { // what the tool itself says is in the owner's language
		m.SizeBytes = p.Size
	}
	if p.Kind != record.KindSystem && len(to) > 0 {
		m.RecipientSource = source
		w.address(t, p, to)
	}
	return w.sink.Message(m)
}

// address fills in who else is in the thread.
func (w *Writer) address(t *Thread, p *Post, to []*Person) {
	m := &w.m
	others := 0
	for _, member := range to {
		if member == p.Sender {
			continue
		}
		others++
		if len(to) <= record.SmallRoom {
			m.Recipients = append(m.Recipients, member.in(t.Key))
		}
	}
	if m.RecipientSource == record.RecipientsMembership {
		m.Audience = uint32(others)
	}
}

func (w *Writer) mark(t *Thread, p *Post, mark Mark) error {
	m := w.begin(t)
	m.Kind, m.SentAt, m.Precision, m.Relation = record.KindReaction, time.UnixMicro(p.SentAt), record.PrecisionInherited, record.RelationMark
	if !mark.At.IsZero() {
		m.SentAt, m.Precision = mark.At, record.PrecisionMillisecond
		if mark.At.Nanosecond() == 0 {
			m.Precision = record.PrecisionSecond
		}
	}
	m.Sender, m.SenderKind = mark.Actor.in(t.Key), mark.Actor.kind()
	return w.sink.Message(m)
}

// senders are those who wrote, in the order of their names.
func senders(posts []Post) []*Person {
	var out []*Person
	for _, p := range posts {
		if p.Sender != nil && !slices.Contains(out, p.Sender) {
			out = append(out, p.Sender)
		}
		if len(out) > record.SmallRoom {
			break
		}
	}
	slices.SortFunc(out, func(a, b *Person) int { return strings.Compare(a.name, b.name) })
	return out
}

// Count gives how many elements the next value has, if it is a list.
func Count(s *jsonscan.Scanner) uint16 {
	n := uint16(0)
	if !s.Enter('[') {
		return 0
	}
	for s.Element() {
		s.Skip()
		n = min(n, 1<<16-2) + 1
	}
	return n
}

// Instant reads a time in the form of RFC 3339 with any fraction; the zero time is none.
func Instant(s []byte) time.Time {
	at, _ := jsonscan.Instant(s)
	return at
}
