// Package enginetest gives tests a real ClickHouse: one embedded engine for all tests of a package, with a database for
// each test, and a ClickHouse server with users and passwords. It is for tests only. A test that cannot have its engine
// fails, with the command that installs it; it is never skipped.
package enginetest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"crosstalk/warehouse/engine"
)

// childVariable makes a test's binary an engine, or a server, instead of running tests.
const childVariable = "CROSSTALK_ENGINE_CHILD"

// Main runs a package's tests, or is the engine that they use: a package with tests on an engine calls it from TestMain.
func Main(m *testing.M) {
	switch os.Getenv(childVariable) {
	case "engine":
		os.Exit(engine.RunChild(os.Args[1:]))
	case "server":
		os.Exit(runServer(os.Args[1:]))
	}
	code := m.Run()
	shared.end()
	os.Exit(code)
}

// Options are those of an engine that runs in this test's binary, in the given data folder.
func Options(dataDir string) engine.Options {
	return engine.Options{DataDir: dataDir, Args: []string{}, Env: []string{childVariable + "=engine"}, Linger: 100 * time.Millisecond}
}

// shared is the engine of all tests of the package.
var shared sharedEngine

type sharedEngine struct {
	once      sync.Once
	folder    string
	engine    *engine.Engine
	err       error
	databases atomic.Int64
}

func (s *sharedEngine) start() {
	if s.folder, s.err = os.MkdirTemp("", "crosstalk-engine-*"); s.err != nil {
		return
	}
	s.engine, s.err = engine.Open(context.Background(), Options(s.folder))
}

func (s *sharedEngine) end() {
	if s.engine != nil {
		pid := s.engine.Status().PID
		_ = s.engine.Close()
		waitForEnd(pid)
	}
	if s.folder != "" {
		_ = os.RemoveAll(s.folder)
	}
}

// Start gives the package's engine, and starts it for the first test that asks.
func Start(t testing.TB) *engine.Engine {
	t.Helper()
	if os.Getenv(childVariable) != "" {
		t.Fatal("enginetest: this process is an engine's; call enginetest.Main from TestMain")
	}
	shared.once.Do(shared.start)
	if shared.err != nil {
		t.Fatalf("enginetest: %v", shared.err)
	}
	return shared.engine
}

// Database makes an empty database in the package's engine, gives the options to open it with, and drops it when the
// test ends.
func Database(t testing.TB) *clickhouse.Options {
	t.Helper()
	options := Start(t).Options()
	name := fmt.Sprintf("test_%d", shared.databases.Add(1))
	admin := open(t, options)
	run(t, admin, "CREATE DATABASE "+name)
	t.Cleanup(func() { run(t, admin, "DROP DATABASE "+name+" SYNC") })
	own := shared.engine.Options()
	own.Auth.Database = name
	return own
}

// Connect opens a database of its own for the test.
func Connect(t testing.TB) driver.Conn {
	t.Helper()
	return open(t, Database(t))
}

func open(t testing.TB, options *clickhouse.Options) driver.Conn {
	t.Helper()
	c, err := clickhouse.Open(options)
	if err != nil {
		t.Fatalf("enginetest: %v", err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func run(t testing.TB, c driver.Conn, sql string) {
	t.Helper()
	if err := c.Exec(context.Background(), sql); err != nil {
		t.Fatalf("enginetest: %s: %v", strings.Fields(sql)[0], err)
	}
}

// waitForEnd waits until a process has gone, for a few seconds.
func waitForEnd(pid int) {
	process, err := os.FindProcess(pid)
	if err != nil {
		return
	}
	for range 500 {
		if process.Signal(syscall.Signal(0)) != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}
