package chart

import (
	"fmt"
	"strings"
	"time"
)

// Series is one line, or one layer of a stack. Values stand beside the chart's points.
type Series struct {
	Name   string
	Colour string // a fixed colour or a token
	Dash   int    // 0 solid; other numbers are other dashes, so that nobody needs the colour
	Values []Value
}

// Line is a chart of one or more lines over time. Its value axis begins at zero.
type Line struct {
	Title  string
	Bucket string // what a point spans, in words: "week", "28 days to"
	Format Format
	Points []time.Time // first day of each bucket
	Series []Series
	Marks  []Mark
	Open   bool // the last bucket is unfinished
}

// Empty reports that no value is known or withheld.
func (l Line) Empty() bool { return nothingKnown(l.Series) }

// Blank reports that no line has a point.
func (l Line) Blank() bool { return nothingDrawn(l.Series) }

// Hidden counts withheld values.
func (l Line) Hidden() int { return countHidden(l.Series) }

// Option draws the lines with their names at their ends.
func (l Line) Option() map[string]any {
	option := base(l.Describe())
	option["grid"] = object{"left": 8, "right": l.room(), "top": 14, "bottom": 4, "containLabel": true}
	option["tooltip"] = tooltip("axis", l.Format)
	option["xAxis"] = timeAxis(l.Points)
	option["yAxis"] = valueAxis(l.Format)
	lines := make([]object, len(l.Series))
	for i, s := range l.Series {
		lines[i] = l.line(s)
	}
	if l.Open && len(l.Points) > 1 && len(lines) > 0 {
		lines[0]["markArea"] = unfinished(l.Points)
	}
	option["series"] = lines
	option["crosstalk"] = object{"marks": marks(l.Marks, l.Points)}
	return option
}

// room is the width to the right of the plot, for the names of lines where there are several.
func (l Line) room() int {
	if len(l.Series) > 1 {
		return roomFor(names(l.Series))
	}
	return 28
}

func (l Line) line(s Series) object {
	return object{
		"name": s.Name, "type": "line", "connectNulls": false, "symbolSize": 5, "showSymbol": lonely(s.Values),
		"data":                points(l.Points, s.Values),
		"lineStyle":           object{"color": s.Colour, "width": 2, "type": dash(s.Dash)},
		"itemStyle":           object{"color": s.Colour},
		"emphasis":            object{"disabled": true},
		"endLabel":            object{"show": len(l.Series) > 1, "formatter": "{a}", "padding": []int{2, 0}, "color": "$soft", "fontSize": labelSize, "width": mostLabel, "overflow": "truncate"},
		"labelLayout":         object{"moveOverlap": "shiftY", "hideOverlap": true},
		"clip":                false,
		"triggerEvent":        false,
		"universalTransition": false,
	}
}

// Table has a row per point and a column per line.
func (l Line) Table() Table {
	return seriesTable(l.Title, l.Bucket, l.Points, l.Series, l.Format, l.Open)
}

// Describe says where each line begins and ends.
func (l Line) Describe() string {
	return describe("Line chart", l.Title, l.Points, l.Series, l.Format, l.Hidden())
}

// dash gives each number its own pattern, by lengths of stroke and gap.
func dash(n int) any {
	patterns := []any{"solid", []int{8, 3}, []int{2, 3}, []int{10, 3, 2, 3}, []int{5, 2}, []int{12, 4}, []int{3, 2, 1, 2}, []int{1, 2}}
	return patterns[n%len(patterns)]
}

// lonely reports a value without a neighbour, which a line without symbols would not show.
func lonely(values []Value) bool {
	for i, v := range values {
		before := i > 0 && values[i-1].state == known
		after := i+1 < len(values) && values[i+1].state == known
		if v.state == known && !before && !after {
			return true
		}
	}
	return false
}

func unfinished(points []time.Time) object {
	last := len(points) - 1
	return object{
		"silent": true, "itemStyle": object{"color": "$line2", "opacity": 0.7},
		"label": object{"show": true, "position": "insideBottom", "color": "$soft", "fontSize": 11},
		"data":  [][]object{{{"name": "unfinished", "xAxis": millis(points[last-1])}, {"xAxis": millis(points[last])}}},
	}
}

func points(at []time.Time, values []Value) [][2]any {
	data := make([][2]any, 0, len(at))
	for i, day := range at {
		var v Value
		if i < len(values) {
			v = values[i]
		}
		data = append(data, [2]any{millis(day), v.plot()})
	}
	return data
}

// marks keeps the events that fall within the plot.
func marks(all []Mark, points []time.Time) []object {
	shown := []object{}
	if len(points) == 0 {
		return shown
	}
	first, last := millis(points[0]), millis(points[len(points)-1])
	for _, m := range all {
		if at := millis(m.On); at >= first && at <= last {
			shown = append(shown, object{"name": m.Name, "at": at})
		}
	}
	return shown
}

func names(series []Series) []string {
	list := make([]string, len(series))
	for i, s := range series {
		list[i] = s.Name
	}
	return list
}

func nothingDrawn(series []Series) bool {
	for _, s := range series {
		if _, _, ok := firstLast(s.Values); ok {
			return false
		}
	}
	return true
}

func nothingKnown(series []Series) bool {
	for _, s := range series {
		for _, v := range s.Values {
			if v.state != missing {
				return false
			}
		}
	}
	return true
}

func countHidden(series []Series) int {
	hidden := 0
	for _, s := range series {
		for _, v := range s.Values {
			if v.state == suppressed {
				hidden++
			}
		}
	}
	return hidden
}

func seriesTable(title, bucket string, at []time.Time, series []Series, f Format, open bool) Table {
	table := Table{Caption: title, Columns: []Column{{Name: capital(bucket)}}}
	for _, s := range series {
		table.Columns = append(table.Columns, Column{Name: s.Name, Numeric: true})
	}
	for i, day := range at {
		first := Cell{Text: DayYear(day), Raw: day.Format(time.DateOnly)}
		if open && i == len(at)-1 {
			first.Text += ", unfinished"
		}
		row := []Cell{first}
		for _, s := range series {
			var v Value
			if i < len(s.Values) {
				v = s.Values[i]
			}
			row = append(row, v.cell(f))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func describe(kind, title string, at []time.Time, series []Series, f Format, hidden int) string {
	if len(at) == 0 || nothingKnown(series) {
		return fmt.Sprintf("%s: %s. Nothing to show.", kind, title)
	}
	var ends []string
	for _, s := range series {
		if first, last, ok := firstLast(s.Values); ok {
			ends = append(ends, fmt.Sprintf("%s from %s to %s", s.Name, f.Text(first), f.Text(last)))
		}
	}
	text := fmt.Sprintf("%s: %s, %s to %s.", kind, title, DayYear(at[0]), DayYear(at[len(at)-1]))
	if len(ends) > 0 {
		text += " " + strings.Join(ends, "; ") + "."
	}
	if hidden > 0 {
		text += hiddenText(hidden, "value", "people")
	}
	return text
}

// hiddenText says how many values are withheld, and why.
func hiddenText(n int, thing, behind string) string {
	if n == 1 {
		return " One " + thing + " is hidden because too few " + behind + " stand behind it."
	}
	return fmt.Sprintf(" %d %ss are hidden because too few %s stand behind them.", n, thing, behind)
}

func firstLast(values []Value) (first, last float64, ok bool) {
	for _, v := range values {
		if v.state != known {
			continue
		}
		if !ok {
			first = v.number
		}
		last, ok = v.number, true
	}
	return first, last, ok
}

func capital(word string) string {
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
