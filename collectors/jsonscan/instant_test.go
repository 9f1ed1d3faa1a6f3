package jsonscan

import (
	"testing"
	"time"
)

func TestInstant(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"2024-05-01T08:00:00Z", "2024-05-01T08:00:00.25Z", "2024-02-29T23:59:59.999999999Z", "2023-02-29T00:00:00Z",
		"2024-12-31T00:00:00.1234567891Z", "0000-01-01T00:00:00Z", "2024-13-01T08:00:00Z", "2024-05-00T08:00:00Z",
		"2024-05-01T24:00:00Z", "2024-05-01T08:60:00Z", "2024-05-01T08:00:60Z", "2024-05-01T08:00:00.Z", "2024-05-01T08:00:00,5Z",
		"2024-05-01T08:00:00.5+02:00", "2024-05-01T08:00:00", "2024-05-01 08:00:00Z", "20x4-05-01T08:00:00Z", "Z", "",
	} {
		want, err := time.Parse(time.RFC3339, s)
		if got, ok := Instant([]byte(s)); ok != (err == nil) || !got.Equal(want) || got.Location().String() != want.Location().String() {
			t.Errorf("%q: %v, %v; want %v, %v", s, got, ok, want, err)
		}
	}
}

func FuzzInstant(f *testing.F) {
	f.Add("2024-05-01T08:00:00.25Z")
	f.Fuzz(func(t *testing.T, s string) {
		want, err := time.Parse(time.RFC3339, s)
		if got, ok := instantUTC([]byte(s)); ok && (err != nil || !got.Equal(want)) {
			t.Fatalf("%q: %v; want %v, %v", s, got, want, err)
		}
	})
}
