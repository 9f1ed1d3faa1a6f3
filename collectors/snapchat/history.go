package snapchat

import (
	"bytes"
	"context"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// entry is what one line of a history says that is not text.
type entry struct {
	who     *user // From or To
	at      time.Time
	exact   bool // to the millisecond
	status  bool // one of Snapchat's own notices
	media   int
	own     bool // the owner sent it
	titled  bool // it stands in a group
	named   bool // it has a From or To
	record  int64
	problem string
}

// settleAfter is how many entries wait for what later ones say of their conversation.
const settleAfter = 1 << 14

// reader reads one history.
type reader struct {
	*run
	file    collectors.File
	snaps   bool
	record  int64
	waiting []entry
}

// history reads a history of chats or snaps, in either shape.
func (r *run) history(ctx context.Context, f collectors.File, snaps bool) error {
	d := &reader{run: r, file: f, snaps: snaps}
	s := &r.scan
	if s.Enter('{') {
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			direction, old := oldKey(key)
			name := string(key)
			if !s.Enter('[') {
				continue
			}
			if err := d.list(ctx, name, old, direction); err != nil {
				return err
			}
		}
	}
	return r.finish(f, d.record)
}

// oldKey reports whether a key is one of the older shape, "Sent Saved Chat History", and
// whether it is of what was sent.
func oldKey(key []byte) (sent, old bool) {
	if !bytes.HasSuffix(key, []byte(" History")) {
		return false, false
	}
	sent = bytes.HasPrefix(key, []byte("Sent "))
	return sent, sent || bytes.HasPrefix(key, []byte("Received "))
}

// list reads the entries under one key: a conversation's, or in the older shape all that
// were sent, or received.
func (d *reader) list(ctx context.Context, name string, old, sent bool) error {
	s := &d.scan
	d.waiting = d.waiting[:0]
	for s.Element() {
		d.record++
		if d.record%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		e := d.entry()
		e.record = d.record
		if s.Err() != nil { // half an entry
			break
		}
		if name == "" {
			e.problem = record.ErrNoConversation.Error()
		}
		if e.problem != "" {
			if err := d.sink.Reject(record.Reject{Reason: e.problem, Entry: d.file.Path, Record: e.record}); err != nil {
				return err
			}
			continue
		}
		if old {
			if err := d.oldEntry(&e, sent); err != nil {
				return err
			}
			continue
		}
		if d.waiting = append(d.waiting, e); len(d.waiting) >= settleAfter {
			if err := d.settle(name); err != nil {
				return err
			}
		}
	}
	return d.settle(name)
}

// entry reads one entry.
func (d *reader) entry() (e entry) {
	s := &d.scan
	if !s.Enter('{') {
		return entry{problem: "not_an_entry"}
	}
	ids := 0
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "From", "To":
			e.who = d.user(s.Str())
			e.named = e.who != nil
		case "Media Type":
			e.classify(s.Str())
		case "Created":
			if at := clock(s.Str()); e.at.IsZero() {
				e.at = at
			}
		case "Created(microseconds)":
			if n := s.Number(); n > 0 {
				e.at, e.exact = instant(n), true
			}
		case "Conversation Title":
			e.titled = s.Peek() == '"'
			s.Skip()
		case "IsSender":
			e.own = s.Flag()
		case "Media IDs":
			if value := s.Str(); len(value) > 0 {
				ids = 1 + bytes.Count(value, []byte(" | "))
			}
		default:
			s.Skip()
		}
	}
	e.media = max(e.media, ids)
	if e.at.IsZero() {
		e.problem = "bad_time"
	}
	return e
}

// classify reads the kind of an entry.
func (e *entry) classify(kind []byte) {
	switch string(kind) {
	case "MEDIA", "NOTE", "STICKER", "IMAGE", "VIDEO":
		e.media = 1
	default:
		e.status = bytes.HasPrefix(kind, []byte("STATUS"))
	}
}

// instant reads "Created(microseconds)", which are milliseconds in spite of their name; should
// they become what the name says, that is told by their size.
func instant(n int64) time.Time {
	if n < 1e14 {
		return time.UnixMilli(n)
	}
	return time.UnixMicro(n)
}

