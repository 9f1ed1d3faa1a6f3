package dashboardstest

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"crosstalk/analytics"
)

// invented gives rows of any metric's row type: three a bucket that differ in their dimensions, with figures that only
// have the right type. Metrics that pages draw have rows of their own that look like a company's.
func (c Company) invented(m analytics.Metric, buckets []analytics.Bucket) any {
	row := rowType(m)
	rows := reflect.MakeSlice(reflect.SliceOf(row), 0, 3*len(buckets))
	for _, b := range buckets {
		for i := range 3 {
			rows = reflect.Append(rows, c.inventedRow(row, b, i))
		}
	}
	return rows.Interface()
}

// rowType is what a metric answers with when nothing was read.
func rowType(m analytics.Metric) reflect.Type {
	empty, err := Company{Kind: Empty}.Snapshot(context.Background())
	if err == nil {
		var answer analytics.Answer
		if answer, err = m.Ask(context.Background(), empty, analytics.Setting{}, analytics.Filter{}); err == nil {
			return answer.Rows.Type().Elem()
		}
	}
	panic(fmt.Sprintf("dashboardstest: the rows of %s are not known: %v", m.Slug(), err))
}

func (c Company) inventedRow(of reflect.Type, b analytics.Bucket, i int) reflect.Value {
	row := reflect.New(of).Elem()
	for _, f := range reflect.VisibleFields(of) {
		field := row.FieldByIndex(f.Index)
		switch {
		case f.Type == reflect.TypeFor[analytics.Bucket]():
			field.Set(reflect.ValueOf(b))
		case f.Type == reflect.TypeFor[analytics.Release]():
			field.Set(reflect.ValueOf(c.release()))
		case f.Anonymous || isFrame(of.Field(f.Index[0]).Type) || f.Type == reflect.TypeFor[analytics.Change]():
		case f.Tag.Get("dim") == "true":
			field.Set(c.inventedDimension(f, b, i))
		case c.Kind == Suppressed && f.Type.Kind() == reflect.Pointer:
		default:
			field.Set(inventedFigure(f, i))
		}
	}
	return row
}

// isFrame tells the parts of a row that are set as a whole.
func isFrame(part reflect.Type) bool {
	return part == reflect.TypeFor[analytics.Bucket]() || part == reflect.TypeFor[analytics.Release]()
}

// inventedDimension differs from row to row. The name of a tool is one of the company's.
func (c Company) inventedDimension(f reflect.StructField, b analytics.Bucket, i int) reflect.Value {
	text := fmt.Sprintf("%s %d", f.Tag.Get("ch"), i+1)
	if strings.HasPrefix(f.Tag.Get("ch"), "tool") {
		text = c.Tools()[i%len(c.Tools())].Tool
	}
	switch f.Type.Kind() {
	case reflect.String:
		return reflect.ValueOf(text).Convert(f.Type)
	case reflect.Bool:
		return reflect.ValueOf(i == 0)
	}
	if f.Type == reflect.TypeFor[time.Time]() {
		return reflect.ValueOf(b.FromOn.AddDate(0, 0, 7*i))
	}
	return inventedFigure(f, i)
}

func inventedFigure(f reflect.StructField, i int) reflect.Value {
	of := f.Type
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	figure := reflect.New(of)
	switch {
	case strings.HasSuffix(f.Tag.Get("ch"), "_ratio"):
		figure.Elem().SetFloat(0.25 * float64(i+1))
	case of.Kind() == reflect.String:
		figure.Elem().SetString("some")
	case of == reflect.TypeFor[time.Time]():
		figure.Elem().Set(reflect.ValueOf(Now))
	case figure.Elem().CanFloat():
		figure.Elem().SetFloat(12.5 + float64(i))
	case figure.Elem().CanUint():
		figure.Elem().SetUint(uint64(20 + i))
	case figure.Elem().CanInt():
		figure.Elem().SetInt(int64(20 + i))
	}
	if f.Type.Kind() == reflect.Pointer {
		return figure
	}
	return figure.Elem()
}
