package email

import (
	"bytes"
	"context"
	"io"

	"crosstalk/collectors"
	"crosstalk/collectors/mail"
	"crosstalk/collectors/record"
)

// HeaderTooLong is the reason for refusing a message whose header has no end.
const HeaderTooLong = "header_too_long"

// box reads the messages of one file after the other.
type box struct {
	stream
	ctx      context.Context
	mail     *mail.Reader
	sink     collectors.Sink
	parts    parts
	journal  journal
	reports  reports
	entry    string // path of the file in its tree
	ordinal  int64  // of the message in the file, from 1
	fromLine []byte // the line before the message at hand, without "From "
	patches  bool   // the lines between messages are those of git format-patch
}

// open begins a file and tells what it holds.
func (b *box) open(entry string, r io.Reader) (shape, error) {
	b.reset(r)
	b.entry, b.ordinal, b.fromLine, b.patches = entry, 0, b.fromLine[:0], false
	for len(b.unread()) < headSize {
		if more, err := b.more(); err != nil {
			return shapeUnknown, err
		} else if !more {
			break
		}
	}
	b.lo = leadIn(b.unread())
	return shapeOf(b.unread(), b.end), nil
}

// mbox reads every message of an mbox, in whatever dialect.
func (b *box) mbox() error {
	line, _, _ := bytes.Cut(b.unread(), []byte("\n"))
	b.patches = isPatchLine(bytes.TrimRight(line, "\r"))
	for b.lo < b.hi {
		line, _ := cutLine(b.unread())
		b.fromLine = append(b.fromLine[:0], line[len("From "):]...)
		b.lo += len(line)
		if err := b.message(false, ""); err != nil {
			return err
		}
	}
	return nil
}

// message reads one message: in an mbox up to the line that begins the next, else up
// to the end of the file. With a reason, it is only passed over.
func (b *box) message(alone bool, reason string) error {
	if err := b.ctx.Err(); err != nil {
		return err
	}
	b.ordinal++
	size, err := b.header()
	if err != nil {
		return err
	}
	header := b.mail.Header()
	expected := header.ContentLength()
	if header.IsJournal() && size <= mail.Limit {
		return b.report(alone, size, expected, reason)
	}
	b.parts.begin(header.Boundary())
	body := mail.Body{Invitation: header.IsInvitation()}
	if header.IsAttachment() {
		body.Attachments = 1
	}
	if reason == "" && size > mail.Limit {
		reason = HeaderTooLong
	}
	if reason == "" {
		if reason, err = b.mail.Take(mail.Origin{FromLine: b.fromLine}); err != nil {
			return err
		}
	}
	b.lo += size
	length, err := b.body(alone, expected)
	if err != nil {
		return err
	}
	if reason != "" {
		return b.sink.Reject(record.Reject{Reason: reason, Entry: b.entry, Record: b.ordinal})
	}
	body.SizeBytes = int64(size) + length
	body.Attachments += b.parts.attachments
	body.Invitation = body.Invitation || b.parts.invitation
	return b.mail.Emit(body)
}

// header scans the header block at the window's beginning and gives its length; one
// longer than the limit is cut short just past it.
func (b *box) header() (int, error) {
	for {
		n, complete := b.mail.Scan(b.unread())
		if complete || n > mail.Limit {
			return n, nil
		}
		if more, err := b.more(); err != nil {
			return 0, err
		} else if !more {
			return n, nil
		}
	}
}

// body passes over the rest of the message and gives its length. Expected is what the
// header says the length is, or -1.
func (b *box) body(alone bool, expected int64) (int64, error) {
	if !alone && expected > 0 && expected <= windowSize {
		if ok, err := b.jump(int(expected)); ok || err != nil {
			return expected, err
		}
	}
	size, pos := int64(0), b.lo
	for {
		next, found, known := -1, false, true
		if !alone {
			next, found, known = b.separator(pos)
		}
		switch {
		case found:
			size += b.pass(next)
			return size - b.blank(next, size), nil
		case b.end && known:
			size += b.pass(b.hi)
			if !alone {
				size -= b.blank(b.hi, size)
			}
			return size, nil
		case known:
			next = b.lineStart()
		}
		size += b.pass(next)
		if err := b.ctx.Err(); err != nil {
			return 0, err
		}
		if _, err := b.more(); err != nil {
			return 0, err
		}
		pos = b.lo
	}
}

// jump passes over a body of a stated length when a message, or nothing, follows it;
// then lines that look like the beginning of a message may stand within.
func (b *box) jump(length int) (bool, error) {
	for b.hi-b.lo < length+2*longestFrom {
		if more, err := b.more(); err != nil {
			return false, err
		} else if !more {
			break
		}
	}
	if b.hi-b.lo < length {
		return false, nil
	}
	next := b.lo + length
	for next < b.hi && (b.buf[next] == '\n' || b.buf[next] == '\r') {
		next++
	}
	if _, ok, _ := separator(b.buf[next:b.hi], b.end); !ok && !(b.end && next == b.hi) {
		return false, nil
	}
	b.pass(b.lo + length)
	b.lo = next
	return true, nil
}

// pass moves the window to a position, showing what lies between to the parts.
func (b *box) pass(to int) int64 {
	n := to - b.lo
	switch {
	case b.journal.active():
		b.journal.feed(b.buf[b.lo:to])
	case b.parts.active():
		b.parts.feed(b.buf[b.lo:to])
	}
	b.lo = to
	return int64(n)
}

// blank is the length of the empty line before a separator, which is no part of the
// message.
func (b *box) blank(at int, size int64) int64 {
	switch {
	case size >= 1 && !b.blankBefore(at), size < 1 || at < 1:
		return 0
	case size >= 2 && at >= 2 && b.buf[at-2] == '\r':
		return 2
	}
	return 1
}

var fromMark = []byte("From ")

// separator looks for the next line that begins a message, from a position of the
// window on. Known is false when the window ends before one at next can be told.
func (b *box) separator(pos int) (next int, found, known bool) {
	for {
		i := bytes.IndexByte(b.buf[pos:b.hi], 'F')
		if i < 0 {
			return -1, false, true
		}
		i += pos
		pos = i + 1
		if i > 0 && b.buf[i-1] != '\n' || !bytes.HasPrefix(b.buf[i:b.hi], fromMark) || !b.blankBefore(i) {
			continue
		}
		length, ok, complete := separator(b.buf[i:b.hi], b.end)
		if !complete {
			return i, false, false
		}
		if ok && (b.patches || !isPatchLine(bytes.TrimRight(b.buf[i:i+length], "\r\n"))) {
			return i, true, true
		}
	}
}

// lineStart is where the last line of the window begins, or the window's end when
// that line is too long to be kept.
func (b *box) lineStart() int {
	i := bytes.LastIndexByte(b.unread(), '\n')
	if start := b.lo + i + 1; b.hi-start < readSize {
		return start
	}
	return b.hi
}
