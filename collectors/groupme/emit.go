package groupme

import (
	"strings"

	"crosstalk/collectors/record"
)

// emit hands over a message and the reactions to it.
func (d *reader) emit(b *batch, p *post) error {
	o, err := d.roomOf(p)
	if err != nil {
		return err
	}
	m := &d.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, d.workspace, o.Conversation
	m.ID = b.of(p.id)
	m.SentAt, m.Precision = p.sent(m.ID)
	if p.system {
		m.Kind = record.KindSystem
		return d.sink.Message(m)
	}
	m.Kind, m.Sender = record.KindMessage, account(p.user)
	if p.bot {
		m.SenderKind = record.AccountBot
		if err := d.introduce(p.user, b.of(p.name)); err != nil {
			return err
		}
	}
	m.SizeBytes, m.Attachments, m.IsDeleted = uint32(min(p.size, 1<<32-1)), uint16(min(p.attachments, 1<<16-1)), p.deleted
	if p.edited.After(m.SentAt) {
		m.EditedAt = p.edited
	}
	if m.Parent = b.of(p.parent); m.Parent != "" {
		m.Relation = record.RelationReply
	}
	for _, user := range p.mentions {
		m.Mentions = append(m.Mentions, account(user))
	}
	d.address(o, p)
	if err := d.sink.Message(m); err != nil {
		return err
	}
	return d.marked(o, b, p)
}

// roomOf is the conversation of a message; one that no list has is announced at its first.
func (d *reader) roomOf(p *post) (*room, error) {
	var o *room
	if p.group != "" {
		o = d.room(record.ConversationGroup, p.group)
	} else {
		o = d.room(record.ConversationDirect, p.pair)
	}
	if o.said {
		return o, nil
	}
	o.said = true
	c := o.Conversation
	for _, user := range o.members {
		c.Members = append(c.Members, record.Member{Account: account(user)})
	}
	return o, d.sink.Conversation(&c)
}

// introduce tells the sink of a bot, which no list has.
func (d *reader) introduce(id, name string) error {
	if id == "" || d.users[id] != nil {
		return nil
	}
	bot := &person{Account: record.Account{Tool: Tool, Workspace: d.workspace, Key: account(id), Kind: record.AccountBot, Name: strings.Clone(name)}}
	d.users[id] = bot
	return d.sink.Account(&bot.Account)
}

// address fills in who else is in the conversation.
func (d *reader) address(o *room, p *post) {
	m := &d.m
	if len(o.members) == 0 {
		if p.recipient != "" {
			m.Recipients = append(m.Recipients, account(p.recipient))
			m.RecipientSource, m.Audience = record.RecipientsListed, 1
		}
		return
	}
	m.RecipientSource = record.RecipientsMembership
	for _, user := range o.members {
		if user == p.user {
			continue
		}
		m.Audience++
		if len(o.members) <= record.SmallRoom {
			m.Recipients = append(m.Recipients, account(user))
		}
	}
}

// marked hands over the reactions to the message that was handed over last. Newer messages
// tell them apart, older ones only have likes; where both stand they are the same.
func (d *reader) marked(o *room, b *batch, p *post) error {
	if len(p.marks) == 0 {
		for _, user := range p.favorites {
			if err := d.mark(o, b, p, user, like); err != nil {
				return err
			}
		}
		return nil
	}
	for _, mark := range p.marks {
		code := b.of(mark.code)
		if code == "" || strings.TrimSuffix(code, "\ufe0f") == "❤" {
			code = like
		}
		if err := d.mark(o, b, p, mark.user, code); err != nil {
			return err
		}
	}
	return nil
}

// like is what a like is called in the id of a reaction: in later exports it is a heart.
const like = "like"

func (d *reader) mark(o *room, b *batch, p *post, user, code string) error {
	m := &d.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, d.workspace, o.Conversation
	m.Kind, m.Sender, m.Relation, m.Parent = record.KindReaction, account(user), record.RelationMark, b.of(p.id)
	m.SentAt, _ = p.sent(m.Parent)
	m.Precision = record.PrecisionInherited
	m.ID = m.Parent + ":" + code + ":" + user
	return d.sink.Message(m)
}
