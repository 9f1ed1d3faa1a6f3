package sms

import (
	"log/slog"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/phone"
	"crosstalk/collectors/record"
)

// writer makes records of what the readers find.
type writer struct {
	settings *settings
	sink     collectors.Sink
	log      *slog.Logger
	book     *book
	known    map[string]bool // conversations the sink was told of
	message  record.Message
	all      party // room for place
}

// rememberedConversations bounds the memory for conversations that were announced.
const rememberedConversations = 1 << 16

// begin starts a file, which may repeat what another one holds. The numbers are those of its
// beginning, of which the country is taken if nobody has told it.
func (w *writer) begin(numbers []string) {
	collectors.NextArchive(w.sink)
	region := w.settings.region
	if region == "" {
		region = phone.CommonRegion(numbers)
		w.log.Info("country of numbers without a country code settled", "region", region, "reason", "most numbers with one")
	}
	w.book = newBook(w.settings, region)
	w.known = map[string]bool{}
}

// item is one message, or call, between the phone and others.
type item struct {
	kind      record.Kind
	id        string
	at        time.Time
	precision record.Precision
	sent      bool     // by the phone's owner
	sender    *address // of a received one, or nil when unknown
	others    party    // everybody but the owner
	size      int64
	attached  int
}

// write hands over one item. The answer is the reason for which it could not.
func (w *writer) write(i *item) (reason string, err error) {
	if len(i.others) == 0 {
		return "no_address", nil
	}
	v := record.Conversation{Tool: w.settings.tool, Workspace: w.settings.workspace, Key: w.place(i.others), Kind: record.ConversationDirect, Coverage: record.CoverageMember}
	if len(i.others) > 1 {
		v.Kind = record.ConversationGroup
	}
	if err := w.announce(&v, i.others); err != nil {
		return "", err
	}
	m := &w.message
	m.Reset()
	m.Tool, m.Workspace, m.Conversation, m.ID = w.settings.tool, w.settings.workspace, v, i.id
	m.Conversation.Members = nil
	m.Kind, m.SentAt, m.Precision = i.kind, i.at, i.precision
	m.SizeBytes, m.Attachments = uint32(min(max(i.size, 0), 1<<32-1)), uint16(min(i.attached, 1<<16-1))
	sender := i.sender
	if i.sent {
		sender = w.book.owner
	}
	if sender != nil {
		m.Sender, m.SenderKind = sender.account.Key, sender.account.Kind
	}
	m.Audience = uint32(len(i.others))
	if sender != nil && len(i.others) < record.SmallRoom {
		w.address(i, sender)
	}
	return "", w.sink.Message(m)
}

// place names the conversation of the owner with others. Phones whose owners are told do not
// mix up what is each one's own.
func (w *writer) place(others party) string {
	if w.settings.owner == "" {
		return others.key()
	}
	w.all = append(append(w.all[:0], others...), w.book.owner)
	return w.all.key()
}

// address fills in who a message was sent to.
func (w *writer) address(i *item, sender *address) {
	m := &w.message
	m.RecipientSource = record.RecipientsListed
	if sender != w.book.owner {
		m.Recipients = append(m.Recipients, w.book.owner.account.Key)
	}
	for _, a := range i.others {
		if a != sender {
			m.Recipients = append(m.Recipients, a.account.Key)
		}
	}
}

// announce tells the sink of people and of the conversation when they are new to it.
func (w *writer) announce(v *record.Conversation, others party) error {
	for _, a := range others {
		if err := w.account(a, ""); err != nil {
			return err
		}
	}
	if err := w.account(w.book.owner, ""); err != nil || w.known[v.Key] {
		return err
	}
	if len(w.known) >= rememberedConversations {
		clear(w.known)
	}
	w.known[v.Key] = true
	v.Members = append(v.Members, record.Member{Account: w.book.owner.account.Key})
	for _, a := range others {
		v.Members = append(v.Members, record.Member{Account: a.account.Key})
	}
	return w.sink.Conversation(v)
}

// account tells the sink of an account, again when a name comes up.
func (w *writer) account(a *address, name string) error {
	if name == "null" || name == "(Unknown)" || name == a.account.Phone {
		name = ""
	}
	if a.told && (name == "" || a.account.Name == name) {
		return nil
	}
	if name != "" {
		a.account.Name = name
	}
	a.told = true
	return w.sink.Account(&a.account)
}
