package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crosstalk/simulate"
)

// TestPrometheusScrapes lets a real Prometheus scrape a real server, with the rules that
// ship with it.
func TestPrometheusScrapes(t *testing.T) {
	if _, err := exec.LookPath("prometheus"); err != nil {
		t.Fatal("prometheus is not installed: run make setup, or apt-get install prometheus")
	}
	data := folder(t)
	imported(t, data, write(t, simulate.Options{Seed: 3, People: 80, Weeks: 8}))
	base, _ := serving(t, data)
	dir, address := t.TempDir(), free(t)
	rules := hurried(t, "../../dashboards/rules")
	config := fmt.Sprintf("global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [%q]\nscrape_configs:\n  - job_name: crosstalk\n    static_configs: [{targets: [%q]}]\n",
		filepath.Join(rules, "*.yml"), strings.TrimPrefix(base, "http://"))
	if err := os.WriteFile(filepath.Join(dir, "prometheus.yml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	prometheus := exec.Command("prometheus", "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	if err := prometheus.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(prometheus) })

	for _, query := range []string{`up{job="crosstalk"} == 1`, `crosstalk_tools_in_use >= 2`, `crosstalk_tool_active_people{tool="slack",window="28d"} > 10`,
		`crosstalk_overlap_ratio{of="people",tool_a="slack",tool_b="email"} > 0.5`, `crosstalk_build_info == 1`,
		`crosstalk_tool_sprawl_tools_per_person > 1`, `sum(crosstalk_tool_share_share_ratio{tool!="all"}) > 0.9`, `tool:crosstalk_tool_stickiness:ratio > 0`,
		`crosstalk_gauges_period_end_timestamp_seconds{metric="tool_sprawl"} > crosstalk_gauges_period_start_timestamp_seconds`,
		`crosstalk_data_until_timestamp_seconds > 1e9`, `sum(crosstalk_gauges_dropped_series) == 0`} {
		found := 0
		for deadline := time.Now().Add(40 * time.Second); found == 0 && time.Now().Before(deadline); time.Sleep(300 * time.Millisecond) {
			found = samples("http://"+address, query)
		}
		if found == 0 {
			t.Errorf("%s has no sample", query)
		}
	}
	_, _, scraped := get(base + "/metrics")
	lint := exec.Command("promtool", "check", "metrics")
	lint.Stdin = strings.NewReader(scraped)
	if out, err := lint.CombinedOutput(); err != nil {
		t.Errorf("promtool: %v\n%s", err, out)
	}
	if code, _, body := get("http://" + address + "/api/v1/rules"); code != http.StatusOK || strings.Contains(body, `"health":"err"`) {
		t.Errorf("a rule fails: %d %.300s", code, body)
	}
}

// hurried copies the rules and has them evaluated every second, not every minute.
func hurried(t *testing.T, folder string) string {
	t.Helper()
	to := t.TempDir()
	files, err := filepath.Glob(filepath.Join(folder, "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(file)), []byte(strings.ReplaceAll(string(text), "interval: 1m", "interval: 1s")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// free is an address that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// samples asks a Prometheus and counts what it answers.
func samples(base, query string) int {
	code, _, body := get(base + "/api/v1/query?query=" + url.QueryEscape(query))
	var answer struct {
		Data struct{ Result []json.RawMessage }
	}
	if code != http.StatusOK || json.Unmarshal([]byte(body), &answer) != nil {
		return 0
	}
	return len(answer.Data.Result)
}
