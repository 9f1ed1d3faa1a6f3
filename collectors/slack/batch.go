package slack

// span is a piece of a batch's bytes; the zero span is nothing.
type span struct{ from, to uint32 }

// list is a range of a batch's ids.
type list struct{ from, to uint32 }

func (l list) len() int { return int(l.to - l.from) }

// mark is one emoji on a message with those who put it there.
type mark struct {
	name  span
	users list
	count int64
}

// maxIDs is how many reacting users or participants of one message are told apart;
// further ones are only counted.
const maxIDs = 1 << 20

// maxMarks is how many different emoji on one message are read.
const maxMarks = 1 << 16

// maxBytes is where a batch stops taking strings: only a message made to harm gets there.
const maxBytes = 1 << 28

// batch is what a reader hands over at a time: posts in the order of their files. Its
// buffers are reused.
type batch struct {
	posts   []post
	bytes   []byte
	ids     []span
	marks   []mark
	rejects []rejected
}

// rejected is a record that could not be read, before its file's path is known.
type rejected struct {
	file   int32
	record int64
	reason string
}

func (b *batch) reset() {
	b.posts, b.bytes, b.ids, b.marks, b.rejects = b.posts[:0], b.bytes[:0], b.ids[:0], b.marks[:0], b.rejects[:0]
}

func (b *batch) full() bool {
	return len(b.posts)+len(b.rejects) >= 512 || len(b.bytes) >= 128<<10
}

// hold copies a string into the batch.
func (b *batch) hold(s []byte) span {
	if len(s) == 0 || len(b.bytes) > maxBytes {
		return span{}
	}
	from := uint32(len(b.bytes))
	b.bytes = append(b.bytes, s...)
	return span{from, uint32(len(b.bytes))}
}

func (b *batch) of(s span) []byte { return b.bytes[s.from:s.to] }

func (b *batch) emptyList() list { return list{uint32(len(b.ids)), uint32(len(b.ids))} }

// listed adds an id to the list that was begun last.
func (b *batch) listed(l list, id []byte) list {
	b.ids = append(b.ids, b.hold(id))
	l.to = uint32(len(b.ids))
	return l
}
