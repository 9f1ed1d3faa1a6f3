package directory

import (
	"slices"
	"strings"
)

// scimUser is a user as SCIM describes it (RFC 7643), while it is read.
type scimUser struct {
	entry
	id, external, login, employee string
	displayed, formatted          string
	given, family                 string
	email, place                  choice

	isUser, isPage, isGuest, hasSchema bool
}

// choice is the best of several values: the primary one, else that of work, else the first.
type choice struct {
	value string
	rank  int
}

func (c *choice) offer(m scimValue) {
	rank := 1
	switch {
	case m.value == "":
		return
	case m.isPrimary:
		rank = 3
	case m.kind == "work":
		rank = 2
	}
	if rank > c.rank {
		*c = choice{m.value, rank}
	}
}

// scimColumns are the plain attributes of a user and of its extensions that have a column.
var scimColumns = map[string]string{
	"title": "title", "usertype": "employee type", "locale": "locale", "preferredlanguage": "preferred language", "timezone": "time zone",
}

var extensionColumns = map[string]string{
	"department": "department", "division": "division", "organization": "organization", "costcenter": "cost center", "team": "team", "level": "level",
	"start": "start", "startdate": "start", "hiredate": "start", "end": "end", "enddate": "end", "terminationdate": "end",
}

// read reads one attribute of the user.
func (u *scimUser) read(r *scimReader, key string) {
	switch key {
	case "schemas":
		r.each(u.schema)
	case "id":
		u.id = r.string()
	case "externalid":
		u.external = r.string()
	case "username":
		u.login = r.string()
	case "displayname":
		u.displayed = r.string()
	case "active":
		u.hasLeft = strings.EqualFold(r.string(), "false")
	case "name":
		r.fields(map[string]*string{"formatted": &u.formatted, "givenname": &u.given, "familyname": &u.family})
	case "emails":
		r.each(func(m scimValue) {
			u.email.offer(m)
			u.put("aliases", m.value)
		})
	case "phonenumbers":
		r.each(func(m scimValue) {
			if m.kind != "fax" && m.kind != "pager" {
				u.put("phones", m.value)
			}
		})
	case "addresses":
		r.each(func(m scimValue) {
			m.value = m.locality
			u.place.offer(m)
		})
	case "ims":
		r.each(func(m scimValue) {
			if r.d.holdsHandles(m.kind) {
				u.put(m.kind, m.value)
			}
		})
	default:
		u.readOther(r, key)
	}
}

func (u *scimUser) readOther(r *scimReader, key string) {
	column, plain := scimColumns[key]
	switch {
	case plain:
		value := r.string()
		u.isGuest = u.isGuest || key == "usertype" && strings.EqualFold(value, "guest")
		u.put(column, value)
	case !strings.HasPrefix(key, "urn:"):
		r.Skip()
	case r.Enter('{'):
		for raw, ok := r.Key(); ok; raw, ok = r.Key() {
			u.extension(r, strings.ToLower(string(raw)))
		}
	}
}

// schema notes what the user, or whatever else it is, calls itself.
func (u *scimUser) schema(m scimValue) {
	urn := strings.ToLower(m.value)
	u.hasSchema = u.hasSchema || isSchema(urn)
	u.isUser = u.isUser || strings.HasSuffix(urn, ":user")
	u.isPage = u.isPage || strings.HasSuffix(urn, ":listresponse")
}

// extension reads one attribute of an extension: the enterprise's, or the organisation's own,
// of which only what has a column is looked at.
func (u *scimUser) extension(r *scimReader, key string) {
	switch column, known := extensionColumns[key]; {
	case known:
		u.put(column, r.string())
	case key == "employeenumber":
		u.employee = r.string()
	case key == "manager" || key == "managerid":
		r.each(func(m scimValue) {
			if m.value == "" {
				m.value = m.reference[strings.LastIndexByte(m.reference, '/')+1:]
			}
			u.manager = m.value
		})
	case r.d.holdsHandles(key):
		r.each(func(m scimValue) { u.putAll(key, split(m.value, "; ")) })
	default:
		r.Skip()
	}
}

// person is the user under the names of a CSV's columns.
func (u *scimUser) person() *entry {
	if u.id != "" {
		u.names = []string{u.id}
	}
	for _, key := range []string{u.employee, u.external, u.id, u.login} {
		u.put("person", key)
	}
	u.put("name", u.displayed)
	if u.given != "" && u.family != "" {
		u.put("name", u.given+" "+u.family)
	}
	u.put("name", u.formatted) // with titles and what follows a name
	u.put("name", u.given+u.family)
	if strings.Contains(u.login, "@") {
		u.put("aliases", u.login)
		u.email.offer(scimValue{value: u.login})
	}
	u.put("email", u.email.value)
	u.put("location", u.place.value)
	u.withoutEmail()
	return &u.entry
}

// withoutEmail leaves each further address once, and the main one not at all.
func (e *entry) withoutEmail() {
	seen := map[string]bool{strings.ToLower(e.first("email")): true}
	rest := slices.DeleteFunc(e.values["aliases"], func(a string) bool {
		again := seen[strings.ToLower(a)]
		seen[strings.ToLower(a)] = true
		return again
	})
	delete(e.values, "aliases")
	if len(rest) > 0 {
		e.values["aliases"] = rest
	}
}

// scimValue is one value of an attribute that has several, plain or with what is said of it.
type scimValue struct {
	value, kind, locality, reference string
	isPrimary                        bool
}

// string is the next value as a string of its own.
func (r *scimReader) string() string { return string(r.Str()) }

// each gives every value of an attribute, whether it is an array or one value alone.
func (r *scimReader) each(visit func(scimValue)) {
	if r.Peek() != '[' {
		visit(r.value())
		return
	}
	for r.Enter('['); r.Element(); {
		visit(r.value())
	}
}

func (r *scimReader) value() (v scimValue) {
	if r.Peek() != '{' {
		v.value = r.string()
		return v
	}
	var primary string
	r.fields(map[string]*string{"value": &v.value, "type": &v.kind, "locality": &v.locality, "$ref": &v.reference, "managerid": &v.value, "primary": &primary})
	v.kind, v.isPrimary = strings.ToLower(v.kind), strings.EqualFold(primary, "true")
	return v
}

// fields reads the strings of an object that are asked for.
func (r *scimReader) fields(wanted map[string]*string) {
	if !r.Enter('{') {
		return
	}
	for raw, ok := r.Key(); ok; raw, ok = r.Key() {
		if to := wanted[strings.ToLower(string(raw))]; to != nil {
			*to = r.string()
		} else {
			r.Skip()
		}
	}
}
