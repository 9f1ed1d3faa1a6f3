package directory_test

import (
	"encoding/base64"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors/directory"
	"crosstalk/collectors/record"
)

// An entry of OpenLDAP, folded and encoded as RFC 2849 allows.
var openLDAP = `version: 1

# the root
dn: dc=heron,dc=example
objectClass: domain
dc: heron

dn: uid=ana,ou=People,
 dc=heron,dc=example
objectClass: top
objectClass: inetOrgPerson
uid: ana
cn;lang-pt: Ana, a primeira
cn:: ` + base64.StdEncoding.EncodeToString([]byte("Ana Müller")) + `
sn: Müller
# a comment
  that is folded
mail:  Ana@heron.example
mail: am@heron.example
jpegPhoto:: ` + strings.Repeat("/9j/4AAQ\n ", 30<<10) + `
userPassword:: e1NTSEF9
mobile: +351 912
  345 678
telephoneNumber: +351 21 000 0000
employeeNumber: 1017
ou: Legal
departmentNumber: Contracts
manager: UID=Ben, ou=people, dc=heron,dc=example
l: Lisbon
title: Counsel
slack: aruiz
slack: aruiz2; aruiz3

dn: uid=ben,ou=People,dc=heron,dc=example
objectClass: inetOrgPerson
uid: ben
cn: Ben
departmentNumber: 4711
jpegPhoto:< file:///srv/ben.jpg
`

// Entries as ldifde and ldapsearch give them of Active Directory.
const activeDirectory = `dn: CN=Costa\, Ana,OU=Sales,DC=heron,DC=example
changetype: add
objectClass: user
cn: Costa, Ana
displayName: Ana Costa
sAMAccountName: acosta
userPrincipalName: acosta@heron.example
proxyAddresses: smtp:ana@heron.example
proxyAddresses: SMTP:Ana.Costa@heron.example
proxyAddresses: SIP:ana.costa@heron.example
proxyAddresses: X500:/o=Heron/cn=acosta
userAccountControl: 512
accountExpires: 9223372036854775807
department: Sales
departmentNumber: 4711
msExchRecipientTypeDetails: 1

dn: CN=Ed,OU=Sales,DC=heron,DC=example
changetype: add
objectClass: user
sAMAccountName: ed
userAccountControl: 514
accountExpires: 133485408000000000
manager: CN=costa\2C ana,OU=sales,DC=heron,DC=example

dn: CN=Desk,DC=heron,DC=example
changetype: add
objectClass: user
sAMAccountName: desk
msExchRecipientTypeDetails: 4

dn: CN=PC1,DC=heron,DC=example
changetype: add
objectClass: user
objectClass: computer
sAMAccountName: PC1$

dn: CN=All,DC=heron,DC=example
changetype: add
objectClass: group
sAMAccountName: all
member: CN=Ed,OU=Sales,DC=heron,DC=example

`

