package directory_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors/directory"
	"crosstalk/collectors/record"
)

const header = "person,name,email,department,team,start,end,slack,cost centre\n"

func isTool(slug string) bool { return slug == "slack" }

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// read reads a directory of several files.
func read(texts ...string) (people []record.Person, problems []directory.Problem, err error) {
	d := directory.New(isTool)
	for _, text := range texts {
		more, err := d.Read(strings.NewReader(text))
		if err != nil {
			return nil, nil, err
		}
		problems = append(problems, more...)
	}
	people, err = d.People()
	return people, problems, err
}

// inUTF16 is a text as Windows calls it Unicode.
func inUTF16(text string) string {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

func TestReadCSV(t *testing.T) {
	t.Parallel()
	ana := record.Person{Key: "1", Name: "Ana Müller", Email: "ana@heron.example", Department: "Sales", Team: "North"}
	with := func(change func(*record.Person)) []record.Person {
		p := ana
		change(&p)
		return []record.Person{p}
	}
	row := "1,Ana Müller,Ana@Heron.example,Sales,North"
	for name, c := range map[string]struct {
		text     string
		people   []record.Person
		problems []directory.Problem
	}{
		"plain":              {header + row + "\n", []record.Person{ana}, nil},
		"a mark at its head": {"\xef\xbb\xbf" + header + row, []record.Person{ana}, nil},
		"UTF-16":             {inUTF16(header + row + "\r\n"), []record.Person{ana}, nil},
		"semicolons":         {strings.ReplaceAll(header+row, ",", ";"), []record.Person{ana}, nil},
		"Windows' encoding":  {header + strings.ReplaceAll(row, "ü", "\xfc"), []record.Person{ana}, nil},
		"handles and an attribute": {header + row + ",,,ana; ana2,K1", with(func(p *record.Person) {
			p.Handles, p.Attributes = map[string][]string{"slack": {"ana", "ana2"}}, map[string]string{"cost_centre": "K1"}
		}), nil},
		"further addresses and numbers": {strings.TrimSpace(header) + ",aliases,Mobile,phone,Other e-mails,other_emails\n" + row + ",,,,,am@heron.example; a.m@heron.example,+351 912 345 678,0049 30 1234; +44 20 7946 0000 +44 20 7946 0001,x@y.example,a@b.example", with(func(p *record.Person) {
			p.Aliases = []string{"am@heron.example", "a.m@heron.example", "x@y.example", "a@b.example"}
			p.Phones = []string{"+351 912 345 678", "0049 30 1234", "+44 20 7946 0000", "+44 20 7946 0001"}
		}), nil},
		"a stay":                   {header + row + ",2026-01-05,2026-06-30", with(func(p *record.Person) { p.Start, p.End = day(2026, 1, 5), day(2026, 6, 30) }), nil},
		"open, as SAP says it":     {header + row + ",1800-01-01,9999-12-31", []record.Person{ana}, nil},
		"open, as a database says": {header + row + ",0001-01-01,0001-01-01", []record.Person{ana}, nil},
		"days that cannot be": {header + row + "\n2,B,,,,1601-01-01,1601-02-01\n3,C,,,,9999-01-01,\n4,D,,,,2026-02-30,\n5,E,,,,soon,\n6,F,,,,2026-02-02,2026-02-01\n",
			[]record.Person{ana}, []directory.Problem{{Row: 2, Reason: "bad_date"}, {Row: 3, Reason: "bad_date"}, {Row: 4, Reason: "bad_date"}, {Row: 5, Reason: "bad_date"}, {Row: 6, Reason: "ends_before_start"}}},
		"nobody, and somebody twice":  {header + ",Nobody\n" + row + "\n" + row, []record.Person{ana}, []directory.Problem{{Row: 1, Reason: "no_person"}, {Row: 3, Reason: "person_twice"}}},
		"a cell of several lines":     {header + row + ",,,,\"K1\nK2\"", with(func(p *record.Person) { p.Attributes = map[string]string{"cost_centre": "K1\nK2"} }), nil},
		"managers who are each other": {"person,name,manager\n1,Ana,2\n2,Ben,1\n", []record.Person{{Key: "1", Name: "Ana", Manager: "2"}, {Key: "2", Name: "Ben", Manager: "1"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if head, _, _ := strings.Cut(c.text, "\n"); !directory.Is([]byte(head + "\n")) {
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

func TestReadCSVRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, says string }{
		"nothing":                        {"", "no header"},
		"a header alone":                 {header, "no row names a person"},
		"rows without a person":          {header + ",Ana\n", "no row names a person"},
		"no column person":               {"name,email\n", "no column person"},
		"a column twice":                 {"person,name,name\n", "stands twice"},
		"a quote that swallows the rest": {header + "1,\"Ana,a@h.example,S,N,,,,\n2,Ben,b@h.example,S,N,,,,\n", "row 1: a quote is opened and not closed"},
		"a quote that swallows a row":    {header + "1,Ana,,,,,,,\n2,\"Ben,b@h.example,S,N,,,,\n3,\"Cy\",c@h.example,S,N,,,,\n", "row 2: a quote is opened and not closed"},
		"a line without end":             {header + "1," + strings.Repeat("x", 3<<20), "longer than 1 MiB"},
		"a header without end":           {"person,name," + strings.Repeat("x", 3<<20), "longer than 1 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := read(c.text)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "Ana") {
				t.Errorf("it says %v; want %q", err, c.says)
			}
		})
	}
}
