package hangouts

import (
	"bytes"
	"context"
	"io"
	"testing"

	"crosstalk/collectors/collectortest"
)

// Whatever a file holds: no panic, no error, and the same records a second time.
func FuzzArchive(f *testing.F) {
	collectortest.Seeds(f, "testdata/*/input.json", "testdata/modern/input/Takeout/Hangouts/Hangouts.json")
	f.Fuzz(func(t *testing.T, document []byte) {
		open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(document)), nil }
		var counts [2]int
		for i := range counts {
			r := collectortest.NewRecorder()
			if err := newRun(context.Background(), "w", r).file("Hangouts.json", bytes.NewReader(document), open); err != nil {
				t.Fatal(err)
			}
			counts[i] = len(r.Messages) + 1000*len(r.Rejects)
		}
		if counts[0] != counts[1] {
			t.Errorf("%d, then %d", counts[0], counts[1])
		}
	})
}
