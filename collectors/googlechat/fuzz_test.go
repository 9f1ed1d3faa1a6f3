package googlechat

import (
	"bytes"
	"context"
	"testing"

	"crosstalk/collectors/collectortest"
)

// Whatever a file holds: no panic and no error, as members and as messages.
func FuzzArchive(f *testing.F) {
	collectortest.Seeds(f, "testdata/takeout/input/Takeout/Google Chat/Groups/*/*.json")
	f.Fuzz(func(t *testing.T, document []byte) {
		r := newRun(context.Background(), "w", collectortest.NewRecorder())
		g := newGroup("w", "DM kAB")
		for _, read := range []func(string) error{
			func(string) error { return r.info(g) },
			func(string) error { return r.owner() },
			func(string) error { return r.messages(g) },
		} {
			if err := r.document("x.json", bytes.NewReader(document), read); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A date is understood or it is not; the two never come together.
func FuzzInstant(f *testing.F) {
	f.Add("Monday, November 6, 2023 at 9:00:05\u202fAM UTC")
	f.Add("2021년 3월 14일 일요일 오후 10시 41분 3초 UTC")
	f.Add("søndag den 14. marts 2021 kl. 22.41.03 UTC")
	f.Fuzz(func(t *testing.T, text string) {
		if at, reason := new(dates).instant([]byte(text)); at.IsZero() == (reason == "") && at.Year() != 1 {
			t.Errorf("%v, %q", at, reason)
		}
	})
}
