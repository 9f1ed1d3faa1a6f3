package collectors

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sort"
	"sync"

	"github.com/klauspost/compress/flate"
)

// zipStore is a ZIP archive, read by random access.
type zipStore struct {
	r      *zip.ReadCloser
	list   []File
	byName map[string]*zip.File
	limits Limits
}

// ErrEncrypted is the answer to an archive that asks for a password.
var ErrEncrypted = errors.New("the archive is protected by a password; unpack it first and import the folder")

func newZipStore(p string, t *Tree) (*zipStore, error) {
	r, err := zip.OpenReader(p)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("%s is a damaged or truncated ZIP archive (%w); get it again", filepath.Base(p), err)
	}
	r.RegisterDecompressor(zip.Deflate, inflate)
	s := &zipStore{r: r, byName: make(map[string]*zip.File, len(r.File)), limits: t.limits}
	total := uint64(0)
	for _, f := range r.File {
		name, ok := safePath(f.Name)
		if !ok {
			*t.rejects = append(*t.rejects, f.Name)
			continue
		}
		if f.FileInfo().IsDir() || !f.Mode().IsRegular() {
			continue
		}
		if f.Flags&1 != 0 {
			r.Close()
			return nil, ErrEncrypted
		}
		total += f.UncompressedSize64
		s.byName[name] = f
		s.list = append(s.list, File{Path: name, Size: int64(f.UncompressedSize64)})
	}
	if info, err := fileSize(p); err == nil && t.limits.bomb(int64(total), info) {
		r.Close()
		return nil, t.limits.bombError()
	}
	sort.Slice(s.list, func(i, j int) bool { return s.list[i].Path < s.list[j].Path })
	return s, nil
}

func (s *zipStore) files() []File        { return s.list }
func (s *zipStore) has(name string) bool { return s.byName[name] != nil }
func (s *zipStore) close() error         { return s.r.Close() }

func (s *zipStore) open(name string) (io.ReadCloser, error) {
	f := s.byName[name]
	if f == nil {
		return nil, ErrNotFound
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("open an entry: %w", err)
	}
	return r, nil
}

func (s *zipStore) walk(ctx context.Context, visit func(File, io.Reader) error) error {
	return walkOpen(ctx, s, visit)
}

// inflaters are reused: each holds tens of kilobytes, and archives hold thousands of files.
var inflaters = sync.Pool{New: func() any {
	return &inflater{packed: bufio.NewReader(nil), plain: flate.NewReader(nil)}
}}

// inflater decompresses one entry of a ZIP.
type inflater struct {
	packed *bufio.Reader
	plain  io.ReadCloser
}

func inflate(in io.Reader) io.ReadCloser {
	i := inflaters.Get().(*inflater)
	i.packed.Reset(in)
	if err := i.plain.(flate.Resetter).Reset(i.packed, nil); err != nil {
		i.plain = flate.NewReader(i.packed)
	}
	return &entryReader{i}
}

// entryReader gives its inflater back when it is closed, once.
type entryReader struct{ *inflater }

func (e *entryReader) Read(p []byte) (int, error) {
	if e.inflater == nil {
		return 0, fs.ErrClosed
	}
	return e.plain.Read(p)
}

func (e *entryReader) Close() error {
	if e.inflater == nil {
		return nil
	}
	err := e.plain.Close()
	e.packed.Reset(nil)
	inflaters.Put(e.inflater)
	e.inflater = nil
	return err
}
