package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// dailySlack writes a Slack export with a message of each of two people on each of the last days.
func dailySlack(p *place, days int) string {
	dir := filepath.Join(p.t.TempDir(), "slack")
	p.write(filepath.Join(dir, "users.json"), `[{"id":"U0BEN","team_id":"T1","name":"ben","real_name":"Ben Okafor","profile":{}},{"id":"U0ANA","team_id":"T1","name":"ana","real_name":"Ana Ruiz","profile":{}}]`)
	p.write(filepath.Join(dir, "channels.json"), `[{"id":"C0GEN","name":"general","created":1640995200,"creator":"U0ANA","members":["U0BEN","U0ANA"]}]`)
	noon := time.Now().UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)
	for n := 1; n <= days; n++ {
		at := noon.AddDate(0, 0, -n)
		p.write(filepath.Join(dir, "general", at.Format(time.DateOnly)+".json"),
			fmt.Sprintf(`[{"type":"message","user":"U0BEN","text":"a","ts":"%d.000100"},{"type":"message","user":"U0ANA","text":"b","ts":"%d.000200"}]`, at.Unix(), at.Unix()+60))
	}
	return dir
}

// TestRetention has messages age out by the configuration: with an import and with a collection, told by the doctor; imports bring
// back nothing, the days' figures stay, and their time zone holds.
func TestRetention(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	export := dailySlack(p, 100)
	p.run(exitDone, "import", export)
	if said := p.run(exitDone, "doctor"); !strings.Contains(said, "none, messages stay") {
		t.Errorf("the doctor, without a retention: %s", said)
	}
	days := "SELECT uniqExact(day) FROM account_day WHERE slice_id IN {live:Array(UInt64)} AND messages > 0"
	if n := number(t, p.data, days); n != 100 {
		t.Fatalf("%d days are rolled up", n)
	}

	drop := filepath.Join(t.TempDir(), "drop")
	p.write(filepath.Join(drop, "done", "none"), "")
	p.write(p.config, "privacy:\n  retention: 60d\nworkspaces:\n  - {collector: slack, path: "+drop+"}\n")
	if said := p.run(exitDone, "collect", "--once"); !strings.Contains(said, "80 messages from before") {
		t.Errorf("collect said %s", said)
	}
	p.write(p.config, "privacy:\n  retention: 30d\n")
	if said := p.run(exitRejects, "import", export); !strings.Contains(said, "60 messages from before") || !strings.Contains(said, "140 rejected: older_than_retention") {
		t.Errorf("import said %s", said)
	}
	if n := number(t, p.data, "SELECT count() FROM message"); n != 60 {
		t.Errorf("%d messages are left; want those of 30 days", n)
	}
	if n := number(t, p.data, days); n != 100 {
		t.Errorf("the figures of %d days are left; want all", n)
	}
	first := time.Now().UTC().AddDate(0, 0, -30).Format(time.DateOnly)
	if said := p.run(exitDone, "doctor"); !strings.Contains(said, "30d, messages from before "+first+" go") || !strings.Contains(said, "those before "+first) {
		t.Errorf("the doctor: %s", said)
	}
	p.write(p.config, "privacy:\n  retention: 30d\norganisation:\n  time_zone: Asia/Tokyo\n")
	if said := p.run(exitFailed, "export", "tool_share"); !strings.Contains(said, "the time zone cannot become Asia/Tokyo") || strings.Count(said, "\n") != 1 {
		t.Errorf("another time zone: %s", said)
	}
	p.write(p.config, "")
	if said := p.run(exitRejects, "import", export); !strings.Contains(said, "140 rejected: older_than_retention") {
		t.Errorf("without a retention what has gone stays away: %s", said)
	}
}
