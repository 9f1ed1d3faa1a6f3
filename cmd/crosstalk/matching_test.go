package main

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"crosstalk/simulate"
	"crosstalk/warehouse"
)

// manyFormats invents a company with twelve formats, some time ago: the dates of some exports
// can only be understood when they are not still to come.
func manyFormats(seed uint64) simulate.Options {
	return simulate.Options{Seed: seed, People: 300, Weeks: 6, Messages: 24000, Formats: simulate.Formats(), End: time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)}
}

// TestAccountsAreMatched measures the automatic matching on a company with twelve formats,
// where addresses are missing and people share names, against what its maker knows.
//
// Every human account that stands in an export and belongs to somebody of the directory is
// counted, whatever the export says of it: also those of a nick or a number that the directory
// does not know. Precision is the share of automatic links that are right, those of outsiders'
// accounts included; recall is the share of the accounts that are linked to their person.
func TestAccountsAreMatched(t *testing.T) {
	t.Parallel()
	dir, truth := invent(t, manyFormats(1))
	data := folder(t)
	counts := imported(t, data, "--config", filepath.Join(dir, "crosstalk.yaml"), dir)
	checkAllWasRead(t, truth, counts)
	checkGaps(t, truth)
	found := newMatching(truth, matchesOf(t, data))

	if len(found.owners) < len(truth.Accounts)*99/100 {
		t.Errorf("of %d accounts of the truth %d were found", len(truth.Accounts), len(found.owners))
	}
	accounts, linked, right := len(found.owners), 0, 0
	methods := map[string]int{}
	for k, m := range found.links {
		linked++
		methods[m.Method]++
		if !found.isRight(m) {
			t.Logf("linked wrongly: an account of %s by %s", k.tool, m.Method)
			continue
		}
		right++
	}
	recalled := 0
	rest, held := 0, 0
	for k, owner := range found.owners {
		if found.links[k].Person == owner {
			recalled++
			continue
		}
		if found.names[k] == k.key && k.kind != "handle" {
			continue // an id or a number that the directory does not know tells nothing
		}
		rest++
		if slices.ContainsFunc(found.proposals[k], func(m warehouse.Match) bool { return m.Person == owner }) {
			held++
		}
	}
	precision, recall := float64(right)/float64(linked), float64(recalled)/float64(accounts)
	t.Logf("%d accounts, %d links: precision %.4f, recall %.4f; of %d others with a name or nick, proposals hold %d; links by %v", accounts, linked, precision, recall, rest, held, methods)
	if precision < 0.99 || recall < 0.95 {
		t.Errorf("precision %.4f, recall %.4f; want 0.99 and 0.95", precision, recall)
	}
	for _, method := range []string{"email", "phone", "handle", "name"} {
		if methods[method] < 20 {
			t.Errorf("%d links by %s; want more", methods[method], method)
		}
	}
	if rest == 0 || float64(held) < 0.95*float64(rest) {
		t.Errorf("proposals hold %d of %d accounts that are not linked; want 95 %%", held, rest)
	}
	checkNamesakes(t, dir, found)
}

// checkAllWasRead compares what was read of every tool with what was written.
func checkAllWasRead(t *testing.T, truth simulate.Truth, counts []warehouse.SourceCount) {
	t.Helper()
	if len(truth.Tools) < 10 || len(counts) != len(truth.Tools) {
		t.Fatalf("%d tools, %d sources; want ten or more, one source each", len(truth.Tools), len(counts))
	}
	for _, x := range truth.Tools {
		i := slices.IndexFunc(counts, func(c warehouse.SourceCount) bool { return c.Tool == x.Tool })
		if i < 0 {
			t.Errorf("nothing was read of %s", x.Tool)
			continue
		}
		rejects := 0
		for _, n := range x.Rejects {
			rejects += n
		}
		want := [...]int{x.Messages + x.Strangers + x.Bots + x.Automatic + x.Bulk, x.System + x.Bounces, x.Calls, x.Reactions, rejects}
		c := counts[i]
		if got := [...]int{int(c.Messages - c.Duplicates), int(c.System), int(c.Calls), int(c.Reactions), int(c.Rejected)}; got != want || x.Messages == 0 {
			t.Errorf("%s: messages, system rows, calls, reactions, rejects: read %v, written %v", x.Tool, got, want)
		}
	}
}

// checkGaps makes sure that addresses are missing in a third of the accounts whose tool could
// state them.
func checkGaps(t *testing.T, truth simulate.Truth) {
	t.Helper()
	stating, all, missing := map[string]bool{}, 0, 0
	for _, a := range truth.Accounts {
		stating[a.Tool] = stating[a.Tool] || a.Email != ""
	}
	for _, a := range truth.Accounts {
		if stating[a.Tool] {
			all++
			if a.Email == "" {
				missing++
			}
		}
	}
	if len(stating) < 7 || float64(missing) < 0.3*float64(all) || float64(missing) > 0.4*float64(all) {
		t.Errorf("%d of %d accounts state no address; want a third", missing, all)
	}
}

