package chart

import "time"

// mostLayers is how many tools a stack shows by name; the rest is "Other".
const mostLayers = 8

// Share is a stack of shares that add up to one at every point. Series come largest first; those past the eighth
// are added up as Other.
type Share struct {
	Title  string
	Bucket string
	Points []time.Time
	Series []Series
	Marks  []Mark
	Open   bool
}

// Empty reports that no value is known or withheld.
func (s Share) Empty() bool { return nothingKnown(s.Series) }

// Blank reports that no layer has a point.
func (s Share) Blank() bool { return nothingDrawn(s.Series) }

// Hidden counts withheld values.
func (s Share) Hidden() int { return countHidden(s.Series) }

// Option draws the layers, each with its name beside its right end.
func (s Share) Option() map[string]any {
	layers := s.layers()
	option := base(s.Describe())
	option["grid"] = object{"left": 8, "right": roomFor(names(layers)), "top": 14, "bottom": 4, "containLabel": true}
	option["tooltip"] = tooltip("axis", Percent)
	option["xAxis"] = timeAxis(s.Points)
	axis := valueAxis(Percent)
	axis["max"], axis["interval"] = 1, 0.25
	option["yAxis"] = axis
	drawn := make([]object, 0, len(layers)+1)
	for _, layer := range layers {
		drawn = append(drawn, s.layer(layer))
	}
	if s.Open && len(s.Points) > 1 && len(drawn) > 0 {
		drawn[0]["markArea"] = unfinished(s.Points)
	}
	option["series"] = append(drawn, s.labels(layers))
	option["crosstalk"] = object{"marks": marks(s.Marks, s.Points)}
	return option
}

func (s Share) layer(layer Series) object {
	return object{
		"name": layer.Name, "type": "line", "stack": "share", "symbol": "none", "data": points(s.Points, layer.Values),
		"lineStyle": object{"width": 1, "color": "$card"}, "itemStyle": object{"color": layer.Colour},
		"areaStyle": object{"color": layer.Colour, "opacity": 0.92}, "emphasis": object{"disabled": true},
	}
}

// labels names each layer at the middle of its right end, by points that are themselves unseen.
func (s Share) labels(layers []Series) object {
	data := []object{}
	below := 0.0
	for _, layer := range layers {
		if len(layer.Values) == 0 || len(s.Points) == 0 {
			continue
		}
		share, ok := layer.Values[len(layer.Values)-1].Number()
		if ok && share > 0 {
			data = append(data, object{"name": layer.Name, "value": [2]any{millis(s.Points[len(s.Points)-1]), below + share/2}})
		}
		below += share
	}
	return object{
		"type": "scatter", "name": "names", "silent": true, "symbolSize": 1, "itemStyle": object{"color": "transparent", "opacity": 1}, "data": data, "clip": false,
		"tooltip":     object{"show": false},
		"label":       object{"show": true, "position": "right", "formatter": "{b}", "color": "$soft", "fontSize": labelSize, "distance": 6, "lineHeight": 15, "opacity": 1, "width": mostLabel, "overflow": "truncate"},
		"labelLayout": object{"moveOverlap": "shiftY", "hideOverlap": true},
	}
}

// layers adds up what is past the eighth.
func (s Share) layers() []Series {
	if len(s.Series) <= mostLayers+1 {
		return s.Series
	}
	other := Series{Name: "Other", Colour: "$faint", Values: make([]Value, len(s.Points))}
	for _, small := range s.Series[mostLayers:] {
		for i, v := range small.Values {
			if n, ok := v.Number(); ok && i < len(other.Values) {
				other.Values[i] = Known(other.Values[i].number + n)
			}
		}
	}
	return append(append([]Series{}, s.Series[:mostLayers]...), other)
}

// Table has a row per point and a column per layer, none added up.
func (s Share) Table() Table {
	return seriesTable(s.Title, s.Bucket, s.Points, s.Series, Percent, s.Open)
}

// Describe says where each layer begins and ends.
func (s Share) Describe() string {
	return describe("Stacked area chart", s.Title, s.Points, s.layers(), Percent, s.Hidden())
}
