package warehouse_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors/record"
	"crosstalk/warehouse"
	"crosstalk/warehouse/warehousetest"
)

// TestDirectoriesOfSeveralDays takes over three directories: what changes between them has its
// day, and one that is older than the last is refused.
func TestDirectoriesOfSeveralDays(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	w := warehousetest.Open(t)
	take := func(day string, people ...record.Person) error {
		t.Helper()
		asOf, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.ImportPeople(ctx, people, asOf.Add(7*time.Hour))
		return err
	}
	in := func(key, team string) record.Person {
		return record.Person{Key: key, Team: team, Attributes: map[string]string{"who": key}}
	}
	left := func(p record.Person) record.Person {
		p.HasLeft = true
		return p
	}
	fay := in("fay", "North")
	fay.Start = time.Date(2026, 2, 9, 0, 0, 0, 0, time.UTC)
	gil := in("gil", "North")
	gil.Level = "4"
	for _, d := range []struct {
		day    string
		people []record.Person
	}{
		{"2026-01-01", []record.Person{in("ana", "North"), in("ben", "North"), in("cy", "North"), in("di", "North"), left(in("ed", "North"))}},
		{"2026-02-10", []record.Person{in("ana", "South"), in("ben", "North"), left(in("di", "North")), left(in("ed", "North")), fay}},
		{"2026-02-10", []record.Person{in("ana", "South"), in("ben", "North"), left(in("di", "North")), left(in("ed", "North")), fay}}, // again
		{"2026-03-03", []record.Person{in("ana", "West"), in("ben", ""), in("cy", "West"), left(in("di", "North")), left(in("ed", "North")), fay, gil}},
	} {
		if err := take(d.day, d.people...); err != nil {
			t.Fatal(err)
		}
	}

	want := strings.TrimSpace(`
ana 1900-01-01..2299-12-31: North 1900-01-01..2026-02-10, South 2026-02-10..2026-03-03, West 2026-03-03..2299-12-31
ben 1900-01-01..2299-12-31: North 1900-01-01..2026-03-03
cy 1900-01-01..2299-12-31: North 1900-01-01..2026-02-10, West 2026-03-03..2299-12-31
di 1900-01-01..2026-02-10 gone: North 1900-01-01..2299-12-31
ed 1900-01-01..2299-12-31 gone: North 1900-01-01..2299-12-31
fay 2026-02-09..2299-12-31: North 2026-02-09..2299-12-31
gil 2026-03-03..2299-12-31: 4 1900-01-01..2299-12-31, North 1900-01-01..2299-12-31`)
	if got := history(t, w); got != want {
		t.Errorf("the history is\n%s\nwant\n%s", got, want)
	}

	var older *warehouse.OlderDirectoryError
	if err := take("2026-02-11", in("ana", "North")); !errors.As(err, &older) || !strings.Contains(err.Error(), "is of 2026-02-11, and one of 2026-03-03") {
		t.Errorf("an older directory: %v", err)
	}
	if got := history(t, w); got != want {
		t.Errorf("the refused directory changed the history:\n%s", got)
	}
}

// history tells people's stays and facts, of which one says who it is.
func history(t *testing.T, w *warehouse.Warehouse) string {
	t.Helper()
	rows := ask[struct {
		Line string `ch:"line"`
	}](t, w, `SELECT concat(anyIf(value, attribute = 'who'), ' ', toString(any(start_on)), '..', toString(any(end_on)), if(any(p.is_gone), ' gone', ''), ': ',
			arrayStringConcat(arraySort(groupArrayIf(concat(value, ' ', toString(from_on), '..', toString(to_on)), attribute != 'who')), ', ')) AS line
		FROM (SELECT * FROM person FINAL) AS p JOIN (SELECT * FROM person_attribute FINAL WHERE NOT is_gone) AS f USING person_id
		GROUP BY person_id ORDER BY line`)
	var lines []string
	for _, r := range rows {
		lines = append(lines, r.Line)
	}
	return strings.Join(lines, "\n")
}
