package collectors

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Signatures and lengths of the records of a ZIP; what follows them is of any length.
const (
	localSignature, localLength     = 0x04034b50, 30
	entrySignature, entryLength     = 0x02014b50, 46
	endSignature, endLength         = 0x06054b50, 22
	end64Signature, end64Length     = 0x06064b50, 56
	locatorSignature, locatorLength = 0x07064b50, 20
)

// endSearch is how far from the end of the file the directory's end is looked for: a
// comment of 64 KiB may follow it, and a little rubbish.
const endSearch = 66 << 10

var (
	errNoDirectory = fmt.Errorf("no directory at its end: %w", zip.ErrFormat)
	errDirectory   = fmt.Errorf("directory damaged: %w", zip.ErrFormat)
)

var little = binary.LittleEndian

// zipDirectory is the list of the regular files of a ZIP, by path. An archive may hold a
// million, so it keeps next to nothing of each: what else is known is read again from the
// archive when the file is opened.
type zipDirectory struct {
	files   []File
	entries []int64 // where each file's entry of the directory stands in the archive
	base    int64   // bytes before the archive, which no offset in it counts
	bytes   int64   // all files together unpacked; MaxInt64 when more
	refused []string
	locked  bool // some file asks for a password
	names   arena
}

// readZipDirectory lists a ZIP of so many bytes.
func readZipDirectory(in io.ReaderAt, size int64) (*zipDirectory, error) {
	end, err := findZipEnd(in, size)
	if err != nil {
		return nil, err
	}
	first, base, err := end.locate(in, size)
	if err != nil {
		return nil, err
	}
	d := &zipDirectory{base: base}
	if most := (size - first) / entryLength; end.files <= uint64(most) {
		d.files, d.entries = make([]File, 0, end.files), make([]int64, 0, end.files)
	}
	r := entryReader{in: bufio.NewReaderSize(io.NewSectionReader(in, first, size-first), 64<<10)}
	n := uint64(0)
	for at := first; ; n++ {
		e, err := r.next()
		if errors.Is(err, errDirectory) {
			break
		}
		if err != nil {
			return nil, err
		}
		d.add(e, at)
		at += e.length
	}
	if uint16(n) != uint16(end.files) { // archives of more than 65535 files may not say how many
		return nil, errDirectory
	}
	d.order()
	return d, nil
}

// add takes up one entry of the directory, which stands at an offset.
func (d *zipDirectory) add(e zipEntry, at int64) {
	if !e.regular() {
		return
	}
	name := d.name(e.name)
	p, ok := safePath(name)
	if !ok {
		d.refused = append(d.refused, name)
		return
	}
	if clutter(p) {
		return
	}
	d.locked = d.locked || e.flags&1 != 0
	size := int64(min(e.unpacked, math.MaxInt64))
	d.bytes += min(size, math.MaxInt64-d.bytes)
	d.files = append(d.files, File{Path: p, Size: size})
	d.entries = append(d.entries, at)
}

// name is a file's name: UTF-8 whether or not a flag says so, else of the code page that
// the format began with.
func (d *zipDirectory) name(raw []byte) string {
	if utf8.Valid(raw) {
		return d.names.keep(raw)
	}
	var b strings.Builder
	for _, c := range raw {
		b.WriteRune(charmap.CodePage437.DecodeByte(c))
	}
	return b.String()
}

// order sorts by path and leaves the last of several files of one name, which is the one
// that unpacking would leave.
func (d *zipDirectory) order() {
	sort.Sort((*byPath)(d))
	kept := 0
	for i := range d.files {
		if i+1 < len(d.files) && d.files[i+1].Path == d.files[i].Path {
			continue
		}
		d.files[kept], d.entries[kept] = d.files[i], d.entries[i]
		kept++
	}
	clear(d.files[kept:])
	d.files, d.entries = d.files[:kept], d.entries[:kept]
}

type byPath zipDirectory

