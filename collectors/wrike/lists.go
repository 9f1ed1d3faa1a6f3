package wrike

import (
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// contact is a person, a robot or a group of people.
type contact struct {
	record.Account
	isGroup  bool
	members  []string
	location *time.Location // nil when the contact states no zone
}

// workItem is a task, folder or project, whose comments are a conversation.
type workItem struct {
	record.Conversation
	people []string // ids of contacts, of groups too
}

// readContact reads one contact.
func (r *run) readContact() error {
	s := &r.scan
	c := &contact{Account: record.Account{Tool: Tool, Workspace: r.workspace, Kind: record.AccountHuman}}
	var first, last string
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id":
			c.Key = toolID(r.intern(s.Str()))
		case "firstName":
			first = string(s.Str())
		case "lastName":
			last = string(s.Str())
		case "type":
			switch string(s.Str()) {
			case "Group":
				c.isGroup = true
			case "Robot":
				c.Kind = record.AccountBot
			}
		case "profiles":
			r.readProfiles(c)
		case "memberIds":
			c.members = r.readIDs(nil)
		case "deleted":
			c.IsDeleted = s.Flag()
		case "timezone":
			c.location = r.zone(string(s.Str()))
		default:
			s.Skip()
		}
	}
	if c.Key.IsZero() {
		return r.reject("no_account")
	}
	c.Name = strings.TrimSpace(first + " " + last)
	r.contacts[c.Key.Value] = c
	return nil
}

// readProfiles reads a contact's standing in each account of the company. Somebody who is
// external in all of them is a guest.
func (r *run) readProfiles(c *contact) {
	s := &r.scan
	if !s.Enter('[') {
		return
	}
	profiles, external := 0, 0
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		profiles++
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "email":
				if email := s.Str(); c.Email == "" {
					c.Email = record.EmailKey(string(email)).Value
				}
			case "external":
				if s.Flag() {
					external++
				}
			default:
				s.Skip()
			}
		}
	}
	if profiles > 0 && external == profiles && c.Kind == record.AccountHuman {
		c.Kind = record.AccountGuest
	}
}

// zone is the location of a zone's name; nil when it is unknown. "Local" would be this
// machine's.
func (r *run) zone(name string) *time.Location {
	if name == "" || name == "Local" {
		return nil
	}
	l, ok := r.zones[name]
	if !ok {
		l, _ = time.LoadLocation(name)
		r.zones[name] = l
	}
	return l
}

// readIDs reads an array of ids behind those there are.
func (r *run) readIDs(ids []string) []string {
	s := &r.scan
	if !s.Enter('[') {
		return ids
	}
	for s.Element() {
		if id := r.intern(s.Str()); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// readItem reads one task, folder or project.
func (r *run) readItem() error {
	s := &r.scan
	one := &workItem{Conversation: r.conversation("")}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id":
			one.Key = r.intern(s.Str())
		case "authorIds", "responsibleIds", "followerIds":
			one.people = r.readIDs(one.people)
		default:
			s.Skip()
		}
	}
	if one.Key == "" {
		return r.reject("no_conversation")
	}
	if s.Err() == nil {
		r.items[one.Key] = one
	}
	return nil
}

func (r *run) conversation(key string) record.Conversation {
	return record.Conversation{Tool: Tool, Workspace: r.workspace, Key: key, Kind: record.ConversationChannel, Coverage: record.CoverageMember}
}

// settle works out who takes part in a work item: its authors, those responsible and its
// followers, groups by their members.
func (r *run) settle(one *workItem) {
	seen := map[string]bool{}
	add := func(id string) {
		if !seen[id] {
			seen[id] = true
			one.Members = append(one.Members, record.Member{Account: toolID(id)})
		}
	}
	for _, id := range one.people {
		if c := r.contacts[id]; c != nil && c.isGroup {
			for _, member := range c.members {
				add(member)
			}
			continue
		}
		add(id)
	}
	one.people = nil
}
