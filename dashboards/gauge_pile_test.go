package dashboards

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"crosstalk/analytics"
)

func shares(tools int, buckets ...analytics.Bucket) analytics.Answer {
	var rows []analytics.ToolShareRow
	for _, b := range buckets {
		for i := range tools {
			people := uint64(100 + i)
			rows = append(rows, analytics.ToolShareRow{Bucket: b, Tool: fmt.Sprintf("tool%03d", tools-i), People: &people})
		}
		people := uint64(5000)
		rows = append(rows, analytics.ToolShareRow{Bucket: b, Tool: analytics.AllTools, People: &people})
	}
	return analytics.Answer{Metric: analytics.ToolShare, Rows: reflect.ValueOf(rows)}
}

func emptyPile() *pile {
	return &pile{zone: time.UTC, used: map[string]int{}, dropped: map[string]int{}}
}

func week(n int) analytics.Bucket {
	from := time.Date(2026, 1, 5+7*n, 0, 0, 0, 0, time.UTC)
	return analytics.Bucket{FromOn: from, ToOn: from.AddDate(0, 0, 7)}
}

// tell lists the series of a gauge as Prometheus would see their labels and values.
func tell(t *testing.T, p *pile, name string) []string {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(listed(p.list))
	found, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, family := range found {
		for _, m := range family.GetMetric() {
			if family.GetName() == name {
				out = append(out, strings.ReplaceAll(m.String(), "  ", " "))
			}
		}
	}
	return out
}

// listed is a collector of metrics that are there.
type listed []prometheus.Metric

func (listed) Describe(chan<- *prometheus.Desc) {}
func (l listed) Collect(to chan<- prometheus.Metric) {
	for _, m := range l {
		to <- m
	}
}

func TestLabelsAreBounded(t *testing.T) {
	t.Parallel()
	p := emptyPile()
	f := familyOf(analytics.ToolShare)
	if err := p.add(f, shares(50, week(0)), ""); err != nil {
		t.Fatal(err)
	}
	series := tell(t, p, "crosstalk_tool_share_people")
	text := strings.Join(series, "\n")
	if len(series) != mostLabelValues+1 || !strings.Contains(text, `"all"`) || !strings.Contains(text, `"tool001"`) || !strings.Contains(text, `"tool032"`) || strings.Contains(text, `"tool033"`) {
		t.Errorf("%d series:\n%s", len(series), text)
	}
	if p.dropped["tool_share"] != 18 { // of people; messages and shares are unknown
		t.Errorf("%d are said to be left out, want 18", p.dropped["tool_share"])
	}
}

func TestSeriesAreBounded(t *testing.T) {
	t.Parallel()
	p := emptyPile()
	f := familyOf(analytics.ToolShare)
	for i := range 200 {
		if err := p.add(f, shares(30, week(0)), fmt.Sprintf("Unit %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	whole := mostSeries / 31
	if n := len(tell(t, p, "crosstalk_tool_share_people")); n != whole*31 || p.dropped["tool_share"] != (200-whole)*31 {
		t.Errorf("%d series, %d left out", n, p.dropped["tool_share"])
	}
}

func TestTheLastClosedBucketCounts(t *testing.T) {
	t.Parallel()
	open := week(3)
	open.IsPartial = true
	p := emptyPile()
	if err := p.add(familyOf(analytics.ToolShare), shares(1, week(1), week(2), open), ""); err != nil {
		t.Fatal(err)
	}
	if n := len(tell(t, p, "crosstalk_tool_share_people")); n != 2 {
		t.Errorf("%d series, want those of one bucket", n)
	}
	ends := strings.Join(tell(t, p, "crosstalk_gauges_period_end_timestamp_seconds"), "")
	if want := fmt.Sprintf("value:%v", float64(week(2).ToOn.Unix())); !strings.Contains(strings.ReplaceAll(ends, " ", ""), want) {
		t.Errorf("the period ends %s, want %s", ends, want)
	}
}

func TestRowsThatNothingTellsApart(t *testing.T) {
	t.Parallel()
	a := shares(1, week(0), week(0))
	if err := emptyPile().add(familyOf(analytics.ToolShare), a, ""); err == nil || !strings.Contains(err.Error(), `tool_share: two rows have the labels ["tool001"]`) {
		t.Errorf("got %v", err)
	}
}

func TestGaugeNames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		column analytics.Column
		want   string
		factor float64
	}{
		"a count":              {analytics.Column{Name: "people", Unit: "people", Gauge: "true"}, "crosstalk_reply_people", 1},
		"a share":              {analytics.Column{Name: "answered_ratio", Gauge: "true"}, "crosstalk_reply_answered_ratio", 1},
		"seconds":              {analytics.Column{Name: "median_seconds", Unit: "seconds", Gauge: "true"}, "crosstalk_reply_median_seconds", 1},
		"hours become seconds": {analytics.Column{Name: "median_hours", Unit: "hours", Gauge: "true"}, "crosstalk_reply_median_seconds", 3600},
		"a unit not in a name": {analytics.Column{Name: "median", Unit: "days", Gauge: "true"}, "crosstalk_reply_median_seconds", 86400},
		"a name of its own":    {analytics.Column{Name: "tools", Unit: "tools", Gauge: "tools_in_use"}, "crosstalk_tools_in_use", 1},
	} {
		if got, factor := gaugeName("reply", c.column); got != c.want || factor != c.factor {
			t.Errorf("%s: %s times %v, want %s times %v", name, got, factor, c.want, c.factor)
		}
	}
	for name, c := range map[string]struct {
		column analytics.Column
		want   label
	}{
		"a tool":         {analytics.Column{Name: "tool", Type: "text", IsDimension: true}, label{name: "tool"}},
		"a window":       {analytics.Column{Name: "window_days", Type: "integer", Unit: "days", IsDimension: true}, label{name: "window", unit: "d"}},
		"a day":          {analytics.Column{Name: "joined_on", Type: "date", IsDimension: true}, label{}},
		"said to be not": {analytics.Column{Name: "weeks", Type: "integer", Gauge: "-", IsDimension: true}, label{}},
		"a figure":       {analytics.Column{Name: "people", Type: "integer"}, label{}},
	} {
		if got := labelOf(c.column); got != c.want {
			t.Errorf("%s is the label %v, want %v", name, got, c.want)
		}
	}
}
