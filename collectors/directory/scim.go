package directory

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"crosstalk/collectors/jsonscan"
)

// isSCIM reports whether a head is that of SCIM: its schemas, or those of what it lists, are
// SCIM's, of version 2 or 1.1.
func isSCIM(head []byte) bool {
	if start := bytes.TrimSpace(head); !bytes.HasPrefix(start, []byte("{")) && !bytes.HasPrefix(start, []byte("[")) {
		return false
	}
	outline := jsonscan.Outline(head)
	return slices.ContainsFunc([]string{outline["schemas"], outline["resources.schemas"]}, isSchema)
}

func isSchema(urn string) bool {
	urn = strings.ToLower(urn)
	return strings.HasPrefix(urn, "urn:ietf:params:scim:") || strings.HasPrefix(urn, "urn:scim:schemas:")
}

// pages keep account of the pages of a list: each says how much there is in all.
type pages struct {
	total  int64 // the smallest that was said: people may go while pages are asked for
	listed map[string]bool
}

// note counts what a page with people lists.
func (p *pages) note(total int64, listed []string) {
	if p.listed == nil {
		p.listed = map[string]bool{}
		p.total = total
	}
	p.total = min(p.total, total)
	for _, id := range listed {
		p.listed[id] = true
	}
}

func (p *pages) complete() error {
	if listed := int64(len(p.listed)); listed < p.total {
		return fmt.Errorf("directory: its pages list %d of %d people, and nothing was changed: ask the server for all pages and put them into one folder", listed, p.total)
	}
	return nil
}

// scimReader reads one file: pages of a list, arrays of users, users one after another.
type scimReader struct {
	jsonscan.Scanner
	d        *Directory
	row      int
	users    int
	problems []Problem
}

// readSCIM reads the answer of a SCIM server, or one of its pages.
func (d *Directory) readSCIM(in io.Reader) ([]Problem, error) {
	r := &scimReader{d: d}
	r.Reset(in)
	for c := r.Peek(); c == '{' || c == '['; c = r.Peek() {
		if c == '{' {
			r.object(true)
			continue
		}
		for r.Enter('['); r.Element(); {
			r.object(true)
		}
	}
	reason, err := r.Verdict()
	switch {
	case err != nil:
		return r.problems, fmt.Errorf("directory: %w", err)
	case reason == "truncated_file":
		return r.problems, errors.New("directory: the file was cut off: export it again")
	case reason != "":
		return r.problems, fmt.Errorf("directory: what follows entry %d is not JSON: export it again", r.row)
	}
	return r.problems, nil
}

// object reads a user, or, where one may be, a page of them, and gives what it is counted by.
func (r *scimReader) object(mayBePage bool) (id string) {
	var u scimUser
	var page []string
	var total int64
	before := r.users
	if r.Enter('{') {
		for raw, ok := r.Key(); ok; raw, ok = r.Key() {
			switch key := strings.ToLower(string(raw)); {
			case mayBePage && key == "resources":
				u.isPage = true
				page = r.resources()
			case mayBePage && key == "totalresults":
				total = r.Number()
			default:
				u.read(r, key)
			}
		}
	}
	switch {
	case r.Err() != nil: // told by the verdict
	case !u.isPage:
		return r.add(&u)
	case r.users > before: // not a page of groups
		r.d.pages.note(total, page)
	}
	return ""
}

// resources reads what a page lists, and gives what it is counted by.
func (r *scimReader) resources() (ids []string) {
	for r.Enter('['); r.Element(); {
		ids = append(ids, r.object(false))
	}
	return ids
}

// add takes over a user. What else a server lists, groups and its own description, is passed over,
// and so are guests of other organisations.
func (r *scimReader) add(u *scimUser) (id string) {
	r.row++
	reason := ""
	switch isUser := u.isUser || u.login != ""; {
	case isUser:
		r.users++
		if !u.isGuest {
			reason = r.d.add(u.person())
		}
	case !u.hasSchema:
		reason = "not_a_user"
	}
	if reason != "" {
		r.problems = append(r.problems, Problem{r.row, reason})
	}
	return cmp.Or(u.id, u.external, u.login, strconv.Itoa(r.row))
}
