package views

import (
	"fmt"
	"time"

	"crosstalk/analytics"
	"crosstalk/views/chart"
)

// Result is what a metric answered for one filter, in the type of its rows, or why it did not.
type Result[R any] struct {
	Answer  analytics.Answer
	Rows    []R
	Refused string // the gate's sentence, when it refused
	Faces   Faces
}

// ResultOf gives the rows of an answer their type.
func ResultOf[R any](_ *analytics.Definition[R], a analytics.Answer, faces Faces) Result[R] {
	return Result[R]{Answer: a, Rows: analytics.RowsOf[R](a), Faces: faces}
}

// last is the newest row, or the zero row.
func (r Result[R]) last() (row R, ok bool) {
	if len(r.Rows) == 0 {
		return row, false
	}
	return r.Rows[len(r.Rows)-1], true
}

// few says what a hidden value of this answer means.
func (r Result[R]) few() string { return fewerThan(r.Answer.MinimumGroup) + " people" }

func fewerThan(minimum int) string { return fmt.Sprintf("fewer than %d", minimum) }

// figure begins a figure with what the answer knows.
func (r Result[R]) figure(id, title, sub string, model chart.Model) Figure {
	return Figure{
		ID: id, Title: title, Sub: sub, Model: model, Faces: r.Faces, Notes: r.Answer.Notes,
		Nothing: r.Refused, Few: r.few(),
	}
}

// Look is how tools and time are drawn, the same on every page.
type Look struct {
	Tools []Tool // of the register and of the data, in order
	Marks []chart.Mark
}

// Tool finds a tool by its slug.
func (l Look) Tool(slug string) Tool {
	for _, t := range l.Tools {
		if t.Slug == slug {
			return t
		}
	}
	return Tool{Slug: slug, Name: slug, Colour: "$faint", Order: len(l.Tools), Status: "unknown"}
}

type number interface {
	~uint64 | ~int64 | ~float64
}

// value is a figure of a row for a chart: known, hidden by the gate, or unknown.
func value[N number](r analytics.Release, column string, n *N) chart.Value {
	switch {
	case n != nil:
		return chart.Known(float64(*n))
	case r.IsHidden(column):
		return chart.Suppressed()
	}
	return chart.Value{}
}

// figureText is a figure of a row for a table or a tile: the number, why it is hidden,
// or a dash.
func figureText[N number](r analytics.Release, column string, n *N, format chart.Format, minimum int) string {
	switch {
	case n != nil && r.IsBand(column):
		return bandText(float64(*n), format)
	case n != nil:
		return format.Text(float64(*n))
	case r.IsHidden(column):
		return fewerThan(minimum)
	}
	return "–"
}

// bandText is a share that is only known to lie beyond a bound.
func bandText(bound float64, format chart.Format) string {
	if bound < 0.5 {
		return "at most " + format.Text(bound)
	}
	return "at least " + format.Text(bound)
}

// when is the day at which a bucket is drawn: the last of a trailing window, or the first of a span.
func when(b analytics.Bucket, stock bool) time.Time {
	if stock {
		return b.ToOn.AddDate(0, 0, -1)
	}
	return b.FromOn
}

// bucketWord heads the column of times.
func bucketWord(grain analytics.Grain, stock bool) string {
	if stock {
		return "28 days to"
	}
	switch grain {
	case analytics.Hour, analytics.Day:
		return "day"
	case analytics.Month:
		return "month from"
	case analytics.Whole:
		return "period from"
	}
	return "week from"
}

// course lays rows out as one series per key over all the times that occur, times ascending.
type course struct {
	at     []time.Time
	index  map[time.Time]int
	series map[string][]chart.Value
	keys   []string
	open   bool
}

func newCourse() *course {
	return &course{index: map[time.Time]int{}, series: map[string][]chart.Value{}}
}

// add puts a value; rows must come in the order of time.
func (c *course) add(at time.Time, partial bool, key string, v chart.Value) {
	i, ok := c.index[at]
	if !ok {
		i = len(c.at)
		c.index[at] = i
		c.at = append(c.at, at)
	}
	if i == len(c.at)-1 {
		c.open = partial
	}
	values, ok := c.series[key]
	if !ok {
		c.keys = append(c.keys, key)
	}
	for len(values) <= i {
		values = append(values, chart.Value{})
	}
	values[i] = v
	c.series[key] = values
}

// values are those of a key, one for every time.
func (c *course) values(key string) []chart.Value {
	values := c.series[key]
	for len(values) < len(c.at) {
		values = append(values, chart.Value{})
	}
	return values
}

// ofTools gives each tool its line in its colour, the largest at the end first.
func (c *course) ofTools(look Look) []chart.Series {
	var list []chart.Series
	for _, slug := range bySize(c) {
		tool := look.Tool(slug)
		list = append(list, chart.Series{Name: tool.Name, Colour: tool.Colour, Dash: tool.Order, Values: c.values(slug)})
	}
	return list
}
