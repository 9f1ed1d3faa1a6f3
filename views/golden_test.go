package views_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"

	"crosstalk/analytics"
	"crosstalk/dashboards/dashboardstest"
	"crosstalk/views"
	"crosstalk/views/chart"
)

var update = flag.Bool("update", false, "write golden files anew")

var kinds = []dashboardstest.Kind{dashboardstest.Full, dashboardstest.Empty, dashboardstest.Suppressed, dashboardstest.Long, dashboardstest.Hostile}

func asset(file string) string { return "/static/" + file }

// look is how a company's tools are drawn.
func look(c dashboardstest.Company) views.Look {
	l := views.Look{Marks: []chart.Mark{{Name: "Launch", On: time.Date(2026, 9, 21, 0, 0, 0, 0, time.UTC)}}}
	for i, t := range c.Config().Register.All() {
		l.Tools = append(l.Tools, views.Tool{Slug: t.Tool, Name: t.Name, Colour: t.Colour, Order: i, Status: t.Status})
	}
	return l
}

// ask is what a metric answers in a company.
func ask[R any](t *testing.T, c dashboardstest.Company, d *analytics.Definition[R], grain analytics.Grain) views.Result[R] {
	t.Helper()
	snapshot, err := c.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.Ask(t.Context(), d, snapshot, c.Config().Setting, analytics.Filter{Grain: grain})
	if err != nil {
		t.Fatal(err)
	}
	faces := views.Faces{CSV: "/metric/" + d.Slug() + ".csv", JSON: "/metric/" + d.Slug() + ".json", Definition: "/definitions#" + d.Slug(), File: d.Slug()}
	return views.ResultOf(d, answer, faces)
}

// components are every exported component, by name, for a company.
func components(t *testing.T, c dashboardstest.Company) map[string]templ.Component {
	t.Helper()
	whole, week, l := analytics.Whole, analytics.Week, look(c)
	share, shareOver := ask(t, c, analytics.ToolShare, whole), ask(t, c, analytics.ToolShare, week)
	sprawl, sprawlOver := ask(t, c, analytics.ToolSprawl, whole), ask(t, c, analytics.ToolSprawl, week)
	activity, activityOver := ask(t, c, analytics.ToolActivity, whole), ask(t, c, analytics.ToolActivity, week)
	frequency, frequencyOver := ask(t, c, analytics.TieFrequency, whole), ask(t, c, analytics.TieFrequency, week)
	overlap := ask(t, c, analytics.ToolOverlap, whole)
	brief := views.Brief{Look: l, Sprawl: sprawl, SprawlOver: sprawlOver, Share: share, ShareOver: shareOver, Shadow: share, ShadowOver: shareOver, HasShadow: true,
		Activity: activity, ActivityOver: activityOver, Overlap: overlap, Frequency: frequency, FrequencyOver: frequencyOver,
		Proof: views.Proof{Sprawl: "/sprawl", Silos: "/silos", Frequency: "/frequency"}}
	silos := views.Silos{Look: l, Overlap: overlap}
	tool := views.Tool{Slug: "x", Name: "none", Colour: "#123456"}
	if len(l.Tools) > 0 {
		tool = l.Tools[0]
	}
	return map[string]templ.Component{
		"Layout":          views.Layout(frame(c, l)),
		"BriefPage":       views.BriefPage(brief),
		"SprawlPage":      views.SprawlPage(views.Sprawl{Look: l, Now: sprawl, Over: sprawlOver, Share: share, ShareOver: shareOver, Activity: activity, ActivityOver: activityOver, Overlap: overlap}),
		"SilosPage":       views.SilosPage(silos),
		"OverlapCard":     views.OverlapCard(silos.Ties(), silos.People()),
		"FrequencyPage":   views.FrequencyPage(views.Frequency{Look: l, Now: frequency, Over: frequencyOver, Activity: activity, ActivityOver: activityOver}),
		"SourcesPage":     views.SourcesPage(sources(c, tool)),
		"DefinitionsPage": views.DefinitionsPage(described(c)),
		"MetricAlone":     views.MetricAlone(views.MetricPage{Answer: share.Answer, Faces: share.Faces, Look: l}),
		"ToolTable":       views.ToolTable(brief.Tools()),
		"ToolName":        views.ToolName(tool),
		"Swatch":          views.Swatch(tool),
		"Status":          views.Status(tool.Status),
		"Tiles":           views.Tiles(brief.Tiles()),
		"TileCard":        views.TileCard(brief.Tiles()[0]),
		"ChangeText":      views.ChangeText(brief.Tiles()[0].Change),
		"Says":            views.Says(brief.Sentences()),
		"FigureCard":      views.FigureCard(silos.Ties()),
		"FigureBody":      views.FigureBody(silos.People()),
		"TwinTable":       views.TwinTable(silos.Ties().Model.Table()),
		"LoginPage":       views.LoginPage(views.Login{Next: "/sprawl?" + tool.Name, CSRF: "token", Name: tool.Name, Wrong: tool.Name, Asset: asset}),
		"ProblemPage":     views.ProblemPage(views.Problem{Status: 503, Title: "One moment", Sentence: tool.Name, Advice: "Load the page again.", Asset: asset}),
		"Empty":           views.Empty(),
	}
}

