package dashboards_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"

	"crosstalk/analytics"
	"crosstalk/dashboards"
	"crosstalk/dashboards/dashboardstest"
)

// publishing is a company whose publications the test makes.
type publishing struct {
	kind        dashboardstest.Kind
	publication uint64
	fail        error
	failing     map[string]error // by metric
	asked       []string         // metric and group
}

type numbered struct {
	analytics.Snapshot
	number uint64
}

func (n numbered) Publication() uint64 { return n.number }

func (p *publishing) company() dashboardstest.Company {
	return dashboardstest.Company{Kind: p.kind, Fail: p.fail}
}

func (p *publishing) Snapshot(ctx context.Context) (analytics.Snapshot, error) {
	s, err := p.company().Snapshot(ctx)
	return numbered{s, p.publication}, err
}

func (p *publishing) Ask(ctx context.Context, m analytics.Metric, s analytics.Snapshot, set analytics.Setting, f analytics.Filter) (analytics.Answer, error) {
	p.asked = append(p.asked, m.Slug()+" "+f.Group)
	if f.Group == "Secret" {
		return analytics.Answer{}, dashboardstest.ErrRefused
	}
	if err := p.failing[m.Slug()]; err != nil {
		return analytics.Answer{}, err
	}
	return p.company().Ask(ctx, m, s, set, f)
}

// departments are the groups of the directory.
type departments []string

func (d departments) Groups(context.Context) ([]string, error) { return d, nil }

func publish(t *testing.T, p *publishing, groups dashboards.Groups) *dashboards.Server {
	t.Helper()
	c := p.company().Config()
	c.Querier, c.Ask, c.Groups = p, p.Ask, groups
	return serve(t, c)
}

// gauges are the figures that a scrape would read, by name and labels.
func gauges(t *testing.T, s *dashboards.Server) map[string]float64 {
	t.Helper()
	s.RefreshGauges(t.Context())
	found, err := s.Counters().Registry().Gather()
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]float64{}
	for _, family := range found {
		for _, m := range family.GetMetric() {
			if family.GetType() == dto.MetricType_GAUGE {
				values[family.GetName()+spelled(m.GetLabel())] = m.GetGauge().GetValue()
			}
		}
	}
	return values
}

