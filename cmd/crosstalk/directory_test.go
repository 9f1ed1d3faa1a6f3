package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
)

// The same three people as a table, as the pages of a SCIM server and as LDIF.
const (
	peopleCSV = "person,name,email,aliases,phones,department,team,manager,location,slack\n" +
		"e1,Ana Ruiz,ana@heron.example,ruiz@heron.example,+351 912 345 678,Legal,Contracts,e2,Lisbon,\n" +
		"e2,Ben Okafor,ben@heron.example,,,Legal,Contracts,,Lagos,U0BEN\n" +
		"e3,Cy Lindqvist,cy@heron.example,,,Sales,North,e2,Lund,\n"
	urn        = `"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]`
	listed     = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":3,"Resources":[`
	enterprise = `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`
	scimPage1  = listed + `{` + urn + `,"id":"u1","userName":"ruiz@heron.example","displayName":"Ana Ruiz","emails":[{"value":"ana@heron.example","primary":true}],"phoneNumbers":[{"value":"+351 912 345 678"}],` +
		`"addresses":[{"locality":"Lisbon"}],` + enterprise + `:{"employeeNumber":"e1","department":"Legal","manager":{"value":"u2"}},"urn:heron":{"team":"Contracts"}}]}`
	scimPage2 = listed + `{` + urn + `,"id":"u2","userName":"ben","displayName":"Ben Okafor","emails":[{"value":"ben@heron.example"}],"addresses":[{"locality":"Lagos"}],` +
		enterprise + `:{"employeeNumber":"e2","department":"Legal"},"urn:heron":{"team":"Contracts","slack":"U0BEN"}},` +
		`{` + urn + `,"id":"u3","userName":"cy","displayName":"Cy Lindqvist","emails":[{"value":"cy@heron.example"}],"addresses":[{"locality":"Lund"}],` +
		enterprise + `:{"employeeNumber":"e3","department":"Sales","manager":{"value":"u2"}},"urn:heron":{"team":"North"}}]}`
	peopleLDIF = "dn: uid=ana,dc=heron\nuid: ana\nemployeeNumber: e1\ncn: Ana Ruiz\nmail: ana@heron.example\nmail: ruiz@heron.example\nmobile: +351 912 345 678\nou: Legal\ndepartmentNumber: Contracts\n" +
		"l: Lisbon\nmanager: uid=ben,dc=heron\n\n" +
		"dn: uid=ben,dc=heron\nuid: ben\nemployeeNumber: e2\ncn: Ben Okafor\nmail: ben@heron.example\nou: Legal\ndepartmentNumber: Contracts\nl: Lagos\nslack: U0BEN\n\n" +
		"dn: uid=cy,dc=heron\nuid: cy\nemployeeNumber: e3\ncn: Cy Lindqvist\nmail: cy@heron.example\nou: Sales\ndepartmentNumber: North\nl: Lund\nmanager: uid=ben,dc=heron\n"
)

// who tells the people of a data folder, their facts, and whose every account is.
func (p *place) who() string {
	p.t.Helper()
	var lines []string
	p.open(func(w *warehouse.Warehouse) {
		people, err := w.Directory(context.Background())
		if err != nil {
			p.t.Fatal(err)
		}
		for _, x := range people {
			lines = append(lines, told(x))
		}
	})
	exported, _ := p.typing("", exitDone, "people", "export")
	rows, err := csv.NewReader(strings.NewReader(exported)).ReadAll()
	if err != nil {
		p.t.Fatal(err)
	}
	for _, row := range rows {
		if strings.HasPrefix(row[6], "~") {
			row[6] = "~" // another account, by its random id
		}
		lines = append(lines, strings.Join(row[1:], "|"))
	}
	slices.Sort(lines)
	facts := "SELECT cityHash64(arraySort(groupArray((attribute, if(attribute = 'manager', '', value), toString(from_on), toString(to_on))))) FROM person_attribute FINAL WHERE NOT is_gone"
	return fmt.Sprintf("%s\nfacts %d", strings.Join(lines, "\n"), number(p.t, p.data, facts))
}

