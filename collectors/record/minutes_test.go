package record_test

import (
	"slices"
	"testing"
	"time"

	"crosstalk/collectors/record"
)

func TestMinutes(t *testing.T) {
	t.Parallel()
	lisbon := time.FixedZone("", 3600)
	var m record.Minutes
	for _, at := range []time.Time{
		time.Date(2026, 3, 2, 9, 0, 59, 0, time.UTC), time.Date(2026, 3, 2, 9, 0, 1, 0, time.UTC), time.Date(2026, 3, 2, 23, 59, 0, 0, time.UTC),
		time.Date(2026, 3, 2, 1, 2, 0, 0, lisbon), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC),
	} {
		m.Add(at)
	}
	if want := (record.Minutes{0, 2, 540, 1439}); !slices.Equal(m, want) {
		t.Errorf("got %v, want %v", m, want)
	}
	if m.AddMinute(540) || !m.AddMinute(3) || m.AddMinute(1439) {
		t.Errorf("what is new is told wrong: %v", m)
	}
}
