package maillog

import (
	"bytes"
	"io"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/logscan"
	"crosstalk/collectors/mail"
)

// traceObject is one object of a message trace.
type traceObject struct {
	messageID, otherID, sender, recipient, status, received []byte
	size                                                    int64
	send                                                    bool
}

// json reads the objects of a trace: one after another, in an array, or in the pages that
// Microsoft Graph answers with.
func (r *reader) json(src io.Reader) error {
	var s jsonscan.Scanner
	s.Reset(src)
	var record int64
	for s.Err() == nil && s.Peek() != 0 {
		if err := r.value(&s, &record); err != nil {
			return err
		}
	}
	return collectors.Finish(&s, r.sink, r.entry, 0)
}

func (r *reader) value(s *jsonscan.Scanner, record *int64) error {
	if s.Peek() != '[' {
		return r.object(s, record)
	}
	for s.Enter('['); s.Element(); {
		if err := r.object(s, record); err != nil {
			return err
		}
	}
	return nil
}

// object reads one object, which may be a page of them.
func (r *reader) object(s *jsonscan.Scanner, record *int64) error {
	if !s.Enter('{') {
		return nil
	}
	var o traceObject
	page := false
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) == "value" && s.Peek() == '[' {
			page = true
			if err := r.value(s, record); err != nil {
				return err
			}
			continue
		}
		o.field(s, strings.ToLower(string(key)))
	}
	if page || s.Err() != nil {
		return nil
	}
	if *record++; *record%everyLines == 0 {
		if err := r.ctx.Err(); err != nil {
			return err
		}
	}
	reason, err := r.traceObject(&o)
	if reason != "" && err == nil {
		err = r.reject(reason, *record)
	}
	return err
}

func (o *traceObject) field(s *jsonscan.Scanner, key string) {
	switch key {
	case "messageid":
		o.messageID = bytes.Clone(s.Str())
	case "messagetraceid", "id":
		o.otherID = bytes.Clone(s.Str())
	case "senderaddress":
		o.sender = bytes.Clone(s.Str())
	case "recipientaddress":
		o.recipient = bytes.Clone(s.Str())
	case "status":
		o.status = bytes.Clone(s.Str())
	case "received", "receiveddatetime":
		o.received = bytes.Clone(s.Str())
	case "subject":
		o.send = mail.IsSend(s.Str())
	case "size":
		o.size = s.Number()
	default:
		s.Skip()
	}
}

func (r *reader) traceObject(o *traceObject) (string, error) {
	if o.received == nil {
		return "unrecognised_object", nil
	}
	e := event{messageID: o.messageID, otherID: o.otherID, sender: o.sender, size: uint32(max(0, min(o.size, 1<<32-1))), send: o.send}
	at, ok := logscan.Instant(o.received, time.UTC)
	if !ok {
		return logscan.BadTime, nil
	}
	e.at, e.fine = at.At, at.Fine
	return r.traced(&e, o.recipient, o.status)
}