func told(p record.Person) string {
	slices.Sort(p.Aliases)
	slices.Sort(p.Phones)
	return fmt.Sprintf("%s|%s|%s|%v|%v|%s|%s|%v", p.Key, p.Name, p.Email, p.Aliases, p.Phones, p.Department, p.Team, p.Handles)
}

// threeAccounts are of the three people: by handle, by a further address and by name.
var threeAccounts = map[string]string{
	"slack/users.json":              `[{"id":"U0BEN","team_id":"T1","name":"b","profile":{}},{"id":"U0ANA","team_id":"T1","name":"a","profile":{"email":"ruiz@heron.example"}},{"id":"U0CYL","team_id":"T1","name":"c","real_name":"Cy Lindqvist","profile":{}}]`,
	"slack/channels.json":           `[{"id":"C0GEN","name":"general","created":1640995200,"creator":"U0ANA","members":["U0BEN","U0ANA","U0CYL"]}]`,
	"slack/general/2026-03-02.json": `[{"type":"message","user":"U0BEN","text":"a","ts":"1772449200.000100"},{"type":"message","user":"U0ANA","text":"b","ts":"1772449260.000100"},{"type":"message","user":"U0CYL","text":"b","ts":"1772449270.000100"}]`,
}

// TestExcludedTeamByEveryAddress: who is in an excluded team is excluded by a further address too.
func TestExcludedTeamByEveryAddress(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "privacy: {exclusions: {teams: [Legal]}}\n")
	export := filepath.Join(t.TempDir(), "export")
	for file, text := range threeAccounts {
		p.write(filepath.Join(export, file), strings.Replace(text, `"U0CYL"]`, `"U0CYL","U0DEE"]`, 1)) // so that Cy writes to somebody
	}
	p.run(exitDone, "import", export, put(t, "people.csv", []byte(peopleCSV)))
	p.expect("slack export 1")
}

// TestShapesOfADirectory imports the same people in three shapes: they are the same persons, with
// the same accounts.
func TestShapesOfADirectory(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	for name, files := range map[string]map[string]string{
		"CSV":  {"people.csv": peopleCSV},
		"SCIM": {"scim/page1.json": scimPage1, "scim/page2.json": scimPage2},
		"LDIF": {"people.ldif": peopleLDIF},
	} {
		p := newPlace(t, "")
		export := filepath.Join(t.TempDir(), "export")
		for _, some := range []map[string]string{threeAccounts, files} {
			for file, text := range some {
				p.write(filepath.Join(export, file), text)
			}
		}
		if said := p.run(exitDone, "import", export); !strings.Contains(said, "3 people from the directory") {
			t.Errorf("%s: import said %s", name, said)
		}
		said[name] = p.who()
	}
	for _, is := range []string{"|U0BEN|b|linked|e2|Ben Okafor|handle|", "|U0ANA|ruiz@heron.example|linked|e1|Ana Ruiz|alias|", "|U0CYL|Cy Lindqvist|linked|e3|Cy Lindqvist|name|", "[ruiz@heron.example]|[+351 912 345 678]|Legal|Contracts"} {
		if !strings.Contains(said["CSV"], is) {
			t.Errorf("of the CSV it is not known: %s\n%s", is, said["CSV"])
		}
	}
	for _, name := range []string{"SCIM", "LDIF"} {
		if said[name] != said["CSV"] {
			t.Errorf("%s gives\n%s\nCSV gives\n%s", name, said[name], said["CSV"])
		}
	}
}

