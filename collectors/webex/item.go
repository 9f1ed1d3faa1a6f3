package webex

import (
	"bytes"
	"encoding/base64"
	"time"
)

// item is one object of a page, with the object inside if it is an event.
type item struct {
	thing
	data    thing
	hasData bool
}

// thing is a message, an event, a membership, a room or a person: their keys hardly
// overlap.
type thing struct {
	id, room, parent    string
	person, email, name string
	kind                string // roomType, or the type of an event, a room or a person
	resource            string // of an event
	created, updated    time.Time
	size, files         int
	mentions            []string
	isMember, isRoom    bool
	isTeam, isText      bool
	emails              []string
}

func (i *item) reset() {
	*i = item{thing: thing{mentions: i.mentions[:0], emails: i.emails[:0]}, data: thing{mentions: i.data.mentions[:0], emails: i.data.emails[:0]}}
}

const maxMentions = 1 << 16

// field reads the value of one key.
func (r *run) field(t *thing, key []byte) {
	s := &r.s
	switch string(key) {
	case "id":
		t.id = string(r.plain(s.Str()))
	case "roomId":
		t.room = r.id(s.Str())
	case "parentId":
		t.parent = string(r.plain(s.Str()))
	case "personId", "actorId":
		t.person = r.id(s.Str())
	case "personEmail":
		t.email = r.texts.Of(s.Str())
	case "roomType":
		t.kind = r.texts.Of(s.Str())
	case "type":
		if word := s.Str(); t.kind == "" {
			t.kind = r.texts.Of(word)
		}
	case "resource":
		t.resource = r.texts.Of(s.Str())
	case "created":
		t.created = s.Instant()
	case "updated":
		t.updated = s.Instant()
	case "text", "markdown":
		t.isText = true
		if n := s.Size(); string(key) == "text" || t.size == 0 {
			t.size = n
		}
	default:
		r.further(t, key)
	}
}

// further reads the keys of lists, people and rooms.
func (r *run) further(t *thing, key []byte) {
	s := &r.s
	switch string(key) {
	case "data":
		if t != &r.item.thing || !s.Enter('{') {
			if t != &r.item.thing {
				s.Skip()
			}
			return
		}
		r.item.hasData = true
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			r.field(&r.item.data, key)
		}
	case "files":
		r.strings(func([]byte) { t.files++ })
	case "mentionedPeople":
		r.strings(func(b []byte) {
			if len(t.mentions) < maxMentions {
				t.mentions = append(t.mentions, r.id(b))
			}
		})
	case "emails":
		r.strings(func(b []byte) {
			if len(t.emails) < maxMentions {
				t.emails = append(t.emails, string(b))
			}
		})
	case "displayName", "personDisplayName":
		t.name = string(s.Str())
	case "isModerator", "isMonitor":
		t.isMember = true
		s.Skip()
	case "title", "isLocked", "lastActivity":
		t.isRoom = true
		s.Skip()
	case "teamId":
		t.isTeam = len(s.Str()) > 0
	default:
		s.Skip()
	}
}

// strings hands over each string of the list that follows.
func (r *run) strings(take func([]byte)) {
	if !r.s.Enter('[') {
		return
	}
	for r.s.Element() {
		if b := r.s.Str(); len(b) > 0 {
			take(b)
		}
	}
}

// id gives what an encoded id says, of which one copy is held.
func (r *run) id(b []byte) string {
	id, known := r.ids.At(b)
	if !known {
		*id = string(r.plain(b))
	}
	return *id
}

const scheme = "ciscospark://"

// plain decodes an id, ciscospark://<cluster>/<type>/<id>, to its last part: the same
// thing comes with different clusters. What is no such id stays as it is. The answer holds
// until the next call.
func (r *run) plain(b []byte) []byte {
	trimmed := bytes.TrimRight(b, "=")
	if base64.RawURLEncoding.DecodedLen(len(trimmed)) > len(r.decoded) {
		return b
	}
	n, err := base64.RawURLEncoding.Decode(r.decoded[:], trimmed)
	if err != nil || !bytes.HasPrefix(r.decoded[:n], []byte(scheme)) {
		return b
	}
	return r.decoded[bytes.LastIndexByte(r.decoded[:n], '/')+1 : n]
}
