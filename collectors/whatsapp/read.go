package whatsapp

import (
	"bytes"
	"context"
	"io"
	"math"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// reader reads the files of a run, each twice: once to learn who is in it and how its dates
// are written, once for its rows.
type reader struct {
	settings *settings
	sink     collectors.Sink
	lines    lineReader
	message  record.Message
	pending  bool // message waits for its further lines
	size     int64
	text     bool // further lines are the sender's
	calendar calendar
}

// survey is the first reading.
func (r *reader) survey(ctx context.Context, in io.Reader, name chatName) (*chat, error) {
	c := newChat(r.settings, name)
	r.lines.reset(in)
	for n := 0; ; n++ {
		if n&0xfff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		line, _, err := r.lines.next()
		if err == io.EOF {
			return c, nil
		}
		if err != nil {
			return nil, err
		}
		c.look(line)
	}
}

// chat is the second reading. Lines before the first header, and dates that no order can
// read, are rejects.
func (r *reader) chat(ctx context.Context, in io.Reader, c *chat, entry string) error {
	r.lines.reset(in)
	r.pending, r.text = false, false
	r.calendar = calendar{zone: r.settings.location}
	reason := "no_header"
	for n := int64(1); ; n++ {
		if n&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, size, err := r.lines.next()
		if err == io.EOF {
			return r.flush()
		}
		if err != nil {
			return err
		}
		h, ok := parseHeader(line)
		if !ok {
			if !r.pending && reason != "" && len(bytes.TrimSpace(line)) > 0 {
				err = r.sink.Reject(record.Reject{Reason: reason, Entry: entry, Record: n})
			}
			r.goOn(line, size)
		} else if err = r.flush(); err == nil {
			reason = r.begin(c, &h, size-int64(len(line)-len(h.rest)))
			if reason != "" {
				err = r.sink.Reject(record.Reject{Reason: reason, Entry: entry, Record: n})
				reason = ""
			}
		}
		if err != nil {
			return err
		}
	}
}

// goOn adds a further line to the message at hand. The options of a poll are not the sender's.
func (r *reader) goOn(line []byte, size int64) {
	if r.pending && r.text && !bytes.HasPrefix(line, []byte(mark)) {
		r.size += size + 1
	}
}

// begin makes a message of a row's first line. The size is that of the row behind the header.
func (r *reader) begin(c *chat, h *header, size int64) (reason string) {
	year, month, day, ok := c.order.read(h)
	if !ok {
		return "bad_time"
	}
	m := &r.message
	m.Reset()
	m.Tool, m.Workspace, m.Conversation = r.settings.tool, r.settings.workspace, c.conversation
	m.SentAt, m.ZoneAssumed = r.calendar.at(year, month, day, h.seconds), !r.settings.zoneTold
	m.Precision = record.PrecisionMinute
	if h.exact {
		m.Precision = record.PrecisionSecond
	}
	r.pending, r.text, r.size = true, false, 0
	s, body := c.sender(h.rest)
	if s == nil {
		m.Kind = record.KindSystem
		if isCall(h.rest) {
			m.Kind = record.KindCall
		}
		return ""
	}
	r.describe(m, c, s, h, body, size-int64(len(h.rest)-len(body)))
	return ""
}

// describe fills in what a row of somebody says.
func (r *reader) describe(m *record.Message, c *chat, s *sender, h *header, body []byte, size int64) {
	what, size := classify(h, body, size)
	if what == notice {
		m.Kind = record.KindSystem
		return
	}
	m.Kind, m.Sender, m.SenderKind = record.KindMessage, s.account.Key, s.account.Kind
	m.Recipients = append(m.Recipients, s.others...)
	m.RecipientSource = record.RecipientsSeen
	if c.conversation.Kind == record.ConversationDirect {
		m.RecipientSource = record.RecipientsMembership
	}
	if len(s.others) == 0 {
		m.RecipientSource = record.RecipientsUnknown
	}
	r.size, r.text = size, true
	switch what {
	case call:
		m.Kind, r.text = record.KindCall, false
	case deleted:
		m.IsDeleted, r.text = true, false
	case medium:
		m.Attachments = 1
	}
}

// flush hands over the message whose last line was read.
func (r *reader) flush() error {
	if !r.pending {
		return nil
	}
	r.pending = false
	r.message.SizeBytes = uint32(min(r.size, math.MaxUint32))
	return r.sink.Message(&r.message)
}
