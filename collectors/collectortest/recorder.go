// Package collectortest is the conformance suite that every collector must pass, and
// a Sink that keeps what it was handed so that tests can count it.
package collectortest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

// Latest is the instant from which the Recorder finds times unbelievable.
var Latest = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)

// Recorder is a Sink that keeps a copy of every record, or with CountOnly just
// counts them.
type Recorder struct {
	CountOnly bool

	Messages      []record.Message
	Accounts      []record.Account
	Conversations []record.Conversation
	Activities    []record.Activity
	Signals       []record.Signal
	Rejects       []record.Reject

	Kinds      map[record.Kind]int // rows by kind, reactions by their Quantity
	Recipients int                 // listed recipients over all messages
	Senders    map[record.AccountKey]bool
	Reasons    map[string]int
}

// NewRecorder returns an empty Recorder.
func NewRecorder() *Recorder {
	return &Recorder{Kinds: map[record.Kind]int{}, Senders: map[record.AccountKey]bool{}, Reasons: map[string]int{}}
}

// Message keeps one message, or counts it as rejected when it is not valid.
func (r *Recorder) Message(m *record.Message) error {
	if err := m.Validate(Latest); err != nil {
		return r.Reject(record.Reject{Reason: err.Error()})
	}
	r.Kinds[m.Kind] += int(max(m.Quantity, 1))
	r.Recipients += len(m.Recipients)
	if !m.Sender.IsZero() {
		r.Senders[m.Sender] = true
	}
	if r.CountOnly {
		return nil
	}
	keep := *m
	keep.SentAt = m.SentAt.UTC()
	keep.Recipients = slices.Clone(m.Recipients)
	keep.Mentions = slices.Clone(m.Mentions)
	r.Messages = append(r.Messages, keep)
	return nil
}

// Account keeps one account.
func (r *Recorder) Account(a *record.Account) error {
	if !r.CountOnly {
		r.Accounts = append(r.Accounts, *a)
	}
	return nil
}

// Conversation keeps one conversation.
func (r *Recorder) Conversation(c *record.Conversation) error {
	if !r.CountOnly {
		keep := *c
		keep.Members = slices.Clone(c.Members)
		r.Conversations = append(r.Conversations, keep)
	}
	return nil
}

// Activity keeps one activity.
func (r *Recorder) Activity(a *record.Activity) error {
	r.Activities = append(r.Activities, *a)
	return nil
}

// Signal keeps one signal.
func (r *Recorder) Signal(s *record.Signal) error {
	r.Signals = append(r.Signals, *s)
	return nil
}

// Reject keeps one reject.
func (r *Recorder) Reject(x record.Reject) error {
	r.Rejects = append(r.Rejects, x)
	r.Reasons[x.Reason]++
	return nil
}

// Collect opens a path and reads it with a collector; the workspace is the tree's
// name unless the collector's claim or options say otherwise.
func Collect(t testing.TB, c collectors.Collector, path string, o collectors.Options) *Recorder {
	t.Helper()
	r := NewRecorder()
	if err := Into(context.Background(), c, path, o, r); err != nil {
		t.Fatalf("collect: %v", err)
	}
	return r
}

// Into reads a path with a collector into any sink.
func Into(ctx context.Context, c collectors.Collector, path string, o collectors.Options, sink collectors.Sink) error {
	tree, err := collectors.OpenTree(path, collectors.Limits{})
	if err != nil {
		return err
	}
	defer tree.Close()
	if o.Workspace == "" {
		o.Workspace = tree.Name()
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return c.Collect(ctx, tree, o, sink)
}

// Shared is the path of a file of the shared reference data, found through
// CROSSTALK_SHARED (default: the folder `shared` beside the checkout). Where the data
// is absent the test is skipped, which it says in one line.
func Shared(t testing.TB, elem ...string) string {
	t.Helper()
	root := os.Getenv("CROSSTALK_SHARED")
	if root == "" {
		root = filepath.Join(moduleRoot(t), "..", "shared")
	}
	p := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("reference data absent: set CROSSTALK_SHARED to the folder that holds %s", filepath.Join(elem...))
	}
	return p
}

func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the working directory")
		}
		dir = parent
	}
}

// Lines renders what a Recorder holds as JSON lines, one record a line, ordered so
// that the order of reading does not matter.
func (r *Recorder) Lines() ([]string, error) {
	var lines []string
	add := func(kind string, v any) error {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf(`{%q:%s}`, kind, b))
		return nil
	}
	for i := range r.Accounts {
		if err := add("account", accountLine(&r.Accounts[i])); err != nil {
			return nil, err
		}
	}
	for i := range r.Conversations {
		if err := add("conversation", conversationLine(&r.Conversations[i])); err != nil {
			return nil, err
		}
	}
	for i := range r.Messages {
		if err := add("message", messageLine(&r.Messages[i])); err != nil {
			return nil, err
		}
	}
	for _, a := range r.Activities {
		if err := add("activity", a); err != nil {
			return nil, err
		}
	}
	for _, s := range r.Signals {
		if err := add("signal", s); err != nil {
			return nil, err
		}
	}
	for _, x := range r.Rejects {
		if err := add("reject", x); err != nil {
			return nil, err
		}
	}
	slices.Sort(lines)
	return lines, nil
}
