package chart

import (
	"time"
	"unicode/utf8"
)

const (
	labelSize   = 12
	widthOfRune = 7
	mostLabel   = 140
)

// base is what every chart shares. Motion is off: a number should not move before it is read.
func base(describe string) object {
	return object{
		"animation": false,
		"useUTC":    true,
		"textStyle": object{"fontFamily": "$font", "color": "$soft"},
		"aria":      object{"enabled": true, "label": object{"description": describe}},
	}
}

func tooltip(trigger string, f Format) object {
	return object{
		"trigger": trigger, "renderMode": "richText", "confine": true, "formatter": "@tip:" + string(f),
		"backgroundColor": "$card", "borderColor": "$line", "borderWidth": 1, "padding": 10,
		"textStyle":   object{"color": "$ink", "fontSize": labelSize, "lineHeight": 18},
		"axisPointer": object{"type": "line", "lineStyle": object{"color": "$faint", "width": 1, "type": "solid"}},
	}
}

// timeAxis has its labels at the points themselves; the script leaves out as many as do not fit.
func timeAxis(points []time.Time) object {
	at := make([]int64, len(points))
	for i, day := range points {
		at[i] = millis(day)
	}
	format := "@day"
	if len(points) > 1 && points[len(points)-1].Sub(points[0]) > year {
		format = "@month"
	}
	return object{
		"type":      "time",
		"axisLine":  object{"lineStyle": object{"color": "$line"}},
		"axisTick":  object{"show": false},
		"splitLine": object{"show": false},
		"axisLabel": object{"color": "$soft", "fontSize": labelSize, "customValues": at, "formatter": format, "showMinLabel": true, "showMaxLabel": true},
	}
}

const year = 366 * 24 * time.Hour

func valueAxis(f Format) object {
	return object{
		"type": "value", "min": 0, "splitNumber": 4,
		"axisLine":  object{"show": false},
		"axisTick":  object{"show": false},
		"splitLine": object{"lineStyle": object{"color": "$line2"}},
		"axisLabel": object{"color": "$soft", "fontSize": labelSize, "formatter": "@" + string(f)},
	}
}

func categoryAxis(names []string) object {
	return object{
		"type": "category", "data": names,
		"axisLine":  object{"show": false},
		"axisTick":  object{"show": false},
		"splitLine": object{"show": false},
		"axisLabel": object{"color": "$soft", "fontSize": labelSize, "interval": 0, "width": mostLabel, "overflow": "truncate"},
	}
}

// roomFor is how many pixels the longest of the names takes.
func roomFor(names []string) int {
	longest := 0
	for _, name := range names {
		longest = max(longest, utf8.RuneCountInString(name))
	}
	return min(longest*widthOfRune, mostLabel) + 20
}
