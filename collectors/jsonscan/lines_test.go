package jsonscan

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func readLines(r io.Reader) (ids, reasons []string, err error) {
	var l Lines
	var s Scanner
	l.Reset(r)
	for l.Next() {
		l.Scan(&s)
		id := ""
		if s.Enter('{') {
			for key, ok := s.Key(); ok; key, ok = s.Key() {
				if string(key) == "id" {
					id = string(s.Str())
				} else {
					s.Skip()
				}
			}
		}
		reason, err := l.Verdict(&s)
		if err != nil {
			return ids, reasons, err
		}
		if reason != "" {
			reasons = append(reasons, reason)
			continue
		}
		ids = append(ids, id)
	}
	return ids, reasons, l.Err()
}

func TestLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300<<10)
	for _, c := range []struct {
		name, doc    string
		ids, reasons []string
	}{
		{"nothing", "", nil, nil},
		{"blank lines", "\n \r\n{\"id\":1}\r\n\n{\"id\":2}", []string{"1", "2"}, nil},
		{"byte order mark", "\xef\xbb\xbf{\"id\":1}\n", []string{"1"}, nil},
		{"UTF-16", "\xff\xfe{\x00\"\x00i\x00d\x00\"\x00:\x001\x00}\x00\n\x00", []string{"1"}, nil},
		{"damage stays in its line", "{\"id\":1\n{\"id\":2}\n{\"id\" 3}\n{\"id\":4}\n", []string{"2", "4"}, []string{"bad_json", "bad_json"}},
		{"rubbish behind", "{\"id\":1} x\n{\"id\":2}\n", []string{"2"}, []string{"bad_json"}},
		{"cut short", "{\"id\":1}\n{\"id\":2", []string{"1"}, []string{"truncated_file"}},
		{"long line", `{"x":"` + long + `","id":1}` + "\n" + `{"id":2,"x":["` + long, []string{"1"}, []string{"truncated_file"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for how, r := range map[string]io.Reader{"whole": strings.NewReader(c.doc), "byte by byte": iotest.OneByteReader(strings.NewReader(c.doc))} {
				ids, reasons, err := readLines(r)
				if err != nil || fmt.Sprint(ids) != fmt.Sprint(c.ids) || fmt.Sprint(reasons) != fmt.Sprint(c.reasons) {
					t.Errorf("%s: %v, %v, %v; want %v, %v", how, ids, reasons, err, c.ids, c.reasons)
				}
			}
		})
	}
}

func TestLinesOfABrokenSource(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	ids, _, err := readLines(io.MultiReader(strings.NewReader("{\"id\":1}\n{\"id\":"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || fmt.Sprint(ids) != "[1]" {
		t.Errorf("%v, %v; want [1] and the source's error", ids, err)
	}
}

// A scanner that looked at a line begins any other document in a window of its own.
func TestScanThenReset(t *testing.T) {
	t.Parallel()
	var l Lines
	var s Scanner
	l.Reset(strings.NewReader("{\"id\":1}\n{\"id\":2}\n"))
	for range 2 {
		if !l.Next() {
			t.Fatal("no line")
		}
		l.Scan(&s)
		s.Skip()
		s.Reset(strings.NewReader(`["` + strings.Repeat("y", 100<<10) + `"]`))
		if s.Skip(); s.Err() != nil || s.Peek() != 0 {
			t.Fatalf("%v", s.Err())
		}
	}
	if l.Next() || l.Err() != nil {
		t.Errorf("more than two lines, or %v", l.Err())
	}
}
