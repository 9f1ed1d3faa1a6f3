package directory

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ldapColumns are the attributes that are looked at, by small letters, with the column that
// each is of; those named like themselves are read by their own rules.
var ldapColumns = map[string]string{
	"employeenumber": "person", "employeeid": "person", "uid": "uid", "samaccountname": "uid", "entryuuid": "uuid",
	"displayname": "display name", "cn": "cn", "givenname": "given name", "sn": "sn",
	"mail": "mail", "rfc822mailbox": "mail", "email": "mail", "emailaddress": "mail", "proxyaddresses": "proxies", "mailalternateaddress": "aliases", "mailalternativeaddress": "aliases", "maillocaladdress": "aliases",
	"othermailbox": "aliases", "userprincipalname": "principal", "msrtcsip-primaryuseraddress": "aliases",
	"telephonenumber": "phones", "mobile": "phones", "mobiletelephonenumber": "phones", "othertelephone": "phones", "othermobile": "phones",
	"department": "department", "ou": "ou", "organizationalunitname": "ou", "departmentnumber": "department number",
	"division": "division", "o": "organization", "company": "organization", "title": "title", "employeetype": "employee type", "preferredlanguage": "preferred language",
	"l": "location", "localityname": "location", "manager": "manager", "accountexpires": "expires", "useraccountcontrol": "control", "nsaccountlock": "lock",
	"objectclass": "class", "msexchrecipienttypedetails": "mailbox", "member": "member", "uniquemember": "member", "grouptype": "member",
}

// ldapEntry is an entry of an LDAP directory, its attributes by ldapColumns.
type ldapEntry struct {
	entry
	dn string
}

// take adds a value. Of the members of a group the first is enough.
func (e *ldapEntry) take(attribute, value string) {
	switch column := ldapColumns[attribute]; {
	case attribute == "dn":
		e.dn = value
	case column == "member" && e.first("member") != "":
	case column != "":
		e.put(column, value)
	default:
		e.put(attribute, value)
	}
}

// Classes of objects, by small letters.
var (
	peopleClasses = []string{"person", "organizationalperson", "inetorgperson", "user"}
	otherClasses  = []string{"computer", "contact", "group", "groupofnames", "msds-managedserviceaccount", "msds-groupmanagedserviceaccount"}
	// mailboxes of people, by Exchange's numbers; the others are shared, rooms, equipment and its own.
	mailboxesOfPeople = []string{"1", "2", "128", "2147483648"}
)

// isPerson reports whether the entry is somebody's. A search may have left the classes out.
func (e *ldapEntry) isPerson() bool {
	has := func(classes []string) bool {
		return slices.ContainsFunc(e.values["class"], func(c string) bool { return slices.Contains(classes, strings.ToLower(c)) })
	}
	mailbox := e.first("mailbox")
	switch {
	case has(otherClasses), mailbox != "" && !slices.Contains(mailboxesOfPeople, mailbox), strings.HasSuffix(e.first("uid"), "$"):
		return false
	case len(e.values["class"]) > 0:
		return has(peopleClasses)
	}
	return e.first("person", "uid", "mail") != "" && e.first("member") == ""
}

// addLDAP takes over an entry that is a person, or says why it cannot. Everything else that a
// directory holds is passed over.
func (d *Directory) addLDAP(e *ldifEntry) (reason string) {
	change := strings.ToLower(e.first("changetype"))
	switch {
	case change != "" && change != "add":
		return "not_an_addition"
	case !e.hasDN:
		return "no_dn"
	case e.reason != "":
		return e.reason
	case !e.isPerson():
		return ""
	}
	p, reason := e.person()
	if reason != "" {
		return reason
	}
	for name, values := range e.values {
		if d.holdsHandles(name) {
			for _, v := range values {
				p.putAll(name, split(v, "; "))
			}
		}
	}
	return d.add(p)
}