func (b *byPath) Len() int { return len(b.files) }

func (b *byPath) Less(i, j int) bool {
	if b.files[i].Path != b.files[j].Path {
		return b.files[i].Path < b.files[j].Path
	}
	return b.entries[i] < b.entries[j]
}

func (b *byPath) Swap(i, j int) {
	b.files[i], b.files[j] = b.files[j], b.files[i]
	b.entries[i], b.entries[j] = b.entries[j], b.entries[i]
}

// arena holds many short strings in few allocations.
type arena struct{ block *strings.Builder }

func (a *arena) keep(s []byte) string {
	const blockBytes = 64 << 10
	if a.block == nil || a.block.Cap()-a.block.Len() < len(s) {
		a.block = new(strings.Builder)
		a.block.Grow(max(blockBytes, len(s)))
	}
	from := a.block.Len()
	a.block.Write(s)
	return a.block.String()[from:]
}

// zipEnd is what the end of a ZIP's directory says about it.
type zipEnd struct {
	at                  int64 // where it stands
	files, size, offset uint64
}

func findZipEnd(in io.ReaderAt, size int64) (zipEnd, error) {
	tail := make([]byte, min(size, endSearch))
	from := size - int64(len(tail))
	if err := readFullAt(in, tail, from); err != nil {
		return zipEnd{}, err
	}
	for i := len(tail) - endLength; i >= 0; i-- {
		b := tail[i:]
		if little.Uint32(b) != endSignature || endLength+int(little.Uint16(b[20:])) > len(b) {
			continue
		}
		e := zipEnd{at: from + int64(i), files: uint64(little.Uint16(b[10:])), size: uint64(little.Uint32(b[12:])), offset: uint64(little.Uint32(b[16:]))}
		if e.files == math.MaxUint16 || e.size == math.MaxUint16 || e.size == math.MaxUint32 || e.offset == math.MaxUint32 {
			return e.widen(in, size)
		}
		return e, nil
	}
	return zipEnd{}, errNoDirectory
}

// widen takes the figures from the ZIP64 end, where there is one. Its own place is stated
// without what precedes the archive, so that it may be found right before its locator.
func (e zipEnd) widen(in io.ReaderAt, size int64) (zipEnd, error) {
	before := e.at - locatorLength
	locator := make([]byte, locatorLength)
	if before < 0 {
		return e, nil
	}
	if err := readFullAt(in, locator, before); err != nil {
		return e, err
	}
	if little.Uint32(locator) != locatorSignature || little.Uint32(locator[4:]) != 0 || little.Uint32(locator[16:]) != 1 {
		return e, nil
	}
	b := make([]byte, end64Length)
	for _, at := range []int64{int64(little.Uint64(locator[8:])), before - end64Length} {
		if at < 0 || at > size-end64Length || readFullAt(in, b, at) != nil || little.Uint32(b) != end64Signature {
			continue
		}
		return zipEnd{at: at, files: little.Uint64(b[32:]), size: little.Uint64(b[40:]), offset: little.Uint64(b[48:])}, nil
	}
	return e, errDirectory
}

// locate finds where the directory begins and how many bytes stand before the archive.
func (e zipEnd) locate(in io.ReaderAt, size int64) (first, base int64, err error) {
	if e.size > math.MaxInt64 || e.offset > math.MaxInt64 {
		return 0, 0, errDirectory
	}
	first = e.at - int64(e.size)
	if first < 0 || first >= size {
		return 0, 0, errDirectory
	}
	base = first - int64(e.offset)
	if base <= 0 {
		return first, base, nil
	}
	// A size that counts too little looks like bytes before the archive.
	if _, err := readZipEntry(in, size, int64(e.offset)); err == nil {
		return int64(e.offset), 0, nil
	}
	return first, base, nil
}

