package collectors

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// packed is a ZIP made by archive/zip.
func packed(t testing.TB, fill func(w *zip.Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	fill(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func add(t testing.TB, w *zip.Writer, h zip.FileHeader, text string) {
	t.Helper()
	f, err := w.CreateHeader(&h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, text); err != nil {
		t.Fatal(err)
	}
}

// wideZIP is an archive of one stored file whose every figure stands in a ZIP64 record.
func wideZIP(name, text string) []byte {
	var b []byte
	le := binary.LittleEndian
	put := func(fields ...any) {
		for _, f := range fields {
			switch f := f.(type) {
			case int: // 16 bits
				b = le.AppendUint16(b, uint16(f))
			case uint32:
				b = le.AppendUint32(b, f)
			case uint64:
				b = le.AppendUint64(b, f)
			case string:
				b = append(b, f...)
			}
		}
	}
	n, most, sum := uint64(len(text)), uint32(1<<32-1), crc32.ChecksumIEEE([]byte(text))
	put("PK\x03\x04", 45, 0, 0, 0, 0, sum, uint32(n), uint32(n), len(name), 0, name, text)
	directory := uint64(len(b))
	put("PK\x01\x02", 45, 45, 0, 0, 0, 0, sum, most, most, len(name), 4+3+4+24, 0, 0, 0, uint32(0), most, name)
	put(0xcafe, 3, "abc", 1, 24, n, n, uint64(0)) // another field first
	end := uint64(len(b))
	put("PK\x06\x06", uint64(44), 45, 45, uint32(0), uint32(0), uint64(1), uint64(1), end-directory, directory)
	put("PK\x06\x07", uint32(0), end, uint32(1))
	put("PK\x05\x06", 0, 0, 0xffff, 0xffff, most, most, 0)
	return b
}

// seeds are ZIPs of every shape that is read.
func seeds(t testing.TB) map[string][]byte {
	t.Helper()
	plain := packed(t, func(w *zip.Writer) {
		add(t, w, zip.FileHeader{Name: "b/deflated.json", Method: zip.Deflate}, strings.Repeat(`{"ts":"1.000001"}`, 500))
		add(t, w, zip.FileHeader{Name: "a/stored.json", Method: zip.Store}, "[]")
		add(t, w, zip.FileHeader{Name: "empty"}, "")
		add(t, w, zip.FileHeader{Name: "folder/"}, "")
		add(t, w, zip.FileHeader{Name: "chloé/день.json"}, "utf-8")
	})
	odd := packed(t, func(w *zip.Writer) {
		add(t, w, zip.FileHeader{Name: "../climbs"}, "x")
		add(t, w, zip.FileHeader{Name: `back\slash`}, "back")
		add(t, w, zip.FileHeader{Name: "./dots/./x"}, "dots")
		add(t, w, zip.FileHeader{Name: ".DS_Store"}, "clutter")
		link := zip.FileHeader{Name: "link"}
		link.SetMode(fs.ModeSymlink | 0o777)
		add(t, w, link, "/etc/passwd")
		device := zip.FileHeader{Name: "device"}
		device.SetMode(fs.ModeNamedPipe | 0o600)
		add(t, w, device, "")
		windows := zip.FileHeader{Name: "windows folder", ExternalAttrs: 0x10}
		add(t, w, windows, "")
		if err := w.SetComment("a comment with PK\x05\x06 in it"); err != nil {
			t.Fatal(err)
		}
	})
	raw := packed(t, func(w *zip.Writer) {
		f, err := w.CreateRaw(&zip.FileHeader{Name: "by bzip2", Method: 12, CompressedSize64: 3, UncompressedSize64: 9})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, "BZh")
		f, err = w.CreateRaw(&zip.FileHeader{Name: "huge", Method: zip.Store, CompressedSize64: 1 << 33, UncompressedSize64: 1 << 33})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, "not so huge")
	})
	twice := packed(t, func(w *zip.Writer) {
		add(t, w, zip.FileHeader{Name: "x"}, "old")
		add(t, w, zip.FileHeader{Name: "y"}, "other")
		add(t, w, zip.FileHeader{Name: "./x"}, "new")
	})
	wrong := bytes.Replace(packed(t, func(w *zip.Writer) { add(t, w, zip.FileHeader{Name: "x", Method: zip.Store}, "text") }), []byte("text"), []byte("tent"), 1)
	return map[string][]byte{
		"plain": plain, "odd": odd, "raw": raw, "twice": twice, "wrong checksum": wrong, "wide": wideZIP("wide.json", "wide"),
		"behind a program": append([]byte("#!/bin/sh\nexit\n"), plain...), "rubbish behind": append(slices.Clone(plain), "\r\n\r\n"...),
		"wide behind a program": append([]byte("#!/bin/sh\n"), wideZIP("x", "y")...), "empty": packed(t, func(*zip.Writer) {}), "cut": plain[:len(plain)/2],
	}
}

func TestZIPsAreReadAsByTheStandardLibrary(t *testing.T) {
	t.Parallel()
	for name, b := range seeds(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compareZIP(t, b)
		})
	}
}

