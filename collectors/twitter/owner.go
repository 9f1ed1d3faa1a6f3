package twitter

import (
	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// about reads account.js or manifest.js: whose archive it is, and whether it is whole.
func (r *run) about(f collectors.File) error {
	s := &r.scan
	if s.Peek() == '[' {
		s.Enter('[')
		for s.Element() {
			r.facts()
		}
	} else {
		r.facts()
	}
	return r.finish(f.Path, 0, true)
}

func (r *run) facts() {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "account", "userInfo":
			r.profile()
		case "archiveInfo":
			r.archive()
		default:
			s.Skip()
		}
	}
}

// profile reads the owner's account; account.js says more than manifest.js.
func (r *run) profile() {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	a := record.Account{Tool: Tool, Workspace: r.workspace, Kind: record.AccountHuman}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "accountId":
			a.Key = account(string(s.Str()))
		case "username", "userName":
			a.Handle = string(s.Str())
		case "accountDisplayName", "displayName":
			a.Name = string(s.Str())
		case "email":
			a.Email = record.EmailKey(string(s.Str())).Value
		default:
			s.Skip()
		}
	}
	if r.owner.Key.IsZero() || a.Email != "" && !a.Key.IsZero() {
		r.owner = a
	}
}

func (r *run) archive() {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) == "isPartialArchive" {
			r.partial = s.Flag()
		} else {
			s.Skip()
		}
	}
}
