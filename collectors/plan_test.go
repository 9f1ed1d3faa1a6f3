package collectors_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors"
)

// marked is a collector of files that begin with its mark. It claims a tree of nothing else.
type marked struct {
	name, mark string
	certainty  collectors.Certainty
	workspace  string
	fails      error
}

func (m marked) Name() string { return m.name }

func (m marked) Recognise(t *collectors.Tree) (collectors.Claim, error) {
	if m.fails != nil {
		return collectors.Claim{}, m.fails
	}
	for _, f := range t.Files() {
		head, err := t.Head(f.Path, 16)
		if err != nil || !strings.HasPrefix(string(head), m.mark) {
			return collectors.Claim{}, err
		}
	}
	return collectors.Claim{Certainty: m.certainty, Workspace: m.workspace, What: m.name + " export"}, nil
}

func (m marked) Collect(context.Context, *collectors.Tree, collectors.Options, collectors.Sink) error {
	return nil
}

var (
	chat = marked{name: "chat", mark: "chat", certainty: collectors.Certain}
	mail = marked{name: "mail", mark: "mail", certainty: collectors.Likely}
)

// folderOf writes files to a folder called `export`.
func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "export")
	for name, text := range files {
		p := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// told is a plan in words: "collector workspace: files".
type told struct{ Jobs, Unrecognised, Directories []string }

func tell(p *collectors.Plan) (out told) {
	for _, j := range p.Jobs {
		var files []string
		for _, f := range j.Tree.Files() {
			files = append(files, f.Path)
		}
		out.Jobs = append(out.Jobs, fmt.Sprintf("%s %s: %s", j.Collector.Name(), j.Workspace, strings.Join(files, " ")))
	}
	out.Unrecognised = p.Unrecognised
	for _, d := range p.Directories {
		out.Directories = append(out.Directories, d.Path)
	}
	return out
}

var people = collectors.Known{
	IsDirectory: func(head []byte) bool { return bytes.HasPrefix(head, []byte("person,")) },
	Pass:        []string{"truth.json"},
}

func TestPlan(t *testing.T) {
	t.Parallel()
	archive := func(files map[string]string) string { return string(zipped(t, files)) }
	heron := archive(map[string]string{"a": "chat a", "sub/b": "chat b"})
	for _, test := range []struct {
		name  string
		files map[string]string
		want  told
	}{
		{"one tool", map[string]string{"a": "chat", "deep/er/b": "chat"}, told{Jobs: []string{"chat export: a deep/er/b"}}},
		{"a folder per tool", map[string]string{"one/a": "chat", "two/a": "mail", "two/b": "mail"},
			told{Jobs: []string{"chat one: a", "mail two: a b"}}},
		{"several tools in one folder", map[string]string{"a.log": "mail", "b.log": "chat", "c.log": "mail"},
			told{Jobs: []string{"mail export: a.log c.log", "chat b: b.log"}}},
		{"folders before files", map[string]string{"a": "mail", "z/a": "chat"}, told{Jobs: []string{"chat z: a", "mail a: a"}}},
		{"a stranger among them", map[string]string{"a": "chat", "notes": "what is this", "sub/b": "chat", "sub/c": "nor this"},
			told{Jobs: []string{"chat b: b", "chat a: a"}, Unrecognised: []string{"sub/c", "notes"}}},
		{"nothing recognised", map[string]string{"notes": "x", "sub/notes": "y"}, told{Unrecognised: []string{"sub/notes", "notes"}}},
		{"empty", map[string]string{".DS_Store": "clutter"}, told{}},
		{"a directory of people", map[string]string{"people.csv": "person,team", "sub/more.CSV": "person,team", "a": "chat"},
			told{Jobs: []string{"chat export: a"}, Directories: []string{"people.csv", "sub/more.CSV"}}},
		{"directories of other shapes", map[string]string{"page1.json": "person,", "page2.JSON": "person,", "people.ldif": "person,", "a/2026-03-02.json": "person, in a chat", "a/notes": "person, in a chat"},
			told{Directories: []string{"page1.json", "page2.JSON", "people.ldif"}, Unrecognised: []string{"a/2026-03-02.json", "a/notes"}}},
		{"a directory alone", map[string]string{"people.csv": "person,team"}, told{Directories: []string{"people.csv"}}},
		{"a table is no directory", map[string]string{"a.csv": "mail,team"}, told{Jobs: []string{"mail export: a.csv"}}},
		{"files that hold no records", map[string]string{"truth.json": "{}", "sub/truth.json": "{}", "sub/a": "mail"},
			told{Jobs: []string{"mail export: sub/a"}}},
		{"an archive in a folder", map[string]string{"heron.zip": heron, "box": "mail"},
			told{Jobs: []string{"chat heron: a sub/b", "mail box: box"}}},
		{"an archive alone in a folder", map[string]string{"sub/heron.zip": heron, "truth.json": "{}"},
			told{Jobs: []string{"chat heron: a sub/b"}}},
		{"an archive of two tools", map[string]string{"both.zip": archive(map[string]string{"one/a": "chat", "two/a": "mail"})},
			told{Jobs: []string{"chat one: a", "mail two: a"}}},
		{"an archive in an archive", map[string]string{"outer.zip": archive(map[string]string{"heron.zip": heron, "a": "chat"})},
			told{Jobs: []string{"chat a: a"}, Unrecognised: []string{"heron.zip"}}},
		{"a directory in an archive", map[string]string{"heron.zip": archive(map[string]string{"people.csv": "person,team", "a": "chat", "truth.json": "{}"})},
			told{Jobs: []string{"chat a: a"}, Unrecognised: []string{"people.csv"}}},
		{"a damaged archive", map[string]string{"heron.zip": heron[:40], "a": "chat"},
			told{Jobs: []string{"chat a: a"}}},
		{"a path that climbs out of an archive", map[string]string{"heron.zip": archive(map[string]string{"a": "chat", "../b": "chat"}), "a": "mail"},
			told{Jobs: []string{"chat heron: a", "mail a: a"}, Unrecognised: []string{"heron.zip: ../b"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := folderOf(t, test.files)
			all := []collectors.Collector{chat, mail}
			for range 4 { // whatever the order of the collectors, and however often
				plan, err := collectors.MakePlan(path, all, people, collectors.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, tell(plan)); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
				if err := plan.Close(); err != nil {
					t.Error(err)
				}
				slices.Reverse(all)
			}
		})
	}
}

// An archive among other files that cannot be opened is set aside with its reason, and the rest is planned.
func TestPlanRefuses(t *testing.T) {
	t.Parallel()
	locked := zipped(t, map[string]string{"a": "chat"})
	locked[6] |= 1
	at := bytes.Index(locked, []byte("PK\x01\x02"))
	locked[at+8] |= 1
	whole := zipped(t, map[string]string{"a": "chat"})
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"a": []byte("chat"), "in/locked.zip": locked, "cut.zip": whole[:len(whole)-30], "begun.zip": whole[:20], "cut.gz": {0x1f, 0x8b, 8}, "notes": []byte("x"),
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := collectors.MakePlan(dir, []collectors.Collector{chat, mail}, collectors.Known{}, collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	got := map[string]string{}
	for _, r := range p.Refused {
		got[r.Path] = r.Reason
	}
	want := map[string]string{"in/locked.zip": collectors.EncryptedArchive, "cut.zip": collectors.DamagedArchive, "begun.zip": collectors.DamagedArchive, "cut.gz": collectors.DamagedArchive}
	if diff := cmp.Diff(want, got); diff != "" || len(p.Jobs) != 1 || !slices.Equal(p.Unrecognised, []string{"notes"}) {
		t.Errorf("%s\n%d jobs, not recognised: %v", diff, len(p.Jobs), p.Unrecognised)
	}
}

func TestPlanOfOneArchive(t *testing.T) {
	t.Parallel()
	path := put(t, "heron-chat.zip", zipped(t, map[string]string{"a": "chat", "../b": "chat", "people.csv": "person,team"}))
	plan, err := collectors.MakePlan(path, []collectors.Collector{chat, mail}, people, collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	want := told{Jobs: []string{"chat heron-chat: a"}, Unrecognised: []string{"../b"}, Directories: []string{"people.csv"}}
	if diff := cmp.Diff(want, tell(plan)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	r, err := plan.Root().Open("people.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if b, err := io.ReadAll(r); err != nil || string(b) != "person,team" {
		t.Errorf("the directory holds %q, %v", b, err)
	}
}

func TestPlanChoosesTheSurest(t *testing.T) {
	t.Parallel()
	guess := marked{name: "guess", mark: "", certainty: collectors.Plausible}
	rival := marked{name: "rival", mark: "chat", certainty: collectors.Certain}
	for _, test := range []struct {
		name string
		all  []collectors.Collector
		want string // the job, or
		err  string
	}{
		{"surer later", []collectors.Collector{guess, chat}, "chat export: a", ""},
		{"surer first", []collectors.Collector{chat, guess}, "chat export: a", ""},
		{"only a guess", []collectors.Collector{guess, mail}, "guess export: a", ""},
		{"two alike", []collectors.Collector{chat, rival}, "", "export could be chat or rival: choose one with --collector"},
		{"two alike below a surer one", []collectors.Collector{guess, marked{name: "other"}, chat}, "chat export: a", ""},
		{"what the export calls itself", []collectors.Collector{marked{name: "chat", mark: "chat", certainty: collectors.Likely, workspace: "heron"}}, "chat heron: a", ""},
		{"one that fails", []collectors.Collector{marked{name: "broken", fails: io.ErrUnexpectedEOF}}, "", "export: unexpected EOF"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			plan, err := collectors.MakePlan(folderOf(t, map[string]string{"a": "chat"}), test.all, collectors.Known{}, collectors.Limits{})
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("%v; want %q", err, test.err)
				}
				var ambiguous *collectors.AmbiguousError
				if strings.Contains(test.err, " or ") != errors.As(err, &ambiguous) {
					t.Errorf("%T; want an AmbiguousError just when two are alike", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer plan.Close()
			if got := tell(plan).Jobs; !slices.Equal(got, []string{test.want}) {
				t.Errorf("%q; want %q", got, test.want)
			}
		})
	}
}

// A collector that the user names is not asked, and reads everything.
func TestForcedPlan(t *testing.T) {
	t.Parallel()
	unasked := marked{name: "unasked", fails: errors.New("asked")}
	path := put(t, "heron.zip", zipped(t, map[string]string{"a": "chat", "people.csv": "person,team", "../b": "x"}))
	plan, err := collectors.ForcePlan(path, unasked, collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	want := told{Jobs: []string{"unasked heron: a people.csv"}, Unrecognised: []string{"../b"}}
	if diff := cmp.Diff(want, tell(plan)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if _, err := collectors.ForcePlan(filepath.Join(t.TempDir(), "gone"), unasked, collectors.Limits{}); err == nil || !strings.Contains(err.Error(), "cannot read") {
		t.Errorf("a path that is not there: %v", err)
	}
}

// Closing a plan closes the archives that were found in the folder.
func TestClosedPlan(t *testing.T) {
	t.Parallel()
	path := folderOf(t, map[string]string{"heron.zip": string(zipped(t, map[string]string{"a": "chat"})), "box": "mail"})
	plan, err := collectors.MakePlan(path, []collectors.Collector{chat, mail}, collectors.Known{}, collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	archive := plan.Jobs[0].Tree
	if err := plan.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Open("a"); !errors.Is(err, os.ErrClosed) {
		t.Errorf("open after close: %v; want os.ErrClosed", err)
	}
}
