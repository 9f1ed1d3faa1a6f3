package live_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"crosstalk/collectors/live"
)

// office is a drop folder with what an importer would do to it.
type office struct {
	t      *testing.T
	folder string
	drop   *live.DropFolder
	now    time.Time

	mu       sync.Mutex
	imported []string // names, each as often as it was imported
	known    map[[32]byte]bool
	fail     map[string]error  // by name
	during   func(path string) // called while a file is being imported, after it was read
}

const settle = 5 * time.Second

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, folder: t.TempDir(), now: time.Now(), known: map[[32]byte]bool{}, fail: map[string]error{}}
	o.drop = o.watcher()
	return o
}

// watcher is a further process that watches the same folder.
func (o *office) watcher() *live.DropFolder {
	clock := live.Clock{Now: func() time.Time { return o.now }, Wait: func(_ context.Context, d time.Duration) error {
		o.now = o.now.Add(d)
		return nil
	}}
	return live.NewDropFolder(live.DropOptions{Path: o.folder, Settle: settle, Clock: clock, Known: o.isKnown, Import: o.read})
}

func (o *office) read(_ context.Context, path string) error {
	name := filepath.Base(path)
	if o.during != nil {
		defer o.during(path)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.imported = append(o.imported, name)
	if err := o.fail[name]; err != nil {
		return err
	}
	if log, err := os.ReadFile(path + "-wal"); err == nil { // which a collector reads with the database
		o.known[sha256.Sum256(log)] = true
	}
	return filepath.WalkDir(path, func(p string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			content, err := os.ReadFile(p)
			o.known[sha256.Sum256(content)] = true
			return err
		}
		return err
	})
}

func (o *office) isKnown(_ context.Context, digests [][32]byte) (bool, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !slices.ContainsFunc(digests, func(d [32]byte) bool { return !o.known[d] }), nil
}

func (o *office) write(name, content string) {
	o.t.Helper()
	path := filepath.Join(o.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		o.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		o.t.Fatal(err)
	}
}

