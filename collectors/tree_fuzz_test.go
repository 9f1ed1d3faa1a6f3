package collectors_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crosstalk/collectors"
)

// FuzzTree opens whatever may lie in a file as a tree: archives and compressions, cut and damaged ones too. What it lists does
// not climb out of it, and what a walk shows is what is listed.
func FuzzTree(f *testing.F) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, name := range []string{"a/b.json", "a/b.json", "../evil", "c"} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: 3}); err != nil {
			f.Fatal(err)
		}
		if _, err := w.Write([]byte("[1]")); err != nil {
			f.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(archive.Bytes()); err != nil {
		f.Fatal(err)
	}
	if err := z.Close(); err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{nil, []byte("plain"), archive.Bytes(), archive.Bytes()[:700], packed.Bytes(), packed.Bytes()[:60], {0x1f, 0x8b, 8}, []byte("\xfd7zXZ\x00"), []byte("BZh91AY&SY"), {0x28, 0xb5, 0x2f, 0xfd, 0}} {
		f.Add(seed)
	}
	limits := collectors.Limits{Unpacked: 1 << 20, Free: 1 << 16, Ratio: 100, Buffered: 1 << 16}
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		tree, err := collectors.OpenTree(path, limits)
		if err != nil {
			return
		}
		defer tree.Close()
		listed := map[string]bool{}
		for _, file := range tree.Files() {
			listed[file.Path] = true
			if strings.HasPrefix(file.Path, "/") || strings.HasPrefix(file.Path+"/", "../") || strings.Contains(file.Path, "/../") {
				t.Errorf("%q climbs out", file.Path)
			}
			_, _ = tree.Head(file.Path, 16) // which may be damaged
		}
		_ = tree.Walk(t.Context(), func(file collectors.File, r io.Reader) error {
			if !listed[file.Path] {
				t.Errorf("%q is shown and not listed", file.Path)
			}
			_, err := io.Copy(io.Discard, r)
			return err
		})
	})
}