func frame(c dashboardstest.Company, l views.Look) views.Frame {
	bar := &views.FilterBar{Action: "/sprawl",
		Period:  views.PeriodPill{Pill: views.Pill{Name: "period", Label: "Last 4 weeks", Options: []views.Option{{Text: "Last 4 weeks", Chosen: true}}}, Days: "26 Oct – 22 Nov", Grain: views.Pill{Name: "grain"}},
		Compare: views.Pill{Name: "compare", Label: "not compared"}, Scope: views.ScopePill{Label: "Heron Ltd", Side: views.Pill{Name: "side"}, Status: views.Pill{Name: "status"}},
		Tools: views.ToolsPill{Label: "All tools", Class: views.Pill{Name: "class"}}}
	for _, t := range l.Tools {
		bar.Tools.Tools = append(bar.Tools.Tools, views.ToolOption{Tool: t})
	}
	f := views.Frame{Title: "How many tools?", Lede: "Read it so.", Menu: []views.MenuGroup{{Items: []views.MenuItem{{Title: "Brief", Path: "/", Current: true}}}, {Title: "Today", Items: []views.MenuItem{{Title: "Silos", Path: "/silos"}}}},
		Filter: bar, Fresh: views.Freshness{Until: "Data until Sun 22 Nov 2026, 23:10", Late: []string{"E-mail behind"}}, Notices: []string{"This is not shown."}, User: "ann", CSRF: "token", Asset: asset}
	if c.Kind == dashboardstest.Empty {
		f.Filter, f.Fresh, f.User, f.Open, f.Asset = nil, views.Freshness{}, "", true, func(file string) string {
			if strings.HasPrefix(file, "vendor/") {
				return "" // libraries were not there at build time
			}
			return asset(file)
		}
	}
	return f
}

func sources(c dashboardstest.Company, tool views.Tool) views.Sources {
	if c.Kind == dashboardstest.Empty {
		return views.Sources{}
	}
	return views.Sources{
		Summary: []views.Sentence{{Parts: []views.Part{{Text: "12 messages", Strong: true}, {Text: " from one source."}}}},
		Workspaces: []views.SourceLine{{Tool: tool, Workspace: tool.Name, Collector: "slack", Until: "22 Nov", ReadAt: "23 Nov", Late: true, Matched: "3 of 4", Coverage: "whole",
			Counts: []views.Fact{{Name: "messages", Number: "12"}}, Gaps: []string{"3 Aug 2026 – 5 Aug 2026"}, Rejects: []views.Fact{{Name: "no_sender", Number: "2"}}}, {Tool: tool}},
		Runs: []views.RunLine{{Begun: "23 Nov", Took: "42 s", Collector: "slack", Tool: tool.Name, Workspace: tool.Name, State: "failed", Problem: "the archive ends early"}},
	}
}

// metric is one that exists in tests only, so that documentation may change without these goldens.
type metric struct {
	analytics.Metric
	text string
}

