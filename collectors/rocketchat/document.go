package rocketchat

import (
	"strconv"
	"time"

	"crosstalk/collectors/jsonscan"
)

// document is a value of a collection's file, as JSON or BSON, walked in one go: every key's
// value has to be taken or skipped. jsonscan.Scanner is one, and binary is the other.
type document interface {
	Peek() byte // '{' before an object, '[' before a list
	Enter(open byte) bool
	Element() bool
	Key() ([]byte, bool)
	Str() []byte
	Flag() bool
	Number() int64
	Size() int
	Skip()
}

// plain gives a value that extended JSON may have wrapped: {"$oid": "…"}, {"$date":
// {"$numberLong": "…"}}. It holds until the next call.
func (r *run) plain(d document) []byte {
	if d.Peek() != '{' {
		return d.Str()
	}
	d.Enter('{')
	r.value = r.value[:0]
	for key, ok := d.Key(); ok; key, ok = d.Key() {
		switch string(key) {
		case "$oid", "$numberLong", "$numberInt", "$uuid":
			r.value = append(r.value[:0], d.Str()...)
		case "$date":
			r.value = append(r.value[:0], r.wrapped(d)...)
		default:
			d.Skip()
		}
	}
	return r.value
}

// wrapped gives a scalar, or the one of {"$numberLong": "…"}.
func (r *run) wrapped(d document) []byte {
	if d.Peek() != '{' {
		return d.Str()
	}
	d.Enter('{')
	var number [32]byte
	n := 0
	for _, ok := d.Key(); ok; _, ok = d.Key() {
		n = copy(number[:], d.Str())
	}
	return append(r.value[:0], number[:n]...)
}

// instant reads a date: milliseconds since 1970 or RFC 3339. The zero time is none.
func (r *run) instant(d document) time.Time {
	b := r.plain(d)
	if len(b) == 0 {
		return time.Time{}
	}
	if ms, err := strconv.ParseInt(string(b), 10, 64); err == nil {
		return time.UnixMilli(ms)
	}
	t, ok := jsonscan.Instant(b)
	if !ok {
		t, _ = time.Parse("2006-01-02T15:04:05.999Z0700", string(b)) // mongoexport before 3.0
	}
	return t
}
