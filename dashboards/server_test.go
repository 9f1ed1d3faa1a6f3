package dashboards_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"crosstalk/access"
	"crosstalk/access/accesstest"
	"crosstalk/analytics"
	"crosstalk/dashboards"
	"crosstalk/dashboards/dashboardstest"
)

func serve(t *testing.T, c dashboards.Config) *dashboards.Server {
	t.Helper()
	s, err := dashboards.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t *testing.T, kind dashboardstest.Kind) *dashboards.Server {
	t.Helper()
	return serve(t, dashboardstest.Company{Kind: kind}.Config())
}

// get asks as a browser on this machine would.
func get(s *dashboards.Server, path string) *httptest.ResponseRecorder {
	return send(s, request(http.MethodGet, path, ""))
}

func request(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, "http://127.0.0.1:8080"+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:50000"
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func send(s *dashboards.Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

var pages = []string{"/", "/sprawl", "/silos", "/frequency", "/sources", "/definitions"}

func TestPages(t *testing.T) {
	t.Parallel()
	cases := []struct {
		kind   dashboardstest.Kind
		path   string
		status int
		title  string
	}{
		{dashboardstest.Full, "/", 200, "Six tools do the work of three"},
		{dashboardstest.Full, "/sprawl", 200, "People juggle 3.1 tools each"},
		{dashboardstest.Full, "/silos", 200, "Yammer mostly repeats who already talks on E-mail"},
		{dashboardstest.Full, "/frequency", 200, "People exchange as much as before"},
		{dashboardstest.Full, "/sources", 200, "One source is behind"},
		{dashboardstest.Full, "/definitions", 200, "What does each number mean?"},
		{dashboardstest.Full, "/?period=12w&compare=year&side=all&tool=slack&tool=email", 200, "Six tools do the work of three"},
		{dashboardstest.Full, "/sprawl?period=12w&from=2026-10-01&to=2026-11-01&class=&tool=", 200, "People juggle 3.1 tools each"},
		{dashboardstest.Full, "/sprawl?grain=century", 400, "This filter is not understood"},
		{dashboardstest.Full, "/sprawl?colour=red", 400, "This filter is not understood"},
		{dashboardstest.Full, "/metric/tool_share?period=9999d", 400, "This filter is not understood"},
		{dashboardstest.Full, "/metric/nothing", 404, "There is no such page"},
		{dashboardstest.Full, "/metric/tool_share.xml", 404, "There is no such page"},
		{dashboardstest.Full, "/nothing", 404, "There is no such page"},
		{dashboardstest.Empty, "/", 200, "Nothing has been read yet"},
		{dashboardstest.Empty, "/silos", 200, "Nothing has been read yet"},
		{dashboardstest.Empty, "/sources", 200, "Nothing has been read yet"},
		{dashboardstest.Empty, "/metric/tool_sprawl", 200, "Nothing has been read yet"},
		{dashboardstest.Empty, "/definitions", 200, "What does each number mean?"},
		{dashboardstest.Suppressed, "/", 200, "How do our people communicate?"},
		{dashboardstest.Suppressed, "/silos", 200, "Do our tools serve the same people?"},
		{dashboardstest.Refused, "/", 403, "How do our people communicate?"},
		{dashboardstest.Refused, "/metric/tool_share", 403, "This is not shown"},
		{dashboardstest.Hostile, "/", 200, "Two tools share the work"},
		{dashboardstest.Long, "/", 200, "14 tools do the work of three"},
	}
	servers := map[dashboardstest.Kind]*dashboards.Server{}
	for _, c := range cases {
		if servers[c.kind] == nil {
			servers[c.kind] = open(t, c.kind)
		}
		s := servers[c.kind]
		t.Run(string(c.kind)+c.path, func(t *testing.T) {
			t.Parallel()
			w := get(s, c.path)
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			if got := heading(w); got != c.title {
				t.Errorf("heading %q, want %q", got, c.title)
			}
		})
	}
}

func heading(w *httptest.ResponseRecorder) string {
	found := regexp.MustCompile(`(?s)<h1>(.*?)</h1>`).FindStringSubmatch(w.Body.String())
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

func TestEveryPageHasItsLandmarks(t *testing.T) {
	t.Parallel()
	s := open(t, dashboardstest.Full)
	for _, path := range append(slices.Clone(pages), "/metric/tool_overlap") {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			w := get(s, path)
			for _, part := range []string{`<nav class="rail" aria-label="Main">`, `<main id="page"`, `<html lang="en">`, "Open mode", "Data until Sun 22 Nov 2026, 23:10"} {
				if !strings.Contains(w.Body.String(), part) {
					t.Errorf("%s is missing", part)
				}
			}
			if n := strings.Count(w.Body.String(), "<h1>"); n != 1 {
				t.Errorf("%d headings of the first order", n)
			}
			header := w.Header()
			if !strings.Contains(header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'") || strings.Contains(header.Get("Content-Security-Policy"), "unsafe") {
				t.Errorf("policy %q", header.Get("Content-Security-Policy"))
			}
			if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("headers %v", header)
			}
			if filtered := path != "/sources" && path != "/definitions"; strings.Contains(w.Body.String(), `aria-label="Filters"`) != filtered {
				t.Errorf("filter bar there: %v", !filtered)
			}
		})
	}
}

