package zulip

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// tables are what realm.json holds, as far as it is needed.
type tables struct {
	users      map[int64]*user
	recipients map[int64]recipient
	private    map[int64]bool    // channels by invitation
	channels   map[int64]bool    // every channel
	members    map[int64][]int64 // users by recipient
	rooms      map[string]*room
	zones      map[string]*time.Location
	emoji      []string
	emojiIDs   map[string]uint32
	marks      []mark  // by message, once settled
	attached   []int64 // messages, one entry a file, ascending once settled
}

type user struct {
	account record.Account
	zone    *time.Location
}

// recipient is where a message went.
type recipient struct {
	kind int64 // recipientUser and its like
	of   int64 // the user, channel or group
}

// Kinds of a recipient.
const (
	recipientUser    = 1
	recipientChannel = 2
	recipientGroup   = 3
)

// mark is a reaction.
type mark struct {
	message, user int64
	emoji         uint32
	used          bool
}

// room is a conversation, and who of up to SmallRoom is in it.
type room struct {
	record.Conversation
	small []record.AccountKey
	size  int
}

func newTables() tables {
	return tables{users: map[int64]*user{}, recipients: map[int64]recipient{}, private: map[int64]bool{}, channels: map[int64]bool{},
		members: map[int64][]int64{}, rooms: map[string]*room{}, zones: map[string]*time.Location{}, emoji: []string{""}, emojiIDs: map[string]uint32{"": 0}}
}

// table reads one table of realm.json or attachment.json.
func (r *run) table(ctx context.Context, name string) error {
	switch name {
	case "zerver_userprofile":
		return r.rows(ctx, func() error { return r.readUser(false, false) })
	case "zerver_userprofile_crossrealm":
		return r.rows(ctx, func() error { return r.readUser(true, false) })
	case "zerver_userprofile_mirrordummy":
		return r.rows(ctx, func() error { return r.readUser(false, true) })
	case "zerver_stream":
		return r.rows(ctx, r.readChannel)
	case "zerver_recipient":
		return r.rows(ctx, r.readRecipient)
	case "zerver_subscription":
		return r.rows(ctx, r.readSubscription)
	case "zerver_reaction":
		return r.rows(ctx, r.readMark)
	case "zerver_attachment":
		return r.rows(ctx, r.readAttachment)
	}
	r.scan.Skip()
	return nil
}

// dummy is an address that Zulip made up to hide the true one.
var dummy = regexp.MustCompile(`^user\d+@`)

const roleGuest = 600

// readUser reads one account. System bots serve all organisations of a server; dummies
// stand for people known from an import or a mirrored network.
func (r *run) readUser(system, mirrored bool) error {
	s := &r.scan
	a := record.Account{Tool: Tool, Workspace: r.workspace, Kind: record.AccountHuman}
	var id int64
	var email, delivery, zone string
	bot, guest, inactive := system, false, false
	r.columns(func(key []byte) {
		switch string(key) {
		case "id":
			id = s.Number()
		case "email":
			email = string(s.Str())
		case "delivery_email":
			delivery = string(s.Str())
		case "full_name":
			a.Name = string(s.Str())
		case "is_bot":
			bot = s.Flag() || bot
		case "is_active":
			inactive = !s.Flag()
		case "role":
			guest = s.Number() == roleGuest
		case "timezone":
			zone = string(s.Str())
		default:
			s.Skip()
		}
	})
	switch {
	case s.Err() != nil:
		return nil
	case id == 0:
		return r.reject("no_id")
	case bot:
		a.Kind = record.AccountBot
	case guest:
		a.Kind = record.AccountGuest
	}
	if a.Email = delivery; a.Email == "" && !dummy.MatchString(email) {
		a.Email = email
	}
	a.Key, a.IsDeleted = account(id), inactive && !mirrored
	if _, known := r.users[id]; known {
		return nil
	}
	r.users[id] = &user{a, r.location(zone)}
	return nil
}

func account(id int64) record.AccountKey {
	if id == 0 {
		return record.AccountKey{}
	}
	return record.AccountKey{Kind: record.KeyToolID, Value: strconv.FormatInt(id, 10)}
}

// location is the zone of that name, or nil.
func (r *run) location(name string) *time.Location {
	l, known := r.zones[name]
	if !known && name != "" {
		l, _ = time.LoadLocation(name)
		r.zones[name] = l
	}
	return l
}

func (r *run) readChannel() error {
	s := &r.scan
	var id int64
	private := false
	r.columns(func(key []byte) {
		switch string(key) {
		case "id":
			id = s.Number()
		case "invite_only":
			private = s.Flag()
		default:
			s.Skip()
		}
	})
	r.channels[id], r.private[id] = true, private
	return nil
}

func (r *run) readRecipient() error {
	s := &r.scan
	var id int64
	var to recipient
	r.columns(func(key []byte) {
		switch string(key) {
		case "id":
			id = s.Number()
		case "type":
			to.kind = s.Number()
		case "type_id":
			to.of = s.Number()
		default:
			s.Skip()
		}
	})
	r.recipients[id] = to
	return nil
}

func (r *run) readSubscription() error {
	s := &r.scan
	var who, to int64
	active := true
	r.columns(func(key []byte) {
		switch string(key) {
		case "user_profile":
			who = s.Number()
		case "recipient":
			to = s.Number()
		case "active":
			active = s.Flag()
		default:
			s.Skip()
		}
	})
	if active && s.Err() == nil && who != 0 && to != 0 {
		r.members[to] = append(r.members[to], who)
	}
	return nil
}

