package meta

import (
	"context"
	"io"
	"math"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// settleAfter is how many messages of a file wait for what the file says of its thread,
// which may stand behind them. A file of an export has 10,000 at most.
const settleAfter = 1 << 14

// Thread is one file of a thread: what it says of the whole, and messages that wait for it.
type Thread struct {
	Key          string
	Identity     string
	Kind         record.ConversationKind
	Coverage     record.Coverage
	Participants []*Person
	Posts        []Post
	Marks        []Mark
}

// Post is what one message says that is not text.
type Post struct {
	Sender      *Person
	SentAt      int64 // microseconds since 1970
	marks       int   // how many of the thread's marks are up to and with this one's
	Size        uint32
	Attachments uint16
	Kind        record.Kind
	Deleted     bool
}

// Mark is a reaction; a zero time is the message's.
type Mark struct {
	Actor *Person
	At    time.Time
}

// Begin empties the thread for another file.
func (t *Thread) Begin() {
	*t = Thread{Participants: t.Participants[:0], Posts: t.Posts[:0], Marks: t.Marks[:0]}
}

// Add takes in a message, to which the marks belong that came since the last one.
func (t *Thread) Add(p Post) {
	p.marks = len(t.Marks)
	t.Posts = append(t.Posts, p)
}

// reader reads one file of a thread.
type reader struct {
	*Run
	Thread
	entry   string
	record  int64
	section string
	handle  string // of the folder's name
	group   bool
	left    bool // whether the owner has left
	title   string
}

// thread reads one file of a thread.
func (r *Run) thread(ctx context.Context, f collectors.File, src io.Reader) error {
	folder, section := r.layout.place(f.Path)
	d := &reader{Run: r, Thread: r.spare, entry: f.Path, section: section}
	d.Begin()
	d.named(folder)
	s := &r.Scanner
	s.Reset(src)
	if c := s.Peek(); c != '{' && c != 0 {
		if err := r.sink.Reject(record.Reject{Reason: "not_a_thread", Entry: f.Path}); err != nil {
			return err
		}
		return s.Drain()
	}
	s.Enter('{')
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "messages":
			if err := d.messages(ctx); err != nil {
				return err
			}
		default:
			d.fact(string(key))
		}
	}
	if err := d.settle(); err != nil {
		return err
	}
	r.spare = d.Thread
	return r.Finish(f.Path, d.record)
}

// fact reads what a thread's file says beside its messages.
func (d *reader) fact(key string) {
	s := &d.Scanner
	switch key {
	case "participants":
		d.Participants = d.People(d.Participants[:0])
	case "thread_path":
		path := s.Str()
		if len(path) > 0 {
			d.named(string(path[strings.LastIndexByte(string(path), '/')+1:]))
		}
	case "thread_type":
		d.group = d.group || string(s.Str()) == "RegularGroup"
	case "joinable_mode", "image":
		c := s.Peek()
		d.group = d.group || c == '{' || c == '"'
		s.Skip()
	case "is_still_participant":
		d.left = string(s.Str()) == "false"
	case "title":
		d.title = Repair(s.Str())
	default:
		s.Skip()
	}
}

// People reads a list of people: objects with a name, or names.
func (r *Run) People(into []*Person) []*Person {
	s := &r.Scanner
	if !s.Enter('[') {
		return into
	}
	for s.Element() {
		if p := r.participant(); p != nil {
			into = append(into, p)
		}
	}
	return into
}

func (r *Run) participant() (p *Person) {
	s := &r.Scanner
	if s.Peek() == '"' {
		return r.Person(s.Str())
	}
	if !s.Enter('{') {
		return nil
	}
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		if string(key) == "name" {
			p = r.Person(s.Str())
		} else {
			s.Skip()
		}
	}
	return p
}

// minID is the length from which the end of a folder's name is taken for the thread's id.
const minID = 8

// named takes the thread's id from the name of its folder, "benokafor_7000000000000002":
// what stands before it changes with people's names.
func (d *reader) named(folder string) {
	d.Key, d.handle = folder, ""
	if i := strings.LastIndexByte(folder, '_'); i >= 0 && len(folder)-i > minID {
		d.Key, d.handle = folder[i+1:], folder[:i]
	}
}

