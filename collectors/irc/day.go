package irc

import (
	"bytes"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

const (
	longestDay = 1 << 16 // lines of a day held back at most
	mostNicks  = 1 << 17 // nicks remembered between days
	mostNamed  = 8       // nicks a line may address
)

// day holds the lines of one channel's day back until it has ended, because only then
// it is known which words are nicks: a line that begins "ana: " or "ana, bo: " mentions
// those of them who were seen in the channel that day (of the same file), before or
// after. The day and not the file, so that a day gives the same whatever file it is in.
type day struct {
	settings *settings
	sink     collectors.Sink
	message  record.Message
	place    place
	number   int64
	round    uint32 // counts the days handed over
	lines    []heldLine
	words    []byte // the addressed words of all lines, each ended by a 0
	nicks    map[string]*nick
	other    *nick // in a query: who is not the one it is named after
	target   *nick // in a query: whom it is named after
	fold     []byte
	seen     map[sighting]bool // of the day; made when a bouncer plays back
}

// nick is one account of a network, by its folded name.
type nick struct {
	key   record.AccountKey
	kind  record.AccountKind
	round uint32 // the last day it was seen on
}

// heldLine is one record to be.
type heldLine struct {
	at         moment
	sender     *nick // nil when the line names nobody
	kind       record.Kind
	size       uint32
	words, end uint32 // in day.words
}

type sighting struct {
	unix   int64
	sender *nick
	kind   record.Kind
	size   uint32
}

func newDay(s *settings, sink collectors.Sink) *day {
	d := &day{settings: s, sink: sink, number: noDay, round: 1, nicks: map[string]*nick{}}
	d.message.Reset()
	return d
}

// begin starts on the lines of a place.
func (d *day) begin(p place) {
	d.place, d.number, d.target = p, noDay, nil
	if p.kind == record.ConversationDirect {
		d.target = d.account([]byte(p.key))
	}
	d.other = nil
	if d.target != nil && d.settings.ownNick != "" {
		d.other = d.account([]byte(d.settings.ownNick))
	}
}

// add takes one line, and hands the day before over when it has ended.
func (d *day) add(at moment, e event) error {
	if at.day != d.number || len(d.lines) >= longestDay {
		if err := d.flush(); err != nil {
			return err
		}
		d.number = at.day
	}
	if len(e.renamed) > 0 {
		d.account(e.renamed).round = d.round
	}
	line := heldLine{at: at, kind: record.KindSystem, words: uint32(len(d.words))}
	line.sender, line.size = d.author(&e)
	if e.what != notice {
		line.kind = record.KindMessage
		d.address(e.text)
	}
	line.end = uint32(len(d.words))
	d.lines = append(d.lines, line)
	if d.seen != nil {
		d.seen[line.sighting()] = true
	}
	return nil
}

// author is who wrote a line, and how much. It marks them as seen, and cuts the name
// a bridge puts before the text off.
func (d *day) author(e *event) (*nick, uint32) {
	if len(e.nick) == 0 {
		return nil, 0
	}
	who := d.account(e.nick)
	who.round = d.round
	if e.what == notice {
		return who, 0
	}
	if name, text, ok := bridged(e.text); ok && d.settings.bridges[who.key.Value] {
		who, e.text = d.named(name), text
	} else if d.target != nil && d.other == nil && who != d.target {
		d.other = who
	}
	return who, uint32(len(e.text))
}

// address notes the words that a text addresses, if they prove to be nicks.
func (d *day) address(text []byte) {
	for range mostNamed {
		i := 0
		for i < len(text) && i < 64 && nickByte[text[i]] {
			i++
		}
		if i == 0 || i+1 < len(text) && text[i+1] != ' ' || i == len(text) || text[i] != ':' && text[i] != ',' {
			return
		}
		d.words = append(appendFolded(d.words, text[:i]), 0)
		if text[i] == ':' {
			return
		}
		text = bytes.TrimLeft(text[i+1:], " ")
	}
}

// holds reports whether a line played back is one the day has already.
func (d *day) holds(at moment, e event) bool {
	if d.seen == nil {
		d.seen = map[sighting]bool{}
		for i := range d.lines {
			d.seen[d.lines[i].sighting()] = true
		}
	}
	line := heldLine{at: at, kind: record.KindMessage}
	line.sender, line.size = d.author(&e)
	return d.seen[line.sighting()]
}

func (l *heldLine) sighting() sighting {
	return sighting{unix: l.at.unix, sender: l.sender, kind: l.kind, size: l.size}
}

// flush hands the day's lines over in their order.
func (d *day) flush() error {
	for i := range d.lines {
		d.fill(&d.lines[i])
		if err := d.sink.Message(&d.message); err != nil {
			return err
		}
	}
	d.lines, d.words, d.seen = d.lines[:0], d.words[:0], nil
	d.round++
	if len(d.nicks) > mostNicks {
		clear(d.nicks)
		d.begin(d.place)
	}
	return nil
}

func (d *day) fill(l *heldLine) {
	m := &d.message
	m.Reset()
	m.Tool, m.Workspace = d.settings.tool, d.place.network
	if m.Workspace == "" {
		m.Workspace = d.settings.workspace
	}
	m.Conversation.Key, m.Conversation.Kind = d.place.key, d.place.kind
	m.Conversation.Coverage = record.CoverageMember
	m.SentAt = time.Unix(l.at.unix, 0).UTC()
	m.Precision, m.ZoneAssumed = record.PrecisionSecond, !l.at.hasZone
	if l.at.minute {
		m.Precision = record.PrecisionMinute
	}
	m.Kind, m.SizeBytes = l.kind, l.size
	if l.sender != nil {
		m.Sender, m.SenderKind = l.sender.key, l.sender.kind
	}
	if l.kind == record.KindMessage {
		d.addressees(l)
	}
}

// addressees fills in who is meant: the nicks a line begins with, and in a query the
// other of the two.
func (d *day) addressees(l *heldLine) {
	m := &d.message
	for words := d.words[l.words:l.end]; len(words) > 0; {
		end := bytes.IndexByte(words, 0)
		n := d.nicks[string(words[:end])]
		if n == nil || n.round != d.round {
			break
		}
		if n != l.sender {
			m.Mentions = append(m.Mentions, n.key)
		}
		words = words[end+1:]
	}
	if d.target == nil {
		return
	}
	m.Audience = 1
	to := d.target
	if l.sender == to {
		to = d.other
	}
	if to != nil {
		m.Recipients, m.RecipientSource = append(m.Recipients, to.key), record.RecipientsSeen
	}
}

// account is the nick of that name, whatever its case.
func (d *day) account(name []byte) *nick {
	d.fold = appendFolded(d.fold[:0], name)
	if n := d.nicks[string(d.fold)]; n != nil {
		return n
	}
	n := &nick{key: record.AccountKey{Kind: record.KeyHandle, Value: string(d.fold)}}
	if d.settings.bots[n.key.Value] || d.settings.bridges[n.key.Value] {
		n.kind = record.AccountBot
	}
	d.nicks[n.key.Value] = n
	return n
}

// named is the account behind a bridge. Its name may hold any character, so it is kept
// apart from the nicks.
func (d *day) named(name []byte) *nick {
	d.fold = append(append(d.fold[:0], 0), nickText(name)...)
	if n := d.nicks[string(d.fold)]; n != nil {
		return n
	}
	n := &nick{key: record.AccountKey{Kind: record.KeyDisplayName, Value: string(d.fold[1:])}}
	d.nicks[string(d.fold)] = n
	return n
}

// appendFolded adds a nick in the spelling that stands for all of its spellings: ASCII
// lower case, in UTF-8.
func appendFolded(to, name []byte) []byte {
	if !utf8.Valid(name) {
		name = []byte(nickText(name))
	}
	for _, c := range name {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		to = append(to, c)
	}
	return to
}

func foldName(s string) string {
	return string(appendFolded(nil, bytes.TrimSpace([]byte(s))))
}

// nickText decodes a name: UTF-8, or what is none as Windows-1252.
func nickText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return string(bytes.ToValidUTF8(b, []byte("?")))
	}
	return string(text)
}
