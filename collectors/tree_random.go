package collectors

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// Random is a file that can be read at any place, as databases must be.
type Random struct {
	io.ReaderAt
	Size  int64
	close func() error
}

// Close releases the file.
func (r *Random) Close() error {
	if r.close == nil {
		return nil
	}
	return r.close()
}

// OpenRandom opens a file of the tree for reading at any place. A file on disk and one that
// a ZIP stores unpacked are read where they are. Any other is held in memory whole, up to
// Limits.Buffered; beyond that the error says to unpack the archive.
func (t *Tree) OpenRandom(name string) (*Random, error) { return t.OpenBeside(name, "") }

// OpenBeside opens the file whose path is that of another one and a suffix: the write-ahead
// log of a database. It is found beside the file even when the tree shows less than what is there.
// ErrNotFound is the answer where there is none.
func (t *Tree) OpenBeside(name, suffix string) (*Random, error) {
	full := t.prefix + name + suffix
	if s, ok := t.store.(*singleStore); ok && suffix != "" {
		return openDisk(s.path+suffix, t.limits)
	}
	raw, err := t.store.open(full)
	if err != nil {
		return nil, err
	}
	switch f := raw.(type) {
	case *os.File:
		return randomDisk(f, t.limits)
	case *zipFile:
		if f.deflated == nil {
			return &Random{ReaderAt: &f.stored, Size: f.stored.Size(), close: f.Close}, nil
		}
	}
	defer raw.Close()
	hint := int64(0)
	if f, ok := raw.(*zipFile); ok {
		hint = int64(min(f.left, 1<<40))
	}
	return held(raw, hint, t.limits)
}

func openDisk(path string, l Limits) (*Random, error) {
	f, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return randomDisk(f, l)
}

func randomDisk(f *os.File, l Limits) (*Random, error) {
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	head := make([]byte, 16)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		f.Close()
		return nil, err
	}
	if compression(head[:n]) == packPlain {
		return &Random{ReaderAt: f, Size: info.Size(), close: f.Close}, nil
	}
	defer f.Close()
	return held(f, info.Size(), l)
}

// held reads a file into memory. The hint is about how many bytes it has.
func held(raw io.Reader, hint int64, l Limits) (*Random, error) {
	r, err := decompress(raw, l)
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	content.Grow(int(min(hint, l.Buffered)) + bytes.MinRead)
	n, err := io.Copy(&content, io.LimitReader(r, l.Buffered+1))
	if err != nil {
		return nil, err
	}
	if n > l.Buffered {
		return nil, fmt.Errorf("a packed file of more than %d MiB cannot be read out of order; unpack the archive and import the folder", l.Buffered>>20)
	}
	return &Random{ReaderAt: bytes.NewReader(content.Bytes()), Size: n}, nil
}
