package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"crosstalk/simulate"
	"crosstalk/warehouse/engine/enginetest"
)

// everyCommand are the commands that need the data; each must refuse what is wrong alike.
func everyCommand(path string) [][]string {
	return [][]string{{"import", path}, {"export", "tool_share"}, {"serve", "--listen", "127.0.0.1:0"}, {"user", "list"}, {"people", "rotate-key"}}
}

// refuses runs a command in a process of its own, as a server that is not refused would never end, and
// checks its exit code and its one sentence.
func refuses(t *testing.T, code int, says string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), asProgram+"=1"), &out, &said
	_ = cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != code || out.Len() > 0 {
		t.Errorf("%v: exit %d, want %d; %s", args, got, code, out.String())
	}
	sentence(t, said.String(), says)
}

// options is a configuration with the options of one workspace, which begin in line 5.
func options(collector string, lines ...string) string {
	return "workspaces:\n  - collector: " + collector + "\n    path: drop\n    options:\n      " + strings.Join(lines, "\n      ") + "\n"
}

// TestWrongUse gives options and configurations that cannot be meant: exit 2, before anything is made.
func TestWrongUse(t *testing.T) {
	t.Parallel()
	good := put(t, "m.mbox", mbox(3))
	config := func(text string) string { return put(t, "crosstalk.yaml", []byte(text)) }
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no path":                   {[]string{"import"}, exitUsage, "name at least one file"},
		"an unknown flag":           {[]string{"import", "--colector", "slack", good}, exitUsage, "unknown flag: --colector: see crosstalk import --help"},
		"an unknown command":        {[]string{"imprt", good}, exitUsage, `there is no command "imprt"`},
		"an unknown order of dates": {[]string{"import", "--date-order", "us", good}, exitUsage, `--date-order is dmy, mdy, ymd, not "us"`},
		"an unknown collector":      {[]string{"import", "--collector", "slak", good}, exitUsage, `there is no collector "slak": choose one of ` + strings.Join(collectorNames(), ", ")},
		"a tool that is no slug":    {[]string{"import", "--tool", "Our Chat", good}, exitUsage, "is not a tool's slug"},
		"an unknown zone":           {[]string{"import", "--time-zone", "Mars/Base", good}, exitUsage, "use an IANA name such as Europe/Berlin"},
		"no such mapping":           {[]string{"import", "--mapping", "gone.yaml", good}, exitUsage, "cannot read the mapping: open gone.yaml: no such file"},
		"a path that is not there":  {[]string{"import", "gone.zip"}, exitFailed, "cannot read gone.zip: no such file or directory"},
		"an unknown metric":         {[]string{"export", "tool_shard"}, exitUsage, "did you mean tool_share?"},
		"an unknown format":         {[]string{"export", "tool_share", "--format", "xml"}, exitUsage, "--format is csv or json"},
		"an unknown period":         {[]string{"export", "tool_share", "--period", "5x"}, exitUsage, `period "5x" is unknown: use`},
		"a day that is none":        {[]string{"export", "tool_share", "--from", "2026-02-30", "--to", "2026-03-30"}, exitUsage, "is unknown: use a day"},
		"days the wrong way round":  {[]string{"export", "tool_share", "--from", "2026-03-30", "--to", "2026-03-01"}, exitUsage, "is not after from"},
		"an unknown grain":          {[]string{"export", "tool_share", "--grain", "minute"}, exitUsage, "use period, hour, day"},
		"an unknown side":           {[]string{"export", "tool_share", "--side", "left"}, exitUsage, "use internal, external or all"},
		"no address":                {[]string{"serve", "--listen", "nonsense"}, exitUsage, "write HOST:PORT"},
		"everybody's address":       {[]string{"serve", "--listen", "0.0.0.0:0"}, exitUsage, "add a user first"},
		"fewer people than none":    {[]string{"simulate", "--out", "x", "--people", "-3"}, exitUsage, "-3 people; choose from 40"},
		"no people":                 {[]string{"simulate", "--out", "x", "--people", "0"}, exitUsage, "--people 0 makes no company"},
		"no weeks":                  {[]string{"simulate", "--out", "x", "--weeks", "0"}, exitUsage, "--weeks 0 makes no company"},
		"weeks of a thousand years": {[]string{"simulate", "--out", "x", "--weeks", "52000"}, exitUsage, "52000 weeks; choose from 6 to 1040"},
		"tools that are not there":  {[]string{"simulate", "--out", "x", "--tools", "99"}, exitUsage, "99 tools; choose from 1"},
		"fewer messages than none":  {[]string{"simulate", "--out", "x", "--messages", "-1"}, exitUsage, "must be positive"},
		"messages without end":      {[]string{"simulate", "--out", "x", "--messages", "9000000000000000000"}, exitUsage, "choose at most"},
		"a day before all tools":    {[]string{"simulate", "--out", "x", "--end", "1066-10-14"}, exitUsage, "in the year 1066"},
		"a demo of nobody":          {[]string{"demo", "--people", "-3"}, exitUsage, "-3 people"},
		"no folder to write to":     {[]string{"simulate"}, exitUsage, "with --out"},
		"a server without scheme":   {[]string{"--clickhouse", "localhost:9000", "export", "tool_share"}, exitUsage, "it begins with clickhouse://"},
		"another scheme":            {[]string{"--clickhouse", "mysql://u:hidden@h/d", "import", good}, exitUsage, "it begins with clickhouse://"},
		"a port that is none":       {[]string{"--clickhouse", "clickhouse://u:hidden@h:port/d", "import", good}, exitUsage, "--clickhouse is not an address"},
		"a password to be quoted":   {[]string{"--clickhouse", "http://u:hid%ret@h:1/d", "import", good}, exitUsage, "write signs other than letters and digits"},
		"no such configuration":     {[]string{"--config", "gone.yaml", "export", "tool_share"}, exitUsage, "configuration gone.yaml is not there: name another with --config"},
		"an unknown section":        {[]string{"--config", config("# ours\norganisaton:\n  name: Heron\n"), "import", good}, exitUsage, `crosstalk.yaml: line 2: "organisaton" is not a key: did you mean organisation?`},
		"an unknown key":            {[]string{"--config", config("privacy:\n  minimum_grup: 12\n"), "export", "tool_share"}, exitUsage, `line 2: "minimum_grup" is not a key of privacy: did you mean minimum_group?`},
		"a key of a list":           {[]string{"--config", config("workspaces:\n  - collector: slack\n    path: x\n    shedule: daily\n"), "collect", "--once"}, exitUsage, `line 4: "shedule" is not a key of workspaces: did you mean schedule?`},
		"a value that is too low":   {[]string{"--config", config("privacy:\n  minimum_group: 3\n"), "serve"}, exitUsage, "line 2: privacy.minimum_group: 3 is too small: use 5 or more"},
		"no YAML":                   {[]string{"--config", config("organisation: [\n"), "export", "tool_share"}, exitUsage, "line 1: not YAML"},
		"no text":                   {[]string{"--config", config("\xff\xfe\x00\x01"), "export", "tool_share"}, exitUsage, "crosstalk.yaml: line 1: "},
		"a key of options":          {[]string{"--config", config(options("table", "tool: huddleboard", "time: {colum: sent}")), "import", good}, exitUsage, `crosstalk.yaml: line 6: "colum" is not a key of workspaces.options.time: did you mean column?`},
		"a key of no options":       {[]string{"--config", config(options("slack", "tokn: x")), "export", "tool_share"}, exitUsage, `crosstalk.yaml: line 5: "tokn" is not a key of workspaces.options: there is none`},
		"an option in a list":       {[]string{"--config", config(options("irc", "year: soon")), "collect", "--once"}, exitUsage, `line 5: workspaces.options.year: "soon" is not a whole number`},
		"an option's value":         {[]string{"--config", config(options("whatsapp", "owner: Ana", "date_order: us")), "serve"}, exitUsage, `line 6: workspaces.options.date_order: "us" is none; write dmy, mdy or ymd`},
		"an option of a mailbox":    {[]string{"--config", config("workspaces:\n  - collector: imap\n    endpoint: imaps://a@mail.example\n    options: {secruity: plain}\n"), "collect", "--once"}, exitUsage, `line 4: "secruity" is not a key of workspaces.options: did you mean security?`},
		"an option far from all":    {[]string{"--config", config(options("sms", "qqqqqqqqqqqq: 1")), "import", good}, exitUsage, `line 5: "qqqqqqqqqqqq" is not a key of workspaces.options: use owner or region`},
		"a key of a mapping":        {[]string{"import", "--mapping", put(t, "map.yaml", []byte("tool: x\ntyme: t\n")), good}, exitUsage, `map.yaml: line 2: "tyme" is not a key: did you mean time?`},
		"a mapping of nothing":      {[]string{"import", "--mapping", put(t, "map.yaml", []byte("tool: huddleboard\n")), good}, exitUsage, "map.yaml: "},
		"a value of a mapping":      {[]string{"import", "--mapping", put(t, "map.yaml", []byte("tool: huddleboard\ntime: [a, b]\n")), good}, exitUsage, "map.yaml: line 2: "},
		"a mapping that is none":    {[]string{"import", "--mapping", put(t, "map.yaml", []byte("tool: [\n")), good}, exitUsage, "map.yaml: line "},
		"options of one without":    {[]string{"import", "--collector", "slack", "--mapping", put(t, "map.yaml", []byte("owner: Ana\n")), good}, exitUsage, `map.yaml: line 1: "owner" is not a key: there is none`},
		"the proxy's roles":         {[]string{"--config", config("auth:\n  proxy:\n    addresses: [10.0.0.300]\n    header: X-User\n"), "serve", "--listen", "127.0.0.1:0"}, exitUsage, "10.0.0.300"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(folder(t), "data")
			refuses(t, c.code, c.says, append([]string{"--data", data}, c.args...)...)
			if c.args[0] != "serve" && name != "the proxy's roles" && exists(data) {
				t.Error("the data folder was made")
			}
		})
	}
}

