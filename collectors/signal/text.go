package signal

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"time"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// me is the owner's name in signal-export's files.
const me = "Me"

// lineBytes is how much of a line is looked at; the rest is measured.
const lineBytes = 64 << 10

// text reads a conversation that signal-export wrote: `[2019-12-24, 12:23] Name: words`, and
// further lines that belong to the message above them.
func (r *run) text(s source) error {
	c := &place{from: record.RecipientsSeen}
	c.Key = s.name
	if err := r.lines(s, func(b []byte, isWhole bool) error { return r.noteWriter(c, b, isWhole) }); err != nil {
		return err
	}
	r.placeText(c, s.name)
	again, err := s.open()
	if err != nil {
		return collectors.Unreadable(err)
	}
	defer again.Close()
	r.nth = 0
	open := false
	err = r.lines(again, func(b []byte, isWhole bool) error { return r.line(c, b, isWhole, &open) })
	if err != nil || !open {
		return err
	}
	return r.emit(c)
}

// lines gives a file's lines, without their ends; of a very long one the rest comes in
// pieces that are not whole.
func (r *run) lines(src io.Reader, read func(b []byte, isWhole bool) error) error {
	in := bufio.NewReaderSize(transform.NewReader(src, unicode.BOMOverride(transform.Nop)), lineBytes)
	for isWhole := true; ; {
		b, err := in.ReadSlice('\n')
		if len(b) > 0 {
			if isWhole {
				if r.nth++; r.stopped() != nil {
					return r.ctx.Err()
				}
			}
			if failed := read(bytes.TrimRight(b, "\r\n"), isWhole); failed != nil {
				return failed
			}
		}
		switch isWhole = err == nil; {
		case err == io.EOF:
			return nil
		case err != nil && err != bufio.ErrBufferFull:
			return collectors.Unreadable(err)
		}
	}
}

// header is the beginning of a message.
type header struct {
	at        time.Time // as if in UTC
	precision record.Precision
	name      []byte
	text      []byte
}

// parseHeader reads `[date, time] name: text`, with seconds or without.
func parseHeader(b []byte) (h header, ok bool) {
	if len(b) < len("[2019-12-24 12:23] a:") || b[0] != '[' || b[5] != '-' || b[8] != '-' {
		return h, false
	}
	end := bytes.IndexByte(b[:min(len(b), 24)], ']')
	if end < len("[2019-12-24 12:23") {
		return h, false
	}
	h.at, h.precision = parseStamp(b[1:end])
	rest, spaced := bytes.CutPrefix(b[end+1:], []byte(" "))
	if h.at.IsZero() || !spaced {
		return h, false
	}
	name, text, ok := bytes.Cut(rest, []byte(":"))
	h.name, h.text = bytes.TrimSpace(name), bytes.TrimPrefix(text, []byte(" "))
	return h, ok && len(h.name) > 0 && len(h.name) <= maxID
}

// parseStamp reads `2019-12-24, 12:23` or `2019-12-24 12:23:05`.
func parseStamp(b []byte) (at time.Time, precision record.Precision) {
	date, clock := b[:10], bytes.TrimPrefix(b[10:], []byte(","))
	y, ok1 := digits(date[:4])
	mo, ok2 := digits(date[5:7])
	d, ok3 := digits(date[8:])
	if len(clock) != len(" 12:23") && len(clock) != len(" 12:23:05") || clock[0] != ' ' || clock[3] != ':' {
		return at, precision
	}
	h, ok4 := digits(clock[1:3])
	mi, ok5 := digits(clock[4:6])
	sec, ok6 := 0, true
	if precision = record.PrecisionMinute; len(clock) > 6 {
		precision = record.PrecisionSecond
		sec, ok6 = digits(clock[7:])
		ok6 = ok6 && clock[6] == ':'
	}
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6) || mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || mi > 59 || sec > 60 {
		return time.Time{}, precision
	}
	return time.Date(y, time.Month(mo), d, h, mi, sec, 0, time.UTC), precision
}

func digits(b []byte) (n int, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// writer finds the account of a name in a text.
func (r *run) writer(name []byte) *person {
	text := string(bytes.ToValidUTF8(name, []byte("\uFFFD")))
	key := nameKey(text)
	switch text {
	case "No-Sender":
		return nil
	case me:
		if r.owner != "" {
			key = ownerKey(r.owner)
		}
	}
	p := r.person(key)
	if p != nil && p.key.Kind == record.KeyDisplayName && p.key.Value != me {
		p.name = p.key.Value
	}
	return p
}

func (r *run) noteWriter(c *place, b []byte, isWhole bool) error {
	h, ok := parseHeader(b)
	if !ok || !isWhole || len(c.people) > record.SmallRoom {
		return nil
	}
	if p := r.writer(h.name); p != nil && !slices.Contains(c.people, p) {
		c.people = append(c.people, p)
	}
	return nil
}

// placeText works out what the conversation is: one of two bears the other's name.
func (r *run) placeText(c *place, name string) {
	if c.Key == "" {
		c.Key = "chat"
	}
	if len(c.people) > record.SmallRoom {
		c.people = nil
	}
	for _, p := range c.people {
		if len(c.people) <= 2 && p.name == name {
			c.Kind = record.ConversationDirect
		}
	}
	if len(c.people) > 2 {
		c.Kind = record.ConversationGroup
	}
}

// line takes in a line: a new message, or more of the one that is open.
func (r *run) line(c *place, b []byte, isWhole bool, open *bool) error {
	p := &r.post
	h, ok := parseHeader(b)
	if !ok || !isWhole {
		if !*open && len(b) > 0 {
			return r.sink.Reject(record.Reject{Reason: "no_time", Entry: r.entry, Record: r.nth})
		}
		if len(b) > 0 && *open {
			p.size += len(b)
			if isWhole {
				p.size++ // the end of the line before
			}
			p.files += attached(b)
		}
		return nil
	}
	if *open {
		if err := r.emit(c); err != nil {
			return err
		}
	}
	*open = true
	p.clear()
	p.at, p.precision, p.assumed = in(h.at, r.location), h.precision, true
	if p.author = r.writer(h.name); p.author == nil {
		p.kind = record.KindSystem
	}
	if string(bytes.TrimSpace(h.text)) == "(This message was deleted)" {
		p.deleted = true
		return nil
	}
	p.size, p.files = len(bytes.TrimRight(h.text, " ")), attached(h.text)
	return nil
}

// attached counts the links to files that came with a message.
func attached(b []byte) int {
	return bytes.Count(b, []byte("](./media/")) + bytes.Count(b, []byte("](media/"))
}

// in takes a local time to be of a place.
func in(local time.Time, place *time.Location) time.Time {
	y, mo, d := local.Date()
	h, mi, s := local.Clock()
	return time.Date(y, mo, d, h, mi, s, 0, place).UTC()
}
