package main

import (
	"fmt"
	"strings"
	"testing"
)

// squid is a log of contacts with Slack, one in each of some minutes of a day.
func squid(minutes ...int) []byte {
	var log strings.Builder
	for _, m := range minutes {
		fmt.Fprintf(&log, "%d.123    100 10.1.0.12 TCP_TUNNEL/200 1234 CONNECT app.slack.com:443 ana@heron.example HIER_DIRECT/192.0.2.1 -\n", 1709510400+60*m)
	}
	return []byte(log.String())
}

// A day of a proxy's log in slices, which overlap and come in any order and twice, is the day as a whole.
func TestSlicesOfALog(t *testing.T) {
	t.Parallel()
	night, morning, both := squid(1, 2, 90), squid(90, 540, 600), squid(1, 2, 90, 540, 600)
	for name, slices := range map[string][][]byte{
		"the whole": {both}, "in order": {night, morning}, "the other way round": {morning, night}, "twice": {morning, night, night, both, morning},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := folder(t)
			for i, slice := range slices {
				imported(t, data, "--workspace", "proxy", put(t, fmt.Sprintf("access-%d.log", i), slice))
			}
			const times = "SELECT sum(if(empty(minutes), toUInt64(hits), length(minutes))) FROM signal_day FINAL WHERE tool = 'slack' AND source = 'proxy'"
			if n, rows := number(t, data, times), number(t, data, "SELECT count() FROM signal_day FINAL"); n != 5 || rows != 1 {
				t.Errorf("%d minutes in %d rows, want 5 in 1", n, rows)
			}
		})
	}
}
