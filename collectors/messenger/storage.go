package messenger

import (
	"context"
	"io"
	"math"
	"path"
	"regexp"
	"strings"

	"crosstalk/collectors"
	"crosstalk/collectors/meta"
	"crosstalk/collectors/record"
)

var (
	storedName = regexp.MustCompile(`_\d+\.json$`)
	storedHead = regexp.MustCompile(`^\{\s*"(participants"\s*:\s*\[\s*["\]]|threadName"|messages")`)
	storedMark = regexp.MustCompile(`"(threadName|senderName)"\s*:`)
)

// storage finds the files of a secure storage: one for each chat, beside a folder media.
func storage(t *collectors.Tree) (map[string]bool, error) {
	found := map[string]bool{}
	for _, f := range t.Files() {
		if !strings.HasSuffix(f.Path, ".json") || strings.Count(f.Path, "/") > 1 || !t.Single() && !storedName.MatchString(f.Path) {
			continue
		}
		head, err := t.Head(f.Path, meta.HeadBytes)
		if err != nil {
			return nil, err
		}
		head = meta.TrimHead(head)
		if storedHead.Match(head) && storedMark.Match(head) {
			found[f.Path] = true
		}
	}
	return found, nil
}

// wholly reports whether a tree is a storage and its media, with little else.
func wholly(t *collectors.Tree, stored map[string]bool) bool {
	alien := 0
	for _, f := range t.Files() {
		if !stored[f.Path] && !inMedia(f.Path) {
			alien++
		}
	}
	return alien*4 <= len(stored)
}

func inMedia(file string) bool {
	return strings.HasPrefix(file, "media/") || strings.Contains(file, "/media/")
}

// readStorage reads the files of a secure storage.
func readStorage(ctx context.Context, r *meta.Run) error {
	own := func(f collectors.File) bool { return r.Own[f.Path] }
	return r.Tree.Read(ctx, own, func(f collectors.File, src io.Reader) error {
		d := &stored{Run: r, file: f.Path, key: strings.TrimSuffix(path.Base(f.Path), ".json")}
		return d.read(ctx, src)
	})
}

// stored reads one chat of a secure storage.
type stored struct {
	*meta.Run
	thread meta.Thread
	file   string
	key    string
	record int64
}

// settleAfter is how many messages wait for what stands behind them in a file.
const settleAfter = 1 << 14

func (d *stored) read(ctx context.Context, src io.Reader) error {
	s := &d.Scanner
	s.Reset(src)
	s.Enter('{')
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "participants":
			d.thread.Participants = d.People(d.thread.Participants[:0])
		case "threadName":
			if name := s.Str(); len(name) > 0 {
				d.key = string(name)
			}
		case "messages":
			if err := d.messages(ctx); err != nil {
				return err
			}
		default:
			s.Skip()
		}
	}
	if err := d.settle(); err != nil {
		return err
	}
	return d.Finish(d.file, d.record)
}

func (d *stored) messages(ctx context.Context) error {
	s := &d.Scanner
	if !s.Enter('[') {
		return nil
	}
	for s.Element() {
		d.record++
		if reason := d.message(); reason != "" {
			if err := d.Reject(record.Reject{Reason: reason, Entry: d.file, Record: d.record}); err != nil {
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
func (d *stored) message() (reason string) {
	s := &d.Scanner
	if !s.Enter('{') {
		return "not_a_message"
	}
	p := meta.Post{Kind: record.KindMessage}
	before := len(d.thread.Marks)
	ms := int64(0)
	for key, ok := s.Key(); ok; key, ok = s.Key() {
		switch string(key) {
		case "senderName":
			p.Sender = d.Person(s.Str())
		case "timestamp":
			ms = s.Number()
		case "text":
			p.Size = meta.Size(s)
		case "media":
			p.Attachments += meta.Count(s)
		case "isUnsent":
			p.Deleted = s.Flag()
		case "reactions":
			d.thread.Marks = d.Reactions(d.thread.Marks)
		default:
			s.Skip()
		}
	}
	if s.Err() != nil {
		return "" // counted once, with the file
	}
	if ms <= 0 || ms > math.MaxInt64/1000 {
		d.thread.Marks = d.thread.Marks[:before]
		return "bad_time"
	}
	p.SentAt = ms * 1000
	d.thread.Add(p)
	return ""
}

// settle hands over the messages that waited.
func (d *stored) settle() error {
	t := &d.thread
	t.Key, t.Coverage = d.key, record.CoverageMember
	t.Kind, t.Identity = record.ConversationDirect, meta.Identity(t.Participants)
	switch {
	case len(t.Participants) > 2:
		t.Kind = record.ConversationGroup
	case len(t.Participants) == 0:
		t.Kind = record.ConversationOther
	}
	return d.Emit(t)
}
