package dashboards

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"

	"crosstalk/analytics"
)

// family is a metric with gauges: which columns are figures, and which are labels.
type family struct {
	metric    analytics.Metric
	labels    []label
	gauges    []gauge
	isGrouped bool // its rows have groups of their own, so it is not asked by group
}

// label is a dimension whose values tell the series of a gauge apart.
type label struct {
	column int
	name   string
	unit   string // put behind the values
}

// gauge is a column of figures.
type gauge struct {
	column int
	name   string
	factor float64          // to the base unit
	whole  *prometheus.Desc // of the organisation
	part   *prometheus.Desc // of a department
}

// groupLabel names the department; the series of the organisation have no such label.
const groupLabel = "group"

// families are the metrics that have gauges, in the order of the registry.
func families() []family {
	var all []family
	for _, m := range analytics.All() {
		if f := familyOf(m); len(f.gauges) > 0 {
			all = append(all, f)
		}
	}
	return all
}

func familyOf(m analytics.Metric) family {
	f := family{metric: m}
	var names []string
	for i, c := range m.Columns() {
		if l := labelOf(c); l.name != "" {
			l.column = i
			f.labels, names = append(f.labels, l), append(names, l.name)
			f.isGrouped = f.isGrouped || l.name == groupLabel
		}
	}
	for i, c := range m.Columns() {
		if c.IsDimension || c.Gauge == "" {
			continue
		}
		name, factor := gaugeName(m.Slug(), c)
		help := helpOf(m, c)
		f.gauges = append(f.gauges, gauge{column: i, name: name, factor: factor, whole: prometheus.NewDesc(name, help, names, nil),
			part: prometheus.NewDesc(name, help, append(slices.Clone(names), groupLabel), nil)})
	}
	return f
}

// labelOf is the label that a dimension is; none where it is no dimension, a day, or said not to be one. A length of
// time loses its unit to its values: window_days 28 is window="28d".
func labelOf(c analytics.Column) label {
	if !c.IsDimension || c.Gauge == "-" || c.Type == "date" || slices.Contains(analytics.FrameColumns(), c.Name) {
		return label{}
	}
	if name, ok := strings.CutSuffix(c.Name, "_"+c.Unit); ok && secondsOf[c.Unit] > 0 {
		return label{name: name, unit: c.Unit[:1]}
	}
	return label{name: c.Name}
}

// secondsOf are units of time that Prometheus wants in seconds.
var secondsOf = map[string]float64{"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}

// gaugeName is crosstalk_<slug>_<column>, or the name that the column has as a gauge, in base units.
func gaugeName(slug string, c analytics.Column) (string, float64) {
	name := "crosstalk_" + c.Gauge
	if c.Gauge == "true" {
		name = "crosstalk_" + slug + "_" + c.Name
	}
	factor := secondsOf[c.Unit]
	if factor == 0 {
		return name, 1
	}
	return strings.TrimSuffix(name, "_"+c.Unit) + "_seconds", factor
}

func helpOf(m analytics.Metric, c analytics.Column) string {
	text := c.Description
	if c.Unit != "" && secondsOf[c.Unit] == 0 {
		text = describe(c)
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + ". Metric " + m.Slug() + "."
}

// filter asks for the last closed 4 weeks as one bucket, or for a series, of which the last closed bucket counts.
func (f family) filter(group string) analytics.Filter {
	asked := analytics.Filter{Compare: analytics.CompareNone, Group: group}
	if slices.Contains(f.metric.Doc().Grains, analytics.Whole) {
		return summary(asked)
	}
	return asked
}

// lastBucket gives the rows of the last bucket that is closed, or of the last one where none is.
func lastBucket(t analytics.Table) [][]analytics.Cell {
	from, to, partial := columnNamed(t, "from_on"), columnNamed(t, "to_on"), columnNamed(t, "is_partial")
	order := func(a, b []analytics.Cell) int {
		return cmp.Or(cmp.Compare(b[partial].Text(), a[partial].Text()), cmp.Compare(a[to].Text(), b[to].Text()), cmp.Compare(a[from].Text(), b[from].Text()))
	}
	if len(t.Rows) == 0 {
		return nil
	}
	last := slices.MaxFunc(t.Rows, order)
	return slices.DeleteFunc(slices.Clone(t.Rows), func(row []analytics.Cell) bool { return order(row, last) != 0 })
}

func columnNamed(t analytics.Table, name string) int {
	return slices.IndexFunc(t.Columns, func(c analytics.Column) bool { return c.Name == name })
}