// TestDataFolderThatCannotBeUsed has the folder in places and states in which it is of no use.
func TestDataFolderThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	h := newHeld(t)
	before := h.face(t)
	good := put(t, "m.mbox", mbox(3))
	t.Run("below a file", func(t *testing.T) {
		data := filepath.Join(good, "data")
		for _, args := range everyCommand(good) {
			refuses(t, exitFailed, "cannot be made", append([]string{"--data", data}, args...)...)
		}
		if code, _, stderr := crosstalk(t, "--data", data, "doctor"); code != exitFailed || !strings.Contains(stderr, "not a directory; choose another with --data") {
			t.Errorf("doctor: exit %d: %s", code, stderr)
		}
	})
	t.Run("read-only", func(t *testing.T) {
		data := t.TempDir()
		if err := readOnly(t, h.data, data); err != nil {
			t.Skipf("a read-only folder cannot be made here: %v", err)
		}
		for _, args := range everyCommand(good) {
			refuses(t, exitFailed, "read-only file system", append([]string{"--data", data}, args...)...)
		}
	})
	for _, name := range []string{"id.key", "privacy.key"} {
		key := filepath.Join(h.data, name)
		whole, err := os.ReadFile(key)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name+" that others may read", func(t *testing.T) {
			mode(t, key, 0o640)
			for _, args := range everyCommand(good) {
				refuses(t, exitFailed, name+" may be read by others (mode 0640): run chmod 600 on it", append([]string{"--data", h.data}, args...)...)
			}
			if code, _, stderr := crosstalk(t, "--data", h.data, "doctor"); code != exitFailed || !strings.Contains(stderr, "run chmod 600 on it") {
				t.Errorf("doctor: exit %d: %s", code, stderr)
			}
			mode(t, key, 0o600)
		})
		t.Run(name+" that is damaged", func(t *testing.T) {
			if err := os.WriteFile(key, whole[:20], 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range everyCommand(good)[:2] {
				refuses(t, exitFailed, name+" is damaged: it holds 64 hexadecimal digits when whole; restore it", append([]string{"--data", h.data}, args...)...)
			}
			if err := os.WriteFile(key, whole, 0o600); err != nil {
				t.Fatal(err)
			}
		})
	}
	h.unchanged(t, before)
	if c := total(imported(t, h.data, good)); c.Messages != 3 || c.Duplicates != 0 {
		t.Errorf("%d messages, %d known, once all is well; want 3 new ones", c.Messages, c.Duplicates)
	}
}

