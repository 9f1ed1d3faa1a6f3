package collectors

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReadGivesOnlyWhatIsWanted(t *testing.T) {
	t.Parallel()
	files := map[string]string{"a.json": "1", "b/c.json": "2", "b/d.jpg": "3", "e.txt": "4"}
	folder := filepath.Join(t.TempDir(), "folder")
	var packed bytes.Buffer
	w := tar.NewWriter(&packed)
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content))}); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, content)
	}
	w.Close()
	archive := filepath.Join(t.TempDir(), "a.tar")
	if err := os.WriteFile(archive, packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	wanted := func(f File) bool { return strings.HasSuffix(f.Path, ".json") }
	for _, path := range []string{folder, archive} {
		tree, err := OpenTree(path, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		err = tree.Read(t.Context(), wanted, func(f File, r io.Reader) error {
			b, err := io.ReadAll(r)
			got[f.Path] = string(b)
			return err
		})
		if want := map[string]string{"a.json": "1", "b/c.json": "2"}; err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", filepath.Base(path), got, err, want)
		}
		stop := errors.New("stop")
		seen := []string{}
		err = tree.Read(t.Context(), wanted, func(f File, _ io.Reader) error { seen = append(seen, f.Path); return stop })
		if !errors.Is(err, stop) || len(seen) != 1 || !slices.Contains([]string{"a.json", "b/c.json"}, seen[0]) {
			t.Errorf("%s: read %v before %v; want one file", filepath.Base(path), seen, err)
		}
		if err := tree.Sub("b").Read(t.Context(), wanted, func(f File, _ io.Reader) error { seen = append(seen, f.Path); return nil }); err != nil || seen[1] != "c.json" {
			t.Errorf("%s: read %v of a part, %v; want c.json", filepath.Base(path), seen[1:], err)
		}
		tree.Close()
	}
}
