package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"crosstalk/simulate"
	"crosstalk/warehouse/engine"
)

// serving starts `serve` as a process on a free port and waits until it is ready.
func serving(t *testing.T, data string, args ...string) (base string, cmd *exec.Cmd) {
	t.Helper()
	address := free(t)
	cmd = program(append([]string{"--data", data, "serve", "--listen", address}, args...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(cmd) })
	base = "http://" + address
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if code, _, _ := get(base + "/readyz"); code == http.StatusOK {
			return base, cmd
		}
	}
	t.Fatal("serve did not become ready")
	return "", nil
}

func stop(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(os.Interrupt)
	_ = cmd.Wait()
}

func get(url string) (code int, header http.Header, body string) {
	client := http.Client{Timeout: 15 * time.Second}
	r, err := client.Get(url)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer r.Body.Close()
	b, _ := io.ReadAll(r.Body)
	return r.StatusCode, r.Header, string(b)
}

// enginePID is the process that serves a data folder at this moment.
func enginePID(t *testing.T, data string) int {
	t.Helper()
	e, err := engine.Open(context.Background(), engine.Options{DataDir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	return e.Status().PID
}

// TestEngineKilledUnderLoad kills the engine while pages are asked for: they say when to
// come back, and come back by themselves with the same answers.
func TestEngineKilledUnderLoad(t *testing.T) {
	data := folder(t)
	imported(t, data, write(t, simulate.Options{Seed: 3, People: 80, Weeks: 8}))
	base, _ := serving(t, data)
	urls := []string{"/", "/sprawl", "/metric/tool_share.csv", "/metric/tie_frequency.csv?period=4w"}
	before := map[string]string{}
	for _, u := range urls {
		code, _, body := get(base + u)
		if code != http.StatusOK {
			t.Fatalf("%s: %d", u, code)
		}
		before[u] = body
	}
	for round := range 3 {
		if err := syscall.Kill(enginePID(t, data), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		refused, recovered := 0, 0
		for deadline := time.Now().Add(60 * time.Second); recovered < 3*len(urls) && time.Now().Before(deadline); {
			for _, u := range urls {
				code, header, body := get(base + u)
				switch code {
				case http.StatusOK:
					recovered++
				case http.StatusServiceUnavailable:
					refused, recovered = refused+1, 0
					if header.Get("Retry-After") == "" {
						t.Errorf("%s: 503 without Retry-After", u)
					}
				default:
					t.Fatalf("%s: %d while the engine restarts: %.200s", u, code, body)
				}
			}
		}
		if recovered < 3*len(urls) {
			t.Fatalf("round %d: the pages did not recover", round)
		}
		t.Logf("round %d: %d answers of 503", round, refused)
	}
	for _, u := range urls {
		if !strings.HasSuffix(u, ".csv") && !strings.Contains(u, ".csv?") {
			continue
		}
		if _, _, body := get(base + u); body != before[u] {
			t.Errorf("%s answers something else after the engine was killed", u)
		}
	}
}

// TestOneEngine starts and stops `import` and `serve` on one folder in every order: there is
// one engine all along, and none when the last has gone.
func TestOneEngine(t *testing.T) {
	data, export := folder(t), write(t, simulate.Options{Seed: 3, People: 60, Weeks: 6})
	imported(t, data, export)
	orders := []string{"serve first, import inside", "import first, serve outlives it", "serve killed while importing", "two serves"}
	for i, order := range orders {
		t.Run(order, func(t *testing.T) {
			importing := program("--data", data, "import", export)
			if i == 1 {
				if err := importing.Start(); err != nil {
					t.Fatal(err)
				}
			}
			base, server := serving(t, data)
			pid := enginePID(t, data)
			if i == 0 || i == 2 {
				if err := importing.Start(); err != nil {
					t.Fatal(err)
				}
			}
			if i == 2 {
				time.Sleep(200 * time.Millisecond)
				_ = server.Process.Kill()
			}
			if i == 3 {
				second, _ := serving(t, data)
				if code, _, _ := get(second + "/sprawl"); code != http.StatusOK {
					t.Errorf("the second serve answers %d", code)
				}
			} else {
				_ = importing.Wait()
				if code := importing.ProcessState.ExitCode(); code != exitDone && code != exitRejects {
					t.Errorf("the import ended with %d", code)
				}
			}
			if i != 2 {
				if now := enginePID(t, data); now != pid {
					t.Errorf("another engine: %d, then %d", pid, now)
				}
				if code, _, _ := get(base + "/sprawl"); code != http.StatusOK {
					t.Errorf("serve answers %d", code)
				}
			}
			stop(server)
		})
	}
	t.Run("none is left", func(t *testing.T) {
		for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
			out, _ := exec.Command("pgrep", "-f", fmt.Sprintf("%s.*%s", engine.ChildCommand, data)).Output()
			if len(strings.TrimSpace(string(out))) == 0 {
				return
			}
		}
		t.Error("an engine still runs for the folder")
	})
}
