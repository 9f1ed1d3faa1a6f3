package sametime

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"

	"crosstalk/collectors/jsonscan"
)

// field is what a key of a document means.
type field uint8

const (
	noField field = iota
	fieldSender
	fieldRecipient
	fieldConversation
	fieldID
	fieldType
	fieldText
	fieldTime // and, where none is named, the further ones of timeKeys
)

// place is a path in documents, and what stands there or further inside. There are so few
// that a look at each is faster than a map.
type place struct {
	path   string
	field  field
	inside bool // leads to wanted ones
}

// document is what is taken from one document. The bytes hold until the next one.
type document struct {
	places []place
	path   []byte
	depth  int

	sender, conversation, id, class []byte
	recipients                      [][]byte
	times                           [8][]byte
	size                            int
}

// maxDepth is how deep in a document its values may stand.
const maxDepth = 32

// maxRecipients is how many recipients of one message are read.
const maxRecipients = 1 << 16

func newDocument(m *mapping) document {
	var d document
	k := &m.Keys
	for i, name := range timeKeys {
		if k.Time == "" {
			d.want(name, fieldTime+field(i))
		}
	}
	if k.ID == "" {
		d.want(idKey, fieldID)
	}
	for _, name := range k.Recipients {
		d.want(name, fieldRecipient)
	}
	d.want(k.Time, fieldTime)
	d.want(k.ID, fieldID)
	d.want(k.Conversation, fieldConversation)
	d.want(k.Type, fieldType)
	d.want(k.Text, fieldText)
	d.want(k.Sender, fieldSender)
	return d
}

func (d *document) want(name string, f field) {
	if name == "" {
		return
	}
	d.at([]byte(name)).field = f
	for i := range name {
		if name[i] == '.' {
			d.at([]byte(name[:i])).inside = true
		}
	}
}

// at gives the place of a path, which is added.
func (d *document) at(path []byte) *place {
	if p := d.find(path); p != nil {
		return p
	}
	d.places = append(d.places, place{path: string(path)})
	return &d.places[len(d.places)-1]
}

func (d *document) find(path []byte) *place {
	for i := range d.places {
		if d.places[i].path == string(path) {
			return &d.places[i]
		}
	}
	return nil
}

func (d *document) reset() {
	d.path, d.depth, d.size, d.recipients = d.path[:0], 0, 0, d.recipients[:0]
	for _, b := range []*[]byte{&d.sender, &d.conversation, &d.id, &d.class} {
		*b = (*b)[:0]
	}
	for i := range d.times {
		d.times[i] = d.times[i][:0]
	}
}

// read takes in the document that follows, and reports whether it is one.
func (d *document) read(s *jsonscan.Scanner) bool {
	d.reset()
	if s.Peek() != '{' {
		s.Skip()
		return false
	}
	d.object(s)
	return s.Err() == nil
}

func (d *document) object(s *jsonscan.Scanner) {
	s.Enter('{')
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		n := len(d.path)
		if !bytes.HasPrefix(key, []byte("$")) { // {"$date": …} stands for its value
			if n > 0 {
				d.path = append(d.path, '.')
			}
			d.path = append(d.path, key...)
		}
		d.value(s)
		d.path = d.path[:n]
	}
}

func (d *document) value(s *jsonscan.Scanner) {
	here := d.find(d.path)
	d.depth++
	defer func() { d.depth-- }()
	switch c := s.Peek(); {
	case here == nil, d.depth > maxDepth:
		s.Skip()
	case c == '{':
		d.object(s)
	case c == '[':
		for s.Enter('['); s.Element(); {
			if s.Peek() == '[' {
				s.Skip() // no list of lists means anything
				continue
			}
			d.value(s)
		}
	case here.field == fieldText:
		d.size += s.Size()
	default:
		d.take(here.field, s.Str())
	}
}

// take keeps a value; of several the first, except recipients.
func (d *document) take(f field, value []byte) {
	if len(value) == 0 {
		return
	}
	switch f {
	case noField, fieldText:
	case fieldSender:
		keep(&d.sender, value)
	case fieldRecipient:
		d.recipient(value)
	case fieldConversation:
		keep(&d.conversation, value)
	case fieldID:
		keep(&d.id, value)
	case fieldType:
		keep(&d.class, value)
	default:
		keep(&d.times[f-fieldTime], value)
	}
}

func keep(into *[]byte, value []byte) {
	if len(*into) == 0 {
		*into = append(*into, value...)
	}
}

// recipient adds one, in the memory of an earlier document's.
func (d *document) recipient(value []byte) {
	n := len(d.recipients)
	if n >= maxRecipients {
		return
	}
	d.recipients = slices.Grow(d.recipients, 1)[:n+1]
	d.recipients[n] = append(d.recipients[n][:0], value...)
}

// seenKey is a key found in documents that nobody has mapped yet.
type seenKey struct {
	path      string
	different int
}

// keysIn lists the keys of documents by the head of their file, in the order in which they
// first stand there. Nothing of their values is in the answer.
func keysIn(head []byte) []seenKey {
	var s jsonscan.Scanner
	s.Reset(bytes.NewReader(head))
	k := keyCounter{seed: maphash.MakeSeed(), seen: map[string]map[uint64]bool{}}
	for s.Peek() == '{' {
		k.object(&s, "")
	}
	out := make([]seenKey, 0, len(k.order))
	for _, path := range k.order {
		out = append(out, seenKey{path, len(k.seen[path])})
	}
	return out
}

type keyCounter struct {
	depth int
	seed  maphash.Seed
	order []string
	seen  map[string]map[uint64]bool
}

const maxKeys = 200

func (k *keyCounter) object(s *jsonscan.Scanner, path string) {
	s.Enter('{')
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		name := path
		if !bytes.HasPrefix(key, []byte("$")) {
			name = strings.TrimPrefix(path+"."+string(key), ".")
		}
		k.value(s, name)
	}
}

func (k *keyCounter) value(s *jsonscan.Scanner, path string) {
	k.depth++
	defer func() { k.depth-- }()
	switch c := s.Peek(); {
	case k.depth > maxDepth:
		s.Skip()
	case c == '{':
		k.object(s, path)
	case c == '[':
		for s.Enter('['); s.Element(); {
			if s.Peek() == '[' {
				s.Skip()
				continue
			}
			k.value(s, path)
		}
	default:
		k.count(path, s.Str())
	}
}

func (k *keyCounter) count(path string, value []byte) {
	if k.seen[path] == nil {
		if len(k.order) >= maxKeys {
			return
		}
		k.order, k.seen[path] = append(k.order, path), map[uint64]bool{}
	}
	k.seen[path][maphash.Bytes(k.seed, value)] = true
}
