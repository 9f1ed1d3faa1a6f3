package xmpp

import (
	"bytes"
	"strings"
	"time"

	"crosstalk/collectors/record"
)

// maxMarks is how many reactions or mentions of one message are read.
const maxMarks = 1024

// stanza is one message as it was sent, with what its archive adds. Its slices are reused.
type stanza struct {
	owner           string // of the archive, bare
	archive         string // who answered with it: empty, the owner or a room; bare
	from, to        string // full
	kind            string // chat, groupchat, headline, error or none
	id, origin      string
	archived        string // the archive's id
	assigned, by    string // the id a server gave it, and that server or room
	sent            time.Time
	precision       record.Precision
	sentByArchive   bool
	hasBody, cipher bool
	size, files     int
	subject, call   bool
	occupant        bool   // a private message in a room
	real            string // who is behind the nick, bare
	replaces        string
	retracts        string
	retracted       bool
	reactsTo        string
	reactions       []string
	repliesTo       string
	mentions        []string
}

func (p *stanza) reset() {
	*p = stanza{reactions: p.reactions[:0], mentions: p.mentions[:0]}
}

// readStanza reads the element that was entered: a message, one that carries another out of
// an archive, or an archive's result by itself.
func (r *run) readStanza(p *stanza) {
	s := &r.xml
	inside, forwarded := s.depth(), 0
	if string(s.name) == "result" {
		p.archived = string(s.attr("id"))
	} else {
		r.readAddresses(p)
	}
	for {
		switch s.next() {
		case eventEnd:
			return
		case eventClose:
			if s.depth() < inside {
				return
			}
			continue
		}
		switch name := string(s.name); {
		case s.space == spaceMAM && name == "result":
			p.archived = string(s.attr("id"))
		case s.space == spaceForward && name == "forwarded":
			forwarded = s.depth()
		case (s.space == spaceClient || s.space == spaceForward) && name == "message" && forwarded > 0:
			s.stack[len(s.stack)-1].space = spaceClient // some leave it out
			p.archive = r.bare([]byte(p.from))
			if p.owner == "" {
				p.owner = r.bare([]byte(p.to))
			}
			r.readAddresses(p)
		case name == "delay" && s.space == spaceDelay, name == "x" && s.space == spaceOldDelay:
			p.stamp(s.attr("stamp"), s.depth() == forwarded+1)
		default:
			r.readPart(p)
		}
	}
}

func (r *run) readAddresses(p *stanza) {
	s := &r.xml
	p.from, p.to = full(s.attr("from")), full(s.attr("to"))
	p.kind, p.id = string(s.attr("type")), string(s.attr("id"))
}

// readPart takes what one element of a message says.
func (r *run) readPart(p *stanza) {
	s := &r.xml
	id := func() string { return string(s.attr("id")) }
	switch s.space {
	case spaceClient:
		r.readText(p)
	case spaceCorrect:
		p.replaces = id()
	case spaceRetract:
		p.readRetraction(string(s.name), id())
	case spaceFasten:
		if string(s.name) == "apply-to" {
			p.retracts = id()
		}
	case spaceReaction:
		r.readReaction(p)
	case spaceReply:
		p.repliesTo = id()
	case spaceID:
		if string(s.name) == "origin-id" {
			p.origin = id()
		} else if p.assigned == "" {
			p.assigned, p.by = id(), r.bare(s.attr("by"))
		}
	case spaceOOB:
		if string(s.name) == "x" {
			p.files++
		}
	case spaceSharing:
		if string(s.name) == "file-sharing" {
			p.files++
		}
	case spaceMention:
		if uri, ok := bytes.CutPrefix(s.attr("uri"), []byte("xmpp:")); ok && string(s.attr("type")) == "mention" && len(p.mentions) < maxMarks {
			p.mentions = append(p.mentions, r.bare(uri))
		}
	case spaceMUC:
		p.occupant = true
		if string(s.name) == "item" {
			p.real = r.bare(s.attr("jid"))
		}
	case spaceCall:
		p.call = p.call || string(s.name) == "propose"
	case spaceCipher:
		p.cipher = p.cipher || string(s.name) == "encrypted" || string(s.name) == "x" || string(s.name) == "openpgp"
	}
}

// readText measures the first body. Other languages repeat it.
func (r *run) readText(p *stanza) {
	s := &r.xml
	switch string(s.name) {
	case "subject":
		p.subject = true
	case "body":
		inside, size := s.depth(), 0
		for s.depth() >= inside {
			ev := s.next()
			size += s.text
			if ev == eventEnd {
				return
			}
		}
		if !p.hasBody {
			p.hasBody, p.size = true, size
		}
	}
}

func (p *stanza) readRetraction(name, id string) {
	switch {
	case name == "retracted":
		p.retracted = true
	case name == "retract" && id != "":
		p.retracts = id
	}
}

// readReaction takes the message that is reacted to, or one of the marks.
func (r *run) readReaction(p *stanza) {
	s := &r.xml
	switch string(s.name) {
	case "reactions":
		p.reactsTo = string(s.attr("id"))
	case "reaction":
		s.keep = true
		ev := s.next()
		s.keep = false
		if mark := strings.TrimSpace(string(s.heard)); ev == eventClose && mark != "" && len(p.reactions) < maxMarks {
			p.reactions = append(p.reactions, mark)
		}
	}
}

// stamp reads when a message was sent. What the archive says goes before what a server said
// that held the message up.
func (p *stanza) stamp(b []byte, archive bool) {
	t, precision, ok := parseStamp(string(b))
	if !ok || !p.sent.IsZero() && (p.sentByArchive || !archive) {
		return
	}
	p.sent, p.precision, p.sentByArchive = t, precision, archive
}

func parseStamp(text string) (time.Time, record.Precision, bool) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		if strings.Contains(text, ".") {
			return t, record.PrecisionMillisecond, true
		}
		return t, record.PrecisionSecond, true
	}
	t, err := time.Parse("20060102T15:04:05", text)
	return t, record.PrecisionSecond, err == nil
}