func matchesOf(t *testing.T, data string) []warehouse.Match {
	t.Helper()
	w, err := warehouse.Open(context.Background(), warehouse.Options{DataDir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	found, err := w.Matches(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// exportKey names an account; kind is that of its key, of accounts in the truth only.
type exportKey struct{ tool, kind, key string }

// matching is what the program thinks beside what is true.
type matching struct {
	owners    map[exportKey]string // the person of each account that was found
	names     map[exportKey]string // what each shows
	links     map[exportKey]warehouse.Match
	proposals map[exportKey][]warehouse.Match
	byID      map[uint64]exportKey
}

func newMatching(truth simulate.Truth, matches []warehouse.Match) *matching {
	f := &matching{owners: map[exportKey]string{}, names: map[exportKey]string{}, links: map[exportKey]warehouse.Match{}, proposals: map[exportKey][]warehouse.Match{}, byID: map[uint64]exportKey{}}
	known := map[exportKey]simulate.AccountTruth{}
	for _, a := range truth.Accounts {
		known[exportKey{tool: a.Tool, key: a.Key}] = a
	}
	for _, m := range matches {
		k := exportKey{tool: m.Tool, key: m.Key}
		if a, ok := known[k]; ok {
			k.kind = a.Kind
			f.owners[k], f.names[k] = a.Person, m.Name
		}
		f.byID[m.Account] = k
		switch m.State {
		case warehouse.Linked:
			f.links[k] = m
		case warehouse.Proposed:
			f.proposals[k] = append(f.proposals[k], m)
		}
	}
	return f
}

// isRight reports whether a link joins an account to its person or, where it joins two accounts
// that no directory knows, whether neither is anybody's of the directory.
func (f *matching) isRight(m warehouse.Match) bool {
	owner := f.owners[f.byID[m.Account]]
	if m.Person == "" {
		return owner == "" && f.owners[f.byID[m.Other]] == ""
	}
	return m.Person == owner
}

// checkNamesakes makes sure that people share names, and that nothing but a name joined none of
// their accounts: neither to each other nor to outsiders.
func checkNamesakes(t *testing.T, dir string, f *matching) {
	t.Helper()
	people, names := directoryNames(t, dir)
	sharing := 0
	for _, name := range people {
		if names[name] > 1 {
			sharing++
		}
	}
	if float64(sharing) < 0.02*float64(len(people)) {
		t.Fatalf("%d of %d people share a name; want one in fifty", sharing, len(people))
	}
	linked, proposed := 0, 0
	for k, m := range f.links {
		if m.Person == "" || names[people[m.Person]] < 2 {
			continue
		}
		if linked++; m.Method == "name" || f.owners[k] != m.Person {
			t.Errorf("an account of %s is linked by %s to somebody whose name others have", k.tool, m.Method)
		}
	}
	for k, owner := range f.owners {
		if _, is := f.links[k]; !is && names[people[owner]] > 1 && len(f.proposals[k]) > 1 {
			proposed++
		}
	}
	t.Logf("%d people share a name: %d of their accounts are linked by something else, of %d all of the name are proposed", sharing, linked, proposed)
	if linked == 0 || proposed == 0 {
		t.Error("that of two of a name some accounts are linked and others proposed was not seen")
	}
}

// directoryNames are the names of the directory by person, and how many have each.
func directoryNames(t *testing.T, dir string) (people map[string]string, names map[string]int) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "directory.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	people, names = map[string]string{}, map[string]int{}
	for _, row := range rows[1:] {
		people[row[0]] = row[1]
		names[row[1]]++
	}
	return people, names
}

func TestSimulateFormats(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "export")
	code, stdout, stderr := crosstalk(t, "simulate", "--formats", "zulip,discord", "--people", "60", "--weeks", "6", "--messages", "3000", "--out", out)
	if code != exitDone || !strings.Contains(stdout, "zulip") || !strings.Contains(stdout, "discord") || strings.Contains(stdout, "teams") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	for said, args := range map[string][]string{
		`--formats "fax" is not known: choose all, or some of mattermost,`: {"--formats", "fax"},
		"--tools and --formats both say":                                   {"--formats", "all", "--tools", "4"},
	} {
		code, _, stderr := crosstalk(t, append([]string{"simulate", "--out", filepath.Join(t.TempDir(), "export")}, args...)...)
		if code != exitUsage || !strings.Contains(stderr, said) {
			t.Errorf("%v: exit %d: %s; want %q", args, code, stderr, said)
		}
	}
}