func TestTheRailKeepsTheFilter(t *testing.T) {
	t.Parallel()
	body := get(open(t, dashboardstest.Full), "/sprawl?period=52w&tool=slack").Body.String()
	for _, link := range []string{`href="/silos?period=52w&amp;tool=slack"`, `href="/sources"`, `href="/metric/tool_share.csv?compare=none&amp;grain=week&amp;period=52w&amp;tool=slack"`} {
		if !strings.Contains(body, link) {
			t.Errorf("%s is missing", link)
		}
	}
	if !strings.Contains(body, `aria-current`) {
		t.Error("the rail does not say where one is")
	}
}

func TestARefusalIsSaid(t *testing.T) {
	t.Parallel()
	body := get(open(t, dashboardstest.Refused), "/sprawl").Body.String()
	if sentence := "A department with one tool by day is not shown: choose whole weeks."; strings.Count(body, sentence) < 2 {
		t.Error("the gate's sentence stands neither above the page nor in its figures")
	}
}

var (
	rowsTable = regexp.MustCompile(`(?s)<table id="rows">.*?</table>`)
	tableRow  = regexp.MustCompile(`(?s)<tr>(.*?)</tr>`)
	tableData = regexp.MustCompile(`<data value="([^"]*)">`)
)

func TestTheTableOfAPageIsItsCSV(t *testing.T) {
	t.Parallel()
	for _, kind := range []dashboardstest.Kind{dashboardstest.Full, dashboardstest.Suppressed, dashboardstest.Long} {
		s := open(t, kind)
		for _, m := range analytics.All() {
			for _, query := range []string{"", "?grain=period", "?grain=week&tool=slack"} {
				t.Run(string(kind)+"/"+m.Slug()+query, func(t *testing.T) {
					t.Parallel()
					w := get(s, "/metric/"+m.Slug()+".csv"+query)
					records, err := csv.NewReader(w.Body).ReadAll()
					if err != nil || w.Code != 200 {
						t.Fatalf("status %d: %v", w.Code, err)
					}
					shown := shownRows(get(s, "/metric/"+m.Slug()+query).Body.String())
					if len(records) != len(shown)+1 || len(shown) == 0 {
						t.Fatalf("%d records, %d rows on the page", len(records), len(shown))
					}
					for i, row := range shown {
						if !slices.Equal(row, records[i+1]) {
							t.Fatalf("row %d: page %v, CSV %v", i, row, records[i+1])
						}
					}
				})
			}
		}
	}
}

func shownRows(page string) [][]string {
	var rows [][]string
	for _, row := range tableRow.FindAllStringSubmatch(rowsTable.FindString(page), -1) {
		var cells []string
		for _, cell := range tableData.FindAllStringSubmatch(row[1], -1) {
			cells = append(cells, html.UnescapeString(cell[1]))
		}
		if cells != nil {
			rows = append(rows, cells)
		}
	}
	return rows
}

func TestCSVHeaders(t *testing.T) {
	t.Parallel()
	w := get(open(t, dashboardstest.Full), "/metric/tool_sprawl.csv?grain=period")
	if got := w.Header().Get("Content-Disposition"); got != `attachment; filename="crosstalk_tool_sprawl_2026-10-26_2026-11-23.csv"` {
		t.Errorf("disposition %s", got)
	}
	if got := w.Header().Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Errorf("type %s", got)
	}
	first, _, _ := strings.Cut(w.Body.String(), "\n")
	if !strings.HasPrefix(first, "from_on,to_on,is_partial,people,tools,tools_per_person,") || !strings.Contains(first, ",suppressed,") {
		t.Errorf("header %s", first)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	s := open(t, dashboardstest.Full)
	var doc struct {
		Metric, Question string
		Period           struct{ From, To string }
		Filters          map[string]any
		GeneratedAt      string           `json:"generated_at"`
		DataUntil        string           `json:"data_until"`
		Columns          []map[string]any `json:"columns"`
		Rows             []map[string]any `json:"rows"`
	}
	for _, path := range []string{"/metric/tool_sprawl.json?grain=period", "/api/v1/metrics/tool_sprawl?grain=period"} {
		w := get(s, path)
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		if doc.Metric != "tool_sprawl" || doc.Question == "" || doc.Period.From != "2026-10-26" || doc.Period.To != "2026-11-23" ||
			doc.Filters["grain"] != "period" || doc.GeneratedAt != "2026-11-23T09:30:00Z" || doc.DataUntil != "2026-11-22T23:10:00Z" {
			t.Errorf("%s: %+v", path, doc)
		}
		if len(doc.Rows) != 1 || doc.Rows[0]["tools_per_person"] != 3.1 || doc.Rows[0]["suppressed"] != false || len(doc.Columns) != len(doc.Rows[0]) {
			t.Errorf("%s: rows %v", path, doc.Rows)
		}
	}
	hidden := get(open(t, dashboardstest.Suppressed), "/metric/tool_sprawl.json?grain=period").Body.String()
	if !strings.Contains(hidden, `"tools_per_person":null`) || !strings.Contains(hidden, `"suppressed":true`) {
		t.Errorf("a hidden row is %s", hidden)
	}
}

