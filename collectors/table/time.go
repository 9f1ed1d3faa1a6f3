package table

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// instant is a time as a column states it.
type instant struct {
	at        time.Time
	offset    int16 // the clock's own, or record.OffsetUnknown
	precision record.Precision
	assumed   bool // it states no zone and the mapping gives none
}

// timeReader reads the times of one column.
type timeReader struct {
	column   int
	unit     time.Duration // of numbers; 0 is by their size
	layout   string        // for time.Parse; empty is RFC 3339 and its like
	excel    bool
	epoch    time.Time
	location *time.Location
	assumed  bool
	fine     record.Precision // of the layout
	zoned    bool             // the layout states a zone
}

var errTime = errors.New("no time")

func (f *timeField) reader(c *columns, fallback *time.Location) (timeReader, error) {
	r := timeReader{column: c.add(f.Column), location: fallback, assumed: true, epoch: time.Unix(0, 0)}
	if f.Zone != "" {
		zone, err := time.LoadLocation(f.Zone)
		if err != nil {
			return r, fmt.Errorf("mapping: zone %q is not a known time zone; write one such as Europe/Amsterdam", f.Zone)
		}
		r.location, r.assumed = zone, false
	}
	if f.Epoch != "" {
		epoch, err := time.ParseInLocation(time.DateOnly, f.Epoch, r.location)
		if err != nil {
			return r, fmt.Errorf("mapping: epoch %q is not a date such as 2003-10-01", f.Epoch)
		}
		r.epoch = epoch
		if f.Format == "" {
			r.unit = time.Second
		}
	}
	return r, r.setFormat(f.Format)
}

func (r *timeReader) setFormat(format string) error {
	switch format {
	case "", "rfc3339", "iso8601":
		return nil
	case "unix":
		r.unit = time.Second
	case "unix_ms":
		r.unit = time.Millisecond
	case "unix_us":
		r.unit = time.Microsecond
	case "unix_ns":
		r.unit = time.Nanosecond
	case "excel":
		r.excel = true
	default:
		return r.setLayout(format)
	}
	return nil
}

// directives are those of strptime.
var directives = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02", 'e': "_2", 'H': "15", 'I': "03", 'M': "04", 'S': "05", 'f': "000000",
	'p': "PM", 'b': "Jan", 'h': "Jan", 'B': "January", 'a': "Mon", 'A': "Monday", 'z': "-0700", 'Z': "MST", 'T': "15:04:05",
	'F': "2006-01-02", 'D': "01/02/06", 'R': "15:04", '%': "%",
}

func (r *timeReader) setLayout(format string) error {
	layout := format
	if strings.Contains(format, "%") {
		var b strings.Builder
		for i := 0; i < len(format); i++ {
			if format[i] != '%' || i+1 == len(format) {
				b.WriteByte(format[i])
				continue
			}
			i++
			word, ok := directives[format[i]]
			if !ok {
				return fmt.Errorf("mapping: time format %q: %%%c is unknown", format, format[i])
			}
			b.WriteString(word)
		}
		layout = b.String()
	}
	a, b := time.Date(2011, 7, 21, 17, 58, 49, 0, time.UTC), time.Date(1999, 11, 3, 4, 6, 7, 0, time.UTC)
	if a.Format(layout) == b.Format(layout) {
		return fmt.Errorf("mapping: time format %q is neither a name (rfc3339, unix, unix_ms, unix_us, unix_ns, excel) nor a layout such as %%Y-%%m-%%d %%H:%%M or 2006-01-02 15:04", format)
	}
	r.layout, r.fine = layout, layoutPrecision(layout)
	r.zoned = strings.Contains(layout, "07") || strings.Contains(layout, "MST")
	return nil
}

func layoutPrecision(layout string) record.Precision {
	differs := func(d time.Duration) bool {
		t := time.Date(2011, 7, 21, 4, 6, 7, 0, time.UTC)
		return t.Format(layout) != t.Add(d).Format(layout)
	}
	switch {
	case differs(time.Millisecond):
		return record.PrecisionMillisecond
	case differs(time.Second):
		return record.PrecisionSecond
	case differs(time.Minute):
		return record.PrecisionMinute
	}
	return record.PrecisionDay
}

