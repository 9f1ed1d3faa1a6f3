package matrix

// maxMentions is how many mentions of one event are looked at.
const maxMentions = 4096

// event is one event of a room, as far as it is needed. Its slices are reused.
type event struct {
	kind, sender, id, room string
	stateKey               string
	isState                bool
	sent                   int64 // milliseconds
	redacts                string
	redacted               bool
	edited                 int64 // as the server gathers it
	content
}

// content is what an event says, but for its text.
type content struct {
	msgtype    string
	size       int
	attached   bool
	membership string
	name       string // of the member
	direct     bool
	joinRule   string
	mentions   []string
	relation   relation
}

// relation is what an event is to another.
type relation struct {
	kind, to    string
	replyTo     string
	fallingBack bool // the reply is there for programs that know no threads
}

func (e *event) reset() {
	mentions := e.mentions[:0]
	*e = event{}
	e.mentions = mentions
}

// eventKey takes one value of an event.
func (r *run) eventKey(e *event, key []byte) {
	s := &r.scan
	switch string(key) {
	case "type":
		e.kind = r.texts.Of(s.Str())
	case "sender":
		e.sender = r.user(s.Str())
	case "user_id":
		if id := s.Str(); e.sender == "" {
			e.sender = r.user(id)
		}
	case "event_id":
		r.late(func() { e.id = string(s.Str()) })
	case "room_id":
		e.room = r.roomID(s.Str())
	case "origin_server_ts":
		e.sent = s.Number()
	case "state_key":
		e.isState = true
		e.stateKey = r.user(s.Str())
	case "redacts":
		e.redacts = string(s.Str())
	case "content":
		r.readContent(e)
	case "unsigned":
		r.late(func() { r.readUnsigned(e) })
	default:
		s.Skip()
	}
}

// late takes a value that only the second pass needs.
func (r *run) late(take func()) {
	if r.emitting {
		take()
	} else {
		r.scan.Skip()
	}
}

// roomID and user are the one copy of an id.
func (r *run) roomID(b []byte) string {
	if c := r.rooms[string(b)]; c != nil {
		return c.Key
	}
	return string(b)
}

func (r *run) user(b []byte) string {
	if u := r.users[string(b)]; u != nil {
		return u.Key.Value
	}
	return string(b)
}

func (r *run) readContent(e *event) {
	s, c := &r.scan, &e.content
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "msgtype":
			c.msgtype = r.texts.Of(s.Str())
		case "body":
			c.size = s.Size()
		case "url":
			c.attached = len(s.Str()) > 0 || c.attached
		case "file":
			c.attached = s.Peek() == '{' || c.attached
			s.Skip()
		case "membership":
			c.membership = r.texts.Of(s.Str())
		case "displayname":
			c.name = string(s.Str())
		case "is_direct":
			c.direct = s.Flag()
		case "join_rule":
			c.joinRule = string(s.Str())
		case "redacts":
			e.redacts = string(s.Str())
		case "m.relates_to":
			r.readRelation(&c.relation)
		case "m.mentions":
			r.readMentions(c)
		default:
			s.Skip()
		}
	}
}

func (r *run) readRelation(to *relation) {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "rel_type":
			to.kind = r.texts.Of(s.Str())
		case "event_id":
			to.to = string(s.Str())
		case "is_falling_back":
			to.fallingBack = s.Flag()
		case "m.in_reply_to":
			if s.Enter('{') {
				for key, ok := s.Key(); ok; key, ok = s.Key() {
					if string(key) == "event_id" {
						to.replyTo = string(s.Str())
					} else {
						s.Skip()
					}
				}
			}
		default:
			s.Skip()
		}
	}
}

func (r *run) readMentions(c *content) {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) != "user_ids" {
			s.Skip()
			continue
		}
		for more := s.Enter('['); more && s.Element(); {
			if id := s.Str(); len(id) > 0 && len(c.mentions) < maxMentions {
				c.mentions = append(c.mentions, r.user(id))
			}
		}
	}
}

// readUnsigned takes what the server adds: that an event was deleted, or its latest edit.
func (r *run) readUnsigned(e *event) {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "redacted_because":
			e.redacted = s.Peek() == '{'
			s.Skip()
		case "redacted_by":
			e.redacted = len(s.Str()) > 0 || e.redacted
		case "m.relations":
			r.readGathered(e)
		default:
			s.Skip()
		}
	}
}

func (r *run) readGathered(e *event) {
	s := &r.scan
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) != "m.replace" || s.Peek() != '{' {
			s.Skip()
			continue
		}
		s.Enter('{')
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if string(key) == "origin_server_ts" {
				e.edited = s.Number()
			} else {
				s.Skip()
			}
		}
	}
}