func TestErrorsOfTheAPIAreJSON(t *testing.T) {
	t.Parallel()
	for path, status := range map[string]int{"/api/v1/metrics/nothing": 404, "/api/v1/metrics/tool_share?grain=x": 400, "/metric/tool_share.json?grain=x": 400} {
		w := get(open(t, dashboardstest.Full), path)
		var said struct{ Detail string }
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || said.Detail == "" || w.Code != status {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	w := get(open(t, dashboardstest.Full), "/api/v1/metrics")
	var list []map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list) != len(analytics.All()) {
		t.Errorf("the list of metrics: %v, %s", err, w.Body)
	}
}

// restarting is what the engine says while it starts again.
type restarting struct{}

func (restarting) Error() string             { return "engine: restarting" }
func (restarting) RetryAfter() time.Duration { return 1500 * time.Millisecond }

func TestWhileTheEngineRestarts(t *testing.T) {
	t.Parallel()
	s := serve(t, dashboardstest.Company{Kind: dashboardstest.Full, Fail: fmt.Errorf("warehouse: %w", restarting{})}.Config())
	for _, path := range []string{"/", "/sprawl", "/metric/tool_share", "/metric/tool_share.csv", "/api/v1/metrics/tool_share"} {
		w := get(s, path)
		if w.Code != 503 || w.Header().Get("Retry-After") != "2" || w.Header().Get("Content-Disposition") != "" {
			t.Errorf("%s: %d, retry after %q", path, w.Code, w.Header().Get("Retry-After"))
		}
	}
	if w := get(s, "/"); heading(w) != "One moment" || !strings.Contains(w.Body.String(), "about 2 seconds") {
		t.Errorf("page %s", w.Body)
	}
	if w := get(s, "/readyz"); w.Code != 503 {
		t.Errorf("ready while restarting: %d", w.Code)
	}
	if w := get(s, "/healthz"); w.Code != 200 {
		t.Errorf("not up while restarting: %d", w.Code)
	}
	if w := get(open(t, dashboardstest.Full), "/readyz"); w.Code != 200 {
		t.Errorf("not ready: %d", w.Code)
	}
}

func TestOtherErrorsSayNothingOfThemselves(t *testing.T) {
	t.Parallel()
	company := dashboardstest.Company{Kind: dashboardstest.Full, Fail: errors.New("secret detail")}
	var log bytes.Buffer
	c := company.Config()
	c.Log = slog.New(slog.NewTextHandler(&log, nil))
	w := get(serve(t, c), "/")
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") || !strings.Contains(log.String(), "secret detail") {
		t.Errorf("status %d, log %s", w.Code, log.String())
	}
}

func TestAPanicIsAnErrorPage(t *testing.T) {
	t.Parallel()
	c := dashboardstest.Company{Kind: dashboardstest.Full}.Config()
	c.Ask = func(context.Context, analytics.Metric, analytics.Snapshot, analytics.Setting, analytics.Filter) (analytics.Answer, error) {
		panic("boom")
	}
	s := serve(t, c)
	for _, path := range []string{"/", "/metric/tool_share.csv"} {
		if w := get(s, path); w.Code != 500 {
			t.Errorf("%s: status %d, want 500", path, w.Code)
		}
	}
}

func TestTheLogHoldsNoAddresses(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	c := dashboardstest.Company{Kind: dashboardstest.Full}.Config()
	c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := serve(t, c)
	get(s, "/sprawl?group=jane.doe@example.com")
	get(s, "/people/jane.doe@example.com")
	if strings.Contains(log.String(), "jane") || strings.Contains(log.String(), "127.0.0.1") {
		t.Errorf("log %s", log.String())
	}
	if !strings.Contains(log.String(), "route=/sprawl") || !strings.Contains(log.String(), "code=404") {
		t.Errorf("log %s", log.String())
	}
}