// Every ZIP of the reference data has the same files with the same bytes.
func TestReferenceZIPs(t *testing.T) {
	t.Parallel()
	root := os.Getenv("CROSSTALK_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	compared := 0
	for _, part := range []string{"corpora", "fixtures"} {
		err := filepath.WalkDir(filepath.Join(root, part), func(p string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.EqualFold(filepath.Ext(p), ".zip") {
				return err
			}
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			compared++
			if files := compareZIP(t, b); files == 0 {
				t.Errorf("%s: no files", p)
			}
			return nil
		})
		if errors.Is(err, fs.ErrNotExist) {
			t.Skipf("reference data absent: set CROSSTALK_SHARED to the folder that holds %s", part)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if compared < 2 {
		t.Errorf("%d ZIPs compared; want at least the two known", compared)
	}
}

// within fails a test that reads outside of an archive.
type within struct {
	*bytes.Reader
	t testing.TB
}

func (w within) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 || at+int64(len(p)) > w.Size() {
		w.t.Errorf("%d bytes read at %d of %d", len(p), at, w.Size())
	}
	return w.Reader.ReadAt(p, at)
}

// compareZIP holds this package against archive/zip: what that one reads, this one reads
// alike. It returns the number of files compared.
func compareZIP(t testing.TB, b []byte) int {
	t.Helper()
	store, err := openZip(within{bytes.NewReader(b), t}, int64(len(b)), Limits{}.orDefault())
	theirs, theirErr := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		if theirErr == nil && !errors.Is(err, ErrEncrypted) && !errors.Is(err, ErrBomb) {
			t.Errorf("not opened: %v", err)
		}
		return 0
	}
	for i := 1; i < len(store.files()); i++ {
		if store.files()[i-1].Path >= store.files()[i].Path {
			t.Errorf("not in order: %q, %q", store.files()[i-1].Path, store.files()[i].Path)
		}
	}
	want := map[string]*zip.File{}
	if theirErr == nil {
		want = regularFiles(theirs)
		if slices.ContainsFunc(theirs.File, func(f *zip.File) bool { return !utf8.ValidString(f.Name) }) {
			return 0 // their names are not decoded
		}
		var got []string
		for _, f := range store.files() {
			got = append(got, f.Path)
		}
		if names := slices.Sorted(maps.Keys(want)); !slices.Equal(got, names) {
			t.Fatalf("files %q; want %q", got, names)
		}
	}
	for _, f := range store.files() {
		compareFile(t, store, f, want[f.Path])
	}
	return len(want)
}

// regularFiles are the files that unpacking would leave.
func regularFiles(r *zip.Reader) map[string]*zip.File {
	files := map[string]*zip.File{}
	for _, f := range r.File {
		if p, ok := safePath(f.Name); ok && f.Mode().IsRegular() && !clutter(p) {
			files[p] = f
		}
	}
	return files
}

func compareFile(t testing.TB, s *zipStore, f File, theirs *zip.File) {
	t.Helper()
	got, err := readFile(func() (io.ReadCloser, error) { return s.open(f.Path) })
	if theirs == nil {
		return
	}
	if uint64(f.Size) != theirs.UncompressedSize64 {
		t.Errorf("%s: %d bytes; want %d", f.Path, f.Size, theirs.UncompressedSize64)
	}
	want, theirErr := readFile(theirs.Open)
	switch {
	case theirErr == nil && err != nil:
		t.Errorf("%s: %v; want %d bytes", f.Path, err, len(want))
	case theirErr == nil && !bytes.Equal(got, want):
		t.Errorf("%s: %d other bytes; want %d", f.Path, len(got), len(want))
	case errors.Is(theirErr, zip.ErrChecksum) && theirs.CRC32 != crc32.ChecksumIEEE(want) && err == nil:
		t.Errorf("%s: no error for a wrong checksum", f.Path)
	}
}

func readFile(open func() (io.ReadCloser, error)) ([]byte, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, 16<<20))
}

