package collectors

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/klauspost/compress/flate"
)

// zipStore is a ZIP archive, read by random access. Of archive/zip, which keeps hundreds of
// bytes of every file in memory, it has only the errors.
type zipStore struct {
	*zipDirectory
	archive io.ReaderAt
	size    int64
	file    io.Closer
}

// ErrEncrypted is the answer to an archive that asks for a password.
var ErrEncrypted = errors.New("the archive is protected by a password; unpack it first and import the folder")

func newZipStore(p string, t *Tree) (*zipStore, error) {
	f, err := os.Open(p)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	s, err := openZip(f, info.Size(), t.limits)
	if err != nil {
		f.Close()
		if errors.Is(err, ErrEncrypted) || errors.Is(err, ErrBomb) {
			return nil, err
		}
		return nil, fmt.Errorf("%s is a damaged or truncated ZIP archive (%w); get it again", filepath.Base(p), err)
	}
	s.file = f
	*t.rejects = append(*t.rejects, s.refused...)
	return s, nil
}

func openZip(in io.ReaderAt, size int64, l Limits) (*zipStore, error) {
	d, err := readZipDirectory(in, size)
	switch {
	case err != nil:
		return nil, err
	case d.locked:
		return nil, ErrEncrypted
	case l.bomb(d.bytes, size):
		return nil, l.bombError()
	}
	return &zipStore{zipDirectory: d, archive: in, size: size}, nil
}

func (s *zipStore) files() []File { return s.zipDirectory.files }
func (s *zipStore) close() error  { return s.file.Close() }

// The methods of packing a file in a ZIP that can be read.
const (
	zipStored   = 0
	zipDeflated = 8
)

func (s *zipStore) open(name string) (io.ReadCloser, error) {
	i, ok := find(s.files(), name)
	if !ok {
		return nil, ErrNotFound
	}
	e, err := readZipEntry(s.archive, s.size, s.entries[i])
	if err != nil {
		return nil, damaged(err)
	}
	if e.method != zipStored && e.method != zipDeflated {
		return nil, fmt.Errorf("a file of the archive is packed by method %d, which cannot be read; unpack the archive and import the folder (%w)", e.method, zip.ErrAlgorithm)
	}
	content, err := s.content(e)
	if err != nil {
		return nil, damaged(err)
	}
	f := &zipFile{stored: content, left: e.unpacked, want: e.crc32, unsummed: e.crc32 == 0 && e.flags&summedLater == 0}
	if e.method == zipDeflated {
		f.deflated = inflate(&f.stored)
	}
	return f, nil
}

// summedLater is the flag of a file whose sums stand behind it, since whoever packed it
// did not know them before.
const summedLater = 8

// content is the packed content of a file, which stands behind the file's own header.
func (s *zipStore) content(e zipEntry) (io.SectionReader, error) {
	var h [localLength]byte
	at := s.base + e.header
	if at < 0 || at > s.size-localLength {
		return io.SectionReader{}, fmt.Errorf("outside the archive: %w", zip.ErrFormat)
	}
	if err := readFullAt(s.archive, h[:], at); err != nil {
		return io.SectionReader{}, err
	}
	if little.Uint32(h[:]) != localSignature {
		return io.SectionReader{}, fmt.Errorf("no header: %w", zip.ErrFormat)
	}
	at += localLength + int64(little.Uint16(h[26:])) + int64(little.Uint16(h[28:]))
	return *io.NewSectionReader(s.archive, at, int64(min(e.packed, uint64(max(s.size-at, 0))))), nil
}

func damaged(err error) error {
	return fmt.Errorf("a file of the archive is damaged (%w); get the archive again", err)
}

// zipFile reads the content of one file of a ZIP and holds it against the size and the
// checksum that the directory states.
type zipFile struct {
	stored   io.SectionReader
	deflated *inflater // or nil
	left     uint64    // bytes still to come
	sum      uint32
	want     uint32
	unsummed bool // nobody has stated a checksum
	err      error
}

func (f *zipFile) Read(p []byte) (n int, err error) {
	if f.err != nil {
		return 0, f.err
	}
	if f.deflated != nil {
		n, err = f.deflated.plain.Read(p)
	} else {
		n, err = f.stored.Read(p)
	}
	f.sum = crc32.Update(f.sum, crc32.IEEETable, p[:n])
	switch {
	case uint64(n) > f.left:
		n, err = 0, damaged(fmt.Errorf("longer than stated: %w", zip.ErrFormat))
	case err == io.EOF && uint64(n) < f.left:
		err = damaged(io.ErrUnexpectedEOF)
	case err == io.EOF && f.sum != f.want && !f.unsummed:
		err = damaged(zip.ErrChecksum)
	case err != nil && err != io.EOF:
		err = damaged(err)
	}
	f.left -= uint64(n)
	f.err = err
	return n, err
}

// Close gives the inflater back, once.
func (f *zipFile) Close() error {
	f.err = fs.ErrClosed
	if f.deflated != nil {
		f.deflated.packed.Reset(nil)
		inflaters.Put(f.deflated)
		f.deflated = nil
	}
	return nil
}

// inflaters are reused: each holds tens of kilobytes, and archives hold thousands of files.
var inflaters = sync.Pool{New: func() any {
	return &inflater{packed: bufio.NewReader(nil), plain: flate.NewReader(nil)}
}}

// inflater decompresses one file of a ZIP.
type inflater struct {
	packed *bufio.Reader
	plain  io.ReadCloser
}

func inflate(in io.Reader) *inflater {
	i := inflaters.Get().(*inflater)
	i.packed.Reset(in)
	if err := i.plain.(flate.Resetter).Reset(i.packed, nil); err != nil {
		i.plain = flate.NewReader(i.packed)
	}
	return i
}
