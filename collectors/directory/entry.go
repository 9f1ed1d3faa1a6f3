package directory

import (
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// mostBytes is far above what any directory holds of one person.
const mostBytes = 1 << 20

// entry is what a file says of one person, by the names of a CSV's columns.
type entry struct {
	values  map[string][]string
	hasLeft bool
	names   []string // what others call this person by, when it is their manager, beside the key
	manager string   // such a name; a CSV has a key, as a column
	bytes   int
}

// put adds a value, unless there is none.
func (e *entry) put(column, value string) {
	value = text(value)
	if value == "" {
		return
	}
	if e.bytes += len(column) + len(value); e.bytes > mostBytes {
		return
	}
	if e.values == nil {
		e.values = map[string][]string{}
	}
	e.values[column] = append(e.values[column], value)
}

// first is the first value of the first of the columns that has one.
func (e *entry) first(columns ...string) string {
	for _, c := range columns {
		if values := e.values[c]; len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// add takes over a person, or says why it cannot.
func (d *Directory) add(e *entry) (reason string) {
	p := record.Person{Key: e.first("person"), Name: e.first("name"), Email: strings.ToLower(e.first("email")), Department: e.first("department"), Team: e.first("team"),
		Manager: e.first("manager"), Location: e.first("location"), TimeZone: e.first("time zone"), Level: e.first("level"), HasLeft: e.hasLeft,
		Aliases: e.values["aliases"], Phones: e.values["phones"]}
	switch {
	case e.bytes > mostBytes:
		return "too_long"
	case p.Key == "":
		return "no_person"
	case d.keys[p.Key]:
		return "person_twice"
	}
	if reason := stay(&p, e.first("start"), e.first("end")); reason != "" {
		return reason
	}
	if p.TimeZone != "" {
		if _, err := time.LoadLocation(p.TimeZone); err != nil {
			return "unknown_time_zone"
		}
	}
	d.others(&p, e)
	d.keys[p.Key] = true
	for _, name := range e.names {
		d.named[name] = p.Key
	}
	if e.manager != "" {
		d.managers[len(d.people)] = e.manager
	}
	d.people = append(d.people, p)
	return ""
}

// others takes over handles and attributes.
func (d *Directory) others(p *record.Person, e *entry) {
	for name, values := range e.values {
		switch {
		case columns[name]:
		case d.holdsHandles(name):
			if p.Handles == nil {
				p.Handles = map[string][]string{}
			}
			p.Handles[name] = values
		default:
			if p.Attributes == nil {
				p.Attributes = map[string]string{}
			}
			p.Attributes[strings.ReplaceAll(name, " ", "_")] = values[0]
		}
	}
}

// Systems of personnel write a day far off, or the first of the first year, where there is no
// beginning or no end.
const firstYear, lastYear = 1900, 2299

// stay reads the first and the last day of a person, or says why they cannot be.
func stay(p *record.Person, start, end string) (reason string) {
	var startIs, endIs bool
	p.Start, startIs = date(start)
	p.End, endIs = date(end)
	if !startIs || !endIs {
		return "bad_date"
	}
	if p.Start.Year() < firstYear {
		p.Start = time.Time{}
	}
	if p.End.Year() >= lastYear {
		p.End = time.Time{}
	}
	switch {
	case p.Start.Year() >= lastYear, !p.End.IsZero() && p.End.Year() < firstYear:
		return "bad_date"
	case !p.End.IsZero() && p.End.Before(p.Start):
		return "ends_before_start"
	}
	return ""
}

// date reads an ISO date, or an instant of which the day counts; empty is open.
func date(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime} {
		if t, err := time.Parse(layout, s); err == nil {
			return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), true
		}
	}
	return time.Time{}, false
}
