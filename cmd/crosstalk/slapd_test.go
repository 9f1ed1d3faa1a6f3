package main

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"crosstalk/simulate"
)

// ldapServer is a private OpenLDAP behind a socket.
type ldapServer struct {
	t    *testing.T
	root string
}

const ldapPassword = "a heron on one leg"

// An organisation's own attributes hold the handles, one for each tool. The numbers are those
// for examples.
const slapdConfiguration = `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
attributetype ( 1.3.6.1.4.1.32473.1.1 NAME 'slack' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.3.6.1.4.1.32473.1.2 NAME 'irc' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
objectclass ( 1.3.6.1.4.1.32473.2.1 NAME 'heronPerson' SUP top AUXILIARY MAY ( slack $ irc ) )
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ROOT/slapd.pid
database mdb
suffix "dc=heron,dc=example"
rootdn "cn=admin,dc=heron,dc=example"
rootpw "PASSWORD"
directory ROOT/db
`

// startLDAPServer runs a slapd until the test ends.
func startLDAPServer(t *testing.T) *ldapServer {
	t.Helper()
	const binary = "/usr/sbin/slapd"
	if _, err := os.Stat(binary); err != nil {
		t.Fatal("no slapd to test against; install it: apt-get install -y slapd ldap-utils")
	}
	root, err := os.MkdirTemp("", "ldap") // sockets have short paths only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	s := &ldapServer{t: t, root: root}
	if err := os.Mkdir(filepath.Join(root, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(root, "slapd.conf")
	if err := os.WriteFile(config, []byte(strings.NewReplacer("ROOT", root, "PASSWORD", ldapPassword).Replace(slapdConfiguration)), 0o600); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(root, "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	command := exec.Command(binary, "-d", "0", "-f", config, "-h", s.address())
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		t.Fatalf("start slapd: %v", err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	})
	s.await()
	return s
}

func (s *ldapServer) address() string {
	return "ldapi://" + url.QueryEscape(filepath.Join(s.root, "socket"))
}

func (s *ldapServer) await() {
	s.t.Helper()
	for range 500 {
		if exec.Command("ldapsearch", s.with("-s", "base", "-b", "")...).Run() == nil {
			return
		}
		time.Sleep(20 * time.Millisecond) // it is another process; nothing else tells
	}
	log, _ := os.ReadFile(filepath.Join(s.root, "log"))
	s.t.Fatalf("slapd does not answer: %s", log)
}

func (s *ldapServer) with(args ...string) []string {
	return append([]string{"-x", "-H", s.address(), "-D", "cn=admin,dc=heron,dc=example", "-w", ldapPassword}, args...)
}

// add loads entries into the server.
func (s *ldapServer) add(ldif string) {
	s.t.Helper()
	command := exec.Command("ldapadd", s.with()...)
	command.Stdin = strings.NewReader(ldif)
	if out, err := command.CombinedOutput(); err != nil {
		s.t.Fatalf("ldapadd: %v: %s", err, out)
	}
}

// search writes what ldapsearch says into a file, even where it ends early.
func (s *ldapServer) search(file string, args ...string) {
	s.t.Helper()
	var errs bytes.Buffer
	command := exec.Command("ldapsearch", s.with(append([]string{"-b", "dc=heron,dc=example"}, args...)...)...)
	command.Stderr = &errs
	out, err := command.Output()
	if len(out) == 0 {
		s.t.Fatalf("ldapsearch: %v: %s", err, &errs)
	}
	if err := os.WriteFile(file, out, 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// company is what an LDAP server and a table can both say of the simulated company.
type company struct{ csv, ldif strings.Builder }

// newCompany reads the simulated table, and gives everybody a number and every third a second address.
func newCompany(t *testing.T, table string) *company {
	t.Helper()
	text, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	c := &company{}
	c.ldif.WriteString("dn: dc=heron,dc=example\nobjectClass: dcObject\nobjectClass: organization\no: Heron\ndc: heron\n\n" +
		"dn: ou=people,dc=heron,dc=example\nobjectClass: organizationalUnit\nou: people\n\n")
	out := csv.NewWriter(&c.csv)
	_ = out.Write([]string{"person", "name", "email", "aliases", "phone", "department", "team", "manager", "location", "slack", "irc"})
	for i, row := range rows[1:] {
		get := func(column string) string { return row[at[column]] }
		phone, alias := fmt.Sprintf("+44 20 7946 0%03d", i), ""
		if i%3 == 0 {
			alias = get("person") + "@old.heron.example"
		}
		_ = out.Write([]string{get("person"), get("name"), get("email"), alias, phone, get("department"), get("team"), get("manager"), get("location"), get("slack"), get("irc")})
		c.entry("dn", dn(get("person")), "objectClass", "inetOrgPerson", "objectClass", "heronPerson", "uid", "login-"+get("person"), "employeeNumber", get("person"), "cn", get("name"), "sn", get("name"),
			"mail", get("email"), "mail", alias, "mobile", phone, "ou", get("department"), "departmentNumber", get("team"), "manager", dn(get("manager")), "l", get("location"), "slack", get("slack"), "irc", get("irc"))
	}
	out.Flush()
	c.entry("dn", "cn=everybody,dc=heron,dc=example", "objectClass", "groupOfNames", "cn", "everybody", "member", dn(rows[1][at["person"]]))
	return c
}

// dn is the name of a person's entry, with what has to be escaped in one.
func dn(person string) string {
	if person == "" {
		return ""
	}
	return `cn=Heron\, ` + person + ",ou=people,dc=heron,dc=example"
}

// entry writes attributes that have a value, encoded.
func (c *company) entry(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			fmt.Fprintf(&c.ldif, "%s:: %s\n", pairs[i], base64.StdEncoding.EncodeToString([]byte(pairs[i+1])))
		}
	}
	c.ldif.WriteString("\n")
}

// TestDirectoryOfAnLDAPServer imports a company's messages with its people as a table, and again with
// its people as a real server gives them: the persons are the same, and so is whose every account is.
func TestDirectoryOfAnLDAPServer(t *testing.T) {
	t.Parallel()
	s := startLDAPServer(t)
	export := write(t, simulate.Options{Seed: 3, People: 60, Weeks: 6, Messages: 2000, Clean: true})
	table := filepath.Join(export, "directory.csv")
	c := newCompany(t, table)
	if err := os.Remove(table); err != nil {
		t.Fatal(err)
	}
	s.add(c.ldif.String())

	byTable, byServer := newPlace(t, ""), newPlace(t, "")
	byTable.run(exitDone, "import", export, put(t, "people.csv", []byte(c.csv.String())))
	ldif := filepath.Join(t.TempDir(), "people.ldif")
	s.search(ldif, "-LLL")
	if said := byServer.run(exitDone, "import", export, ldif); !strings.Contains(said, "60 people from the directory") {
		t.Errorf("import said %s", said)
	}
	want, got := byTable.who(), byServer.who()
	if strings.Count(want, "|linked|") < 100 || !strings.Contains(want, "@old.heron.example]|[+44 20 7946 0") {
		t.Fatalf("hardly anybody to compare:\n%s", want)
	}
	if got != want {
		t.Errorf("by the server\n%s\nby the table\n%s", got, want)
	}

	// The same with comments, in pages, and of chosen attributes without classes.
	for name, args := range map[string][]string{
		"comments": {},
		"pages":    {"-E", "pr=7/noprompt"},
		"chosen":   {"(employeeNumber=*)", "employeeNumber", "cn", "mail", "mobile", "ou", "departmentNumber", "manager", "l", "slack", "irc"},
	} {
		s.search(ldif, args...)
		byServer.run(exitDone, "import", ldif)
		if again := byServer.who(); again != want {
			t.Errorf("with %s\n%s\nbefore\n%s", name, again, want)
		}
	}
	s.search(ldif, "-z", "20")
	if said := byServer.run(exitFailed, "import", ldif); !strings.Contains(said, "ended early (Size limit exceeded)") || strings.Count(said, "\n") != 1 {
		t.Errorf("of a list that the server cut: %s", said)
	}
	if after := byServer.who(); after != want {
		t.Errorf("the cut list changed the people:\n%s", after)
	}
}
