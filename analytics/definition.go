package analytics

import (
	"context"
	"embed"
	"fmt"
	"reflect"
)

//go:embed query/*.sql
var queryFiles embed.FS

// Definition is a metric whose rows have the type R.
type Definition[R any] struct {
	slug    string
	doc     Doc
	query   string
	columns []Column
	answer  func(context.Context, *question) ([]cell[R], error)
}

// define makes a metric of its documentation, its query file and the function that turns what the query
// gives into rows, each with what stands behind it. The rows go through the gate here and nowhere else.
func define[R any](slug string, doc Doc, answer func(context.Context, *question) ([]cell[R], error)) *Definition[R] {
	text, err := queryFiles.ReadFile("query/" + slug + ".sql")
	if err != nil {
		panic(fmt.Sprintf("analytics: %s has no query file: %v", slug, err))
	}
	columns, _ := columnsOf(reflect.TypeFor[R]())
	return &Definition[R]{slug: slug, doc: doc, query: string(text), columns: columns, answer: answer}
}

// Slug is the metric's one name.
func (d *Definition[R]) Slug() string { return d.slug }

// Doc is what the world is told about it.
func (d *Definition[R]) Doc() Doc { return d.doc }

// Columns are those of its rows, in order.
func (d *Definition[R]) Columns() []Column { return d.columns }

// Query is the text of its SQL file.
func (d *Definition[R]) Query() string { return d.query }

// Rows gives the released rows of one of this metric's answers.
func (d *Definition[R]) Rows(a Answer) []R { return RowsOf[R](a) }

// Ask computes the released rows for a filter; see Metric.
func (d *Definition[R]) Ask(ctx context.Context, s Snapshot, set Setting, f Filter) (Answer, error) {
	q, err := newQuestion(d, s, set, f)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{
		Metric: d, Filter: q.filter, Period: q.period, Previous: q.previous, Publication: s.Publication(),
		DataUntil: s.DataUntil(), MinimumGroup: set.minimumGroup(), Rows: reflect.ValueOf([]R{}),
	}
	if len(q.buckets) == 0 {
		return a, nil
	}
	cells, err := d.answer(ctx, q)
	if err != nil {
		return Answer{}, fmt.Errorf("%s: %w", d.slug, err)
	}
	a.Rows = reflect.ValueOf(release(cells, set.minimumGroup()))
	a.Notes = q.notes
	return a, nil
}
