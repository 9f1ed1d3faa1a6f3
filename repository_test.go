package crosstalk_test

import (
	"encoding/json"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "crosstalk"

// apart are folders of the checkout that are not the repository's: built, downloaded, somebody's data.
var apart = []string{".git", "bin", "node_modules", "demo", "crosstalk-data", "views/static/vendor"}

// walk calls visit for every file of the repository, by its path with slashes. The tests run in the root, since the
// root is this package's folder.
func walk(t *testing.T, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		path = filepath.ToSlash(path)
		if d.IsDir() && slices.Contains(apart, path) {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() {
			visit(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// imports reads the import graph from the sources, for every operating system at once; test files and files that are
// run by themselves (`//go:build ignore`) are left out.
func imports(t *testing.T) graph {
	t.Helper()
	g := graph{}
	walk(t, func(name string) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata/") {
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, read(t, name), parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if isIgnored(file) {
			return
		}
		folder := filepath.ToSlash(filepath.Dir(name))
		g[folder] = slices.Grow(g[folder], len(file.Imports)) // a package without imports is one too
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !slices.Contains(g[folder], imported) {
				g[folder] = append(g[folder], imported)
			}
		}
	})
	return g
}

// isIgnored reports whether a build constraint keeps a file out of every package.
func isIgnored(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if comment.Pos() > file.Package || !constraint.IsGoBuild(comment.Text) {
				continue
			}
			if expression, err := constraint.Parse(comment.Text); err == nil && !expression.Eval(func(tag string) bool { return tag != "ignore" }) {
				return true
			}
		}
	}
	return false
}

// notCollectors are the folders beside the collectors that serve them.
var notCollectors = []string{"all", "collectortest", "csvscan", "directory", "identity", "jsonscan", "live", "logscan", "mail", "meta", "phone", "record", "sqlite"}

func TestCollectorsAreComplete(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir("collectors")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, e := range entries {
		if !e.IsDir() || slices.Contains(notCollectors, e.Name()) {
			continue
		}
		found++
		parts := []string{e.Name() + ".go", "*_test.go", "README.md", "sample.conf", "testdata"}
		if sample, err := os.ReadFile(filepath.Join("collectors", e.Name(), "sample.conf")); err == nil && strings.Contains(string(sample), "endpoint:") {
			parts = parts[:len(parts)-1] // a source that is asked for what is new reads no files
		}
		for _, part := range parts {
			if there, err := filepath.Glob(filepath.Join("collectors", e.Name(), part)); err != nil || len(there) == 0 {
				t.Errorf("collectors/%s lacks %s", e.Name(), part)
			}
		}
	}
	if found < 4 {
		t.Errorf("found %d collectors: the look-up is broken", found)
	}
}

// forbidden are texts that say where this was built instead of what it is. They are put together here so that this file
// does not hold them.
var forbidden = regexp.MustCompile(strings.Join([]string{
	`(^|[^\w./~-])/wo` + `rk/\w`, `/tmp/cr` + `ew`, `/ro` + `ot/`,
	`registry\.npm` + `js`, `registry\.yarn` + `pkg`, `proxy\.gol` + `ang`, `sum\.gol` + `ang`, `gopr` + `oxy\.`,
	`pypi\.o` + `rg`, `pythonho` + `sted\.`, `deb\.deb` + `ian`, `security\.deb` + `ian`, `crates\.i` + `o\b`, `repo\d?\.mav` + `en`,
}, "|"))

func TestNothingOfTheWorkplace(t *testing.T) {
	t.Parallel()
	for _, sample := range []string{"see /wo" + "rk/x", "https://registry.npm" + "js.org/echarts", "GOPROXY=https://proxy.gol" + "ang.org"} {
		if !forbidden.MatchString(sample) {
			t.Errorf("%q is not caught", sample)
		}
	}
	const largest = 4 << 20
	walk(t, func(path string) {
		if info, err := os.Stat(filepath.FromSlash(path)); err != nil || info.Size() > largest {
			t.Errorf("%s cannot be read or is larger than %d bytes: what is large is made or downloaded, not committed (%v)", path, largest, err)
			return
		}
		for n, line := range strings.Split(read(t, path), "\n") {
			if found := forbidden.FindString(line); found != "" {
				t.Errorf("%s:%d names %q", path, n+1, strings.TrimSpace(found))
			}
		}
	})
}

// TestLockNamesNoHost: with no address in the lock, every machine asks the registry it is set up for.
func TestLockNamesNoHost(t *testing.T) {
	t.Parallel()
	var lock struct {
		Packages map[string]struct {
			Version, Resolved, Integrity string
		}
	}
	if err := json.Unmarshal([]byte(read(t, "package-lock.json")), &lock); err != nil {
		t.Fatal(err)
	}
	for name, p := range lock.Packages {
		if name == "" {
			continue
		}
		if p.Resolved != "" || p.Version == "" || !strings.HasPrefix(p.Integrity, "sha512-") {
			t.Errorf("package-lock.json: %s has resolved %q, version %q, integrity %q: want none, one, and a sha512", name, p.Resolved, p.Version, p.Integrity)
		}
	}
	if len(lock.Packages) < 5 {
		t.Errorf("package-lock.json lists %d packages: it is not read right", len(lock.Packages))
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks: what the documents point to is there.
func TestLinks(t *testing.T) {
	t.Parallel()
	links := 0
	walk(t, func(path string) {
		if !strings.HasSuffix(path, ".md") || strings.Contains(path, "testdata/") {
			return
		}
		for _, m := range link.FindAllStringSubmatch(read(t, path), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), filepath.FromSlash(target))); err != nil {
				t.Errorf("%s links to %s, which is not there", path, m[1])
			}
		}
	})
	if links == 0 {
		t.Error("found no link in any document: the look-up is broken")
	}
}

// TestMakefileTargets: what the documents and the integration call is there.
func TestMakefileTargets(t *testing.T) {
	t.Parallel()
	makefile := read(t, "Makefile")
	called := regexp.MustCompile("`make ([a-z]+)|^    make ([a-z]+)|^make ([a-z]+)")
	for _, path := range []string{"README.md", "ARCHITECTURE.md", ".ci/run"} {
		for _, line := range strings.Split(read(t, path), "\n") {
			for _, m := range called.FindAllStringSubmatch(line, -1) {
				if target := m[1] + m[2] + m[3]; !strings.Contains(makefile, "\n"+target+":") {
					t.Errorf("%s calls `make %s`, which the Makefile does not know", path, target)
				}
			}
		}
	}
}
