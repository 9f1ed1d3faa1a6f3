package sms

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// scanner walks the elements and attributes of XML as phones write it: with references to
// halves of surrogate pairs, to characters that XML forbids, with control characters, and cut off
// anywhere. Values may have any length; only what is asked for is held.
type scanner struct {
	in         io.Reader
	buf        []byte
	start, end int
	err        error
	broken     bool // the element at hand is not well formed
	name       []byte
	text       []byte
}

const (
	window      = 256 << 10
	longestName = 64
	longestText = 16 << 10 // bytes of a value that is looked at: hundreds of addresses
)

// reset begins another file.
func (x *scanner) reset(in io.Reader) {
	if x.buf == nil {
		x.buf = make([]byte, window)
	}
	x.in, x.start, x.end, x.err = in, 0, 0, nil
	x.fill()
	if head := x.buf[:x.end]; bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) {
		rest := io.MultiReader(bytes.NewReader(bytes.Clone(head)), x.in)
		x.in = transform.NewReader(rest, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
		x.start, x.end = 0, 0
	}
}

// failed is what stopped the reading, other than the end.
func (x *scanner) failed() error {
	if x.err == io.EOF {
		return nil
	}
	return x.err
}

// fill reads once more behind what is held. It is false at the end.
func (x *scanner) fill() bool {
	if x.err != nil {
		return false
	}
	if x.start > 0 {
		x.end = copy(x.buf, x.buf[x.start:x.end])
		x.start = 0
	}
	for range 100 {
		n, err := x.in.Read(x.buf[x.end:])
		x.end += n
		if err != nil {
			x.err = err
			return n > 0
		}
		if n > 0 {
			return true
		}
	}
	x.err = io.ErrNoProgress
	return false
}

// peek is the next byte, or 0 at the end.
func (x *scanner) peek() byte {
	if x.start == x.end && !x.fill() {
		return 0
	}
	return x.buf[x.start]
}

// until passes over everything up to and with a byte.
func (x *scanner) until(c byte) bool {
	for {
		if i := bytes.IndexByte(x.buf[x.start:x.end], c); i >= 0 {
			x.start += i + 1
			return true
		}
		x.start = x.end
		if !x.fill() {
			return false
		}
	}
}

// element is the name of the next element. Closing is true for its end. The name is valid until
// the next call; it is empty at the end of the file.
func (x *scanner) element() (name []byte, closing bool) {
	x.broken = false
	for x.until('<') {
		switch x.peek() {
		case '!':
			x.comment()
			continue
		case '?':
			continue
		case '/':
			x.start++
			closing = true
		}
		if x.takeName(); len(x.name) > 0 {
			return x.name, closing
		}
		closing = false
	}
	return nil, false
}

// comment passes over "!-- … -->", whatever stands in it.
func (x *scanner) comment() {
	for _, c := range []byte("!--") {
		if x.peek() != c {
			return
		}
		x.start++
	}
	for dashes := 0; x.until('-'); dashes = 0 {
		for dashes = 1; x.peek() == '-'; dashes++ {
			x.start++
		}
		if dashes > 1 && x.peek() == '>' {
			return
		}
	}
}

func (x *scanner) takeName() {
	x.name = x.name[:0]
	for len(x.name) < longestName {
		c := x.peek()
		if c < 0x80 && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' && c != ':' && c != '.' {
			return
		}
		x.name = append(x.name, c)
		x.start++
	}
}

// attribute is the name of the next attribute of the element at hand; its value has to be taken
// or skipped. It is empty behind the last one. Where the element is broken, broken is set.
func (x *scanner) attribute() (name []byte, empty bool) {
	spaced := x.space()
	switch c := x.peek(); {
	case c == '>':
		x.start++
		return nil, false
	case c == '/':
		x.start++
		if x.peek() == '>' {
			x.start++
			return nil, true
		}
		x.broken = true
		return nil, false
	}
	x.takeName()
	if !spaced || len(x.name) == 0 {
		x.broken = true
		return nil, false
	}
	x.space()
	if x.peek() != '=' {
		x.broken = true
		return nil, false
	}
	x.start++
	x.space()
	return x.name, false
}

func (x *scanner) space() (any bool) {
	for {
		switch x.peek() {
		case ' ', '\t', '\n', '\r':
			x.start++
			any = true
		default:
			return any
		}
	}
}

