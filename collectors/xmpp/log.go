package xmpp

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"regexp"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// logLine is a line of ejabberd's mod_message_log: local time, direction and type, addresses.
var logLine = regexp.MustCompile(`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) \[(outgoing|incoming|offline), (\w+)\] (\S+) -> (\S+)\s*$`)

// sameMessage is how long after a message went out its arrival may be logged.
const sameMessage = time.Minute

// flight is a message that went out and has not been seen to arrive.
type flight struct{ from, to, kind string }

// log reads lines about messages. One that goes from one account of the server to another
// is logged twice, going out and coming in, and counts once.
func (r *run) log(ctx context.Context, src io.Reader) error {
	in := bufio.NewReaderSize(src, headBytes)
	flights := map[flight][]time.Time{}
	for {
		line, err := in.ReadSlice('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := r.step(ctx); err != nil {
				return err
			}
			if err := r.logged(line, flights); err != nil {
				return err
			}
		}
		for err == bufio.ErrBufferFull { // no line of the log is so long
			_, err = in.ReadSlice('\n')
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return collectors.Unreadable(err)
		}
	}
}

func (r *run) logged(line []byte, flights map[flight][]time.Time) error {
	part := logLine.FindSubmatch(line)
	if part == nil {
		return r.reject("not_a_log_line")
	}
	at, err := time.ParseInLocation(time.DateTime, string(part[1]), r.location)
	if err != nil {
		return r.reject("bad_time")
	}
	from, to, kind := r.bare(part[4]), r.bare(part[5]), r.intern(part[3])
	f := flight{from, to, kind}
	switch {
	case string(part[2]) == "outgoing":
		waiting := flights[f]
		for len(waiting) > 0 && at.Sub(waiting[0]) > sameMessage {
			waiting = waiting[1:]
		}
		flights[f] = append(waiting, at)
	case kind == "groupchat": // one copy for everybody in the room
		return nil
	default:
		waiting := flights[f]
		for len(waiting) > 0 && at.Sub(waiting[0]) > sameMessage {
			waiting = waiting[1:]
		}
		if len(waiting) > 0 {
			flights[f] = waiting[1:]
			return nil
		}
	}
	return r.logMessage(from, to, kind, at)
}

func (r *run) logMessage(from, to, kind string, at time.Time) (err error) {
	m := &r.m
	m.Reset()
	m.Tool, m.Workspace, m.Kind, m.Sender = Tool, r.workspace, record.KindMessage, account(from)
	m.SentAt, m.Precision, m.ZoneAssumed = at, record.PrecisionSecond, true
	_, offset := at.Zone()
	m.OffsetMinutes = int16(offset / 60)
	if kind == "error" {
		m.Kind = record.KindSystem
	}
	if kind == "groupchat" {
		m.Conversation = r.room(to)
	} else {
		if m.Conversation, err = r.direct(from, to, account(from), account(to)); err != nil {
			return err
		}
		if err := r.introduce(to); err != nil {
			return err
		}
		m.RecipientSource = record.RecipientsListed
		if to != from {
			m.Recipients, m.Audience = append(m.Recipients, account(to)), 1
		}
	}
	if err := r.introduce(from); err != nil {
		return err
	}
	return r.sink.Message(m)
}
