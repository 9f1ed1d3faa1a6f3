package sqlite

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"crosstalk/collectors"
)

// writeAheadLog is what was committed to a database but not yet moved into it: for each page
// that changed, where its newest committed content stands.
type writeAheadLog struct {
	file   *collectors.Random
	size   int              // bytes of a page
	frames map[uint32]int64 // page → byte of the file
	pages  uint32           // of the database after the last commit; 0 when nothing was committed
}

const (
	logHeader   = 32
	frameHeader = 24
)

// openLog reads the log beside a database, or gives nil where there is none to heed.
func openLog(t *collectors.Tree, name string) (*writeAheadLog, error) {
	file, err := t.OpenBeside(name, "-wal")
	if errors.Is(err, collectors.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the write-ahead log beside the database: %w", err)
	}
	l := &writeAheadLog{file: file, frames: map[uint32]int64{}}
	err = l.read(bufio.NewReaderSize(io.NewSectionReader(file, 0, file.Size), 256<<10))
	if err == nil && len(l.frames) > 0 {
		return l, nil
	}
	file.Close()
	return nil, err
}

// read follows the log as far as its checksums hold. What stands behind is the rest of an
// older log, or was never finished, and what no commit follows never happened.
func (l *writeAheadLog) read(r io.Reader) error {
	var h [logHeader]byte
	if err := readLog(r, h[:]); err != nil {
		return ignoreEnd(err)
	}
	sum, ok := l.begin(h)
	if !ok {
		return nil
	}
	pending := map[uint32]int64{}
	frame := make([]byte, frameHeader+l.size)
	for at := int64(logHeader); ; at += int64(len(frame)) {
		if err := readLog(r, frame); err != nil {
			return ignoreEnd(err)
		}
		sum.add(frame[:8])
		sum.add(frame[frameHeader:])
		page, commit := binary.BigEndian.Uint32(frame), binary.BigEndian.Uint32(frame[4:])
		if [8]byte(frame[8:16]) != [8]byte(h[16:24]) || !sum.is(frame[16:24]) || page == 0 {
			return nil
		}
		pending[page] = at + frameHeader
		if commit == 0 {
			continue
		}
		l.pages = commit
		for page, at := range pending {
			l.frames[page] = at
		}
		clear(pending)
	}
}

// begin reads the log's header; a log whose header is wrong holds nothing.
func (l *writeAheadLog) begin(h [logHeader]byte) (*checksum, bool) {
	sum := &checksum{order: binary.LittleEndian}
	switch binary.BigEndian.Uint32(h[:]) {
	case 0x377f0682:
	case 0x377f0683:
		sum.order = binary.BigEndian
	default:
		return nil, false
	}
	sum.add(h[:24])
	size := binary.BigEndian.Uint32(h[8:])
	if !sum.is(h[24:]) || size < 512 || size > 65536 || size&(size-1) != 0 {
		return nil, false
	}
	l.size = int(size)
	return sum, true
}

// header is the database's own header as the log leaves it.
func (l *writeAheadLog) header(stored []byte) ([]byte, error) {
	at, ok := l.frames[1]
	if !ok {
		return stored, nil
	}
	h := make([]byte, headerSize)
	if err := readPage(l.file, h, at); err != nil {
		return nil, err
	}
	if !IsDatabase(h) {
		return nil, fmt.Errorf("the write-ahead log beside the database is encrypted or another program's; decrypt both, or import a plain copy (%w)", ErrNotDatabase)
	}
	return h, nil
}

func readLog(r io.Reader, b []byte) error {
	if _, err := io.ReadFull(r, b); err != nil {
		return fmt.Errorf("the write-ahead log beside the database cannot be read: %w", err)
	}
	return nil
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// checksum is the running sum of a log: two sums of 32-bit words, each fed by the other.
type checksum struct {
	order binary.ByteOrder
	a, b  uint32
}

func (c *checksum) add(p []byte) {
	a, b := c.a, c.b
	if c.order == binary.ByteOrder(binary.LittleEndian) {
		for ; len(p) >= 8; p = p[8:] {
			a += binary.LittleEndian.Uint32(p) + b
			b += binary.LittleEndian.Uint32(p[4:]) + a
		}
	} else {
		for ; len(p) >= 8; p = p[8:] {
			a += binary.BigEndian.Uint32(p) + b
			b += binary.BigEndian.Uint32(p[4:]) + a
		}
	}
	c.a, c.b = a, b
}

func (c *checksum) is(stored []byte) bool {
	return binary.BigEndian.Uint32(stored) == c.a && binary.BigEndian.Uint32(stored[4:]) == c.b
}
