package collectors

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
)

// tarHead is how much of each file's beginning a tarStore keeps, so that
// recognition need not read the archive again.
const tarHead = 4 << 10

// tarStore is a tar archive, perhaps compressed. It can only be read from its
// beginning: listing took one pass, each walk takes another, and open reads up to
// the file it wants.
type tarStore struct {
	path   string
	limits Limits
	list   []File
	heads  map[string][]byte
}

func newTarStore(p string, t *Tree) (*tarStore, error) {
	s := &tarStore{path: p, limits: t.limits, heads: map[string][]byte{}}
	err := s.each(func(h *tar.Header, r io.Reader) error {
		name, ok := safePath(h.Name)
		if !ok {
			*t.rejects = append(*t.rejects, h.Name)
			return nil
		}
		head := make([]byte, min(h.Size, tarHead))
		n, err := io.ReadFull(r, head)
		if err != nil && n == 0 && h.Size > 0 {
			return err
		}
		if _, twice := s.heads[name]; !twice {
			s.list = append(s.list, File{Path: name, Size: h.Size})
		}
		s.heads[name] = head[:n]
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s is a damaged or truncated tar archive (%w); get it again", filepath.Base(p), err)
	}
	sort.Slice(s.list, func(i, j int) bool { return s.list[i].Path < s.list[j].Path })
	return s, nil
}

// each visits the regular files of the archive in its order.
func (s *tarStore) each(visit func(*tar.Header, io.Reader) error) error {
	f, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer f.Close()
	plain, err := decompress(f, s.limits)
	if err != nil {
		return err
	}
	r := tar.NewReader(plain)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := visit(h, r); err != nil {
			return err
		}
	}
}

func (s *tarStore) files() []File        { return s.list }
func (s *tarStore) has(name string) bool { return s.heads[name] != nil }
func (s *tarStore) close() error         { return nil }

func (s *tarStore) head(name string, n int) ([]byte, bool) {
	head, ok := s.heads[name]
	if !ok || compression(head) != packPlain || n > len(head) && len(head) == tarHead {
		return nil, false
	}
	return head[:min(n, len(head))], true
}

var errFound = errors.New("found")

func (s *tarStore) open(name string) (io.ReadCloser, error) {
	if !s.has(name) {
		return nil, ErrNotFound
	}
	var content bytes.Buffer
	err := s.each(func(h *tar.Header, r io.Reader) error {
		if p, ok := safePath(h.Name); !ok || p != name {
			return nil
		}
		if h.Size > s.limits.Buffered {
			return fmt.Errorf("a file of %d MiB inside a tar cannot be read out of order; unpack the archive and import the folder", h.Size>>20)
		}
		if _, err := io.Copy(&content, r); err != nil {
			return err
		}
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return nil, err
	}
	return io.NopCloser(&content), nil
}

func (s *tarStore) walk(ctx context.Context, visit func(File, io.Reader) error) error {
	return s.each(func(h *tar.Header, r io.Reader) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		name, ok := safePath(h.Name)
		if !ok {
			return nil
		}
		return visit(File{Path: name, Size: h.Size}, r)
	})
}

// isTar looks for the magic of a POSIX or GNU tar.
func isTar(head []byte) bool {
	return len(head) >= 262 && bytes.Equal(head[257:262], []byte("ustar"))
}