// zipEntry is one entry of a ZIP's directory.
type zipEntry struct {
	name             []byte // valid until the next entry is read
	creator          byte   // the system whose attributes it has
	flags, method    uint16
	crc32            uint32
	attributes       uint32
	packed, unpacked uint64
	header           int64 // of the file, without what precedes the archive
	length           int64 // of the entry
}

// entryReader reads the entries of a directory one after another.
type entryReader struct {
	in    io.Reader
	fixed [entryLength]byte
	rest  []byte
}

// readZipEntry reads the entry that stands at an offset.
func readZipEntry(in io.ReaderAt, size, at int64) (zipEntry, error) {
	r := entryReader{in: io.NewSectionReader(in, at, max(size-at, 0))}
	return r.next()
}

// next reads an entry; where none is, or only a part of one, it answers errDirectory.
func (r *entryReader) next() (zipEntry, error) {
	b := r.fixed[:]
	if err := r.fill(b); err != nil {
		return zipEntry{}, err
	}
	if little.Uint32(b) != entrySignature {
		return zipEntry{}, errDirectory
	}
	name, extra, comment := int(little.Uint16(b[28:])), int(little.Uint16(b[30:])), int(little.Uint16(b[32:]))
	if n := name + extra + comment; cap(r.rest) < n {
		r.rest = make([]byte, n)
	}
	r.rest = r.rest[:name+extra+comment]
	if err := r.fill(r.rest); err != nil {
		return zipEntry{}, err
	}
	e := zipEntry{
		name: r.rest[:name], creator: b[5], flags: little.Uint16(b[8:]), method: little.Uint16(b[10:]), crc32: little.Uint32(b[16:]),
		packed: uint64(little.Uint32(b[20:])), unpacked: uint64(little.Uint32(b[24:])), attributes: little.Uint32(b[38:]),
		header: int64(little.Uint32(b[42:])), length: int64(entryLength + len(r.rest)),
	}
	return e, e.widen(r.rest[name : name+extra])
}

func (r *entryReader) fill(b []byte) error {
	_, err := io.ReadFull(r.in, b)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errDirectory
	}
	return err
}

// widen takes the figures that are too large for their fields from the ZIP64 extra field.
func (e *zipEntry) widen(extra []byte) error {
	unpacked, packed, header := e.unpacked == math.MaxUint32, e.packed == math.MaxUint32, e.header == math.MaxUint32
	for len(extra) >= 4 {
		tag, n := little.Uint16(extra), int(little.Uint16(extra[2:]))
		if extra = extra[4:]; len(extra) < n {
			break
		}
		field := extra[:n]
		extra = extra[n:]
		if tag != 1 {
			continue
		}
		for _, wide := range []struct {
			wanted *bool
			set    func(uint64)
		}{
			{&unpacked, func(v uint64) { e.unpacked = v }},
			{&packed, func(v uint64) { e.packed = v }},
			{&header, func(v uint64) { e.header = int64(v) }},
		} {
			if !*wide.wanted {
				continue
			}
			if len(field) < 8 {
				return errDirectory
			}
			wide.set(little.Uint64(field))
			*wide.wanted, field = false, field[8:]
		}
	}
	if packed || header {
		return errDirectory
	}
	return nil // a file may be just as long as its field can tell
}

// regular reports whether an entry is a file with content: no folder, link or device.
func (e *zipEntry) regular() bool {
	if n := len(e.name); n > 0 && e.name[n-1] == '/' {
		return false
	}
	const (
		fat, unix, ntfs, vfat, macOS = 0, 3, 11, 14, 19
		fatFolder                    = 0x10
	)
	switch e.creator {
	case fat, ntfs, vfat:
		return e.attributes&fatFolder == 0
	case unix, macOS:
		switch e.attributes >> 28 { // the type of file in a Unix mode
		case 1, 2, 4, 6, 10, 12:
			return false
		}
	}
	return true
}

func readFullAt(in io.ReaderAt, b []byte, at int64) error {
	_, err := io.ReadFull(io.NewSectionReader(in, at, int64(len(b))), b)
	return err
}
