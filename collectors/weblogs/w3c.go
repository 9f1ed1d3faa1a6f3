package weblogs

import (
	"bytes"
	"strings"
	"time"

	"crosstalk/collectors/logscan"
)

// w3c reads W3C's extended format: lines of values, whose names a directive gives, and may
// give anew at any place.
type w3c struct {
	zone   *time.Location
	fields map[string]int
	day    time.Time // by #Date, for lines without one
	last   time.Time
	values [][]byte
}

func newW3C(_ settings, _ *logscan.Clock) parser { return &w3c{zone: time.UTC} }

func (p *w3c) line(line []byte, e *entry) string {
	if len(line) > 0 && line[0] == '#' {
		return p.directive(line)
	}
	if p.fields == nil {
		return unreadable
	}
	p.split(line)
	if len(p.values) != len(p.fields) {
		return "wrong_columns"
	}
	at, ok := p.time()
	if !ok {
		return logscan.BadTime
	}
	e.at, e.client, e.user = at, p.value("c-ip"), p.value("cs-username")
	p.address(e)
	status := string(p.value("sc-status"))
	e.blocked = string(p.value("sc-filter-result")) == "DENIED" || bytes.Contains(p.value("s-action"), []byte("DENIED")) || status == "403"
	e.asks = status == "407"
	return ""
}

func (p *w3c) directive(line []byte) string {
	name, value, ok := bytes.Cut(line[1:], []byte{':'})
	if !ok {
		return unreadable
	}
	switch string(name) {
	case "Fields":
		p.fields = map[string]int{}
		for i, field := range strings.Fields(string(value)) {
			if _, twice := p.fields[field]; twice {
				field += " again" // so that the columns still number as many
			}
			p.fields[field] = i
		}
	case "Date":
		if s, ok := logscan.Instant(value, p.zone); ok {
			p.day = s.At.Truncate(24 * time.Hour)
			p.last = s.At
		}
	}
	return passed
}

// split cuts a line at blanks and tabs outside quotes.
func (p *w3c) split(line []byte) {
	p.values = p.values[:0]
	for i := 0; i < len(line); {
		switch {
		case line[i] == ' ' || line[i] == '\t':
			i++
		case line[i] == '"':
			end := bytes.IndexByte(line[i+1:], '"')
			if end < 0 {
				end = len(line) - i - 1
			}
			p.values = append(p.values, line[i+1:i+1+end])
			i += end + 2
		default:
			end := bytes.IndexAny(line[i:], " \t")
			if end < 0 {
				end = len(line) - i
			}
			p.values = append(p.values, line[i:i+end])
			i += end
		}
	}
}

// value is that of a field, without the hyphen that stands for none.
func (p *w3c) value(name string) []byte {
	i, ok := p.fields[name]
	if !ok || string(p.values[i]) == "-" {
		return nil
	}
	return p.values[i]
}

// time is that of a line, which is in UTC. Without a date it is that of the directive, and
// a time that falls back by much is the next day's.
func (p *w3c) time() (time.Time, bool) {
	clock, date := p.value("time"), p.value("date")
	if date != nil {
		s, ok := logscan.Instant(append(append(append(make([]byte, 0, 32), date...), ' '), clock...), p.zone)
		return s.At, ok
	}
	if p.day.IsZero() {
		return time.Time{}, false
	}
	of, err := time.Parse(time.TimeOnly, string(clock))
	if err != nil {
		return time.Time{}, false
	}
	since := of.Sub(of.Truncate(24 * time.Hour))
	at := p.day.Add(since)
	if p.last.Sub(at) > 12*time.Hour {
		p.day = p.day.Add(24 * time.Hour)
		at = at.Add(24 * time.Hour)
	}
	p.last = at
	return at, true
}

// address finds host and path in the first field that has them.
func (p *w3c) address(e *entry) {
	e.path = p.value("cs-uri-path")
	for _, name := range []string{"cs-host", "cs(Host)"} {
		if e.host = p.value(name); e.host != nil {
			if e.path == nil {
				_, e.path = splitURL(p.value("cs-uri"))
			}
			if e.path == nil {
				e.path = p.value("cs-uri-stem")
			}
			return
		}
	}
	for _, name := range []string{"cs-uri", "c-uri"} {
		if url := p.value(name); url != nil {
			e.host, e.path = splitURL(url)
			return
		}
	}
	if e.host = p.value("r-host"); e.host != nil {
		return
	}
	if stem := p.value("cs-uri-stem"); len(stem) > 0 && stem[0] != '/' {
		e.host, e.path = splitURL(stem)
	}
}