func (metric) Slug() string { return "example" }
func (m metric) Doc() analytics.Doc {
	return analytics.Doc{Title: m.text, Question: m.text + "?", Formula: "a / b", Source: "own", Caveats: []string{m.text}, Example: "1 / 2"}
}
func (metric) Columns() []analytics.Column {
	return []analytics.Column{{Name: "people", Type: "integer", Unit: "people", Description: "those who wrote"}}
}

func described(c dashboardstest.Company) []analytics.Metric {
	switch c.Kind {
	case dashboardstest.Empty:
		return nil
	case dashboardstest.Hostile:
		return []analytics.Metric{metric{text: `</dd><script>alert(1)</script>`}}
	}
	return []analytics.Metric{metric{text: "An example"}}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		for name, component := range components(t, dashboardstest.Company{Kind: kind}) {
			t.Run(string(kind)+"/"+name, func(t *testing.T) {
				t.Parallel()
				compare(t, filepath.Join("testdata", string(kind), name+".html"), rendered(t, component))
			})
		}
	}
}

func rendered(t *testing.T, component templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := component.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	// One tag a line, so that a difference can be read.
	return strings.ReplaceAll(b.String(), "><", ">\n<") + "\n"
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (- golden, + now):\n%s", file, diff)
	}
}

var (
	forbidden  = regexp.MustCompile(`(?i)<[^>]*\s(style|on[a-z]+)\s*=`)
	scriptTags = regexp.MustCompile(`(?s)<script([^>]*)>(.*?)</script>`)
	quoted     = regexp.MustCompile(`"[^"]*"`)
)

// TestMarkupObeysThePolicy finds what the Content-Security-Policy would forbid, and what hostile names would smuggle in.
func TestMarkupObeysThePolicy(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		for name, component := range components(t, dashboardstest.Company{Kind: kind}) {
			html := rendered(t, component)
			for _, script := range scriptTags.FindAllStringSubmatch(html, -1) {
				if !strings.Contains(script[1], `type="application/json"`) && (strings.TrimSpace(script[2]) != "" || !strings.Contains(script[1], `src="/static/`)) {
					t.Errorf("%s %s: a script that is not ours: %s", kind, name, script[0])
				}
			}
			bare := quoted.ReplaceAllString(scriptTags.ReplaceAllString(html, ""), `""`)
			if found := forbidden.FindString(bare); found != "" {
				t.Errorf("%s %s: %s", kind, name, found)
			}
			if strings.Contains(bare, "<img") || strings.Contains(bare, "javascript:") {
				t.Errorf("%s %s: markup from a name got through", kind, name)
			}
		}
	}
}

// TestEveryComponentIsRendered fails for a component that no golden shows: exported ones must be rendered here, others
// used by one that is.
func TestEveryComponentIsRendered(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.templ")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	here := components(t, dashboardstest.Company{Kind: dashboardstest.Full})
	for _, found := range regexp.MustCompile(`(?m)^templ (\w+)\(`).FindAllStringSubmatch(all.String(), -1) {
		name := found[1]
		if _, ok := here[name]; !ok && (name[:1] == strings.ToUpper(name[:1]) || !strings.Contains(all.String(), "@"+name+"(")) {
			t.Errorf("nothing renders %s", name)
		}
	}
}

// TestEveryMetricHasAView fails for a metric without a picture or tiles.
func TestEveryMetricHasAView(t *testing.T) {
	t.Parallel()
	c := dashboardstest.Company{Kind: dashboardstest.Full}
	snapshot, err := c.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range analytics.All() {
		for _, grain := range []analytics.Grain{analytics.Whole, analytics.Week} {
			if !slices.Contains(m.Doc().Grains, grain) {
				continue
			}
			answer, err := c.Ask(t.Context(), m, snapshot, c.Config().Setting, analytics.Filter{Grain: grain})
			if err != nil {
				t.Fatal(err)
			}
			page := views.MetricPage{Answer: answer, Look: look(c)}
			if len(page.Figures())+len(page.Tiles()) == 0 {
				t.Errorf("%s by %s has no view", m.Slug(), grain)
			}
			for _, f := range page.Figures() {
				if f.Model.Empty() {
					t.Errorf("%s by %s: figure %s draws nothing of a full answer", m.Slug(), grain, f.ID)
				}
			}
		}
	}
}
