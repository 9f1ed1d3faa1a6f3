package collectors

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// Limits bound what an archive may unpack to. Zero fields take the defaults.
type Limits struct {
	Unpacked int64 // bytes all files together may unpack to; default 1 TiB
	Ratio    int64 // unpacked to packed bytes, once past Free; default 1000
	Free     int64 // bytes below which no ratio is asked for; default 1 GiB
	Buffered int64 // bytes of one file that may be held in memory; default 64 MiB
}

// ErrBomb marks an archive that unpacks to more than its limits allow.
var ErrBomb = errors.New("unpacks to far more than it should")

// ErrDamaged marks a compressed file whose content does not decompress.
var ErrDamaged = errors.New("damaged compression")

func (l Limits) orDefault() Limits {
	set := func(v *int64, d int64) {
		if *v == 0 {
			*v = d
		}
	}
	set(&l.Unpacked, 1<<40)
	set(&l.Ratio, 1000)
	set(&l.Free, 1<<30)
	set(&l.Buffered, 64<<20)
	return l
}

func (l Limits) bomb(unpacked, packed int64) bool {
	return unpacked > l.Unpacked || unpacked > l.Free && unpacked/max(packed, 1) > l.Ratio
}

func (l Limits) bombError() error {
	return fmt.Errorf("%w: more than %d MiB, or %d times its size; if it is genuine, unpack it and import the folder", ErrBomb, l.Unpacked>>20, l.Ratio)
}

// packing is the compression of one file.
type packing int

const (
	packPlain packing = iota
	packGzip
	packXZ
	packBzip2
	packZstd
)

func compression(head []byte) packing {
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return packGzip
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		return packXZ
	case bytes.HasPrefix(head, []byte("BZh")) && len(head) > 9 && bytes.Equal(head[4:10], []byte("1AY&SY")):
		return packBzip2
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return packZstd
	}
	return packPlain
}

// decompress gives the content of a file behind one layer of compression, if any,
// guarded by the limits. A plain file on disk is returned as it is.
func decompress(raw io.Reader, l Limits) (io.Reader, error) {
	if f, ok := raw.(*os.File); ok {
		head := make([]byte, 16)
		n, err := f.ReadAt(head, 0)
		if err != nil && err != io.EOF {
			return nil, err
		}
		if compression(head[:n]) == packPlain {
			return f, nil
		}
	}
	again := &rejoined{rest: raw}
	n, err := io.ReadFull(raw, again.head[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	again.unread = again.head[:n]
	kind := compression(again.unread)
	if kind == packPlain {
		return again, nil
	}
	packed := &counter{r: again}
	plain, err := decoder(kind, bufio.NewReaderSize(packed, 64<<10))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return &guard{r: plain, packed: packed, limits: l}, nil
}

// rejoined is a reader whose first bytes were looked at. It is small, as archives hold
// thousands of files.
type rejoined struct {
	head   [16]byte
	unread []byte
	rest   io.Reader
}

func (r *rejoined) Read(p []byte) (int, error) {
	if len(r.unread) == 0 {
		return r.rest.Read(p)
	}
	n := copy(p, r.unread)
	r.unread = r.unread[n:]
	return n, nil
}

func decoder(p packing, r io.Reader) (io.Reader, error) {
	switch p {
	case packGzip:
		return gzip.NewReader(r)
	case packXZ:
		return xz.NewReader(r)
	case packBzip2:
		return bzip2.NewReader(r), nil
	case packZstd:
		return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(128<<20))
	}
	return nil, nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// guard stops a reader that unpacks beyond the limits.
type guard struct {
	r      io.Reader
	packed *counter
	limits Limits
	n      int64
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.n += int64(n)
	if g.limits.bomb(g.n, g.packed.n) {
		return n, g.limits.bombError()
	}
	var file *fs.PathError // the disk's fault, not the content's
	switch {
	case err == nil || err == io.EOF || errors.As(err, &file):
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("the compressed file is truncated: %w", err)
	default:
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, err
}

// safePath cleans the path of an archive's entry and refuses one that climbs out.
func safePath(name string) (string, bool) {
	name = strings.ReplaceAll(name, "\\", "/")
	if strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' || strings.ContainsRune(name, 0) {
		return "", false
	}
	clean := path.Clean(name)
	if clean == ".." || strings.HasPrefix(clean, "../") {
		return "", false
	}
	return clean, clean != "."
}

func fileHead(p string, n int) ([]byte, error) {
	f, err := os.Open(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	buf := make([]byte, n)
	got, err := io.ReadFull(f, buf)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	return buf[:got], nil
}

// unpackedHead is the beginning of a file behind its compression.
func unpackedHead(p string, l Limits) ([]byte, error) {
	f, err := os.Open(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := decompress(f, l)
	if err != nil {
		return nil, err
	}
	buf := make([]byte, sniff)
	got, err := io.ReadFull(r, buf)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	return buf[:got], nil
}

// unpackedName is a file's name without the ending of its compression.
func unpackedName(name string, head []byte) string {
	if compression(head) == packPlain {
		return name
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".gz", ".xz", ".bz2", ".zst", ".tgz", ".txz":
		return strings.TrimSuffix(name, path.Ext(name))
	}
	return name
}