// readUTC reads 2019-10-03T12:00:01.5Z, which most write.
func readUTC(b []byte) (instant, bool) {
	const whole = len("2006-01-02T15:04:05Z")
	if len(b) < whole || b[len(b)-1] != 'Z' {
		return instant{}, false
	}
	at, ok := jsonscan.Instant(b)
	in := instant{at: at, offset: record.OffsetUnknown, precision: record.PrecisionSecond}
	if len(b) > whole {
		in.precision = record.PrecisionMillisecond
	}
	return in, ok
}

// read is the time in a cell.
func (r *timeReader) read(b []byte) (instant, error) {
	switch {
	case len(b) == 0:
		return instant{}, errTime
	case r.excel:
		return r.readExcel(b)
	case r.unit != 0 || r.layout == "" && isPlainNumber(b):
		return r.readNumber(b)
	case r.layout != "":
		return r.readLayout(b)
	}
	if in, ok := readUTC(b); ok {
		return in, nil
	}
	return r.readISO(b)
}

func isPlainNumber(b []byte) bool {
	if b[0] == '-' {
		b = b[1:]
	}
	for _, c := range b {
		if (c < '0' || c > '9') && c != '.' {
			return false
		}
	}
	return len(b) > 4 || len(b) > 0 && len(b) < 4
}

// readNumber reads a count of seconds or their parts since the epoch.
func (r *timeReader) readNumber(b []byte) (instant, error) {
	if bytes.ContainsAny(b, "eE") {
		return r.readFloat(b)
	}
	whole, fraction, _ := bytes.Cut(b, []byte("."))
	n, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil {
		return instant{}, errTime
	}
	unit := r.unit
	if unit == 0 {
		unit = unitOf(n)
	}
	if unit == time.Second && (n > 1<<40 || n < -1<<40) {
		return instant{}, errTime
	}
	in := instant{offset: record.OffsetUnknown, precision: record.PrecisionSecond, assumed: r.assumed && r.epoch.Unix() != 0}
	per := int64(time.Second / unit)
	in.at = time.Unix(r.epoch.Unix()+n/per, n%per*int64(unit))
	if len(fraction) > 0 && unit == time.Second {
		part, err := strconv.ParseFloat("0."+string(fraction), 64)
		if err != nil {
			return instant{}, errTime
		}
		in.at = in.at.Add(time.Duration(math.Round(part*1e6)) * time.Microsecond)
	}
	if unit != time.Second || len(fraction) > 0 {
		in.precision = record.PrecisionMillisecond
	}
	return in, nil
}

// readFloat reads numbers such as 1.5e9.
func (r *timeReader) readFloat(b []byte) (instant, error) {
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil || math.Abs(v) > 1<<60 || math.IsNaN(v) {
		return instant{}, errTime
	}
	return r.readNumber(strconv.AppendInt(nil, int64(v), 10))
}

// unitOf guesses the unit of a count since 1970 by its size: in each unit the years
// from 1973 to 2100 lie apart.
func unitOf(n int64) time.Duration {
	switch n = max(n, -n); {
	case n < 1e11:
		return time.Second
	case n < 1e14:
		return time.Millisecond
	case n < 1e17:
		return time.Microsecond
	}
	return time.Nanosecond
}

// readExcel reads days since the end of 1899, in the zone of the table.
func (r *timeReader) readExcel(b []byte) (instant, error) {
	days, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !(days > 0 && days < 3e6) {
		return instant{}, errTime
	}
	seconds := int(math.Round((days - math.Floor(days)) * 86400))
	at := time.Date(1899, 12, 30+int(days), 0, 0, seconds, 0, r.location)
	return instant{at: at, offset: record.OffsetUnknown, precision: record.PrecisionSecond, assumed: r.assumed}, nil
}

