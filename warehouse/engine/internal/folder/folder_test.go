package folder

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckVersion(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ written, installed, want string }{
		"new folder":     {"", "26.7.3", ""},
		"same":           {"26.7.3\n", "26.7.3", ""},
		"older patch":    {"26.7.9\n", "26.7.3", ""},
		"older month":    {"26.3.3\n", "26.7.3", ""},
		"older year":     {"25.12.3\n", "26.7.3", ""},
		"newer month":    {"26.10.1\n", "26.7.3", "written by ClickHouse 26.10, newer than the installed 26.7"},
		"newer year":     {"27.1.1\n", "26.7.3", "newer than"},
		"no number":      {"latest\n", "26.7.3", "does not hold a version number"},
		"nothing":        {"\n", "26.7.3", "does not hold a version number"},
		"strange engine": {"26.7.3\n", "unknown", "not a version number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := open(t)
			if test.written != "" {
				if err := os.WriteFile(f.version(), []byte(test.written), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			err := f.CheckVersion(test.installed)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestRecordedVersionIsRead(t *testing.T) {
	t.Parallel()
	f := open(t)
	if err := f.RecordVersion("26.7.3"); err != nil {
		t.Fatal(err)
	}
	if err := f.CheckVersion("26.6.1"); err == nil {
		t.Error("an older engine would open the folder")
	}
}

func TestLockIsExclusiveAndFreedByClosing(t *testing.T) {
	t.Parallel()
	f := open(t)
	first, err := f.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Lock(); !errors.Is(err, ErrHeld) {
		t.Errorf("second lock: %v, want ErrHeld", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	third, err := f.Lock()
	if err != nil {
		t.Fatalf("after closing: %v", err)
	}
	_ = third.Close()
}

func TestNote(t *testing.T) {
	t.Parallel()
	f := open(t)
	if _, err := f.ReadNote(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no note: %v", err)
	}
	want := Note{PID: 7, Socket: "/run/x.sock"}
	if err := f.WriteNote(want); err != nil {
		t.Fatal(err)
	}
	if got, err := f.ReadNote(); err != nil || got != want {
		t.Errorf("got %v, %v", got, err)
	}
	for _, broken := range []string{"", "{", "[]", `{"pid":1}`} {
		if err := os.WriteFile(f.note(), []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := f.ReadNote(); err == nil {
			t.Errorf("%q is read as %v", broken, got)
		}
	}
}

func TestSocketPath(t *testing.T) {
	short := open(t)
	if path, err := short.SocketPath(); err != nil || filepath.Dir(path) != string(short) {
		t.Errorf("short folder: %s, %v", path, err)
	}
	runtime := t.TempDir()
	t.Setenv("XDG_RUNTIME_DIR", runtime)
	long := Folder("/" + strings.Repeat("x", 200))
	path, err := long.SocketPath()
	if err != nil || !strings.HasPrefix(path, runtime) || len(path) > longestSocketPath {
		t.Errorf("long folder: %s, %v", path, err)
	}
	if other, _ := Folder(long + "y").SocketPath(); other == path {
		t.Error("two folders, one socket")
	}
	if err := os.Chmod(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if path, err := long.SocketPath(); err == nil {
		t.Errorf("a runtime folder that is open to others is taken: %s", path)
	}
	t.Setenv("XDG_RUNTIME_DIR", filepath.Join(runtime, strings.Repeat("y", 100)))
	if path, err := long.SocketPath(); err == nil {
		t.Errorf("no runtime folder, but %s", path)
	}
}

func TestOpenFollowsLinks(t *testing.T) {
	t.Parallel()
	real := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	byLink, err := Open(link)
	if err != nil {
		t.Fatal(err)
	}
	direct, err := Open(real)
	if err != nil || byLink != direct {
		t.Errorf("%s and %s (%v): one folder has two names", byLink, direct, err)
	}
}

func open(t *testing.T) Folder {
	t.Helper()
	f, err := Open(filepath.Join(t.TempDir(), "made", "here"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}
