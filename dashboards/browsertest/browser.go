// Package browsertest opens pages in Chromium: that they load without console errors and without requests to anywhere
// else, that axe-core finds no serious violation, and what they look like. It takes any handler, so that the same
// checks run on invented answers and on the real thing. It is for tests only.
package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Browser is one Chromium that opens the pages of one server.
type Browser struct {
	t       *testing.T
	context context.Context
	Address string // of the server, without a path
	axe     string
}

// View is how a page is opened.
type View struct {
	Width, Height int64
	Dark          bool
	NoScript      bool
}

// Views that matter.
var (
	Wide       = View{Width: 1440, Height: 900}
	WideDark   = View{Width: 1440, Height: 900, Dark: true}
	Narrow     = View{Width: 390, Height: 844}
	Scriptless = View{Width: 1440, Height: 900, NoScript: true}
)

// String names a view.
func (v View) String() string {
	name := map[bool]string{true: "narrow", false: "wide"}[v.Width < 500]
	if v.Dark {
		name += "-dark"
	}
	if v.NoScript {
		name += "-scriptless"
	}
	return name
}

// within bounds one visit.
const within = 60 * time.Second

// New starts Chromium and a server for the handler; both end with the test. Where there is no Chromium it says so and
// skips the test.
func New(t *testing.T, handler http.Handler) *Browser {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return At(t, server.URL)
}

// At starts Chromium for a server that runs already.
func At(t *testing.T, address string) *Browser {
	t.Helper()
	binary := chromium()
	if binary == "" {
		t.Fatal("no chromium found: run make setup, or apt-get install chromium, or name it in CROSSTALK_CHROMIUM")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(binary), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-background-networking", true), chromedp.NoFirstRun)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, end := chromedp.NewContext(allocator)
	t.Cleanup(end)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return &Browser{t: t, context: browser, Address: address, axe: axeSource(t)}
}

func chromium() string {
	if named := os.Getenv("CROSSTALK_CHROMIUM"); named != "" {
		return named
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	return ""
}

// axeSource is axe-core of node_modules, found from the folder of go.mod.
func axeSource(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		source, missing := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
		if missing == nil {
			return string(source)
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("axe-core is not installed: run npm install at the root of the repository")
	return ""
}

// Page is an open page.
type Page struct {
	t       *testing.T
	browser *Browser
	context context.Context
	Path    string

	mu       sync.Mutex
	problems []string
}

// Open opens a path; the page closes with the test.
func (b *Browser) Open(t *testing.T, path string, view View) *Page {
	t.Helper()
	tab, closeTab := chromedp.NewContext(b.context)
	t.Cleanup(closeTab)
	bounded, cancel := context.WithTimeout(tab, within)
	t.Cleanup(cancel)
	p := &Page{t: t, browser: b, context: bounded, Path: path}
	if err := chromedp.Listen(bounded, p.watch); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	go p.read(chromedp.Console(bounded))
	scheme := "light"
	if view.Dark {
		scheme = "dark"
	}
	tell(p, network.Enable, network.EnableParams{})
	tell(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	tell(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: view.Width, Height: view.Height, DeviceScaleFactor: 1, Mobile: view.Width < 500})
	tell(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: view.NoScript})
	p.Do(chromedp.Navigate(b.Address + path))
	if !view.NoScript {
		p.Settle()
	}
	return p
}

// tell sends a command of the protocol.
func tell[P, R any](p *Page, command cdp.Command[P, R], params P) {
	p.t.Helper()
	if _, err := chromedp.Call(p.context, command, params); err != nil {
		p.t.Fatalf("%s: %s: %v", p.Path, command.Method, err)
	}
}

// Do runs actions on the page and fails the test with their error.
func (p *Page) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.context, actions...); err != nil {
		p.t.Fatalf("%s: %v", p.Path, err)
	}
}

// get runs an action and returns what it gives.
func get[T any](p *Page, action chromedp.Action[T]) T {
	p.t.Helper()
	value, err := chromedp.Run(p.context, action)
	if err != nil {
		p.t.Fatalf("%s: %v", p.Path, err)
	}
	return value
}

