package rocketchat

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"strconv"
)

// maxDocument is the largest document that is read: MongoDB allows 16 MiB.
const maxDocument = 17 << 20

// Errors of a file of BSON that are its own fault.
var (
	errDamaged   = errors.New("not BSON")
	errTruncated = errors.New("ends in the middle")
)

// Types of BSON elements.
const (
	typeDouble   = 0x01
	typeString   = 0x02
	typeObject   = 0x03
	typeArray    = 0x04
	typeBinary   = 0x05
	typeOID      = 0x07
	typeBool     = 0x08
	typeDate     = 0x09
	typeRegex    = 0x0b
	typePointer  = 0x0c
	typeCode     = 0x0d
	typeSymbol   = 0x0e
	typeScoped   = 0x0f
	typeInt32    = 0x10
	typeStamp    = 0x11
	typeInt64    = 0x12
	typeDecimal  = 0x13
	typeRootOpen = 0x00 // the document itself, before it is entered
)

// binaryReader reads the documents of a dump one after another into the same buffer.
type binaryReader struct {
	in  *bufio.Reader
	buf []byte
}

// next reads one document. io.EOF is the end.
func (r *binaryReader) next() ([]byte, error) {
	head, err := r.in.Peek(4)
	switch {
	case err == io.EOF && len(head) == 0:
		return nil, io.EOF
	case err == io.EOF:
		return nil, errTruncated
	case err != nil:
		return nil, err
	}
	size := int(binary.LittleEndian.Uint32(head))
	if size < 5 || size > maxDocument {
		return nil, errDamaged
	}
	r.buf = r.buf[:0]
	for len(r.buf) < size { // by steps: a stated length may be a lie
		from := len(r.buf)
		step := min(size-from, 64<<10)
		r.buf = append(r.buf, make([]byte, step)...)
		if _, err := io.ReadFull(r.in, r.buf[from:]); err == io.EOF || err == io.ErrUnexpectedEOF {
			return nil, errTruncated
		} else if err != nil {
			return nil, err
		}
	}
	return r.buf, nil
}

// binaryDocument walks one BSON document. After damage every method gives zero values.
type binaryDocument struct {
	b      []byte
	pos    int
	kind   byte  // of the value at pos
	ends   []int // of the objects and arrays entered
	failed bool
	digits [24]byte
}

func (d *binaryDocument) reset(b []byte) {
	d.b, d.pos, d.kind, d.ends, d.failed = b, 0, typeRootOpen, d.ends[:0], false
}

func (d *binaryDocument) fail() {
	d.failed = true
	d.ends = d.ends[:0]
}

// within is where the innermost object ends.
func (d *binaryDocument) within() int {
	if len(d.ends) == 0 {
		return len(d.b)
	}
	return d.ends[len(d.ends)-1]
}

// size is how many bytes the value at hand takes, or -1.
func (d *binaryDocument) size() int {
	length := func(fixed int) int {
		if d.within()-d.pos < 4 {
			return -1
		}
		n := int(int32(binary.LittleEndian.Uint32(d.b[d.pos:])))
		if n < 0 {
			return -1
		}
		return n + fixed
	}
	n := -1
	switch d.kind {
	case typeDouble, typeDate, typeStamp, typeInt64:
		n = 8
	case typeString, typeCode, typeSymbol:
		n = length(4)
	case typeObject, typeArray, typeScoped, typeRootOpen:
		n = length(0)
	case typeBinary:
		n = length(5)
	case typeOID:
		n = 12
	case typeBool:
		n = 1
	case typeInt32:
		n = 4
	case typeDecimal:
		n = 16
	case typePointer:
		n = length(16)
	case typeRegex:
		n = d.patterns()
	case 0x06, 0x0a, 0x7f, 0xff: // undefined, null, the keys before and behind all others
		n = 0
	}
	if n > d.within()-d.pos {
		return -1
	}
	return n
}

