package dashboards_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"crosstalk/dashboards"
	"crosstalk/dashboards/dashboardstest"
)

// counted is a server on which something of everything has happened.
func counted(t *testing.T, kind dashboardstest.Kind) *dashboards.Server {
	t.Helper()
	s := open(t, kind)
	n := s.Counters()
	n.Messages("slack", 120)
	n.Rejected("slack", "no_sender", 3)
	n.Failed("email", 2*time.Second)
	n.Succeeded("slack", dashboardstest.Now, 90*time.Second)
	s.RefreshGauges(t.Context())
	for _, path := range []string{"/", "/nothing", "/metric/tool_share.csv"} {
		get(s, path)
	}
	return s
}

func TestMetricsAreLintClean(t *testing.T) {
	t.Parallel()
	problems, err := testutil.GatherAndLint(counted(t, dashboardstest.Full).Counters().Registry())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestMetricsOfCollectors(t *testing.T) {
	t.Parallel()
	want := `# HELP crosstalk_collector_errors_total Runs of a collector that failed.
# TYPE crosstalk_collector_errors_total counter
crosstalk_collector_errors_total{collector="email"} 1
crosstalk_collector_errors_total{collector="slack"} 0
# HELP crosstalk_collector_last_success_timestamp_seconds When a collector last ended without failing.
# TYPE crosstalk_collector_last_success_timestamp_seconds gauge
crosstalk_collector_last_success_timestamp_seconds{collector="slack"} 1.7954262e+09
# HELP crosstalk_collector_messages_total Messages that a collector handed over, known before or not.
# TYPE crosstalk_collector_messages_total counter
crosstalk_collector_messages_total{collector="slack"} 120
# HELP crosstalk_collector_rejected_records_total Records that could not be read, by reason.
# TYPE crosstalk_collector_rejected_records_total counter
crosstalk_collector_rejected_records_total{collector="slack",reason="no_sender"} 3
`
	err := testutil.GatherAndCompare(counted(t, dashboardstest.Full).Counters().Registry(), strings.NewReader(want), "crosstalk_collector_errors_total",
		"crosstalk_collector_last_success_timestamp_seconds", "crosstalk_collector_messages_total", "crosstalk_collector_rejected_records_total")
	if err != nil {
		t.Error(err)
	}
}

func TestGaugesHonourTheGate(t *testing.T) {
	t.Parallel()
	full := get(counted(t, dashboardstest.Full), "/metrics").Body.String()
	for _, line := range []string{
		"crosstalk_tools_in_use 6", `crosstalk_tool_active_people{tool="slack",window="28d"} 850`, `crosstalk_tool_active_people{tool="all",window="28d"} 1800`,
		`crosstalk_overlap_ratio{of="ties",tool_a="hipchat",tool_b="slack"} 0.81`, "crosstalk_tool_sprawl_tools_per_person 3.1",
		`crosstalk_data_until_timestamp_seconds 1.795389e+09`, `crosstalk_gauges_period_start_timestamp_seconds{metric="tool_sprawl"} 1.7929728e+09`,
		`crosstalk_gauges_period_end_timestamp_seconds{metric="tool_sprawl"} 1.795392e+09`, `crosstalk_gauges_dropped_series{metric="tool_overlap"} 0`, `crosstalk_build_info{version="test"} 1`,
		`crosstalk_http_request_duration_seconds_count{code="404",method="GET",route="none"} 1`, `crosstalk_query_duration_seconds_count{metric="tool_share"}`,
	} {
		if !strings.Contains(full, line) {
			t.Errorf("%s is missing", line)
		}
	}
	if strings.Contains(full, `{of="ties",tool_a="hipchat",tool_b="yammer"}`) {
		t.Error("a hidden pair has a gauge")
	}
	hidden := get(counted(t, dashboardstest.Suppressed), "/metrics").Body.String()
	for _, name := range []string{"crosstalk_tools_in_use ", "crosstalk_tool_active_people{", "crosstalk_overlap_ratio{"} {
		if strings.Contains(hidden, "\n"+name) {
			t.Errorf("%s is shown although the gate hides it", name)
		}
	}
}

func TestPromtool(t *testing.T) {
	t.Parallel()
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Fatal("promtool is not installed: run make setup, or apt-get install prometheus")
	}
	rules, err := filepath.Glob("rules/*.yml")
	if err != nil || len(rules) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	checks := map[string]*exec.Cmd{
		"rules":         exec.Command(promtool, append([]string{"check", "rules"}, rules...)...),
		"configuration": exec.Command(promtool, "check", "config", "prometheus.yml"),
		"metrics":       exec.Command(promtool, "check", "metrics"),
	}
	checks["metrics"].Stdin = strings.NewReader(get(counted(t, dashboardstest.Full), "/metrics").Body.String())
	for name, command := range checks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if out, err := command.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
