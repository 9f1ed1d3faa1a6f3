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

// readItem reads one task, folder or project: its authors, those responsible and its
// followers take part in it.
func (r *run) readItem() error {
	s := &r.scan
	id, from := "", len(r.items.arena)
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id":
			id = r.intern(s.Str())
		case "authorIds", "responsibleIds", "followerIds":
			r.ids = r.readIDs(r.ids[:0])
			for _, person := range r.ids {
				r.items.takes(person)
			}
		default:
			s.Skip()
		}
	}
	if id == "" {
		r.items.drop(from)
		return r.reject("no_conversation")
	}
	if s.Err() != nil { // cut off in the middle, which the end of the document tells
		r.items.drop(from)
		return nil
	}
	r.items.end(id, from)
	return nil
}

func (r *run) conversation(key string) record.Conversation {
	return record.Conversation{Tool: Tool, Workspace: r.workspace, Key: key, Kind: record.ConversationChannel, Coverage: record.CoverageMember}
}
