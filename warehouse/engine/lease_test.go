package engine_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"crosstalk/warehouse/engine"
	"crosstalk/warehouse/engine/enginetest"
)

// TestHolder is no test: it is the command that holds a lease in another process, for the tests that kill it.
func TestHolder(t *testing.T) {
	folder := os.Getenv("CROSSTALK_TEST_HOLDER")
	if folder == "" {
		return
	}
	e, err := engine.Open(context.Background(), enginetest.Options(folder))
	check(t, err)
	fmt.Println("holds", e.Status().PID)
	time.Sleep(time.Minute)
}

// holder starts a process that holds a lease, and gives the engine's process id.
func holder(t *testing.T, folder string) (*exec.Cmd, int) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestHolder$")
	command.Env = append(os.Environ(), "CROSSTALK_TEST_HOLDER="+folder)
	output, err := command.StdoutPipe()
	check(t, err)
	check(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	var pid int
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if n, _ := fmt.Sscanf(lines.Text(), "holds %d", &pid); n == 1 {
			return command, pid
		}
	}
	t.Fatal("the other process holds no lease")
	return nil, 0
}

func TestManyStartersOneEngine(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	var starters sync.WaitGroup
	pids := make([]int, 6)
	for i := range pids {
		starters.Go(func() {
			if i%3 == 0 {
				_, pids[i] = holder(t, folder)
				return
			}
			e := openEngine(t, enginetest.Options(folder))
			pids[i] = e.Status().PID
		})
	}
	starters.Wait()
	for _, pid := range pids {
		if pid == 0 || pid != pids[0] {
			t.Fatalf("engines %v, want one", pids)
		}
	}
}

// Whoever started the engine may go first, and by SIGKILL: the others keep it, and it ends after the last.
func TestEngineLivesAsLongAsItsLeases(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	starter, pid := holder(t, folder)
	second := openEngine(t, enginetest.Options(folder))
	if second.Status().PID != pid {
		t.Fatalf("a second engine %d beside %d", second.Status().PID, pid)
	}
	check(t, starter.Process.Kill())
	_ = starter.Wait()
	time.Sleep(500 * time.Millisecond) // five times as long as the engine lingers
	check(t, connect(t, second.Options()).Ping(context.Background()))
	last, lastPID := holder(t, folder)
	check(t, second.Close())
	time.Sleep(300 * time.Millisecond)
	if lastPID != pid || !isAlive(pid) {
		t.Fatalf("the engine ended while it was needed")
	}
	check(t, last.Process.Kill())
	eventually(t, 10*time.Second, "the engine ends after the last lease", func() bool { return !isAlive(pid) })
	next := openEngine(t, enginetest.Options(folder))
	if next.Status().PID == pid {
		t.Error("no new engine")
	}
}

// Commands that come and go quickly meet engines that start and end: each gets one that works.
func TestComingsAndGoings(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	options := enginetest.Options(folder)
	options.Linger = time.Millisecond
	var commands sync.WaitGroup
	for i := range 3 {
		commands.Go(func() {
			for range 4 {
				e, err := engine.Open(context.Background(), options)
				if err != nil {
					t.Error(err)
					return
				}
				if err := connect(t, e.Options()).Ping(context.Background()); err != nil {
					t.Error(err)
				}
				time.Sleep(time.Duration(i*37) * time.Millisecond)
				_ = e.Close()
			}
		})
	}
	commands.Wait()
}

func TestEngineStopsCleanlyOnSIGTERM(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	_, pid := holder(t, folder)
	check(t, syscall.Kill(pid, syscall.SIGTERM))
	eventually(t, 10*time.Second, "it ends", func() bool { return !isAlive(pid) })
	log, err := os.ReadFile(filepath.Join(folder, "engine.log"))
	check(t, err)
	if !strings.Contains(string(log), `msg="the engine ends" pid=`+fmt.Sprint(pid)+" clean=true") {
		t.Errorf("no clean end in the log:\n%s", log)
	}
}

// A statement that would run for hours must not keep the engine from a clean end.
func TestEngineStopsWithAStatementRunning(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t)
	e := openEngine(t, enginetest.Options(folder))
	pid := e.Status().PID
	c := connect(t, e.Options())
	failed := make(chan error, 1)
	go func() { failed <- drain(c.Query(context.Background(), endless)) }()
	watcher := connect(t, e.Options())
	eventually(t, 5*time.Second, "the statement runs", func() bool { return runningStatements(t, watcher, endless) == 1 })
	check(t, syscall.Kill(pid, syscall.SIGTERM))
	eventually(t, 15*time.Second, "it ends", func() bool { return !isAlive(pid) })
	if err := <-failed; !errors.Is(err, engine.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	log, err := os.ReadFile(filepath.Join(folder, "engine.log"))
	check(t, err)
	if !strings.Contains(string(log), "pid="+fmt.Sprint(pid)+" clean=true") {
		t.Errorf("no clean end in the log:\n%s", log)
	}
}

