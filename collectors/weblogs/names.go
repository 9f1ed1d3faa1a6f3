package weblogs

import (
	"bytes"
	"net/netip"

	"crosstalk/collectors/logscan"
)

// dnsmasq reads what dnsmasq and Pi-hole log of queries. Lines of what became of a query
// repeat it.
type dnsmasq struct{ clock *logscan.Clock }

func newDnsmasq(_ settings, clock *logscan.Clock) parser { return dnsmasq{clock} }

func (p dnsmasq) line(line []byte, e *entry) string {
	at, rest, reason := p.clock.Cut(line)
	i := bytes.Index(rest, []byte("dnsmasq"))
	if i < 0 || bytes.IndexByte(rest[:i], ' ') < i-1 {
		return other(reason)
	}
	_, text, ok := bytes.Cut(rest[i:], []byte(": "))
	if !ok {
		return other(reason)
	}
	query := bytes.Index(text, []byte("query["))
	if query < 0 || query > 80 || query > 0 && !isDigit(text[0]) {
		return passed
	}
	_, text, ok = bytes.Cut(text[query:], []byte("] "))
	name, client, from := bytes.Cut(text, []byte(" from "))
	if !ok || !from || reason != "" {
		return other(reason)
	}
	e.at, e.host, e.client = at.At, name, client
	return ""
}

// other is the reason for a line that is not the program's: its time, or itself.
func other(reason string) string {
	if reason != "" {
		return reason
	}
	return unreadable
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// unbound reads what Unbound logs of queries: an address, a name, a type and a class. A reply
// repeats them and says more.
type unbound struct{ clock *logscan.Clock }

func newUnbound(_ settings, clock *logscan.Clock) parser { return unbound{clock} }

func (p unbound) line(line []byte, e *entry) string {
	at, rest, reason := p.time(line)
	i := bytes.Index(rest, []byte("unbound"))
	if i < 0 || bytes.IndexByte(rest[:i], ' ') < i-1 {
		return other(reason)
	}
	_, text, ok := bytes.Cut(rest[i:], []byte(" info: "))
	if !ok {
		_, text, ok = bytes.Cut(rest[i:], []byte(" query: "))
	}
	client, text, ok2 := bytes.Cut(text, []byte{' '})
	name, text, ok3 := bytes.Cut(text, []byte{' '})
	if !ok || !ok2 || !ok3 || bytes.Count(text, []byte{' '}) != 1 || !bytes.HasSuffix(name, []byte{'.'}) {
		return passed
	}
	if _, err := netip.ParseAddr(string(client)); err != nil {
		return passed
	}
	if reason != "" {
		return reason
	}
	e.at, e.client, e.host = at.At, client, name
	return ""
}

// time reads [1709539200], or a date as syslog writes it.
func (p unbound) time(line []byte) (at logscan.Stamp, rest []byte, reason string) {
	if line[0] != '[' {
		return p.clock.Cut(line)
	}
	seconds, rest, ok := bytes.Cut(line[1:], []byte("] "))
	if ok {
		at.At, ok = epoch(seconds)
	}
	if !ok {
		return at, line, logscan.BadTime
	}
	p.clock.Saw(at.At)
	return at, rest, ""
}

// bind reads BIND's query log, whatever of category, severity and view stands in it.
type bind struct{ clock *logscan.Clock }

func newBIND(_ settings, clock *logscan.Clock) parser { return bind{clock} }

func (p bind) line(line []byte, e *entry) string {
	at, rest, reason := p.clock.Cut(line)
	i := bytes.Index(rest, []byte("client "))
	if i < 0 || i > 0 && rest[i-1] != ' ' {
		if bytes.Contains(rest, []byte("named[")) {
			return passed
		}
		return other(reason)
	}
	client, text, ok := bytes.Cut(rest[i+len("client "):], []byte{'#'})
	if !ok {
		return other(reason)
	}
	if object, address, found := bytes.Cut(client, []byte{' '}); found && bytes.HasPrefix(object, []byte{'@'}) {
		client = address
	}
	_, text, ok = bytes.Cut(text, []byte(" query: "))
	name, text, ok2 := bytes.Cut(text, []byte{' '})
	if !ok || !ok2 || !bytes.HasPrefix(text, []byte("IN ")) || bytes.HasSuffix(text, []byte(" denied")) {
		return passed
	}
	if reason != "" {
		return reason
	}
	e.at, e.client, e.host = at.At, client, name
	return ""
}
