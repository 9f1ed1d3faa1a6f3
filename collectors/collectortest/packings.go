package collectortest

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors"
)

// Packings checks that the folder of a case gives the same records when it is packed, as
// it is and below an enclosing folder, and is recognised in every packing.
func Packings(t *testing.T, c collectors.Collector, dir string) {
	t.Helper()
	input, options := inputOf(t, dir), optionsOf(t, dir)
	want := linesOf(t, Collect(t, c, input, options))
	for _, below := range []string{"", "./export of 2020/"} {
		for name, pack := range map[string]func(*testing.T, io.Writer, string, string){"a.zip": packZIP, "a.tar": packTar, "a.tar.gz": packTarGzip} {
			path := filepath.Join(t.TempDir(), name)
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			pack(t, f, input, below)
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			got := linesOf(t, Collect(t, c, path, options))
			for i := range got { // the places of rejects
				got[i] = strings.Replace(got[i], `"Entry":"export of 2020/`, `"Entry":"`, 1)
			}
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s below %q differs from the folder (-want +got):\n%s", name, below, diff)
			}
			testRecognised(t, c, path)
		}
	}
}

func packZIP(t *testing.T, to io.Writer, input, below string) {
	w := zip.NewWriter(to)
	eachFile(t, input, func(name string, content []byte) error {
		f, err := w.Create(filepath.ToSlash(filepath.Clean(below + name)))
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

func packTar(t *testing.T, to io.Writer, input, below string) {
	w := tar.NewWriter(to)
	eachFile(t, input, func(name string, content []byte) error {
		if err := w.WriteHeader(&tar.Header{Name: below + name, Mode: 0o644, Size: int64(len(content))}); err != nil {
			return err
		}
		_, err := w.Write(content)
		return err
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func packTarGzip(t *testing.T, to io.Writer, input, below string) {
	w := gzip.NewWriter(to)
	packTar(t, w, input, below)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// eachFile gives every file of a folder with its path below it, which has slashes.
func eachFile(t *testing.T, folder string, visit func(name string, content []byte) error) {
	t.Helper()
	err := filepath.WalkDir(folder, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(folder, p)
		if err != nil {
			return err
		}
		return visit(filepath.ToSlash(rel), content)
	})
	if err != nil {
		t.Fatal(err)
	}
}
