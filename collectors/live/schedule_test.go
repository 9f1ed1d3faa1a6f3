package live_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"crosstalk/collectors/live"
)

func TestParseSchedule(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"every 10m":       "every 10m0s",
		"10m":             "every 10m0s",
		"Every 1h30m":     "every 1h30m0s",
		"hourly":          "every 1h0m0s",
		"weekly":          "every 168h0m0s",
		"daily":           "daily at 00:00",
		" daily at 03:30": "daily at 03:30",
		"1s":              "every 1s",
	} {
		got, err := live.ParseSchedule(text, time.UTC)
		if err != nil || got.String() != want {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "often", "every", "every day", "0s", "500ms", "-5m", "every -5m", "daily at noon", "daily at 24:00", "daily at 3:30 pm", "10", "* * * * *"} {
		if got, err := live.ParseSchedule(text, time.UTC); err == nil {
			t.Errorf("%q was taken for %s", text, got)
		} else if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "daily at 03:30") {
			t.Errorf("%q: the error does not say what to write: %v", text, err)
		}
	}
}

func TestScheduleNext(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ schedule, begun, next string }{
		"an interval counts from the beginning": {"every 10m", "2026-05-04T12:03:00Z", "2026-05-04T12:13:00Z"},
		"daily, earlier that day":               {"daily at 03:30", "2026-05-04T00:00:00Z", "2026-05-04T01:30:00Z"},
		"daily, at that very time":              {"daily at 03:30", "2026-05-04T01:30:00Z", "2026-05-05T01:30:00Z"},
		"daily, later that day":                 {"daily at 03:30", "2026-05-04T09:00:00Z", "2026-05-05T01:30:00Z"},
		"daily, when winter time begins":        {"daily at 03:30", "2026-10-24T12:00:00Z", "2026-10-25T02:30:00Z"},
		"daily, an hour that is skipped":        {"daily at 02:30", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := live.ParseSchedule(c.schedule, berlin)
			if err != nil {
				t.Fatal(err)
			}
			begun, err := time.Parse(time.RFC3339, c.begun)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Next(begun).UTC().Format(time.RFC3339); got != c.next {
				t.Errorf("next after %s is %s, want %s", c.begun, got, c.next)
			}
		})
	}
}
