package weblogs

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/logscan"
)

// table reads delimited text row by row.
func (r *reader) table(src io.Reader, head []byte, f *format) error {
	if f.table.order != nil {
		src = io.MultiReader(strings.NewReader(headerLine(f.table.order, head)), src)
	}
	t := csvscan.New(f.table.columns, nil)
	t.Reset(src)
	for t.Next() {
		if t.Record()%everyLines == 0 {
			if err := r.ctx.Err(); err != nil {
				return err
			}
		}
		var e entry
		if err := r.outcome(f, &e, r.row(t, f, &e), t.Record()); err != nil {
			return err
		}
	}
	return collectors.Finish(t, r.sink, r.entry, 0)
}

// headerLine names the columns of a table that does not, with its own delimiter, and as many
// as it has.
func headerLine(names []string, head []byte) string {
	first, _, _ := bytes.Cut(head, []byte{'\n'})
	delimiter := ","
	if bytes.Count(first, []byte{'\t'}) > bytes.Count(first, []byte{','}) {
		delimiter = "\t"
	}
	const most = 64 // columns that later versions may add
	for i := len(names); i < most; i++ {
		names = append(names[:i:i], "further column "+strconv.Itoa(i))
	}
	return strings.Join(names, delimiter) + "\n"
}

func (r *reader) row(t *csvscan.Reader, f *format, e *entry) (reason string) {
	if reason := t.Fault(); reason != "" {
		return reason
	}
	at, ok := f.table.time(t.Text(columnTime), r.zone)
	if !ok {
		return logscan.BadTime
	}
	e.at, e.user, e.client = at, identity(t.Text(columnUser)), t.Text(columnClient)
	e.host, e.path = splitURL(t.Text(columnURL))
	if len(e.host) == 0 {
		return "no_host"
	}
	e.blocked = isBlocked(t.Text(columnAction))
	return ""
}

// identity is the login in a user column: itself, or the address in brackets behind a name. A
// name with blanks and no address is no login, but that of a place or a machine.
func identity(text []byte) []byte {
	if open := bytes.LastIndexByte(text, '('); open >= 0 && bytes.IndexByte(text[open:], '@') > 0 {
		inside, _, _ := bytes.Cut(text[open+1:], []byte{')'})
		return bytes.TrimSpace(inside)
	}
	if bytes.IndexByte(text, ' ') >= 0 {
		return nil
	}
	return text
}

func isBlocked(action []byte) bool {
	action = bytes.ToLower(action)
	for _, word := range []string{"block", "den", "reject", "drop"} {
		if bytes.HasPrefix(action, []byte(word)) {
			return true
		}
	}
	return false
}

func instant(text []byte, zone *time.Location) (time.Time, bool) {
	s, ok := logscan.Instant(text, zone)
	return s.At, ok
}

func isInstant(text string) bool {
	_, ok := instant([]byte(text), time.UTC)
	return ok
}

// feedTime reads Zscaler's time: Mon Mar 04 08:00:00 2024, or seconds since 1970.
func feedTime(text []byte, zone *time.Location) (time.Time, bool) {
	if seconds, err := strconv.ParseInt(string(text), 10, 64); err == nil {
		return time.Unix(seconds, 0), seconds > 0 && seconds < 1<<33
	}
	at, err := time.ParseInLocation(time.ANSIC, string(text), zone)
	return at, err == nil
}

func isFeedTime(text string) bool {
	_, ok := feedTime([]byte(text), time.UTC)
	return ok && strings.Contains(text, ":")
}