func TestStaticFilesAreKeptForGood(t *testing.T) {
	t.Parallel()
	s := open(t, dashboardstest.Full)
	page := get(s, "/").Body.String()
	found := regexp.MustCompile(`"(/static/css/crosstalk\.[0-9a-f]{12}\.css)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatal("the page has no style under an address with a hash")
	}
	r := request(http.MethodGet, found[1], "")
	r.Header.Set("Accept-Encoding", "gzip")
	w := send(s, r)
	if w.Code != 200 || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" || w.Header().Get("Content-Encoding") != "gzip" || w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	for _, path := range []string{"/static/css/crosstalk.css", "/static/vendor/README.md", "/static/../server.go", "/static/%2e%2e/doc.go"} {
		if w := get(s, path); w.Code != 404 {
			t.Errorf("%s: status %d, want 404", path, w.Code)
		}
	}
}

func TestUnknownHostIsTurnedAway(t *testing.T) {
	t.Parallel()
	r := request(http.MethodGet, "/", "")
	r.Host = "evil.example.com"
	w := send(open(t, dashboardstest.Full), r)
	if w.Code != http.StatusMisdirectedRequest || heading(w) != "Not let in" {
		t.Errorf("status %d, %s", w.Code, w.Body)
	}
}

// guarded is a server with one user, whose password it returns.
func guarded(t *testing.T) (*dashboards.Server, string) {
	t.Helper()
	c := dashboardstest.Company{Kind: dashboardstest.Full}.Config()
	c.Users = access.New(accesstest.NewStore(), access.Options{Password: accesstest.Cheap()})
	password := accesstest.User(t.Context(), t, c.Users, "ann", access.Viewer)
	return serve(t, c), password
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s, password := guarded(t)
	if w := get(s, "/sprawl?period=52w"); w.Code != 303 || w.Header().Get("Location") != "/login?next=%2Fsprawl%3Fperiod%3D52w" {
		t.Fatalf("without a session: %d to %s", w.Code, w.Header().Get("Location"))
	}
	for _, path := range []string{"/metrics", "/metric/tool_share.csv", "/api/v1/metrics"} {
		r := request(http.MethodGet, path, "")
		r.Header.Set("Accept", "*/*")
		if w := send(s, r); w.Code != 401 {
			t.Errorf("%s without a token: %d", path, w.Code)
		}
	}
	page := get(s, "/login?next=%2Fsprawl")
	token := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(page.Body.String())[1]
	form := url.Values{"name": {"ann"}, "password": {password}, "next": {"//evil.example.com"}, "csrf": {token}}

	wrong := url.Values{"name": {"ann"}, "password": {"guess"}, "csrf": {token}}
	if w := post(s, "/login", wrong, page.Result().Cookies()); w.Code != 403 || !strings.Contains(w.Body.String(), "The name or the password is wrong.") {
		t.Errorf("wrong password: %d %s", w.Code, w.Body)
	}
	if w := post(s, "/login", form, nil); w.Code != 403 {
		t.Errorf("a login from elsewhere: %d", w.Code)
	}
	w := post(s, "/login", form, page.Result().Cookies())
	if w.Code != 303 || w.Header().Get("Location") != "/" {
		t.Fatalf("login: %d to %s", w.Code, w.Header().Get("Location"))
	}
	session := w.Result().Cookies()
	inside := send(s, with(request(http.MethodGet, "/", ""), session))
	if inside.Code != 200 || !strings.Contains(inside.Body.String(), "Log out") || strings.Contains(inside.Body.String(), "Open mode") {
		t.Errorf("with a session: %d", inside.Code)
	}
	out := regexp.MustCompile(`name="csrf" value="([^"]+)"`).FindStringSubmatch(inside.Body.String())[1]
	if w := post(s, "/logout", url.Values{"csrf": {out}}, session); w.Code != 303 {
		t.Errorf("logout: %d", w.Code)
	}
	if w := send(s, with(request(http.MethodGet, "/", ""), session)); w.Code != 303 {
		t.Errorf("after the logout: %d", w.Code)
	}
}

func post(s *dashboards.Server, path string, form url.Values, cookies []*http.Cookie) *httptest.ResponseRecorder {
	r := request(http.MethodPost, path, form.Encode())
	r.Header.Set("Origin", "http://127.0.0.1:8080")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return send(s, with(r, cookies))
}

func with(r *http.Request, cookies []*http.Cookie) *http.Request {
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return r
}

func TestServeStopsInOrder(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	s := open(t, dashboardstest.Full)
	go func() { ended <- s.Serve(ctx, listener) }()
	response, err := http.Get("http://" + listener.Addr().String() + "/healthz")
	if err != nil || response.StatusCode != 200 {
		t.Fatalf("%v %v", response, err)
	}
	_ = response.Body.Close()
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("the server did not stop")
	}
}