func mode(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// readOnly shows a folder in another place, where nobody can write to it.
func readOnly(t *testing.T, from, at string) error {
	t.Helper()
	if err := unix.Mount(from, at, "", unix.MS_BIND, ""); err != nil {
		return err
	}
	t.Cleanup(func() { unmount(t, at) })
	return unix.Mount("", at, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, "")
}

// unmount waits until nobody uses what is mounted.
func unmount(t *testing.T, at string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		err := unix.Unmount(at, 0)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("unmount %s: %v", at, err)
			return
		}
	}
}

// TestFullDisk imports while the disk is full, and while it becomes full. The sentence says so,
// what pages show stays, and with room again the same import gives what a clean one does.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := folder(t)
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=48m,mode=0700"); err != nil {
		t.Skipf("a small disk cannot be made here: %v", err)
	}
	t.Cleanup(func() { unmount(t, disk) })
	h := &held{data: filepath.Join(disk, "data")}
	first, second := write(t, simulate.Options{Seed: 6, People: 40, Weeks: 6, Clean: true}), write(t, simulate.Options{Seed: 7, People: 40, Weeks: 10, Clean: true})
	if err := os.Remove(filepath.Join(second, "directory.csv")); err != nil {
		t.Fatal(err)
	}
	imported(t, h.data, first)
	h.hold(t)
	before := h.shown(t)
	ballast := filepath.Join(disk, "ballast")
	for _, left := range []int{0, 1 << 20, 3 << 20, 5 << 20} {
		fillDisk(t, disk, ballast, left)
		code, _, stderr := crosstalk(t, "--data", h.data, "import", second)
		if code == exitDone {
			t.Logf("%d MB were room enough", left>>20)
			break
		}
		if code != exitFailed {
			t.Errorf("%d MB left: exit %d", left>>20, code)
		}
		sentence(t, stderr, "is full: make room and do the same again")
		if after := h.shown(t); after != before {
			t.Errorf("%d MB left: something else is shown:\n%s\nbefore:\n%s", left>>20, after, before)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	}
	_ = os.Remove(ballast)
	imported(t, h.data, second)
	clean := copyKeys(t, h.data)
	imported(t, clean, first)
	imported(t, clean, second)
	same(t, "with room again", sums(t, clean, false), sums(t, h.data, false))
	same(t, "recomputed", sums(t, clean, false), sums(t, h.data, true))
}