// clock reads 2024-04-20 01:29:22 UTC; the zero time is none.
func clock(s []byte) time.Time {
	const shape = "dddd-dd-dd dd:dd:dd UTC"
	if len(s) != len(shape) {
		return time.Time{}
	}
	for i, c := range s {
		if digit := c >= '0' && c <= '9'; digit != (shape[i] == 'd') || !digit && c != shape[i] {
			return time.Time{}
		}
	}
	n := func(from, to int) (n int) {
		for _, c := range s[from:to] {
			n = n*10 + int(c-'0')
		}
		return n
	}
	at := time.Date(n(0, 4), time.Month(n(5, 7)), n(8, 10), n(11, 13), n(14, 16), n(17, 19), 0, time.UTC)
	if at.Month() != time.Month(n(5, 7)) || at.Day() != n(8, 10) || at.Hour() != n(11, 13) || at.Minute() != n(14, 16) {
		return time.Time{} // the 30th of February, and the like
	}
	return at
}

// firstOwn looks for an entry that the owner sent.
func (r *run) firstOwn(ctx context.Context, _ collectors.File) error {
	d := &reader{run: r}
	s := &r.scan
	if !s.Enter('{') {
		return nil
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if _, old := oldKey(key); old || s.Peek() != '[' {
			s.Skip()
			continue
		}
		s.Enter('[')
		for s.Element() {
			if e := d.entry(); e.own && e.named && s.Err() == nil {
				r.owner = e.who
				return errFound
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// settle decides what sort of conversation a key is, and hands over the entries that waited.
func (d *reader) settle(name string) error {
	if len(d.waiting) == 0 {
		return nil
	}
	o := d.roomOf(name)
	if o.Kind == record.ConversationGroup {
		o.see(d.owner)
		for i := range d.waiting {
			o.see(d.waiting[i].who)
		}
	}
	if err := d.announce(o); err != nil {
		return err
	}
	for i := range d.waiting {
		e := &d.waiting[i]
		from := e.who
		if e.own && from == nil {
			from = d.owner
		}
		e.own = e.own || from != nil && from == d.owner
		if err := d.emit(o, e, from); err != nil {
			return err
		}
	}
	d.waiting = d.waiting[:0]
	return nil
}

// roomOf is the conversation of a key of the newer shape. It is a group's if it has a title
// or several strangers write in it, or if its key is no user name.
func (d *reader) roomOf(name string) *room {
	if o := d.rooms[name]; o != nil {
		return o
	}
	group := !userName.MatchString(strings.ToLower(name))
	var stranger *user
	for i := range d.waiting {
		e := &d.waiting[i]
		group = group || e.titled || !e.own && e.who != nil && e.who != d.owner && stranger != nil && stranger != e.who
		if !e.own && e.who != d.owner && e.who != nil {
			stranger = e.who
		}
	}
	return d.room(name, group)
}

// room makes the conversation of a key.
func (r *run) room(name string, group bool) *room {
	o := &room{Conversation: record.Conversation{Tool: Tool, Workspace: r.workspace, Key: name, Kind: record.ConversationGroup, Coverage: record.CoverageMember}}
	if !group {
		o.peer = r.user([]byte(name))
		o.Kind, o.Key = record.ConversationDirect, pair(r.owner, o.peer)
	}
	r.rooms[name] = o
	return o
}

// oldEntry hands over an entry of the older shape, which names the other side only: a user,
// or a group by its name, where nobody tells who in it wrote.
func (d *reader) oldEntry(e *entry, sent bool) error {
	if e.who == nil {
		return d.sink.Reject(record.Reject{Reason: "no_conversation", Entry: d.file.Path, Record: e.record})
	}
	name := e.who.key.Value
	o := d.rooms[name]
	if o == nil {
		o = d.room(name, !userName.MatchString(name))
	}
	if err := d.announce(o); err != nil {
		return err
	}
	from := o.peer
	if e.own = e.own || sent; e.own {
		from = d.owner
	}
	return d.emit(o, e, from)
}
