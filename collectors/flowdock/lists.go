package flowdock

import "crosstalk/collectors/record"

// listed reads one object of a list: a flow, a user, or an organisation with its users.
func (r *run) listed() {
	s := &r.scan
	var id, name, email, nick, access string
	var members []record.Member
	isDisabled, isFlow := false, false
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id":
			id = r.intern(s.Str())
		case "name":
			name = string(s.Str())
		case "email":
			email = record.EmailKey(string(s.Str())).Value
		case "nick":
			nick = string(s.Str())
		case "disabled":
			isDisabled = s.Flag()
		case "access_mode":
			access, isFlow = string(s.Str()), true
		case "organization", "join_url", "open", "joined":
			isFlow = true
			s.Skip()
		case "users":
			members = r.users()
		default:
			s.Skip()
		}
	}
	switch {
	case s.Err() != nil || id == "":
	case isFlow:
		r.flow(id, access, members)
	case nick != "" || email != "":
		r.account(id, name, email, nick, isDisabled)
	}
}

// account notes a user. One listed in several places keeps what any of them states.
func (r *run) account(id, name, email, nick string, isDisabled bool) {
	if toolID(id).IsZero() {
		return
	}
	a := r.accounts[id]
	if a == nil {
		a = &record.Account{Tool: Tool, Workspace: r.workspace, Key: toolID(id), Kind: record.AccountHuman}
		r.accounts[id] = a
	}
	for into, value := range map[*string]string{&a.Name: name, &a.Email: email, &a.Handle: nick} {
		if value != "" {
			*into = value
		}
	}
	a.IsDeleted = a.IsDeleted || isDisabled
}

// users reads the users of a flow or organisation, and gives those who are in it.
func (r *run) users() (members []record.Member) {
	s := &r.scan
	if !s.Enter('[') {
		return nil
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		if id, isIn := r.user(); isIn && !toolID(id).IsZero() {
			members = append(members, record.Member{Account: toolID(id)})
		}
	}
	return members
}

func (r *run) user() (id string, isIn bool) {
	s := &r.scan
	var name, email, nick string
	isDisabled := false
	isIn = true
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id":
			id = r.intern(s.Str())
		case "name":
			name = string(s.Str())
		case "email":
			email = record.EmailKey(string(s.Str())).Value
		case "nick":
			nick = string(s.Str())
		case "disabled":
			isDisabled = s.Flag()
		case "in_flow":
			isIn = s.Flag()
		default:
			s.Skip()
		}
	}
	if s.Err() == nil {
		r.account(id, name, email, nick, isDisabled)
	}
	return id, isIn
}

// flow notes a flow. Those by invitation are private.
func (r *run) flow(id, access string, members []record.Member) {
	c := &record.Conversation{Tool: Tool, Workspace: r.workspace, Key: id, Kind: record.ConversationChannel, Coverage: record.CoverageWhole, Members: members}
	if access == "invitation" {
		c.Kind = record.ConversationPrivateChannel
	}
	r.flows[id] = c
}