func spelled(labels []*dto.LabelPair) string {
	var pairs []string
	for _, l := range labels {
		pairs = append(pairs, l.GetName()+"="+l.GetValue())
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

func seriesOf(values map[string]float64, prefix string) int {
	n := 0
	for name := range values {
		if strings.HasPrefix(name, prefix) {
			n++
		}
	}
	return n
}

func TestGaugesAreComputedOncePerPublication(t *testing.T) {
	t.Parallel()
	p := &publishing{kind: dashboardstest.Full, publication: 1}
	s := publish(t, p, nil)
	first := gauges(t, s)
	asked := len(p.asked)
	if asked == 0 || seriesOf(first, "crosstalk_tool_active_people{") == 0 {
		t.Fatalf("%d metrics were asked, gauges %v", asked, first)
	}
	if again := gauges(t, s); len(p.asked) != asked || len(again) != len(first) {
		t.Errorf("the same publication was asked %d times more", len(p.asked)-asked)
	}
	p.publication, p.kind = 2, dashboardstest.Suppressed
	if hidden := gauges(t, s); seriesOf(hidden, "crosstalk_tool_") != 0 || len(p.asked) != 2*asked {
		t.Errorf("after a publication that hides all there is %v", hidden)
	}
	p.publication, p.kind = 3, dashboardstest.Empty
	if empty := gauges(t, s); seriesOf(empty, "crosstalk_tool") != 0 || seriesOf(empty, "crosstalk_data_until") != 0 {
		t.Errorf("without data there is %v", empty)
	}
}

func TestGaugesWhenSomethingFails(t *testing.T) {
	t.Parallel()
	p := &publishing{kind: dashboardstest.Full, publication: 1, failing: map[string]error{"tool_share": errors.New("broken")}}
	s := publish(t, p, nil)
	values := gauges(t, s)
	if seriesOf(values, "crosstalk_tool_share_") != 0 || seriesOf(values, "crosstalk_tool_sprawl_") == 0 || values["crosstalk_gauges_last_success_timestamp_seconds{}"] != 0 {
		t.Errorf("with a metric that fails: %v", values)
	}
	p.failing = nil
	if values = gauges(t, s); seriesOf(values, "crosstalk_tool_share_") == 0 || values["crosstalk_gauges_last_success_timestamp_seconds{}"] == 0 {
		t.Errorf("once it works again: %v", values)
	}
	kept := len(values)
	p.publication, p.failing = 2, map[string]error{"tool_share": fmt.Errorf("warehouse: %w", restarting{})}
	if values = gauges(t, s); len(values) != kept {
		t.Errorf("while the engine restarts: %v", values)
	}
	p.failing, p.fail = nil, restarting{}
	if values = gauges(t, s); len(values) != kept {
		t.Errorf("without a snapshot: %v", values)
	}
}

func TestGaugesOfDepartments(t *testing.T) {
	t.Parallel()
	p := &publishing{kind: dashboardstest.Full, publication: 1}
	groups := departments{"Secret", "Sales", "Sales/North", "location:Porto", "Sales", "", "R\xff"}
	for i := range 40 {
		groups = append(groups, fmt.Sprintf("Unit %02d", i))
	}
	values := gauges(t, publish(t, p, groups))
	for name, want := range map[string]bool{
		"crosstalk_tools_in_use{}": true, "crosstalk_tools_in_use{group=Sales}": true, "crosstalk_tools_in_use{group=Secret}": false,
		"crosstalk_tools_in_use{group=Unit 29}": true, "crosstalk_tools_in_use{group=Unit 30}": false,
		"crosstalk_tools_in_use{group=Sales/North}": false, "crosstalk_tools_in_use{group=location:Porto}": false,
		"crosstalk_tool_active_people{group=Sales,tool=slack,window=28d}": true, "crosstalk_tool_active_people{tool=slack,window=28d}": true,
	} {
		if _, there := values[name]; there != want {
			t.Errorf("%s is there: %v", name, there)
		}
	}
	if n := seriesOf(values, "crosstalk_tools_in_use"); n != 32 { // the organisation, and of 32 departments all but the secret one
		t.Errorf("%d series of tools in use", n)
	}
	if !slices.Contains(p.asked, "tool_sprawl Secret") {
		t.Error("a department was not asked about")
	}
}

// TestEveryGaugeIsSound: each metric that marks gauges has figures when all is known, and none when all is hidden; its
// labels are its dimensions and nothing else.
func TestEveryGaugeIsSound(t *testing.T) {
	t.Parallel()
	full := gauges(t, open(t, dashboardstest.Full))
	hidden := gauges(t, open(t, dashboardstest.Suppressed))
	marked := 0
	for _, m := range analytics.All() {
		for _, c := range m.Columns() {
			if c.IsDimension || c.Gauge == "" {
				if c.Gauge != "" && c.Gauge != "-" {
					t.Errorf("%s: the dimension %s is marked as the gauge %s", m.Slug(), c.Name, c.Gauge)
				}
				continue
			}
			marked++
			name := "crosstalk_" + m.Slug() + "_" + c.Name
			if c.Gauge != "true" {
				name = "crosstalk_" + c.Gauge
			}
			if c.Type != "integer" && c.Type != "number" && c.Type != "ratio" {
				t.Errorf("%s is of the type %s", name, c.Type)
			}
			for suffix := range map[string]bool{"days": true, "hours": true, "minutes": true, "weeks": true} {
				name = strings.TrimSuffix(name, "_"+suffix)
			}
			if seriesOf(full, name) == 0 || seriesOf(hidden, name) != 0 {
				t.Errorf("%s has %d series when all is known and %d when all is hidden", name, seriesOf(full, name), seriesOf(hidden, name))
			}
		}
	}
	if marked < 10 {
		t.Errorf("found %d gauges: the look-up is broken", marked)
	}
}
