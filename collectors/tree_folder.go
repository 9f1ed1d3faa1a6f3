package collectors

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// folderStore is a folder on disk. Symbolic links are not followed.
type folderStore struct {
	root  string
	list  []File
	known map[string]bool
}

func newFolderStore(root string) (*folderStore, error) {
	s := &folderStore{root: root, known: map[string]bool{}}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("cannot read %s: %w", p, err)
		}
		if !d.Type().IsRegular() {
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		size := int64(-1)
		if info, err := d.Info(); err == nil {
			size = info.Size()
		}
		s.list = append(s.list, File{Path: filepath.ToSlash(rel), Size: size})
		s.known[filepath.ToSlash(rel)] = true
		return nil
	})
	sort.Slice(s.list, func(i, j int) bool { return s.list[i].Path < s.list[j].Path })
	return s, err
}

func (s *folderStore) files() []File            { return s.list }
func (s *folderStore) has(name string) bool     { return s.known[name] }
func (s *folderStore) close() error             { return nil }
func (s *folderStore) diskPath(n string) string { return filepath.Join(s.root, filepath.FromSlash(n)) }

func (s *folderStore) open(name string) (io.ReadCloser, error) {
	if !s.known[name] {
		return nil, ErrNotFound
	}
	return os.Open(s.diskPath(name))
}

func (s *folderStore) walk(ctx context.Context, visit func(File, io.Reader) error) error {
	return walkOpen(ctx, s, visit)
}

// walkOpen is the walk of a store in which every file can be opened by itself.
func walkOpen(ctx context.Context, s store, visit func(File, io.Reader) error) error {
	for _, f := range s.files() {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := s.open(f.Path)
		if err != nil {
			return err
		}
		err = visit(f, r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// singleStore is one file that stands for itself, perhaps compressed.
type singleStore struct {
	path string
	name string // without the ending of its compression
}

func (s *singleStore) files() []File {
	size := int64(-1)
	if info, err := os.Stat(s.path); err == nil {
		size = info.Size()
	}
	return []File{{Path: s.name, Size: size}}
}

func (s *singleStore) has(name string) bool { return name == s.name }
func (s *singleStore) close() error         { return nil }

func (s *singleStore) open(name string) (io.ReadCloser, error) {
	if name != s.name {
		return nil, ErrNotFound
	}
	return os.Open(s.path)
}

func (s *singleStore) walk(ctx context.Context, visit func(File, io.Reader) error) error {
	return walkOpen(ctx, s, visit)
}
