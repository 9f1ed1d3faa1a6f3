package whatsapp

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// chat is what one look through an exported file says about it as a whole.
type chat struct {
	name     chatName
	votes    orderVotes
	senders  map[string]*sender // by name as written
	unsure   map[string]int     // what stands before ": " but may belong to a notice
	isGroup  bool               // by its notices
	settings *settings

	order        order
	conversation record.Conversation
	members      []record.AccountKey
}

// sender is somebody in whose name rows of a chat stand.
type sender struct {
	account record.Account
	wrote   bool // something that is no notice
	others  []record.AccountKey
}

func newChat(s *settings, name chatName) *chat {
	return &chat{name: name, settings: s, votes: newOrderVotes(s.now()), senders: map[string]*sender{}, unsure: map[string]int{}}
}

// look takes in one line of the first reading.
func (c *chat) look(line []byte) {
	h, ok := parseHeader(line)
	if !ok {
		return
	}
	c.votes.add(&h)
	name, body := splitSender(h.rest)
	switch {
	case name == nil:
		c.isGroup = c.isGroup || isGroupNotice(h.rest)
		return
	case !h.iOS && c.doubtful(name):
		return
	}
	s := c.senders[string(name)]
	if s == nil {
		if len(c.senders) == mostSenders {
			return
		}
		s = &sender{account: c.account(string(name))}
		c.senders[string(name)] = s
	}
	if !s.wrote || h.iOS && !c.isGroup {
		what, _ := classify(&h, body, 0)
		s.wrote = s.wrote || what != notice
		c.isGroup = c.isGroup || what == notice && isGroupNotice(body)
	}
}

// doubtful reports whether what stands before ": " looks like part of a notice, such as the new
// subject of a group. What stands there again and again is a name after all.
func (c *chat) doubtful(name []byte) bool {
	if c.senders[string(name)] != nil || !bytes.ContainsAny(name, "\"“”„«»「」") && utf8.RuneCount(name) <= longestName {
		return false
	}
	const often, most = 3, 1000
	if len(c.unsure) < most {
		c.unsure[string(name)]++
	}
	if c.unsure[string(name)] >= often {
		return false
	}
	c.isGroup = c.isGroup || isGroupNotice(name)
	return true
}

const (
	longestName = 60      // letters
	mostSenders = 1 << 16 // of a file; WhatsApp allows a few thousand, rows of others become system rows
)

// splitSender takes the name off a row. Name is nil where there is none, as in a notice.
func splitSender(rest []byte) (name, body []byte) {
	for at := 0; ; {
		i := bytes.IndexByte(rest[at:], ':')
		if i < 0 {
			return nil, rest
		}
		at += i + 1
		if at == len(rest) || rest[at] == ' ' {
			return rest[:at-1], rest[min(at+1, len(rest)):]
		}
	}
}

// sender finds who a row is from; nil is nobody.
func (c *chat) sender(rest []byte) (*sender, []byte) {
	name, body := splitSender(rest)
	if name != nil {
		if s := c.senders[string(name)]; s != nil {
			return s, body
		}
	}
	for i, b := range rest { // "Ana:." of somebody who is known
		if b == ':' {
			if s := c.senders[string(rest[:i])]; s != nil {
				return s, rest[i+1:]
			}
		}
	}
	return nil, rest
}

// settle draws the conclusions from the first reading.
func (c *chat) settle() (reason string) {
	c.order, reason = c.votes.settle()
	if c.settings.order != nil {
		c.order, reason = *c.settings.order, "told"
	}
	writers := c.writers()
	c.isGroup = c.isGroup || len(writers) > 2 || len(writers) == 2 && c.name.known && !slices.ContainsFunc(writers, c.isNamesake)
	names := make([]string, 0, len(writers)+2)
	for _, s := range writers {
		names = append(names, s.account.Name)
	}
	if !c.isGroup && c.name.known && len(writers) < 2 && !slices.ContainsFunc(writers, c.isNamesake) {
		names = append(names, c.name.text)
	}
	if owner := c.settings.owner; owner != "" && (c.isGroup || len(names) < 2) && !slices.Contains(names, owner) {
		names = append(names, owner)
	}
	slices.Sort(names)
	c.describe(names)
	return reason
}

func (c *chat) writers() []*sender {
	var writers []*sender
	for _, s := range c.senders {
		if s.wrote {
			writers = append(writers, s)
		}
	}
	slices.SortFunc(writers, func(a, b *sender) int { return cmp.Compare(a.account.Name, b.account.Name) })
	return writers
}

// isNamesake reports whether the chat seems to be named after a person.
func (c *chat) isNamesake(s *sender) bool {
	name, chat := strings.ToLower(s.account.Name), strings.ToLower(c.name.text)
	return strings.Contains(name, chat) || strings.Contains(chat, name)
}

// describe names the conversation and its members.
func (c *chat) describe(names []string) {
	v := &c.conversation
	v.Tool, v.Workspace, v.Coverage = c.settings.tool, c.settings.workspace, record.CoverageMember
	switch {
	case !c.isGroup && len(names) <= 2 && (len(names) == 2 || c.name.known):
		v.Kind, v.Key = record.ConversationDirect, "direct:"+strings.Join(names, "\n")
	case !c.isGroup:
		v.Kind, v.Key = record.ConversationDirect, "file:"+c.name.text
	case c.name.known:
		v.Kind, v.Key = record.ConversationGroup, "group:"+c.name.text
	default:
		v.Kind, v.Key = record.ConversationGroup, "file:"+c.name.text
	}
	for _, s := range c.senders {
		c.scope(&s.account.Key)
	}
	for _, name := range names {
		a := c.account(name)
		c.scope(&a.Key)
		c.members = append(c.members, a.Key)
	}
	c.members = slices.Compact(c.members)
	for _, m := range c.members {
		v.Members = append(v.Members, record.Member{Account: m})
	}
	for _, s := range c.senders {
		if len(c.members) <= record.SmallRoom {
			s.others = slices.DeleteFunc(slices.Clone(c.members), func(k record.AccountKey) bool { return k == s.account.Key })
		}
	}
}

// scope keeps a name of one word to its conversation, since many phones know a Ben.
func (c *chat) scope(k *record.AccountKey) {
	if k.Kind == record.KeyDisplayName && c.settings.owner == "" && !strings.ContainsAny(k.Value, " \u00a0") {
		k.Scope = c.conversation.Key
	}
}

// account is what a name says: a phone number, or how one phone book calls somebody.
func (c *chat) account(name string) record.Account {
	a := record.Account{Tool: c.settings.tool, Workspace: c.settings.workspace}
	if phone := phoneOf(name); phone != "" {
		a.Name, a.Phone = phone, phone
		a.Key = record.AccountKey{Kind: record.KeyPhone, Value: phone}
		return a
	}
	a.Name = plainName(name)
	a.Key = record.AccountKey{Kind: record.KeyDisplayName, Value: a.Name}
	if a.Name == "Meta AI" {
		a.Kind = record.AccountBot
	}
	return a
}

// announce tells the sink of the conversation and of those who wrote in it.
func (c *chat) announce(sink collectors.Sink) error {
	for _, s := range c.writers() {
		a := s.account
		if a.Key.Kind == record.KeyPhone {
			a.Name = ""
		}
		if err := sink.Account(&a); err != nil {
			return err
		}
	}
	return sink.Conversation(&c.conversation)
}
