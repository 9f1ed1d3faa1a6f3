package fill

import (
	"math"
	"sort"
	"strconv"
	"time"

	"crosstalk/collectors/record"
)

// second, minute and hour are in milliseconds, like all instants here.
const (
	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
)

var (
	lengths = tail(1.0) // of talks, in messages
	gaps    = tail(1.3) // between the messages of a talk
	sizes   = tail(1.0) // in bytes
)

const (
	meanGap      = 100 * second
	meanSize     = 120
	meanMailSize = 9000
)

// talk makes the messages of one tool.
type talk struct {
	c    *Company
	t    *tool
	sink Sink
	m    record.Message

	total  float64   // of quotas, at the end of the day before
	unit   float64   // messages of a day of pressure and trend 1
	talks  float64   // talks of such a day
	chance []float64 // by user, cumulative: to begin a talk this week
	week   int       // of the chances

	d        int
	quiet    bool // nothing is handed over
	number   int  // of the next message of the day
	left     int  // of the day's quota
	dayFrom  int64
	dayTo    int64
	roots    [][2]root // by room: the last of a day, and the last of an earlier day
	speakers []int32
	names    []byte
	marks    []int // where the names of messages begin
	count    counts
}

// root is a message that others may answer.
type root struct {
	day    int32
	number int32
}

func newTalk(c *Company, t *tool, sink Sink) *talk {
	k := &talk{c: c, t: t, sink: sink, week: -1, roots: make([][2]root, len(t.rooms.members)), count: newCounts(c, t)}
	sum := 0.0
	for d := range c.days {
		sum += c.pressure(d) * t.trend(c.progress(d))
	}
	const perPersonAndDay = 0.65
	k.unit = float64(c.o.Messages) * t.share / sum
	k.talks = min(perPersonAndDay*float64(len(c.people))*float64(c.days)*t.share/sum, k.unit)
	for i := range k.roots {
		k.roots[i] = [2]root{{day: -1}, {day: -1}}
	}
	k.m.Reset()
	k.m.Tool, k.m.Workspace, k.m.Kind, k.m.SenderKind = t.slug, Workspace, record.KindMessage, record.AccountHuman
	k.m.Conversation.Coverage = record.CoverageWhole
	for d := range max(c.first()-heard, 0) {
		k.total += k.quota(d)
	}
	return k
}

func (k *talk) quota(d int) float64 { return k.unit * k.c.pressure(d) * k.t.trend(k.c.progress(d)) }

// announce hands over the accounts.
func (k *talk) announce() error {
	for u, i := range k.t.people {
		p := &k.c.people[i]
		a := record.Account{Tool: k.t.slug, Workspace: Workspace, Key: k.t.keys[u], Kind: record.AccountHuman, Name: p.name, Email: p.email}
		if err := k.sink.Account(&a); err != nil {
			return err
		}
	}
	return nil
}

// day makes the messages of a day.
func (k *talk) day(d int, quiet bool) error {
	k.d, k.quiet, k.number = d, quiet, 0
	k.dayFrom, k.dayTo = k.c.dates[d].UnixMilli(), k.c.dates[d+1].UnixMilli()
	before := int(k.total)
	quota := k.quota(d)
	k.total += quota
	k.left = int(k.total) - before
	if d/7 != k.week {
		k.begin(d)
	}
	if k.chance[len(k.chance)-1] == 0 {
		return nil // nobody uses it yet, or any more
	}
	if !quiet {
		k.count.begin(d)
	}
	r := newRandom(k.c.o.Seed, 100+uint64(k.t.number), uint64(d))
	longer := k.unit/k.talks - 1 // than one message, on average
	const patience = 100
	for misses := 0; k.left > 0 && misses < patience; {
		before := k.left
		if err := k.exchange(r, min(1+int(longer*lengths[r.next()&(quantiles-1)]+r.share()), k.left)); err != nil {
			return err
		}
		misses++
		if k.left < before {
			misses = 0
		}
	}
	return nil
}

// begin works out who begins talks in a week.
func (k *talk) begin(d int) {
	k.week = d / 7
	k.chance = k.chance[:0]
	sum := 0.0
	for u := range k.t.people {
		if k.uses(int32(u)) && newRandom(k.c.o.Seed, 12+uint64(k.t.people[u])<<8, uint64(k.week)).below(13) > 0 { // others are away
			sum += k.t.weight[u]
		}
		k.chance = append(k.chance, sum)
	}
}

func (k *talk) uses(u int32) bool {
	return int(k.t.from[u]) <= k.week*7 && int(k.t.to[u]) > k.week*7
}

