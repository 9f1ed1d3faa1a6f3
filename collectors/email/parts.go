package email

import (
	"bytes"

	"crosstalk/collectors/mail"
)

// Bounds of what is remembered of a message's structure.
const (
	deepest     = 16       // nested multiparts
	partLimit   = 64 << 10 // bytes of one part's header
	longestMark = 1000     // bytes of a boundary line
)

// parts counts the attachments of a multipart message from the headers of its parts,
// while the body streams through. Parts of a message that is itself attached are
// not looked into, since their boundaries are never learned.
type parts struct {
	boundaries  [][]byte
	header      mail.Header
	block       []byte // the part's header so far
	inHeader    bool
	midLine     bool // the last piece ended within a line
	attachments int
	invitation  bool
}

// begin starts a message with the boundary of its header, nil when it has one part.
func (p *parts) begin(boundary []byte) {
	p.boundaries, p.block = p.boundaries[:0], p.block[:0]
	p.inHeader, p.midLine, p.attachments, p.invitation = false, false, 0, false
	p.learn(boundary)
}

func (p *parts) learn(boundary []byte) {
	if len(boundary) > 0 && len(boundary) <= longestMark && len(p.boundaries) < deepest {
		p.boundaries = append(p.boundaries, bytes.Clone(boundary))
	}
}

// active reports whether the body is worth feeding.
func (p *parts) active() bool { return len(p.boundaries) > 0 }

// feed takes the next piece of the body: whole lines, except that a line too long to
// be a boundary or a header may come in several pieces.
func (p *parts) feed(b []byte) {
	for len(b) > 0 {
		if p.midLine {
			b = p.endLine(b)
			continue
		}
		if p.inHeader {
			b = p.readHeader(b)
			continue
		}
		if !bytes.HasPrefix(b, []byte("--")) {
			i := bytes.Index(b, []byte("\n--"))
			if i < 0 {
				p.midLine = b[len(b)-1] != '\n'
				return
			}
			b = b[i+1:]
		}
		line, rest := cutLine(b)
		p.inHeader = p.opens(line)
		p.midLine = len(rest) == 0 && b[len(b)-1] != '\n'
		b = rest
	}
}

func (p *parts) endLine(b []byte) []byte {
	_, rest := cutLine(b)
	p.midLine = len(rest) == 0 && b[len(b)-1] != '\n'
	return rest
}

// opens reports whether a line that begins with -- is a boundary that begins a part.
func (p *parts) opens(line []byte) bool {
	if len(line) > longestMark+8 {
		return false
	}
	line = bytes.TrimRight(line[2:], " \t\r\n")
	for _, boundary := range p.boundaries {
		if bytes.Equal(line, boundary) {
			return true
		}
	}
	return false
}

// readHeader collects the header of a part up to its empty line.
func (p *parts) readHeader(b []byte) []byte {
	for len(b) > 0 {
		line, rest := cutLine(b)
		if len(p.block)+len(line) > partLimit {
			p.endHeader()
			return b
		}
		p.block = append(p.block, line...)
		b = rest
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			p.endHeader()
			return b
		}
	}
	return nil
}

func (p *parts) endHeader() {
	p.header.Scan(p.block)
	if p.header.IsAttachment() {
		p.attachments++
	}
	if p.header.IsInvitation() {
		p.invitation = true
	}
	p.learn(p.header.Boundary())
	p.block, p.inHeader = p.block[:0], false
}

// cutLine cuts one line with its end.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return b, nil
	}
	return b[:i+1], b[i+1:]
}
