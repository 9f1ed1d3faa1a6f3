package instagram

import (
	"context"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/meta"
	"crosstalk/collectors/record"
)

// earlyHead is how the one file of all threads begins that exports had until 2020.
var earlyHead = regexp.MustCompile(`^\[\s*\{\s*"(participants"\s*:\s*\[\s*["\]]|conversation"\s*:\s*\[\s*(\]|\{\s*"(sender|created_at|text|likes|heart|media|story_share)))`)

// earlyMark is what tells it from any other list of participants.
var earlyMark = regexp.MustCompile(`"(conversation|created_at)"\s*:`)

// earlyFiles finds the files of that shape.
func earlyFiles(t *collectors.Tree) (map[string]bool, error) {
	found := map[string]bool{}
	for _, f := range t.Files() {
		if !strings.HasSuffix(f.Path, ".json") || strings.Count(f.Path, "/") > 1 || !t.Single() && path.Base(f.Path) != "messages.json" {
			continue
		}
		head, err := t.Head(f.Path, meta.HeadBytes)
		if err != nil {
			return nil, err
		}
		head = meta.TrimHead(head)
		if earlyHead.Match(head) && earlyMark.Match(head) {
			found[f.Path] = true
		}
	}
	return found, nil
}

// siblings are the files and folders of an export of that time.
var siblings = strings.Fields(`account_history.json checkout.json comments.json connections.json contacts.json devices.json information_about_you.json
	likes.json media.json profile.json saved.json searches.json seen_content.json settings.json stories_activities.json autofill.json events.json
	guides.json shopping.json uploaded_contacts.json fundraisers.json story_interactions.json photos videos stories profile direct`)

func isSibling(file string) bool {
	parts := strings.Split(file, "/")
	return slices.ContainsFunc(parts[:min(2, len(parts))], func(name string) bool { return slices.Contains(siblings, name) })
}

// addSiblings adds to the files of an export's messages those beside them, and reports
// whether there are no others.
func addSiblings(t *collectors.Tree, found map[string]bool) (whole bool) {
	whole = len(found) > 0
	for _, f := range t.Files() {
		switch {
		case found[f.Path]:
		case len(found) > 0 && isSibling(f.Path):
			found[f.Path] = false
		default:
			whole = false
		}
	}
	return whole
}

// settleAfter is how many messages wait for what stands behind them in a thread.
const settleAfter = 1 << 14

// early reads the file of all threads.
type early struct {
	*meta.Run
	thread meta.Thread
	file   string
	record int64
}

func readEarly(ctx context.Context, r *meta.Run) error {
	own := func(f collectors.File) bool { return r.Own[f.Path] }
	return r.Tree.Read(ctx, own, func(f collectors.File, src io.Reader) error {
		d := &early{Run: r, file: f.Path}
		return d.read(ctx, src)
	})
}

func (d *early) read(ctx context.Context, src io.Reader) error {
	s := &d.Scanner
	s.Reset(src)
	if s.Enter('[') {
		for s.Element() {
			d.thread.Begin()
			if !s.Enter('{') {
				d.record++
				if err := d.reject("not_a_thread"); err != nil {
					return err
				}
				continue
			}
			if err := d.one(ctx); err != nil {
				return err
			}
		}
	}
	return d.Finish(d.file, d.record)
}

func (d *early) reject(reason string) error {
	if d.Scanner.Err() != nil {
		return nil // counted once, with the file
	}
	return d.Reject(record.Reject{Reason: reason, Entry: d.file, Record: d.record})
}

// one reads a thread.
func (d *early) one(ctx context.Context) error {
	s := &d.Scanner
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "participants":
			d.participants()
		case "conversation":
			if err := d.messages(ctx); err != nil {
				return err
			}
		default:
			s.Skip()
		}
	}
	return d.settle()
}

func (d *early) participants() {
	s := &d.Scanner
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if p := d.User(s.Str()); p != nil {
			d.thread.Participants = append(d.thread.Participants, p)
		}
	}
}

func (d *early) messages(ctx context.Context) error {
	s := &d.Scanner
	if !s.Enter('[') {
		return nil
	}
	for s.Element() {
		d.record++
		if reason := d.message(); reason != "" {
			if err := d.reject(reason); err != nil {
				return err
			}
		}
		if len(d.thread.Posts) < settleAfter {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := d.settle(); err != nil {
			return err
		}
	}
	return nil
}

// message reads one message, or says why it cannot.
func (d *early) message() (reason string) {
	s := &d.Scanner
	if !s.Enter('{') {
		return "not_a_message"
	}
	p := meta.Post{Kind: record.KindMessage}
	before := len(d.thread.Marks)
	var at time.Time
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "sender":
			p.Sender = d.User(s.Str())
		case "created_at":
			at = meta.Instant(s.Str())
		case "text":
			p.Size = meta.Size(s)
		case "media", "media_url", "voice_media", "animated_media_images":
			if s.Peek() != 'n' { // null
				p.Attachments = 1
			}
			s.Skip()
		case "video_call_action":
			p.Kind = record.KindSystem
			s.Skip()
		case "likes":
			d.likes()
		default:
			s.Skip()
		}
	}
	if s.Err() != nil {
		return ""
	}
	p.SentAt = at.UnixMicro()
	if at.IsZero() {
		d.thread.Marks = d.thread.Marks[:before]
		return "bad_time"
	}
	d.thread.Add(p)
	return ""
}

func (d *early) likes() {
	s := &d.Scanner
	if !s.Enter('[') {
		return
	}
	for s.Element() {
		if !s.Enter('{') {
			continue
		}
		var m meta.Mark
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "username":
				m.Actor = d.User(s.Str())
			case "date":
				m.At = meta.Instant(s.Str())
			default:
				s.Skip()
			}
		}
		d.thread.Marks = append(d.thread.Marks, m)
	}
}

// settle hands over the messages that waited. The thread has no number: it is known by
// who takes part.
func (d *early) settle() error {
	t := &d.thread
	if len(t.Participants)+len(t.Posts) == 0 {
		return nil
	}
	t.Identity, t.Coverage = meta.Identity(t.Participants), record.CoverageMember
	t.Key, t.Kind = t.Identity, record.ConversationDirect
	switch {
	case len(t.Participants) > 2:
		t.Kind = record.ConversationGroup
	case len(t.Participants) == 0:
		t.Key, t.Kind = "of nobody", record.ConversationOther
	}
	return d.Emit(t)
}
