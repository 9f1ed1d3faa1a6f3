package weblogs

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"time"

	"crosstalk/collectors/logscan"
)

// squid reads Squid's native log: columns divided by runs of blanks.
type squid struct {
	at      [squidColumns]int // where each column is, or -1
	fields  int               // how many a line has at least
	columns [][]byte
}

// The columns of Squid's log that are read.
const (
	squidTime = iota
	squidElapsed
	squidClient
	squidResult
	squidURL
	squidUser
	squidColumns
)

var (
	squidNames  = [squidColumns]string{"time", "elapsed", "client", "result", "url", "user"}
	squidNative = []string{"time", "elapsed", "client", "result", "bytes", "method", "url", "user", "peer", "type"}
)

func newSquid(s settings, _ *logscan.Clock) parser {
	layout := squidNative
	if len(s.SquidColumns) > 0 {
		layout = s.SquidColumns
	}
	p := &squid{}
	for i, name := range squidNames {
		p.at[i] = slices.Index(layout, name)
		p.fields = max(p.fields, p.at[i]+1)
	}
	return p
}

func (p *squid) line(line []byte, e *entry) string {
	p.columns = p.columns[:0]
	for field := range bytes.FieldsSeq(line) {
		p.columns = append(p.columns, field)
	}
	if len(p.columns) < p.fields {
		return unreadable
	}
	at, ok := epoch(p.column(squidTime))
	result := p.column(squidResult)
	outcome, status, slashed := bytes.Cut(result, []byte{'/'})
	if !ok || !slashed || len(outcome) == 0 || outcome[0] < 'A' || outcome[0] > 'Z' || len(status) != 3 {
		return unreadable
	}
	// The line is written when the contact ends.
	if elapsed, err := strconv.ParseInt(string(p.column(squidElapsed)), 10, 64); err == nil && elapsed > 0 {
		at = at.Add(-time.Duration(min(elapsed, 1<<40)) * time.Millisecond)
	}
	e.at, e.client, e.user = at, p.column(squidClient), unescaped(p.column(squidUser))
	e.host, e.path = splitURL(p.column(squidURL))
	e.blocked = bytes.Contains(outcome, []byte("DENIED")) || string(status) == "403"
	e.asks = string(status) == "407"
	return ""
}

func (p *squid) column(i int) []byte {
	if p.at[i] < 0 {
		return nil
	}
	return p.columns[p.at[i]]
}

const unreadable = "unrecognised_line"

// epoch reads seconds since 1970 with a fraction.
func epoch(b []byte) (time.Time, bool) {
	whole, fraction, _ := bytes.Cut(b, []byte{'.'})
	seconds, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil || seconds < 1e8 || seconds > 1e10 {
		return time.Time{}, false
	}
	milli := 0
	if len(fraction) == 3 {
		if milli, err = strconv.Atoi(string(fraction)); err != nil {
			return time.Time{}, false
		}
	}
	return time.Unix(seconds, int64(milli)*1e6), true
}

// unescaped resolves %5C and its like in a login.
func unescaped(user []byte) []byte {
	if bytes.IndexByte(user, '%') < 0 {
		return user
	}
	if plain, err := url.PathUnescape(string(user)); err == nil {
		return []byte(plain)
	}
	return user
}

// common reads a proxy's log in the format of web servers: host ident user [time] "request"
// status bytes. A web server's own log has no hosts in it and is not read.
type common struct{ clock *logscan.Clock }

func newCommon(_ settings, clock *logscan.Clock) parser { return common{clock} }

func (p common) line(line []byte, e *entry) string {
	client, rest, ok := bytes.Cut(line, []byte{' '})
	_, rest, ok2 := bytes.Cut(rest, []byte{' '})
	user, rest, ok3 := bytes.Cut(rest, []byte(" ["))
	if !ok || !ok2 || !ok3 {
		return unreadable
	}
	at, rest, reason := p.clock.Cut(rest)
	if reason != "" {
		return unreadable
	}
	_, rest, ok = bytes.Cut(rest, []byte(`] "`))
	if !ok {
		_, rest, ok = bytes.Cut(rest, []byte(`"`))
	}
	request, rest, ok2 := bytes.Cut(rest, []byte(`" `))
	if !ok || !ok2 {
		return unreadable
	}
	method, target, _ := bytes.Cut(request, []byte{' '})
	target, _, _ = bytes.Cut(target, []byte{' '})
	if string(method) != "CONNECT" && !bytes.Contains(target, []byte("://")) {
		return unreadable
	}
	status, rest, _ := bytes.Cut(rest, []byte{' '})
	e.at, e.client, e.user = at.At, client, unescaped(user)
	e.host, e.path = splitURL(target)
	e.blocked = string(status) == "403" || bytes.Contains(rest, []byte("TCP_DENIED"))
	e.asks = string(status) == "407"
	return ""
}
