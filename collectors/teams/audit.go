package teams

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// event is one record of the audit log.
type event struct {
	operation, workload string
	user, userKey       string
	at                  time.Time
	message, parent     string
	chat, channel       string
	private             bool
	size                int64
	reaction            string
	inner               []byte // AuditData: the record itself, as text
}

// audit takes one record of the audit log: the object, or one that holds it as a string.
func (r *run) audit(s *jsonscan.Scanner) error {
	if s == &r.s {
		r.record++
	}
	var e event
	s.Enter('{')
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		e.field(s, key)
	}
	switch {
	case s.Err() != nil && s == &r.s:
		return nil
	case s.Err() != nil:
		return r.reject("bad_json")
	case e.inner != nil && s == &r.s:
		return r.auditText(e.inner)
	}
	return r.audits(&e)
}

func (r *run) auditText(text []byte) error {
	r.audited.Reset(bytes.NewReader(text))
	if r.audited.Peek() != '{' {
		return r.reject("bad_json")
	}
	return r.audit(&r.audited)
}

// auditTable reads the table that a search of the audit log exports.
func (r *run) auditTable(src io.Reader) error {
	t := csvscan.New([]string{"AuditData"}, nil)
	t.Reset(src)
	for t.Next() {
		r.record = t.Record()
		if r.record%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		r.s.Reset(bytes.NewReader(nil))
		err := error(nil)
		switch text := t.Text(0); {
		case t.Fault() != "":
			err = r.reject(t.Fault())
		case text == nil:
			err = r.reject("bad_json")
		default:
			err = r.auditText(text)
		}
		if err != nil {
			return err
		}
	}
	return r.verdict(t)
}

func (e *event) field(s *jsonscan.Scanner, key []byte) {
	switch string(key) {
	case "Operation":
		e.operation = string(s.Str())
	case "Workload":
		e.workload = string(s.Str())
	case "UserId":
		e.user = string(s.Str())
	case "UserKey":
		e.userKey = string(s.Str())
	case "CreationTime":
		e.at = instant(s.Str())
	case "MessageId":
		e.message = string(s.Str())
	case "ParentMessageId":
		e.parent = string(s.Str())
	case "ChatThreadId":
		e.chat = string(s.Str())
	case "ChannelGuid":
		e.channel = string(s.Str())
	case "ChannelType":
		e.private = string(s.Str()) == "Private"
	case "MessageSizeInBytes":
		e.size = s.Number()
	case "MessageReactionType":
		e.reaction = string(s.Str())
	case "AuditData":
		if s.Peek() == '"' {
			e.inner = bytes.Clone(s.Str())
			return
		}
		s.Skip()
	default:
		s.Skip()
	}
}

// audits makes of an event a message, a reaction, a notice or a sign of use.
func (r *run) audits(e *event) error {
	switch {
	case e.operation == "":
		return r.reject("not_a_message")
	case e.workload != "" && e.workload != "MicrosoftTeams":
		return r.reject("other_workload")
	case e.at.IsZero():
		return r.reject("bad_time")
	}
	key, err := r.acting(e)
	if err != nil {
		return err
	}
	where := e.chat
	if where == "" {
		where = e.channel
	}
	class := e.class()
	if class == 0 || where == "" {
		return r.used(day{key, e.at.UTC().Truncate(24 * time.Hour)}, e.at)
	}
	at := r.place(r.names.Of([]byte(where)))
	if e.private && at.Kind == record.ConversationChannel {
		at.Kind = record.ConversationPrivateChannel
	}
	if err := r.tell(at); err != nil {
		return err
	}
	return r.emitEvent(e, at, key, class)
}

// class is what an operation is; 0 is a mere sign of use: signing in, reading, looking up.
func (e *event) class() record.Kind {
	switch e.operation {
	case "MessageSent", "MessageCreatedHasLink", "MessageUpdated", "MessageEditedHasLink", "MessageDeleted":
		if e.message != "" {
			return record.KindMessage
		}
	case "ReactedToMessage":
		return record.KindReaction
	case "MemberAdded", "MemberRemoved", "MemberRoleChanged", "ChatCreated", "ChatUpdated", "ChannelAdded", "ChannelDeleted",
		"ChannelSettingChanged", "TabAdded", "TabRemoved", "TabUpdated", "BotAddedToTeam", "BotRemovedFromTeam",
		"ConnectorAdded", "ConnectorRemoved", "ConnectorUpdated", "AppInstalled", "AppUninstalled":
		return record.KindSystem
	}
	return 0
}

