package directory_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors/directory"
	"crosstalk/collectors/record"
)

const enterprise = `"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`

// whole is a user with all that is looked at, and more.
const whole = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",` + enterprise + `],"id":"a1","externalId":"hr-7","userName":"ana.r@heron.example",
"meta":{"resourceType":"User"},"active":true,"displayName":"Ana Ruiz","name":{"formatted":"Dr. Ana M. Ruiz","givenName":"Ana","familyName":"Ruiz"},
"title":"Counsel","userType":"Employee","locale":"pt-PT","timezone":"Europe/Lisbon","photos":[{"value":"https://heron.example/a.png"}],
"emails":[{"value":"ruiz@heron.example","type":"work"},{"value":"Ana@Heron.example","type":"other","primary":true}],
"phoneNumbers":[{"value":"tel:+351-912-345-678","type":"mobile"},{"value":"+351 21 000 0000","type":"fax"}],
"addresses":[{"type":"home","locality":"Sintra"},{"type":"work","locality":"Lisbon","country":"PT"}],
"ims":[{"value":"aruiz","type":"Slack"},{"value":"other","type":"carrier pigeon"}],
` + enterprise + `:{"employeeNumber":"1017","department":"Legal","division":"Services","organization":"Heron","costCenter":"K1","manager":{"value":"b2","displayName":"Ben"}},
"urn:heron:1.0:User":{"team":"Contracts","startDate":"2021-03-01","salary":99000}}`

func user(id, more string) string {
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":%q,"userName":"u%s"%s}`, id, id, more)
}

func page(total int, users ...string) string {
	return fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":%d,"startIndex":1,"Resources":[%s]}`, total, strings.Join(users, ","))
}

