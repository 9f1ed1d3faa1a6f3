package collectortest

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crosstalk/collectors"
	"crosstalk/collectors/record"
)

var update = flag.Bool("update", false, "rewrite the golden files of the tests")

// Suite says where a collector's cases are and what must not come through.
type Suite struct {
	// Dir holds one folder per case: input (a file or folder; input.* also serves),
	// perhaps options.yaml, expected.jsonl, and expected.err for a case that must fail.
	Dir string
	// Forbidden are texts, subjects, topics and file names that stand in the inputs.
	Forbidden []string
}

// Run holds a collector to the rules that all of them share.
func Run(t *testing.T, c collectors.Collector, s Suite) {
	t.Helper()
	cases, err := os.ReadDir(s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatalf("no cases in %s", s.Dir)
	}
	for _, entry := range cases {
		if !entry.IsDir() || entry.Name() == "fuzz" {
			continue
		}
		dir := filepath.Join(s.Dir, entry.Name())
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			testCase(t, c, dir, s.Forbidden)
		})
	}
	t.Run("documents", func(t *testing.T) { testDocuments(t, c) })
}

func testCase(t *testing.T, c collectors.Collector, dir string, forbidden []string) {
	input, options := inputOf(t, dir), optionsOf(t, dir)
	first := NewRecorder()
	err := Into(context.Background(), c, input, options, first)
	wantErr, readErr := os.ReadFile(filepath.Join(dir, "expected.err"))
	switch {
	case readErr == nil && err == nil:
		t.Fatalf("no error; want %q", bytes.TrimSpace(wantErr))
	case readErr == nil && !strings.Contains(err.Error(), string(bytes.TrimSpace(wantErr))):
		t.Fatalf("error %q; want it to hold %q", err, bytes.TrimSpace(wantErr))
	case readErr != nil && err != nil:
		t.Fatal(err)
	}
	lines := linesOf(t, first)
	golden(t, filepath.Join(dir, "expected.jsonl"), lines)
	for _, text := range forbidden {
		if strings.Contains(strings.Join(lines, "\n"), text) {
			t.Errorf("%q came through", text)
		}
	}
	if readErr == nil {
		return
	}
	t.Run("recognised", func(t *testing.T) { testRecognised(t, c, input) })
	t.Run("twice", func(t *testing.T) {
		again := NewRecorder()
		if err := Into(context.Background(), c, input, options, again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(lines, linesOf(t, again)); diff != "" {
			t.Errorf("the same input read twice differs:\n%s", diff)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := Into(ctx, c, input, options, NewRecorder()); !errors.Is(err, context.Canceled) {
			t.Errorf("a context that ended gives %v; want context.Canceled", err)
		}
	})
	t.Run("full sink", func(t *testing.T) {
		if err := Into(context.Background(), c, input, options, &fullSink{Recorder: NewRecorder()}); len(first.Messages) > 0 && !errors.Is(err, errFull) {
			t.Errorf("a sink that fails gives %v; want its own error", err)
		}
	})
	t.Run("truncated", func(t *testing.T) { testTruncated(t, c, input, options) })
}

func testRecognised(t *testing.T, c collectors.Collector, input string) {
	tree, err := collectors.OpenTree(input, collectors.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	claim, err := c.Recognise(tree)
	if err != nil || claim.Certainty == collectors.No {
		t.Errorf("its own input is not recognised: %v, %v", claim, err)
	}
}

// testTruncated cuts every file of the input at many places: whatever comes of it,
// nothing may panic, and what is read must still be valid.
func testTruncated(t *testing.T, c collectors.Collector, input string, o collectors.Options) {
	const cuts = 17
	for cut := 1; cut < cuts; cut++ {
		short := filepath.Join(t.TempDir(), filepath.Base(input))
		err := filepath.WalkDir(input, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel(input, p)
			to := filepath.Join(short, rel)
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			return os.WriteFile(to, b[:len(b)*cut/cuts], 0o644)
		})
		if err != nil {
			t.Fatal(err)
		}
		r := NewRecorder()
		if err := Into(context.Background(), c, short, o, r); err != nil && err.Error() == "" {
			t.Errorf("cut %d/%d: an error without words", cut, cuts)
		}
	}
}

func testDocuments(t *testing.T, c collectors.Collector) {
	for _, name := range []string{"README.md", "sample.conf"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("every collector has a %s: %v", name, err)
			continue
		}
		if !bytes.Contains(b, []byte(c.Name())) {
			t.Errorf("%s does not name the collector %s", name, c.Name())
		}
	}
}

func inputOf(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "input*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: want one input, found %d", dir, len(found))
	}
	return found[0]
}

func optionsOf(t *testing.T, dir string) collectors.Options {
	t.Helper()
	o := collectors.Options{Workspace: "test", Location: time.UTC}
	b, err := os.ReadFile(filepath.Join(dir, "options.yaml"))
	if err == nil {
		return o.WithSettings(b)
	}
	return o
}

func linesOf(t *testing.T, r *Recorder) []string {
	t.Helper()
	lines, err := r.Lines()
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func golden(t *testing.T, path string, lines []string) {
	t.Helper()
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it; then read it)", err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("records differ (-want +got):\n%s", diff)
	}
}

var errFull = errors.New("the sink is full")

type fullSink struct{ *Recorder }

func (*fullSink) Message(*record.Message) error { return errFull }
