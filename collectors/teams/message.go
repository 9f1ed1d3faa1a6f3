package teams

import (
	"bytes"
	"path"
	"strconv"
	"strings"
	"time"

	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// post is what one message object says that is not text.
type post struct {
	id, replyTo, quoted string
	chat, channel, team string
	class               string // messageType
	event               string // eventDetail's type
	sentAt, editedAt    time.Time
	deleted, forwards   bool
	from, initiator     identity
	size, files         int
	mentions            []record.AccountKey
	called              []record.AccountKey
	marks               []mark
}

// mark is one reaction.
type mark struct {
	what string
	by   identity
	at   time.Time
}

// identity is who did something, as Graph says it.
type identity struct {
	id, name string
	kind     record.AccountKind
}

func (p *post) reset() {
	*p = post{mentions: p.mentions[:0], called: p.called[:0], marks: p.marks[:0]}
}

// message takes one message, or a page of them.
func (r *run) message() error {
	r.record++
	r.post.reset()
	paged, err := r.envelope(r.field, r.message)
	if err != nil || paged {
		return err
	}
	p := &r.post
	switch {
	case r.s.Err() != nil:
		return nil
	case p.id == "" || p.class == "" && p.sentAt.IsZero():
		return r.reject("not_a_message")
	case p.sentAt.IsZero():
		return r.reject("bad_time")
	}
	return r.emit(p)
}

// field reads the value of one key of a message.
func (r *run) field(key []byte) {
	p, s := &r.post, &r.s
	switch string(fold(key)) {
	case "id":
		p.id = string(s.Str())
	case "replytoid":
		p.replyTo = string(s.Str())
	case "chatid":
		p.chat = r.names.Of(s.Str())
	case "messagetype":
		p.class = r.names.Of(s.Str())
	case "createddatetime":
		p.sentAt = instant(s.Str())
	case "lastediteddatetime":
		p.editedAt = instant(s.Str())
	case "deleteddatetime":
		p.deleted = p.deleted || len(s.Str()) > 0
	case "deleted": // payloads of 2018
		p.deleted = s.Flag() || p.deleted
	case "from":
		p.from = r.identity()
	default:
		r.parts(key)
	}
}

// parts reads the values that are objects and lists.
func (r *run) parts(key []byte) {
	p, s := &r.post, &r.s
	switch string(fold(key)) {
	case "channelidentity":
		each(s, func(key []byte) {
			switch string(key) {
			case "teamid":
				p.team = r.names.Of(bytes.ToLower(s.Str()))
			case "channelid":
				p.channel = r.names.Of(s.Str())
			default:
				s.Skip()
			}
		})
	case "body":
		each(s, func(key []byte) {
			if string(key) == "content" {
				p.size = s.Size()
				return
			}
			s.Skip()
		})
	case "attachments":
		r.attachments()
	case "mentions":
		r.mentions()
	case "reactions":
		r.reactions()
	case "eventdetail":
		r.eventDetail()
	default:
		s.Skip()
	}
}

// each hands the keys of the object that follows, in small letters, to a function that
// reads their values. Anything else is skipped.
func each(s *jsonscan.Scanner, field func(key []byte)) {
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		field(fold(key))
	}
}

// every does so for each object of the list that follows.
func every(s *jsonscan.Scanner, begin func(), field func(key []byte), end func()) {
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		begin()
		each(s, field)
		end()
	}
}

// identity reads a set of identities, of which one is given.
func (r *run) identity() (who identity) {
	s := &r.s
	each(s, func(key []byte) {
		kind := record.AccountUnknown
		switch string(key) {
		case "user", "phone", "guest":
		case "application":
			kind = record.AccountBot
		case "device":
			kind = record.AccountShared
		default:
			s.Skip()
			return
		}
		if one := r.one(kind); one.id != "" {
			who = one
		}
	})
	return who
}

// one reads one identity.
func (r *run) one(kind record.AccountKind) identity {
	s, who := &r.s, identity{kind: kind}
	each(s, func(key []byte) {
		switch string(key) {
		case "id":
			who.id = r.names.Of(s.Str())
		case "displayname":
			who.name = r.names.Of(s.Str())
		case "useridentitytype":
			if kind == record.AccountUnknown {
				who.kind = kindOfUser(s.Str())
				return
			}
			s.Skip()
		default:
			s.Skip()
		}
	})
	return who
}

