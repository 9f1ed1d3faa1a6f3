package logscan

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", MaxLine+1)
	for name, c := range map[string]struct{ in, want string }{
		"ends":        {"a\nb\r\n\nc", "a|b||c"},
		"mark":        {"\xef\xbb\xbfa\n", "a"},
		"empty":       {"", ""},
		"long":        {"a\n" + long + "\nb\n", "a|too long|b"},
		"long at end": {"a\n" + long, "a|too long"},
		"just fits":   {long[1:] + "\nb", long[1:] + "|b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var l Lines
			l.Reset(iotest.HalfReader(strings.NewReader(c.in)))
			var got []string
			for l.Next() {
				if l.TooLong() {
					got = append(got, "too long")
					continue
				}
				got = append(got, string(l.Text()))
			}
			if joined := strings.Join(got, "|"); joined != c.want || l.Err() != nil || l.Record() != int64(len(got)) {
				t.Errorf("got %.60q, %v, %d", joined, l.Err(), l.Record())
			}
		})
	}
}

func TestLinesKeepTheReadersError(t *testing.T) {
	t.Parallel()
	var l Lines
	l.Reset(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("a\nb\n"))))
	for l.Next() {
	}
	if l.Err() != iotest.ErrTimeout {
		t.Errorf("got %v", l.Err())
	}
}

func TestStamps(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Mar  4 08:00:00 host x":             "2024-03-04T07:00:00Z assumed|host x",
		"Mar 14 08:00:00 host":               "2024-03-14T07:00:00Z assumed|host",
		"04-Mar-2024 08:00:00.123 queries:":  "2024-03-04T07:00:00.123Z assumed|queries:",
		"04/Mar/2024:08:00:00 +0000] x":      "2024-03-04T08:00:00Z|] x",
		"2024-03-04 08:00:00 1rg":            "2024-03-04T07:00:00Z assumed|1rg",
		"2024-03-04 08:00:00 +0200 1rg":      "2024-03-04T06:00:00Z|1rg",
		"2024-03-04T08:00:00.5Z host":        "2024-03-04T08:00:00.5Z|host",
		"2024-03-04T08:00:00.123456+01:00 h": "2024-03-04T07:00:00.123456Z|h",
		"2024-02-30 08:00:00 x":              BadTime,
		"2024-02-29 24:00:00 x":              BadTime,
		"Foo  4 08:00:00":                    BadTime,
		"":                                   BadTime,
		"hello":                              BadTime,
	} {
		c := Clock{Location: time.FixedZone("", 3600), Year: 2024}
		s, rest, reason := c.Cut([]byte(text))
		got := reason
		if reason == "" {
			got = s.At.UTC().Format(time.RFC3339Nano)
			if s.Assumed {
				got += " assumed"
			}
			got += "|" + string(rest)
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestYears(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		year    int
		written string
		lines   string
		want    string
	}{
		"told":                    {2020, "", "Dec 31,Jan  1,Feb  1", "2020 2021 2021"},
		"by the file":             {0, "2024-03-05", "Mar  4,Mar  5", "2024 2024"},
		"begins the year before":  {0, "2024-03-05", "Dec 30,Jan  2", "2023 2024"},
		"out of order":            {0, "2024-03-05", "Mar  4,Dec 31,Mar  4", "2024 2023 2024"},
		"leap day":                {0, "2024-03-05", "Feb 29", "2024"},
		"leap day the year after": {0, "2025-03-05", "Feb 29", "2024"},
		"no year at all":          {0, "", "Mar  4", NoYear},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			written, _ := time.Parse(time.DateOnly, c.written)
			clock := Clock{Location: time.UTC, Year: c.year, Written: written}
			var got []string
			for day := range strings.SplitSeq(c.lines, ",") {
				s, _, reason := clock.Cut([]byte(day + " 08:00:00 x"))
				if reason == "" {
					reason = fmt.Sprint(s.At.Year())
				}
				got = append(got, reason)
			}
			if joined := strings.Join(got, " "); joined != c.want {
				t.Errorf("%s, want %s", joined, c.want)
			}
		})
	}
}

func FuzzCut(f *testing.F) {
	for _, s := range []string{"Mar  4 08:00:00 x", "2024-03-04T08:00:00+01:00", "04-Mar-2024 08:00:00.1", "Feb 29 00:00:60", "9999-12-31 23:59:59 -1459"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		c := Clock{Location: time.UTC, Year: 2023}
		s, rest, reason := c.Cut(line)
		if reason == "" && (!bytes.HasSuffix(line, rest) || s.At.Year() < -1 || s.At.Year() > 10000) {
			t.Fatalf("%q: %v %q", line, s, rest)
		}
	})
}
