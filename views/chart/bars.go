package chart

import (
	"fmt"
	"strings"
)

// Bar is one bar with its name.
type Bar struct {
	Name   string
	Colour string // empty is the accent
	Value  Value
}

// Bars are horizontal bars from zero, in the order given.
type Bars struct {
	Title  string
	Of     string // what a bar stands for: "Tool"
	What   string // what its length is: "People"
	Format Format
	Bars   []Bar
}

// Empty reports that no bar is known or withheld.
func (b Bars) Empty() bool {
	for _, bar := range b.Bars {
		if bar.Value.state != missing {
			return false
		}
	}
	return true
}

// Blank reports that there is no bar with a length.
func (b Bars) Blank() bool {
	for _, bar := range b.Bars {
		if bar.Value.state == known {
			return false
		}
	}
	return true
}

// Hidden counts withheld bars.
func (b Bars) Hidden() int {
	hidden := 0
	for _, bar := range b.Bars {
		if bar.Value.IsSuppressed() {
			hidden++
		}
	}
	return hidden
}

// Option draws the bars with their values at their ends.
func (b Bars) Option() map[string]any {
	option := base(b.Describe())
	data, list := make([]object, len(b.Bars)), make([]string, len(b.Bars))
	for i, bar := range b.Bars {
		list[i] = bar.Name
		data[i] = object{"value": bar.Value.plot(), "itemStyle": object{"color": colourOr(bar.Colour)}}
	}
	option["grid"] = object{"left": roomFor(list), "right": 64, "top": 4, "bottom": 4}
	option["tooltip"] = tooltip("item", b.Format)
	axis := valueAxis(b.Format)
	axis["show"] = false
	option["xAxis"] = axis
	rows := categoryAxis(list)
	rows["inverse"] = true
	option["yAxis"] = rows
	option["series"] = []object{{
		"type": "bar", "name": b.What, "barMaxWidth": 16, "data": data, "itemStyle": object{"borderRadius": 3},
		"emphasis": object{"disabled": true},
		"label":    object{"show": true, "position": "right", "color": "$soft", "fontSize": labelSize, "formatter": "@value:" + string(b.Format)},
	}}
	option["crosstalk"] = object{"marks": []object{}}
	return option
}

func colourOr(colour string) string {
	if colour == "" {
		return "$accent"
	}
	return colour
}

// Table has a row per bar.
func (b Bars) Table() Table {
	table := Table{Caption: b.Title, Columns: []Column{{Name: b.Of}, {Name: b.What, Numeric: true}}}
	for _, bar := range b.Bars {
		table.Rows = append(table.Rows, []Cell{{Text: bar.Name, Raw: bar.Name}, bar.Value.cell(b.Format)})
	}
	return table
}

// Describe reads the bars out.
func (b Bars) Describe() string {
	var parts []string
	for _, bar := range b.Bars {
		if n, ok := bar.Value.Number(); ok {
			parts = append(parts, bar.Name+" "+b.Format.Text(n))
		}
	}
	text := fmt.Sprintf("Bar chart: %s.", b.Title)
	if len(parts) > 0 {
		text += " " + strings.Join(parts, ", ") + "."
	}
	if hidden := b.Hidden(); hidden > 0 {
		text += hiddenText(hidden, "bar", "people")
	}
	return text
}
