package crosstalk_test

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// arrow says what one kind of package may import. Imports of tests are not looked at: a test may join what the
// program must keep apart.
type arrow struct {
	of    string   // the importing package, below the module; * is one folder, a final /... is everything below
	may   []string // packages of the project it may import, written like of
	from  []string // modules outside the project it may import; nil is any, reserved ones aside
	never []string // packages of the standard library it must not import
}

// What a package that computes or draws has no business with.
var (
	network = []string{"net", "net/http", "os/exec", "database/sql"}
	anyIO   = append([]string{"os", "io/ioutil"}, network...)
	nothing = []string{}
)

// arrows are looked through from the top; the first that fits a package is its rule.
var arrows = []arrow{
	{of: ".", may: nothing, from: nothing, never: anyIO},
	{of: "cmd/...", may: []string{"..."}},

	{of: "dashboards", may: []string{"views", "views/chart", "analytics", "access", "organisation"}, never: []string{"database/sql", "os/exec"}},

	{of: "views", may: []string{"analytics", "views/chart"}, from: []string{"github.com/a-h/templ"}, never: anyIO},
	{of: "views/chart", may: nothing, from: nothing, never: anyIO},

	{of: "warehouse", may: []string{"analytics", "access", "collectors/record", "collectors/identity", "warehouse/engine"}, never: []string{"database/sql"}},
	{of: "warehouse/engine/...", may: []string{"warehouse/engine/..."}, never: []string{"database/sql"}},

	{of: "analytics", may: []string{"analytics/..."}, from: []string{"gonum.org/v1/gonum"}, never: anyIO},
	{of: "analytics/query", may: nothing, from: nothing, never: anyIO},
	{of: "analytics/...", may: []string{"analytics/stat", "analytics/graph"}, from: []string{"gonum.org/v1/gonum"}, never: anyIO},

	{of: "collectors", may: []string{"collectors/record"}, never: network},
	{of: "collectors/record", may: nothing, from: nothing, never: anyIO},
	{of: "collectors/identity", may: []string{"collectors/phone", "collectors/record"}, from: []string{"golang.org/x/text"}, never: anyIO},
	{of: "collectors/directory", may: []string{"collectors/jsonscan", "collectors/record"}, never: network},
	{of: "collectors/jsonscan", may: nothing, from: []string{"golang.org/x/text"}, never: anyIO},
	{of: "collectors/phone", may: []string{"collectors/record"}, from: []string{"github.com/nyaruka/phonenumbers"}, never: anyIO},
	{of: "collectors/csvscan", may: nothing, from: []string{"golang.org/x/text"}, never: anyIO},
	{of: "collectors/meta", may: []string{"collectors", "collectors/record", "collectors/jsonscan"}, never: network},
	{of: "collectors/messenger", may: []string{"collectors", "collectors/record", "collectors/jsonscan", "collectors/meta"}, never: network},
	{of: "collectors/instagram", may: []string{"collectors", "collectors/record", "collectors/jsonscan", "collectors/meta"}, never: network},
	{of: "collectors/logscan", may: nothing, from: nothing, never: anyIO},
	{of: "collectors/maillog", may: []string{"collectors", "collectors/record", "collectors/mail", "collectors/csvscan", "collectors/jsonscan", "collectors/logscan"}, never: network},
	{of: "collectors/weblogs", may: []string{"collectors", "collectors/record", "collectors/csvscan", "collectors/jsonscan", "collectors/logscan", "organisation/catalogue"}, never: network},
	{of: "collectors/sqlite", may: []string{"collectors"}, never: []string{"net", "net/http", "os/exec"}},
	{of: "collectors/mail", may: []string{"collectors", "collectors/record"}, never: network},
	{of: "collectors/live", may: []string{"collectors", "collectors/record"}, never: []string{"database/sql"}},
	{of: "collectors/all", may: []string{"collectors", "collectors/*"}, from: nothing},
	{of: "collectors/email", may: []string{"collectors", "collectors/record", "collectors/mail"}, never: network},
	{of: "collectors/imap", may: []string{"collectors", "collectors/record", "collectors/mail", "collectors/live"}, never: []string{"database/sql"}},
	{of: "collectors/*", may: []string{"collectors", "collectors/record", "collectors/csvscan", "collectors/jsonscan", "collectors/phone", "collectors/sqlite"}, never: network},

	{of: "access", may: nothing, never: []string{"database/sql", "os/exec"}},
	{of: "organisation", may: []string{"organisation/catalogue"}, from: []string{"github.com/goccy/go-yaml"}, never: network},
	{of: "organisation/catalogue", may: nothing, from: []string{"github.com/goccy/go-yaml"}, never: anyIO},
	{of: "simulate/fill", may: []string{"collectors/record"}, from: nothing, never: anyIO},
	{of: "simulate", may: nothing, from: nothing, never: network},
}

