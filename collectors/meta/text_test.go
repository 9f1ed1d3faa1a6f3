package meta

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"crosstalk/collectors/jsonscan"
)

// texts are strings as they stand in an export and what they mean.
var texts = map[string]struct{ written, meant string }{
	"plain":                        {`"Ana"`, "Ana"},
	"two bytes":                    {`"Chlo\u00c3\u00a9"`, "Chloé"},
	"three bytes":                  {`"\u00e7\u0094\u00b0\u00e4\u00b8\u00ad"`, "田中"},
	"four bytes":                   {`"x \u00f0\u009f\u0098\u0080"`, "x 😀"},
	"right already":                {`"Chlo\u00e9"`, "Chloé"},
	"right already, raw":           {`"Chloé"`, "Chloé"},
	"quotation marks":              {`"\u201cChlo\u00c3\u00a9\u201d"`, "“ChloÃ©”"},
	"half a character":             {`"\u00c3"`, "Ã"},
	"half a character and a quote": {`"\u00c3\""`, "Ã\""},
	"a continuation by itself":     {`"a\u00a9"`, "a©"},
	"two starts":                   {`"\u00c3\u00c3\u00a9"`, "ÃÃ©"},
	"escapes":                      {`"a\n\"\\\/\u0041"`, "a\n\"\\/A"},
	"surrogates":                   {`"\ud83d\ude00"`, "😀"},
	"empty":                        {`""`, ""},
	"no string":                    {`{"a":"b"}`, ""},
	"null":                         {`null`, ""},
	"long":                         {`"` + strings.Repeat(`\u00d0\u00b4`, 50000) + `"`, strings.Repeat("д", 50000)},
}

func TestSize(t *testing.T) {
	t.Parallel()
	for name, c := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for how, r := range map[string]*jsonscan.Scanner{"whole": scanner(c.written, false), "byte by byte": scanner(c.written, true)} {
				if got := Size(r); got != uint32(len(c.meant)) {
					t.Errorf("%s: %d bytes; want %d", how, got, len(c.meant))
				}
				if r.Peek() != ']' {
					t.Errorf("%s: the value is not passed", how)
				}
			}
		})
	}
}

func scanner(value string, slow bool) *jsonscan.Scanner {
	s := new(jsonscan.Scanner)
	document := strings.NewReader("[" + value + "]")
	if slow {
		s.Reset(iotest.OneByteReader(document))
	} else {
		s.Reset(document)
	}
	s.Enter('[')
	return s
}

func TestRepair(t *testing.T) {
	t.Parallel()
	for name, c := range texts {
		if c.written[0] != '"' {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s string
			if err := json.Unmarshal([]byte(c.written), &s); err != nil {
				t.Fatal(err)
			}
			if got := Repair([]byte(s)); got != c.meant {
				t.Errorf("%q; want %q", got, c.meant)
			}
		})
	}
}

// The size is that of the repaired string, wherever everything beyond ASCII is escaped.
func FuzzSize(f *testing.F) {
	for _, c := range texts {
		f.Add(c.meant)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		var written bytes.Buffer
		written.WriteByte('"')
		for _, b := range []byte(text) {
			if b < 0x20 || b >= 0x7f || b == '"' || b == '\\' {
				written.WriteString(`\u00` + string("0123456789abcdef"[b>>4]) + string("0123456789abcdef"[b&15]))
			} else {
				written.WriteByte(b)
			}
		}
		written.WriteByte('"')
		if got := Size(scanner(written.String(), false)); got != uint32(len(text)) {
			t.Errorf("%d bytes; want %d", got, len(text))
		}
	})
}
