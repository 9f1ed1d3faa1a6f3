package discord

import (
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// channel is one exported channel.
type channel struct {
	record.Conversation
	private bool // a conversation of two, or a group
	read    bool // its messages have been, or are being
	late    bool // they stand before what they need
	again   bool // reading those

	writers []*person // of a private one, so far as it is small
	isLarge bool
	listed  []record.AccountKey
}

// channelKinds are DiscordChatExporter's words.
var channelKinds = map[string]record.ConversationKind{
	"DirectTextChat": record.ConversationDirect, "DirectGroupTextChat": record.ConversationGroup,
	"GuildPrivateThread": record.ConversationPrivateChannel,
}

// exported reads a channel, and a second time if its messages could not be understood the
// first time: who is in a private one only its messages tell.
func (r *run) exported(src source) error {
	c := &channel{Conversation: record.Conversation{Tool: Tool, Workspace: r.workspace, Coverage: record.CoverageMember}}
	err := r.json(func(string) error { return r.root(c) })(src)
	if err != nil || !c.late {
		return err
	}
	c.settle()
	second, err := src.open()
	if err != nil {
		return collectors.Unreadable(err)
	}
	defer second.Close()
	r.Reset(second)
	c.again, r.nth = true, 0
	if r.Peek() == '{' {
		if err := r.root(c); err != nil {
			return err
		}
	}
	if _, err := r.Verdict(); err != nil { // other faults have been counted
		return collectors.Unreadable(err)
	}
	return nil
}

func (r *run) root(c *channel) error {
	found := false
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "channel":
			found = true
			r.channel(c)
		case "dateRange":
			r.dateRange(c)
		case "messages":
			if r.Peek() != '[' {
				r.Skip()
				continue
			}
			found = true
			if err := r.body(c); err != nil {
				return err
			}
		default:
			r.Skip()
		}
	}
	switch {
	case c.again || r.Err() != nil:
		return nil
	case !found:
		return collectors.RejectFile(r.sink, r.entry)
	case !c.read && !c.late && c.Key != "":
		return r.announce(c)
	}
	return nil
}

func (r *run) channel(c *channel) {
	if !r.Enter('{') {
		return
	}
	category, isThread := "", false
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id":
			if id := r.Str(); number(id) && len(id) <= maxID {
				c.Key = string(id)
			}
		case "type":
			word := r.word()
			if c.Kind = channelKinds[word]; c.Kind == record.ConversationOther && strings.HasPrefix(word, "Guild") {
				c.Kind = record.ConversationChannel
			}
			isThread = strings.HasSuffix(word, "Thread")
		case "categoryId": // of a thread, the channel it is in
			category = r.word()
		default:
			r.Skip()
		}
	}
	if isThread && category != "0" {
		c.Parent = category
	}
	c.private = c.Kind == record.ConversationDirect || c.Kind == record.ConversationGroup
}

// dateRange notes that only a part was exported.
func (r *run) dateRange(c *channel) {
	if !r.Enter('{') {
		return
	}
	for _, ok := r.Key(); ok; _, ok = r.Key() {
		if len(r.Str()) > 0 {
			c.Coverage = record.CoverageTruncated
		}
	}
}

// body reads the messages, unless what they need is not known yet.
func (r *run) body(c *channel) error {
	if !c.again && (c.Key == "" || c.private) {
		c.late = true
		return r.findWriters(c)
	}
	if !c.read {
		if err := r.announce(c); err != nil {
			return err
		}
	}
	c.read = true
	return r.messages(c)
}

func (r *run) announce(c *channel) error { return r.sink.Conversation(&c.Conversation) }

// findWriters notes who writes in a channel, as long as they are few.
func (r *run) findWriters(c *channel) error {
	r.Enter('[')
	for n := 0; r.Element(); n++ {
		if n&0x3ff == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if c.isLarge || !r.Enter('{') {
			if c.isLarge {
				r.Skip()
			}
			continue
		}
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			if string(key) == "author" {
				c.note(r.who())
			} else {
				r.Skip()
			}
		}
	}
	return nil
}

func (c *channel) note(p *person) {
	if p == nil {
		return
	}
	for _, known := range c.writers {
		if known == p {
			return
		}
	}
	if c.isLarge = len(c.writers) == record.SmallRoom; !c.isLarge {
		c.writers = append(c.writers, p)
	}
}

// settle works out the members of a private channel: everybody seen writing.
func (c *channel) settle() {
	if !c.private || c.isLarge {
		return
	}
	for _, p := range c.writers {
		c.listed = append(c.listed, p.Key)
	}
}