func TestNamesInAnOldCodePage(t *testing.T) {
	t.Parallel()
	b := packed(t, func(w *zip.Writer) {
		add(t, w, zip.FileHeader{Name: "Gesch\x84ft/\x9abung.csv", NonUTF8: true}, "a,b")
	})
	s, err := openZip(bytes.NewReader(b), int64(len(b)), Limits{}.orDefault())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.files()) != 1 || s.files()[0].Path != "Geschäft/Übung.csv" {
		t.Fatalf("files %v; want Geschäft/Übung.csv", s.files())
	}
	if got, err := readFile(func() (io.ReadCloser, error) { return s.open("Geschäft/Übung.csv") }); err != nil || string(got) != "a,b" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestDamagedFilesOfAZIP(t *testing.T) {
	t.Parallel()
	all := seeds(t)
	short := bytes.Replace(wideZIP("x", "text"), []byte("\x01\x00\x18\x00\x04"), []byte("\x01\x00\x18\x00\x05"), 1)
	long := bytes.Replace(wideZIP("x", "text"), []byte("\x01\x00\x18\x00\x04"), []byte("\x01\x00\x18\x00\x03"), 1)
	lost := bytes.ReplaceAll(all["twice"], []byte("PK\x03\x04"), []byte("PK\x03\x05"))
	for name, test := range map[string]struct {
		archive []byte
		file    string
		want    error
		says    string
	}{
		"wrong checksum": {all["wrong checksum"], "x", zip.ErrChecksum, "a file of the archive is damaged"},
		"another method": {all["raw"], "by bzip2", zip.ErrAlgorithm, "packed by method 12"},
		"cut short":      {all["raw"], "huge", io.ErrUnexpectedEOF, "get the archive again"},
		"too short":      {short, "x", io.ErrUnexpectedEOF, "get the archive again"},
		"too long":       {long, "x", zip.ErrFormat, "longer than stated"},
		"no header":      {lost, "x", zip.ErrFormat, "no header"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := openZip(bytes.NewReader(test.archive), int64(len(test.archive)), Limits{Ratio: 1 << 40}.orDefault())
			if err != nil {
				t.Fatal(err)
			}
			_, err = readFile(func() (io.ReadCloser, error) { return s.open(test.file) })
			if !errors.Is(err, test.want) || err != nil && !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v; want %v and %q", err, test.want, test.says)
			}
		})
	}
}

// A closed file gives nothing more and can be closed again; its inflater is another's by then.
func TestClosedFileOfAZIP(t *testing.T) {
	t.Parallel()
	b := seeds(t)["plain"]
	s, err := openZip(bytes.NewReader(b), int64(len(b)), Limits{}.orDefault())
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.open("b/deflated.json")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if n, err := r.Read(make([]byte, 9)); n != 0 || !errors.Is(err, fs.ErrClosed) {
		t.Errorf("%d bytes, %v; want fs.ErrClosed", n, err)
	}
}

// More files than the 16 bits of the format count, in little memory: not parallel, as the
// heap is everybody's.
func TestManyFilesInAZIP(t *testing.T) {
	const n, nameBytes, most = 100_000, len("channel-000/2024-01-000000.json"), 60
	b := packed(t, func(w *zip.Writer) {
		for i := range n {
			if _, err := w.CreateRaw(&zip.FileHeader{Name: fmt.Sprintf("channel-%03d/2024-01-%06d.json", i%500, i)}); err != nil {
				t.Fatal(err)
			}
		}
	})
	before := liveHeap()
	s, err := openZip(bytes.NewReader(b), int64(len(b)), Limits{}.orDefault())
	if err != nil {
		t.Fatal(err)
	}
	each := float64(liveHeap()-before) / n
	t.Logf("%.1f bytes of heap per file, its name of %d included", each, nameBytes)
	if each > most+float64(nameBytes) {
		t.Errorf("%.1f bytes of heap per file; want at most %d and the name", each, most)
	}
	if len(s.files()) != n {
		t.Errorf("%d files; want %d", len(s.files()), n)
	}
	if got, err := readFile(func() (io.ReadCloser, error) { return s.open("channel-499/2024-01-099999.json") }); err != nil || len(got) != 0 {
		t.Errorf("the last file: %q, %v", got, err)
	}
	runtime.KeepAlive(s)
}

func liveHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Whatever the bytes, nothing panics or reads outside; what archive/zip reads is read alike.
func FuzzZip(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { compareZIP(t, b) })
}