func (r *run) readMark() error {
	s := &r.scan
	var m mark
	r.columns(func(key []byte) {
		switch string(key) {
		case "user_profile":
			m.user = s.Number()
		case "message":
			m.message = s.Number()
		case "emoji_name":
			name := s.Str()
			id, known := r.emojiIDs[string(name)]
			if !known {
				id = uint32(len(r.emoji))
				r.emoji = append(r.emoji, string(name))
				r.emojiIDs[r.emoji[id]] = id
			}
			m.emoji = id
		default:
			s.Skip()
		}
	})
	if s.Err() == nil {
		r.marks = append(r.marks, m)
	}
	return nil
}

func (r *run) readAttachment() error {
	s := &r.scan
	r.columns(func(key []byte) {
		if string(key) != "messages" || s.Peek() != '[' {
			s.Skip()
			return
		}
		for s.Enter('['); s.Element(); {
			r.attached = append(r.attached, s.Number())
		}
	})
	return nil
}

// announce hands over accounts and conversations, once all tables are read.
func (r *run) announce(context.Context) error {
	for _, list := range r.members {
		slices.Sort(list)
	}
	slices.Sort(r.attached)
	slices.SortFunc(r.marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.message, b.message), cmp.Compare(a.user, b.user), cmp.Compare(a.emoji, b.emoji))
	})
	for _, id := range ascending(r.users) {
		if err := r.sink.Account(&r.users[id].account); err != nil {
			return err
		}
	}
	for _, id := range ascending(r.recipients) {
		to := r.recipients[id]
		if to.kind == recipientUser || to.kind == recipientChannel && !r.channels[to.of] {
			continue
		}
		if _, err := r.room(to, id, 0); err != nil {
			return err
		}
	}
	return nil
}

func ascending[V any](m map[int64]V) []int64 {
	ids := make([]int64, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// room finds the conversation that a message from a sender to a recipient stands in, and
// announces it when it is new.
func (r *run) room(to recipient, id, sender int64) (*room, error) {
	var scratch [64]byte
	key := scratch[:0]
	members, kind, coverage := r.members[id], record.ConversationOther, record.CoverageUnknown
	switch {
	case to.kind == recipientChannel:
		key = strconv.AppendInt(append(key, "channel:"...), to.of, 10)
		kind, coverage = record.ConversationChannel, record.CoverageWhole
		if r.private[to.of] {
			kind, coverage = record.ConversationPrivateChannel, record.CoverageUnknown
		}
	case to.kind == recipientUser:
		r.pair = append(r.pair[:0], min(sender, to.of), max(sender, to.of))
		members, kind = slices.Compact(r.pair), record.ConversationDirect
		key = direct(key, members)
	case to.kind == recipientGroup && len(members) > 0:
		kind = record.ConversationDirect
		if len(members) > 2 {
			kind = record.ConversationGroup
		}
		key = direct(key, members)
	case id == 0:
		key = append(key, "unplaced"...)
	default:
		key = strconv.AppendInt(append(key, "recipient:"...), id, 10)
	}
	if c := r.rooms[string(key)]; c != nil {
		return c, nil
	}
	c := &room{size: len(members)}
	c.Conversation = record.Conversation{Tool: Tool, Workspace: r.workspace, Key: string(key), Kind: kind, Coverage: coverage}
	for _, member := range members {
		c.Members = append(c.Members, record.Member{Account: r.key(member)})
	}
	err := r.sink.Conversation(&c.Conversation)
	if len(members) <= record.SmallRoom {
		for _, m := range c.Members {
			c.small = append(c.small, m.Account)
		}
	}
	c.Members = nil
	r.rooms[c.Key] = c
	return c, err
}

// direct is the key of a conversation that is its members.
func direct(key []byte, members []int64) []byte {
	key = append(key, "direct:"...)
	for i, id := range members {
		if i > 0 {
			key = append(key, ',')
		}
		key = strconv.AppendInt(key, id, 10)
	}
	return key
}

// key is the key of an account, the listed one where there is one.
func (r *run) key(id int64) record.AccountKey {
	if u := r.users[id]; u != nil {
		return u.account.Key
	}
	return account(id)
}

// orphans counts the reactions to messages that the export does not hold.
func (r *run) orphans(context.Context) error {
	r.entry = ""
	for i := range r.marks {
		if r.marks[i].used {
			continue
		}
		if err := r.reject("reaction_without_message"); err != nil {
			return err
		}
	}
	return nil
}

// seconds reads an instant in seconds since 1970 with a fraction. The zero time is none.
func seconds(b []byte) time.Time {
	whole, fraction, _ := strings.Cut(string(b), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.ContainsAny(fraction, "eE") {
		f, err := strconv.ParseFloat(string(b), 64)
		if err != nil || !(f > 0 && f < 1e12) {
			return time.Time{}
		}
		return time.UnixMicro(int64(f * 1e6))
	}
	fraction = (fraction + "000000000")[:9]
	nanos, err := strconv.ParseInt(fraction, 10, 64)
	if err != nil || n <= 0 || n > 1e12 {
		return time.Time{}
	}
	return time.Unix(n, nanos)
}