// reserved are the modules that belong to one part of the project: nobody else imports them.
var reserved = map[string][]string{
	"github.com/ClickHouse":        {"warehouse", "warehouse/engine/..."},
	"github.com/ebitengine/purego": {"warehouse/engine/internal/chdb"},
	"github.com/labstack":          {"dashboards"},
	"github.com/prometheus":        {"dashboards", "cmd/..."},
	"github.com/a-h/templ":         {"views", "dashboards"},
	"github.com/spf13/cobra":       {"cmd/..."},
	"github.com/emersion/go-imap":  {"collectors/imap"},
	"github.com/chromedp":          nothing, // tests only, like the three below
	"github.com/rogpeppe":          nothing,
	"github.com/google/go-cmp":     nothing,
	"github.com/pb33f":             nothing,
}

// graph gives the imports of each package of the project, by its folder.
type graph map[string][]string

// servesTests reports whether a package is there for tests: its name ends in test, as in httptest. It may import what a
// test may, and only tests and its like may import it.
func servesTests(folder string) bool { return strings.HasSuffix(path.Base(folder), "test") }

// crossings lists every import that the arrows forbid, in order.
func crossings(g graph) []string {
	var out []string
	for _, of := range slices.Sorted(maps.Keys(g)) {
		if servesTests(of) {
			continue
		}
		i := slices.IndexFunc(arrows, func(a arrow) bool { return fits(a.of, of) })
		if i < 0 {
			out = append(out, fmt.Sprintf("%s: no rule says what it may import; add one to arrows", of))
			continue
		}
		for _, imported := range g[of] {
			if why := arrows[i].forbids(of, imported); why != "" {
				out = append(out, fmt.Sprintf("%s imports %s: %s", of, imported, why))
			}
		}
	}
	return out
}

// forbids says why a package must not import another, or nothing.
func (a arrow) forbids(of, imported string) string {
	inside, ofProject := strings.CutPrefix(imported, module+"/")
	switch {
	case ofProject && fits("cmd/...", inside):
		return "nothing may import a command"
	case servesTests(imported):
		return "that one is for tests"
	case ofProject && !slices.ContainsFunc(a.may, func(p string) bool { return fits(p, inside) }):
		return "it may import " + said(a.may) + " of the project"
	case ofProject:
		return ""
	case slices.Contains(a.never, imported):
		return "it must do without " + said(a.never)
	case !strings.Contains(strings.SplitN(imported, "/", 2)[0], "."):
		return "" // the standard library
	case a.from != nil && !slices.ContainsFunc(a.from, func(m string) bool { return within(m, imported) }):
		return "beside the standard library it may import " + said(a.from)
	}
	for held, holders := range reserved {
		if within(held, imported) && !slices.ContainsFunc(holders, func(p string) bool { return fits(p, of) }) {
			return held + " is for " + said(holders)
		}
	}
	return ""
}

// fits reports whether a folder is one that a pattern names.
func fits(pattern, folder string) bool {
	if pattern == "..." {
		return true
	}
	if above, ok := strings.CutSuffix(pattern, "/..."); ok {
		return within(above, folder)
	}
	ok, err := path.Match(pattern, folder)
	return err == nil && ok
}

func within(above, below string) bool { return below == above || strings.HasPrefix(below, above+"/") }