// fillDisk leaves so many bytes of a disk.
func fillDisk(t *testing.T, disk, ballast string, left int) {
	t.Helper()
	var stat syscall.Statfs_t
	if err := syscall.Statfs(disk, &stat); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ballast, make([]byte, int64(stat.Bavail)*stat.Bsize-int64(left)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestServerThatCannotBeUsed has a ClickHouse server that is down, too old, not one, or does not let
// anybody in; then the same import with the right address is read.
func TestServerThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	server := enginetest.StartServer(t)
	dsn := server.HTTP("default")
	data, good := folder(t), put(t, "m.mbox", mbox(12))
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "not here", http.StatusTeapot) }))
	t.Cleanup(other.Close)
	wrong := *server
	wrong.Password += "x"
	for name, c := range map[string]struct{ dsn, says string }{
		"down":               {"http://" + free(t) + "/default", "cannot be reached"},
		"down, native":       {"clickhouse://" + free(t) + "/default", "cannot be reached"},
		"not ClickHouse":     {other.URL + "/default", "is it running, and is the port right?"},
		"too old":            {outdated(t, dsn), "is version 20."},
		"the wrong password": {wrong.HTTP("default"), "refuses the user or the password: check the address given by --clickhouse"},
		"no such database":   {server.HTTP("heron"), "has no such database: create it first, or name another in --clickhouse"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, args := range everyCommand(good)[:3] {
				refuses(t, exitFailed, c.says, append([]string{"--data", data, "--clickhouse", c.dsn}, args...)...)
			}
			code, _, stderr := crosstalk(t, "--data", data, "--clickhouse", c.dsn, "doctor")
			if code != exitFailed || !strings.Contains(stderr, c.says) || strings.Contains(stderr, server.Password) {
				t.Errorf("doctor: exit %d: %s", code, stderr)
			}
		})
	}
	code, stdout, stderr := crosstalk(t, "--data", data, "--clickhouse", dsn, "import", good)
	if code != exitDone || !strings.Contains(stdout, "12") {
		t.Errorf("the right address: exit %d: %s%s", code, stdout, stderr)
	}
	if code, stdout, _ := crosstalk(t, "--data", data, "--clickhouse", dsn, "export", "tool_share"); code != exitDone || !strings.Contains(stdout, "email") {
		t.Errorf("what was imported is not shown: exit %d: %s", code, stdout)
	}
}

// outdated stands before a server and says that it is a version of years ago.
func outdated(t *testing.T, dsn string) string {
	t.Helper()
	target, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`2\d\.\d+\.\d+\.\d+`)
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "http", target.Host },
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(version.ReplaceAllFunc(body, func(v []byte) []byte { return append([]byte("20"), v[2:]...) })))
			return err
		},
	}
	front := httptest.NewServer(proxy)
	t.Cleanup(front.Close)
	password, _ := target.User.Password()
	return fmt.Sprintf("http://%s:%s@%s%s", target.User.Username(), password, strings.TrimPrefix(front.URL, "http://"), target.Path)
}