func (d *reader) messages(ctx context.Context) error {
	s := &d.Scanner
	if !s.Enter('[') {
		return nil
	}
	for s.Element() {
		d.record++
		if d.record%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if reason := d.message(); reason != "" {
			if err := d.sink.Reject(record.Reject{Reason: reason, Entry: d.entry, Record: d.record}); err != nil {
				return err
			}
		}
		if len(d.Posts) >= settleAfter {
			if err := d.settle(); err != nil {
				return err
			}
		}
	}
	return nil
}

// message reads one message, or says why it cannot.
func (d *reader) message() (reason string) {
	s := &d.Scanner
	if !s.Enter('{') {
		return "not_a_message"
	}
	p := Post{Kind: record.KindMessage}
	before := len(d.Marks)
	missed, ms := false, int64(0)
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "sender_name":
			p.Sender = d.Person(s.Str())
		case "timestamp_ms":
			ms = s.Number()
		case "content":
			p.Size = Size(s)
		case "type":
			switch string(s.Str()) {
			case "Call":
				p.Kind = record.KindCall
			case "Subscribe", "Unsubscribe":
				p.Kind = record.KindSystem
			}
		case "call_duration":
			p.Kind, missed = record.KindCall, s.Number() == 0
		case "photos", "videos", "audio_files", "files", "gifs":
			p.Attachments += Count(s)
		case "sticker":
			if s.Peek() == '{' {
				p.Attachments++
			}
			s.Skip()
		case "is_unsent":
			p.Deleted = s.Flag()
		case "reactions":
			d.Marks = d.Reactions(d.Marks)
		default:
			s.Skip()
		}
	}
	if s.Err() != nil {
		return "" // counted once, with the file
	}
	if ms <= 0 || ms > math.MaxInt64/1000 {
		d.Marks = d.Marks[:before]
		return "bad_time"
	}
	if missed { // nobody met
		p.Kind = record.KindSystem
	}
	p.SentAt = ms * 1000
	d.Add(p)
	return ""
}

// Reactions reads the reactions to a message.
func (r *Run) Reactions(into []Mark) []Mark {
	s := &r.Scanner
	if !s.Enter('[') {
		return into
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		var m Mark
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "actor":
				m.Actor = r.Person(s.Str())
			case "timestamp":
				if seconds := s.Number(); seconds > 0 && seconds < 1e11 {
					m.At = time.Unix(seconds, 0)
				}
			default:
				s.Skip()
			}
		}
		into = append(into, m)
	}
	return into
}

// settle decides what hangs on several facts, and hands over the messages that waited.
func (d *reader) settle() error {
	t := &d.Thread
	if len(t.Participants)+len(t.Posts) == 0 {
		return nil
	}
	d.addOwner()
	switch {
	case d.group || len(t.Participants) > 2:
		t.Kind = record.ConversationGroup
	case len(t.Participants) > 0:
		t.Kind = record.ConversationDirect
		t.Identity = Identity(t.Participants)
		d.greet()
	default:
		t.Kind = record.ConversationOther
	}
	t.Coverage = record.CoverageMember
	switch d.section {
	case "e2ee_cutover":
		t.Coverage = record.CoverageTruncated
	case "message_requests", "filtered_threads":
		if !answered(t.Posts) {
			t.Kind, t.Identity = record.ConversationOther, ""
			t.Participants = t.Participants[:0]
		}
	}
	return d.Emit(t)
}

// addOwner completes a list that leaves out whose export it is.
func (d *reader) addOwner() {
	n := len(d.Participants)
	if d.owner.name == "" || d.left || n == 0 || n == 2 && !d.group {
		return
	}
	me := d.Person([]byte(d.owner.name))
	for _, p := range d.Participants {
		if p == me {
			return
		}
	}
	d.Participants = append(d.Participants, me)
}

// greet learns the user name of the other one of two, which only the folder of Instagram's
// threads has.
func (d *reader) greet() {
	if d.house != Instagram || d.handle == "" {
		return
	}
	for _, p := range d.Participants {
		if p.name == d.title && !p.gone && d.title != d.owner.name && len(d.Participants) == 2 {
			p.handle = d.handle
		}
	}
}

// answered reports whether more than one person wrote.
func answered(posts []Post) bool {
	for _, p := range posts {
		if p.Sender != posts[0].Sender {
			return true
		}
	}
	return false
}
