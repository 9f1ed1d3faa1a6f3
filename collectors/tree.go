package collectors

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// Tree is a path seen as a set of files, whatever its packing: a folder, one file, a
// ZIP, or a tar; each of them, and each file in them, may be compressed by gzip, xz,
// bzip2 or zstd and is read decompressed. Paths use slashes, are relative, and never climb out.
// Nothing is unpacked to disk. Reading may go on in several goroutines at once.
type Tree struct {
	name    string // stem of the path given, for a default workspace
	prefix  string // the part of the store this tree shows, "" or "a/b/"
	only    []File // unless nil, the files of the store this tree shows, by path
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
	files() []File                           // sorted by path, without clutter; not to be changed
	open(path string) (io.ReadCloser, error) // as stored, not decompressed
	close() error
}

// sequentialStore is a store that is best read in its own order.
type sequentialStore interface {
	walk(ctx context.Context, visit func(File, io.Reader) error) error
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
	_, sequential := t.store.(sequentialStore)
	return !sequential
}

// Files lists the tree by path. Clutter of operating systems is left out. The list may be
// the tree's own: it is not to be changed.
func (t *Tree) Files() []File {
	shown := t.shown()
	if t.prefix == "" {
		return slices.Clip(shown)
	}
	out := make([]File, 0, len(shown))
	for f := range t.each() {
		out = append(out, f)
	}
	return out
}

// shown are the files of the store that this tree shows.
func (t *Tree) shown() []File {
	files := t.only
	if files == nil {
		files = t.store.files()
	}
	if t.prefix == "" {
		return files
	}
	from, _ := find(files, t.prefix)
	n := sort.Search(len(files)-from, func(i int) bool { return !strings.HasPrefix(files[from+i].Path, t.prefix) })
	return files[from : from+n]
}

// each is Files without a list.
func (t *Tree) each() iter.Seq[File] {
	return func(yield func(File) bool) {
		for _, f := range t.shown() {
			if !yield(File{Path: f.Path[len(t.prefix):], Size: f.Size}) {
				return
			}
		}
	}
}

// Has reports whether the tree has that file.
func (t *Tree) Has(name string) bool {
	_, ok := find(t.shown(), t.prefix+name)
	return ok
}

// find looks a path up in a sorted list; where it is missing, the index is where it would be.
func find(files []File, name string) (int, bool) {
	return slices.BinarySearchFunc(files, name, func(f File, name string) int { return strings.Compare(f.Path, name) })
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
// could be read, one of a large tar perhaps less than it has.
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
	if s, ok := t.store.(sequentialStore); ok {
		return s.walk(ctx, func(f File, raw io.Reader) error { return t.visit(f, raw, visit) })
	}
	for _, f := range t.shown() {
		if err := ctx.Err(); err != nil {
			return err
		}
		raw, err := t.store.open(f.Path)
		if err != nil {
			return err
		}
		err = t.visit(f, raw, visit)
		raw.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// Read reads the files that are wanted, each once, in the order that is cheapest,
// decompressed. In a packing of random access the others are not even opened.
func (t *Tree) Read(ctx context.Context, wanted func(File) bool, read func(f File, r io.Reader) error) error {
	if !t.RandomAccess() {
		return t.Walk(ctx, func(f File, r io.Reader) error {
			if !wanted(f) {
				return nil
			}
			return read(f, r)
		})
	}
	for f := range t.each() {
		if !wanted(f) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.readOne(f, read); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tree) readOne(f File, read func(f File, r io.Reader) error) error {
	r, err := t.Open(f.Path)
	if err != nil {
		return err
	}
	defer r.Close()
	return read(f, r)
}

// visit shows a file of the store if it is one of the tree's.
func (t *Tree) visit(f File, raw io.Reader, visit func(f File, r io.Reader) error) error {
	if _, ok := find(t.shown(), f.Path); !ok {
		return nil
	}
	r, err := decompress(raw, t.limits)
	if err != nil {
		return err
	}
	return visit(File{Path: f.Path[len(t.prefix):], Size: f.Size}, r)
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
	inner, _ := t.nested(name)
	return inner
}

// isFolder reports whether the tree is a folder on disk, or a part of one.
func (t *Tree) isFolder() bool {
	_, ok := t.store.(*folderStore)
	return ok
}

// nested is Nested, and says why an archive cannot be opened.
func (t *Tree) nested(name string) (*Tree, error) {
	s, ok := t.store.(*folderStore)
	if !ok {
		return nil, nil
	}
	inner, err := OpenTree(s.diskPath(t.prefix+name), t.limits)
	if err != nil || inner.Single() {
		return nil, err
	}
	return inner, nil
}

// Children are the names directly below the root of the tree: folders first.
func (t *Tree) Children() (folders []string, files []File) {
	for f := range t.each() { // the files of a folder follow one another
		head, _, deeper := strings.Cut(f.Path, "/")
		switch {
		case !deeper:
			files = append(files, f)
		case len(folders) == 0 || folders[len(folders)-1] != head:
			folders = append(folders, head)
		}
	}
	return folders, files
}

// Close releases the archive or folder. Trees made by Sub share it.
func (t *Tree) Close() error { return t.store.close() }

// Only is the tree reduced to some of its files.
func (t *Tree) Only(names ...string) *Tree {
	all := t.shown()
	only := make([]File, 0, len(names))
	for _, name := range names {
		if i, ok := find(all, t.prefix+name); ok {
			only = append(only, all[i])
		}
	}
	slices.SortFunc(only, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return t.reduced(only)
}

// reduced is the tree with some of the files it shows, by path.
func (t *Tree) reduced(only []File) *Tree {
	sub := *t
	sub.only = only
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
