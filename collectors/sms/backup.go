package sms

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"

	"crosstalk/collectors/record"
)

// backup reads one file of SMS Backup & Restore. A file that breaks off gives what it holds and
// a reject.
func (w *writer) backup(ctx context.Context, in io.Reader, head []byte, entry string) error {
	w.begin(numbersOf(head))
	r := &backupReader{writer: w, entry: entry}
	r.xml.reset(in)
	for n := 0; ; n++ {
		if n&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		name, closing := r.xml.element()
		if len(name) == 0 {
			break
		}
		if err := r.element(name, closing); err != nil {
			return err
		}
	}
	if err := r.xml.failed(); err != nil {
		return err
	}
	if r.open || !r.whole {
		return w.sink.Reject(record.Reject{Reason: "truncated_file", Entry: entry})
	}
	return nil
}

// backupReader is one pass over a backup.
type backupReader struct {
	*writer
	xml   scanner
	entry string
	count int64 // messages and calls begun
	mms   multimedia
	open  bool // mms waits for its end
	whole bool // the root's end was met
}

func (r *backupReader) element(name []byte, closing bool) error {
	switch string(name) {
	case "smses", "calls":
		r.whole = closing || r.attributes(nil)
	case "sms", "call":
		if !closing {
			return r.simple(string(name) == "call")
		}
	case "mms":
		switch {
		case !closing:
			return r.beginMMS()
		case r.open:
			return r.endMMS()
		}
	case "part":
		if !closing && r.open {
			r.part()
		}
	case "addr":
		if !closing && r.open {
			r.addr()
		}
	}
	return nil
}

// attributes walks the attributes of an element and tells whether it is empty. What is given
// has to take or skip each value.
func (r *backupReader) attributes(take func(name []byte)) (empty bool) {
	for {
		name, empty := r.xml.attribute()
		switch {
		case len(name) == 0:
			return empty
		case take == nil:
			r.xml.skip()
		default:
			take(name)
		}
	}
}

// reject counts a record that could not be read.
func (r *backupReader) reject(reason string, err error) error {
	if err != nil || reason == "" {
		return err
	}
	return r.sink.Reject(record.Reject{Reason: reason, Entry: r.entry, Record: r.count})
}

// simple reads a text message or a call, which have no children.
func (r *backupReader) simple(call bool) error {
	if err := r.unfinished(); err != nil {
		return err
	}
	r.count++
	var raw, name string
	var kind, at int64
	i := item{kind: record.KindMessage}
	r.attributes(func(attribute []byte) {
		switch string(attribute) {
		case "address", "number":
			raw = string(r.xml.value())
		case "contact_name":
			name = string(r.xml.value())
		case "date":
			at = integer(r.xml.value())
		case "type":
			kind = integer(r.xml.value())
		case "body":
			i.size = r.xml.size()
		default:
			r.xml.skip()
		}
	})
	if r.xml.broken {
		return r.reject("malformed_element", nil)
	}
	way := textWay
	if call {
		i.kind, way = record.KindCall, callWay
	}
	i.at = instant(at)
	var reason string
	if i.sent, reason = way(kind); reason != "" {
		return r.reject(reason, nil)
	}
	return r.reject(r.exchange(&i, raw, name))
}

// exchange writes an item between the phone and one address.
func (w *writer) exchange(i *item, raw, name string) (string, error) {
	a := w.book.find(raw)
	if a == nil {
		return "no_address", nil
	}
	if err := w.account(a, name); err != nil {
		return "", err
	}
	i.sender, i.others = a, party{a}
	return w.write(i)
}

// textWay reads the type of a text message.
func textWay(kind int64) (sent bool, reason string) {
	switch kind {
	case 1:
		return false, ""
	case 2, 4, 5, 6: // sent, waiting, failed, queued
		return true, ""
	case 3:
		return true, "skipped_draft"
	}
	return false, "unknown_type"
}

// callWay reads the type of a call.
func callWay(kind int64) (sent bool, reason string) {
	if kind < 1 || kind > 7 {
		return false, "unknown_type"
	}
	return kind == 2, ""
}

func integer(b []byte) int64 {
	n, err := strconv.ParseInt(string(bytes.TrimSpace(b)), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// instant is a time in milliseconds of Unix; none is no time.
func instant(milliseconds int64) time.Time {
	if milliseconds == 0 {
		return time.Time{}
	}
	return time.UnixMilli(milliseconds)
}

// unfinished counts a multimedia message whose end never came.
func (r *backupReader) unfinished() error {
	if !r.open {
		return nil
	}
	r.open = false
	return r.reject("malformed_element", nil)
}

func (r *backupReader) beginMMS() error {
	if err := r.unfinished(); err != nil {
		return err
	}
	r.count++
	r.mms.reset()
	empty := r.attributes(func(attribute []byte) {
		switch string(attribute) {
		case "address":
			r.mms.thread = append(r.mms.thread[:0], r.xml.value()...)
		case "contact_name":
			r.mms.name = string(r.xml.value())
		case "date":
			r.mms.at = integer(r.xml.value())
		case "msg_box":
			r.mms.box = integer(r.xml.value())
		case "m_type":
			r.mms.kind = integer(r.xml.value())
		case "m_id":
			r.mms.id = string(r.xml.value())
		default:
			r.xml.skip()
		}
	})
	if r.xml.broken {
		return r.reject("malformed_element", nil)
	}
	r.open = true
	if empty {
		return r.endMMS()
	}
	return nil
}

func (r *backupReader) part() {
	var content string
	var size int64
	r.attributes(func(attribute []byte) {
		switch string(attribute) {
		case "ct":
			content = string(r.xml.value())
		case "text":
			size = r.xml.size()
		default:
			r.xml.skip()
		}
	})
	r.mms.part(content, size)
}

func (r *backupReader) addr() {
	var kind int64
	raw := ""
	r.attributes(func(attribute []byte) {
		switch string(attribute) {
		case "address":
			raw = string(r.xml.value())
		case "type":
			kind = integer(r.xml.value())
		default:
			r.xml.skip()
		}
	})
	r.mms.address(r.book.find(raw), kind, r.book.owner)
}

func (r *backupReader) endMMS() error {
	r.open = false
	for _, raw := range bytes.Split(r.mms.thread, []byte("~")) {
		r.mms.member(r.book.find(string(raw)), r.book.owner)
	}
	return r.reject(r.multimedia(&r.mms))
}
