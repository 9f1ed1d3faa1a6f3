package collectors

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// What a tarStore keeps of its files' beginnings, so that recognition need not read the
// archive again: so much of each, and less of each when all of them come to more.
const (
	tarHead  = 64 << 10
	tarHeads = 24 << 20
)

// tarStore is a tar archive, perhaps compressed. It can only be read from its
// beginning: listing took one pass, each walk takes another, and open reads up to
// the file it wants.
type tarStore struct {
	path   string
	limits Limits
	list   []File
	heads  map[string][]byte
	kept   int            // bytes of heads
	most   int            // bytes of each head
	again  map[string]int // of names that occur several times: how often, the last one counts
}

func newTarStore(p string, t *Tree) (*tarStore, error) {
	s := &tarStore{path: p, limits: t.limits, heads: map[string][]byte{}, most: tarHead, again: map[string]int{}}
	err := s.each(func(h *tar.Header, r io.Reader) error {
		name, ok := safePath(h.Name)
		if !ok {
			*t.rejects = append(*t.rejects, h.Name)
			return nil
		}
		if clutter(name) {
			return nil
		}
		head := make([]byte, min(h.Size, int64(s.most)))
		n, err := io.ReadFull(r, head)
		if err != nil && n == 0 && h.Size > 0 {
			return err
		}
		if _, twice := s.heads[name]; twice {
			s.again[name] = max(s.again[name], 1) + 1
		}
		s.list = append(s.list, File{Path: name, Size: h.Size})
		s.keep(name, head[:n])
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s is a damaged or truncated tar archive (%w); get it again", filepath.Base(p), err)
	}
	slices.SortStableFunc(s.list, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	s.list = lastOfEach(s.list)
	return s, nil
}

// keep notes the beginning of a file, and shortens all of them when they grow too many.
func (s *tarStore) keep(name string, head []byte) {
	s.kept += len(head) - len(s.heads[name])
	s.heads[name] = head
	for s.kept > tarHeads && s.most > 1 {
		s.most /= 2
		s.kept = 0
		for name, head := range s.heads {
			if len(head) > s.most {
				s.heads[name] = bytes.Clone(head[:s.most])
			}
			s.kept += len(s.heads[name])
		}
	}
}

// lastOfEach leaves, of several files of one name in a sorted list, the last.
func lastOfEach(files []File) []File {
	kept := files[:0]
	for i, f := range files {
		if i+1 == len(files) || files[i+1].Path != f.Path {
			kept = append(kept, f)
		}
	}
	return kept
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

func (s *tarStore) files() []File { return s.list }
func (s *tarStore) close() error  { return nil }

// current visits the files that unpacking would leave, in the order of the archive.
func (s *tarStore) current(visit func(File, io.Reader) error) error {
	left := maps.Clone(s.again)
	return s.each(func(h *tar.Header, r io.Reader) error {
		name, ok := safePath(h.Name)
		if !ok || clutter(name) {
			return nil
		}
		if left[name] > 1 {
			left[name]--
			return nil
		}
		return visit(File{Path: name, Size: h.Size}, r)
	})
}

// head is what is kept of a file's beginning, perhaps less than was asked for. More than is ever
// kept is read from the archive.
func (s *tarStore) head(name string, n int) ([]byte, bool) {
	head, ok := s.heads[name]
	if !ok || n > tarHead {
		return nil, false
	}
	if compression(head) == packPlain {
		return head[:min(n, len(head))], true
	}
	plain, err := decompress(bytes.NewReader(head), s.limits)
	if err != nil {
		return nil, false
	}
	buf := make([]byte, n)
	got, err := io.ReadFull(plain, buf)
	return buf[:got], got > 0 || err == io.EOF
}

var errFound = errors.New("found")

func (s *tarStore) open(name string) (io.ReadCloser, error) {
	if _, ok := find(s.list, name); !ok {
		return nil, ErrNotFound
	}
	var content bytes.Buffer
	err := s.current(func(f File, r io.Reader) error {
		if f.Path != name {
			return nil
		}
		if f.Size > s.limits.Buffered {
			return fmt.Errorf("a file of %d MiB inside a tar cannot be read out of order; unpack the archive and import the folder", f.Size>>20)
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
	return s.current(func(f File, r io.Reader) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return visit(f, r)
	})
}

// isTar looks for the magic of a POSIX or GNU tar.
func isTar(head []byte) bool {
	return len(head) >= 262 && bytes.Equal(head[257:262], []byte("ustar"))
}
