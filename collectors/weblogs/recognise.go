package weblogs

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/csvscan"
	"crosstalk/collectors/logscan"
)

const headSize = 16 << 10 // bytes of a file that decide its format

// parser reads one line of a log: it answers no reason for a contact, passed for a line that
// tells of none, and else why the line cannot be read.
type parser interface {
	line(line []byte, e *entry) (reason string)
}

// format is one way to write a log.
type format struct {
	name   string
	source source
	lines  func(settings, *logscan.Clock) parser // of a log of lines
	table  *table                                // of delimited text
}

// formats of lines, the strictest first.
var lineFormats = []*format{
	{name: "W3C extended log", source: proxy, lines: newW3C},
	{name: "Squid access log", source: proxy, lines: newSquid},
	{name: "proxy log in the common format", source: proxy, lines: newCommon},
	{name: "Zscaler web log", source: proxy, lines: newZscaler},
	{name: "dnsmasq log", source: names, lines: newDnsmasq},
	{name: "Unbound log", source: names, lines: newUnbound},
	{name: "BIND query log", source: names, lines: newBIND},
}

// Recognise claims a tree of which every file looked at is a log of contacts.
func (collector) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	files := slices.DeleteFunc(slices.Clone(t.Files()), collectors.IsNote)
	what := ""
	for file := range collectors.Spread(files) {
		head, err := t.Head(file.Path, headSize)
		if err != nil {
			return collectors.Claim{}, nil // damaged: nobody's, by its content
		}
		if len(bytes.TrimSpace(head)) == 0 {
			continue
		}
		f := formatOf(head, settings{})
		switch {
		case f == nil:
			return collectors.Claim{}, nil
		case what == "":
			what = f.name
		case what != f.name:
			what = "web and name server logs"
		}
	}
	if what == "" {
		return collectors.Claim{}, nil
	}
	return collectors.Claim{Certainty: collectors.Certain, What: what}, nil
}

// formatOf tells a file's format by its beginning; nil is none.
func formatOf(head []byte, s settings) *format {
	for _, f := range lineFormats {
		if fits(head, f, s) {
			return f
		}
	}
	return tableFormat(head, s)
}

// fits reports whether nine lines in ten are the format's, and one at least is a contact.
func fits(head []byte, f *format, s settings) bool {
	p := f.lines(s, &logscan.Clock{Location: time.UTC, Year: 2000})
	var l logscan.Lines
	l.Reset(bytes.NewReader(head))
	whole := bytes.LastIndexByte(head, '\n') < 0 || len(head) < headSize // else the last line is cut short
	lines, good, contacts := 0, 0, 0
	for l.Next() {
		line := l.Text()
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		lines++
		var e entry
		switch p.line(line, &e) {
		case "":
			contacts++
			good++
		case passed:
			good++
		}
	}
	if !whole {
		lines--
	}
	return contacts > 0 && good*10 >= lines*9
}

// table is delimited text: where its columns are named, by their names, else in order.
type table struct {
	columns []string // of the contact's time, user, client, url and action
	order   []string // the names of a table without a header
	time    func(text []byte, zone *time.Location) (time.Time, bool)
}

// The columns of a table.
const (
	columnTime = iota
	columnUser
	columnClient
	columnURL
	columnAction
)

var discovery = &format{name: "cloud discovery log", source: broker, table: &table{
	columns: []string{"transaction date|timestamp|date|time", "user name|user|username|login", "source ip address|source ip|source address|client ip", "destination url|url|destination host|destination|host", "action"},
	time:    instant,
}}

var zscalerOrder = []string{"time", "login", "proto", "eurl", "action", "appname", "appclass", "reqsize", "respsize", "location", "dept", "cip", "sip", "reqmethod", "respcode", "ua"}

var zscalerTable = &format{name: "Zscaler web log", source: proxy, table: &table{
	columns: []string{"time|epochtime", "login|ologin", "cip|cltip|cltintip", "eurl|url|host", "action"}, order: zscalerOrder, time: feedTime,
}}

var umbrellaNames = &format{name: "Cisco Umbrella DNS log", source: names, table: &table{
	columns: []string{"timestamp", "identity", "internal ip", "domain", "action"}, time: instant,
	order: []string{"timestamp", "identity", "identities", "internal ip", "external ip", "action", "query type", "response code", "domain", "categories", "identity type", "identity types", "blocked categories"},
}}

var umbrellaProxy = &format{name: "Cisco Umbrella proxy log", source: proxy, table: &table{
	columns: []string{"timestamp", "identity", "internal ip", "url", "action"}, time: instant,
	order: []string{"timestamp", "identity", "internal ip", "external ip", "destination ip", "content type", "action", "url"},
}}

// tableFormat tells by the names of the columns or, where there is no header, by what the
// first row holds.
func tableFormat(head []byte, s settings) *format {
	row := csvscan.Header(head)
	if len(s.Columns) > 0 {
		return named(s.Columns)
	}
	if len(s.ZscalerColumns) > 0 {
		f, t := *zscalerTable, *zscalerTable.table
		t.order = s.ZscalerColumns
		f.table = &t
		return &f
	}
	lower := strings.ToLower("|" + strings.Join(row, "|") + "|")
	has := func(name string) bool { return strings.Contains(lower, "|"+name+"|") }
	switch {
	case has("transaction date") && (has("destination url") || has("url")) && (has("user name") || has("source ip address")):
		return discovery
	case len(row) >= 10 && isFeedTime(row[0]) && (row[4] == "Allowed" || row[4] == "Blocked"):
		return zscalerTable
	case len(row) >= 10 && isInstant(row[0]) && strings.HasSuffix(row[8], ".") && strings.HasSuffix(row[6], ")"):
		return umbrellaNames
	case len(row) >= 10 && isInstant(row[0]) && strings.Contains(row[7], "://") && (strings.EqualFold(row[6], "allowed") || strings.EqualFold(row[6], "blocked")):
		return umbrellaProxy
	}
	return nil
}

// named is a table whose columns the options name.
func named(columns map[string]string) *format {
	t := *discovery.table
	t.columns = slices.Clone(t.columns)
	for i, key := range []string{"time", "user", "client", "url", "action"} {
		if name := columns[key]; name != "" {
			t.columns[i] = name
		}
	}
	return &format{name: "log in CSV", source: broker, table: &t}
}
