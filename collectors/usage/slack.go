package usage

import (
	"io"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// member is one line of Slack's analytics: what a member did on a day.
type member struct {
	date, user, email                      []byte
	guest, active                          bool
	messages, inChannels, reactions, files uint32
	calls, huddles                         uint32
}

// slack reads the analytics of members: objects one after another.
func (r *reader) slack(src io.Reader) error {
	var s jsonscan.Scanner
	s.Reset(src)
	for row := int64(1); s.Err() == nil && s.Peek() != 0; row++ {
		if row%everyRows == 0 {
			if err := r.ctx.Err(); err != nil {
				return err
			}
		}
		r.day.reset()
		ok := r.day.read(&s)
		if s.Err() != nil {
			break
		}
		reason, err := "unrecognised_object", error(nil)
		if ok {
			reason, err = r.member(&r.day)
		}
		if reason != "" && err == nil {
			err = r.reject(reason, row)
		}
		if err != nil {
			return err
		}
	}
	return collectors.Finish(&s, r.sink, r.entry, 0)
}

// person is whose days were met lately, as the sink was told.
type person struct {
	user, email    string
	isGuest, known bool
}

func (m *member) reset() { *m = member{date: m.date[:0], user: m.user[:0], email: m.email[:0]} }

func (m *member) read(s *jsonscan.Scanner) (ok bool) {
	if !s.Enter('{') {
		return false
	}
	for key, more := s.Key(); more; key, more = s.Key() {
		switch string(key) {
		case "date":
			m.date = append(m.date[:0], s.Str()...)
		case "user_id":
			m.user = append(m.user[:0], s.Str()...)
		case "email_address":
			m.email = append(m.email[:0], s.Str()...)
		case "is_guest":
			m.guest = s.Flag()
		case "is_active":
			m.active = s.Flag()
		case "messages_posted_count":
			m.messages = number(s.Str())
		case "channel_messages_posted_count":
			m.inChannels = number(s.Str())
		case "reactions_added_count":
			m.reactions = number(s.Str())
		case "files_added_count":
			m.files = number(s.Str())
		case "slack_calls_count":
			m.calls = number(s.Str())
		case "slack_huddles_count":
			m.huddles = number(s.Str())
		default:
			s.Skip()
		}
	}
	return len(m.date)+len(m.user) > 0
}

// member hands over a member's day.
func (r *reader) member(m *member) (reason string, err error) {
	if string(m.date) != string(r.dated) {
		on, isDate := day(m.date)
		r.on, r.isDate = period{on, on.AddDate(0, 0, 1)}, isDate
		r.dated = append(r.dated[:0], m.date...)
	}
	switch {
	case !r.isDate:
		return "bad_time", nil
	case len(m.user) == 0:
		return record.ErrNoAccount.Error(), nil
	}
	p, met := r.people.At(m.user)
	if !met {
		*p = person{user: string(m.user)}
	}
	tool, key := r.tool("slack"), record.AccountKey{Kind: record.KeyToolID, Value: p.user}
	if !p.known || p.isGuest != m.guest || p.email != string(m.email) {
		p.known, p.isGuest, p.email = true, m.guest, string(m.email)
		if err := r.slackAccount(tool, key, p); err != nil {
			return "", err
		}
	}
	for _, c := range [...]struct {
		what string
		n    uint32
	}{
		{"channel_messages", m.inChannels}, {"chat_messages", m.messages - min(m.inChannels, m.messages)},
		{"reactions", m.reactions}, {"files", m.files}, {"calls", m.calls}, {"huddles", m.huddles},
	} {
		if err := r.counted(tool, key, r.on, c.what, c.n); err != nil {
			return "", err
		}
	}
	if !m.active {
		return "", nil
	}
	return "", r.active(tool, key, r.on.from, m.messages)
}

func (r *reader) slackAccount(tool string, key record.AccountKey, p *person) error {
	a := record.Account{Tool: tool, Key: key, Email: strings.ToLower(p.email)}
	if p.isGuest {
		a.Kind = record.AccountGuest
	}
	return r.account(a)
}
