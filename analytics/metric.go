// Package analytics turns the warehouse's roll-ups into metrics that may be shown. A
// metric is one question: one Go file with its row type, definition and derivation, made of
// what SQL files under query/ give. Every answer passes the privacy gate before any face
// (page, CSV, JSON, scrape) can see it.
//
// The package knows neither the ClickHouse driver nor the web.
package analytics

import (
	"context"
	"reflect"
	"slices"
	"time"
)

// Metric is one registered question, its row type hidden. Faces that treat all metrics
// alike (CSV, JSON, the list of definitions) use this; a page that draws a metric uses
// the typed Definition.
type Metric interface {
	Slug() string
	Doc() Doc
	Columns() []Column
	// Queries are the names of the SQL files under query/ that it is made of.
	Queries() []string
	// Ask computes the released rows for a filter. Its errors: ErrFilter, ErrRefused, those of
	// the Snapshot. An empty warehouse is no error; the answer has no rows.
	Ask(ctx context.Context, s Snapshot, set Setting, f Filter) (Answer, error)
}

// Doc is what the world is told about a metric.
type Doc struct {
	Title    string // "Tools per person"
	Question string // "How many tools do people juggle, and how evenly?"
	Formula  string // plain text
	Source   string // where the formula comes from
	Caveats  []string
	Example  string // a worked example
	Shape    Shape
	Stock    bool    // each point is the trailing 28 days at the end of its bucket; otherwise the bucket itself
	Grains   []Grain // the first is the default
	weekly   bool    // by hour or day it answers by week, and says so
	isAlone  bool    // nothing is compared
	lookBack int     // days before the end of its bucket that a point looks at; 0: those of Stock
	// isOrganisational: it is about the organisation as a whole, and not answered for a group
	isOrganisational bool
	// isSlow: it is computed in the background, and until then an earlier answer is shown, which says so
	isSlow bool
}

// IsOrganisational reports whether the metric is about the organisation as a whole, and not answered for a group.
func (d Doc) IsOrganisational() bool { return d.isOrganisational }

// IsSlow reports whether the metric is computed in the background, so that a face may show an earlier answer until then.
func (d Doc) IsSlow() bool { return d.isSlow }

// DefaultPeriod is the period of an unfiltered answer: the last closed 4 weeks of the data, 12 for a series.
func (d Doc) DefaultPeriod() string {
	if d.Grains[0] == Whole {
		return summaryPeriod
	}
	return seriesPeriod
}

// DefaultCompare is what an unfiltered summary is compared with.
func (d Doc) DefaultCompare() Compare {
	if d.isAlone {
		return CompareNone
	}
	return ComparePrevious
}

// AcceptedGrains are those a filter may name: the metric's own, and finer ones that it answers by week.
func (d Doc) AcceptedGrains() []Grain {
	accepted := slices.Clone(d.Grains)
	if d.weekly {
		accepted = append(accepted, Day, Hour)
	}
	return accepted
}

const (
	summaryPeriod = "4w"
	seriesPeriod  = "12w"
)

// Shape says how a metric's rows are to be read by default.
type Shape string

// Shapes of a metric.
const (
	ShapeSummary Shape = "summary" // one row for the period, with a comparison
	ShapeSeries  Shape = "series"  // one row per bucket (and tool)
	ShapeMatrix  Shape = "matrix"  // one row per ordered pair
)

// Bucket opens every row: the span that the row is about.
type Bucket struct {
	FromOn    time.Time `ch:"from_on" dim:"true" doc:"first day of the bucket, in the organisation's time zone"`
	ToOn      time.Time `ch:"to_on" dim:"true" doc:"first day after the bucket"`
	IsPartial bool      `ch:"is_partial" dim:"true" doc:"the bucket, or the days its figures look at, are not wholly inside the data"`
}

// Release closes every row: what the gate held back of it.
type Release struct {
	IsSuppressed bool   `ch:"suppressed" dim:"true" doc:"all figures of the row are hidden, because too few people or one or two dominant ones stand behind them"`
	Hidden       string `ch:"hidden" dim:"true" doc:"single figures that are hidden in a row that is otherwise shown, by column name, separated by spaces"`
	Banded       string `ch:"banded" dim:"true" doc:"below the organisation: single shares that are shown as a band, by column name, separated by spaces: .05 means at most that, .95 at least"`
}

// FrameColumns open and close the rows of all metrics: what span a row is about, and what the gate held back of it.
func FrameColumns() []string {
	return []string{"from_on", "to_on", "is_partial", "suppressed", "hidden", "banded"}
}

// Change compares a figure with the same figure of the earlier period. All is nil where nothing is compared
// or may be shown; the interval is of the difference, at 95 %, by resampling people.
type Change struct {
	Previous *float64 // the figure of the earlier period
	Change   *float64 // now less previously
	Low      *float64
	High     *float64
}

// IsKnown reports whether there is a comparison to show.
func (c Change) IsKnown() bool { return c.Change != nil && c.Low != nil && c.High != nil }

// IsNone reports whether the interval holds 0: "no change".
func (c Change) IsNone() bool { return c.IsKnown() && *c.Low <= 0 && *c.High >= 0 }

// AllTools stands in a row's tool column for the total over the tools asked for.
const AllTools = "all"

// Answer is what the gate released for one filter.
type Answer struct {
	Metric       Metric
	Filter       Filter // as asked, every default filled in
	Period       Period
	Previous     Period // zero when nothing is compared
	Publication  uint64 // 0 is an empty warehouse
	DataUntil    time.Time
	MinimumGroup int
	Rows         reflect.Value // []R of the metric's row type, already released; see RowsOf
	Notes        []string      // sentences a reader must see: rounding, refusal of a finer grain, open buckets
}

// RowsOf gives the rows of an answer in their own type; it panics when R is not the
// row type of the answer's metric, which is a programming error.
func RowsOf[R any](a Answer) []R { return a.Rows.Interface().([]R) }