// exchange makes a talk of some messages.
func (k *talk) exchange(r *random, n int) error {
	x := r.share() * k.chance[len(k.chance)-1]
	u := int32(sort.Search(len(k.chance)-1, func(i int) bool { return k.chance[i] > x }))
	at := k.desk(r, u)
	k.name(n)
	if k.t.isMail() {
		return k.mail(r, u, at, n)
	}
	direct := directShare
	if k.c.o.Tools > 1 {
		direct /= 1 - mailShare
	}
	switch x := r.share(); {
	case x < 0.82*direct:
		if other, tie, ok := k.contact(r, u); ok {
			return k.direct(r, u, other, tie, at, n)
		}
	case x < direct:
		if from, to := k.t.groups.mine.of(u); to > from {
			g := k.t.groups.mine.values[from+int32(r.rank(int(to-from)))]
			return k.group(r, u, g, at, n)
		}
		if other, tie, ok := k.contact(r, u); ok {
			return k.direct(r, u, other, tie, at, n)
		}
	}
	from, to := k.t.rooms.mine.of(u)
	if to == from {
		return nil
	}
	return k.room(r, u, k.t.rooms.mine.values[from+int32(r.rank(int(to-from)))], at, n)
}

// contact draws somebody whom a user knows and who uses the tool as well, if there is anybody.
func (k *talk) contact(r *random, u int32) (other, tie int32, ok bool) {
	from, to := k.t.contacts.of(u)
	if from == to {
		return 0, 0, false
	}
	for range 6 {
		at := from + int32(r.rank(int(to-from)))
		other, tie = k.t.contacts.values[at], k.t.contacts.ties[at]
		if k.uses(other) {
			break
		}
	}
	return other, tie, true
}

// desk is a moment of the day at which somebody would write: mostly in office hours.
func (k *talk) desk(r *random, u int32) int64 {
	at := 8*hour + int64(r.below(int(10*hour)))
	switch r.below(12) {
	case 0:
		at = 18*hour + int64(r.below(int(5*hour)))
	case 1, 2, 3:
		at = 9*hour + int64(r.below(int(3*hour)))
	}
	return k.dayFrom + min(max(at+k.c.people[k.t.people[u]].shift, 0), k.dayTo-k.dayFrom-minute)
}

// later is a moment after another, on the same day.
func (k *talk) later(r *random, at int64) int64 {
	return min(at+second+int64(gaps[r.next()&(quantiles-1)]*float64(meanGap))+int64(r.next()&1023), k.dayTo-1)
}

// name prepares the names of the next n messages, which are unique in the tool.
func (k *talk) name(n int) {
	k.names, k.marks = k.names[:0], k.marks[:0]
	for i := range n {
		k.marks = append(k.marks, len(k.names))
		k.names = strconv.AppendInt(k.names, int64(k.d), 36)
		k.names = append(k.names, '.')
		k.names = strconv.AppendInt(k.names, int64(k.number+i), 36)
	}
	k.marks = append(k.marks, len(k.names))
}

// place adds what a conversation is called and gives that and the names of the messages.
func (k *talk) place(kind byte, n int64) (conversation, names string) {
	at := len(k.names)
	k.names = strconv.AppendInt(append(k.names, kind), n, 36)
	text := string(k.names)
	return text[at:], text[:at]
}

// send hands over the next message.
func (k *talk) send(r *random, u int32, at int64, name string, size float64) error {
	m := &k.m
	m.ID, m.Sender, m.SentAt = name, k.t.keys[u], time.UnixMilli(at)
	x := r.next()
	m.SizeBytes = uint32(1 + size*sizes[x&(quantiles-1)])
	m.Attachments = 0
	if x>>60 == 0 {
		m.Attachments = 1
	}
	k.number++
	k.left--
	if k.quiet {
		return nil
	}
	k.count.message(u, m)
	return k.sink.Message(m)
}

// direct is a talk between two.
func (k *talk) direct(r *random, u, other, tie int32, at int64, n int) error {
	m := &k.m
	m.Conversation.Kind = record.ConversationDirect
	key, names := k.place('D', int64(tie))
	m.Conversation.Key = key
	m.RecipientSource, m.Audience = record.RecipientsMembership, 1
	m.Parent, m.Relation, m.Mentions = "", record.RelationNone, m.Mentions[:0]
	for i := range n {
		m.Recipients = append(m.Recipients[:0], k.t.keys[other])
		if err := k.send(r, u, at, names[k.marks[i]:k.marks[i+1]], meanSize); err != nil {
			return err
		}
		if r.below(8) < 5 {
			u, other = other, u
		}
		at = k.later(r, at)
	}
	return nil
}

