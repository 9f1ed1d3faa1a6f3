package googleworkspace

import (
	"bytes"
	"time"
)

// activity is one entry of the log: what somebody did, in one event or several.
type activity struct {
	at          time.Time
	qualifier   string // tells entries of the same time apart
	application string
	email       string
	profile     string
	caller      string
	events      []event
}

// event is one thing done.
type event struct {
	name             string
	room, message    string
	conversation     string // conversation_type
	kind             string // message_type
	attachment       string // attachment_status
	actor, actorType string
	targets          []string
}

const (
	maxEvents  = 1 << 10 // of one activity that are read
	maxTargets = 1 << 12 // users an event is about that are read
)

func (a *activity) reset() { *a = activity{events: a.events[:0]} }

// next adds an event, whose list of targets is an old one.
func (a *activity) next() *event {
	if len(a.events) < cap(a.events) {
		a.events = a.events[:len(a.events)+1]
	} else {
		a.events = append(a.events, event{})
	}
	e := &a.events[len(a.events)-1]
	*e = event{targets: e.targets[:0]}
	return e
}

// field reads the value of one key of an activity.
func (r *run) field(key []byte) {
	a, s := &r.activity, &r.s
	switch string(key) {
	case "id":
		r.object(func(key []byte) {
			switch string(key) {
			case "time":
				a.at = s.Instant()
			case "uniqueQualifier":
				a.qualifier = string(s.Str())
			case "applicationName":
				a.application = r.texts.Of(s.Str())
			default:
				s.Skip()
			}
		})
	case "actor":
		r.object(func(key []byte) {
			switch string(key) {
			case "email":
				a.email = r.texts.Of(s.Str())
			case "profileId":
				a.profile = r.texts.Of(s.Str())
			case "callerType":
				a.caller = r.texts.Of(s.Str())
			default:
				s.Skip()
			}
		})
	case "events": // a list, or what a shipper of logs made of it
		r.objects(r.event)
	default:
		s.Skip()
	}
}

// object hands the keys of the object that follows to field.
func (r *run) object(field func(key []byte)) {
	if !r.s.Enter('{') {
		return
	}
	for key, ok := r.s.Key(); ok; key, ok = r.s.Key() {
		field(key)
	}
}

// objects calls take at the object that follows, or at each of a list.
func (r *run) objects(take func()) {
	if r.s.Peek() == '{' {
		take()
		return
	}
	if !r.s.Enter('[') {
		return
	}
	for r.s.Element() {
		if r.s.Peek() == '{' {
			take()
		} else {
			r.s.Skip()
		}
	}
}

func (r *run) event() {
	s := &r.s
	if len(r.activity.events) >= maxEvents {
		s.Skip()
		return
	}
	e := r.activity.next()
	r.object(func(key []byte) {
		switch string(key) {
		case "name":
			e.name = r.texts.Of(s.Str())
		case "parameters":
			r.objects(func() { r.parameter(e) })
		default:
			s.Skip()
		}
	})
}

// parameter reads a name and its value, which may stand in any order.
func (r *run) parameter(e *event) {
	s := &r.s
	name, value := "", r.value[:0]
	many := r.many[:0]
	r.object(func(key []byte) {
		switch string(key) {
		case "name":
			name = r.texts.Of(s.Str())
		case "value":
			value = append(value, s.Str()...)
		case "multiValue":
			if !s.Enter('[') {
				return
			}
			for s.Element() {
				if one := s.Str(); bytes.IndexByte(one, '@') > 0 && len(one) <= 256 && len(many) < maxTargets {
					many = append(many, r.texts.Of(one))
				}
			}
		default:
			s.Skip()
		}
	})
	r.value, r.many = value, many
	e.set(r, name, value, many)
}

func (e *event) set(r *run, name string, value []byte, many []string) {
	switch name {
	case "room_id":
		e.room = r.texts.Of(value)
	case "message_id":
		e.message = string(value)
	case "conversation_type":
		e.conversation = r.texts.Of(value)
	case "message_type":
		e.kind = r.texts.Of(value)
	case "attachment_status":
		e.attachment = r.texts.Of(value)
	case "actor":
		e.actor = r.texts.Of(value)
	case "actor_type":
		e.actorType = r.texts.Of(value)
	case "target_users":
		e.targets = append(e.targets, many...)
	}
}
