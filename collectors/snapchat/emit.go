package snapchat

import (
	"context"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// announce tells the sink of a conversation and of those in it who are known.
func (r *run) announce(o *room) error {
	people := o.senders
	if o.peer != nil {
		people = []*user{o.peer, r.owner}
	}
	for _, u := range people {
		if err := r.introduce(u); err != nil {
			return err
		}
	}
	if o.settled {
		return nil
	}
	o.settled = true
	c := o.Conversation
	if o.peer != nil && r.owner != nil {
		c.Members = []record.Member{{Account: r.owner.key}, {Account: o.peer.key}}
	}
	return r.sink.Conversation(&c)
}

// emit hands over one entry.
func (d *reader) emit(o *room, e *entry, from *user) error {
	if err := d.introduce(from); err != nil {
		return err
	}
	m := &d.m
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = Tool, d.workspace, o.Conversation
	m.Kind, m.SentAt, m.Precision = record.KindMessage, e.at, record.PrecisionSecond
	if e.exact {
		m.Precision = record.PrecisionMillisecond
	}
	m.Sender, m.SenderKind = from.account(), from.kind()
	if e.status {
		m.Kind = record.KindSystem
		return d.sink.Message(m)
	}
	m.Attachments = uint16(min(e.media, 1<<16-1))
	if o.peer != nil {
		d.addressPair(o, from, e.own)
	} else {
		d.addressGroup(o, from)
	}
	return d.sink.Message(m)
}

// addressPair fills in the other one of two.
func (d *reader) addressPair(o *room, from *user, own bool) {
	m := &d.m
	to := d.owner
	switch {
	case own:
		to = o.peer
	case from == nil:
		return
	}
	m.RecipientSource, m.Audience = record.RecipientsMembership, 1
	if to != nil {
		m.Recipients = append(m.Recipients, to.key)
	}
}

// addressGroup fills in who else was seen writing in a small group.
func (d *reader) addressGroup(o *room, from *user) {
	m := &d.m
	if len(o.senders) > record.SmallRoom {
		return
	}
	for _, u := range o.senders {
		if u != from {
			m.Recipients = append(m.Recipients, u.key)
		}
	}
	if len(m.Recipients) > 0 {
		m.RecipientSource = record.RecipientsSeen
	}
}

// calls reads talk_history.json. It names nobody but, by its being there, the owner, so that
// a call is an activity and no record of who spoke to whom. One that was completed stands in
// two lists, of which one is read.
func (r *run) calls(_ context.Context, f collectors.File) error {
	s := &r.scan
	ordinal := int64(0)
	if s.Enter('{') {
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if string(key) != "Completed Calls" {
				s.Skip()
				continue
			}
			if !s.Enter('[') {
				continue
			}
			for s.Element() {
				ordinal++
				if err := r.call(f, ordinal); err != nil {
					return err
				}
			}
		}
	}
	return r.finish(f, ordinal)
}

func (r *run) call(f collectors.File, ordinal int64) error {
	s := &r.scan
	var at time.Time
	seconds := int64(0)
	reason := "not_an_entry"
	if s.Enter('{') {
		reason = ""
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "Date & Time":
				at = clock(s.Str())
			case "Length (sec)":
				seconds = s.Number()
			default:
				s.Skip()
			}
		}
		switch {
		case at.IsZero():
			reason = "bad_time"
		case r.owner == nil:
			reason = "no_owner"
		}
	}
	if s.Err() != nil {
		return nil // counted once, with the file
	}
	if reason != "" {
		return r.sink.Reject(record.Reject{Reason: reason, Entry: f.Path, Record: ordinal})
	}
	if err := r.introduce(r.owner); err != nil {
		return err
	}
	length := time.Duration(min(max(seconds, 0), 7*24*3600)) * time.Second
	return r.sink.Activity(&record.Activity{Tool: Tool, Workspace: r.workspace, Account: r.owner.key, From: at, To: at.Add(length), What: "calls", Count: 1})
}
