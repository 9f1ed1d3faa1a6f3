package live_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/live"
	"crosstalk/collectors/record"
)

// ledger is a warehouse in memory.
type ledger struct {
	mark      live.Mark
	published []string // ids of messages
	batches   int
	busy      bool
	fail      map[string]error // by what is done
}

func (l *ledger) Lock() (func(), error) {
	if l.busy {
		return nil, nil
	}
	l.busy = true
	return func() { l.busy = false }, nil
}

func (l *ledger) Load(context.Context) (live.Mark, error) { return l.mark, l.fail["load"] }

func (l *ledger) Store(_ context.Context, m live.Mark) error {
	if l.fail["store"] == nil {
		l.mark = m
	}
	return l.fail["store"]
}

func (l *ledger) Begin(context.Context) (live.Batch, error) {
	l.batches++
	return &batch{ledger: l}, l.fail["begin"]
}

type batch struct {
	collectors.Sink
	ledger *ledger
	ids    []string
}

func (b *batch) Message(m *record.Message) error {
	b.ids = append(b.ids, m.ID)
	return b.ledger.fail["message"]
}

func (b *batch) Publish() error {
	if err := b.ledger.fail["publish"]; err != nil {
		return err
	}
	b.ledger.published = append(b.ledger.published, b.ids...)
	return nil
}

func (b *batch) Undo() error { return nil }

// mailbox is a source with numbered messages; its cursor is the number of the last one.
type mailbox struct {
	messages    int
	failAfter   int // messages; 0 never
	commitEvery int
	stop        context.CancelFunc // called at failAfter in place of failing
}

var errCut = errors.New("the connection was cut")

func (m mailbox) poll(ctx context.Context, cursor []byte, sink collectors.Sink, commit func([]byte) error) ([]byte, error) {
	at, _ := strconv.Atoi(string(cursor)) // empty is the beginning
	for read := 1; at < m.messages; read++ {
		at++
		if err := sink.Message(&record.Message{ID: strconv.Itoa(at)}); err != nil {
			return nil, err
		}
		if read%m.commitEvery == 0 {
			if err := commit([]byte(strconv.Itoa(at))); err != nil {
				return nil, err
			}
		}
		if read == m.failAfter && m.stop != nil {
			m.stop()
		} else if read == m.failAfter {
			return nil, errCut
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return []byte(strconv.Itoa(at)), nil
}

func numbers(from, to int) []string {
	var out []string
	for i := from; i <= to; i++ {
		out = append(out, strconv.Itoa(i))
	}
	return out
}

func TestFeedReadsAllAndGoesOn(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	feed := func(messages int) error {
		f := live.Feed{Poll: mailbox{messages: messages, commitEvery: 3}.poll, Ledger: l}
		return f.Run(t.Context())
	}
	for _, messages := range []int{10, 10, 12} {
		if err := feed(messages); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(l.published, numbers(1, 12)) || string(l.mark.Cursor) != "12" {
		t.Errorf("published %v, cursor %s", l.published, l.mark.Cursor)
	}
	if l.batches != 2 {
		t.Errorf("%d batches; nothing new opens none", l.batches)
	}
	if l.mark.SucceededAt.IsZero() || l.mark.TriedAt.IsZero() || l.busy {
		t.Errorf("mark %+v, still locked: %v", l.mark, l.busy)
	}
}

func TestFeedPublishesLargeReadingsInParts(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	f := live.Feed{Poll: mailbox{messages: 50_000, commitEvery: 500}.poll, Ledger: l}
	if err := f.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l.batches != 3 || len(l.published) != 50_000 {
		t.Errorf("%d messages in %d batches, want 3", len(l.published), l.batches)
	}

	// A slow source is published by time.
	l, now := &ledger{}, time.Now()
	slow := func(ctx context.Context, cursor []byte, sink collectors.Sink, commit func([]byte) error) ([]byte, error) {
		return mailbox{messages: 10, commitEvery: 1}.poll(ctx, cursor, sink, func(c []byte) error {
			now = now.Add(20 * time.Second)
			return commit(c)
		})
	}
	f = live.Feed{Poll: slow, Ledger: l, Clock: live.Clock{Now: func() time.Time { return now }}}
	if err := f.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if l.batches != 5 || len(l.published) != 10 {
		t.Errorf("%d messages in %d batches, want 5", len(l.published), l.batches)
	}
}

func TestFeedKeepsWhatCameBeforeAFailure(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	f := live.Feed{Poll: mailbox{messages: 10, commitEvery: 3, failAfter: 7}.poll, Ledger: l}
	if err := f.Run(t.Context()); !errors.Is(err, errCut) {
		t.Fatalf("error %v", err)
	}
	if string(l.mark.Cursor) != "6" || l.mark.Failures != 1 || !l.mark.SucceededAt.IsZero() || !slices.Equal(l.published[:6], numbers(1, 6)) {
		t.Errorf("after the failure: published %v, mark %+v", l.published, l.mark)
	}
	f.Poll = mailbox{messages: 10, commitEvery: 3}.poll
	if err := f.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	distinct := slices.Clone(l.published)
	slices.SortFunc(distinct, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	if distinct = slices.Compact(distinct); !slices.Equal(distinct, numbers(1, 10)) || l.mark.Failures != 0 {
		t.Errorf("after the next run: published %v, mark %+v", l.published, l.mark)
	}
}

func TestFeedWithoutAnyCommit(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	f := live.Feed{Poll: mailbox{messages: 10, commitEvery: 100, failAfter: 7}.poll, Ledger: l}
	if err := f.Run(t.Context()); !errors.Is(err, errCut) || len(l.published) != 0 || len(l.mark.Cursor) != 0 {
		t.Errorf("error %v, published %v, cursor %q: what was never committed is undone", err, l.published, l.mark.Cursor)
	}
}

func TestFeedThatIsStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	l := &ledger{}
	f := live.Feed{Poll: mailbox{messages: 10, commitEvery: 3, failAfter: 7, stop: cancel}.poll, Ledger: l}
	if err := f.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if len(l.published) != 0 || l.mark.Failures != 0 || l.busy {
		t.Errorf("published %v, mark %+v, locked %v: stopping is no failure and publishes nothing", l.published, l.mark, l.busy)
	}
}

func TestFeedWhenTheWarehouseFails(t *testing.T) {
	t.Parallel()
	down := errors.New("down")
	for _, what := range []string{"load", "begin", "message", "publish", "store"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			l := &ledger{fail: map[string]error{what: down}}
			f := live.Feed{Poll: mailbox{messages: 10, commitEvery: 3}.poll, Ledger: l}
			if err := f.Run(t.Context()); !errors.Is(err, down) {
				t.Errorf("error %v", err)
			}
			if len(l.mark.Cursor) != 0 {
				t.Errorf("the cursor moved to %s", l.mark.Cursor)
			}
			l.fail = nil
			if err := f.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := l.published[len(l.published)-10:]; !slices.Equal(got, numbers(1, 10)) || string(l.mark.Cursor) != "10" {
				t.Errorf("afterwards: published %v, cursor %s", got, l.mark.Cursor)
			}
		})
	}
}

func TestFeedReadByAnother(t *testing.T) {
	t.Parallel()
	l := &ledger{busy: true}
	f := live.Feed{Ledger: l, Poll: func(context.Context, []byte, collectors.Sink, func([]byte) error) ([]byte, error) {
		return nil, fmt.Errorf("asked although another process reads the source")
	}}
	if err := f.Run(t.Context()); err != nil {
		t.Error(err)
	}
}
