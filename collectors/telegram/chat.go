package telegram

import (
	"strconv"
	"strings"

	"crosstalk/collectors/record"
)

// head is what an export says of a chat apart from its messages.
type head struct {
	kind string // Telegram's word for it
	id   int64

	// Who writes in a chat of two, where only that tells whose export it is: two at most.
	writers [2]string
}

// chat is one chat being read.
type chat struct {
	head
	nth  int
	read bool // its messages have been, or are being
	late bool

	place  record.Conversation
	self   *person // the owner, of saved messages
	prefix string  // before the ids of messages that every member counts alone
	named  bool    // prefix is settled
}

var kinds = map[string]record.ConversationKind{
	"personal_chat":      record.ConversationDirect,
	"bot_chat":           record.ConversationDirect,
	"private_group":      record.ConversationGroup,
	"private_supergroup": record.ConversationGroup,
	"public_supergroup":  record.ConversationChannel,
	"private_channel":    record.ConversationPrivateChannel,
	"public_channel":     record.ConversationChannel,
}

// pair reports a chat of two.
func (h *head) pair() bool { return h.kind == "personal_chat" || h.kind == "bot_chat" }

// shared reports a chat whose messages have the same ids for everybody. In all others each
// member counts for himself.
func (h *head) shared() bool {
	return strings.HasSuffix(h.kind, "supergroup") || strings.HasSuffix(h.kind, "_channel")
}

// begin starts on the next chat of the file.
func (r *run) begin() *chat {
	r.chats++
	c := &chat{nth: r.chats}
	if r.again {
		c.head = r.late[c.nth]
	}
	return c
}

// part reads one key of a chat.
func (r *run) part(c *chat, key []byte) error {
	switch string(key) {
	case "type":
		if word := r.Str(); len(word) <= maxID {
			c.kind = string(word)
		}
	case "id":
		c.id = r.Number()
	case "messages":
		return r.body(c)
	default:
		r.Skip()
	}
	return nil
}

// body reads the messages of a chat, unless what they need is not known yet.
func (r *run) body(c *chat) error {
	_, wanted := r.late[c.nth]
	switch {
	case r.Peek() != '[' || r.again && !wanted:
		r.Skip()
		return nil
	case !r.again && (c.kind == "" || c.id == 0 || c.pair() && r.owner == ""):
		c.late = true
		if c.pair() || c.kind == "" {
			r.findWriters(c)
		} else {
			r.Skip()
		}
		return nil
	}
	c.read = true
	if err := r.announce(c); err != nil {
		return err
	}
	return r.messages(c)
}

// end settles a chat whose last key was read.
func (r *run) end(c *chat) error {
	switch {
	case c.late:
		r.late[c.nth] = c.head
	case !c.read && !r.again && c.id != 0 && r.Err() == nil:
		return r.announce(c)
	}
	return nil
}

// findWriters looks for the two who write in a chat.
func (r *run) findWriters(c *chat) {
	r.Enter('[')
	for r.Element() {
		if c.writers[1] != "" {
			r.Skip()
			continue
		}
		if !r.Enter('{') {
			continue
		}
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			if string(key) == "from_id" || string(key) == "actor_id" {
				c.note(r.person(r.Str()))
			} else {
				r.Skip()
			}
		}
	}
}

func (h *head) note(p *person) {
	if p == nil || !strings.HasPrefix(p.key.Value, "user") {
		return
	}
	switch id := strings.TrimPrefix(p.key.Value, "user"); {
	case h.writers[0] == "":
		h.writers[0] = id
	case h.writers[0] != id && h.writers[1] == "":
		h.writers[1] = id
	}
}

// writer is who writes in a chat of two and is not the other one.
func (h *head) writer(other string) string {
	for _, id := range h.writers {
		if h.pair() && id != other {
			return id
		}
	}
	return ""
}

// announce works out what a chat is and hands it over.
func (r *run) announce(c *chat) error {
	place := record.Conversation{Tool: Tool, Workspace: r.workspace, Kind: kinds[c.kind], Coverage: record.CoverageMember}
	id := strconv.FormatInt(c.id, 10)
	owner := r.owner
	if owner == "" {
		owner = c.writer(id)
	}
	switch {
	case c.pair():
		place.Key = pairKey(id, owner)
		r.two(c, &place, id, owner)
	case c.kind == "saved_messages":
		place.Key, owner = "saved "+id, id
		c.self = r.person([]byte("user" + id))
	case c.shared() && c.id > oldChannel:
		place.Key = "channel" + strconv.FormatInt(c.id-oldChannel, 10)
	case c.shared():
		place.Key = "channel" + id
	case c.id != 0:
		place.Key = "chat" + id
	default:
		place.Key = "file " + r.entry
	}
	if c.named = c.shared() || owner != ""; c.named && !c.shared() {
		c.prefix = owner + "/"
	}
	c.place = place
	return r.sink.Conversation(&place)
}

// two fills in the members of a chat of two, as far as they are known.
func (r *run) two(c *chat, place *record.Conversation, other, owner string) {
	for i, id := range []string{other, owner} {
		p := r.person([]byte("user" + id))
		if p == nil || id == "" {
			continue
		}
		if i == 0 && c.kind == "bot_chat" {
			p.kind = record.AccountBot
		}
		place.Members = append(place.Members, record.Member{Account: p.key})
	}
}

// pairKey names a chat of two the same whoever of them exports it.
func pairKey(a, b string) string {
	if len(a) > len(b) || len(a) == len(b) && a > b {
		a, b = b, a
	}
	return strings.TrimSpace("users " + strings.TrimSpace(a+" "+b))
}
