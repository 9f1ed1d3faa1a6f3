package discord

import (
	"bytes"
	"context"
	"io"
	"testing"

	"crosstalk/collectors/collectortest"
)

// Whatever a file holds, and whichever it is: no panic, no error, and the same records a
// second time.
func FuzzExport(f *testing.F) {
	collectortest.Seeds(f, "testdata/exporter/input/*.json", "testdata/package_*/input/*/user.json", "testdata/package_*/input/*/*/*")
	f.Fuzz(func(t *testing.T, document []byte) {
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(document)), nil }
		var counts [2]int
		for i := range counts {
			sink := collectortest.NewRecorder()
			r := newRun(context.Background(), "w", sink)
			for path, read := range map[string]func(source) error{
				"channel.json": r.exported, "account/user.json": r.json(r.self), "messages/c5/channel.json": r.json(r.described),
				"messages/c6/messages.csv": r.written, "messages/c6/messages.json": r.written,
			} {
				r.entry = path
				if err := read(source{bytes.NewReader(document), path, open}); err != nil {
					t.Fatal(err)
				}
			}
			counts[i] = len(sink.Messages)
		}
		if counts[0] != counts[1] {
			t.Errorf("%d, then %d", counts[0], counts[1])
		}
	})
}