// look lets time pass and looks.
func (o *office) look(d *live.DropFolder) {
	o.t.Helper()
	o.now = o.now.Add(settle)
	if err := d.Poll(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
}

// files lists the whole folder.
func (o *office) files() string {
	o.t.Helper()
	var names []string
	err := filepath.WalkDir(o.folder, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(o.folder, p)
			names = append(names, rel)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return strings.Join(names, " ")
}

func (o *office) expect(imported, files string) {
	o.t.Helper()
	o.mu.Lock()
	got := strings.Join(o.imported, " ")
	o.mu.Unlock()
	if got != imported {
		o.t.Errorf("imported %q, want %q", got, imported)
	}
	if got := o.files(); got != files {
		o.t.Errorf("the folder holds %q, want %q", got, files)
	}
}

func TestDropFolderTakesWhatIsComplete(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("a.zip", "one")
	o.write("export/users.json", "[]")
	o.write("export/general/1.json", "[1]")
	o.look(o.drop)
	o.expect("", "a.zip export/general/1.json export/users.json")
	o.look(o.drop)
	o.expect("a.zip export", "done/a.zip done/export/general/1.json done/export/users.json")
	o.look(o.drop)
	o.expect("a.zip export", "done/a.zip done/export/general/1.json done/export/users.json")
}

func TestDropFolderWaitsForHalfWrittenFiles(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("a.mbox", "From one\n")
	o.look(o.drop)
	o.write("a.mbox", "From one\nFrom two\n")
	o.look(o.drop)
	o.expect("", "a.mbox")

	// It stands still, but somebody holds it open.
	f, err := os.OpenFile(filepath.Join(o.folder, "a.mbox"), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	o.look(o.drop)
	o.look(o.drop)
	o.expect("", "a.mbox")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	o.look(o.drop)
	o.expect("a.mbox", "done/a.mbox")
}

func TestDropFolderTakesNoticeOfOneLookOnly(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("a.zip", "one")
	for range 4 { // four looks within the time to settle
		if err := o.drop.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
		o.now = o.now.Add(settle / 5)
	}
	o.expect("", "a.zip")
	o.look(o.drop)
	o.expect("a.zip", "done/a.zip")
}

func TestDropFolderPassesOver(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const files = ".hidden a.crdownload a.part a.tmp a.zip.filepart backup~ done/old.zip empty.zip failed/older.zip link uploading/a.json uploading/b.json.part ~$draft"
	for _, name := range strings.Fields(files) {
		if name != "empty.zip" && name != "link" {
			o.write(name, "text")
		}
	}
	o.write("empty.zip", "")
	if err := os.Symlink(filepath.Join(o.folder, "done", "old.zip"), filepath.Join(o.folder, "link")); err != nil {
		t.Fatal(err)
	}
	o.look(o.drop)
	o.look(o.drop)
	o.expect("", files)

	// What nobody has written to for an hour will not be finished.
	o.now = o.now.Add(2 * time.Hour)
	o.look(o.drop)
	o.expect("uploading", ".hidden a.crdownload a.part a.tmp a.zip.filepart backup~ done/old.zip done/uploading/a.json done/uploading/b.json.part empty.zip failed/older.zip link ~$draft")
}

func TestDropFolderPutsRefusedFilesAside(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.fail["a.zip"] = fmt.Errorf("wrapped: %w", &live.RefusedError{Reason: "not recognised"})
	for i := range 2 {
		o.write("a.zip", fmt.Sprint("bad ", i))
		o.write("b.zip", fmt.Sprint("good ", i))
		o.look(o.drop)
		o.look(o.drop)
	}
	o.expect("a.zip b.zip a.zip b.zip", "done/b.zip done/b.zip.2 failed/a.zip failed/a.zip.2 failed/a.zip.2.reason.txt failed/a.zip.reason.txt")
	reason, err := os.ReadFile(filepath.Join(o.folder, "failed", "a.zip.reason.txt"))
	if err != nil || string(reason) != "not recognised\n" {
		t.Errorf("the reason reads %q, %v", reason, err)
	}
}

func TestDropFolderTriesAgainWhatIsNotTheFilesFault(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	down := errors.New("down")
	o.fail["a.zip"] = down
	o.write("a.zip", "one")
	o.write("b.zip", "two")
	o.look(o.drop)
	o.now = o.now.Add(settle)
	if err := o.drop.Poll(t.Context()); !errors.Is(err, down) {
		t.Errorf("error %v", err)
	}
	o.expect("a.zip b.zip", "a.zip done/b.zip")
	delete(o.fail, "a.zip")
	o.look(o.drop)
	o.expect("a.zip b.zip a.zip", "done/a.zip done/b.zip")
}

func TestDropFolderImportsAContentOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("a.zip", "one")
	o.write("copy.zip", "one")
	o.write("other.zip", "two")
	o.look(o.drop)
	o.look(o.drop)
	o.expect("a.zip other.zip", "done/a.zip done/copy.zip done/other.zip")
}

func TestDropFolderReadsAgainWhatGrewMeanwhile(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("a.mbox", "From one\n")
	o.during = func(path string) {
		o.during = nil
		if err := os.WriteFile(path, []byte("From one\nFrom two\n"), 0o644); err != nil {
			t.Error(err)
		}
	}
	o.look(o.drop)
	o.look(o.drop)
	o.expect("a.mbox", "a.mbox")
	o.look(o.drop)
	o.look(o.drop)
	o.expect("a.mbox a.mbox", "done/a.mbox")
}

func TestDropFolderThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("a.zip", "one")
	o.write("bad.zip", "bad")
	// Files stand in the way of the shelves, which stops a superuser too.
	o.write("done", "a file")
	o.write("failed", "a file")
	o.fail["bad.zip"] = &live.RefusedError{Reason: "not recognised"}
	o.fail["done"], o.fail["failed"] = o.fail["bad.zip"], o.fail["bad.zip"]
	for range 5 {
		o.look(o.drop)
	}
	o.expect("a.zip bad.zip done failed", "a.zip bad.zip done failed")

	// After a restart nothing is imported twice, and what was refused is tried once more.
	restarted := o.watcher()
	for range 4 {
		o.look(restarted)
	}
	o.expect("a.zip bad.zip done failed bad.zip done failed", "a.zip bad.zip done failed")

	// A file that changes is a new one.
	o.write("a.zip", "one and more")
	o.look(restarted)
	o.look(restarted)
	o.expect("a.zip bad.zip done failed bad.zip done failed a.zip", "a.zip bad.zip done failed")
}

// What a database keeps beside itself goes with it, and is no export of its own.
func TestDropFolderTakesDatabasesWhole(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("chat.db", "pages")
	o.write("chat.db-wal", "later pages")
	o.write("chat.db-shm", "index")
	o.write("daily-journal", "an export that is called so")
	o.look(o.drop)
	o.write("chat.db-wal", "later pages, and more")
	o.look(o.drop)
	o.expect("daily-journal", "chat.db chat.db-shm chat.db-wal done/daily-journal")
	o.look(o.drop)
	o.expect("daily-journal chat.db", "done/chat.db done/chat.db-shm done/chat.db-wal done/daily-journal")
	o.write("chat.db", "pages")
	o.write("chat.db-wal", "another log")
	o.look(o.drop)
	o.look(o.drop)
	o.expect("daily-journal chat.db chat.db", "done/chat.db done/chat.db-shm done/chat.db-wal done/chat.db.2 done/chat.db.2-wal done/daily-journal")
}

// Where nothing can be moved, a database whose log changed is a new one, after a restart too.
func TestDropFolderKnowsLogs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("chat.db", "pages")
	o.write("chat.db-wal", "a log")
	o.write("done", "a file, so that no shelf can be made")
	o.look(o.drop)
	o.look(o.drop)
	o.expect("chat.db done", "chat.db chat.db-wal done")
	for _, c := range []struct{ log, imported string }{{"a log", "chat.db done"}, {"another log", "chat.db done chat.db"}} {
		o.write("chat.db-wal", c.log)
		restarted := o.watcher()
		o.look(restarted)
		o.look(restarted)
		o.expect(c.imported, "chat.db chat.db-wal done")
	}
}

