package skype

import (
	"bytes"
	"context"
	"io"
	"testing"

	"crosstalk/collectors/collectortest"
)

// Whatever a file holds: no panic, no error, and the same records a second time.
func FuzzExport(f *testing.F) {
	collectortest.Seeds(f, "testdata/*/input.json", "testdata/export/input/messages.json")
	f.Fuzz(func(t *testing.T, document []byte) {
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(document)), nil }
		var counts [2]int
		for i := range counts {
			r := collectortest.NewRecorder()
			if err := newRun(context.Background(), "w", r).file("messages.json", bytes.NewReader(document), open); err != nil {
				t.Fatal(err)
			}
			counts[i] = len(r.Messages) + 1000*len(r.Rejects)
		}
		if counts[0] != counts[1] {
			t.Errorf("%d, then %d", counts[0], counts[1])
		}
	})
}

// Texts of any kind are measured to no more than their length.
func FuzzContent(f *testing.F) {
	f.Add([]byte(`<quote author="a" messageid="1">q</quote>x &amp; <at id="8:b">B</at><e_m ts_ms="1594056000000" a="x"/>`))
	f.Add([]byte(`<partlist type="ended" callId="c"><part identity="8:a"><duration>1.5</duration></part></partlist>`))
	f.Add([]byte(`<addmember><initiator>8:a</initiator><target>8:b</target></addmember>&#x1F600;`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, class := range []class{classText, classCall, classSystem} {
			r := newRun(context.Background(), "w", collectortest.NewRecorder())
			m := row{class: class, content: content{text: text}}
			if r.look(&m); m.size > len(text) {
				t.Errorf("size %d of %d bytes", m.size, len(text))
			}
		}
	})
}
