package main

import (
	"context"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"crosstalk/access"
	"crosstalk/analytics"
	"crosstalk/organisation"
	"crosstalk/warehouse"
)

// scaleDir names a folder in which large data folders are kept from one run of the benchmarks to the next, outside the repository.
const scaleDir = "CROSSTALK_SCALE"

// scaleMemory is what the engine may take at any size.
const scaleMemory = "4GiB"

// scaleSizes are the same people, days and talks with more and more messages. Those above CROSSTALK_SCALE_MOST are left out.
var scaleSizes = []struct {
	name     string
	messages int
}{{"10m", 10_000_000}, {"100m", 100_000_000}}

func filling(data string, messages int, more ...string) []string {
	args := []string{"--data", data, "--config", filepath.Join(data, configurationFile), "--engine-memory", scaleMemory, "simulate", "--fill", "--seed", "1", "--people", "20000", "--tools", "12",
		"--weeks", "104", "--end", "2026-07-07", "--messages", strconv.Itoa(messages)}
	if len(more) == 0 {
		args = slices.Delete(args, 2, 4) // the configuration is written with the rest
	}
	return append(args, more...)
}

// BenchmarkScale fills data folders once, and gives the median time of every page and every metric at its default filter, anew and kept, the
// memory of the program and of the engine, and the bytes of a message on disk with all roll-ups.
func BenchmarkScale(b *testing.B) {
	dir := os.Getenv(scaleDir)
	if dir == "" {
		b.Skipf("%s names no folder to keep the data in: make scale does", scaleDir)
	}
	most, _ := strconv.Atoi(os.Getenv(scaleDir + "_MOST"))
	pages := map[string]float64{}
	for _, size := range scaleSizes {
		if most > 0 && size.messages > most {
			continue
		}
		data := filepath.Join(dir, size.name)
		if !exists(filepath.Join(data, "truth.json")) {
			b.Logf("%s: filled in %.0f s", size.name, timed(b, program(filling(data, size.messages)...)))
		}
		b.Run(size.name, func(b *testing.B) { pages[size.name] = measureScale(b, data, size.messages) })
	}
	if pages["10m"] > 0 && pages["100m"] > 0 {
		b.Logf("ten times the messages: the median page takes %.2f times as long", pages["100m"]/pages["10m"])
	}
}

// measureScale gives the median page, anew.
func measureScale(b *testing.B, data string, messages int) float64 {
	a := &app{data: data, config: filepath.Join(data, configurationFile), memory: scaleMemory, stdout: io.Discard, stderr: io.Discard}
	w, err := a.open(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	c, err := a.configure()
	if err != nil {
		b.Fatal(err)
	}
	paths := menuPaths(b, a, c, w)
	inMenu := len(paths)
	for _, m := range analytics.All() {
		paths = append(paths, "/metric/"+m.Slug())
	}
	var medians []float64
	for b.Loop() {
		medians = nil
		for i, path := range paths {
			anew, kept, core := visitScale(b, a, c, w, data, path)
			b.Logf("%-40s anew %6.0f ms, kept %5.0f ms; on a core, anew %6.0f ms", path, anew*1000, kept*1000, core*1000)
			if i < inMenu {
				medians = append(medians, anew)
			}
		}
	}
	b.ReportMetric(median(medians)*1000, "page-ms")
	b.ReportMetric(slices.Max(medians)*1000, "slowest-page-ms")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(highWater(b, "self"))/1024, "program-MiB")
	b.ReportMetric(float64(highWater(b, engineOf(b, data)))/1024, "engine-MiB")
	b.ReportMetric(float64(diskBytes(b, data))/float64(messages), "bytes/message")
	return median(medians)
}

var menuLink = regexp.MustCompile(`href="(/[a-z-]*)[?"]`)

