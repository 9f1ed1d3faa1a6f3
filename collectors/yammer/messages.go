package yammer

import (
	"bytes"
	"context"
	"io"
	"time"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// Columns of Messages.csv; the first four have to be there.
const (
	colID = iota
	colThread
	colSender
	colCreated
	colRepliedTo
	colConversation
	colGroup
	colParticipants
	colInPrivateGroup
	colInPrivate
	colSenderType
	colSenderName
	colSenderEmail
	colAttachments
	colDeleted
	colType
	colDraft
	neededColumns = colCreated + 1
)

var messageColumns = []string{"id", "thread_id", "sender_id", "created_at", "replied_to_id", "conversation_id", "group_id", "participants",
	"in_private_group", "in_private_conversation", "sender_type", "sender_name", "sender_email", "attachments", "deleted_at", "message_type", "is_draft"}

// table reads Messages.csv.
type table struct {
	*csvscan.Reader
	run *run
	n   *network
	m   record.Message
	key []byte
}

// messages reads Messages.csv.
func (r *run) messages(ctx context.Context, n *network, entry string, src io.Reader) error {
	t := &table{Reader: csvscan.New(messageColumns, []string{"body", "html_body"}), run: r, n: n}
	return r.rows(ctx, t.Reader, neededColumns, entry, src, t.message)
}

// message reads one row.
func (t *table) message() (reason string, err error) {
	m := &t.m
	m.Reset()
	m.Tool, m.Workspace, m.ID = Tool, t.n.workspace, string(t.Text(colID))
	if m.SentAt, m.Precision = parseTime(t.Text(colCreated)); m.SentAt.IsZero() {
		return "bad_time", nil
	}
	switch {
	case m.ID == "":
		return "no_id", nil
	case t.flag(colDraft):
		return "draft", nil
	}
	if err := t.author(); err != nil {
		return "", err
	}
	m.Kind = record.KindMessage
	if string(t.Text(colType)) == "system" || m.SenderKind == record.AccountSystem {
		m.Kind = record.KindSystem
	}
	m.IsDeleted = len(t.Text(colDeleted)) > 0
	t.place()
	t.parent()
	if m.Kind == record.KindMessage {
		m.SizeBytes, m.Attachments = uint32(min(max(t.Size(0), 0), 1<<32-1)), uint16(min(countFiles(t.Text(colAttachments)), 1<<16-1))
		if m.SizeBytes == 0 {
			m.SizeBytes = uint32(min(t.Size(1), 1<<32-1))
		}
	}
	return "", t.run.sink.Message(m)
}

func (t *table) flag(column int) bool { return bytes.EqualFold(t.Text(column), []byte("true")) }

// author fills in who wrote, and announces an account that the list of users has not.
func (t *table) author() error {
	m := &t.m
	id := t.n.intern(t.Text(colSender))
	if id == "" {
		return nil
	}
	a, known := t.n.accounts[id]
	if !known {
		a = t.run.account(t.n, id, string(t.Text(colSenderName)), t.Text(colSenderEmail))
		switch string(t.Text(colSenderType)) {
		case "Bot":
			a.Kind = record.AccountBot
		case "System", "Guide":
			a.Kind = record.AccountSystem
		}
	}
	m.Sender, m.SenderKind = a.Key, a.Kind
	if known {
		return nil
	}
	return t.run.sink.Account(a)
}

// place fills in the conversation and who is in it.
func (t *table) place() {
	m := &t.m
	if t.flag(colInPrivate) {
		t.placePrivately()
		return
	}
	if group := t.n.intern(t.Text(colGroup)); group != "" {
		m.Conversation = *t.n.group(group, t.flag(colInPrivateGroup))
		return
	}
	m.Conversation = record.Conversation{Key: "network", Kind: record.ConversationFeed, Coverage: record.CoverageWhole}
}

// placePrivately reads whom a private message went to.
func (t *table) placePrivately() {
	m := &t.m
	id := t.Text(colConversation)
	if len(id) == 0 {
		id = t.Text(colThread)
	}
	t.key = append(append(t.key[:0], "private/"...), id...)
	m.Conversation = record.Conversation{Key: t.n.intern(t.key), Kind: record.ConversationGroup, Coverage: record.CoverageWhole}
	others := 0
	for participant := range bytes.SplitSeq(t.Text(colParticipants), []byte(",")) {
		id, ok := bytes.CutPrefix(bytes.TrimSpace(participant), []byte("user:"))
		key := toolID(t.n.intern(id))
		if !ok || key.IsZero() || key == m.Sender {
			continue
		}
		if others++; others <= record.SmallRoom {
			m.Recipients = append(m.Recipients, key)
		}
	}
	if others == 0 {
		return
	}
	m.RecipientSource, m.Audience = record.RecipientsListed, uint32(others)
	switch {
	case others == 1:
		m.Conversation.Kind = record.ConversationDirect
	case others >= record.SmallRoom: // with the sender, more than that
		m.Recipients = m.Recipients[:0]
	}
}

// parent fills in what a message answers: a message, or a thread.
func (t *table) parent() {
	m := &t.m
	if parent := t.Text(colRepliedTo); len(parent) > 0 {
		m.Parent, m.Relation = string(parent), record.RelationReply
		return
	}
	if thread := t.Text(colThread); len(thread) > 0 && string(thread) != m.ID {
		m.Parent, m.Relation = string(thread), record.RelationThread
	}
}

// countFiles counts the files among attachments written as
// `opengraphobject:[1 : https://example.com/a,b], uploadedfile:2`.
func countFiles(list []byte) (n int) {
	depth := 0
	for i, c := range list {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth = max(depth-1, 0)
		case c == 'u' && depth == 0 && bytes.HasPrefix(list[i:], []byte("uploadedfile:")):
			n++
		}
	}
	return n
}

// parseTime reads `2018-08-07T08:28:50.983Z`, `…+00:00` and `2018/08/07 08:28:50 +0000`. The
// zero time is none.
func parseTime(b []byte) (time.Time, record.Precision) {
	at, err := time.Parse(time.RFC3339, string(b))
	if err != nil {
		if at, err = time.Parse("2006/01/02 15:04:05 -0700", string(b)); err != nil {
			return time.Time{}, 0
		}
	}
	if bytes.IndexByte(b, '.') < 0 {
		return at, record.PrecisionSecond
	}
	return at, record.PrecisionMillisecond
}
