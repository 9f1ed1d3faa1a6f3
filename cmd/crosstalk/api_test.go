package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"crosstalk/analytics"
	"crosstalk/simulate"
)

// printed is what a command prints.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	code, out, said := crosstalk(t, args...)
	if code != 0 {
		t.Fatalf("%v: exit code %d: %s", args, code, said)
	}
	return out
}

// TestTheAPIIsAsDescribed asks a real server over a real warehouse, empty and filled, and holds its answers against the
// description that the command prints.
func TestTheAPIIsAsDescribed(t *testing.T) {
	document, err := libopenapi.NewDocument([]byte(printed(t, "metrics", "--openapi")))
	if err != nil {
		t.Fatal(err)
	}
	v, problems := validator.NewValidator(document)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	data := folder(t)
	base, _ := serving(t, data)
	answersAsDescribed(t, v, base, "")
	imported(t, data, write(t, simulate.Options{Seed: 3, People: 60, Weeks: 8}))
	answersAsDescribed(t, v, base, "?grain=period&period=4w")
	answersAsDescribed(t, v, base, "?tool=slack")
	if _, _, body := get(base + "/api/v1/metrics"); body != printed(t, "metrics", "--json") {
		t.Error("the server lists something else than the command")
	}
	if _, _, body := get(base + "/api/v1/openapi.json"); body != printed(t, "metrics", "--openapi") {
		t.Error("the server describes something else than the command")
	}
	for query, want := range map[string]string{
		"?group=Nowhere":             `"code":"bad_filter","parameter":"group","allowed":["`,
		"?group=Sales&status=banned": `"code":"refused_by_gate","parameter":"status"`,
		"?tool=icq":                  `"code":"bad_filter","parameter":"tool","allowed":["email"`,
		"?grain=hour":                `"code":"bad_filter","parameter":"grain","allowed":["period","week","month","day"]`,
		"?class=nothing_here":        `"code":"bad_filter","parameter":"class"`,
	} {
		if _, header, body := get(base + "/api/v1/metrics/tool_sprawl" + query); !strings.Contains(body, want) || header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s", query, body)
		}
	}
}

func answersAsDescribed(t *testing.T, v validator.Validator, base, query string) {
	t.Helper()
	for _, m := range analytics.All() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/api/v1/metrics/"+m.Slug()+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if ok, problems := v.ValidateHttpRequestResponse(request, response); !ok || response.StatusCode != http.StatusOK {
			t.Errorf("%s%s: %d %v", m.Slug(), query, response.StatusCode, problems)
		}
		_ = response.Body.Close()
	}
}

func TestMetricsIsUsedInOneWay(t *testing.T) {
	t.Parallel()
	if code, _, said := crosstalk(t, "metrics", "--json", "--openapi"); code != 2 || !strings.Contains(said, "exclude each other") {
		t.Errorf("exit code %d: %s", code, said)
	}
	if code, _, said := crosstalk(t, "export", "tool-shar"); code != 2 || !strings.Contains(said, "did you mean tool_share?") {
		t.Errorf("exit code %d: %s", code, said)
	}
}
