package discord

import (
	"bytes"
	"path"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/record"
)

// room is a channel of a data package.
type room struct {
	record.Conversation
	recipients []record.AccountKey // the others, of a direct conversation or group
}

// roomKinds are Discord's kinds of channels, by number and by word.
var roomKinds = map[string]record.ConversationKind{
	"0": record.ConversationChannel, "GUILD_TEXT": record.ConversationChannel,
	"1": record.ConversationDirect, "DM": record.ConversationDirect,
	"2": record.ConversationChannel, "GUILD_VOICE": record.ConversationChannel,
	"3": record.ConversationGroup, "GROUP_DM": record.ConversationGroup,
	"5": record.ConversationChannel, "GUILD_NEWS": record.ConversationChannel, "GUILD_ANNOUNCEMENT": record.ConversationChannel,
	"10": record.ConversationChannel, "ANNOUNCEMENT_THREAD": record.ConversationChannel,
	"11": record.ConversationChannel, "PUBLIC_THREAD": record.ConversationChannel,
	"12": record.ConversationPrivateChannel, "PRIVATE_THREAD": record.ConversationPrivateChannel,
	"13": record.ConversationChannel, "GUILD_STAGE_VOICE": record.ConversationChannel,
	"15": record.ConversationChannel, "GUILD_FORUM": record.ConversationChannel,
}

// described reads a channel.json.
func (r *run) described(file string) error {
	c := r.room(file)
	var members []*person
	r.Enter('{')
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		switch string(key) {
		case "id":
			if id := r.Str(); number(id) && len(id) <= maxID {
				c.Key = string(id)
			}
		case "type":
			c.Kind = roomKinds[r.word()]
		case "recipients":
			members = r.ids()
		default:
			r.Skip()
		}
	}
	if r.Err() != nil {
		return nil
	}
	for _, p := range members {
		c.Members = append(c.Members, record.Member{Account: p.Key})
		if len(members) <= record.SmallRoom && p != r.owner {
			c.recipients = append(c.recipients, p.Key)
		}
	}
	return r.sink.Conversation(&c.Conversation)
}

func (r *run) ids() (people []*person) {
	if !r.Enter('[') {
		return nil
	}
	for r.Element() {
		if p := r.person(r.Str()); p != nil && len(people) < 1<<10 {
			people = append(people, p)
		}
	}
	return people
}

// room finds the channel whose folder a file lies in; the folder's name is its id.
func (r *run) room(file string) *room {
	folder := path.Dir(file)
	c := r.rooms[folder]
	if c == nil {
		c = &room{Conversation: record.Conversation{Tool: Tool, Workspace: r.workspace, Coverage: record.CoverageOwn,
			Key: strings.TrimPrefix(strings.ToLower(path.Base(folder)), "c")}}
		r.rooms[folder] = c
	}
	return c
}

// Columns of a messages.csv.
const (
	columnID = iota
	columnTime
	columnText
	columnFiles
)

// written reads a messages.csv or messages.json: what the owner wrote in one channel.
func (r *run) written(src source) error {
	c := r.room(src.path)
	if strings.EqualFold(path.Ext(src.path), ".json") {
		return r.writtenList(c, src)
	}
	if r.table == nil {
		r.table = csvscan.New([]string{"ID", "Timestamp", "Contents", "Attachments"}, []string{"Contents"})
	}
	t := r.table
	for t.Reset(src); t.Next(); {
		if r.nth = t.Record(); r.nth&0x3ff == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		err := error(nil)
		if reason := t.Fault(); reason != "" {
			err = r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.nth})
		} else {
			err = r.own(c, t.Text(columnID), t.Text(columnTime), t.Text(columnText), t.Size(0), fields(t.Text(columnFiles)))
		}
		if err != nil {
			return err
		}
	}
	return collectors.Finish(t, r.sink, r.entry, 0)
}

