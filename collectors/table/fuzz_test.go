package table

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
	"crosstalk/collectors/record"
)

const broad = "tool: chat\nid: i\ntime: t\nedited: e\nconversation: {column: c, kind: {column: k, default: other}}\nsender: s\n" +
	"recipients: r\nmentions: {column: m, separator: ','}\nparent: p\nsize: {length_of: x}\nattachments: a\ndeleted: d\n"

func planOf(t testing.TB, mapping string) (*plan, *run, *collectortest.Recorder) {
	t.Helper()
	kept := collectortest.NewRecorder()
	o := collectors.Options{Workspace: "test", Location: time.UTC, Log: slog.New(slog.DiscardHandler)}
	r, err := newRun(nil, o.WithSettings([]byte(mapping)), kept)
	if err != nil {
		t.Fatal(err)
	}
	return r.given, r, kept
}

func FuzzTable(f *testing.F) {
	for _, s := range []string{
		"i,t,s,c,r,x\n1,2019-10-03,a,x,\"b;c\",\"he said \"\"hi\"\"\n\"\n", "i\tt\ts\tc\n1\t1570104001\ta\tx\n", "\xff\xfei\x00,\x00t\x00",
		`[{"i":1,"t":1570104001.5,"s":"a","c":"x","r":["b",{"z":1}],"a":[{}],"d":true}]`, "{\"i\":\"\\ud83d\\ude00\\u00e9\"}\n{\"i\":2}\n{\n",
		`{"t":"2019-10-03T12:00:00+02:00","s":"a","c":"x","k":"direct"}`, "\xef\xbb\xbf[]", "{\"a\":\"\\ud83d\\n\"}", "[[[{}]]]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		_, r, kept := planOf(t, broad)
		if err := r.file(context.Background(), "data", bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		for i := range kept.Messages {
			m := &kept.Messages[i]
			if m.Sender.IsZero() || m.Conversation.Key == "" {
				t.Fatalf("a message of nobody or nowhere: %+v", m)
			}
			if int(m.SizeBytes) > 3*len(content) {
				t.Fatalf("%d bytes hold a text of %d", len(content), m.SizeBytes)
			}
		}
		d := newDescriber()
		d.read(content)
		d.found("data")
	})
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{"2019-10-03T12:00:01.250+0530", "1570104001", "1.5e9", "43741.5", "2019-10-03 12:00 UTC", "-1", "."} {
		f.Add([]byte(s), "%Y-%m-%d")
	}
	f.Fuzz(func(t *testing.T, cell []byte, format string) {
		for _, name := range []string{"", "unix", "unix_ms", "unix_ns", "excel", format} {
			field := timeField{Column: "t", Format: name}
			var c columns
			r, err := field.reader(&c, time.UTC)
			if err != nil {
				continue
			}
			if in, err := r.read(cell); err == nil && in.precision > record.PrecisionDay {
				t.Fatalf("%q as %q: %+v", cell, name, in)
			}
		}
	})
}

func FuzzMapping(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(broad))
	f.Add([]byte("conversation: '{a}/{b'\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var m mapping
		o := collectors.Options{Workspace: "test", Location: time.UTC}
		if o.WithSettings(text).Settings(&m) != nil {
			return
		}
		if p, err := newPlan(&m, o); err == nil && p.time.column < 0 {
			t.Fatalf("a plan without a time: %q", text)
		}
	})
}

func csvRows(w io.Writer, n int) {
	io.WriteString(w, "i,t,e,c,k,s,r,m,p,x,a,d\n")
	for i := range n {
		fmt.Fprintf(w, "%d,2019-10-03T12:%02d:%02dZ,,room-%d,group,ana%d@heron.example,bo%d@heron.example;cy@heron.example,,%d,\"some words, and some more of them\",0,false\n",
			i, i/60%60, i%60, i%(n/40), i%(n/20), i%(n/30), i-1)
	}
}

func jsonRows(w io.Writer, n int) {
	for i := range n {
		fmt.Fprintf(w, `{"i":%d,"t":"2019-10-03T12:%02d:%02dZ","c":"room-%d","k":"group","s":"ana%d@heron.example","r":["bo%d@heron.example","cy@heron.example"],"p":"%d","x":"some words, and some more of them","a":[],"d":false}`+"\n",
			i, i/60%60, i%60, i%(n/40), i%(n/20), i%(n/30), i-1)
	}
}

var broadly = collectors.Options{}.WithSettings([]byte(broad))

func benchmark(b *testing.B, name string, write func(w io.Writer, n int)) {
	const rows = 20_000
	path, size := collectortest.WriteFile(b, name, write, rows)
	collectortest.ThroughputOfMessages(b, New(), path, size, broadly, rows)
}

func BenchmarkCSV(b *testing.B) { benchmark(b, "rows.csv", csvRows) }

func BenchmarkJSONLines(b *testing.B) {
	b.Run("nothing to skip", func(b *testing.B) { benchmark(b, "rows.jsonl", jsonRows) })
	b.Run("as exported", func(b *testing.B) { benchmark(b, "rows.jsonl", exportedRows) })
}

// exportedRows are jsonRows as databases write them: with texts of the usual length and columns that nobody maps.
func exportedRows(w io.Writer, n int) {
	text := strings.Repeat("a sentence of some words, ", 5)
	for i := range n {
		fmt.Fprintf(w, `{"i":%d,"t":"2019-10-03T12:%02d:%02dZ","c":"room-%d","k":"group","room_name":"A room of the house","s":"ana%d@heron.example","sender_name":"Ana Prieto","sender_locale":"es_ES","r":["bo%d@heron.example","cy@heron.example"],"p":"%d","x":"%s","format":"plain","client":{"name":"desktop","version":"4.12.1","os":"linux"},"a":[],"d":false,"e":null,"labels":[],"checksum":"5f0d3b4be1c7e0b1f7a3"}`+"\n",
			i, i/60%60, i%60, i%(n/40), i%(n/20), i%(n/30), i-1, text)
	}
}

func BenchmarkResident(b *testing.B) {
	b.Run("CSV", func(b *testing.B) { collectortest.Resident(b, New(), "rows.csv", broadly, csvRows) })
	b.Run("JSON lines", func(b *testing.B) { collectortest.Resident(b, New(), "rows.jsonl", broadly, jsonRows) })
}
