package dashboards

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"crosstalk/analytics"
)

// What bounds the number of series: a label has its first values in ascending order, and all; a gauge has whole groups as
// long as there is room, the organisation first. What is left out is counted.
const (
	mostLabelValues = 32
	mostSeries      = 5000
)

// pile collects the series of one publication.
type pile struct {
	zone    *time.Location
	list    []prometheus.Metric
	used    map[string]int // series by gauge
	dropped map[string]int // series by metric
}

// point is a row with its labels.
type point struct {
	labels []string
	cells  []analytics.Cell
}

// add takes the gauges of an answer about the organisation (no group) or a department. Rows that no label tells apart
// are an error: they would spoil the whole scrape.
func (p *pile) add(f family, a analytics.Answer, group string) error {
	table := a.Table()
	points := f.points(lastBucket(table))
	if twice := labelledTwice(points); twice != "" {
		return fmt.Errorf("%s: two rows have the labels %s: mark what else tells them apart as a dimension", f.metric.Slug(), twice)
	}
	kept := firstValues(points)
	for _, g := range f.gauges {
		p.addGauge(f, g, points, kept, group)
	}
	if group == "" && len(points) > 0 {
		p.addPeriod(f, table, points[0].cells)
	}
	return nil
}

func (p *pile) addGauge(f family, g gauge, points []point, kept []bool, group string) {
	var series []prometheus.Metric
	beyond := 0
	for i, at := range points {
		value, ok := numberIn(at.cells[g.column])
		switch {
		case !ok:
		case !kept[i]:
			beyond++
		case group == "":
			series = append(series, prometheus.MustNewConstMetric(g.whole, prometheus.GaugeValue, value*g.factor, at.labels...))
		default:
			series = append(series, prometheus.MustNewConstMetric(g.part, prometheus.GaugeValue, value*g.factor, append(slices.Clone(at.labels), group)...))
		}
	}
	if p.used[g.name]+len(series) > mostSeries {
		beyond, series = beyond+len(series), nil
	}
	p.used[g.name] += len(series)
	p.dropped[f.metric.Slug()] += beyond
	p.list = append(p.list, series...)
}

// addPeriod says which days the gauges are about.
func (p *pile) addPeriod(f family, t analytics.Table, row []analytics.Cell) {
	for name, d := range map[string]*prometheus.Desc{"from_on": periodFrom, "to_on": periodTo} {
		if day, err := time.ParseInLocation(time.DateOnly, row[columnNamed(t, name)].Text(), p.zone); err == nil {
			p.list = append(p.list, prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(day.Unix()), f.metric.Slug()))
		}
	}
}

func (p *pile) finish(until time.Time, all []family) []prometheus.Metric {
	for _, f := range all {
		p.list = append(p.list, prometheus.MustNewConstMetric(dropped, prometheus.GaugeValue, float64(p.dropped[f.metric.Slug()]), f.metric.Slug()))
	}
	if !until.IsZero() {
		p.list = append(p.list, prometheus.MustNewConstMetric(dataUntil, prometheus.GaugeValue, float64(until.UnixMilli())/1e3))
	}
	return p.list
}

// points gives the rows their labels.
func (f family) points(rows [][]analytics.Cell) []point {
	points := make([]point, len(rows))
	for i, row := range rows {
		points[i].cells = row
		for _, l := range f.labels {
			value := strings.ToValidUTF8(row[l.column].Text(), "\uFFFD")
			if value != "" {
				value += l.unit
			}
			points[i].labels = append(points[i].labels, value)
		}
	}
	return points
}

func labelledTwice(points []point) string {
	seen := map[string]bool{}
	for _, p := range points {
		key := fmt.Sprintf("%q", p.labels)
		if seen[key] {
			return key
		}
		seen[key] = true
	}
	return ""
}

// firstValues reports which points have only label values that are kept.
func firstValues(points []point) []bool {
	kept := make([]bool, len(points))
	for i := range kept {
		kept[i] = true
	}
	if len(points) == 0 {
		return kept
	}
	for l := range points[0].labels {
		var values []string
		for _, p := range points {
			if p.labels[l] != analytics.AllTools {
				values = append(values, p.labels[l])
			}
		}
		slices.Sort(values)
		values = slices.Compact(values)
		values = values[:min(len(values), mostLabelValues)]
		for i, p := range points {
			_, isFirst := slices.BinarySearch(values, p.labels[l])
			kept[i] = kept[i] && (isFirst || p.labels[l] == analytics.AllTools)
		}
	}
	return kept
}

// numberIn is a cell as a sample; a figure that is unknown or hidden is none.
func numberIn(c analytics.Cell) (float64, bool) {
	switch v := c.Value.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
