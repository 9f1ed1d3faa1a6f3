package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crosstalk/analytics"
	"crosstalk/simulate"
	"crosstalk/warehouse"
)

// victim is somebody to be erased, with all that tells them.
type victim struct {
	person, email string
	ids           []uint64
	names         []string // small letters
}

// matchesOf reads the list of accounts.
func (p *place) matchesOf() []match {
	p.t.Helper()
	code, stdout, stderr := crosstalk(p.t, "--data", p.data, "--config", p.config, "people", "list", "--json", "--state", "all")
	if code != exitDone {
		p.t.Fatalf("people list: exit %d: %s", code, stderr)
	}
	var out []match
	if err := json.Unmarshal([]byte(stdout), &out); err != nil {
		p.t.Fatal(err)
	}
	return out
}

// newVictim picks somebody of the directory with accounts in most tools.
func newVictim(t *testing.T, export string, matches []match) victim {
	t.Helper()
	accounts := map[string][]match{}
	for _, m := range matches {
		if m.Person != "" && (m.State == string(warehouse.Linked) || m.State == string(warehouse.Accepted)) {
			accounts[m.Person] = append(accounts[m.Person], m)
		}
	}
	v := victim{}
	for _, person := range slices.Sorted(maps.Keys(accounts)) {
		if len(accounts[person]) > len(accounts[v.person]) {
			v.person = person
		}
	}
	if len(accounts[v.person]) < 3 {
		t.Fatalf("nobody has three accounts: %d", len(accounts[v.person]))
	}
	for _, m := range accounts[v.person] {
		id, err := parseAccount(m.Account)
		if err != nil {
			t.Fatal(err)
		}
		v.ids = append(v.ids, id)
		v.names = append(v.names, strings.ToLower(m.Key), strings.ToLower(m.Name))
	}
	for _, row := range directoryRows(t, export) {
		if row[0] == v.person {
			v.email = row[2]
			v.names = append(v.names, strings.ToLower(row[0]), strings.ToLower(row[1]), strings.ToLower(row[2]))
		}
	}
	slices.Sort(v.names)
	v.names = slices.Compact(v.names)
	return v
}

