package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"crosstalk/warehouse"
	"crosstalk/warehouse/engine"
	"crosstalk/warehouse/engine/enginetest"
)

// asYardstick makes it decode a Slack export, for the benchmark to measure against.
const asYardstick = "CROSSTALK_TEST_AS_YARDSTICK"

// asProgram makes the test binary the program itself, for tests that need a process to kill.
const asProgram = "CROSSTALK_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == engine.ChildCommand {
		os.Exit(engine.RunChild(os.Args[2:]))
	}
	if os.Getenv(asProgram) != "" {
		os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	if os.Getenv(asYardstick) != "" {
		os.Exit(decodeSlack(os.Args[1]))
	}
	enginetest.Main(m)
}

// crosstalk runs the program within the test and gives its exit code and what it printed.
func crosstalk(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(args, strings.NewReader(""), &out, &err)
	return code, out.String(), err.String()
}

// imported imports and gives the counts; any code but 0 and 3 fails the test.
func imported(t *testing.T, data string, args ...string) []warehouse.SourceCount {
	t.Helper()
	code, stdout, stderr := crosstalk(t, append([]string{"--data", data, "import", "--json"}, args...)...)
	if code != exitDone && code != exitRejects {
		t.Fatalf("import %v: exit %d: %s", args, code, stderr)
	}
	var counts []warehouse.SourceCount
	if err := json.Unmarshal([]byte(stdout), &counts); err != nil {
		t.Fatalf("import --json printed no array: %v", err)
	}
	return counts
}

// program starts the program as a process of its own.
func program(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	return cmd
}

// folder is a data folder that is removed when the test has ended and the engine, which
// outlives its last user by a moment, has gone.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "crosstalk-test-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for deadline := time.Now().Add(30 * time.Second); os.RemoveAll(dir) != nil; time.Sleep(100 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("the data folder %s cannot be removed", dir)
				return
			}
		}
	})
	return dir
}
