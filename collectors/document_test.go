package collectors

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"crosstalk/collectors/record"
)

var errBroken = errors.New("broken archive")

// told is a document with a fixed verdict.
type told struct {
	reason       string
	err, rest    error
	drained, ask int
}

func (d *told) Verdict() (string, error) { d.ask++; return d.reason, d.err }
func (d *told) Drain() error             { d.drained++; return d.rest }

// rejects is a Sink that takes rejects only.
type rejects struct {
	Sink
	all []record.Reject
	err error
}

func (s *rejects) Reject(r record.Reject) error { s.all = append(s.all, r); return s.err }

func TestFinishCountsAFaultOnce(t *testing.T) {
	t.Parallel()
	full := errors.New("full")
	for name, c := range map[string]struct {
		document told
		sink     error
		rejected bool
		drained  int
		want     error
	}{
		"whole":                     {},
		"damaged":                   {document: told{reason: "bad_json"}, rejected: true, drained: 1},
		"not to be read":            {document: told{err: errBroken}, want: errBroken},
		"damaged by its archive":    {document: told{reason: "bad_json", rest: errBroken}, drained: 1, want: errBroken},
		"damaged, and nobody cares": {document: told{reason: "bad_json"}, sink: full, rejected: true, drained: 1, want: full},
	} {
		sink := &rejects{err: c.sink}
		err := Finish(&c.document, sink, "a/b.json", 7)
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v; want %v", name, err, c.want)
		}
		if c.document.drained != c.drained {
			t.Errorf("%s: drained %d times; want %d", name, c.document.drained, c.drained)
		}
		want := []record.Reject{{Reason: "bad_json", Entry: "a/b.json", Record: 7}}
		if !c.rejected {
			want = nil
		}
		if len(sink.all) != len(want) || len(want) == 1 && sink.all[0] != want[0] {
			t.Errorf("%s: rejected %v; want %v", name, sink.all, want)
		}
	}
}

func TestSettleNamesNoReasonWithAnError(t *testing.T) {
	t.Parallel()
	if reason, err := Settle(&told{reason: "truncated_file", rest: errBroken}); reason != "" || err == nil || err.Error() != "a file cannot be read: broken archive" {
		t.Errorf("%q, %v; want no reason, and what is wrong with the archive", reason, err)
	}
	if reason, err := Settle(&told{reason: "truncated_file"}); reason != "truncated_file" || err != nil {
		t.Errorf("%q, %v; want truncated_file", reason, err)
	}
}

func TestRejectFile(t *testing.T) {
	t.Parallel()
	sink := &rejects{}
	if err := RejectFile(sink, "holiday.jpg"); err != nil || len(sink.all) != 1 || sink.all[0] != (record.Reject{Reason: "unrecognised_file", Entry: "holiday.jpg"}) {
		t.Errorf("%v, %v", sink.all, err)
	}
}

func TestPeekLosesNothing(t *testing.T) {
	t.Parallel()
	const text = "the quick brown fox jumps over the lazy dog"
	for name, c := range map[string]struct {
		n    int
		head string
	}{
		"a part": {16, text[:16]},
		"all":    {64, text},
	} {
		in, head, err := Peek(iotest.OneByteReader(strings.NewReader(text)), c.n)
		if err != nil || string(head) != c.head {
			t.Fatalf("%s: %q, %v; want %q", name, head, err, c.head)
		}
		if whole, err := io.ReadAll(in); err != nil || string(whole) != text {
			t.Errorf("%s: %q, %v behind it; want all", name, whole, err)
		}
	}
	if _, _, err := Peek(iotest.ErrReader(errBroken), 16); !errors.Is(err, errBroken) {
		t.Errorf("%v; want the reader's own error", err)
	}
}

func TestTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		more        bool
		first, open error
		want        string // what was read, in order
		err         error
	}{
		"once is enough":     {want: "a"},
		"once more":          {more: true, want: "ab"},
		"failed":             {more: true, first: errBroken, want: "a", err: errBroken},
		"cannot be reopened": {more: true, open: errBroken, want: "a", err: errBroken},
	} {
		seen, closed := "", false
		open := func() (io.ReadCloser, error) {
			return readCloser{strings.NewReader("b"), closing(func() error { closed = true; return nil })}, c.open
		}
		err := Twice(strings.NewReader("a"), open, func(src io.Reader, again bool) (bool, error) {
			b, err := io.ReadAll(src)
			seen += string(b)
			if err == nil && !again {
				err = c.first
			}
			return c.more, err
		})
		if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) || seen != c.want || closed != (c.want == "ab") {
			t.Errorf("%s: read %q, closed %v, %v; want %q, %v", name, seen, closed, err, c.want, c.err)
		}
	}
}

type closing func() error

func (c closing) Close() error { return c() }
