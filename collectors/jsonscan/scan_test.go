package jsonscan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// event is what the tests read of a document.
type event struct {
	id    string
	size  int
	count int64
	flag  bool
}

func read(r io.Reader) (events []event, reason string, err error) {
	var s Scanner
	s.Reset(r)
	for s.Enter('['); s.Element(); {
		if !s.Enter('{') {
			continue
		}
		var e event
		for key, ok := s.Key(); ok; key, ok = s.Key() {
			switch string(key) {
			case "id":
				e.id = string(s.Str())
			case "text":
				e.size = s.Size()
			case "count":
				e.count = s.Number()
			case "flag":
				e.flag = s.Flag()
			default:
				s.Skip()
			}
		}
		events = append(events, e)
	}
	reason, err = s.Verdict()
	return events, reason, err
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, doc, reason string
		want              []event
	}{
		{"nothing", ``, "truncated_file", nil},
		{"empty", `[]`, "", nil},
		{"one", `[{"id":"a","text":"né\u00e9\n","count":3,"flag":true}]`, "", []event{{"a", 6, 3, true}}},
		{"pairs of surrogates", `[{"text":"\ud83d\ude00\ud83d"}]`, "", []event{{size: 7}}},
		{"wrong types", `[{"id":[1,{"id":"x"}],"text":{"a":"]}"},"count":"12","flag":"true"}]`, "", []event{{count: 12, flag: true}}},
		{"nulls", `[{"id":null,"text":null,"count":null,"flag":null},null,3,"x"]`, "", []event{{}}},
		{"a number for a text", `[{"id":17,"text":12345}]`, "", []event{{id: "17"}}},
		{"escaped key", `[{"id":"1","te\"xt":"x","text":"ab"}]`, "", []event{{id: "1", size: 2}}},
		{"byte order mark", "\xef\xbb\xbf" + `[{"id":"a"}]`, "", []event{{id: "a"}}},
		{"UTF-16", "\xff\xfe[\x00{\x00\"\x00i\x00d\x00\"\x00:\x00\"\x00a\x00\"\x00}\x00]\x00", "", []event{{id: "a"}}},
		{"cut short", `[{"id":"a"},{"id":"b`, "truncated_file", []event{{id: "a"}, {}}},
		{"rubbish behind", `[{"id":"a"}] x`, "bad_json", []event{{id: "a"}}},
		{"no colon", `[{"id" "a"}]`, "bad_json", []event{{}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for how, r := range map[string]io.Reader{"whole": strings.NewReader(c.doc), "byte by byte": iotest.OneByteReader(strings.NewReader(c.doc))} {
				got, reason, err := read(r)
				if err != nil || reason != c.reason || fmt.Sprint(got) != fmt.Sprint(c.want) {
					t.Errorf("%s: %v, %q, %v; want %v, %q", how, got, reason, err, c.want, c.reason)
				}
			}
		})
	}
}

func TestReaderFails(t *testing.T) {
	t.Parallel()
	_, reason, err := read(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(`[{"id":"a"}]`))))
	if reason != "" || err != iotest.ErrTimeout {
		t.Errorf("%q, %v; want the reader's own error", reason, err)
	}
}

// Whatever is long passes through the window.
func TestLongValuesStayOutOfMemory(t *testing.T) {
	t.Parallel()
	const long = 16 << 20
	for name, doc := range map[string][2]string{
		"text": {`{"text":"`, `","id":"a"}`}, "skipped": {`{"x":["`, `"],"id":"a"}`}, "key": {`{"`, `":1,"id":"a"}`}, "id": {`{"id":"`, `","id":"a"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s Scanner
			s.Reset(io.MultiReader(strings.NewReader(doc[0]), strings.NewReader(strings.Repeat("abcd", long/4)), strings.NewReader(doc[1])))
			s.Enter('{')
			id, size := "", 0
			for key, ok := s.Key(); ok; key, ok = s.Key() {
				switch string(key) {
				case "id":
					id = string(s.Str())
				case "text":
					size = s.Size()
				default:
					s.Skip()
				}
			}
			if reason, err := s.Verdict(); reason != "" || err != nil || id != "a" {
				t.Errorf("id %q, %q, %v", id, reason, err)
			}
			if name == "text" && size != long {
				t.Errorf("size %d; want %d", size, long)
			}
			if cap(s.buf) > 4*window {
				t.Errorf("a window of %d bytes", cap(s.buf))
			}
		})
	}
}

func TestFinder(t *testing.T) {
	t.Parallel()
	f := NewFinder('<', '&', '"')
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		b := make([]byte, random.IntN(40))
		for i := range b {
			b[i] = "<&\"\\abcdefghijklmnopqrs\xbc\xa6"[random.IntN(25)]
		}
		want := bytes.IndexAny(b, `<&"`)
		if want < 0 {
			want = len(b)
		}
		if got := f.Index(b); got != want {
			t.Fatalf("Index(%q) = %d; want %d", b, got, want)
		}
	}
}

// FuzzScanner reads what encoding/json reads, where that reads anything.
func FuzzScanner(f *testing.F) {
	f.Add([]byte(`[{"id":"a","text":"x\u00e9\ud83d\ude00","count":3,"flag":true},{"x":[{}]}]`))
	f.Add([]byte(`[{"id":1,"text":[`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, reason, err := read(bytes.NewReader(doc))
		if err != nil {
			t.Fatal(err)
		}
		var want []map[string]any
		if bytes.HasPrefix(doc, []byte("\xff\xfe")) || bytes.HasPrefix(doc, []byte("\xfe\xff")) || json.Unmarshal(doc, &want) != nil || want == nil {
			return
		}
		if reason != "" {
			t.Fatalf("%q of %q", reason, doc)
		}
		n := 0
		for _, w := range want {
			if w == nil {
				continue
			}
			if n == len(got) {
				t.Fatalf("%d objects of %q", len(got), doc)
			}
			if text, ok := w["text"].(string); ok && len(w) == 1 && strings.Count(string(doc), "text") == 1 && !strings.ContainsRune(text, '\ufffd') && got[n].size != len(text) {
				t.Fatalf("size %d; want %d of %q", got[n].size, len(text), doc)
			}
			n++
		}
		if n != len(got) {
			t.Fatalf("%d objects; want %d of %q", len(got), n, doc)
		}
	})
}

func TestAppend(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200<<10)
	for _, c := range []struct {
		name, document, kept string
		room, size           int
	}{
		{"whole", `"abc"`, "abc", 10, 3},
		{"cut off", `"abcdef"`, "abc", 3, 6},
		{"escapes", `"a\u00e9\ud83d\ude00\"\/"`, "aé😀\"/", 100, 9},
		{"no half letters", `"aé\u00e9b"`, "aé", 4, 6},
		{"control characters", `"a\n\tb"`, "a  b", 10, 4},
		{"longer than the window", `"` + long + `"`, long[:5], 5, 200 << 10},
		{"no string", `[1]`, "", 10, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var s Scanner
			s.Reset(strings.NewReader(c.document))
			kept, size := s.Append([]byte("+"), c.room)
			if reason, err := s.Verdict(); string(kept) != "+"+c.kept || size != c.size || reason != "" || err != nil {
				t.Errorf("%q, %d, %s, %v; want %q, %d", kept, size, reason, err, c.kept, c.size)
			}
		})
	}
}