func TestDeepDataFolder(t *testing.T) {
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	folder := dataFolder(t, strings.Repeat("deep/", 30), "data")
	e := openEngine(t, enginetest.Options(folder))
	check(t, connect(t, e.Options()).Ping(context.Background()))
	sockets, err := filepath.Glob(filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "crosstalk-*", "*.sock"))
	check(t, err)
	if len(sockets) != 1 {
		t.Fatalf("sockets %v, want one", sockets)
	}
	for path, want := range map[string]os.FileMode{sockets[0]: 0o600, filepath.Dir(sockets[0]): 0o700} {
		info, err := os.Stat(path)
		check(t, err)
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", path, info.Mode().Perm(), want)
		}
	}
}

func TestFoldersThatCannotBeServed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(t *testing.T, folder string) string
		want    []string
	}{
		"a file in its place": {
			func(t *testing.T, folder string) string {
				check(t, os.WriteFile(filepath.Join(folder, "file"), nil, 0o600))
				return filepath.Join(folder, "file", "data")
			}, []string{"data folder", "cannot be written", "--data"},
		},
		"nowhere to make it": {
			func(*testing.T, string) string { return "/proc/crosstalk" }, []string{"data folder /proc/crosstalk cannot be written", "--data"},
		},
		"written by a newer ClickHouse": {
			func(t *testing.T, folder string) string {
				check(t, os.WriteFile(filepath.Join(folder, "engine.version"), []byte("99.1.2\n"), 0o600))
				return folder
			}, []string{"written by ClickHouse 99.1", "newer than the installed", "restore a backup"},
		},
		"a version that is none": {
			func(t *testing.T, folder string) string {
				check(t, os.WriteFile(filepath.Join(folder, "engine.version"), []byte("\x00\x00"), 0o600))
				return folder
			}, []string{"does not hold a version number", "remove that file"},
		},
		"held by something else": {
			func(t *testing.T, folder string) string {
				lock, err := os.Create(filepath.Join(folder, "engine.lock"))
				check(t, err)
				check(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
				t.Cleanup(func() { _ = lock.Close() })
				return folder
			}, []string{"its engine neither answers nor ends"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
			defer cancel()
			folder := test.prepare(t, dataFolder(t))
			e, err := engine.Open(ctx, enginetest.Options(folder))
			if err == nil {
				_ = e.Close()
				t.Fatal("the engine took the folder")
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
}

func TestMissingLibrary(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ path, want string }{
		"no such file":     {"/nowhere/libchdb.so", "CHDB_LIB_PATH is /nowhere/libchdb.so, which is no file"},
		"not this library": {"/proc/self/exe", "load "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := enginetest.Options(dataFolder(t))
			options.Env = append(options.Env, "CHDB_LIB_PATH="+test.path)
			e, err := engine.Open(context.Background(), options)
			if err == nil {
				_ = e.Close()
				t.Fatal("an engine without a library")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q does not say %q", err, test.want)
			}
		})
	}
}

// The memory limit has to reach ClickHouse, and a statement past it has to fail without taking the engine along.
func TestMemoryLimit(t *testing.T) {
	t.Parallel()
	options := enginetest.Options(dataFolder(t))
	options.MemoryLimit = 1 << 30
	e := openEngine(t, options)
	c := connect(t, e.Options())
	err := drain(c.Query(context.Background(), "SELECT length(groupArray(number)) FROM numbers(400000000)"))
	if err == nil || !strings.Contains(err.Error(), "code: 241") {
		t.Errorf("got %v, want code 241", err)
	}
	check(t, c.Ping(context.Background()))
	if e.Status().Restarts != 0 {
		t.Error("the engine died of it")
	}
}

// Neither values nor statements may be in any file of the folder but the data.
func TestLogHoldsNoValues(t *testing.T) {
	t.Parallel()
	const secret = "ValueThatNobodyMaySee"
	folder := dataFolder(t)
	e := openEngine(t, enginetest.Options(folder))
	c := connect(t, e.Options())
	for _, sql := range []string{
		"SELECT '" + secret + "'", "SELECT toUInt8('" + secret + "')", "SELECT '" + secret + "' FROM no_such_table", "SELEC '" + secret + "'", secret,
		"SELECT throwIf(1, '" + secret + "')", "INSERT INTO no_such_table VALUES ('" + secret + "')",
	} {
		_ = drain(c.Query(context.Background(), sql))
	}
	entries, err := os.ReadDir(folder)
	check(t, err)
	for _, entry := range entries {
		if !entry.Type().IsRegular() {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		check(t, err)
		if strings.Contains(strings.ToLower(string(content)), strings.ToLower(secret)) {
			t.Errorf("%s holds the value", entry.Name())
		}
	}
}