// person is the entry under the names of a CSV's columns.
func (e *ldapEntry) person() (p *entry, reason string) {
	p = &entry{bytes: e.bytes}
	p.names = []string{normalDN(e.dn)}
	if boss := e.first("manager"); boss != "" {
		p.manager = normalDN(boss)
	}
	p.put("name", e.first("display name", "cn"))
	if p.first("name") == "" {
		p.put("name", e.first("given name")+" "+e.first("sn"))
	}
	e.addresses(p)
	p.put("person", e.first("person", "uid", "uuid"))
	p.put("person", p.first("email"))
	p.putAll("phones", e.values["phones"])
	e.units(p)
	for _, same := range []string{"location", "title", "employee type", "preferred language", "organization", "division"} {
		p.put(same, e.first(same))
	}
	control, _ := strconv.ParseInt(e.first("control"), 10, 64)
	const disabled = 2
	p.hasLeft = control&disabled != 0 || strings.EqualFold(e.first("lock"), "true")
	if reason := e.expiry(p); reason != "" {
		return p, reason
	}
	return p, ""
}

// addresses finds the main address and the others. Of Exchange's proxies the one with SMTP in
// capitals is the main one.
func (e *ldapEntry) addresses(p *entry) {
	for _, m := range e.values["mail"] {
		p.put("email", m)
		p.put("aliases", m)
	}
	for _, proxy := range e.values["proxies"] {
		scheme, address, found := strings.Cut(proxy, ":")
		switch {
		case !found || !strings.EqualFold(scheme, "smtp") && !strings.EqualFold(scheme, "sip"):
			continue // another mail system's, as X500 and EUM
		case scheme == "SMTP":
			p.put("email", address)
		}
		p.put("aliases", address)
	}
	p.putAll("aliases", e.values["aliases"])
	if principal := e.first("principal"); strings.Contains(principal, "@") {
		p.put("email", principal)
		p.put("aliases", principal)
	}
	p.withoutEmail()
}

// units finds the department, and the team in it: of the attribute department, the unit and the
// department's number the first that is there, and the second. A number that is one says
// nothing beside a name.
func (e *ldapEntry) units(p *entry) {
	var units []string
	for _, u := range []string{e.first("department"), e.first("ou"), e.first("department number")} {
		if u != "" && !slices.Contains(units, u) {
			units = append(units, u)
		}
	}
	if len(units) > 1 && strings.Trim(units[1], "0123456789") == "" {
		p.put("department number", units[1])
		units = units[:1]
	}
	for i, column := range []string{"department", "team"} {
		if i < len(units) {
			p.put(column, units[i])
		}
	}
}

// expiry reads the last day of an account, which Active Directory counts in tenths of a
// microsecond from 1601; 0 and what is far off are no end.
func (e *ldapEntry) expiry(p *entry) (reason string) {
	text := e.first("expires")
	if text == "" || text == "0" {
		return ""
	}
	ticks, err := strconv.ParseInt(text, 10, 64)
	if err != nil || ticks < 0 {
		return "bad_date"
	}
	const perSecond, from1601 = 10_000_000, 11_644_473_600
	last := time.Unix(ticks/perSecond-from1601-1, 0).UTC() // the account ends at that instant
	if last.Year() < lastYear {
		p.put("end", last.Format(time.DateOnly))
	}
	return ""
}

// normalDN is a distinguished name as others may also write it: in small letters, without spaces
// between its parts, escapes resolved.
func normalDN(dn string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(escapedCommas(dn), ",") {
		name, value, _ := strings.Cut(part, "=")
		b.WriteString(strings.ToLower(strings.TrimSpace(name)) + "=" + strings.ToLower(strings.TrimSpace(unescaped(value))) + ",")
	}
	return b.String()
}

// escapedCommas writes a comma that is part of a value by its number.
func escapedCommas(dn string) string {
	return strings.ReplaceAll(strings.ReplaceAll(dn, `\\`, `\5c`), `\,`, `\2c`)
}

// unescaped resolves `\2C` and `\+`.
func unescaped(value string) string {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' || i+1 == len(value) {
			b.WriteByte(value[i])
			continue
		}
		if i+2 < len(value) {
			if c, err := hex.DecodeString(value[i+1 : i+3]); err == nil {
				b.Write(c)
				i += 2
				continue
			}
		}
		i++
		b.WriteByte(value[i])
	}
	return b.String()
}
