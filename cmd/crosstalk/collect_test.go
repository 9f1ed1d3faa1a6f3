package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"crosstalk/simulate"
	"crosstalk/warehouse"
)

// place is a data folder with a configuration beside it.
type place struct {
	t      *testing.T
	data   string
	config string
}

// newPlace makes an empty data folder, which is removed after its engine has ended.
func newPlace(t *testing.T, configuration string) *place {
	t.Helper()
	p := &place{t: t, data: filepath.Join(folder(t), "data"), config: filepath.Join(t.TempDir(), "crosstalk.yaml")}
	p.write(p.config, configuration)
	t.Cleanup(func() {
		lock, err := os.Open(filepath.Join(p.data, "engine.lock"))
		if err != nil {
			return
		}
		defer lock.Close()
		for range 1000 { // the engine holds it until it has ended
			if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Error("the engine does not end")
	})
	return p
}

func (p *place) write(path, content string) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// run runs a command and checks its exit code; it gives what the command said.
func (p *place) run(code int, args ...string) string {
	p.t.Helper()
	got, stdout, stderr := crosstalk(p.t, append([]string{"--data", p.data, "--config", p.config}, args...)...)
	if got != code {
		p.t.Fatalf("%v: exit %d, want %d: %s", args, got, code, stderr)
	}
	return stdout + stderr
}

// open opens the warehouse for a look.
func (p *place) open(look func(*warehouse.Warehouse)) {
	p.t.Helper()
	w, err := warehouse.Open(p.t.Context(), warehouse.Options{DataDir: p.data})
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			p.t.Error(err)
		}
	}()
	look(w)
}

// messages gives how many distinct messages each workspace holds.
func (p *place) messages() string {
	p.t.Helper()
	var out []string
	p.open(func(w *warehouse.Warehouse) {
		workspaces, err := w.Workspaces(p.t.Context())
		if err != nil {
			p.t.Fatal(err)
		}
		for _, x := range workspaces {
			out = append(out, fmt.Sprintf("%s %s %d", x.Tool, x.Workspace, x.Messages))
		}
	})
	return strings.Join(out, ", ")
}

func (p *place) checksum() map[string]uint64 {
	p.t.Helper()
	var sums map[string]uint64
	p.open(func(w *warehouse.Warehouse) {
		var err error
		if sums, err = w.Checksum(context.Background()); err != nil {
			p.t.Fatal(err)
		}
	})
	return sums
}

func (p *place) expect(messages string) {
	p.t.Helper()
	if got := p.messages(); got != messages {
		p.t.Errorf("the warehouse holds %s; want %s", got, messages)
	}
}

// keepsNothing searches the data folder for a text.
func (p *place) keepsNothing(text string) {
	p.t.Helper()
	err := filepath.WalkDir(p.data, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil // a part that was merged away meanwhile
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Contains(content, []byte(text)) {
			p.t.Errorf("%s holds text of a message", path)
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// mailbox is a configuration that reads a mail server.
func mailbox(s *mailServer) string {
	return fmt.Sprintf(`workspaces:
  - collector: imap
    workspace: heron
    endpoint: imap://ana@127.0.0.1:%d
    schedule: every 10m
    credentials:
      file: %s
`, s.port, s.password())
}

func TestCollectMailboxGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	s.deliver(30)
	p := newPlace(t, mailbox(s))
	said := p.run(exitDone, "collect", "--once")
	if !strings.Contains(said, "imap: read 30 messages") {
		t.Errorf("the first time: %s", said)
	}
	p.expect("email heron 30")

	if said := p.run(exitDone, "collect", "--once"); strings.Contains(said, "read") {
		t.Errorf("with nothing new: %s", said)
	}
	s.deliver(5)
	if said := p.run(exitDone, "collect", "--once"); !strings.Contains(said, "imap: read 5 messages") {
		t.Errorf("with new mail: %s", said)
	}
	p.expect("email heron 35")
	before := p.checksum()

	// The server counts anew: everything is read again, and counts once.
	s.renumber()
	if said := p.run(exitDone, "collect", "--once"); !strings.Contains(said, "imap: read 35 messages") {
		t.Errorf("after UIDVALIDITY changed: %s", said)
	}
	p.expect("email heron 35")
	if after := p.checksum(); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("reading again changed %v to %v", before, after)
	}
	said = p.run(exitDone, "doctor")
	if !strings.Contains(said, "imap heron") || !strings.Contains(said, "last succeeded") || strings.Contains(said, mailPassword) || strings.Contains(said, "ana@") {
		t.Errorf("doctor: %s", said)
	}
	p.keepsNothing(secretText)
}

func TestCollectMailboxKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	s.deliver(4000)
	p, clean := newPlace(t, mailbox(s)), newPlace(t, mailbox(s))
	for _, place := range []*place{p, clean} {
		place.write(filepath.Join(place.data, "id.key"), strings.Repeat("1a", 32)+"\n")
		place.write(filepath.Join(place.data, "privacy.key"), strings.Repeat("2b", 32)+"\n")
	}
	clean.run(exitDone, "collect", "--once")
	for range 8 {
		child := program("--data", p.data, "--config", p.config, "collect")
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(100+rand.IntN(1500)) * time.Millisecond) // at whatever it is doing then
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // it was killed
		s.deliver(10)
	}
	p.run(exitDone, "collect", "--once")
	clean.run(exitDone, "collect", "--once")
	p.expect(fmt.Sprintf("email heron %d", s.mails))
	if got, want := p.checksum(), clean.checksum(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("after the kills %v, without them %v", got, want)
	}
	if said := p.run(exitDone, "doctor"); !strings.Contains(said, "unfinished runs: 0") {
		t.Errorf("doctor: %s", said)
	}
}