const group = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"g1","displayName":"All","members":[{"value":"a1"}]}`

func TestReadSCIM(t *testing.T) {
	t.Parallel()
	ana := record.Person{Key: "1017", Name: "Ana Ruiz", Email: "ana@heron.example", Aliases: []string{"ruiz@heron.example", "ana.r@heron.example"}, Phones: []string{"tel:+351-912-345-678"},
		Department: "Legal", Team: "Contracts", Location: "Lisbon", TimeZone: "Europe/Lisbon", Start: day(2021, 3, 1), Handles: map[string][]string{"slack": {"aruiz"}},
		Attributes: map[string]string{"title": "Counsel", "employee_type": "Employee", "locale": "pt-PT", "division": "Services", "organization": "Heron", "cost_center": "K1"}}
	ofBen := ana
	ofBen.Manager = "b2"
	plain := func(ids ...string) (people []record.Person) {
		for _, id := range ids {
			people = append(people, record.Person{Key: id})
		}
		return people
	}
	for name, c := range map[string]struct {
		texts    []string
		people   []record.Person
		problems []directory.Problem
	}{
		"one user":                   {[]string{whole}, []record.Person{ana}, nil},
		"a manager on another page":  {[]string{page(2, whole), page(2, user("b2", ""))}, append([]record.Person{ofBen}, plain("b2")...), nil},
		"a manager by reference":     {[]string{page(2, user("1", `,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"$ref":"../Users/2"}}`), user("2", ""))}, []record.Person{{Key: "1", Manager: "2"}, {Key: "2"}}, nil},
		"a manager as a string":      {[]string{page(2, user("1", `,`+enterprise+`:{"manager":"2"}`), user("2", ""))}, []record.Person{{Key: "1", Manager: "2"}, {Key: "2"}}, nil},
		"an array":                   {[]string{"[" + user("1", "") + "," + user("2", "") + "]"}, plain("1", "2"), nil},
		"pages in one array":         {[]string{"[" + page(2, user("1", "")) + "," + page(2, user("2", "")) + "]"}, plain("1", "2"), nil},
		"one after another":          {[]string{user("1", "") + "\n" + user("2", "") + "\n"}, plain("1", "2"), nil},
		"UTF-16":                     {[]string{inUTF16(user("1", ""))}, plain("1"), nil},
		"resources before the total": {[]string{`{"Resources":[` + user("1", "") + `],"totalResults":1}`}, plain("1"), nil},
		"keys in other letters":      {[]string{strings.NewReplacer("userName", "USERNAME", "Resources", "resources", "totalResults", "TotalResults").Replace(page(1, user("1", "")))}, plain("1"), nil},
		"an older version":           {[]string{`{"schemas":["urn:scim:schemas:core:1.0"],"id":"1","userName":"u"}`}, plain("1"), nil},
		"no longer active":           {[]string{page(2, user("1", `,"active":false`), user("2", `,"active":"False"`))}, []record.Person{{Key: "1", HasLeft: true}, {Key: "2", HasLeft: true}}, nil},
		"groups and guests":          {[]string{page(3, user("1", ""), group, user("2", `,"userType":"Guest"`)), page(70, group)}, plain("1"), nil},
		"an empty page":              {[]string{page(1, user("1", "")), `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1}`}, plain("1"), nil},
		"a login that is an address": {[]string{`{"id":"1","userName":"Ana@heron.example","schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"name":{"formatted":"Ana R."}}`}, []record.Person{{Key: "1", Name: "Ana R.", Email: "ana@heron.example"}}, nil},
		"one address alone":          {[]string{user("1", `,"emails":{"value":"a@heron.example"},"phoneNumbers":["+351 912"]`)}, []record.Person{{Key: "1", Email: "a@heron.example", Phones: []string{"+351 912"}}}, nil},
		"handles of an extension":    {[]string{user("1", `,"urn:heron:1.0:User":{"slack":["a","b; c"],"email":"x"}`)}, []record.Person{{Key: "1", Handles: map[string][]string{"slack": {"a", "b", "c"}}}}, nil},
		"what is none, and what is wrong": {[]string{"[" + strings.Join([]string{user("1", ""), `{"id":"x"}`, `"x"`, user("1", ""), user("2", `,"timezone":"Mars/Olympus"`),
			user("3", `,"urn:heron:1.0:User":{"endDate":"soon"}`), user("4", `,"id":null`)}, ",") + "]"}, plain("1", "u4"),
			[]directory.Problem{{Row: 2, Reason: "not_a_user"}, {Row: 3, Reason: "not_a_user"}, {Row: 4, Reason: "person_twice"}, {Row: 5, Reason: "unknown_time_zone"}, {Row: 6, Reason: "bad_date"}}},
		"far too much": {[]string{"[" + user("1", "") + "," + user("2", `,"emails":[`+strings.Repeat(`"`+strings.Repeat("x", 60<<10)+`",`, 20)+`"y"]`) + "]"}, plain("1"), []directory.Problem{{Row: 2, Reason: "too_long"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range c.texts {
				if strings.Contains(text, "schemas") && !directory.Is([]byte(text)) {
					t.Errorf("it is not recognised: %.60s", text)
				}
			}
			people, problems, err := read(c.texts...)
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

func TestReadSCIMRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		texts []string
		says  string
	}{
		"pages that are missing":  {[]string{page(250, whole, user("2", ""))}, "list 2 of 250 people"},
		"a page twice":            {[]string{page(2, whole), page(2, whole)}, "list 1 of 2 people"},
		"groups alone":            {[]string{page(1, group)}, "no row names a person"},
		"an error of the server":  {[]string{`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"401"}`}, "no row names a person"},
		"cut off":                 {[]string{page(1, whole)[:900]}, "cut off"},
		"cut off between":         {[]string{"[" + user("1", "") + ","}, "cut off"},
		"no JSON":                 {[]string{"[" + user("1", "") + ` "x" : {]`}, "what follows entry 2 is not JSON"},
		"what follows is no JSON": {[]string{user("1", "") + "}}"}, "is not JSON"},
		"pages within pages":      {[]string{page(1, strings.Repeat(`{"Resources":[`, 1<<16))}, "cut off"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := read(c.texts...)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "Ana") {
				t.Errorf("it says %v; want %q", err, c.says)
			}
		})
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		head string
		is   bool
	}{
		"nothing":               {"", false},
		"any JSON":              {`[{"id":"U1","name":"ana"}]`, false},
		"SCIM, cut":             {page(500, whole)[:400], true},
		"SCIM in UTF-16":        {inUTF16(page(1, whole)), true},
		"a tool's schemas":      {`{"schemas":["urn:heron:1.0"]}`, false},
		"LDIF":                  {"# people\n#  folded\n\nversion: 1\nDN: cn=a\n", true},
		"LDIF, encoded":         {"dn:: Y249w7xyc3Vs\n", true},
		"mail":                  {"From: ana@heron.example\ndn: x\n", false},
		"comments":              {"# dn: nobody\n", false},
		"a table":               {"from,to,sent\n", false},
		"a table with a person": {"person,name,team\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if is := directory.Is([]byte(c.head)); is != c.is {
				t.Errorf("it is %v; want %v", is, c.is)
			}
		})
	}
}
