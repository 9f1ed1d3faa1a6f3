package analytics

import (
	"context"
	"embed"
	"fmt"
	"reflect"
)

//go:embed query/*.sql
var queryFiles embed.FS

// query is one file of SQL.
type query struct{ name, text string }

// load finds a query by its name.
func load(name string) query {
	text, err := queryFiles.ReadFile("query/" + name + ".sql")
	if err != nil {
		panic(fmt.Sprintf("analytics: there is no query %s: %v", name, err))
	}
	return query{name, string(text)}
}

// Definition is a metric whose rows have the type R.
type Definition[R any] struct {
	slug    string
	doc     Doc
	made    making[R]
	columns []Column
}

// making is how a metric is made.
type making[R any] struct {
	of    []query                // all that it reads
	needs func(*question) []need // what it reads that other metrics may read too
	// answer turns what is read into rows, each with what stands behind it.
	answer func(context.Context, *question) ([]cell[R], error)
}

// define makes a metric of its documentation and of how it is made. The rows go through the gate here and nowhere else.
func define[R any](slug string, doc Doc, made making[R]) *Definition[R] {
	columns, _ := columnsOf(reflect.TypeFor[R]())
	return &Definition[R]{slug: slug, doc: doc, made: made, columns: columns}
}

// Slug is the metric's one name.
func (d *Definition[R]) Slug() string { return d.slug }

// Doc is what the world is told about it.
func (d *Definition[R]) Doc() Doc { return d.doc }

// Columns are those of its rows, in order.
func (d *Definition[R]) Columns() []Column { return d.columns }

// Queries are the names of the SQL files that it is made of.
func (d *Definition[R]) Queries() []string {
	names := make([]string, len(d.made.of))
	for i, q := range d.made.of {
		names[i] = q.name
	}
	return names
}

// Rows gives the released rows of one of this metric's answers.
func (d *Definition[R]) Rows(a Answer) []R { return RowsOf[R](a) }

// Ask computes the released rows for a filter; see Metric.
func (d *Definition[R]) Ask(ctx context.Context, s Snapshot, set Setting, f Filter) (Answer, error) {
	q, err := newQuestion(d, s, set, f)
	switch {
	case err != nil:
		return Answer{}, err
	case len(q.buckets) == 0:
		return d.answer(q, []R{}), nil
	case q.isByGroup():
		return d.askGroup(ctx, q)
	}
	cells, err := d.made.answer(ctx, q)
	if err != nil {
		return Answer{}, fmt.Errorf("%s: %w", d.slug, err)
	}
	decide(proofsOf(cells), tablesIn(cells), set.minimumGroup())
	return d.answer(q, released(cells)), nil
}

// answer frames the rows that were released.
func (d *Definition[R]) answer(q *question, rows []R) Answer {
	return Answer{
		Metric: d, Filter: q.filter, Period: q.period, Previous: q.previous, Publication: q.s.Publication(),
		DataUntil: q.s.DataUntil(), MinimumGroup: q.set.minimumGroup(), Rows: reflect.ValueOf(rows), Notes: q.notes,
	}
}

// needs says what the metric will read for a filter; nothing where it has no answer.
func (d *Definition[R]) needs(s Snapshot, set Setting, f Filter) []need {
	q, err := newQuestion(d, s, set, f)
	if err != nil || len(q.buckets) == 0 {
		return nil
	}
	return d.made.needs(q)
}