func (r *run) writtenList(c *room, src source) error {
	r.Reset(src)
	if r.Peek() != '[' {
		r.Fail()
		return r.settle()
	}
	var id, at [64]byte
	r.Enter('[')
	for r.Element() {
		if r.nth++; r.nth&0x3ff == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if !r.Enter('{') {
			if err := r.reject("not_a_message"); err != nil {
				return err
			}
			continue
		}
		ids, ats, files := 0, 0, 0
		r.text = r.text[:0]
		for key, ok := r.Key(); ok; key, ok = r.Key() {
			switch string(key) {
			case "ID":
				ids = copy(id[:], r.Str())
			case "Timestamp":
				ats = copy(at[:], r.Str())
			case "Contents":
				r.text = append(r.text, r.Str()...)
			case "Attachments":
				files = fields(r.Str())
			default:
				r.Skip()
			}
		}
		if r.Err() != nil {
			break
		}
		if err := r.own(c, id[:ids], at[:ats], r.text, len(r.text), files); err != nil {
			return err
		}
	}
	return r.settle()
}

// fields counts what blanks divide.
func fields(b []byte) (n int) {
	for word := range bytes.FieldsSeq(b) {
		n += min(len(word), 1)
	}
	return n
}

// own hands over a message of the owner. Its id holds the time to the millisecond.
func (r *run) own(c *room, id, at, text []byte, size, files int) error {
	m := &r.m
	m.Reset()
	if m.SentAt, m.Precision = sentAt(id, at); m.SentAt.IsZero() {
		return r.sink.Reject(record.Reject{Reason: "bad_time", Entry: r.entry, Record: r.nth})
	}
	m.Tool, m.Workspace, m.Conversation, m.Kind = Tool, r.workspace, c.Conversation, record.KindMessage
	if number(id) {
		m.ID = string(id)
	}
	if r.owner != nil {
		m.Sender, m.SenderKind = r.owner.Key, r.owner.Kind
	}
	m.SizeBytes, m.Attachments = uint32(min(size, 1<<32-1)), uint16(min(files, 1<<16-1))
	r.mentions(m, text)
	if len(c.Members) > 0 {
		m.RecipientSource = record.RecipientsMembership
		m.Recipients = append(m.Recipients, c.recipients...)
		m.Audience = uint32(max(len(c.recipients), len(c.Members)-1))
	}
	return r.sink.Message(m)
}

// mentions notes the <@123> and <@!123> of a text.
func (r *run) mentions(m *record.Message, text []byte) {
	for range 1 << 10 {
		_, rest, ok := bytes.Cut(text, []byte("<@"))
		if !ok {
			return
		}
		text = bytes.TrimPrefix(rest, []byte("!"))
		id, _, _ := bytes.Cut(text[:min(len(text), 24)], []byte(">"))
		if p := r.person(id); p != nil {
			m.Mentions = append(m.Mentions, p.Key)
		}
	}
}

// sentAt is the time an id was made, unless the time beside it is another.
func sentAt(id, stated []byte) (time.Time, record.Precision) {
	at := stamp(stated)
	made := snowflake(id)
	switch {
	case at.IsZero():
		return made, record.PrecisionMillisecond
	case !made.IsZero() && made.Sub(at).Abs() < 2*time.Second:
		return made, record.PrecisionMillisecond
	case len(stated) > 19 && stated[19] == '.':
		return at, record.PrecisionMillisecond
	}
	return at, record.PrecisionSecond
}

// epoch is when Discord's ids begin: the first millisecond of 2015.
const epoch = 1420070400000

// snowflake is the time in an id; ids of tests and of other things have none.
func snowflake(id []byte) time.Time {
	if len(id) < 15 || len(id) > 19 || !number(id) {
		return time.Time{}
	}
	n := uint64(0)
	for _, c := range id {
		n = n*10 + uint64(c-'0')
	}
	return time.UnixMilli(int64(n>>22) + epoch).UTC()
}

// stamp reads 2021-03-01 12:00:00.123000+00:00, with or without fraction and zone, or the
// same with a T. Without a zone it is UTC.
func stamp(b []byte) time.Time {
	if len(b) < 19 || len(b) > 40 || b[10] != ' ' && b[10] != 'T' {
		return time.Time{}
	}
	text := string(b[:10]) + "T" + string(b[11:])
	if len(b) == 19 || b[len(b)-1] != 'Z' && bytes.IndexByte(b[19:], '+') < 0 && bytes.IndexByte(b[19:], '-') < 0 {
		text += "Z"
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}