func said(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

func TestArrows(t *testing.T) {
	t.Parallel()
	g := imports(t)
	if len(g) < 10 {
		t.Fatalf("found %d packages in the repository: the look-up of imports is broken", len(g))
	}
	for _, crossing := range crossings(g) {
		t.Error(crossing)
	}
}

// TestArrowsCatch shows that a forbidden import is found: the checker is only as good as what it catches.
func TestArrowsCatch(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		of, imported string
		caught       string // part of the sentence; empty when it is allowed
	}{
		"a collector may import the record":     {"collectors/slack", "crosstalk/collectors/record", ""},
		"a collector and another":               {"collectors/slack", "crosstalk/collectors/email", "of the project"},
		"a collector and analytics":             {"collectors/slack", "crosstalk/analytics", "of the project"},
		"a collector of files and the network":  {"collectors/irc", "net/http", "do without"},
		"both mail collectors share a parser":   {"collectors/imap", "crosstalk/collectors/mail", ""},
		"another collector and that parser":     {"collectors/slack", "crosstalk/collectors/mail", "of the project"},
		"the record and a module":               {"collectors/record", "golang.org/x/text/unicode/norm", "standard library"},
		"the record and the standard library":   {"collectors/record", "time", ""},
		"views and the warehouse":               {"views", "crosstalk/warehouse", "of the project"},
		"views and the web":                     {"views", "net/http", "do without"},
		"views and the web framework":           {"views", "github.com/labstack/echo/v4", "standard library"},
		"analytics and the driver":              {"analytics", "github.com/ClickHouse/clickhouse-go/v2", "standard library"},
		"analytics and files":                   {"analytics/stat", "os", "do without"},
		"a metric's arithmetic and gonum":       {"analytics/stat", "gonum.org/v1/gonum/stat", ""},
		"dashboards and the driver":             {"dashboards", "github.com/ClickHouse/clickhouse-go/v2", "is for warehouse"},
		"dashboards and the warehouse":          {"dashboards", "crosstalk/warehouse", "of the project"},
		"dashboards and views":                  {"dashboards", "crosstalk/views", ""},
		"the driver in its place":               {"warehouse", "github.com/ClickHouse/clickhouse-go/v2", ""},
		"the library's loader out of its place": {"warehouse/engine", "github.com/ebitengine/purego", "is for warehouse/engine/internal/chdb"},
		"the library's loader in its place":     {"warehouse/engine/internal/chdb", "github.com/ebitengine/purego", ""},
		"access and the project":                {"access", "crosstalk/organisation", "nothing of the project"},
		"organisation and the record":           {"organisation", "crosstalk/collectors/record", "of the project"},
		"organisation and its catalogue":        {"organisation", "crosstalk/organisation/catalogue", ""},
		"the catalogue and files":               {"organisation/catalogue", "os", "do without"},
		"a collector and the catalogue":         {"collectors/slack", "crosstalk/organisation/catalogue", "of the project"},
		"organisation and the network":          {"organisation", "net/http", "do without"},
		"the simulation and the warehouse":      {"simulate", "crosstalk/warehouse", "nothing of the project"},
		"anything and a command":                {"collectors/all", "crosstalk/cmd/crosstalk", "command"},
		"a command and anything":                {"cmd/crosstalk", "crosstalk/warehouse", ""},
		"a command and the driver":              {"cmd/crosstalk", "github.com/ClickHouse/clickhouse-go/v2", "is for warehouse"},
		"a library of tests in the program":     {"dashboards", "github.com/chromedp/chromedp", "is for nothing"},
		"a module whose name begins alike":      {"warehouse", "github.com/prometheusx/y", ""},
		"a library for tests in the program":    {"dashboards", "net/http/httptest", "for tests"},
		"a suite for tests in the program":      {"cmd/crosstalk", "crosstalk/collectors/collectortest", "for tests"},
		"a package for tests and anything":      {"dashboards/dashboardstest", "crosstalk/views", ""},
		"a folder that nobody foresaw":          {"helpers", "fmt", "no rule"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(crossings(graph{c.of: {c.imported}}), "\n")
			if c.caught == "" && got != "" {
				t.Errorf("%s importing %s was refused: %s", c.of, c.imported, got)
			}
			if !strings.Contains(got, c.caught) {
				t.Errorf("%s importing %s: got %q, want a sentence with %q", c.of, c.imported, got, c.caught)
			}
		})
	}
}
