package dashboards_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"crosstalk/analytics"
	"crosstalk/dashboards"
	"crosstalk/dashboards/dashboardstest"
)

func described(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := dashboards.WriteOpenAPI(&b, "test"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// contract is the description, as a validator understands it.
func contract(t *testing.T) validator.Validator {
	t.Helper()
	document, err := libopenapi.NewDocument(described(t))
	if err != nil {
		t.Fatal(err)
	}
	v, problems := validator.NewValidator(document)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return v
}

func TestTheDescriptionIsOpenAPI(t *testing.T) {
	t.Parallel()
	ok, problems := contract(t).ValidateDocument()
	if !ok || len(problems) > 0 {
		t.Errorf("it is not valid: %v", problems)
	}
	var doc struct {
		OpenAPI string
		Paths   map[string]any
	}
	if err := json.Unmarshal(described(t), &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatalf("version %s, %v", doc.OpenAPI, err)
	}
	for _, m := range analytics.All() {
		if doc.Paths["/api/v1/metrics/"+m.Slug()] == nil {
			t.Errorf("%s is not described", m.Slug())
		}
	}
	w := get(open(t, dashboardstest.Full), "/api/v1/openapi.json")
	if w.Code != 200 || w.Body.String() != string(described(t)) {
		t.Errorf("the server answers %d with something else than the command", w.Code)
	}
}

// keeps reports where an answer is not as described, request included where that is meant to be right.
func keeps(v validator.Validator, r *http.Request, w *httptest.ResponseRecorder) error {
	check := v.ValidateHttpRequestResponse
	if w.Code >= http.StatusBadRequest {
		check = v.ValidateHttpResponse
	}
	if ok, problems := check(r, w.Result()); !ok {
		return fmt.Errorf("%v", problems)
	}
	return nil
}

func TestEveryAnswerIsAsDescribed(t *testing.T) {
	t.Parallel()
	v := contract(t)
	for _, kind := range []dashboardstest.Kind{dashboardstest.Full, dashboardstest.Suppressed, dashboardstest.Empty, dashboardstest.Hostile, dashboardstest.Refused} {
		s := open(t, kind)
		for _, m := range analytics.All() {
			grain := analytics.Week
			if !slices.Contains(m.Doc().Grains, grain) {
				grain = m.Doc().Grains[0]
			}
			for _, query := range []string{"", "?grain=period", "?grain=" + string(grain) + "&tool=slack&tool=email&side=all", "?from=2026-01-05&to=2026-03-30&compare=year"} {
				r := request(http.MethodGet, "/api/v1/metrics/"+m.Slug()+query, "")
				w := send(s, r)
				want := map[bool]int{false: 200, true: 403}[kind == dashboardstest.Refused]
				if err := keeps(v, r, w); err != nil || w.Code != want {
					t.Errorf("%s %s%s: %d %v", kind, m.Slug(), query, w.Code, err)
				}
			}
		}
	}
}

func TestProblemsAreAsDescribed(t *testing.T) {
	t.Parallel()
	v := contract(t)
	restarting := serve(t, dashboardstest.Company{Kind: dashboardstest.Full, Fail: restarting{}}.Config())
	closed, _ := guarded(t)
	full := open(t, dashboardstest.Full)
	for name, c := range map[string]struct {
		server *dashboards.Server
		method string
		path   string
		status int
		code   string
		says   string // in the problem
	}{
		"unknown value":     {full, "GET", "/api/v1/metrics/tool_share?grain=x", 400, "bad_filter", `"parameter":"grain","allowed":["period","hour","day","week","month"]`},
		"unknown parameter": {full, "GET", "/api/v1/metrics/tool_share?colour=red", 400, "bad_filter", `"parameter":"colour","allowed":["period",`},
		"half a period":     {full, "GET", "/api/v1/metrics/tool_share?from=2026-01-05", 400, "bad_filter", `"parameter":"to"`},
		"near a slug":       {full, "GET", "/api/v1/metrics/tool-shar", 404, "not_found", `"nearest":"tool_share"`},
		"near no slug":      {full, "GET", "/api/v1/metrics/zzzzzzzzzz", 404, "not_found", `/api/v1/metrics lists them`},
		"restarting":        {restarting, "GET", "/api/v1/metrics/tool_share", 503, "restarting", `"retry_after_seconds":2`},
		"not logged in":     {closed, "GET", "/api/v1/metrics/tool_share", 401, "not_logged_in", "send a token"},
		"not there":         {full, "GET", "/api/v1/nothing", 404, "not_found", "Nothing is served"},
		"refused":           {open(t, dashboardstest.Refused), "GET", "/api/v1/metrics", 200, "", ""},
		"another method":    {full, "PUT", "/api/v1/metrics/tool_share", 405, "method_not_allowed", "the header Allow"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := request(c.method, c.path, "")
			r.Header.Set("Accept", "application/json")
			w := send(c.server, r)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if c.status == 200 {
				return
			}
			var said struct {
				Title, Code, Detail string
				Status              int
			}
			if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || said.Code != c.code || said.Status != c.status || said.Title != http.StatusText(c.status) {
				t.Errorf("%v: %s", err, w.Body)
			}
			if !strings.Contains(w.Body.String(), c.says) || w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("ETag") != "" {
				t.Errorf("%v %s", w.Header(), w.Body)
			}
			if c.status == 405 && w.Header().Get("Allow") == "" {
				t.Error("it does not say which methods are allowed")
			}
			if strings.HasPrefix(c.path, "/api/v1/metrics/") && c.method == http.MethodGet {
				if err := keeps(v, r, w); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// TestTheDescriptionRefuses shows that the schemas are not so wide that anything fits.
func TestTheDescriptionRefuses(t *testing.T) {
	t.Parallel()
	v := contract(t)
	r := request(http.MethodGet, "/api/v1/metrics/tool_sprawl?grain=period", "")
	good := send(open(t, dashboardstest.Full), r).Body.String()
	for name, change := range map[string][2]string{
		"a figure in a hidden row": {`"suppressed":false`, `"suppressed":true`},
		"a column that is missing": {`"people":1842,`, ``},
		"a column that is new":     {`"people":1842,`, `"people":1842,"names":"x",`},
		"a ratio above one":        {`"many_tools_ratio":0.58`, `"many_tools_ratio":1.58`},
		"text for a number":        {`"people":1842`, `"people":"1842"`},
		"another metric":           {`"metric":"tool_sprawl"`, `"metric":"tool_share"`},
		"no period":                {`"period":{`, `"span":{`},
	} {
		t.Run(name, func(t *testing.T) {
			bad := strings.Replace(good, change[0], change[1], 1)
			if bad == good {
				t.Fatalf("%s is not in %s", change[0], good)
			}
			w := httptest.NewRecorder()
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.WriteString(bad)
			if keeps(v, r, w) == nil {
				t.Error("it is let through")
			}
		})
	}
}

func TestTheListIsAsDescribed(t *testing.T) {
	t.Parallel()
	r := request(http.MethodGet, "/api/v1/metrics", "")
	w := send(open(t, dashboardstest.Full), r)
	if err := keeps(contract(t), r, w); err != nil {
		t.Error(err)
	}
	var b bytes.Buffer
	if err := dashboards.WriteMetrics(&b); err != nil || b.String() != w.Body.String() {
		t.Errorf("the server lists something else than the command: %v", err)
	}
}

// TestExamplesAreAsDescribed: the examples in the description fit its schemas.
func TestExamplesAreAsDescribed(t *testing.T) {
	t.Parallel()
	v := contract(t)
	var doc struct {
		Paths map[string]struct {
			Get struct {
				Responses map[string]struct {
					Content map[string]struct{ Example json.RawMessage }
				}
			}
		}
		Components struct {
			Responses map[string]struct {
				Content map[string]struct{ Example json.RawMessage }
			}
		}
	}
	if err := json.Unmarshal(described(t), &doc); err != nil {
		t.Fatal(err)
	}
	answered := func(path, kind string, status int, example []byte) error {
		w := httptest.NewRecorder()
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write(example)
		return keeps(v, request(http.MethodGet, path, ""), w)
	}
	for _, m := range analytics.All() {
		path := "/api/v1/metrics/" + m.Slug()
		if err := answered(path, "application/json", 200, doc.Paths[path].Get.Responses["200"].Content["application/json"].Example); err != nil {
			t.Errorf("%s: %v", m.Slug(), err)
		}
	}
	for status, response := range doc.Components.Responses {
		example := response.Content["application/problem+json"].Example
		var said struct{ Status int }
		if status == "304" {
			continue
		}
		if err := json.Unmarshal(example, &said); err != nil {
			t.Fatalf("%s: %v", status, err)
		}
		if err := answered("/api/v1/metrics/tool_share", "application/problem+json", said.Status, example); err != nil {
			t.Errorf("%s: %v", status, err)
		}
	}
}

func TestAnAnswerThatIsKnownIsNotSentAgain(t *testing.T) {
	t.Parallel()
	asked := 0
	c := dashboardstest.Company{Kind: dashboardstest.Full}.Config()
	ask := c.Ask
	c.Ask = func(ctx context.Context, m analytics.Metric, s analytics.Snapshot, set analytics.Setting, f analytics.Filter) (analytics.Answer, error) {
		asked++
		return ask(ctx, m, s, set, f)
	}
	s := serve(t, c)
	tags := map[string]string{}
	paths := []string{"/api/v1/metrics", "/api/v1/openapi.json", "/api/v1/metrics/tool_share", "/api/v1/metrics/tool_share?tool=slack", "/api/v1/metrics/tool_sprawl", "/metric/tool_share.csv"}
	for _, path := range paths {
		w := get(s, path)
		tag := w.Header().Get("ETag")
		if before := tags[tag]; before != "" || !strings.HasPrefix(tag, `W/"`) || w.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s has the tag %s, as %s: %v", path, tag, before, w.Header())
		}
		tags[tag] = path
	}
	before := asked
	for tag, path := range tags {
		r := request(http.MethodGet, path, "")
		r.Header.Set("If-None-Match", `"x", `+tag)
		if w := send(s, r); w.Code != 304 || w.Body.Len() > 0 || w.Header().Get("ETag") != tag {
			t.Errorf("%s again: %d", path, w.Code)
		}
		r = request(http.MethodGet, "/api/v1/metrics/tool_overlap", "")
		r.Header.Set("If-None-Match", tag)
		if w := send(s, r); w.Code != 200 {
			t.Errorf("another answer under the tag of %s: %d", path, w.Code)
		}
	}
	if asked > before+1 {
		t.Errorf("%d metrics were asked for what was known", asked-before-1)
	}
	if empty := get(open(t, dashboardstest.Empty), "/api/v1/metrics/tool_share").Header().Get("ETag"); tags[empty] != "" {
		t.Error("another publication has the same tag")
	}
}

func TestHead(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(open(t, dashboardstest.Full).Handler())
	t.Cleanup(server.Close)
	for _, path := range []string{"/api/v1/metrics", "/api/v1/metrics/tool_share", "/metric/tool_share.csv", "/", "/metrics"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "127.0.0.1:8080"
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != 200 || response.Header.Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", path, response.StatusCode, response.Header)
		}
	}
}
