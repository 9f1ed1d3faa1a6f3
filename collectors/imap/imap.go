// Package imap reads live mailboxes over IMAP: the headers of messages that came since
// the last time, never their bodies, and without marking anything as read. What a
// header means is package mail's.
package imap

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"crosstalk/collectors"
)

// Collector reads the mailbox that its options name. It holds no state.
type Collector struct{}

// New returns the collector of live mailboxes.
func New() *Collector { return &Collector{} }

// Name is the collector's slug.
func (*Collector) Name() string { return "imap" }

// Recognise claims nothing: a mailbox is configured, not found among files.
func (*Collector) Recognise(*collectors.Tree) (collectors.Claim, error) {
	return collectors.Claim{}, nil
}

// ErrNotAFile is the answer to an attempt to import a path.
var ErrNotAFile = errors.New("imap: reads mailboxes over the network, not files; run `crosstalk collect`, or import a mail archive with --collector email")

// Collect refuses: there is nothing in files to read.
func (*Collector) Collect(context.Context, *collectors.Tree, collectors.Options, collectors.Sink) error {
	return ErrNotAFile
}

// Check reports what is wrong with the options, without connecting.
func (*Collector) Check(o collectors.Options) error {
	_, err := accountOf(o)
	return err
}

// CheckSettings says what is wrong with the options themselves; Check looks at the password too.
func (*Collector) CheckSettings(o collectors.Options) error { return o.Settings(&settings{}) }

// Poll reads what came since the cursor, which is empty the first time, into sink. It
// calls commit with a cursor whenever everything before it has been handed over; what
// came after the last commit is read again when Poll stops early. Next is the cursor
// to begin with the next time.
func (*Collector) Poll(ctx context.Context, cursor []byte, o collectors.Options, sink collectors.Sink, commit func([]byte) error) (next []byte, err error) {
	account, err := accountOf(o)
	if err != nil {
		return cursor, err
	}
	at, err := parseCursor(cursor)
	if err != nil {
		return cursor, err
	}
	s := newSession(ctx, account, at, o, sink, commit)
	if err := s.run(); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return s.committed(cursor), fmt.Errorf("imap: workspace %s: %w", o.Workspace, err)
	}
	return s.cursor.bytes(), nil
}

// position is how far a folder has been read. UIDs count up within one UIDVALIDITY.
type position struct {
	Validity uint32 `json:"validity"`
	UID      uint32 `json:"uid"`
}

// cursor says how far each folder has been read. Folders stand in it by a digest of
// their names, which may tell what they are about.
type cursor struct {
	Folders map[string]position `json:"folders"`
}

func parseCursor(b []byte) (*cursor, error) {
	c := &cursor{Folders: map[string]position{}}
	if len(b) == 0 {
		return c, nil
	}
	if err := json.Unmarshal(b, c); err != nil {
		return nil, fmt.Errorf("imap: damaged cursor: %w", err)
	}
	if c.Folders == nil {
		c.Folders = map[string]position{}
	}
	return c, nil
}

func (c *cursor) bytes() []byte {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // a map of numbers always marshals
	}
	return b
}
