package wrike

import (
	"time"

	"crosstalk/collectors/jsonscan"
	"crosstalk/collectors/record"
)

// comments reads comments and events.
type comments struct {
	members []record.Member // of the item at hand
	*run
	m  record.Message
	it item
}

// item is what a comment or event says that is not text.
type item struct {
	id, place        string
	author           string
	created, updated time.Time
	event            string // the type of an event; empty for a comment
	size             int
	files            int
}

// read reads the comment or event that the scanner has just entered, and hands it to the
// sink.
func (c *comments) read() error {
	s, it := &c.scan, &c.it
	*it = item{}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "id", "commentId":
			it.id = string(s.Str())
		case "taskId", "folderId":
			if id := c.intern(s.Str()); id != "" {
				it.place = id
			}
		case "authorId", "eventAuthorId":
			it.author = c.intern(s.Str())
		case "createdDate", "lastUpdatedDate":
			it.created = parseTime(s.Str())
		case "updatedDate":
			it.updated = parseTime(s.Str())
		case "eventType":
			it.event = c.intern(s.Str())
		case "attachmentIds":
			it.files = c.elements()
		case "text":
			it.size = s.Size()
		case "comment":
			c.commentOfEvent()
		default:
			s.Skip()
		}
	}
	switch {
	case s.Err() != nil:
		return nil
	case it.created.IsZero():
		return c.reject("bad_time")
	case it.place == "":
		return c.reject("no_conversation")
	}
	return c.emit()
}

// parseTime reads `2018-08-07T11:40:51Z`. The zero time is none.
func parseTime(b []byte) time.Time {
	at, _ := jsonscan.Instant(b)
	return at
}

// elements counts the elements of an array.
func (c *comments) elements() (n int) {
	s := &c.scan
	if !s.Enter('[') {
		return 0
	}
	for s.Element() {
		s.Skip()
		n++
	}
	return n
}

func (c *comments) commentOfEvent() {
	s := &c.scan
	if !s.Enter('{') {
		return
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) == "text" {
			c.it.size = s.Size()
			continue
		}
		s.Skip()
	}
}

// emit hands the comment or event at hand to the sink. Of the events only new comments are
// messages; one's deletion does not say when the comment was written, and is a notice.
func (c *comments) emit() error {
	it, m := &c.it, &c.m
	m.Reset()
	m.Tool, m.Workspace, m.Kind = Tool, c.workspace, record.KindMessage
	m.SentAt, m.Precision = it.created, record.PrecisionSecond
	c.author()
	if it.event != "" && it.event != "CommentAdded" {
		m.Kind = record.KindSystem
	} else {
		m.ID, m.SizeBytes, m.Attachments = it.id, uint32(min(it.size, 1<<32-1)), uint16(min(it.files, 1<<16-1))
		if it.updated.After(it.created) {
			m.EditedAt = it.updated
		}
	}
	c.place()
	return c.sink.Message(m)
}

func (c *comments) author() {
	it, m := &c.it, &c.m
	m.Sender = toolID(it.author)
	known := c.contacts[it.author]
	if known == nil {
		return
	}
	m.SenderKind = known.Kind
	if known.location != nil {
		_, seconds := it.created.In(known.location).Zone()
		m.OffsetMinutes = int16(time.Duration(seconds) * time.Second / time.Minute)
	}
}

// place fills in the work item and who else takes part in it.
func (c *comments) place() {
	it, m := &c.it, &c.m
	m.Conversation = c.conversation(it.place)
	if m.Kind != record.KindMessage {
		return
	}
	c.members = c.membersOf(it.place, c.members[:0])
	if len(c.members) == 0 {
		return
	}
	m.RecipientSource = record.RecipientsMembership
	for _, member := range c.members {
		if member.Account == m.Sender {
			continue
		}
		m.Audience++
		if len(c.members) <= record.SmallRoom {
			m.Recipients = append(m.Recipients, member.Account)
		}
	}
}
