package collectors

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// folderStore is a folder on disk. Symbolic links are not followed.
type folderStore struct {
	root string
	list []File
}

func newFolderStore(root string) (*folderStore, error) {
	s := &folderStore{root: root}
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
		name := filepath.ToSlash(rel)
		if clutter(name) {
			return nil
		}
		size := int64(-1)
		if info, err := d.Info(); err == nil {
			size = info.Size()
		}
		s.list = append(s.list, File{Path: name, Size: size})
		return nil
	})
	sort.Slice(s.list, func(i, j int) bool { return s.list[i].Path < s.list[j].Path })
	return s, err
}

func (s *folderStore) files() []File            { return s.list }
func (s *folderStore) close() error             { return nil }
func (s *folderStore) diskPath(n string) string { return filepath.Join(s.root, filepath.FromSlash(n)) }

func (s *folderStore) open(name string) (io.ReadCloser, error) {
	if _, ok := find(s.list, name); !ok {
		return nil, ErrNotFound
	}
	return os.Open(s.diskPath(name))
}

// singleStore is one file that stands for itself, perhaps compressed.
type singleStore struct {
	path string
	name string // without the ending of its compression
}

func (s *singleStore) files() []File {
	if clutter(s.name) {
		return nil
	}
	size := int64(-1)
	if info, err := os.Stat(s.path); err == nil {
		size = info.Size()
	}
	return []File{{Path: s.name, Size: size}}
}

func (s *singleStore) close() error { return nil }

func (s *singleStore) open(name string) (io.ReadCloser, error) {
	if name != s.name {
		return nil, ErrNotFound
	}
	return os.Open(s.path)
}
