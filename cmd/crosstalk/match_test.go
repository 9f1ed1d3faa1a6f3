package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// Two people of one name, whose Slack accounts show nothing else; and one whose nick tells.
func TestPeopleCommands(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	export := filepath.Join(t.TempDir(), "export")
	p.write(filepath.Join(export, "directory.csv"), "person,name,email,department,team\ne1,Ana Ruiz,ana@heron.example,Legal,A\ne2,Ben Okafor,ben@heron.example,Legal,A\ne3,Ben Okafor,ben2@heron.example,Sales,B\n")
	p.write(filepath.Join(export, "slack", "users.json"), `[{"id":"U0BEN","team_id":"T1","name":"ben","real_name":"Ben Okafor","profile":{}},{"id":"U0ANA","team_id":"T1","name":"ana","real_name":"Ana Ruiz","profile":{}}]`)
	p.write(filepath.Join(export, "slack", "channels.json"), `[{"id":"C0GEN","name":"general","created":1640995200,"creator":"U0ANA","members":["U0BEN","U0ANA"]}]`)
	p.write(filepath.Join(export, "slack", "general", "2026-03-02.json"), `[{"type":"message","user":"U0BEN","text":"a","ts":"1772449200.000100"},{"type":"message","user":"U0ANA","text":"b","ts":"1772449260.000100"}]`)
	p.run(exitDone, "import", export)

	list := func(state string) (out []match) {
		t.Helper()
		stdout, _ := p.typing("", exitDone, "people", "list", "--json", "--state", state)
		if err := json.Unmarshal([]byte(stdout), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	linked, proposed := list("linked"), list("proposed")
	if len(linked) != 1 || linked[0].Person != "e1" || linked[0].Method != "name" || linked[0].Confidence != 0.9 {
		t.Errorf("linked: %+v; want Ana by name", linked)
	}
	if len(proposed) != 2 || proposed[0].Person != "e2" || proposed[1].Person != "e3" || len(proposed[0].Reasons) == 0 {
		t.Fatalf("proposed: %+v; want both of the name Ben Okafor", proposed)
	}
	if text, _ := p.typing("", exitDone, "people", "list"); !strings.Contains(text, "the same full name, as 2 people") {
		t.Errorf("the list:\n%s", text)
	}

	ben, ana := proposed[0].Account, linked[0].Account
	p.run(exitDone, "people", "accept", ben, "e3")
	p.run(exitDone, "people", "reject", ana, "e1")
	if all := list("all"); len(all) != 2 || all[0].State != "rejected" || all[1].State != "accepted" || all[1].Person != "e3" {
		t.Errorf("after the decisions: %+v", all)
	}

	// The decisions go over to another folder, whose accounts have other ids.
	links := filepath.Join(t.TempDir(), "links.csv")
	stdout, _ := p.typing("", exitDone, "people", "export")
	p.write(links, stdout)
	other := newPlace(t, "")
	other.run(exitDone, "import", export)
	if said := other.run(exitDone, "people", "import", links); !strings.Contains(said, "2 decisions taken over") {
		t.Errorf("import said %s", said)
	}
	if stdout, _ := other.typing("", exitDone, "people", "list", "--state", "accepted"); !strings.Contains(stdout, "e3") {
		t.Errorf("in the other folder:\n%s", stdout)
	}

	for said, args := range map[string][]string{
		"no such account":             {"people", "accept", "zzz", "e1"},
		"no such person":              {"people", "accept", ben, "e9"},
		"it has no column state":      {"people", "import", filepath.Join(export, "directory.csv")},
		"cannot read /nowhere/at/all": {"people", "import", "/nowhere/at/all"},
	} {
		if text := p.run(exitFailed, args...); !strings.Contains(text, said) || strings.Count(text, "\n") != 1 {
			t.Errorf("%v: %q; want one sentence with %q", args, text, said)
		}
	}
	for _, args := range [][]string{{"people", "accept", ben}, {"people", "accept", "%%", "e1"}, {"people", "list", "--state", "odd"}, {"people", "marry"}} {
		p.run(exitUsage, args...)
	}
}
