package teams

import (
	"bytes"
	"io"
	"path"
	"strings"
	"time"

	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// listed is what one element of a list says: a user, a member, a chat, a channel or a team.
type listed struct {
	id, name, mail, principal string
	user, email               string // of a member
	chatType, membership      string // of a chat, of a channel
	since                     time.Time
	members                   []listed // of a chat
	isMember                  bool
}

// lists reads the files that say who and what there is.
func (r *run) lists(s shape, entry string, src io.Reader) error {
	if s != shapeList {
		return nil
	}
	r.begin(entry)
	base := strings.TrimSuffix(path.Base(entry), path.Ext(entry))
	if _, team, ok := strings.Cut(base, "_"); ok && isGUID(team) {
		r.page.team = strings.ToLower(team)
	}
	return r.json(src, r.list)
}

// list takes one element of a list, or a page of them.
func (r *run) list() error {
	r.record++
	var of listed
	paged, err := r.envelope(func(key []byte) { of.field(&r.s, key) }, r.list)
	if err != nil || paged {
		return err
	}
	return r.keep(&of)
}

// keep takes in what an element said.
func (r *run) keep(of *listed) error {
	switch {
	case of.principal != "":
		return r.introduce(account{id: of.id, name: of.name, email: of.mail, principal: of.principal})
	case of.chatType != "":
		return r.keepChat(of)
	case of.membership != "":
		if p := r.place(r.names.Of([]byte(of.id))); of.membership == "private" {
			p.Kind = record.ConversationPrivateChannel
		}
	case of.user != "" && of.isMember:
		member := record.Member{Account: r.user(of.user), From: of.since}
		switch {
		case r.page.chat != "":
			r.place(r.page.chat).join(member)
		case r.page.channel != "":
			r.place(r.page.channel).join(member)
		case r.page.team != "":
			r.teams[r.page.team] = append(r.teams[r.page.team], member)
		}
		return r.introduce(account{id: of.user, name: of.name, email: of.email, principal: of.email})
	}
	return nil
}

func (r *run) keepChat(of *listed) error {
	p := r.place(r.names.Of([]byte(of.id)))
	switch of.chatType {
	case "oneOnOne":
		p.Kind = record.ConversationDirect
	case "group":
		p.Kind = record.ConversationGroup
	case "meeting":
		p.Kind = record.ConversationMeetingChat
	}
	for i := range of.members {
		m := &of.members[i]
		p.join(record.Member{Account: r.user(m.user), From: m.since})
		if err := r.introduce(account{id: m.user, name: m.name, email: m.email, principal: m.email}); err != nil {
			return err
		}
	}
	return nil
}

// field reads the value of one key.
func (l *listed) field(s *jsonscan.Scanner, key []byte) {
	switch string(fold(key)) {
	case "id":
		l.id = string(s.Str())
	case "displayname", "name":
		l.name = string(s.Str())
	case "mail":
		l.mail = string(s.Str())
	case "userprincipalname":
		l.principal = string(s.Str())
	case "userid":
		l.user = string(s.Str())
	case "email":
		l.email = string(s.Str())
	case "user": // of a member in PowerShell's words: the principal name
		l.email, l.isMember = string(s.Str()), true
	case "roles", "role":
		l.isMember = true
		s.Skip()
	case "visiblehistorystartdatetime":
		l.since = since(s.Str())
	case "chattype":
		l.chatType = string(s.Str())
	case "membershiptype":
		l.membership = string(s.Str())
	case "members":
		l.readMembers(s)
	default:
		s.Skip()
	}
}

func (l *listed) readMembers(s *jsonscan.Scanner) {
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		var m listed
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			m.field(s, key)
		}
		l.members = append(l.members, m)
	}
}

// since is the beginning of what a member may see; the year 1 stands for all.
func since(b []byte) time.Time {
	at := instant(b)
	if at.Before(record.Earliest) {
		return time.Time{}
	}
	return at
}

// account is what a list or a message says of somebody.
type account struct {
	id, name, email, principal string
	kind                       record.AccountKind
	deleted                    bool
}

// introduce announces an account once.
func (r *run) introduce(a account) error {
	key := r.user(a.id)
	if key.IsZero() {
		return nil
	}
	if _, done := r.people[key.Value]; done {
		return nil
	}
	if guest, email := external(a.principal); guest {
		a.kind = record.AccountGuest
		if a.email == "" || a.email == a.principal {
			a.email = email
		}
	}
	if a.email == "" && strings.Contains(a.principal, "@") {
		a.email = a.principal
	}
	if strings.HasPrefix(a.name, "orgid:") { // stands where the name is not known
		a.name = ""
	}
	r.people[key.Value] = a.kind
	return r.sink.Account(&record.Account{Tool: Tool, Workspace: r.workspace, Key: key, Kind: a.kind, Name: a.name,
		Email: strings.ToLower(a.email), Handle: strings.ToLower(a.principal), IsDeleted: a.deleted})
}

// external undoes the principal name of a guest: ana_partner.com#EXT#@tenant.example is
// ana@partner.com.
func external(principal string) (bool, string) {
	i := strings.Index(strings.ToUpper(principal), "#EXT#")
	if i < 0 {
		return false, ""
	}
	at := strings.LastIndexByte(principal[:i], '_')
	if at <= 0 {
		return true, ""
	}
	return true, principal[:at] + "@" + principal[at+1:i]
}

// fold puts a key in small letters, where it stands in the window; the same objects come in
// Graph's spelling and in PowerShell's.
func fold(key []byte) []byte {
	for i, c := range key {
		if c >= 'A' && c <= 'Z' {
			key[i] = c | 0x20
		}
	}
	return key
}

// page is what the envelope of a page says of its elements.
type page struct{ team, channel, chat string }

// envelope reads an object: a page, whose elements are taken one by one, or an element,
// whose keys are handed to field. It reports which.
func (r *run) envelope(field func(key []byte), take func() error) (paged bool, err error) {
	r.s.Enter('{')
	for key, ok := r.s.Key(); ok; key, ok = r.s.Key() {
		switch {
		case bytes.HasPrefix(key, []byte("@odata.context")), bytes.HasPrefix(key, []byte("@odata.nextLink")):
			r.page.from(string(r.s.Str()))
		case len(key) == len("value") && bytes.EqualFold(key, []byte("value")) && r.s.Peek() == '[' && !paged && !r.paged:
			r.record--
			paged, r.paged = true, true
			err = r.elements(take)
			if r.paged = false; err != nil {
				return true, err
			}
		case paged:
			r.s.Skip()
		default:
			field(key)
		}
	}
	return paged, nil
}