func (r *timeReader) readLayout(b []byte) (instant, error) {
	at, err := time.ParseInLocation(r.layout, string(b), r.location)
	if err != nil {
		return instant{}, errTime
	}
	in := instant{at: at, offset: record.OffsetUnknown, precision: r.fine, assumed: r.assumed && !r.zoned}
	if r.zoned {
		in.offset = offsetOf(at)
	}
	return in, nil
}

func offsetOf(t time.Time) int16 {
	_, seconds := t.Zone()
	return int16(seconds / 60)
}

// readISO reads 2019-10-03T12:00:01.5+02:00 and shorter forms, with a blank for the T.
func (r *timeReader) readISO(b []byte) (instant, error) {
	d := digits{b: b}
	year, month, day := d.take(4), d.after('-', 2), d.after('-', 2)
	if d.bad || month < 1 || month > 12 || day < 1 || day > 31 {
		return instant{}, errTime
	}
	in := instant{offset: record.OffsetUnknown, precision: record.PrecisionDay}
	hour, minute, second, nanos := 0, 0, 0, 0
	if d.skip('T') || d.skip('t') || d.skip(' ') {
		hour, minute = d.take(2), d.after(':', 2)
		in.precision = record.PrecisionMinute
		if d.skip(':') {
			second = d.take(2)
			in.precision = record.PrecisionSecond
		}
		if d.skip('.') || d.skip(',') {
			nanos = d.fraction()
			in.precision = record.PrecisionMillisecond
		}
		d.skip(' ')
	}
	zone, stated := r.isoZone(&d, &in)
	if day > 28 && time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() != day {
		return instant{}, errTime // 30 February
	}
	if d.bad || len(d.b) > 0 || hour > 23 || minute > 59 || second > 60 {
		return instant{}, errTime
	}
	in.assumed = !stated && r.assumed
	in.at = time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone)
	return in, nil
}

func (r *timeReader) isoZone(d *digits, in *instant) (zone *time.Location, stated bool) {
	switch {
	case len(d.b) == 0:
		return r.location, false
	case d.skip('Z'), d.skip('z'):
		return time.UTC, true
	case string(d.b) == "UTC" || string(d.b) == "GMT":
		d.b = nil
		return time.UTC, true
	}
	sign := 1
	if d.skip('-') {
		sign = -1
	} else if !d.skip('+') {
		d.bad = true
		return time.UTC, false
	}
	hours := d.take(2)
	minutes := 0
	if d.skip(':') || len(d.b) > 0 {
		minutes = d.take(2)
	}
	if hours > 15 || minutes > 59 {
		d.bad = true
	}
	in.offset = int16(sign * (hours*60 + minutes))
	if in.offset == 0 {
		return time.UTC, true
	}
	return time.FixedZone("", sign*(hours*3600+minutes*60)), true
}

// digits takes a time apart.
type digits struct {
	b   []byte
	bad bool
}

func (d *digits) take(n int) int {
	if len(d.b) < n {
		d.bad = true
		return 0
	}
	v := 0
	for _, c := range d.b[:n] {
		if c < '0' || c > '9' {
			d.bad = true
			return 0
		}
		v = v*10 + int(c-'0')
	}
	d.b = d.b[n:]
	return v
}

func (d *digits) skip(c byte) bool {
	if len(d.b) == 0 || d.b[0] != c {
		return false
	}
	d.b = d.b[1:]
	return true
}

func (d *digits) after(c byte, n int) int {
	if !d.skip(c) {
		d.bad = true
	}
	return d.take(n)
}

// fraction reads the digits of a second's part, in nanoseconds.
func (d *digits) fraction() int {
	v, scale, n := 0, 100_000_000, 0
	for len(d.b) > 0 && d.b[0] >= '0' && d.b[0] <= '9' {
		v += int(d.b[0]-'0') * scale
		scale /= 10
		d.b = d.b[1:]
		n++
	}
	d.bad = d.bad || n == 0
	return v
}