// kindOfUser says what a userIdentityType means.
func kindOfUser(word []byte) record.AccountKind {
	switch string(word) {
	case "aadUser", "onPremiseAadUser":
		return record.AccountHuman
	case "anonymousGuest", "federatedUser", "personalMicrosoftAccountUser", "emailUser", "skypeUser", "phoneUser":
		return record.AccountGuest
	}
	return record.AccountUnknown
}

// attachments counts files: quoted messages and cards are attached to messages too.
func (r *run) attachments() {
	p, s := &r.post, &r.s
	var id string
	var what []byte
	every(s, func() { id, what = "", what[:0] }, func(key []byte) {
		switch string(key) {
		case "id":
			id = r.names.Of(s.Str())
		case "contenttype":
			what = append(what, s.Str()...)
		default:
			s.Skip()
		}
	}, func() {
		switch string(what) {
		case "reference":
			p.files++
		case "messageReference":
			p.quoted = id
		case "forwardedMessageReference":
			p.forwards = true
		}
	})
}

const maxMarks = 1 << 16 // mentions or reactions of one message that are read

// mentions notes the people mentioned. Teams, channels and everybody are nobody, and
// the name shown may be a part of somebody's.
func (r *run) mentions() {
	p, s := &r.post, &r.s
	every(s, func() {}, func(key []byte) {
		if string(key) != "mentioned" {
			s.Skip()
			return
		}
		if who := r.identity(); who.id != "" && len(p.mentions) < maxMarks {
			p.mentions = append(p.mentions, r.user(who.id))
		}
	}, func() {})
}

func (r *run) reactions() {
	p, s := &r.post, &r.s
	var m mark
	every(s, func() { m = mark{} }, func(key []byte) {
		switch string(key) {
		case "reactiontype":
			m.what = r.names.Of(s.Str())
		case "createddatetime":
			m.at = instant(s.Str())
		case "user":
			m.by = r.identity()
		default:
			s.Skip()
		}
	}, func() {
		if len(p.marks) < maxMarks && m.what != "" {
			p.marks = append(p.marks, m)
		}
	})
}

// eventDetail reads what the tool itself has to say.
func (r *run) eventDetail() {
	p, s := &r.post, &r.s
	each(s, func(key []byte) {
		switch string(key) {
		case "@odata.type":
			p.event = r.names.Of(s.Str())
		case "initiator":
			p.initiator = r.identity()
		case "callparticipants":
			every(s, func() {}, func(key []byte) {
				if string(key) != "participant" {
					s.Skip()
					return
				}
				if who := r.identity(); who.id != "" && len(p.called) < maxMarks {
					p.called = append(p.called, r.user(who.id))
				}
			}, func() {})
		default:
			s.Skip()
		}
	})
}

// where gives the conversation of a message: its chat or channel, else that of its page,
// else the file, which is all that is known of it.
func (r *run) where(p *post) *place {
	chat, channel, team := p.chat, p.channel, p.team
	if chat == "" && channel == "" {
		chat, channel, team = r.page.chat, r.page.channel, r.page.team
	}
	switch {
	case strings.HasPrefix(chat, "48:"): // everybody's notes have the same id
		return r.place(r.names.Of([]byte(chat + ":" + r.user(p.from.id).Value)))
	case chat != "":
		return r.place(chat)
	case channel != "":
		at := r.place(channel)
		if at.team == "" {
			at.team = team
		}
		if at.Kind == record.ConversationOther {
			at.Kind = record.ConversationChannel
		}
		return at
	}
	return r.place("file:" + path.Base(r.entry))
}

// instant reads a time of Graph, with or without a zone and with any number of decimals,
// or one as older PowerShells write it: /Date(1758810613079)/.
func instant(b []byte) time.Time {
	if len(b) == 0 {
		return time.Time{}
	}
	if milli, ok := bytes.CutPrefix(b, []byte("/Date(")); ok {
		n, err := strconv.ParseInt(string(bytes.TrimSuffix(milli, []byte(")/"))), 10, 64)
		if err != nil {
			return time.Time{}
		}
		return time.UnixMilli(n).UTC()
	}
	at, ok := jsonscan.Instant(b)
	if !ok {
		at, _ = time.Parse("2006-01-02T15:04:05", string(b))
	}
	return at
}
