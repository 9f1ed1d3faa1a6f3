package browsertest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"crosstalk/dashboards"
	"crosstalk/dashboards/browsertest"
	"crosstalk/dashboards/dashboardstest"
)

var pages = map[string]string{
	"brief": "/", "sprawl": "/sprawl", "silos": "/silos", "frequency": "/frequency", "sources": "/sources", "definitions": "/definitions",
	"metric-share": "/metric/tool_share", "metric-overlap": "/metric/tool_overlap?period=4w",
}

func handler(t *testing.T, kind dashboardstest.Kind) http.Handler {
	t.Helper()
	server, err := dashboards.New(dashboardstest.Company{Kind: kind}.Config())
	if err != nil {
		t.Fatal(err)
	}
	return server.Handler()
}

func TestEveryPageOpens(t *testing.T) {
	b := browsertest.New(t, handler(t, dashboardstest.Full))
	looks := map[string]browsertest.View{"wide": browsertest.Wide, "dark": browsertest.WideDark, "narrow": browsertest.Narrow}
	for name, path := range pages {
		for look, view := range looks {
			t.Run(name+" "+look, func(t *testing.T) {
				p := b.Open(t, path, view)
				p.Accessible()
				p.Fits()
				p.Picture(name + "-" + look)
				p.Clean()
			})
		}
	}
}

func TestOtherCompanies(t *testing.T) {
	cases := map[dashboardstest.Kind]map[string]string{
		dashboardstest.Empty: {"brief": "/"}, dashboardstest.Suppressed: {"brief": "/", "silos": "/silos"}, dashboardstest.Refused: {"silos": "/silos"},
		dashboardstest.Hostile: {"brief": "/"}, dashboardstest.Long: {"brief": "/", "silos": "/silos"}, dashboardstest.Full: {"missing": "/nothing", "unreadable": "/sprawl?grain=x"},
	}
	for kind, paths := range cases {
		b := browsertest.New(t, handler(t, kind))
		for name, path := range paths {
			for _, view := range []browsertest.View{browsertest.Wide, browsertest.Narrow} {
				t.Run(string(kind)+" "+name+" "+view.String(), func(t *testing.T) {
					p := b.Open(t, path, view)
					p.Accessible()
					p.Fits()
					p.Picture(string(kind) + "-" + name + "-" + view.String())
					p.Clean()
				})
			}
		}
	}
}

func TestChartsAreDrawn(t *testing.T) {
	b := browsertest.New(t, handler(t, dashboardstest.Full))
	p := b.Open(t, "/sprawl", browsertest.Wide)
	if drawn := browsertest.Value[int](p, `document.querySelectorAll(".plot[data-drawn] canvas").length`); drawn != 4 {
		t.Errorf("%d charts are drawn, want 4", drawn)
	}
	// Not a blank canvas: the first chart has many colours.
	colours := browsertest.Value[int](p, `(() => { const c = document.querySelector(".plot canvas"); const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
		const seen = new Set(); for (let i = 0; i < d.length; i += 4) if (d[i+3] > 200) seen.add(d[i] + "," + d[i+1] + "," + d[i+2]); return seen.size; })()`)
	if colours < 5 {
		t.Errorf("the first chart has %d colours", colours)
	}
	p.Clean()
}

func TestFiltersWithScript(t *testing.T) {
	b := browsertest.New(t, handler(t, dashboardstest.Full))
	p := b.Open(t, "/sprawl", browsertest.Wide)
	p.Do(chromedp.Evaluate[chromedp.Void](`window.stays = true; void 0`),
		chromedp.Click(chromedp.CSS(".pill:nth-of-type(4) summary")), chromedp.Click(chromedp.CSS(`input[value=slack]`)),
		chromedp.Click(chromedp.CSS(".pill[open] .go")), chromedp.WaitVisible(chromedp.CSS(`a[href="/silos?tool=slack"]`)))
	p.Settle()
	if !browsertest.Value[bool](p, `window.stays === true`) {
		t.Error("the whole page was loaded again")
	}
	if got := browsertest.Value[string](p, `location.pathname + location.search`); got != "/sprawl?tool=slack" {
		t.Errorf("the address is %s", got)
	}
	if !browsertest.Value[bool](p, `document.activeElement === document.querySelectorAll(".pill summary")[3]`) {
		t.Error("the keyboard is not where it was")
	}
	if got := p.Text(".pill:nth-of-type(4) summary"); !strings.HasPrefix(got, "Slack") {
		t.Errorf("the pill says %s", got)
	}
	if drawn := browsertest.Value[int](p, `document.querySelectorAll(".plot[data-drawn] canvas").length`); drawn != 4 {
		t.Errorf("%d charts after the filter, want 4", drawn)
	}
	p.Clean()
}

