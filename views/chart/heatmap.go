package chart

import "fmt"

// Heatmap is a matrix of ratios: of the row, the share that is also in the column. Cells without a value stay blank,
// withheld ones are hatched.
type Heatmap struct {
	Title       string
	RowTitle    string // what a row is: "Tool"
	Rows, Heads []string
	Cells       [][]Value
}

// Empty reports that no cell is known or withheld.
func (h Heatmap) Empty() bool {
	for _, row := range h.Cells {
		for _, v := range row {
			if v.state != missing {
				return false
			}
		}
	}
	return true
}

// Blank reports that there is no cell; withheld ones are drawn, hatched.
func (h Heatmap) Blank() bool { return h.Empty() }

// Hidden counts withheld cells.
func (h Heatmap) Hidden() int {
	hidden := 0
	for _, row := range h.Cells {
		for _, v := range row {
			if v.state == suppressed {
				hidden++
			}
		}
	}
	return hidden
}

// darkFrom is the ratio from which a cell is so strong that its number needs the other ink.
const darkFrom = 0.68

// Option draws the matrix with its heads on top and the number in each cell, in per cent.
func (h Heatmap) Option() map[string]any {
	shown, hidden := h.split()
	option := base(h.Describe())
	option["grid"] = object{"left": roomFor(h.Rows), "right": 8, "top": 30, "bottom": 8}
	option["tooltip"] = tooltip("item", Percent)
	heads, rows := categoryAxis(h.Heads), categoryAxis(h.Rows)
	heads["position"] = "top"
	heads["axisLabel"].(object)["fitColumns"] = len(h.Heads)
	rows["inverse"] = true
	option["xAxis"], option["yAxis"] = heads, rows
	option["visualMap"] = object{"show": false, "min": 0, "max": 1, "dimension": 2, "seriesIndex": 0,
		"inRange": object{"color": []string{"$heat0", "$heat1", "$heat2", "$heat3"}}}
	frame := object{"borderColor": "$card", "borderWidth": 3, "borderRadius": 6}
	option["series"] = []object{
		{"type": "heatmap", "data": shown, "itemStyle": frame, "label": object{"show": true, "fontSize": 13, "formatter": "@cell"}},
		{"type": "heatmap", "data": hidden, "silent": true, "tooltip": object{"show": false},
			"label": object{"show": true, "formatter": "–", "color": "$soft"},
			"itemStyle": object{"color": "$line2", "borderColor": "$card", "borderWidth": 3, "borderRadius": 6,
				"decal": object{"symbol": "rect", "dashArrayX": []int{1, 0}, "dashArrayY": []int{2, 4}, "rotation": -0.785, "color": "$hatch"}}},
	}
	option["crosstalk"] = object{"marks": []object{}}
	return option
}

func (h Heatmap) split() (shown, hidden []object) {
	shown, hidden = []object{}, []object{}
	for y, row := range h.Cells {
		for x, v := range row {
			n, ok := v.Number()
			ink := "$ink"
			if n >= darkFrom {
				ink = "$heatink"
			}
			switch {
			case ok:
				shown = append(shown, object{"value": [3]any{x, y, v.plot()}, "label": object{"color": ink}})
			case v.IsSuppressed():
				hidden = append(hidden, object{"value": [3]any{x, y, 0}})
			}
		}
	}
	return shown, hidden
}

// Table has the rows and columns of the matrix.
func (h Heatmap) Table() Table {
	table := Table{Caption: h.Title, Columns: []Column{{Name: h.RowTitle}}}
	for _, head := range h.Heads {
		table.Columns = append(table.Columns, Column{Name: head, Numeric: true})
	}
	for y, name := range h.Rows {
		row := []Cell{{Text: name, Raw: name}}
		for x := range h.Heads {
			var v Value
			if y < len(h.Cells) && x < len(h.Cells[y]) {
				v = h.Cells[y][x]
			}
			row = append(row, v.cell(Percent))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

// Describe names the strongest cell.
func (h Heatmap) Describe() string {
	text := fmt.Sprintf("Heat map: %s, %d by %d.", h.Title, len(h.Rows), len(h.Heads))
	top, row, head := -1.0, "", ""
	for y, cells := range h.Cells {
		for x, v := range cells {
			if n, ok := v.Number(); ok && n > top {
				top, row, head = n, h.Rows[y], h.Heads[x]
			}
		}
	}
	if top >= 0 {
		text += fmt.Sprintf(" Highest: %s of %s is also on %s.", Percent.Text(top), row, head)
	}
	if hidden := h.Hidden(); hidden > 0 {
		text += hiddenText(hidden, "cell", "people or pairs")
	}
	return text
}