func TestReadLDIF(t *testing.T) {
	t.Parallel()
	ana := record.Person{Key: "1017", Name: "Ana Müller", Email: "ana@heron.example", Aliases: []string{"am@heron.example"}, Phones: []string{"+351 912 345 678", "+351 21 000 0000"},
		Department: "Legal", Team: "Contracts", Manager: "ben", Location: "Lisbon", Handles: map[string][]string{"slack": {"aruiz", "aruiz2", "aruiz3"}}, Attributes: map[string]string{"title": "Counsel"}}
	ben := record.Person{Key: "ben", Name: "Ben", Department: "4711"}
	costa := record.Person{Key: "acosta", Name: "Ana Costa", Email: "ana.costa@heron.example", Aliases: []string{"ana@heron.example", "acosta@heron.example"},
		Department: "Sales", Attributes: map[string]string{"department_number": "4711"}}
	ed := record.Person{Key: "ed", Manager: "acosta", HasLeft: true, End: day(2023, 12, 31)}
	one := []record.Person{{Key: "a"}}
	entry := func(lines ...string) string { return "dn: uid=a\nuid: a\n" + strings.Join(lines, "\n") + "\n\n" }
	for name, c := range map[string]struct {
		text     string
		people   []record.Person
		problems []directory.Problem
	}{
		"OpenLDAP":                  {openLDAP, []record.Person{ana, ben}, nil},
		"lines of Windows":          {strings.ReplaceAll(openLDAP, "\n", "\r\n"), []record.Person{ana, ben}, nil},
		"Active Directory":          {activeDirectory, []record.Person{costa, ed}, nil},
		"UTF-16":                    {inUTF16(activeDirectory), []record.Person{costa, ed}, nil},
		"no last line's end":        {"dn: uid=a\nuid: a", one, nil},
		"a search that says so":     {"# extended LDIF\n" + entry() + "# search reference\nref: ldap://other.example/dc=x\n\n# search result\nsearch: 2\nresult: 0 Success\n\n# numEntries: 1\n", one, nil},
		"no classes asked for":      {entry() + "dn: cn=all\ncn: all\nmail: all@heron.example\nmember: uid=a\n\ndn: ou=x\nou: x\n", one, nil},
		"a locked account":          {entry("nsAccountLock: TRUE"), []record.Person{{Key: "a", HasLeft: true}}, nil},
		"given and family name":     {entry("givenName: Ana", "sn: Ruiz"), []record.Person{{Key: "a", Name: "Ana Ruiz"}}, nil},
		"an address alone":          {"dn: cn=a\ncn: A B\nmail: a@heron.example\n", []record.Person{{Key: "a@heron.example", Name: "A B", Email: "a@heron.example"}}, nil},
		"a service is nobody":       {entry() + "dn: cn=cron\nobjectClass: account\nuid: cron\n", one, nil},
		"a binary value":            {entry("mail;binary:: AAEC"), one, nil},
		"another encoding":          {entry("cn:: " + base64.StdEncoding.EncodeToString([]byte("J\xfcrgen"))), []record.Person{{Key: "a", Name: "Jürgen"}}, nil},
		"an encoded name of entry":  {"dn:: dWlkPWE=\nuid: a\n\ndn: uid=b\nuid: b\nmanager: uid=A\n", []record.Person{{Key: "a"}, {Key: "b", Manager: "a"}}, nil},
		"a manager who is not here": {entry("manager: uid=boss"), one, nil},
		"what is wrong": {entry() + "dn: uid=b\nuid: b\nmail:: ???\n\ndn: uid=c\nuid: c\nno colon\n\nuid: d\n\ndn: uid=e\nchangetype: modify\nreplace: mail\nmail: e@heron.example\n-\n\n" +
			"dn: uid=f\nuid: f\nmail:< file:///etc/passwd\n\ndn: uid=a2\nuid: a\n\ndn: uid=g\nuid: g\nmail: " + strings.Repeat("g", 70<<10) + "\n\ndn: uid=h\nuid: h\ndn: uid=i\nuid: i\n\n" +
			"dn: uid=j\nobjectClass: person\n\ndn: uid=k\nuid: k\naccountExpires: soon\n\ndn: uid=l\nuid: l\n" + strings.Repeat("mail: "+strings.Repeat("l", 60<<10)+"\n", 20),
			one, []directory.Problem{{Row: 2, Reason: "bad_base64"}, {Row: 3, Reason: "bad_line"}, {Row: 4, Reason: "no_dn"}, {Row: 5, Reason: "not_an_addition"}, {Row: 6, Reason: "value_elsewhere"},
				{Row: 7, Reason: "person_twice"}, {Row: 8, Reason: "too_long"}, {Row: 9, Reason: "two_entries"}, {Row: 10, Reason: "no_person"}, {Row: 11, Reason: "bad_date"}, {Row: 12, Reason: "too_long"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !directory.Is([]byte(c.text)) {
				t.Error("it is not recognised")
			}
			people, problems, err := read(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.people, people); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.problems, problems); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadLDIFRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, says string }{
		"nobody":                        {"dn: dc=heron\nobjectClass: domain\n", "no row names a person"},
		"a search that was cut":         {"dn: uid=a\nuid: a\n\nsearch: 2\nresult: 4 Size limit exceeded\n", "ended early (Size limit exceeded)"},
		"a search that says odd things": {"dn: uid=a\nuid: a\n\nresult: 9 \x1b[2J\n", "ended early (an error)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := read(c.text)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("it says %v; want %q", err, c.says)
			}
		})
	}
}

// TestShapesTogether reads one directory of which each file has another shape.
func TestShapesTogether(t *testing.T) {
	t.Parallel()
	people, problems, err := read(header+"1,Ana,,,,\n", page(1, user("2", "")), "dn: uid=3\nuid: 3\n\ndn: uid=1\nuid: 1\n")
	if err != nil {
		t.Fatal(err)
	}
	if len(people) != 3 || len(problems) != 1 || problems[0] != (directory.Problem{Row: 2, Reason: "person_twice"}) {
		t.Errorf("%v, %v", people, problems)
	}
}

// endless repeats a text, and says at its end how much memory is held.
type endless struct {
	text, rest string
	left       int
	held       uint64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		if e.left == 0 {
			e.held = held()
			return 0, io.EOF
		}
		e.left--
		e.rest = e.text
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestMemory reads 128 MB that name one person at most: what is not asked for is not held.
func TestMemory(t *testing.T) {
	for name, c := range map[string]struct{ head, repeated string }{
		"a picture in LDIF":        {"dn: uid=a\nuid: a\njpegPhoto:: ", strings.Repeat("QUFB", 1<<18)},
		"a folded picture in LDIF": {"dn: uid=a\nuid: a\njpegPhoto:: ", strings.Repeat("QUFB\n ", 1<<18)},
		"a group in LDIF":          {"dn: cn=all\n", strings.Repeat("member: uid=a,ou=people,dc=heron,dc=example\n", 1<<15)},
		"a picture in SCIM":        {`{"userName":"a","photos":[{"value":"`, strings.Repeat("QUFB", 1<<18)},
		"addresses in SCIM":        {`{"userName":"a","emails":["a"`, strings.Repeat(`,"ana@heron.example"`, 1<<16)},
	} {
		in := &endless{text: c.repeated, rest: c.head, left: 128 << 20 / len(c.repeated)}
		before := held()
		_, err := directory.New(isTool).Read(in)
		if in.held == 0 {
			t.Fatalf("%s: it stopped with %d to come: %v", name, in.left, err)
		}
		if in.held > before+8<<20 {
			t.Errorf("%s: %d MB are held", name, (in.held-before)>>20)
		}
	}
}