const drawn = `document.readyState === "complete" && [...document.querySelectorAll(".plot[data-chart]")]
	.every(b => !b.clientWidth || b.dataset.drawn || !window.echarts)`

// Settle waits until every chart that can be seen is drawn.
func (p *Page) Settle() {
	p.t.Helper()
	get(p, chromedp.Poll[bool](drawn, chromedp.WithPollingTimeout(20*time.Second)))
	p.Do(chromedp.Sleep(100 * time.Millisecond))
}

// watch collects requests that should not be: to anywhere else, blocked, or answered with an error.
func (p *Page) watch(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u, err := url.Parse(e.Request.URL); err == nil && u.Host != "" && !strings.HasPrefix(e.Request.URL, p.browser.Address) {
			p.note("request to %s", u.Host)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= http.StatusBadRequest && e.Type != network.ResourceTypeDocument {
			p.note("%s answered %d", e.Response.URL, e.Response.Status)
		}
	case *network.EventLoadingFailed:
		if e.BlockedReason != "" {
			p.note("blocked: %s", e.BlockedReason)
		}
	}
}

// read collects errors and warnings of the console, among them what the Content-Security-Policy forbade.
func (p *Page) read(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return // the page closed
		}
		switch m.Type {
		case chromedp.ConsoleError, chromedp.ConsoleWarning, chromedp.ConsoleException:
			p.note("console: %s", m.Text)
		}
	}
}

func (p *Page) note(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
}

// Problems are what went wrong so far.
func (p *Page) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.problems)
}

// Clean fails the test for everything that went wrong so far. The status of the page itself is not its business.
func (p *Page) Clean() {
	p.t.Helper()
	for _, problem := range p.Problems() {
		if !strings.Contains(problem, "Failed to load resource") {
			p.t.Errorf("%s: %s", p.Path, problem)
		}
	}
}

// Text is the visible text of what a selector finds first.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return strings.TrimSpace(get(p, chromedp.Text(chromedp.CSS(selector))))
}

// Value evaluates an expression.
func Value[T any](p *Page, expression string) T {
	p.t.Helper()
	return get(p, chromedp.Evaluate[T](expression))
}

const runAxe = `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(
	r.violations.filter(v => v.impact === "serious" || v.impact === "critical").map(v => v.id + ": " + v.help + " at " +
	v.nodes.map(n => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).slice(0, 4).join("; "))))`

// Accessible fails the test for every serious or critical violation that axe-core finds.
func (p *Page) Accessible() {
	p.t.Helper()
	for _, v := range p.Violations() {
		p.t.Errorf("%s: %s", p.Path, v)
	}
}

// Violations are what axe-core finds that is serious or critical.
func (p *Page) Violations() []string {
	p.t.Helper()
	tell(p, runtime.Evaluate, runtime.EvaluateParams{Expression: p.browser.axe})
	found := get(p, chromedp.Evaluate[string](runAxe, chromedp.EvalAwaitPromise))
	var violations []string
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		p.t.Fatalf("%s: axe: %v", p.Path, err)
	}
	return violations
}

// Fits fails the test when the page can be scrolled sideways.
func (p *Page) Fits() {
	p.t.Helper()
	if over := Value[int](p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		wide := Value[string](p, `[...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map(e => e.tagName + "." + e.className).join(", ")`)
		p.t.Errorf("%s: %d pixels wider than the window: %s", p.Path, over, wide)
	}
}

// Sheets is on how many pages of paper the page is printed.
func (p *Page) Sheets() int {
	p.t.Helper()
	pdf := get(p, chromedp.PrintToPDF())
	if folder := os.Getenv("CROSSTALK_PICTURES"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "printed.pdf"), pdf, 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
	return strings.Count(string(pdf), "/Type /Page\n")
}

// Picture saves the whole page as a PNG in the folder that CROSSTALK_PICTURES names, if it names one.
func (p *Page) Picture(name string) {
	p.t.Helper()
	folder := os.Getenv("CROSSTALK_PICTURES")
	if folder == "" {
		return
	}
	png := get(p, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o600); err != nil {
		p.t.Fatal(err)
	}
}