func TestDropFolderIsMissing(t *testing.T) {
	t.Parallel()
	d := live.NewDropFolder(live.DropOptions{Path: filepath.Join(t.TempDir(), "secret-merger")})
	err := d.Once(t.Context())
	if err == nil || strings.Contains(err.Error(), "secret-merger") || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("error %v", err)
	}
}

func TestTwoWatchersTakeEachFileOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.during = func(string) { time.Sleep(time.Millisecond) } // so that the other one comes by
	var want []string
	for i := range 40 {
		name := fmt.Sprintf("%02d.zip", i)
		want = append(want, "done/"+name)
		o.write(name, name)
	}
	watchers := []*live.DropFolder{o.drop, o.watcher(), o.watcher()}
	for _, w := range watchers {
		if err := w.Poll(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	o.now = o.now.Add(settle)
	var all sync.WaitGroup
	for _, w := range watchers {
		all.Go(func() {
			if err := w.Poll(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(o.imported) != len(want) {
		t.Errorf("%d imports of %d files: %v", len(o.imported), len(want), o.imported)
	}
	if got := o.files(); got != strings.Join(want, " ") {
		t.Errorf("the folder holds %s", got)
	}
}

// killVariable makes the test's binary a process that imports a file and is killed before it can move it.
const killVariable = "CROSSTALK_KILLED_AFTER_IMPORT"

func TestMain(m *testing.M) {
	if folder := os.Getenv(killVariable); folder != "" {
		importAndDie(folder)
	}
	os.Exit(m.Run())
}

func importAndDie(folder string) {
	d := live.NewDropFolder(live.DropOptions{Path: folder, Settle: time.Nanosecond, Import: func(context.Context, string) error {
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}})
	fmt.Println(d.Once(context.Background()))
}

func TestDropFolderAfterAKill(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.write("a.zip", "one")
	o.write("b.zip", "two")
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killVariable+"="+o.folder)
	output, err := child.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !exit.Sys().(syscall.WaitStatus).Signaled() {
		t.Fatalf("the process was not killed: %v, %s", err, output)
	}
	o.expect("", "a.zip b.zip")
	o.known[sha256.Sum256([]byte("one"))] = true // its run was published
	restarted := o.watcher()
	o.look(restarted)
	o.look(restarted)
	o.expect("b.zip", "done/a.zip done/b.zip")
}
