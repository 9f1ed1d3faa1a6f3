package collectortest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"crosstalk/collectors"
)

const (
	residentInput = 300 << 20 // bytes of an input
	residentLimit = 200       // MB that a collector may need for any input
	residentPath  = "CROSSTALK_RESIDENT_PATH"
	residentNote  = "CROSSTALK_RESIDENT_NOTE"
	softLimit     = "128MiB" // of the heap, as the import sets it
)

// Written is what write gives of n messages.
func Written(write func(w io.Writer, n int), n int) []byte {
	var b bytes.Buffer
	write(&b, n)
	return b.Bytes()
}

// WriteFile writes what write gives of n messages to a file, and tells its path and size.
func WriteFile(b *testing.B, name string, write func(w io.Writer, n int), n int) (path string, size int64) {
	b.Helper()
	content := Written(write, n)
	path = filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		b.Fatal(err)
	}
	return path, int64(len(content))
}

// Resident is the body of a collector's BenchmarkResident: the most memory, in MB, that a
// process has resident which does nothing but read a file of 300 MB. It fails above 200 MB.
// write gives a file of n messages, with as many accounts and conversations as so large an
// export would have.
func Resident(b *testing.B, c collectors.Collector, name string, o collectors.Options, write func(w io.Writer, n int)) {
	b.Helper()
	ResidentOf(b, c, o, func(dir string) string {
		p := filepath.Join(dir, name)
		WriteLarge(b, p, write)
		return p
	})
}

// WriteLarge writes a file of 300 MB.
func WriteLarge(b *testing.B, p string, write func(w io.Writer, n int)) {
	b.Helper()
	const sample = 10_000
	f, err := os.Create(p)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	write(w, sample*(residentInput/len(Written(write, sample))))
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}

// ResidentOf is the Resident of an input that prepare makes in a folder.
func ResidentOf(b *testing.B, c collectors.Collector, o collectors.Options, prepare func(dir string) (path string)) {
	b.Helper()
	if p := os.Getenv(residentPath); p != "" {
		readAlone(b, c, o, p)
		return
	}
	if _, err := peakMemory(); err != nil {
		b.Skip("this system does not tell how much memory a process had resident: no /proc/self/status")
	}
	p := prepare(b.TempDir())
	peak, messages := 0.0, 0.0
	for b.Loop() {
		one, n := residentOfChild(b, p)
		peak, messages = max(peak, one), n
	}
	b.ReportMetric(messages, "messages")
	b.ReportMetric(peak, "resident-MB")
	b.ReportMetric(0, "ns/op")
	if peak > residentLimit {
		b.Errorf("%.0f MB resident; want %d at most", peak, residentLimit)
	}
}

// residentOfChild has another process of this very program read the path.
func residentOfChild(b *testing.B, p string) (peak, messages float64) {
	b.Helper()
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	levels := strings.Split(b.Name(), "/")
	for i := range levels {
		levels[i] = "^" + regexp.QuoteMeta(levels[i]) + "$"
	}
	note := filepath.Join(b.TempDir(), "note")
	child := exec.CommandContext(b.Context(), program, "-test.run=^$", "-test.benchtime=1x", "-test.bench="+strings.Join(levels, "/"))
	child.Env = append(os.Environ(), residentPath+"="+p, residentNote+"="+note, "GOMEMLIMIT="+softLimit)
	if out, err := child.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(note)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := fmt.Sscan(string(text), &peak, &messages); err != nil {
		b.Fatal(err)
	}
	return peak, messages
}

// readAlone is what the child does.
func readAlone(b *testing.B, c collectors.Collector, o collectors.Options, p string) {
	var sink counter
	if err := Into(b.Context(), c, p, o, &sink); err != nil {
		b.Fatal(err)
	}
	if 2*sink.rejects >= sink.records {
		b.Fatalf("%d of %d records are rejected", sink.rejects, sink.records)
	}
	peak, err := peakMemory()
	if err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv(residentNote), fmt.Appendf(nil, "%.1f %d", peak, sink.messages), 0o600); err != nil {
		b.Fatal(err)
	}
}

// peakMemory is the most memory this process had resident, in MB.
func peakMemory() (float64, error) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		if kilobytes, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			n, err := strconv.ParseFloat(string(bytes.Fields(kilobytes)[0]), 64)
			return n / 1000, err
		}
	}
	return 0, io.ErrUnexpectedEOF
}