// TestDirectoryOfADay imports directories of two days, and then an older one.
func TestDirectoryOfADay(t *testing.T) {
	t.Parallel()
	source := filepath.Join(t.TempDir(), "people")
	p := newPlace(t, "directory: {source: "+source+"}\nworkspaces: [{collector: any, path: "+t.TempDir()+"}]\n")
	january, march := put(t, "january.csv", []byte(peopleCSV)), put(t, "march.ldif", []byte(strings.Replace(peopleLDIF, "departmentNumber: Contracts", "departmentNumber: Patents", 1)))
	if said := p.run(exitFailed, "import", "--as-of", "2026-01-15", put(t, "page1.json", []byte(scimPage1))); !strings.Contains(said, "its pages list 1 of 3 people") || strings.Count(said, "\n") != 1 {
		t.Errorf("of one page of two: %s", said)
	}
	p.run(exitDone, "import", "--as-of", "2026-01-15", january)
	p.run(exitDone, "import", "--as-of", "2026-03-01", march)
	moved := "SELECT countIf(value = 'Contracts' AND from_on = '1900-01-01' AND to_on = '2026-03-01') * 10 + countIf(value = 'Patents' AND from_on = '2026-03-01' AND to_on = '2299-12-31') FROM person_attribute FINAL WHERE attribute = 'team' AND NOT is_gone"
	if n := number(t, p.data, moved); n != 11 {
		t.Errorf("Ana's move comes out as %d; want one team until March and one since", n)
	}
	before := p.who()
	if said := p.run(exitFailed, "import", "--as-of", "2026-02-01", january); !strings.Contains(said, "it is of 2026-02-01, and one of 2026-03-01 was taken over before") || strings.Count(said, "\n") != 1 {
		t.Errorf("an older directory: %s", said)
	}
	if after := p.who(); after != before {
		t.Errorf("the refused directory changed\n%s\ninto\n%s", before, after)
	}
	for says, args := range map[string][]string{
		"is not a day":     {"import", "--as-of", "March", january},
		"is in the future": {"import", "--as-of", time.Now().AddDate(0, 0, 3).Format(time.DateOnly), january},
		"is before 1970":   {"import", "--as-of", "0001-01-01", january},
		"there is none":    {"import", "--as-of", "2026-03-01", put(t, "good.mbox", mbox(3))},
	} {
		if said := p.run(exitUsage, args...); !strings.Contains(said, says) || strings.Count(said, "\n") != 1 {
			t.Errorf("%v: %q; want one sentence with %q", args, said, says)
		}
	}
	p.collectsPeople(source)
}

// collectsPeople has the directory of the configuration be a folder of pages and more.
func (p *place) collectsPeople(source string) {
	p.t.Helper()
	p.write(filepath.Join(source, "page1.json"), scimPage1)
	p.write(filepath.Join(source, "page2.json"), scimPage2)
	p.write(filepath.Join(source, "notes.txt"), "exported by hand")
	p.run(exitDone, "collect", "--once")
	if who := p.who(); !strings.Contains(who, "e1|Ana Ruiz|ana@heron.example|[ruiz@heron.example]|[+351 912 345 678]|Legal|Contracts") {
		p.t.Errorf("the directory of the configuration gives\n%s", who)
	}
}

// TestBadDirectoryOfOtherShapes: what cannot be read is told by its number, and what is no directory
// as a whole in one sentence.
func TestBadDirectoryOfOtherShapes(t *testing.T) {
	t.Parallel()
	data := folder(t)
	for _, c := range []struct {
		name, file, text string
		code             int
		says             string
	}{
		{"entries that cannot be", "people.ldif", peopleLDIF + "\ndn: uid=d\nuid: d\nmail:: ???\n", exitRejects, "3 people"},
		{"a search that was cut", "people.txt", "# a search\n" + peopleLDIF + "\nsearch: 2\nresult: 4 Size limit exceeded\n", exitFailed, "ended early (Size limit exceeded)"},
		{"a page that was cut", "page.json", scimPage1[:300], exitFailed, "was cut off"},
		{"a page that is missing", "page.json", scimPage2, exitFailed, "list 2 of 3 people"},
		{"users that cannot be", "users.json", "[{" + urn + `,"userName":"ana"},{` + urn + `,"userName":"ana"},{"id":"x"}]`, exitRejects, "1 people"},
	} {
		code, _, stderr := crosstalk(t, "--data", data, "import", put(t, c.file, []byte(c.text)))
		if code != c.code {
			t.Errorf("%s: exit %d, want %d", c.name, code, c.code)
		}
		sentence(t, stderr, c.says)
	}
}
