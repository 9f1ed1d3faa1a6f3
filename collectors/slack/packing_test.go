package slack

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

// addFile adds one file to an archive.
type addFile func(name string, content []byte) error

// pack writes a case's input below a folder of an archive.
func pack(t *testing.T, from, below string, add addFile) {
	t.Helper()
	err := filepath.WalkDir(from, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err != nil {
			return err
		}
		return add(below+filepath.ToSlash(rel), b)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func packZIP(t *testing.T, from, below string, to io.Writer) {
	w := zip.NewWriter(to)
	pack(t, from, below, func(name string, content []byte) error {
		f, err := w.Create(name)
		if err != nil {
			return err
		}
		_, err = f.Write(content)
		return err
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func packTar(t *testing.T, from, below string, to io.Writer) {
	w := tar.NewWriter(to)
	pack(t, from, below, func(name string, content []byte) error {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}); err != nil {
			return err
		}
		_, err := w.Write(content)
		return err
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func packTarGzip(t *testing.T, from, below string, to io.Writer) {
	w := gzip.NewWriter(to)
	packTar(t, from, below, w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// However an export is packed, and one folder deeper too, it gives the same records.
func TestPackings(t *testing.T) {
	t.Parallel()
	for _, c := range []string{"workspace", "grid"} {
		from := filepath.Join("testdata", c, "input")
		want := lines(t, from)
		for _, packing := range []struct {
			name, file, below string
			write             func(t *testing.T, from, below string, to io.Writer)
		}{
			{"zip", "a.zip", "", packZIP},
			{"zip with a folder", "a.zip", "Heron export/", packZIP},
			{"tar", "a.tar", "", packTar},
			{"tar with a folder", "a.tar", "./Heron export/", packTar},
			{"tar.gz", "a.tar.gz", "", packTarGzip},
		} {
			t.Run(c+" "+packing.name, func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), packing.file)
				f, err := os.Create(path)
				if err != nil {
					t.Fatal(err)
				}
				packing.write(t, from, packing.below, f)
				if err := f.Close(); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, lines(t, path)); diff != "" {
					t.Errorf("records differ from the folder's (-want +got):\n%s", diff)
				}
				if claim := recognise(t, path); claim.Certainty != collectors.Certain {
					t.Errorf("certainty %d; want certain", claim.Certainty)
				}
			})
		}
	}
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	got, err := collectortest.Collect(t, New(), path, collectors.Options{Workspace: "test"}).Lines()
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestWorkspaceName(t *testing.T) {
	t.Parallel()
	for stem, want := range map[string]string{
		"Heron & Sons Slack export Jan 1 2024 - Jan 1 2025": "Heron & Sons",
		"heron-slack":         "",
		" Slack export Jan 1": "",
	} {
		if got := workspaceName(stem); got != want {
			t.Errorf("%q: %q; want %q", stem, got, want)
		}
	}
}

// stopping ends a context, or fails, after so many messages.
type stopping struct {
	*collectortest.Recorder
	after int
	stop  func() error
}

func (s *stopping) Message(m *record.Message) error {
	if s.after--; s.after == 0 {
		return s.stop()
	}
	return s.Recorder.Message(m)
}

func TestStopsMidway(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, channel := range []string{"a", "b", "c"} {
		manyMessages(t, filepath.Join(folder, channel), 20000)
	}
	full := errors.New("full")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, c := range []struct {
		name string
		stop func() error
		want error
	}{
		{"cancelled", func() error { cancel(); return nil }, context.Canceled},
		{"sink fails", func() error { return full }, full},
	} {
		ctx := ctx
		if c.want == full {
			ctx = t.Context()
		}
		s := &stopping{Recorder: collectortest.NewRecorder(), after: 10000, stop: c.stop}
		err := collectortest.Into(ctx, New(), folder, collectors.Options{Workspace: "heron"}, s)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", c.name, err, c.want)
		}
		if n := len(s.Messages); n > 15000 {
			t.Errorf("%s: went on to %d messages", c.name, n)
		}
	}
}

// manyMessages writes one day of a channel.
func manyMessages(t testing.TB, folder string, n int) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,{"type":"message","user":"U0ADA","text":"%0100d","ts":"17041%05d.000100"}`, i, i)
	}
	b.WriteString("]")
	if err := os.WriteFile(filepath.Join(folder, "2024-01-01.json"), []byte("["+b.String()[1:]), 0o644); err != nil {
		t.Fatal(err)
	}
}
