package telegram

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"crosstalk/collectors"
	"crosstalk/collectors/collectortest"
)

// Whatever a file holds: no panic, no error, and the same records a second time.
func FuzzExport(f *testing.F) {
	collectortest.Seeds(f, "testdata/*/input.json", "testdata/account/input/result.json")
	f.Fuzz(func(t *testing.T, document []byte) {
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(document)), nil }
		var counts [2]int
		for i := range counts {
			sink := collectortest.NewRecorder()
			r, err := newRun(context.Background(), collectors.Options{Workspace: "w", Location: time.UTC}, sink)
			if err == nil {
				err = r.file("result.json", bytes.NewReader(document), open)
			}
			if err != nil {
				t.Fatal(err)
			}
			counts[i] = len(sink.Messages) + 1000*len(sink.Rejects)
		}
		if counts[0] != counts[1] {
			t.Errorf("%d, then %d", counts[0], counts[1])
		}
	})
}
