package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// typing runs a command with something on its standard input.
func (p *place) typing(input string, code int, args ...string) (stdout, stderr string) {
	p.t.Helper()
	var out, err bytes.Buffer
	got := run(append([]string{"--data", p.data, "--config", p.config}, args...), strings.NewReader(input), &out, &err)
	if got != code {
		p.t.Fatalf("%v: exit %d, want %d: %s", args, got, code, &err)
	}
	return out.String(), err.String()
}

func TestUserCommands(t *testing.T) {
	t.Parallel()
	const password = "a heron stands in the reeds"
	p := newPlace(t, "")
	p.typing(password+"\n", exitDone, "user", "add", "ann", "--role", "admin")
	if _, said := p.typing(password+"\n", exitFailed, "user", "add", "ann"); !strings.Contains(said, "user ann exists already") {
		t.Errorf("a second ann: %s", said)
	}
	secret := filepath.Join(t.TempDir(), "password")
	p.write(secret, password+"\nsecond line\n")
	p.typing("", exitDone, "user", "add", "bea", "--password-file", secret)
	if err := os.Chmod(secret, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, said := p.typing("", exitFailed, "user", "password", "bea", "--password-file", secret); !strings.Contains(said, "can be read by others") {
		t.Errorf("a password that others can read: %s", said)
	}
	p.typing("another one for the heron\r\n", exitDone, "user", "password", "bea")
	list, _ := p.typing("", exitDone, "user", "list")
	if rows := strings.Split(strings.TrimSpace(list), "\n"); len(rows) != 3 || !strings.HasPrefix(rows[1], "ann   admin") || !strings.HasPrefix(rows[2], "bea   viewer") {
		t.Errorf("the list:\n%s", list)
	}
	p.typing("", exitDone, "user", "remove", "bea")
	if _, said := p.typing("", exitFailed, "user", "remove", "bea"); !strings.Contains(said, "there is no user") {
		t.Errorf("removed twice: %s", said)
	}

	token, said := p.typing("", exitDone, "user", "token", "prometheus", "--expires", "30d")
	if !strings.HasPrefix(token, "ct_") || strings.Count(token, "\n") != 1 || strings.Contains(said, strings.TrimSpace(token)) {
		t.Errorf("the token is alone on standard output: %q, %q", token, said)
	}
	if list, _ := p.typing("", exitDone, "user", "token", "--list"); !strings.Contains(list, "prometheus  viewer") || strings.Contains(list, strings.TrimSpace(token)) {
		t.Errorf("the tokens:\n%s", list)
	}
	p.typing("", exitDone, "user", "token", "--remove", "prometheus")
	if list, _ := p.typing("", exitDone, "user", "token", "--list"); strings.Contains(list, "prometheus") {
		t.Errorf("the tokens after removal:\n%s", list)
	}
	p.keepsNothing(password)
	p.keepsNothing(strings.TrimSpace(token))
}

func TestUserCommandsUsedWrongly(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	for name, c := range map[string]struct {
		input string
		code  int
		says  string
		args  []string
	}{
		"no name":             {"", exitUsage, "takes one name", []string{"user", "add"}},
		"a password argument": {"", exitUsage, "takes one name", []string{"user", "add", "ann", "secret"}},
		"a name in capitals":  {"", exitUsage, "not a usable name", []string{"user", "add", "Ann"}},
		"a role unknown":      {"x\n", exitUsage, "is not a role", []string{"user", "add", "ann", "--role", "king"}},
		"no password":         {"", exitFailed, "holds no password", []string{"user", "add", "ann"}},
		"a short password":    {"short\n", exitFailed, "too short", []string{"user", "add", "ann"}},
		"an unknown command":  {"", exitUsage, "there is no command user", []string{"user", "rename"}},
		"an unknown time":     {"", exitUsage, "is not a time", []string{"user", "token", "--expires", "soon"}},
		"list and remove":     {"", exitUsage, "one at a time", []string{"user", "token", "--list", "--remove", "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			place := *p
			place.t = t
			if _, said := place.typing(c.input, c.code, c.args...); !strings.Contains(said, c.says) || strings.Contains(said, "secret") {
				t.Errorf("said: %s", said)
			}
		})
	}
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "organisation:\n  name: Heron\nworkspaces:\n  - collector: any\n    path: "+filepath.Join(t.TempDir(), "gone")+"\n")
	if said := p.run(exitDone, "doctor"); !strings.Contains(said, "which the first import or serve makes") || !strings.Contains(said, "name: Heron") || exists(p.data) {
		t.Errorf("before the first start: %s", said)
	}
	p.run(exitDone, "user", "list")
	said := p.run(exitFailed, "doctor")
	for _, want := range []string{"library:", "(mode 0700)", "id.key (mode 0600)", "ClickHouse:", "embedded", "schema:", "unfinished runs: 0", "free disk:",
		"crosstalk: workspaces, entry 1: the folder to watch is not there"} {
		if !strings.Contains(said, want) {
			t.Errorf("doctor does not say %q: %s", want, said)
		}
	}
	for _, name := range []string{"id.key", "privacy.key"} {
		if err := os.Chmod(filepath.Join(p.data, name), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(p.data, 0o755); err != nil {
		t.Fatal(err)
	}
	said = p.run(exitFailed, "doctor")
	if strings.Count(said, "run chmod 600 on it") != 2 || !strings.Contains(said, "run chmod 700 on it") {
		t.Errorf("doctor of an open folder: %s", said)
	}
	p.write(p.config, "organisation:\n  nam: Heron\n")
	if said := p.run(exitFailed, "doctor"); !strings.Contains(said, "line 2") || !strings.Contains(said, "library:") {
		t.Errorf("doctor of a wrong configuration goes on: %s", said)
	}
}

func TestSimulateCommand(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	out := filepath.Join(t.TempDir(), "heron")
	said := p.run(exitDone, "simulate", "--seed", "5", "--people", "40", "--weeks", "6", "--end", "2026-07-01", "--out", out)
	if !strings.Contains(said, "40 people") || !strings.Contains(said, "2026-05-20 to 2026-07-01") || !exists(filepath.Join(out, "truth.json")) {
		t.Errorf("said: %s", said)
	}
	for name, c := range map[string]struct {
		code int
		says string
		args []string
	}{
		"nowhere":          {exitUsage, "simulate where?", nil},
		"not empty":        {exitFailed, "not empty", []string{"--out", out}},
		"no day":           {exitUsage, "is not a day", []string{"--out", out, "--end", "soon"}},
		"no zone":          {exitUsage, "unknown time zone", []string{"--out", out, "--time-zone", "Atlantis"}},
		"too few":          {exitUsage, "choose from 40", []string{"--out", out + "2", "--people", "3"}},
		"an argument":      {exitUsage, "takes no arguments", []string{out}},
		"an unknown flag":  {exitUsage, "see crosstalk simulate --help", []string{"--colour"}},
		"no number at all": {exitUsage, "invalid argument", []string{"--people", "many"}},
	} {
		if said := p.run(c.code, append([]string{"simulate"}, c.args...)...); !strings.Contains(said, c.says) {
			t.Errorf("%s: said %s", name, said)
		}
	}
}

func TestVersionCommand(t *testing.T) {
	t.Parallel()
	if _, out, _ := crosstalk(t, "version"); !strings.HasPrefix(out, "crosstalk ") || !strings.Contains(out, "go1.") {
		t.Errorf("said: %s", out)
	}
	for name, c := range map[string]struct {
		info *debug.BuildInfo
		want string
	}{
		"nothing known": {nil, ""},
		"no commit":     {&debug.BuildInfo{}, ""},
		"a commit":      {&debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "false"}}}, " (0123456789ab)"},
		"a changed one": {&debug.BuildInfo{Settings: []debug.BuildSetting{{Key: "vcs.modified", Value: "true"}, {Key: "vcs.revision", Value: "0123456789abcdef"}}}, " (0123456789ab, changed since)"},
	} {
		if got := commit(c.info); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestEveryCommandHelps(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"collect", "doctor", "simulate", "version", "user", "user add", "user remove", "user password", "user list", "user token"} {
		code, out, _ := crosstalk(t, append(strings.Fields(name), "--help")...)
		if code != exitDone || !strings.Contains(out, "Exit codes: 0") || !strings.Contains(out, "Examples:\n  crosstalk ") {
			t.Errorf("%s --help, exit %d:\n%s", name, code, out)
		}
	}
}
