package lync

import (
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// Columns of the archive's messages between two, raw or joined with its users.
const (
	archTime = iota
	archSeq
	archFrom
	archTo
	archFromID
	archToID
	archContent
	archType
)

var archiveColumns = []string{"MessageIdTime|Time|Date", "MessageIdSeq", "FromUri|FromUser|From", "ToUri|ToUser|To", "FromId", "ToId",
	"ContentType", "Type"}

// archived makes a message of a row. A row of a joined table that belongs to a conference
// stands for one recipient, and is the same message as the rows for the others.
func (r *run) archived(t *csvscan.Reader) (reason string, err error) {
	stated := value(t, archTime)
	at := instant(stated)
	if at.IsZero() {
		return "bad_time", nil
	}
	from, err := r.either(t, archFrom, archFromID)
	if err != nil {
		return "", err
	}
	to, err := r.either(t, archTo, archToID)
	if err != nil {
		return "", err
	}
	if from.IsZero() || to.IsZero() {
		return "no_account", nil
	}
	if strings.EqualFold(value(t, archType), "conference") {
		return "conference_row", nil // which conference it was, the row does not say
	}
	m := r.begin(direct(from, to), record.ConversationDirect)
	m.SentAt, m.Precision, m.Sender = at, precision(stated), from
	m.Recipients, m.RecipientSource, m.Audience = append(m.Recipients, to), record.RecipientsListed, 1
	m.SizeBytes = uint32(t.Size(0))
	if seq := value(t, archSeq); seq != "" {
		m.ID = numbered(at, seq)
	}
	if strings.Contains(strings.ToLower(value(t, archContent)), "msmsgsinvite") {
		m.Kind = record.KindSystem // the beginning of a file transfer or a whiteboard
	}
	return "", r.sink.Message(m)
}

// begin prepares a message in a conversation.
func (r *run) begin(conversation string, kind record.ConversationKind) *record.Message {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Kind = Tool, r.workspace, record.KindMessage
	m.Conversation = record.Conversation{Tool: Tool, Workspace: r.workspace, Key: conversation, Kind: kind}
	return m
}

// direct is the key of the conversation of two, whoever writes.
func direct(a, b record.AccountKey) string {
	if b.Value < a.Value {
		a, b = b, a
	}
	return a.Value + " " + b.Value
}

var hearerColumns = []string{"SessionIdTime", "SessionIdSeq", "UserUri", "UserId"}

// hearer notes who got messages of a conference.
func (r *run) hearer(t *csvscan.Reader) (reason string, err error) {
	key, err := r.either(t, 2, 3)
	if err != nil {
		return "", err
	}
	if key.IsZero() {
		return "no_account", nil
	}
	if !r.heard.hear(conferenceOf(t, 0, 1), key) {
		return "too_many_recipients", nil
	}
	return "", nil
}

var spokenColumns = []string{"SessionIdTime", "SessionIdSeq", "MessageId", "Date|MessageIdTime", "FromUri", "FromId"}

// spoken makes a message of what was said in a conference.
func (r *run) spoken(t *csvscan.Reader) (reason string, err error) {
	stated := value(t, 3)
	at := instant(stated)
	if at.IsZero() {
		return "bad_time", nil
	}
	from, err := r.either(t, 4, 5)
	if err != nil {
		return "", err
	}
	if from.IsZero() {
		return "no_account", nil
	}
	session := conferenceOf(t, 0, 1)
	c, m := r.heard.find(session), r.begin(session, record.ConversationMeetingChat)
	if c != nil && !c.told {
		where := m.Conversation
		r.heard.announce(c, &where)
		if err := r.sink.Conversation(&where); err != nil {
			return "", err
		}
	}
	m.ID, m.SentAt, m.Precision, m.Sender, m.SizeBytes = value(t, 2), at, precision(stated), from, uint32(t.Size(0))
	r.heard.address(m, c)
	return "", r.sink.Message(m)
}

var chatColumns = []string{"channelId", "chatId", "chatDate", "userId", "isAlert"}

// chat makes a message of a row of persistent chat.
func (r *run) chat(t *csvscan.Reader) (reason string, err error) {
	at := ticks(value(t, 2))
	room, id := value(t, 0), value(t, 1)
	switch {
	case at.IsZero():
		return "bad_time", nil
	case room == "":
		return "no_conversation", nil
	}
	key, err := r.numbered(r.posters, value(t, 3))
	if err != nil {
		return "", err
	}
	m := r.begin("room:"+room, record.ConversationChannel)
	m.ID, m.SentAt, m.Sender, m.SizeBytes = id, at, key, uint32(t.Size(0))
	return "", r.sink.Message(m)
}

// Ticks of 100 nanoseconds from the year 1 and from 1601 to 1970.
const (
	ticksFromYear1 = 621355968000000000
	ticksFrom1601  = 116444736000000000
)

// ticks reads a count of 100 nanoseconds, whose beginning shows in its size.
func ticks(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil:
		return instant(s)
	case n >= ticksFromYear1:
		n -= ticksFromYear1
	case n >= ticksFrom1601:
		n -= ticksFrom1601
	default:
		return time.Time{}
	}
	return time.Unix(n/1e7, n%1e7*100).UTC()
}