// menuPaths are the pages of the rail.
func menuPaths(b *testing.B, a *app, c organisation.Config, w *warehouse.Warehouse) []string {
	server, err := a.server(c, w, access.New(w.Access(), access.Options{}), access.Config{}, "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequest("GET", "http://127.0.0.1:8080/", nil)
	r.RemoteAddr, r.Host = "127.0.0.1:4000", "127.0.0.1"
	answer := httptest.NewRecorder()
	server.Handler().ServeHTTP(answer, r)
	var paths []string
	for _, m := range menuLink.FindAllStringSubmatch(answer.Body.String(), -1) {
		paths = append(paths, m[1])
	}
	slices.Sort(paths)
	return slices.DeleteFunc(slices.Compact(paths), func(p string) bool { return strings.HasPrefix(p, "/log") || p == "/metrics" })
}

// visitScale gives the medians of seven visits, after one to warm up: to new servers, which keep nothing, and again; and what a new one takes of a core,
// of the program and the engine together, which says more than the clock where others work too.
func visitScale(b *testing.B, a *app, c organisation.Config, w *warehouse.Warehouse, data, path string) (anew, kept, core float64) {
	var first, again, cores []float64
	engine := engineOf(b, data)
	for i := range pairs + 1 {
		server, err := a.server(c, w, access.New(w.Access(), access.Options{}), access.Config{}, "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		before := coreTime(b, engine) + coreTime(b, "self")
		one := visit(b, server.Handler(), path)
		took := coreTime(b, engine) + coreTime(b, "self") - before
		two := visit(b, server.Handler(), path)
		if i > 0 {
			first, again, cores = append(first, one), append(again, two), append(cores, took)
		}
	}
	return median(first), median(again), median(cores)
}

// coreTime is what a process took of the cores so far, in seconds.
func coreTime(b *testing.B, pid string) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), ") ") // the name before may hold anything
	fields := strings.Fields(after)
	sum := 0.0
	for _, ticks := range fields[11:13] {
		n, err := strconv.Atoi(ticks)
		if err != nil {
			b.Fatal(err)
		}
		sum += float64(n) / 100
	}
	return sum
}

// BenchmarkScaleDay gives the time from the start of an import of one more day to its publication, and to the answer of a metric, on top of
// the largest company. It changes the folder, once.
func BenchmarkScaleDay(b *testing.B) {
	size := scaleSizes[len(scaleSizes)-1]
	data := filepath.Join(os.Getenv(scaleDir), size.name)
	if os.Getenv(scaleDir) == "" || !exists(filepath.Join(data, "truth.json")) {
		b.Skip("there is no large data folder: BenchmarkScale fills it")
	}
	if exists(filepath.Join(data, "truth-2026-07-07.json")) {
		b.Skip("the day is in already")
	}
	a := &app{data: data, config: filepath.Join(data, configurationFile), memory: scaleMemory, stdout: io.Discard, stderr: io.Discard}
	w, err := a.open(context.Background()) // the engine runs, as with serve
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	c, err := a.configure()
	if err != nil {
		b.Fatal(err)
	}
	took := timed(b, program(filling(data, size.messages, "--day", "1")...))
	b.ReportMetric(took, "import-s")
	server, err := a.server(c, w, access.New(w.Access(), access.Options{}), access.Config{}, "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(took+visit(b, server.Handler(), "/metric/tool_activity"), "visible-s")
	b.ReportMetric(0, "ns/op")
}

// highWater is the largest resident memory of a process so far, in KiB.
func highWater(b *testing.B, pid string) int {
	b.Helper()
	text, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if size, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.Fields(size)[0])
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatal("the system tells no largest memory")
	return 0
}

// engineOf finds the engine's process of a data folder.
func engineOf(b *testing.B, data string) string {
	b.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range all {
		if line, err := os.ReadFile(path); err == nil && strings.Contains(string(line), "-folder\x00"+data+"\x00") {
			return filepath.Base(filepath.Dir(path))
		}
	}
	b.Fatalf("no engine has %s open", data)
	return ""
}

// diskBytes waits until nothing is merged any more for a moment, and gives what the folder takes.
func diskBytes(b *testing.B, data string) int64 {
	b.Helper()
	size := func() (sum int64) {
		_ = filepath.WalkDir(data, func(path string, d os.DirEntry, err error) error {
			if err != nil { // parts come and go
				return nil
			}
			if info, err := d.Info(); err == nil && d.Type().IsRegular() {
				sum += info.Size()
			}
			return nil
		})
		return sum
	}
	before := size()
	for range 20 {
		time.Sleep(5 * time.Second)
		now := size()
		if now == before {
			break
		}
		before = now
	}
	return before
}
