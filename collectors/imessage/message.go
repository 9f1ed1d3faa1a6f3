package imessage

import (
	"context"

	"math"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
	"crosstalk/collectors/sqlite"
)

// reader is one pass over a database.
type reader struct {
	ctx        context.Context
	db         *sqlite.Database
	settings   *settings
	sink       collectors.Sink
	entry      string
	handles    map[int64]*person
	people     map[record.AccountKey]*person
	addresses  map[string]record.Account
	owner      *person
	ownerKnown bool                       // by an address
	own        map[record.AccountKey]bool // addresses of the owner
	chats      map[int64]*chat
	rooms      map[string]int64 // chats of groups by name
	byKey      map[string]*chat
	chatOf     index // message → chat
	attached   index // message → attachments
	message    record.Message
}

// read reads one database.
func read(ctx context.Context, t *collectors.Tree, name string, s *settings, sink collectors.Sink) error {
	db, err := sqlite.Open(t, name)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Require("message", "guid", "date", "is_from_me", "handle_id"); err != nil {
		return err
	}
	if err := db.Require("handle", "id"); err != nil {
		return err
	}
	collectors.NextArchive(sink)
	r := &reader{ctx: ctx, db: db, settings: s, sink: sink, entry: name, addresses: map[string]record.Account{}, byKey: map[string]*chat{}, chatOf: newIndex(), attached: newIndex()}
	for _, step := range []func() error{r.findOwner, r.readHandles, r.readChats, r.readJoins, r.readAttachments, r.readMessages} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// each visits a table if this version of the database has it.
func (r *reader) each(table string, columns []string, visit func(*sqlite.Row) error) error {
	if !r.db.Has(table) {
		return nil
	}
	return r.db.Each(r.ctx, table, columns, visit)
}

// readJoins finds the chat of each message: of several the first, and for those deleted a
// short while ago the one they were in.
func (r *reader) readJoins() error {
	for _, table := range []string{"chat_message_join", "chat_recoverable_message_join"} {
		err := r.each(table, []string{"chat_id", "message_id"}, func(row *sqlite.Row) error {
			id, message := row.Int(0), row.Int(1)
			if r.chats[id] == nil || id <= 0 || id > math.MaxUint32 {
				return nil
			}
			if at := r.chatOf.at(message); *at == 0 || uint32(id) < *at {
				*at = uint32(id)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) readAttachments() error {
	hidden := map[int64]bool{}
	if r.db.Has("attachment", "hide_attachment") {
		err := r.each("attachment", []string{"hide_attachment"}, func(row *sqlite.Row) error {
			if row.Int(0) == 1 {
				hidden[row.ID] = true
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return r.each("message_attachment_join", []string{"message_id", "attachment_id"}, func(row *sqlite.Row) error {
		if !hidden[row.Int(1)] {
			*r.attached.at(row.Int(0))++
		}
		return nil
	})
}

// columns of message, in the order of the constants below. What a version lacks is null.
var columns = []string{
	"guid", "text", "handle_id", "attributedBody", "service", "date", "is_from_me", "cache_roomnames", "item_type", "is_system_message",
	"associated_message_guid", "associated_message_type", "thread_originator_guid", "date_retracted", "date_edited",
}

const (
	colGUID = iota
	colText
	colHandle
	colBody
	colService
	colDate
	colFromMe
	colRoom
	colItem
	colSystem
	colTarget
	colTargetType
	colThread
	colRetracted
	colEdited
)

func (r *reader) readMessages() error {
	return r.db.Each(r.ctx, "message", columns, func(row *sqlite.Row) error {
		c, sender := r.place(row)
		if c == nil {
			return r.sink.Reject(record.Reject{Reason: "no_conversation", Entry: r.entry, Record: row.ID})
		}
		tool := toolOf(row.Text(colService))
		if err := r.announce(tool, c, sender); err != nil {
			return err
		}
		r.fill(row, tool, c, sender)
		return r.sink.Message(&r.message)
	})
}

// place finds the conversation and the sender of a message. Messages that stand in no chat belong
// to the room they name, else to the person they are from or to.
func (r *reader) place(row *sqlite.Row) (*chat, *person) {
	peer := r.handles[row.Int(colHandle)]
	sender := peer
	if row.Int(colFromMe) == 1 {
		sender = r.owner
	}
	c := r.chats[int64(r.chatOf.get(row.ID))]
	if c == nil {
		c = r.chats[r.rooms[row.Text(colRoom)]]
	}
	if c == nil && peer != nil {
		c = r.direct(peer)
	}
	return c, sender
}

// toolOf is the tool a service stands for.
func toolOf(service string) string {
	switch strings.ToLower(service) {
	case "sms":
		return "sms"
	case "rcs":
		return "rcs"
	}
	return slug // iMessage, also by satellite, and rows that do not say
}

// announce tells the sink of people and of the conversation when they are new to a tool.
func (r *reader) announce(tool string, c *chat, sender *person) error {
	if sender != nil && !sender.told[tool] {
		if err := r.tell(tool, sender); err != nil {
			return err
		}
	}
	if c.told[tool] {
		return nil
	}
	c.told[tool] = true
	v := r.conversation(tool, c)
	for _, p := range append([]*person{r.owner}, c.members...) {
		if !p.told[tool] {
			if err := r.tell(tool, p); err != nil {
				return err
			}
		}
		v.Members = append(v.Members, record.Member{Account: p.account.Key})
	}
	return r.sink.Conversation(&v)
}

func (r *reader) tell(tool string, p *person) error {
	p.told[tool] = true
	a := p.account
	a.Tool = tool
	return r.sink.Account(&a)
}

func (r *reader) conversation(tool string, c *chat) record.Conversation {
	return record.Conversation{Tool: tool, Workspace: r.settings.workspace, Key: c.key, Kind: c.kind, Coverage: record.CoverageMember}
}

// fill makes a record of a row.
func (r *reader) fill(row *sqlite.Row, tool string, c *chat, sender *person) {
	m := &r.message
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = tool, r.settings.workspace, r.conversation(tool, c)
	m.ID = row.Text(colGUID)
	if len(m.ID) >= shortestUUID {
		m.CopyID = m.ID
	}
	m.SentAt, m.Precision = instant(row.Int(colDate))
	m.Kind = kindOf(row)
	if m.Kind == record.KindSystem {
		return
	}
	if sender != nil {
		m.Sender, m.SenderKind = sender.account.Key, sender.account.Kind
	}
	r.address(c, sender)
	if m.Kind == record.KindReaction {
		m.Parent, m.Relation = targetOf(row.Text(colTarget)), record.RelationMark
		return
	}
	if thread := row.Text(colThread); thread != "" {
		m.Parent, m.Relation = thread, record.RelationThread
	}
	r.measure(row)
}

// shortestUUID is the length from which a guid is taken to be the only one of its kind in the world.
const shortestUUID = 32

// address fills in who a message was sent to: the members the chat has now.
func (r *reader) address(c *chat, sender *person) {
	m := &r.message
	if len(c.members) == 0 {
		return
	}
	m.Audience = uint32(len(c.members))
	if sender == nil || len(c.members) >= record.SmallRoom {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	if sender != r.owner {
		m.Recipients = append(m.Recipients, r.owner.account.Key)
	}
	for _, p := range c.members {
		if p != sender {
			m.Recipients = append(m.Recipients, p.account.Key)
		}
	}
}

// measure fills in size, attachments, edit and withdrawal.
func (r *reader) measure(row *sqlite.Row) {
	m := &r.message
	attached := r.attached.get(row.ID)
	m.Attachments = uint16(min(attached, math.MaxUint16))
	size := row.Size(colText)
	if size == 0 {
		size = bodySize(row.Head(colBody, bodyHead))
	}
	if placeholders := int64(attached) * int64(len("\ufffc")); size >= placeholders {
		size -= placeholders
	}
	m.SizeBytes = uint32(min(size, math.MaxUint32))
	if edited := row.Int(colEdited); edited > 0 {
		m.EditedAt, _ = instant(edited)
		m.IsDeleted = row.Size(colText) == 0 && row.Size(colBody) == 0 && attached == 0
	}
	if retracted := row.Int(colRetracted); retracted > 0 {
		m.EditedAt, _ = instant(retracted)
		m.IsDeleted = true
	}
}
