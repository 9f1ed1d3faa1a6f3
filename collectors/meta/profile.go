package meta

import (
	"io"
	"strings"

	"crosstalk/collectors"
)

// profile learns whose export it is. What options say stands.
func (r *Run) profile(f collectors.File, src io.Reader) error {
	s := &r.Scanner
	s.Reset(src)
	var found owner
	if s.Enter('{') {
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "profile", "profile_v2":
				r.facebookProfile(&found)
			case "profile_user":
				r.instagramProfile(&found)
			default:
				s.Skip()
			}
		}
	}
	for _, take := range [...]struct{ own, said *string }{{&r.owner.name, &found.name}, {&r.owner.email, &found.email}, {&r.owner.phone, &found.phone}, {&r.owner.handle, &found.handle}} {
		if *take.own == "" {
			*take.own = *take.said
		}
	}
	return r.Finish(f.Path, 0)
}

// facebookProfile reads {"name":{"full_name"},"emails":{"emails":[]},"phone_numbers":[{"phone_number"}]}.
func (r *Run) facebookProfile(o *owner) {
	s := &r.Scanner
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "name":
			r.within("full_name", &o.name)
		case "emails":
			r.within("emails", &o.email)
		case "phone_numbers":
			r.first("phone_number", &o.phone)
		default:
			s.Skip()
		}
	}
}

// instagramProfile reads [{"string_map_data":{"Name":{"value"},"Email":{"value"}}}]. The
// names are English in every export whose shape is known.
func (r *Run) instagramProfile(o *owner) {
	s := &r.Scanner
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if string(key) == "string_map_data" {
				r.instagramValues(o)
			} else {
				s.Skip()
			}
		}
	}
}

func (r *Run) instagramValues(o *owner) {
	s := &r.Scanner
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "Name":
			r.within("value", &o.name)
		case "Email":
			r.within("value", &o.email)
		case "Username":
			r.within("value", &o.handle)
		case "Phone Number":
			r.within("value", &o.phone)
		default:
			s.Skip()
		}
	}
}

// within reads a string from an object: the value of a key, or the first of its list.
func (r *Run) within(wanted string, into *string) {
	s := &r.Scanner
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) != wanted {
			s.Skip()
			continue
		}
		if s.Peek() != '[' {
			*into = strings.TrimSpace(Repair(s.Str()))
			continue
		}
		s.Enter('[')
		for n := 0; s.Element(); n++ {
			if n == 0 {
				*into = strings.TrimSpace(Repair(s.Str()))
			} else {
				s.Skip()
			}
		}
	}
}

// first reads a string from the first object of a list.
func (r *Run) first(wanted string, into *string) {
	s := &r.Scanner
	if !s.Enter('[') {
		return
	}
	for n := 0; s.Element(); n++ {
		if n == 0 {
			r.within(wanted, into)
		} else {
			s.Skip()
		}
	}
}
