package collectors

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Tree is a path seen as a set of files, whatever its packing: a folder, one file, a
// ZIP, or a tar; each of them, and each file in them, may be compressed by gzip, xz,
// bzip2 or zstd and is read decompressed. Paths use slashes, are relative, and never climb out.
// Nothing is unpacked to disk. Reading may go on in several goroutines at once.
type Tree struct {
	name    string          // stem of the path given, for a default workspace
	prefix  string          // the part of the store this tree shows, "" or "a/b/"
	only    map[string]bool // with it, the files of the store this tree shows
	store   store
	limits  Limits
	rejects *[]string // paths that were refused while listing
}

// File is one entry of a Tree.
type File struct {
	Path string
	Size int64 // packed or unpacked bytes as the container states them; -1 when unknown
}

// store is one kind of packing.
type store interface {
	files() []File // sorted by path
	has(path string) bool
	open(path string) (io.ReadCloser, error) // as stored, not decompressed
	// walk visits files in the order that is cheapest to read.
	walk(ctx context.Context, visit func(File, io.Reader) error) error
	close() error
}

// ErrNotFound is what Open answers for a path that the tree does not have.
var ErrNotFound = errors.New("not in the export")

// Name is the stem of the path the tree was opened from ("heron-slack" of
// heron-slack.zip), or of its folder.
func (t *Tree) Name() string { return t.name }

// Single reports whether the tree is one file that stands for itself.
func (t *Tree) Single() bool {
	_, ok := t.store.(*singleStore)
	return ok || len(t.only) == 1
}

// RandomAccess reports whether opening one file costs no more than reading it; in a
// tar it means reading everything before it, and Walk is the way.
func (t *Tree) RandomAccess() bool {
	_, ok := t.store.(*tarStore)
	return !ok
}

// Files lists the tree by path. Clutter of operating systems is left out.
func (t *Tree) Files() []File {
	var out []File
	for _, f := range t.store.files() {
		if rel, ok := t.relative(f.Path); ok {
			out = append(out, File{Path: rel, Size: f.Size})
		}
	}
	return out
}

// Has reports whether the tree has that file.
func (t *Tree) Has(name string) bool {
	_, shown := t.relative(t.prefix + name)
	return shown && t.store.has(t.prefix+name)
}

// Unsafe lists the entries of an archive that were left out because their paths
// climb out of it.
func (t *Tree) Unsafe() []string { return *t.rejects }

// Open reads one file, decompressed and within the tree's limits.
func (t *Tree) Open(name string) (io.ReadCloser, error) {
	raw, err := t.store.open(t.prefix + name)
	if err != nil {
		return nil, err
	}
	r, err := decompress(raw, t.limits)
	if err != nil {
		raw.Close()
		return nil, err
	}
	return readCloser{r, raw}, nil
}

// Head reads up to n bytes of the beginning of a file. A damaged file gives what
// could be read.
func (t *Tree) Head(name string, n int) ([]byte, error) {
	if h, ok := t.store.(headStore); ok {
		if head, ok := h.head(t.prefix+name, n); ok {
			return head, nil
		}
	}
	r, err := t.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	buf := make([]byte, n)
	got, err := io.ReadFull(r, buf)
	if got > 0 || err == io.EOF {
		return buf[:got], nil
	}
	return nil, err
}

// headStore is a store that keeps the heads of its files.
type headStore interface {
	head(path string, n int) ([]byte, bool)
}

// Walk reads every file once, in the order that is cheapest, decompressed. The reader
// is valid until visit returns. Visiting stops at the first error.
func (t *Tree) Walk(ctx context.Context, visit func(f File, r io.Reader) error) error {
	return t.store.walk(ctx, func(f File, raw io.Reader) error {
		rel, ok := t.relative(f.Path)
		if !ok {
			return nil
		}
		r, err := decompress(raw, t.limits)
		if err != nil {
			return err
		}
		return visit(File{Path: rel, Size: f.Size}, r)
	})
}

// Sub is the part of the tree below a folder, named after it.
func (t *Tree) Sub(folder string) *Tree {
	sub := *t
	sub.prefix = t.prefix + strings.Trim(folder, "/") + "/"
	sub.name = path.Base(strings.Trim(folder, "/"))
	return &sub
}

// Nested opens an archive that lies in a folder as a tree of its own, or returns nil when
// the file is none. Archives inside archives are not opened.
func (t *Tree) Nested(name string) *Tree {
	s, ok := t.store.(*folderStore)
	if !ok {
		return nil
	}
	inner, err := OpenTree(s.diskPath(t.prefix+name), t.limits)
	if err != nil || inner.Single() {
		return nil
	}
	return inner
}

// Children are the names directly below the root of the tree: folders first.
func (t *Tree) Children() (folders []string, files []File) {
	seen := map[string]bool{}
	for _, f := range t.Files() {
		head, _, deeper := strings.Cut(f.Path, "/")
		switch {
		case !deeper:
			files = append(files, f)
		case !seen[head]:
			seen[head] = true
			folders = append(folders, head)
		}
	}
	return folders, files
}

// Close releases the archive or folder. Trees made by Sub share it.
func (t *Tree) Close() error { return t.store.close() }

func (t *Tree) relative(p string) (string, bool) {
	if !strings.HasPrefix(p, t.prefix) || clutter(p) || t.only != nil && !t.only[p] {
		return "", false
	}
	return p[len(t.prefix):], true
}

// Only is the tree reduced to some of its files.
func (t *Tree) Only(names ...string) *Tree {
	sub := *t
	sub.only = make(map[string]bool, len(names))
	for _, name := range names {
		sub.only[t.prefix+name] = true
	}
	return &sub
}

// clutter reports files that operating systems strew about and no tool exports.
func clutter(p string) bool {
	base := path.Base(p)
	return strings.HasPrefix(p, "__MACOSX/") || strings.Contains(p, "/__MACOSX/") ||
		strings.HasPrefix(base, "._") || base == ".DS_Store" || base == "Thumbs.db" || base == "desktop.ini"
}

type readCloser struct {
	io.Reader
	io.Closer
}

// OpenTree opens a path of any packing.
func OpenTree(p string, limits Limits) (*Tree, error) {
	info, err := os.Stat(p)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", p, errors.Unwrap(err))
	}
	t := &Tree{limits: limits.orDefault(), rejects: new([]string)}
	if abs, err := filepath.Abs(p); err == nil {
		t.name = stem(filepath.Base(abs), info.IsDir())
	}
	if info.IsDir() {
		t.store, err = newFolderStore(p)
	} else {
		t.store, err = openFileStore(p, t)
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// stem is a name without the endings of packing and format.
func stem(name string, folder bool) string {
	if folder {
		return name
	}
	for {
		ext := strings.ToLower(path.Ext(name))
		switch ext {
		case ".zip", ".tar", ".tgz", ".txz", ".gz", ".xz", ".bz2", ".zst", ".mbox", ".mbx", ".eml", ".log", ".txt", ".csv", ".json", ".jsonl", ".ndjson", ".xml", ".weechatlog", ".db":
			if trimmed := name[:len(name)-len(ext)]; trimmed != "" {
				name = trimmed
				continue
			}
		}
		return name
	}
}

// sniff is how many bytes decide the packing of a file.
const sniff = 512

func openFileStore(p string, t *Tree) (store, error) {
	head, err := fileHead(p, sniff)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return newZipStore(p, t)
	}
	unpacked, err := unpackedHead(p, t.limits)
	if err == nil && isTar(unpacked) {
		return newTarStore(p, t)
	}
	return &singleStore{path: p, name: unpackedName(filepath.Base(p), head)}, nil
}
