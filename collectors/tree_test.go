package collectors_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crosstalk/collectors"
)

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, text)
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
	for name, text := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func put(t *testing.T, name string, content []byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// The same files, however packed, are the same tree.
func TestTreeOfAnyPacking(t *testing.T) {
	t.Parallel()
	files := map[string]string{"a.txt": "one", "sub/b.txt": "two", "__MACOSX/a.txt": "clutter", "sub/.DS_Store": "clutter"}
	folder := t.TempDir()
	for name, text := range files {
		p := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, p := range map[string]string{
		"folder": folder, "zip": put(t, "x.zip", zipped(t, files)), "tar": put(t, "x.tar", tarred(t, files)), "tar.gz": put(t, "x.tgz", gzipped(t, tarred(t, files))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree, err := collectors.OpenTree(p, collectors.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer tree.Close()
			var names []string
			for _, f := range tree.Files() {
				names = append(names, f.Path)
			}
			if want := []string{"a.txt", "sub/b.txt"}; !slices.Equal(names, want) {
				t.Errorf("files %v; want %v", names, want)
			}
			walked := map[string]string{}
			err = tree.Walk(context.Background(), func(f collectors.File, r io.Reader) error {
				b, err := io.ReadAll(r)
				walked[f.Path] = string(b)
				return err
			})
			if err != nil || walked["a.txt"] != "one" || walked["sub/b.txt"] != "two" {
				t.Errorf("walked %v, %v", walked, err)
			}
			r, err := tree.Sub("sub").Open("b.txt")
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if b, _ := io.ReadAll(r); string(b) != "two" {
				t.Errorf("sub/b.txt holds %q", b)
			}
			if _, err := tree.Open("absent"); !errors.Is(err, collectors.ErrNotFound) {
				t.Errorf("an absent file: %v", err)
			}
		})
	}
}

func TestPathsThatClimbOutAreLeftOut(t *testing.T) {
	t.Parallel()
	files := map[string]string{"../evil": "x", "/etc/evil": "x", `..\evil`: "x", "good.txt": "y", "a/../../evil": "x"}
	for name, p := range map[string]string{"zip": put(t, "x.zip", zipped(t, files)), "tar": put(t, "x.tar", tarred(t, files))} {
		tree, err := collectors.OpenTree(p, collectors.Limits{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := tree.Files(); len(got) != 1 || got[0].Path != "good.txt" {
			t.Errorf("%s: files %v; want good.txt alone", name, got)
		}
		if len(tree.Unsafe()) != 4 {
			t.Errorf("%s: %d refused; want 4", name, len(tree.Unsafe()))
		}
		tree.Close()
	}
}

func TestBombsAreRefused(t *testing.T) {
	t.Parallel()
	limits := collectors.Limits{Free: 1 << 16, Ratio: 100}
	zeros := strings.Repeat("\x00", 4<<20)
	if _, err := collectors.OpenTree(put(t, "x.zip", zipped(t, map[string]string{"zeros": zeros})), limits); !errors.Is(err, collectors.ErrBomb) {
		t.Errorf("zip: %v; want ErrBomb", err)
	}
	tree, err := collectors.OpenTree(put(t, "x.gz", gzipped(t, []byte(zeros))), limits)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	r, err := tree.Open("x")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.Copy(io.Discard, r); !errors.Is(err, collectors.ErrBomb) {
		t.Errorf("gzip: %v; want ErrBomb", err)
	}
}

func TestDamagedArchives(t *testing.T) {
	t.Parallel()
	whole := zipped(t, map[string]string{"a.txt": strings.Repeat("text ", 1000)})
	if _, err := collectors.OpenTree(put(t, "x.zip", whole[:len(whole)-30]), collectors.Limits{}); err == nil || !strings.Contains(err.Error(), "damaged or truncated ZIP") {
		t.Errorf("truncated zip: %v", err)
	}
	locked := bytes.Clone(whole)
	locked[6] |= 1 // in the file's own header
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8] |= 1
	if _, err := collectors.OpenTree(put(t, "x.zip", locked), collectors.Limits{}); !errors.Is(err, collectors.ErrEncrypted) {
		t.Errorf("zip with a password: %v", err)
	}
	if _, err := collectors.OpenTree(filepath.Join(t.TempDir(), "gone"), collectors.Limits{}); err == nil || !strings.Contains(err.Error(), "cannot read") {
		t.Errorf("a path that is not there: %v", err)
	}
	short := gzipped(t, []byte(strings.Repeat("line of text\n", 5000)))
	tree, err := collectors.OpenTree(put(t, "x.log.gz", short[:len(short)/2]), collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	r, err := tree.Open("x.log")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := io.Copy(io.Discard, r); err == nil || !strings.Contains(err.Error(), "truncated") {
		t.Errorf("truncated gzip: %v", err)
	}
}
