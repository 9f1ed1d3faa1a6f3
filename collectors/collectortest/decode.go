package collectortest

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/jsonscan"
)

// decodeAll is the yardstick of JSON exports: every document under a path read by the scanner that collectors
// use, every value of it made a Go value and dropped. It gives the time, 0 where most is no JSON.
func decodeAll(b *testing.B, p string) time.Duration {
	b.Helper()
	began := time.Now()
	tree, err := collectors.OpenTree(p, collectors.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	defer tree.Close()
	var decoded, other int64
	err = tree.Read(b.Context(), func(collectors.File) bool { return true }, func(f collectors.File, r io.Reader) error {
		isJSON, err := decode(r)
		if isJSON {
			decoded += f.Size
		} else {
			other += f.Size
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	if decoded <= other {
		return 0
	}
	return time.Since(began)
}

// decode reports whether a file is JSON, which in scripts stands behind an equals sign, and decodes it.
func decode(src io.Reader) (bool, error) {
	r := bufio.NewReader(src)
	if head, _ := r.Peek(len("window.")); string(head) == "window." {
		if _, err := r.ReadSlice('='); err != nil {
			return false, err
		}
		_, _ = r.ReadByte() // the space behind it
	}
	if head, err := r.Peek(1); err != nil || head[0] != '{' && head[0] != '[' {
		return false, nil
	}
	var s jsonscan.Scanner
	s.Reset(r)
	var into value
	for s.Peek() != 0 && s.Err() == nil {
		into.decode(&s)
	}
	if errors.Is(s.Err(), jsonscan.ErrSyntax) {
		return false, nil
	}
	return true, s.Err()
}

// value is what a decoder gives for one value of a document.
type value struct {
	key, text string
	number    float64
	isTrue    bool
}

func (v *value) decode(s *jsonscan.Scanner) {
	switch c := s.Peek(); {
	case c == '{':
		s.Enter('{')
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			if string(key) != v.key {
				v.key = string(key)
			}
			v.decode(s)
		}
	case c == '[':
		s.Enter('[')
		for s.Element() {
			v.decode(s)
		}
	case c == '"':
		v.text = string(s.Str())
	case c == 't' || c == 'f' || c == 'n':
		v.isTrue = s.Flag()
	default:
		v.number, _ = strconv.ParseFloat(string(s.Str()), 64)
	}
}