// group is a talk in a small group; some say nothing.
func (k *talk) group(r *random, u, g int32, at int64, n int) error {
	m, members := &k.m, k.t.groups.members[g]
	m.Conversation.Kind = record.ConversationGroup
	key, names := k.place('G', int64(g))
	m.Conversation.Key = key
	m.RecipientSource, m.Audience = record.RecipientsMembership, uint32(len(members)-1)
	m.Parent, m.Relation, m.Mentions = "", record.RelationNone, m.Mentions[:0]
	for i := range n {
		m.Recipients = m.Recipients[:0]
		for _, v := range members {
			if v != u {
				m.Recipients = append(m.Recipients, k.t.keys[v])
			}
		}
		if err := k.send(r, u, at, names[k.marks[i]:k.marks[i+1]], meanSize); err != nil {
			return err
		}
		u = k.next(r, u, members)
		at = k.later(r, at)
	}
	return nil
}

// next draws who speaks next among members: the first are the likeliest.
func (k *talk) next(r *random, u int32, members []int32) int32 {
	for range 3 {
		if v := members[r.rank(len(members))]; k.uses(v) {
			return v
		}
	}
	return u
}

// room is a talk in a room, most of it in threads. Its first message may answer one of an earlier day.
func (k *talk) room(r *random, u, room int32, at int64, n int) error {
	m, members := &k.m, k.t.rooms.members[room]
	m.Conversation.Kind = record.ConversationChannel
	if room%7 == 3 {
		m.Conversation.Kind = record.ConversationPrivateChannel
	}
	key, names := k.place('C', int64(room))
	m.Conversation.Key = key
	m.Recipients, m.RecipientSource, m.Audience = m.Recipients[:0], record.RecipientsUnknown, uint32(len(members)-1)
	parent := k.earlier(r, room)
	for i := range n {
		name := names[k.marks[i]:k.marks[i+1]]
		if i > 0 && r.below(16) < 5 {
			parent = "" // something new
		}
		m.Parent, m.Relation = parent, record.RelationThread
		if parent == "" {
			m.Relation, parent = record.RelationNone, name
			k.remember(room)
		}
		m.Mentions = m.Mentions[:0]
		if r.below(10) == 0 {
			if v := members[r.below(len(members))]; v != u {
				m.Mentions = append(m.Mentions, k.t.keys[v])
			}
		}
		if err := k.send(r, u, at, name, meanSize); err != nil {
			return err
		}
		u = k.next(r, u, members)
		at = k.later(r, at)
	}
	return nil
}

// earlier gives the name of a message of the days before that is answered now, or nothing.
func (k *talk) earlier(r *random, room int32) string {
	x := r.below(4)
	last := k.roots[room][0]
	if int(last.day) == k.d {
		last = k.roots[room][1]
	}
	if x > 0 || last.day < 0 || int(last.day) < k.d-heard {
		return ""
	}
	return strconv.FormatInt(int64(last.day), 36) + "." + strconv.FormatInt(int64(last.number), 36)
}

func (k *talk) remember(room int32) {
	last := &k.roots[room]
	if int(last[0].day) != k.d {
		last[1] = last[0]
	}
	last[0] = root{int32(k.d), int32(k.number)}
}

// mail is one or more threads between the same people; what goes to many is not answered.
func (k *talk) mail(r *random, u int32, at int64, n int) error {
	if !k.address(r, u) {
		return nil
	}
	m, people := &k.m, k.speakers
	m.Conversation.Kind = record.ConversationMailThread
	m.Precision, m.RecipientSource, m.Audience = record.PrecisionSecond, record.RecipientsListed, uint32(len(people)-1)
	m.Mentions = m.Mentions[:0]
	_, names := k.place('M', 0)
	thread, before := "", ""
	for i := range n {
		name := names[k.marks[i]:k.marks[i+1]]
		m.Parent, m.Relation = before, record.RelationReply
		if before == "" || len(people) > record.SmallRoom+1 || r.below(4) == 0 {
			thread = name
			m.Parent, m.Relation = "", record.RelationNone
		}
		m.Conversation.Key, m.CopyID, before = thread, name, name
		m.Recipients = m.Recipients[:0]
		for _, v := range people {
			if v != u {
				m.Recipients = append(m.Recipients, k.t.keys[v])
			}
		}
		m.OffsetMinutes = locations[k.c.people[k.t.people[u]].location].offset
		if err := k.send(r, u, at-at%second, name, meanMailSize); err != nil {
			return err
		}
		u = k.next(r, u, people)
		at = k.later(r, k.later(r, at))
	}
	return nil
}

// address draws to whom a user writes: one, a few, or seldom many.
func (k *talk) address(r *random, u int32) bool {
	many := 1 + int(math.Pow(r.share()+1e-3, -0.75)*0.8)
	k.speakers = append(k.speakers[:0], u)
next:
	for range min(many, 60) {
		v, _, ok := k.contact(r, u)
		if !ok {
			return false
		}
		for _, known := range k.speakers {
			if known == v {
				continue next
			}
		}
		k.speakers = append(k.speakers, v)
	}
	return len(k.speakers) > 1
}