func TestFiltersWithoutScript(t *testing.T) {
	b := browsertest.New(t, handler(t, dashboardstest.Full))
	p := b.Open(t, "/sprawl", browsertest.Scriptless)
	p.Do(chromedp.Click(chromedp.CSS(".pill:nth-of-type(4) summary")), chromedp.Click(chromedp.CSS(`input[value=slack]`)),
		chromedp.Click(chromedp.CSS(".pill[open] .go")), chromedp.WaitVisible(chromedp.CSS(`a[href="/silos?tool=slack"]`)))
	p.Do(chromedp.Click(chromedp.CSS(".twin summary")), chromedp.WaitVisible(chromedp.CSS(".twin td")))
	p.Picture("sprawl-scriptless")
	p.Clean()
}

func TestSwitchBetweenTiesAndPeople(t *testing.T) {
	b := browsertest.New(t, handler(t, dashboardstest.Full))
	for name, view := range map[string]browsertest.View{"script": browsertest.Wide, "none": browsertest.Scriptless} {
		t.Run(name, func(t *testing.T) {
			p := b.Open(t, "/silos", view)
			p.Do(chromedp.Click(chromedp.CSS("label[for=overlap-people]")), chromedp.WaitVisible(chromedp.CSS(".pane:nth-of-type(2) .twin summary")))
			if !view.NoScript {
				p.Settle()
				if !browsertest.Value[bool](p, `!!document.querySelector(".plot[data-chart=tool-overlap-people-option] canvas")`) {
					t.Error("the other heat map is not drawn")
				}
				p.Accessible()
			}
			p.Clean()
		})
	}
}

func TestThemeIsChosenAndKept(t *testing.T) {
	b := browsertest.New(t, handler(t, dashboardstest.Full))
	p := b.Open(t, "/frequency", browsertest.Wide)
	ground := `getComputedStyle(document.body.parentElement).backgroundColor`
	if got := browsertest.Value[string](p, ground); got != "rgb(247, 247, 245)" {
		t.Fatalf("light ground is %s", got)
	}
	p.Do(chromedp.Evaluate[chromedp.Void](`(() => { const t = document.getElementById("theme"); t.value = "dark"; t.dispatchEvent(new Event("change")); })()`), chromedp.Reload())
	p.Settle()
	if got := browsertest.Value[string](p, ground); got != "rgb(18, 20, 23)" {
		t.Errorf("dark ground after loading again is %s", got)
	}
	p.Accessible()
	p.Clean()
}

func TestKeyboardWalksThroughAChart(t *testing.T) {
	b := browsertest.New(t, handler(t, dashboardstest.Full))
	p := b.Open(t, "/frequency", browsertest.Wide)
	p.Do(chromedp.Focus(chromedp.CSS(".plot[data-chart=ties-per-person-option]")), chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowRight))
	if got := p.Text("#ties-per-person-said"); !strings.HasPrefix(got, "7 Sep 2026, per person 11.") {
		t.Errorf("the second point is read out as %q", got)
	}
	p.Do(chromedp.KeyEvent(kb.Escape))
	if got := p.Text("#ties-per-person-said"); got != "" {
		t.Errorf("after Escape: %q", got)
	}
	p.Clean()
}

func TestTheBriefPrintsOnOneSheet(t *testing.T) {
	b := browsertest.New(t, handler(t, dashboardstest.Full))
	p := b.Open(t, "/", browsertest.WideDark)
	if n := p.Sheets(); n != 1 {
		t.Errorf("the brief is printed on %d sheets, want 1", n)
	}
	p.Clean()
}

// TestTheChecksCatch shows that a page with faults is not taken for a good one.
func TestTheChecksCatch(t *testing.T) {
	bad := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'")
		_, _ = w.Write([]byte(`<html><body><main style="width:9000px">wide<img src="/x.png"></main><script>alert(1)</script></body></html>`))
	})
	b := browsertest.New(t, bad)
	p := b.Open(t, "/", browsertest.Wide)
	found := strings.Join(p.Problems(), "\n")
	for _, part := range []string{"Content Security Policy", "blocked"} {
		if !strings.Contains(found, part) {
			t.Errorf("%s was not noticed in: %s", part, found)
		}
	}
	if violations := p.Violations(); len(violations) == 0 {
		t.Error("a picture without a text and a page without a title pass")
	}
}