func TestCollectMailboxThatRefuses(t *testing.T) {
	t.Parallel()
	s := startMailServer(t)
	p := newPlace(t, mailbox(s))
	p.write(s.password(), "wrong\n")
	said := p.run(exitFailed, "collect", "--once")
	if !strings.Contains(said, "imap: workspace heron") || !strings.Contains(said, "refused the login") || strings.Contains(said, "ana") {
		t.Errorf("said: %s", said)
	}
	if said := p.run(exitDone, "doctor"); !strings.Contains(said, "never succeeded, failed 1 times") {
		t.Errorf("doctor: %s", said)
	}
}

func TestCollectDropFolder(t *testing.T) {
	t.Parallel()
	export := filepath.Join(t.TempDir(), "export")
	summary, err := simulate.Write(t.Context(), export, simulate.Options{Seed: 3, People: 40, Weeks: 6, Clean: true})
	if err != nil {
		t.Fatal(err)
	}
	drop := t.TempDir()
	p := newPlace(t, fmt.Sprintf("workspaces:\n  - collector: any\n    workspace: heron\n    path: %s\n", drop))
	if said := p.run(exitDone, "collect", "--once"); strings.Contains(said, "read") {
		t.Errorf("an empty folder: %s", said)
	}
	move(t, filepath.Join(export, summary.Tools[0].Path), drop)
	move(t, filepath.Join(export, "directory.csv"), drop)
	p.write(filepath.Join(drop, "notes.txt"), secretText)
	p.write(filepath.Join(drop, "cut.zip"), "PK\x03\x04"+secretText)
	p.write(filepath.Join(drop, "more.zip.part"), "PK\x03\x04")
	p.run(exitRejects, "collect", "--once")
	held := p.messages()
	if !strings.HasPrefix(held, "slack heron ") {
		t.Errorf("the warehouse holds %s", held)
	}
	zip := filepath.Base(summary.Tools[0].Path)
	for _, name := range []string{"done/" + zip, "done/directory.csv", "failed/notes.txt", "failed/cut.zip", "more.zip.part"} {
		if !exists(filepath.Join(drop, name)) {
			t.Errorf("%s is not there", name)
		}
	}
	for name, says := range map[string]string{"notes.txt": "not recognised; tried ", "cut.zip": "damaged or was cut off"} {
		reason, err := os.ReadFile(filepath.Join(drop, "failed", name+".reason.txt"))
		if err != nil || !strings.Contains(string(reason), says) || strings.Contains(string(reason), secretText) || strings.Count(string(reason), "\n") != 1 {
			t.Errorf("the reason for %s: %q, %v", name, reason, err)
		}
	}

	// A process that was killed before it could move the file leaves it where it was.
	sums := p.checksum()
	if err := os.Rename(filepath.Join(drop, "done", zip), filepath.Join(drop, zip)); err != nil {
		t.Fatal(err)
	}
	if said := p.run(exitDone, "collect", "--once"); strings.Contains(said, "read") {
		t.Errorf("a file that was imported before: %s", said)
	}
	if !exists(filepath.Join(drop, "done", zip)) || p.messages() != held || fmt.Sprint(p.checksum()) != fmt.Sprint(sums) {
		t.Errorf("a file that was imported before was not just put away")
	}
	p.keepsNothing(secretText)
}

func move(t *testing.T, path, folder string) {
	t.Helper()
	if err := os.Rename(path, filepath.Join(folder, filepath.Base(path))); err != nil {
		t.Fatal(err)
	}
}

func TestCollectIsToldWrongThings(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ configuration, says string }{
		"no workspaces":      {"organisation:\n  name: Heron\n", "there is nothing to collect"},
		"a file":             {"workspaces:\n  - collector: slack\n    path: " + file + "\n", "is a file: name a folder to watch"},
		"no such collector":  {"workspaces:\n  - collector: slak\n    path: drop\n", `there is no collector "slak"`},
		"no mailbox in path": {"workspaces:\n  - collector: imap\n    path: drop\n", "reads no files: give an endpoint"},
		"no server":          {"workspaces:\n  - collector: slack\n    endpoint: slack.example\n", "reads no server: give a path"},
		"no workspace":       {"workspaces:\n  - collector: imap\n    endpoint: imaps://ana@mail.example\n", "needs a workspace"},
		"no password":        {"workspaces:\n  - collector: imap\n    workspace: heron\n    endpoint: imaps://ana@mail.example\n", "password_env"},
		"twice":              {"workspaces:\n  - collector: any\n    path: drop\n  - collector: any\n    path: drop\n", "entry 2: is the same source as entry 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, c.configuration)
			said := p.run(exitUsage, "collect", "--once")
			if !strings.Contains(said, c.says) {
				t.Errorf("said: %s", said)
			}
		})
	}
}
