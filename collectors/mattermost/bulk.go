package mattermost

import (
	"context"
	"io"
	"slices"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// bulk reads a bulk export. Its lines come in the order channels, users, bots, posts, so
// that the members of a conversation are known by its first post.
func (r *run) bulk(ctx context.Context, src io.Reader) error {
	r.lines.Reset(src)
	for r.lines.Next() {
		if r.record++; r.record%256 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		r.lines.Scan(&r.scan)
		emit := r.line()
		reason, err := r.lines.Verdict(&r.scan)
		switch {
		case err != nil:
			return collectors.Unreadable(err)
		case reason != "":
			err = r.reject(reason)
		case emit == nil: // version, team, role, emoji
		default:
			err = emit()
		}
		if err != nil {
			return err
		}
	}
	if err := r.lines.Err(); err != nil {
		return collectors.Unreadable(err)
	}
	return nil
}

// line reads one object and gives what is to be done with it once it has proved whole.
func (r *run) line() (emit func() error) {
	s := &r.scan
	if !s.Enter('{') {
		return func() error { return r.reject("not_an_object") }
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "post", "direct_post":
			r.readPost()
			emit = r.emitPost
		case "channel":
			emit = r.readChannel()
		case "direct_channel":
			emit = r.readDirect()
		case "user":
			emit = r.readUser()
		case "bot":
			emit = r.readBot()
		default:
			s.Skip()
		}
	}
	return emit
}

func (r *run) readChannel() func() error {
	s := &r.scan
	if !s.Enter('{') {
		return nil
	}
	var team, name string
	kind := record.ConversationChannel
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "team":
			team = r.name(s.Str())
		case "name":
			name = r.name(s.Str())
		case "type":
			if string(s.Str()) == "P" {
				kind = record.ConversationPrivateChannel
			}
		default:
			s.Skip()
		}
	}
	return func() error {
		r.room(r.channelKey(team, name), kind, record.CoverageWhole)
		return nil
	}
}

func (r *run) channelKey(team, name string) []byte {
	r.key = append(append(append(r.key[:0], team...), '/'), name...)
	return r.key
}

func (r *run) readDirect() func() error {
	s := &r.scan
	if !s.Enter('{') {
		return nil
	}
	var members []string
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "members":
			members = r.readNames(members)
		case "participants":
			members = r.readParticipants(members)
		default:
			s.Skip()
		}
	}
	return func() error {
		if len(members) > 0 {
			r.directRoom(members)
		}
		return nil
	}
}

// readNames adds the names of a list.
func (r *run) readNames(to []string) []string {
	s := &r.scan
	if !s.Enter('[') {
		return to
	}
	for s.Element() {
		if name := r.name(s.Str()); name != "" {
			to = append(to, name)
		}
	}
	return to
}

// readParticipants adds the user names of a list of objects.
func (r *run) readParticipants(to []string) []string {
	s := &r.scan
	if !s.Enter('[') {
		return to
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if string(key) != "username" {
				s.Skip()
			} else if name := r.name(s.Str()); name != "" {
				to = append(to, name)
			}
		}
	}
	return to
}

// directRoom is the conversation of exactly these people, whom it sorts.
func (r *run) directRoom(members []string) *room {
	slices.Sort(members)
	members = slices.Compact(members)
	r.key = r.key[:0]
	for i, name := range members {
		if i > 0 {
			r.key = append(r.key, ',')
		}
		r.key = append(r.key, name...)
	}
	kind := record.ConversationDirect
	if len(members) > 2 {
		kind = record.ConversationGroup
	}
	c := r.room(r.key, kind, record.CoverageWhole)
	if c.Members == nil {
		for _, name := range members {
			c.Members = append(c.Members, record.Member{Account: account(name)})
		}
	}
	return c
}

// readUser reads one person, and the channels they are in.
func (r *run) readUser() func() error {
	s := &r.scan
	if !s.Enter('{') {
		return nil
	}
	a := record.Account{Tool: Tool, Workspace: r.workspace, Kind: record.AccountHuman}
	var first, last, roles string
	var channels []string // keys
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "username":
			a.Handle = r.name(s.Str())
		case "email":
			a.Email = string(s.Str())
		case "first_name":
			first = string(s.Str())
		case "last_name":
			last = string(s.Str())
		case "roles":
			roles = string(s.Str())
		case "delete_at":
			a.IsDeleted = s.Number() > 0
		case "teams":
			channels = r.readTeams(channels)
		default:
			s.Skip()
		}
	}
	return func() error {
		a.Key = account(a.Handle)
		a.Name = strings.TrimSpace(first + " " + last)
		if strings.Contains(roles, "system_guest") {
			a.Kind = record.AccountGuest
		}
		_, again := r.kinds[a.Handle]
		for _, channel := range channels {
			c := r.room([]byte(channel), record.ConversationChannel, record.CoverageWhole)
			if member := (record.Member{Account: a.Key}); !again || !slices.Contains(c.Members, member) {
				c.Members = append(c.Members, member)
			}
		}
		return r.introduce(&a)
	}
}

// readTeams adds the keys of the channels a user is in.
func (r *run) readTeams(to []string) []string {
	s := &r.scan
	if !s.Enter('[') {
		return to
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		team, from := "", len(to)
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "name":
				team = r.name(s.Str())
			case "channels":
				to = r.readMemberships(to)
			default:
				s.Skip()
			}
		}
		for i := from; i < len(to); i++ {
			to[i] = r.name(r.channelKey(team, to[i]))
		}
	}
	return to
}

func (r *run) readMemberships(to []string) []string {
	s := &r.scan
	if !s.Enter('[') {
		return to
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if string(key) != "name" {
				s.Skip()
			} else if name := r.name(s.Str()); name != "" {
				to = append(to, name)
			}
		}
	}
	return to
}

func (r *run) readBot() func() error {
	s := &r.scan
	if !s.Enter('{') {
		return nil
	}
	a := record.Account{Tool: Tool, Workspace: r.workspace, Kind: record.AccountBot}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "username":
			a.Handle = r.name(s.Str())
		case "display_name":
			a.Name = string(s.Str())
		case "delete_at":
			a.IsDeleted = s.Number() > 0
		default:
			s.Skip()
		}
	}
	return func() error {
		a.Key = account(a.Handle)
		return r.introduce(&a)
	}
}

// introduce announces an account that the export lists.
func (r *run) introduce(a *record.Account) error {
	if a.Handle == "" {
		return r.reject("no_username")
	}
	r.kinds[a.Handle] = a.Kind
	return r.sink.Account(a)
}
