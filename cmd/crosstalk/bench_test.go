package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ulikunitz/xz"

	"crosstalk/access"
	"crosstalk/collectors/collectortest"
	"crosstalk/simulate"
	"crosstalk/warehouse"
)

// pairs is how often a command and what it is measured against are run in turn; medians
// of the ratios hold when the machine's speed drifts.
const pairs = 7

// BenchmarkImportMbox times the whole import of half a year of a kernel list, as a process, against
// grep counting the separators of the same file.
func BenchmarkImportMbox(b *testing.B) {
	mbox := filepath.Join(b.TempDir(), "clk.mbox")
	unpack(b, collectortest.Shared(b, "corpora", "email-linux-clk", "linux-clk-2025H2.mbox.xz"), mbox)
	against(b, mbox, func() *exec.Cmd { return exec.Command("grep", "-c", "^From ", mbox) })
}

// BenchmarkImportSlack times the whole import of a Slack export against a program that only
// unzips it and decodes its JSON.
func BenchmarkImportSlack(b *testing.B) {
	export := collectortest.Shared(b, "corpora", "slack-rcwg", "r-contributors-slack-export.zip")
	against(b, export, func() *exec.Cmd {
		cmd := exec.Command(os.Args[0], export)
		cmd.Env = append(os.Environ(), asYardstick+"=1")
		return cmd
	})
}

// against runs imports into new folders, whose engine runs already, and the yardstick in turn.
func against(b *testing.B, path string, yardstick func() *exec.Cmd) {
	for b.Loop() {
		var ours, theirs, ratios []float64
		for range pairs {
			other := timed(b, yardstick())
			data := folder(b)
			w, err := warehouse.Open(context.Background(), warehouse.Options{DataDir: data})
			if err != nil {
				b.Fatal(err)
			}
			own := timed(b, program("--data", data, "import", path))
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
			ours, theirs, ratios = append(ours, own), append(theirs, other), append(ratios, own/other)
		}
		b.ReportMetric(median(ours), "import-s")
		b.ReportMetric(median(theirs), "yardstick-s")
		b.ReportMetric(median(ratios), "ratio")
		b.ReportMetric(0, "ns/op")
	}
}

func timed(b *testing.B, cmd *exec.Cmd) float64 {
	b.Helper()
	if cmd.Stdout == nil || cmd.Stdout == io.Discard {
		cmd.Stdout = &bytes.Buffer{} // grep stops at the first match when nobody reads
	}
	began := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("%s: %v", cmd.Path, err)
	}
	return time.Since(began).Seconds()
}

func median(v []float64) float64 {
	sorted := slices.Sorted(slices.Values(v))
	return sorted[len(sorted)/2]
}

func unpack(b *testing.B, from, to string) {
	b.Helper()
	in, err := os.Open(from)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	r, err := xz.NewReader(in)
	if err != nil {
		b.Fatal(err)
	}
	out, err := os.Create(to)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(out, r); err != nil {
		b.Fatal(err)
	}
	if err := out.Close(); err != nil {
		b.Fatal(err)
	}
}

// yardstickMessage is what the yardstick decodes of a Slack message: what an importer needs.
type yardstickMessage struct {
	Type, Subtype, TS, User, Text string
	BotID                         string `json:"bot_id"`
	Thread                        string `json:"thread_ts"`
	Reactions                     []struct {
		Name  string
		Users []string
		Count int
	}
	Files  []struct{ ID, Mode string }
	Edited *struct{ User, TS string }
}

// decodeSlack is the yardstick: unzip, decode, count.
func decodeSlack(path string) int {
	z, err := zip.OpenReader(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer z.Close()
	n := 0
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".json") || !strings.Contains(f.Name, "/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		var messages []yardstickMessage
		_ = json.NewDecoder(r).Decode(&messages) // some entries are no day files
		r.Close()
		n += len(messages)
	}
	if n < 12000 {
		fmt.Fprintln(os.Stderr, "only", n)
		return 1
	}
	return 0
}

// BenchmarkImportMemory gives the largest resident memory of the importing process for one
// million and for five million messages, half Slack, half mail. It should hardly grow.
func BenchmarkImportMemory(b *testing.B) {
	for b.Loop() {
		for _, messages := range []int{1_000_000, 5_000_000} {
			export := filepath.Join(b.TempDir(), "export")
			o := simulate.Options{Seed: 3, Tools: 2, Messages: messages, People: 2000, Weeks: 52, Clean: true}
			if _, err := simulate.Write(context.Background(), export, o); err != nil {
				b.Fatal(err)
			}
			cmd := program("--data", folder(b), "import", export)
			took := timed(b, cmd)
			usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
			name := fmt.Sprintf("%dM", messages/1_000_000)
			b.ReportMetric(float64(usage.Maxrss)/1024, name+"-MiB")
			b.ReportMetric(float64(messages)/took, name+"-messages/s")
			if err := os.RemoveAll(export); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(0, "ns/op")
	}
}

// BenchmarkPages gives the median time of every page at two million messages, computed anew each
// time and kept.
func BenchmarkPages(b *testing.B) {
	export, data := filepath.Join(b.TempDir(), "export"), folder(b)
	o := simulate.Options{Seed: 4, Tools: 6, Messages: 2_000_000, People: 2000, Weeks: 104, Clean: true}
	if _, err := simulate.Write(context.Background(), export, o); err != nil {
		b.Fatal(err)
	}
	if err := program("--data", data, "import", export).Run(); err != nil {
		b.Fatal(err)
	}
	a := &app{data: data, config: filepath.Join(export, configurationFile), stdout: io.Discard, stderr: io.Discard}
	w, err := a.open(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	c, err := a.configure()
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range []string{"/", "/sprawl", "/silos", "/frequency", "/sources", "/definitions", "/metric/tool_overlap", "/metric/tie_frequency?period=52w"} {
		b.Run(strings.ReplaceAll(path, "/", "_"), func(b *testing.B) {
			for b.Loop() {
				var anew, kept []float64
				for range pairs {
					server, err := a.server(c, w, access.New(w.Access(), access.Options{}), access.Config{}, "127.0.0.1:0")
					if err != nil {
						b.Fatal(err)
					}
					anew = append(anew, visit(b, server.Handler(), path))
					kept = append(kept, visit(b, server.Handler(), path))
				}
				b.ReportMetric(median(anew)*1000, "anew-ms")
				b.ReportMetric(median(kept)*1000, "kept-ms")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

func visit(b *testing.B, h http.Handler, path string) float64 {
	b.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8080"+path, nil)
	r.RemoteAddr, r.Host = "127.0.0.1:4000", "127.0.0.1"
	answer := httptest.NewRecorder()
	began := time.Now()
	h.ServeHTTP(answer, r)
	took := time.Since(began).Seconds()
	if answer.Code != http.StatusOK {
		b.Fatalf("%s: %d: %s", path, answer.Code, answer.Body)
	}
	return took
}
