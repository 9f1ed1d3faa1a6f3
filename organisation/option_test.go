package organisation_test

import (
	"path/filepath"
	"strings"
	"testing"

	"crosstalk/organisation"
)

// Mistakes in options are told at their lines, among the others and in the order of the file, in a list and in what is not in
// the file too.
func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "crosstalk.yaml")
	write(t, path, `workspaces:
  - collector: imap
    endpoint: imaps://a@mail.example
    options:
      rows:
        - {name: a}
        - nmae: b
      colour: red
  - collector: slack
    path: x
    shedule: daily
`)
	check := func(w organisation.Workspace) []organisation.OptionProblem {
		if w.Collector != "imap" {
			t.Errorf("%s has no options to check", w.Collector)
		}
		return []organisation.OptionProblem{
			{Key: "colour", What: "it is no colour"},
			{Key: "rows[1].nmae", Known: []string{"name", "value"}},
			{Key: "endpoint", What: "it is wrong"},
			{What: "they do not fit together"},
		}
	}
	_, err := organisation.Load(path, check)
	want := strings.ReplaceAll(`FILE: line 4: workspaces.options.endpoint: it is wrong
FILE: line 4: workspaces.options: they do not fit together
FILE: line 7: "nmae" is not a key of workspaces.options.rows: did you mean name?
FILE: line 8: workspaces.options.colour: it is no colour
FILE: line 11: "shedule" is not a key of workspaces: did you mean schedule?`, "FILE", path)
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