// quote takes the sign that begins a value and will end it.
func (x *scanner) quote() byte {
	c := x.peek()
	if c != '"' && c != '\'' {
		x.broken = true
		return 0
	}
	x.start++
	return c
}

// skip passes over a value.
func (x *scanner) skip() {
	if q := x.quote(); q != 0 && !x.until(q) {
		x.broken = true
	}
}

// value decodes a value, at most longestText of it. It is valid until the next call.
func (x *scanner) value() []byte {
	x.text = x.text[:0]
	x.decode(true)
	return x.text
}

// size is how many bytes a value has when it is decoded, without keeping it. The word "null" has none.
func (x *scanner) size() int64 {
	x.text = x.text[:0]
	size := x.decode(false)
	if size == 4 && string(x.text) == "null" {
		return 0
	}
	return size
}

// decode reads a value and keeps its beginning: longestText, or just enough to know "null".
func (x *scanner) decode(keep bool) (size int64) {
	q := x.quote()
	if q == 0 {
		return 0
	}
	limit := 8
	if keep {
		limit = longestText
	}
	add := func(b []byte) {
		size += int64(len(b))
		x.text = append(x.text, b[:min(len(b), max(limit-len(x.text), 0))]...)
	}
	high := rune(0)
	for {
		held := x.buf[x.start:x.end]
		i := bytes.IndexByte(held, q)
		segment := held
		if i >= 0 {
			segment = held[:i]
		}
		amp := bytes.IndexByte(segment, '&')
		if amp >= 0 {
			segment = segment[:amp]
		}
		if len(segment) > 0 {
			high = x.lone(high, add)
			add(segment)
			x.start += len(segment)
		}
		switch {
		case amp >= 0:
			high = x.reference(high, add)
		case i >= 0:
			x.lone(high, add)
			x.start++
			return size
		case !x.fill():
			x.broken = true
			return size
		}
	}
}

var replacement = []byte(string(utf8.RuneError))

// lone writes what stands for half a surrogate pair.
func (x *scanner) lone(high rune, add func([]byte)) rune {
	if high != 0 {
		add(replacement)
	}
	return 0
}

// reference decodes what begins with &. A half of a surrogate pair is given back until the
// other one comes.
func (x *scanner) reference(high rune, add func([]byte)) rune {
	for x.end-x.start < longestReference && x.fill() {
		continue
	}
	held := x.buf[x.start:min(x.end, x.start+longestReference)]
	r, n := parseReference(held)
	if n == 0 {
		high = x.lone(high, add)
		add(held[:1])
		x.start++
		return high
	}
	x.start += n
	switch {
	case r >= 0xdc00 && r < 0xe000 && high != 0:
		r = (high-0xd800)<<10 + (r - 0xdc00) + 0x10000
	case r >= 0xd800 && r < 0xdc00:
		x.lone(high, add)
		return r
	default:
		x.lone(high, add)
	}
	if !isChar(r) {
		r = utf8.RuneError
	}
	var b [utf8.UTFMax]byte
	add(b[:utf8.EncodeRune(b[:], r)])
	return 0
}

// isChar reports whether XML allows a character.
func isChar(r rune) bool {
	return r >= 0x20 && r < 0xd800 || r == '\t' || r == '\n' || r == '\r' || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= 0x10ffff
}

const longestReference = 12 // &#x0010ffff;

var errNoReference = errors.New("no reference")

// parseReference reads one reference and tells its length, 0 where there is none.
func parseReference(b []byte) (rune, int) {
	end := bytes.IndexByte(b, ';')
	if end < 2 {
		return 0, 0
	}
	name := b[1:end]
	switch string(name) {
	case "amp":
		return '&', end + 1
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	}
	n, err := uint64(0), errNoReference
	switch {
	case len(name) > 2 && name[0] == '#' && (name[1] == 'x' || name[1] == 'X'):
		n, err = strconv.ParseUint(string(name[2:]), 16, 32)
	case len(name) > 1 && name[0] == '#':
		n, err = strconv.ParseUint(string(name[1:]), 10, 32)
	}
	if err != nil {
		return 0, 0
	}
	return rune(min(n, 0x7fffffff)), end + 1
}