func (r *run) emitEvent(e *event, at *place, key record.AccountKey, class record.Kind) error {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, r.workspace, at.Conversation
	m.Kind, m.SentAt, m.Precision, m.Sender = class, e.at, record.PrecisionSecond, key
	m.SenderKind = r.people[key.Value]
	switch class {
	case record.KindMessage:
		e.fill(m)
		at.address(m)
	case record.KindReaction:
		m.ID = e.message + ":" + e.reaction + ":" + key.Value
		m.Parent, m.Relation = e.message, record.RelationMark
	case record.KindSystem:
		m.ID = e.operation + ":" + key.Value + ":" + e.at.Format(time.RFC3339)
	}
	return r.sink.Message(m)
}

// fill makes a message of an event. The id of a message is the instant at which it was
// made, so that its later events agree with the first, and with Graph.
func (e *event) fill(m *record.Message) {
	m.ID, m.SizeBytes = e.message, uint32(min(max(e.size, 0), 1<<32-1))
	if milli, err := strconv.ParseInt(e.message, 10, 64); err == nil && len(e.message) == len("1700000000123") {
		m.SentAt, m.Precision = time.UnixMilli(milli).UTC(), record.PrecisionMillisecond
	}
	switch e.operation {
	case "MessageUpdated", "MessageEditedHasLink":
		m.EditedAt = e.at
	case "MessageDeleted":
		m.IsDeleted = true
	}
	if e.parent != "" && e.parent != e.message {
		m.Parent, m.Relation = e.parent, record.RelationThread
	}
}

// acting gives whose event it is: the account of the directory when the record has its
// id, as Graph's messages have, else the principal name.
func (r *run) acting(e *event) (record.AccountKey, error) {
	if isGUID(e.userKey) {
		return r.user(e.userKey), r.introduce(account{id: e.userKey, principal: e.user})
	}
	if !strings.Contains(e.user, "@") {
		return r.user(e.user), nil
	}
	key := record.EmailKey(e.user)
	if _, done := r.people[key.Value]; done {
		return key, nil
	}
	a := record.Account{Tool: Tool, Workspace: r.workspace, Key: key, Email: key.Value, Handle: key.Value}
	if guest, email := external(key.Value); guest {
		a.Kind, a.Email = record.AccountGuest, email
	}
	r.people[key.Value] = a.Kind
	return key, r.sink.Account(&a)
}

// use is what an account did on a day.
type use struct {
	hits    uint32
	minutes record.Minutes
}

// maxUse is how many days of accounts are held before they are handed over.
const maxUse = 1 << 18

// used notes an act.
func (r *run) used(d day, at time.Time) error {
	if r.use[d] == nil {
		r.use[d] = &use{}
	}
	r.use[d].hits++
	r.use[d].minutes.Add(at)
	if len(r.use) < maxUse {
		return nil
	}
	return r.tellUse(r.ctx)
}

// day is one account's day in the audit log.
type day struct {
	who record.AccountKey
	on  time.Time
}

// tellUse hands over the signs of use, one per account and day.
func (r *run) tellUse(context.Context) error {
	days := make([]day, 0, len(r.use))
	for d := range r.use {
		days = append(days, d)
	}
	slices.SortFunc(days, func(a, b day) int {
		if c := a.on.Compare(b.on); c != 0 {
			return c
		}
		return strings.Compare(a.who.Value, b.who.Value)
	})
	for _, d := range days {
		g := record.Signal{Tool: Tool, Workspace: r.workspace, Account: d.who, Day: d.on, Source: "audit_log", Certainty: 1, Hits: r.use[d].hits, Minutes: r.use[d].minutes}
		if err := r.sink.Signal(&g); err != nil {
			return err
		}
	}
	clear(r.use)
	return nil
}
