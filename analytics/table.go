package analytics

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Column describes one column of a metric's rows: the CSV header, the JSON key and
// the word in the documentation are all Name.
type Column struct {
	Name        string `json:"name"`
	Type        string `json:"type"` // date, text, integer, number, ratio, flag
	Unit        string `json:"unit,omitempty"`
	Description string `json:"description"`
	IsDimension bool   `json:"-"` // stays when a row is suppressed
	IsNullable  bool   `json:"-"` // may be unknown or hidden
	// Gauge says what the column is to Prometheus: "true" is a gauge named after metric and column, another name is
	// that gauge (without crosstalk_), nothing is none. A dimension is a label unless this is "-".
	Gauge string `json:"-"`
}

// Table is an answer for faces that treat all metrics alike.
type Table struct {
	Columns []Column
	Rows    [][]Cell // as many cells a row as there are columns
}

// Cell is one released value.
type Cell struct {
	// Value is nil (unknown or hidden), string, int64, float64 (rounded to 6 decimals) or bool.
	// Dates are strings, as 2006-01-02.
	Value any
	// IsBand tells a share that is known to be at most, or at least, the value.
	IsBand bool
	// IsHidden tells a figure that the gate holds back ("fewer than k") from one that is not known.
	IsHidden bool
}

// Text is the cell as CSV shows it; nothing where there is no value.
func (c Cell) Text() string {
	switch v := c.Value.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// Table lays the released rows out as columns and cells. It is the one source of CSV and JSON.
func (a Answer) Table() Table {
	columns, fields := columnsOf(a.Rows.Type().Elem())
	t := Table{Columns: columns, Rows: make([][]Cell, a.Rows.Len())}
	for i := range t.Rows {
		row := a.Rows.Index(i)
		release := row.FieldByName("Release").Interface().(Release)
		t.Rows[i] = make([]Cell, len(columns))
		for j, field := range fields {
			t.Rows[i][j] = cellOf(row.FieldByIndex(field), columns[j], release)
		}
	}
	return t
}

func cellOf(v reflect.Value, column Column, release Release) Cell {
	c := Cell{Value: valueOf(v)}
	if c.Value != nil || column.IsDimension {
		c.IsBand = !column.IsDimension && release.IsBand(column.Name)
		return c
	}
	c.IsHidden = release.IsHidden(column.Name)
	return c
}

// IsHidden reports whether the gate holds back the figure in the column of that name.
func (r Release) IsHidden(column string) bool {
	return r.IsSuppressed || slices.Contains(strings.Fields(r.Hidden), column)
}

// IsBand reports whether the share in the column of that name is shown as a band: at most, or at least, what is stated.
func (r Release) IsBand(column string) bool {
	return slices.Contains(strings.Fields(r.Banded), column)
}

func valueOf(v reflect.Value) any {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch x := v.Interface().(type) {
	case time.Time:
		return x.Format(time.DateOnly)
	case float64:
		return Round(x)
	}
	if v.CanUint() {
		return int64(v.Uint())
	}
	if v.CanInt() {
		return v.Int()
	}
	return v.Interface()
}

// Round is how every face rounds: to 6 decimals, and never to minus zero.
func Round(x float64) float64 {
	r := math.Round(x*1e6) / 1e6
	if r == 0 || math.IsNaN(r) || math.IsInf(r, 0) {
		return 0
	}
	return r
}

// columnsOf reads the columns of a row type from its tags, and where each field is.
func columnsOf(row reflect.Type) ([]Column, [][]int) {
	var columns []Column
	var fields [][]int
	for _, f := range reflect.VisibleFields(row) {
		switch {
		case f.Anonymous || !f.IsExported():
		case f.Type == reflect.TypeFor[Change]():
			for i, part := range changeColumns(f) {
				columns = append(columns, part)
				fields = append(fields, append(slices.Clone(f.Index), i))
			}
		default:
			columns = append(columns, columnOf(f))
			fields = append(fields, f.Index)
		}
	}
	return columns, fields
}

func columnOf(f reflect.StructField) Column {
	return Column{
		Name:        f.Tag.Get("ch"),
		Type:        columnType(f),
		Unit:        f.Tag.Get("unit"),
		Description: f.Tag.Get("doc"),
		IsDimension: f.Tag.Get("dim") == "true",
		IsNullable:  f.Type.Kind() == reflect.Pointer,
		Gauge:       f.Tag.Get("gauge"),
	}
}

func columnType(f reflect.StructField) string {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "date"
	case t.Kind() == reflect.String:
		return "text"
	case t.Kind() == reflect.Bool:
		return "flag"
	case t.Kind() == reflect.Float64 && strings.HasSuffix(f.Tag.Get("ch"), "_ratio"):
		return "ratio"
	case t.Kind() == reflect.Float64:
		return "number"
	}
	return "integer"
}

// changeColumns are the four columns of a comparison, in the order of Change's fields.
func changeColumns(f reflect.StructField) []Column {
	name, unit := f.Tag.Get("ch"), f.Tag.Get("unit")
	kind := "number"
	if strings.HasSuffix(name, "_ratio") {
		kind = "ratio"
	}
	column := func(suffix, kind, description string) Column {
		return Column{Name: name + suffix, Type: kind, Unit: unit, Description: description, IsNullable: true}
	}
	return []Column{
		column("_previous", kind, name+" in the period compared with"),
		column("_change", "number", name+" less that of the period compared with"),
		column("_change_low", "number", "lower bound of the change, 95 % interval by resampling people"),
		column("_change_high", "number", "upper bound of the change; no change when the interval holds 0"),
	}
}