// patterns is the size of a regular expression: two strings that end in zero.
func (d *binaryDocument) patterns() int {
	rest := d.b[d.pos:d.within()]
	first := bytes.IndexByte(rest, 0)
	if first < 0 {
		return -1
	}
	second := bytes.IndexByte(rest[first+1:], 0)
	if second < 0 {
		return -1
	}
	return first + second + 2
}

// take passes the value at hand and gives its bytes.
func (d *binaryDocument) take() []byte {
	if d.failed {
		return nil
	}
	n := d.size()
	if n < 0 {
		d.fail()
		return nil
	}
	value := d.b[d.pos : d.pos+n]
	d.pos += n
	return value
}

// Skip passes the value at hand.
func (d *binaryDocument) Skip() { d.take() }

// Peek tells an object and a list from other values.
func (d *binaryDocument) Peek() byte {
	switch {
	case d.failed:
		return 0
	case d.kind == typeObject || d.kind == typeRootOpen:
		return '{'
	case d.kind == typeArray:
		return '['
	}
	return '"'
}

// Enter steps into the value at hand if it is what is asked for, and passes it if not.
func (d *binaryDocument) Enter(open byte) bool {
	if d.failed || d.Peek() != open {
		d.take()
		return false
	}
	n := d.size()
	if n < 5 {
		d.fail()
		return false
	}
	d.ends = append(d.ends, d.pos+n)
	d.pos += 4
	return true
}

// Key gives the next key of the object that was entered, and leaves the object when there is none.
func (d *binaryDocument) Key() ([]byte, bool) {
	if d.failed || len(d.ends) == 0 {
		return nil, false
	}
	end := d.within()
	if d.pos >= end {
		d.fail()
		return nil, false
	}
	d.kind = d.b[d.pos]
	d.pos++
	if d.kind == 0 {
		if d.pos != end {
			d.fail()
			return nil, false
		}
		d.ends = d.ends[:len(d.ends)-1]
		return nil, false
	}
	n := bytes.IndexByte(d.b[d.pos:end], 0)
	if n < 0 {
		d.fail()
		return nil, false
	}
	key := d.b[d.pos : d.pos+n]
	d.pos += n + 1
	return key, true
}

// Element reports whether the list that was entered has another element.
func (d *binaryDocument) Element() bool {
	_, ok := d.Key()
	return ok
}

// Str gives a string, the digits of an object id in hexadecimal, a number or an instant in
// milliseconds in decimal; nil for anything else. It holds until the next call.
func (d *binaryDocument) Str() []byte {
	kind, v := d.kind, d.take()
	if d.failed {
		return nil
	}
	switch kind {
	case typeString, typeSymbol:
		return text(v)
	case typeOID:
		return hex.AppendEncode(d.digits[:0], v)
	case typeInt32, typeInt64, typeDate, typeDouble, typeBool:
		return strconv.AppendInt(d.digits[:0], whole(kind, v), 10)
	}
	return nil
}

// text is a string without its length and the zero at its end.
func text(v []byte) []byte {
	if len(v) < 5 {
		return nil
	}
	return v[4 : len(v)-1]
}

func whole(kind byte, v []byte) int64 {
	switch kind {
	case typeInt32:
		return int64(int32(binary.LittleEndian.Uint32(v)))
	case typeInt64, typeDate:
		return int64(binary.LittleEndian.Uint64(v))
	case typeDouble:
		if f := math.Float64frombits(binary.LittleEndian.Uint64(v)); f > -1<<53 && f < 1<<53 {
			return int64(f)
		}
	case typeBool:
		return int64(v[0])
	}
	return 0
}

// Flag gives a truth value.
func (d *binaryDocument) Flag() bool {
	kind, v := d.kind, d.take()
	return !d.failed && kind == typeBool && v[0] != 0
}

// Number gives a count.
func (d *binaryDocument) Number() int64 {
	kind, v := d.kind, d.take()
	if d.failed {
		return 0
	}
	return whole(kind, v)
}

// Size gives the bytes of a string; 0 for any other value.
func (d *binaryDocument) Size() int {
	kind, v := d.kind, d.take()
	if d.failed || kind != typeString {
		return 0
	}
	return len(text(v))
}
