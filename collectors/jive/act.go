package jive

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// act is what one record says that is not text.
type act struct {
	at     time.Time
	uuid   []byte
	seq    []byte
	what   string // Create, Comment, Like, View, ...
	actor  person
	object object
	place  place // where it happened
	found  place // the destination, by name of its type
}

// person is an account as an act describes it. Its strings are shared.
type person struct{ id, name, email, handle string }

// object is what was acted on.
type object struct {
	kind      string // thread, message, document, ..., in lower case
	id        []byte
	author    person
	created   time.Time
	thread    []byte // the thread it stands in
	answered  []byte // the message it answers
	rootReply bool
}

// place is a container: the number of its type, and its id.
type place struct{ kind, id string }

func (a *act) reset() {
	*a = act{uuid: a.uuid[:0], seq: a.seq[:0], object: object{id: a.object.id[:0], thread: a.object.thread[:0], answered: a.object.answered[:0]}}
}

// field reads one value of an act.
func (r *run) field(key []byte) {
	s, it := &r.scan, &r.it
	switch string(key) {
	case "timestamp":
		it.at = millis(s.Str())
	case "uuid":
		it.uuid = append(it.uuid[:0], s.Str()...)
	case "seqId":
		it.seq = append(it.seq[:0], s.Str()...)
	case "activityType":
		it.what = r.intern(s.Str())
	case "actorID":
		if id := r.intern(s.Str()); it.actor.id == "" {
			it.actor.id = id
		}
	case "containerId":
		it.place.id = r.intern(s.Str())
	case "containerType":
		it.place.kind = r.intern(s.Str())
	case "activity":
		r.activity()
	default:
		s.Skip()
	}
}

// activity reads the inner record.
func (r *run) activity() {
	s, it := &r.scan, &r.it
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "actor":
			if p := r.person(); p.id != "" {
				it.actor = p
			}
		case "action":
			if what := r.intern(s.Str()); it.what == "" {
				it.what = what
			}
		case "actionObject":
			r.readObject()
		case "destination":
			r.destination()
		case "activityTime":
			if at := millis(s.Str()); it.at.IsZero() {
				it.at = at
			}
		default:
			s.Skip()
		}
	}
}

// person reads an actor or author. Any of the keys may be missing.
func (r *run) person() (p person) {
	s := &r.scan
	if !s.Enter('{') {
		return p
	}
	var first, last string
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "objectId":
			p.id = r.intern(s.Str())
		case "name":
			p.name = r.intern(s.Str())
		case "firstName":
			first = r.intern(s.Str())
		case "lastName":
			last = r.intern(s.Str())
		case "email":
			p.email = r.intern(s.Str())
		case "username":
			p.handle = r.intern(s.Str())
		default:
			s.Skip()
		}
	}
	if p.name == "" && first != "" && last != "" {
		p.name = first + " " + last
	}
	return p
}

// readObject reads what was acted on.
func (r *run) readObject() {
	s, it := &r.scan, &r.it
	o := &it.object
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "objectType":
			o.kind = strings.ToLower(r.intern(s.Str()))
		case "objectId":
			o.id = append(o.id[:0], s.Str()...)
		case "creationDate":
			o.created = millis(s.Str())
		case "author":
			o.author = r.person()
		case "containerId":
			if id := r.intern(s.Str()); it.place.id == "" {
				it.place.id = id
			}
		case "containerType":
			if kind := r.intern(s.Str()); it.place.kind == "" {
				it.place.kind = kind
			}
		case "extras":
			r.extras()
		default:
			s.Skip()
		}
	}
}

// extras reads where in a thread an object stands.
func (r *run) extras() {
	s, o := &r.scan, &r.it.object
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "forumThreadId":
			o.thread = append(o.thread[:0], s.Str()...)
		case "messageParentId":
			o.answered = append(o.answered[:0], s.Str()...)
		case "isRootReply":
			o.rootReply = s.Flag()
		default:
			s.Skip()
		}
	}
}

func (r *run) destination() {
	s, it := &r.scan, &r.it
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "objectType":
			it.found.kind = r.intern(s.Str())
		case "objectId":
			it.found.id = r.intern(s.Str())
		default:
			s.Skip()
		}
	}
}

// millis reads a time in milliseconds since 1970. The zero time is none.
func millis(b []byte) time.Time {
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(n)
}

// introduce announces an account once an act says something of it, and again when a later
// one says more.
func (r *run) introduce(p person) error {
	if toolID(p.id).IsZero() {
		return nil
	}
	known := r.said[p.id]
	all := person{id: p.id, name: cmp.Or(known.name, p.name), email: cmp.Or(known.email, p.email), handle: cmp.Or(known.handle, p.handle)}
	known.id = p.id
	if all == known {
		return nil
	}
	r.said[p.id] = all
	return r.sink.Account(&record.Account{Tool: Tool, Workspace: r.workspace, Key: toolID(p.id), Kind: record.AccountHuman,
		Name: all.name, Email: record.EmailKey(all.email).Value, Handle: all.handle})
}
