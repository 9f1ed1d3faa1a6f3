package weblogs

import (
	"bytes"
	"encoding/base64"
	"time"

	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/logscan"
)

// zscaler reads a web feed of Zscaler in JSON, an object a line.
type zscaler struct {
	zone *time.Location
	scan jsonscan.Scanner
	src  bytes.Reader
	kept []byte // the texts of the line
}

func newZscaler(_ settings, clock *logscan.Clock) parser { return &zscaler{zone: clock.Location} }

// fields are the texts of one event.
type zscalerFields struct {
	time, epoch, login, host, url, client, action []byte
	isWeb                                         bool
}

func (p *zscaler) line(line []byte, e *entry) string {
	p.src.Reset(line)
	p.scan.Reset(&p.src)
	p.kept = p.kept[:0]
	var f zscalerFields
	if p.scan.Peek() != '{' {
		return "bad_json"
	}
	p.object(&f)
	if reason, _ := p.scan.Verdict(); reason != "" {
		return "bad_json"
	}
	if !f.isWeb && f.login == nil || f.host == nil && f.url == nil || f.time == nil && f.epoch == nil {
		return unreadable
	}
	at, ok := time.Time{}, false
	if f.epoch != nil {
		at, ok = feedTime(f.epoch, p.zone)
	}
	if !ok {
		at, ok = feedTime(f.time, p.zone)
	}
	if !ok {
		return logscan.BadTime
	}
	e.at, e.user, e.client = at, realUser(f.login), f.client
	e.host, e.path = splitURL(f.url)
	if f.host != nil {
		e.host = f.host
	}
	e.blocked = isBlocked(f.action)
	return ""
}

// object reads the fields of an event, in an envelope or without.
func (p *zscaler) object(f *zscalerFields) {
	if !p.scan.Enter('{') {
		return
	}
	for key, ok := p.scan.Key(); ok; key, ok = p.scan.Key() {
		switch string(key) {
		case "sourcetype":
			f.isWeb = string(p.scan.Str()) == "zscalernss-web"
		case "event":
			p.object(f)
		case "time":
			f.time = p.keep()
		case "epochtime":
			f.epoch = p.keep()
		case "login", "ologin":
			f.login = p.keep()
		case "host":
			f.host = p.keep()
		case "b64host":
			f.host = decoded(p.keep())
		case "eurl", "url":
			f.url = p.keep()
		case "b64url":
			f.url = decoded(p.keep())
		case "cip", "cltip", "cltintip":
			f.client = p.keep()
		case "action":
			f.action = p.keep()
		default:
			p.scan.Skip()
		}
	}
}

// keep copies the next text; None and nothing are none.
func (p *zscaler) keep() []byte {
	text := p.scan.Str()
	if len(text) == 0 || string(text) == "None" {
		return nil
	}
	from := len(p.kept)
	p.kept = append(p.kept, text...)
	return p.kept[from:len(p.kept):len(p.kept)]
}

func decoded(text []byte) []byte {
	out := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(out, text)
	if err != nil || n == 0 {
		return nil
	}
	return out[:n]
}
