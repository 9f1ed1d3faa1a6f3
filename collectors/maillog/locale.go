package maillog

import (
	"bytes"
	"time"

	"crosstalk/collectors/csvscan"
)

// unsettled is the order of a file in which every date may be read both ways.
const unsettled = "unsettled"

// timeLayouts are what may follow a date.
var timeLayouts = []string{" 15:04:05", " 3:04:05 PM", " 15:04", " 3:04 PM"}

// localInstant reads a date as a machine's settings print it: 3/4/2024 8:00:00 AM or
// 04.03.2024 08:00:00. A point means that the day comes first; with a slash, order says it
// (dmy or mdy) unless one of the numbers can be no month.
func localInstant(text []byte, order string, zone *time.Location) (at time.Time, ambiguous, ok bool) {
	text = bytes.TrimSpace(text)
	i := bytes.IndexAny(text, "/.")
	if i < 1 || i > 2 {
		return time.Time{}, false, false
	}
	date := "2/1/2006"
	switch {
	case text[i] == '.':
		date = "2.1.2006"
	case order == "mdy":
		date = "1/2/2006"
	case order != "dmy":
		first, second := twoDigits(text), twoDigits(text[i+1:])
		switch {
		case second > 12:
			date = "1/2/2006"
		case first <= 12 && first != second:
			return time.Time{}, true, false
		}
	}
	for _, layout := range timeLayouts {
		if at, err := time.ParseInLocation(date+layout, string(text), zone); err == nil {
			return at, false, true
		}
	}
	return time.Time{}, false, false
}

func twoDigits(b []byte) (n int) {
	for i := 0; i < len(b) && i < 2 && '0' <= b[i] && b[i] <= '9'; i++ {
		n = n*10 + int(b[i]-'0')
	}
	return n
}

// settledOrder looks through the table at hand for a date that can be read in one way only,
// since all of a file were printed alike.
func (r *reader) settledOrder() string {
	src, err := r.tree.Open(r.entry)
	if err != nil {
		return unsettled
	}
	defer src.Close()
	_, whole, err := begin(src)
	if err != nil {
		return unsettled
	}
	table := csvscan.New([]string{traceTexts[traceAt] + "|" + summaryTexts[summaryAt] + "|" + eventTexts[eventAt]}, nil)
	table.Reset(whole)
	for table.Next() && (table.Record()%everyLines != 0 || r.ctx.Err() == nil) {
		date := table.Text(0)
		i := bytes.IndexByte(date, '/')
		switch {
		case i < 1:
		case twoDigits(date) > 12:
			return "dmy"
		case twoDigits(date[i+1:]) > 12:
			return "mdy"
		}
	}
	return unsettled
}