func directoryRows(t *testing.T, export string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(readText(t, filepath.Join(export, "directory.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func readText(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// withoutRow copies an export, without somebody in its directory.
func withoutRow(t *testing.T, export, person string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "export")
	if err := os.CopyFS(to, os.DirFS(export)); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(slices.DeleteFunc(directoryRows(t, export), func(row []string) bool { return row[0] == person })); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, "directory.csv"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestErase erases somebody of an invented company. What is left is what there would be if the person had been excluded
// from the beginning and never been in the directory: messages, memberships, roll-ups, who each account is. Nothing names the person: no
// column of any table, no face, no file. The old export and the old directory change nothing.
func TestErase(t *testing.T) {
	t.Parallel()
	export := write(t, simulate.Options{Seed: 4, People: 40, Weeks: 6})
	p := newPlace(t, "")
	keys := copyOfNewKeys(t)
	p.data = keys
	p.run(exitRejects, "import", export)
	v := newVictim(t, export, p.matchesOf())
	before := p.checksum()

	if said := p.run(exitFailed, "people", "erase", v.email); !strings.Contains(said, "nothing was erased") || !strings.Contains(said, "Type yes") {
		t.Errorf("without a word of consent it said %s", said)
	}
	same(t, "not confirmed", before, p.checksum())
	if said := p.run(exitFailed, "people", "erase", "--yes", "nobody@nowhere.example"); !strings.Contains(said, "nobody goes by that name") {
		t.Errorf("of nobody it said %s", said)
	}

	p.run(exitDone, "people", "rotate-key")
	said := p.run(exitFailed, "people", "erase", v.email)
	whom := append([]string{v.email}, v.addMaybe(t, said, p.matchesOf())...)
	t.Log(p.run(exitDone, append([]string{"people", "erase", "--yes"}, whom...)...))
	left := p.checksum()
	v.isGone(p)

	// As though they had never been there.
	never := newPlace(t, "privacy:\n  exclusions:\n    people: ["+quoted(v.names)+"]\n")
	never.data = copyKeys(t, p.data)
	never.run(exitRejects, "import", withoutRow(t, export, v.person))
	same(t, "against a company that always excluded them", never.checksum(), left)

	// The old export, with the old directory, and after another rotation.
	for _, rotate := range []bool{false, true} {
		if rotate {
			p.run(exitDone, "people", "rotate-key")
			left = p.checksum()
		}
		if said := p.run(exitRejects, "import", export); !strings.Contains(said, "erased") {
			t.Errorf("the old export: %s", said)
		}
		same(t, "after the old export", left, p.checksum())
		v.isGone(p)
	}
	if said := p.run(exitFailed, "people", "erase", "--yes", v.email); !strings.Contains(said, "nobody goes by that name") {
		t.Errorf("a second time it said %s", said)
	}
}

// addMaybe takes the accounts for the person's that only may be.
func (v *victim) addMaybe(t *testing.T, said string, matches []match) (accounts []string) {
	t.Helper()
	for _, found := range regexp.MustCompile(`not the account (\w+) `).FindAllStringSubmatch(said, -1) {
		id, err := parseAccount(found[1])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range matches {
			if m.Account == found[1] {
				v.names = append(v.names, strings.ToLower(m.Key))
			}
		}
		v.ids, accounts = append(v.ids, id), append(accounts, found[1])
	}
	return accounts
}

// copyOfNewKeys begins a data folder with keys.
func copyOfNewKeys(t *testing.T) string {
	t.Helper()
	first := newPlace(t, "")
	first.open(func(*warehouse.Warehouse) {})
	return copyKeys(t, first.data)
}

func quoted(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf("%q", n))
	}
	return strings.Join(out, ", ")
}

// isGone looks for the person in every column of every table, in every face and in every file.
func (v victim) isGone(p *place) {
	p.t.Helper()
	p.open(func(w *warehouse.Warehouse) {
		v.inTables(p.t, w)
	})
	for _, m := range analytics.All() {
		for _, format := range []string{"csv", "json"} {
			v.inText(p.t, m.Slug()+"."+format, p.run(exitDone, "export", m.Slug(), "--format", format))
		}
	}
	v.inText(p.t, "people export", p.run(exitDone, "people", "export"))
	v.inText(p.t, "people list", p.run(exitDone, "people", "list", "--state", "all"))
	v.inText(p.t, "doctor", p.run(exitDone, "doctor"))
	v.inFiles(p.t, p.data)
}

func (v victim) inTables(t *testing.T, w *warehouse.Warehouse) {
	t.Helper()
	ctx := context.Background()
	s, err := w.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var columns []struct {
		Table string `ch:"table"`
		Name  string `ch:"name"`
		Type  string `ch:"type"`
	}
	if err := s.Select(ctx, &columns, "SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, name", nil); err != nil {
		t.Fatal(err)
	}
	if len(columns) < 100 {
		t.Fatalf("only %d columns", len(columns))
	}
	for _, c := range columns {
		where := "hasAny(splitByNonAlpha(toString(`" + c.Name + "`)), {ids:Array(String)})"
		parameters := analytics.Params{"ids": texts(v.ids)}
		if strings.Contains(c.Type, "String") {
			where = "multiSearchAnyCaseInsensitiveUTF8(toString(`" + c.Name + "`), {names:Array(String)})"
			parameters = analytics.Params{"names": slices.DeleteFunc(slices.Clone(v.names), func(n string) bool { return len(n) < 5 })}
		}
		var found []struct {
			N uint64 `ch:"n"`
		}
		if err := s.Select(ctx, &found, "SELECT count() AS n FROM `"+c.Table+"` WHERE "+where, parameters); err != nil {
			t.Fatalf("%s.%s: %v", c.Table, c.Name, err)
		}
		if found[0].N > 0 {
			t.Errorf("%s.%s still names them in %d rows", c.Table, c.Name, found[0].N)
		}
	}
}

func texts(ids []uint64) []string {
	var out []string
	for _, id := range ids {
		out = append(out, fmt.Sprint(id))
	}
	return out
}

func (v victim) inText(t *testing.T, what, text string) {
	t.Helper()
	text = strings.ToLower(text)
	for _, n := range append(slices.Clone(v.names), texts(v.ids)...) {
		if i := strings.Index(text, n); len(n) >= 5 && i >= 0 {
			t.Errorf("%s still says %q: %s", what, n, text[max(0, i-80):min(len(text), i+80)])
		}
	}
	for _, id := range v.ids {
		if strings.Contains(text, accountText(id)) {
			t.Errorf("%s still names an account", what)
		}
	}
}

// inFiles looks at the bytes: of ids also as columns hold them, where they are not compressed away.
func (v victim) inFiles(t *testing.T, dir string) {
	t.Helper()
	looked := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // merged away
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		looked++
		for _, id := range v.ids {
			if bytes.Contains(b, binary.LittleEndian.AppendUint64(nil, id)) || bytes.Contains(b, []byte(fmt.Sprint(id))) {
				t.Errorf("%s still holds an account's id", strings.TrimPrefix(path, dir))
			}
		}
		for _, n := range v.names {
			if len(n) >= 8 && bytes.Contains(bytes.ToLower(b), []byte(n)) {
				t.Errorf("%s still holds %q", strings.TrimPrefix(path, dir), n)
			}
		}
		return nil
	})
	if err != nil || looked < 100 {
		t.Errorf("looked at %d files: %v", looked, err)
	}
}
