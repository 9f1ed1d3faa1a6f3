package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/ulikunitz/xz"

	"crosstalk/simulate"
	"crosstalk/warehouse"
)

// plover stands in every text of these inputs; it must never be said.
const plover = "the plover nests at dawn"

// held is a data folder in which something good is, to see whether bad input changes it.
type held struct {
	data string
	w    *warehouse.Warehouse // keeps the engine, too
}

// newHeld makes a data folder into which an invented company was imported.
func newHeld(t *testing.T) *held {
	t.Helper()
	h := &held{data: folder(t)}
	imported(t, h.data, write(t, simulate.Options{Seed: 5, People: 40, Weeks: 6, Clean: true}))
	h.hold(t)
	return h
}

func (h *held) hold(t *testing.T) {
	t.Helper()
	w, err := warehouse.Open(context.Background(), warehouse.Options{DataDir: h.data})
	if err != nil {
		t.Fatal(err)
	}
	h.w = w
	t.Cleanup(func() { w.Close() })
}

// shown is what pages show: the metrics, and what was read.
func (h *held) shown(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, slug := range []string{"tool_share", "tool_overlap", "tie_frequency"} {
		code, stdout, stderr := crosstalk(t, "--data", h.data, "export", slug)
		if code != exitDone {
			t.Fatalf("export %s: exit %d: %s", slug, code, stderr)
		}
		b.WriteString(stdout)
	}
	sources, err := h.w.Workspaces(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(&b).Encode(sources); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// face is what pages show, and what is stored.
func (h *held) face(t *testing.T) string {
	t.Helper()
	sums, err := h.w.Checksum(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	people, err := h.w.Directory(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return h.shown(t) + fmt.Sprintln(sums, len(people))
}

// unchanged compares faces.
func (h *held) unchanged(t *testing.T, before string) {
	t.Helper()
	if after := h.face(t); after != before {
		t.Errorf("something else is shown afterwards:\n%s\nbefore:\n%s", after, before)
	}
}

// sentence takes out of what was said the lines that only tell how far a command is, and checks
// that one line is left that says what is wanted.
func sentence(t *testing.T, stderr, says string) {
	t.Helper()
	var left []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "crosstalk: reading ") && !strings.HasPrefix(line, "crosstalk: directory row ") {
			left = append(left, line)
		}
	}
	switch {
	case len(left) != 1 || !strings.HasPrefix(left[0], "crosstalk: "):
		t.Errorf("not one sentence: %q", stderr)
	case !strings.Contains(left[0], says):
		t.Errorf("it says %q; want %q", left[0], says)
	}
	for _, never := range []string{plover, "panic", "goroutine"} {
		if strings.Contains(stderr, never) {
			t.Errorf("it says %q: %s", never, stderr)
		}
	}
}

// put writes a file of a new folder and gives its path.
func put(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// putAll writes a folder of files.
func putAll(t *testing.T, files map[string]string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "export")
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, files[name])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarred(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(files[name])), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, files[name])
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// packed compresses content.
func packed(t *testing.T, content []byte, with func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := with(&b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func byGzip(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) }
func byXZ(w io.Writer) (io.WriteCloser, error)   { return xz.NewWriter(w) }

// cut gives that part of a file in hundredths.
func cut(content []byte, hundredths int) []byte { return content[:len(content)*hundredths/100] }

// noise is what compresses badly, so that half of a packed file is half of its content.
func noise(seed, n int) string {
	r := rand.New(rand.NewPCG(1, uint64(seed)))
	b := make([]byte, n)
	for i := range b {
		b[i] = 'a' + byte(r.IntN(26))
	}
	return string(b)
}

// monday is a day that all of these inputs know: 2026-03-02, 09:00 UTC.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// letter is one message of an mbox; header lines may be put in.
func letter(id string, header ...string) string {
	return "From ana@heron.example Mon Mar  2 09:00:00 2026\nFrom: Ana <ana@heron.example>\nTo: ben@heron.example\nMessage-ID: <" + id + "@heron.example>\n" +
		strings.Join(append(header, ""), "\n") + "\n" + plover + "\n\n"
}

const dated = "Date: Mon, 2 Mar 2026 09:00:00 +0000"

// mbox has n messages of a good deal of text.
func mbox(n int) []byte {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.TrimSuffix(letter(fmt.Sprint("m", i), dated), "\n"))
		b.WriteString(noise(i, 500) + "\n\n")
	}
	return []byte(b.String())
}

// post is one message of a Slack export.
func post(user string, at time.Time, more string) string {
	return fmt.Sprintf(`{"type":"message","user":%q,"ts":"%d.000100","text":%q%s}`, user, at.Unix(), plover, more)
}

// slackExport is a small export; files are put in or, when empty, left out.
func slackExport(change map[string]string) map[string]string {
	var posts []string
	for i := range 100 {
		posts = append(posts, post("U0AAAAAA1", monday.Add(time.Duration(i)*time.Minute), `,"blocks":"`+noise(i, 300)+`"`))
	}
	files := map[string]string{
		"users.json":              `[{"id":"U0AAAAAA1","name":"ana","profile":{"email":"ana@heron.example"}},{"id":"U0AAAAAA2","name":"ben"}]`,
		"channels.json":           `[{"id":"C0AAAAAA1","name":"general","members":["U0AAAAAA1","U0AAAAAA2"]}]`,
		"general/2026-03-02.json": "[" + strings.Join(posts, ",") + "]",
	}
	maps.Copy(files, change)
	maps.DeleteFunc(files, func(_, content string) bool { return content == "" })
	return files
}

// mapping reads a table with the columns id, sent, from, to and reply.
const mapping = "tool: huddleboard\nid: id\ntime: sent\nconversation: pair\nsender: from\nrecipients: to\nparent: reply\n"

const tableHeader = "id,sent,from,to,reply\n"
