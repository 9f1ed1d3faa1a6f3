package main

import (
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/identity"
	"crosstalk/warehouse"
)

// One community on two tools, without a directory: whoever has a full name that nobody else on the
// same tool has is joined, everybody else of a shared name is proposed, and the overlap shows it.
func TestOneCommunityOnTwoTools(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "privacy:\n  minimum_group: 5\n") // a month has six people on both
	p.run(exitDone, "import", collectortest.Shared(t, "corpora", "slack-rcwg"), collectortest.Shared(t, "corpora", "email-r-lists"))

	stdout, _ := p.typing("", exitDone, "people", "list", "--state", "all", "--json")
	var matches []match
	if err := json.Unmarshal([]byte(stdout), &matches); err != nil {
		t.Fatal(err)
	}
	// Counted anew: the accounts of each full name, by tool.
	accounts := map[string]map[string]map[string]bool{}
	for _, m := range matches {
		name := identity.FullName(m.Name)
		if name == "" {
			continue
		}
		if accounts[name] == nil {
			accounts[name] = map[string]map[string]bool{"email": {}, "slack": {}}
		}
		accounts[name][m.Tool][m.Account] = true
	}
	unique, shared := 0, 0
	for _, tools := range accounts {
		switch mail, slack := len(tools["email"]), len(tools["slack"]); {
		case mail == 1 && slack == 1:
			unique++
		case mail+slack > 1:
			shared++
		}
	}
	if unique < 60 || shared < 20 {
		t.Fatalf("%d unique names on both tools, %d shared ones: the corpora are others", unique, shared)
	}
	linked, proposed := 0, map[string]bool{}
	for _, m := range matches {
		name := identity.FullName(m.Name)
		switch m.State {
		case string(warehouse.Linked):
			linked++
			if m.Method != string(identity.ByName) || len(accounts[name]["email"]) != 1 || len(accounts[name]["slack"]) != 1 {
				t.Errorf("an account of %s is linked by %s to a name that is not unique", m.Tool, m.Method)
			}
		case string(warehouse.Proposed):
			proposed[name] = true
		}
	}
	if linked != 2*unique {
		t.Errorf("%d accounts linked; want two for each of %d names", linked, unique)
	}
	for name, tools := range accounts {
		n := len(tools["email"]) + len(tools["slack"])
		if alone := len(tools["email"]) == 1 && len(tools["slack"]) == 1; n > 1 && n < 6 && !alone && !proposed[name] {
			t.Errorf("a name of %d accounts is not proposed", n)
		}
	}

	text, _ := p.typing("", exitDone, "export", "tool_overlap", "--period", "all", "--grain", "month")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	most := 0
	for _, row := range rows[1:] {
		if n, err := strconv.Atoi(row[8]); err == nil && row[3] == "people" {
			most = max(most, n)
		}
	}
	if rows[0][8] != "on_both" || most < 5 {
		t.Errorf("at most %d people on both tools (%s); want some of the %d that were joined", most, rows[0][8], unique)
	}
}
